"""How far each page of a government's host reaches: which offices it enters, and what it touches there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from central.offices.models import Office
from tests.access.asking import Asker, _office_tables
from tests.inventory import Caller, Endpoint, World, endpoints
from tests.plugins.figures import Keep
from tests.proof import Subject

NAMES = frozenset({"procedure", "organization"})
"""Apps whose tables any page may read in an office of its government: names of stages, categories, people."""

WORK = frozenset(f"complaints_{name}" for name in ("complaint", "workitem", "clock", "event", "message"))
"""What waits for whom, and what is written for the office to read."""

CONTENT = WORK | {f"complaints_{name}" for name in ("reporter", "attachment", "publication")}
STEP = CONTENT | {"complaints_coordination"}
"""A step by which a complaint leaves or closes ends what its office has asked others about it."""

ARRIVAL = STEP | {f"complaints_{name}" for name in ("numbercounter", "calltask", "calllog", "draft")}
"""What goes along, and what the sender forgets of it: notes of calls, and the form it was sent by."""

FORM = CONTENT | {f"complaints_{name}" for name in ("draft", "draftfile", "intakekey", "numbercounter")}

DEEP = {
    # The reasons of what was handed up, each a look that is noted.
    "desk:queue GET": CONTENT,
    # A step of the SOP, or a case that was handed up, is what this person's work is about.
    **{f"desk:{name}": CONTENT for name in ("case GET", "file GET", "action GET", "live_preview POST")},
    "desk:action POST": STEP,
    "desk:follow_up GET": CONTENT,
    "desk:follow_up POST": STEP,
    # The choice of the office shows nothing of a complaint; the delivery takes all of it along.
    "desk:hand_over POST": ARRIVAL,
    # A reminder is written to the office; who leaves a position leaves work and questions
    # to others.
    "desk:remind POST": WORK,
    "desk:appointment_end POST": WORK | {"complaints_coordination"},
    # The government's form is the form of the office that receives, with its draft there.
    **{
        f"government_report_{name}": FORM
        for name in ("start GET", "anew POST", "question GET", "question POST", "check GET", "check POST")
    },
    "government_report_sent GET": FORM,
    # Whose contact it is, each office is asked for itself; the answer is the same whatever they have.
    "government_lost_code POST": frozenset({"complaints_complaint", "complaints_reporter"}),
}
"""The pages that reach complaints, with the tables they may touch in an office. No other page does."""

DIGEST = "SELECT md5("
"""What the asker itself sends, to see whether something has changed."""


class Reach:
    """What is touched in offices: their codes, and the tables."""

    def __init__(self) -> None:
        self.offices: set[str] = set()
        self.tables: set[str] = set()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        office = connection.office
        if office is not None and not sql.startswith(DIGEST):
            self.offices.add(office.code)
            self.tables |= set(re.findall("[a-z_]+", sql)) & _office_tables()
        return execute(sql, params, many, context)


@contextmanager
def reaching() -> Iterator[Reach]:
    reach = Reach()
    with connection.execute_wrapper(reach):
        yield reach


def ask(world: World, asker: Asker, asked: Endpoint, method: str) -> Reach:
    place = world.main(asked)
    opener = place.opener(asked)
    if not isinstance(opener, Caller):
        opener.sign_in()
    jar = opener.cookies if isinstance(opener, Caller) else opener.client.cookies
    body = place.body(asked) if method == "POST" else {}
    path = place.path(asked)
    with reaching() as reach:
        answer = asker.ask(
            method, place.host, path, cookies={name: one.value for name, one in jar.items()}, **body
        )
    assert answer.status < 400, f"{asked.name} {method}: {answer.status}"
    return reach


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_page_of_the_desk_reaches_what_it_is_for_and_nothing_else(
    world: World, asker: Asker, figure: Keep, method: str
) -> None:
    own = set(Office.objects.filter(government__code="mojokerto").values_list("code", flat=True))
    wrong, entered = [], 0
    for asked in endpoints("government"):
        if method not in asked.methods or asked.name.startswith(("account_", "mfa_")):
            continue
        key = f"{asked.name} {method}"
        reach = ask(world, asker, asked, method)
        entered += bool(reach.offices)
        far = {name for name in reach.tables if name.partition("_")[0] not in NAMES} - DEEP.get(key, set())
        if far or not reach.offices <= own:
            wrong.append(f"{key}: {sorted(reach.offices)} {sorted(far)}")
    figure(Subject.ACCESS, "requests made", asker.requests)
    assert wrong == []
    assert entered > 3
