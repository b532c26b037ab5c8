"""A delivery that dies at any statement leaves everything as it was, and the same request does it once; many
at once in crossing directions all arrive.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import Error, connections

from central.coordination.models import CaseIndex, Handover
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Attachment, CallLog, CallTask, Complaint, Message
from tenants.complaints.report import Report
from tenants.complaints.services import act, receive, record_call
from tenants.complaints.services.handover import Delivered, deliver
from tenants.organization.models import Member
from tenants.procedure.queries import rules_in_force
from tests.databases import TestServer
from tests.proof import Subject, scaled
from tests.races.crossing import (
    DESK,
    HANDED,
    Killer,
    brought,
    cut_at_commit,
    dying,
    five_offices,
    in_order,
    live_copies,
    staff_of,
)
from tests.races.gate import Gate


@pytest.fixture
def offices(real_commits: str) -> list[Office]:
    return five_offices()


def given(handover: Handover, to: Office, key: UUID) -> Delivered:
    return deliver(handover.pk, to.code, government=to.government, actor=DESK, key=key)


def died(handover: Handover, to: Office, key: UUID, killer: Killer) -> bool:
    """Whether the delivery got through all the same: a connection that is cut before anything was begun is
    made anew.
    """
    try:
        with dying(killer):
            given(handover, to, key)
    except (Error, psycopg.Error):
        return False
    return True


def test_killed_at_any_statement_it_is_whole_where_it_was_and_goes_once_when_tried_again(
    offices: list[Office], test_server: TestServer, figure: Any
) -> None:
    here, there = offices[0], offices[1]
    officer = staff_of(here)
    counting = Killer(test_server)
    handover = brought(here, officer, files=True)
    with dying(counting):
        given(handover, there, uuid4())
    statements = counting.sent
    assert statements > 40
    deaths = 0
    for at in range(1, statements + 1, scaled(5, 1)):
        handover, key = brought(here, officer, files=at % 2 == 0), uuid4()
        survived = died(handover, there, key, Killer(test_server, at))
        assert live_copies(handover.uid, offices) == [there if survived else here], at
        deaths += not survived
        assert given(handover, there, key).again is survived
        assert given(handover, there, key).again is True
        assert live_copies(handover.uid, offices) == [there], at
        assert CaseIndex.objects.get(uid=handover.uid).office_id == there.pk
    assert deaths > scaled(8, 40)
    figure(Subject.FAULTS, "deliveries killed at a statement of their own", deaths)
    in_order(offices)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_at_the_commit_the_same_request_says_what_became_of_it(
    offices: list[Office], test_server: TestServer, moment: str
) -> None:
    """Nobody can know on which side of the commit the connection broke: the key tells."""
    here, there = offices[0], offices[1]
    handover, key = brought(here, staff_of(here)), uuid4()
    with cut_at_commit(test_server, moment, nth=3):  # after two that bring the files
        given(handover, there, key)
    stored = moment == "after"
    assert live_copies(handover.uid, offices) == [there if stored else here]
    assert given(handover, there, key).again is stored
    assert live_copies(handover.uid, offices) == [there]
    in_order(offices)


def test_two_hundred_at_once_in_crossing_directions_all_arrive(offices: list[Office], figure: Any) -> None:
    staff = {each.code: staff_of(each) for each in offices}
    count = scaled(60, 200)
    waiting = []
    for n in range(count):
        source, to = offices[n % 5], offices[(n + 1 + n // 5 % 4) % 5]
        waiting.append((brought(source, staff[source.code]), to))

    def go(pair: tuple[Handover, Office]) -> str:
        try:
            return given(pair[0], pair[1], uuid4()).number
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(go, waiting))
    assert all(numbers)
    assert Handover.objects.filter(state=Handover.State.DELIVERED).count() == count
    for handover, to in waiting:
        assert CaseIndex.objects.get(uid=handover.uid).office_id == to.pk
    for each in offices:
        with inside(each):
            own = Complaint.objects.count()
            gone = Complaint.objects.filter(gone_at__isnull=False).count()
            assert own == sum(h.from_office_id == each.pk for h, _to in waiting) + sum(
                to.pk == each.pk for _h, to in waiting
            )
            assert gone == sum(h.from_office_id == each.pk for h, _to in waiting)
    figure(Subject.RACES, "handovers at once in crossing directions", count)
    in_order(offices)


def test_all_goes_along_with_its_files(offices: list[Office]) -> None:
    here, there = offices[0], offices[1]
    handover = brought(here, staff_of(here), files=True)
    given(handover, there, uuid4())
    with inside(there):
        assert Attachment.objects.count() == 1
    in_order(offices)


def test_a_call_that_is_noted_while_the_complaint_leaves_goes_along_or_is_refused(
    offices: list[Office], gate: Gate
) -> None:
    """Whoever noted it first has noted it; nothing that was written is lost or stays."""
    here, there = offices[0], offices[1]
    officer = staff_of(here)
    with inside(here):
        member = Member.objects.create(name="Petugas", email="petugas@example.id")
        report = Report(
            category=next(iter(rules_in_force().settings.selectable)),
            description="Lampu di simpang lima mati sejak kemarin malam.",
            name="Siti Aminah",
            phone="0812-3456-7890",
        )
        complaint = receive(report, actor=officer).complaint
        act(complaint.uid, "hand_up", actor=officer, inputs={"reason": HANDED["reason"]})
        task = CallTask.objects.order_by("id").first()
        assert task is not None
    handover = Handover.objects.get(uid=complaint.uid)
    caller = replace(officer, id=member.pk)

    def noted() -> None:
        with inside(here):
            record_call(task.pk, actor=caller, outcome="reached", note="Minta ditelepon sore.")

    row = (here.schema_name, "complaints_calltask")
    first, second = gate.at_row(row, "id", task.pk, noted, lambda: given(handover, there, uuid4()))
    assert gate.queued == 2
    assert (first.error, second.error) == (None, None)
    with inside(here):
        assert not CallLog.objects.exclude(note="").exists()
    with inside(there):
        assert Message.objects.filter(body__contains="Minta ditelepon sore.").count() == 1
    in_order(offices)
