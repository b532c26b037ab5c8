"""A delivery that dies at any statement leaves everything as it was, and the same request does it once; many
at once in crossing directions all arrive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import Error, connection, connections
from django.utils import timezone

from central.coordination.models import CaseIndex, Handover
from central.offices.access import office as inside
from central.offices.models import Government, Office
from tenants.complaints import books
from tenants.complaints.files import accept
from tenants.complaints.models import Attachment, Complaint, Reporter
from tenants.complaints.report import Report
from tenants.complaints.services import act, receive
from tenants.complaints.services.handover import Delivered, deliver
from tenants.procedure.queries import procedure_in_force, rules_in_force
from tests.acceptance.pictures import photo
from tests.databases import TestServer
from tests.proof import Subject, scaled
from workflows.cases import Actor, ActorKind

DESK = Actor(ActorKind.GOVERNMENT, id=7, name="Rini", roles=frozenset({"central_admin"}))
OFFICES = ("greged", "jenawi", "dishub-mojokerto", "triharjo", "dpupkp-jogja")
WAYS: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "dishub-mojokerto": (("verify", {"case_class": "outside_duties"}),),
    "triharjo": (("accept_complete", {}),),
    "jenawi": (
        ("confirm_receipt", {}),
        ("classify", {"category": "road", "case_class": "general", "summary": "Lampu mati."}),
    ),
}
"""How a complaint gets where it is handed up, at offices that do not do so at once."""

HANDED = {"reason": "Bukan kewenangan kami.", "consent": True}


@pytest.fixture
def offices(real_commits: str) -> list[Office]:
    """Five offices with five procedures, all of one government."""
    first = Government.objects.get(offices__code=OFFICES[0])
    Office.objects.filter(code__in=OFFICES).update(government=first)
    found = {row.code: row for row in Office.objects.select_related("government")}
    return [found[code] for code in OFFICES]


def staff_of(office: Office) -> Actor:
    """Somebody who holds every role of the office."""
    with inside(office):
        roles = frozenset(role.code for role in procedure_in_force().roles)
    return Actor(ActorKind.MEMBER, name="Petugas", roles=roles)


def brought(office: Office, officer: Actor, *, files: bool = False) -> Handover:
    """A new complaint that the office has handed up."""
    with inside(office):
        report = Report(
            category=next(iter(rules_in_force().settings.selectable)),
            description="Lampu di simpang lima mati sejak kemarin malam.",
            name="Siti Aminah",
            address="Jalan Melati 7",
            email="siti.aminah@example.org",
            place="Simpang lima",
            files=(accept(photo()),) if files else (),
        )
        complaint = receive(report, actor=officer).complaint
        stages = procedure_in_force().platform.hand_up
        assert stages is not None
        for action, inputs in WAYS.get(office.code, ()):
            act(complaint.uid, action, actor=officer, inputs=inputs)
        consent = HANDED if stages.consent else {"reason": HANDED["reason"]}
        act(complaint.uid, "hand_up", actor=officer, inputs=consent)
    return Handover.objects.get(uid=complaint.uid, state=Handover.State.WAITING)


def given(handover: Handover, to: Office, key: UUID) -> Delivered:
    return deliver(handover.pk, to.code, government=to.government, actor=DESK, key=key)


def live_copies(uid: UUID, offices: list[Office]) -> list[Office]:
    """Where the complaint is, with its reporter and its words; a stub is none."""
    found = []
    for each in offices:
        with inside(each):
            row = Complaint.objects.filter(uid=uid, gone_at=None).first()
            if row is not None and row.description and Reporter.objects.filter(complaint=row).exists():
                found.append(each)
    return found


def in_order(offices: list[Office]) -> None:
    later = timezone.now() + timedelta(seconds=1)
    for each in offices:
        found = books.check(each, now=later)
        assert found.in_order, (each.code, [str(item) for item in found.findings])


class Killer:
    """Ends the server's side of this thread's connection at the n-th statement that is sent."""

    def __init__(self, test_server: TestServer, at: int) -> None:
        self.sent, self._at, self._server = 0, at, test_server

    def __call__(self, execute: Callable[..., Any], *args: Any) -> Any:
        self.sent += 1
        if self.sent == self._at:
            self.kill()
        return execute(*args)

    def kill(self) -> None:
        assert connection.connection is not None
        pid = connection.connection.info.backend_pid
        with self._server.superuser() as superuser:
            superuser.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


@contextmanager
def dying(killer: Killer) -> Iterator[None]:
    try:
        with connection.execute_wrapper(killer):
            yield
    finally:
        connections["default"].close()


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
    counting = Killer(test_server, -1)
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
    offices: list[Office], test_server: TestServer, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can know on which side of the commit the connection broke: the key tells."""
    here, there = offices[0], offices[1]
    handover, key = brought(here, staff_of(here)), uuid4()
    killer = Killer(test_server, -1)
    commit = type(connections["default"])._commit

    def broken(self: Any) -> None:
        if moment == "after":
            commit(self)
        killer.kill()
        commit(self)

    connection.ensure_connection()
    monkeypatch.setattr(type(connections["default"]), "_commit", broken)
    with pytest.raises((Error, psycopg.Error)), dying(killer):
        given(handover, there, key)
    monkeypatch.undo()
    arrived = live_copies(handover.uid, offices)
    again = given(handover, there, key)
    assert again.again is (arrived == [there])
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
