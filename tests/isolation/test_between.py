"""What goes between offices: who may enter a second one, and what a delivery touches there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection

from central.coordination.models import Handover
from central.offices.access import office as inside
from central.offices.models import Government, Office
from config.launch import BASE_DIR
from tenants.complaints.models import Coordination
from tenants.complaints.services import act
from tenants.complaints.services.direct import hand_over_directly
from tenants.complaints.services.handover import deliver
from tests.acceptance.cast import Cast, neighbour_of
from tests.acceptance.test_direct_handover import name_office
from tests.races.crossing import DESK, HANDED, brought, came, staff_of
from tests.races.test_coordination import Stage

CROSSING = {
    ("tenants/complaints/services/handover.py", "move"),
    ("tenants/complaints/services/handover.py", "bring_along"),
    ("tenants/complaints/services/asking.py", "put"),
    ("tenants/complaints/services/asking.py", "end_there"),
    ("tenants/complaints/services/anew.py", "_move_there"),
    ("tenants/complaints/services/answering.py", "_speak"),
}
"""The functions that enter a second office; nothing else says `cross`."""

_WRITES = re.compile(
    r'\b(?:INSERT INTO|DELETE FROM|(?<!KEY )(?<!FOR )(?<!DO )UPDATE)\s+"?([a-z_]+)"?', re.ASCII
)

READ_THERE = {
    "procedure_procedureversion",
    "procedure_settingsversion",
    "organization_unit",
    "organization_member",
    "organization_holding",
    "organization_absence",
    "organization_position",
    "complaints_complaint",
    "complaints_clock",
}
"""What a delivery reads at the office that receives: its procedure, whom to tell, what it had of the
complaint before.
"""

WRITTEN_THERE = {
    "complaints_complaint",
    "complaints_reporter",
    "complaints_event",
    "complaints_message",
    "complaints_attachment",
    "complaints_clock",
    "complaints_workitem",
    "complaints_numbercounter",
    "coordination_alarm",
    "delivery_outbox",
}
"""What it writes there: the complaint with all that belongs to it, its number, and what sends its mails."""

IN_PUBLIC = {
    "offices_office",
    "offices_government",
    "offices_domain",
    "coordination_handover",
    "coordination_caseindex",
    "coordination_governmentwork",
    "delivery_outbox",
}
"""What it touches of the public tables, in public mode: codes, times and the ledger."""


def calls_with_cross() -> set[tuple[str, str]]:
    """File and function of every call in the product that names the argument."""
    found = set()
    for folder in ("platform", "tenants", "workflows", "config"):
        for path in (BASE_DIR / folder).rglob("*.py"):
            source = path.read_text()
            if "cross" not in source:
                continue
            tree = ast.parse(source)
            for function in ast.walk(tree):
                if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and any(
                    keyword.arg == "cross"
                    for call in ast.walk(function)
                    if isinstance(call, ast.Call)
                    for keyword in call.keywords
                ):
                    found.add((str(path.relative_to(BASE_DIR)), function.name))
            assert not any(
                isinstance(node, ast.Call) and any(keyword.arg == "cross" for keyword in node.keywords)
                for statement in tree.body
                if not isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)
                for node in ast.walk(statement)
            ), path
    return found


def test_deliveries_and_questions_alone_enter_a_second_office() -> None:
    assert calls_with_cross() == CROSSING


class Touched:
    """Tables by where the connection was when a statement named them: an office's code, or "public"."""

    def __init__(self) -> None:
        self.read: dict[str, set[str]] = {}
        self.written: dict[str, set[str]] = {}
        self._known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        where = connection.office.code if connection.office is not None else "public"
        writes = set(_WRITES.findall(sql)) & self._known
        named = {word for word in re.findall(r"[a-z_]+", sql) if word in self._known}
        self.written.setdefault(where, set()).update(writes)
        self.read.setdefault(where, set()).update(named - writes)
        return execute(sql, params, many, context)


@contextmanager
def touching() -> Iterator[Touched]:
    touched = Touched()
    with connection.execute_wrapper(touched):
        yield touched


@pytest.fixture
def pair(office_a: Office, office_b: Office) -> tuple[Office, Office]:
    """Two offices of one government, whose rules name the other one."""
    office_b = neighbour_of(office_a, office_b.code)
    Government.objects.filter(pk=office_a.government_id).update(direct_handover=True)
    cast = Cast()
    name_office(cast, office_a, office_b.code)
    name_office(cast, office_b, office_a.code)
    return office_a, office_b


def within(touched: Touched, receiver: Office, sender: Office) -> None:
    """Nothing but what is declared was touched at the receiver, in public, or anywhere else."""
    assert set(touched.read) <= {receiver.code, sender.code, "public"}
    assert touched.read[receiver.code] - READ_THERE - WRITTEN_THERE == set()
    assert touched.written[receiver.code] - WRITTEN_THERE == set()
    assert (touched.read["public"] | touched.written["public"]) - IN_PUBLIC == set()


def test_the_desks_delivery_touches_what_is_declared(pair: tuple[Office, Office]) -> None:
    here, there = pair
    handover = brought(here, staff_of(here), files=True)
    with touching() as touched:
        deliver(handover.pk, there.code, government=there.government, actor=DESK, key=uuid4())
    within(touched, there, here)
    assert {"complaints_reporter", "complaints_event", "complaints_attachment"} <= touched.written[there.code]


def test_the_direct_way_and_the_way_back_touch_what_is_declared(pair: tuple[Office, Office]) -> None:
    here, there = pair
    clerk, operator = staff_of(here), staff_of(there)
    uid = came(here, clerk, files=True).uid
    with touching() as touched, inside(here):
        hand_over_directly(uid, actor=clerk, reason=HANDED["reason"], key=uuid4())
    within(touched, there, here)
    with touching() as touched, inside(there):
        act(uid, "return_handover", actor=operator, inputs={"reason": HANDED["reason"]})
    within(touched, here, there)
    assert Handover.objects.filter(uid=uid, delivered_at__isnull=False).count() == 2


QUESTION_THERE = {"complaints_coordination", "coordination_alarm"}
"""What a question writes at the office that is asked: its own row, and when somebody is to be reminded of it.
Nothing of the complaint.
"""


def test_a_question_writes_its_own_row_at_the_office_that_is_asked(office_a: Office) -> None:
    asker = Office.objects.select_related("government").get(code="dishub-mojokerto")
    office_a = neighbour_of(asker, office_a.code)
    stage = Stage.of(asker, office_a)
    uid = stage.brought()
    with touching() as touched:
        stage.asks(uid, uuid4())
    assert set(touched.read) == {asker.code, office_a.code, "public"}
    assert touched.written[office_a.code] == QUESTION_THERE
    own = {name for name in touched.read[office_a.code] if name.startswith("complaints_")}
    assert own <= QUESTION_THERE
    with inside(asker):
        question = Coordination.objects.get(complaint__uid=uid).uid
    with touching() as touched:
        stage.answers(question)
    assert touched.written[office_a.code] == QUESTION_THERE
    own = {name for name in touched.read[office_a.code] if name.startswith("complaints_")}
    assert own <= QUESTION_THERE
