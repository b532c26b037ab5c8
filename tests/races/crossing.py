"""Offices of one government between which complaints go, and the cut of a connection at one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID

import psycopg
import pytest
from django.db import Error, connection, connections
from django.utils import timezone

from central.coordination.models import Handover
from central.offices.access import office as inside
from central.offices.models import Government, Office
from tenants.complaints import books
from tenants.complaints.files import accept
from tenants.complaints.models import Complaint, Reporter
from tenants.complaints.report import Report
from tenants.complaints.services import act, receive
from tenants.procedure.queries import procedure_in_force, rules_in_force
from tests.acceptance.pictures import photo
from tests.databases import TestServer
from workflows.cases import Actor, ActorKind

DESK = Actor(ActorKind.GOVERNMENT, id=7, name="Rini", roles=frozenset({"central_admin"}))
OFFICES = ("greged", "jenawi", "dishub-mojokerto", "triharjo", "dpupkp-jogja")
WAYS: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "dishub-mojokerto": (("verify", {"case_class": "outside_duties"}),),
    "triharjo": (("accept_complete", {}),),
    "jenawi": (
        ("confirm_receipt", {}),
        (
            "classify",
            {
                "category": "road",
                "case_class": "general",
                "summary": "Lampu mati.",
                "correction": "Lampu di tepi jalan.",
            },
        ),
    ),
}
"""How a complaint gets where it is handed up, at offices that do not do so at once."""

HANDED = {"reason": "Bukan kewenangan kami.", "consent": True}


def five_offices() -> list[Office]:
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


def came(office: Office, officer: Actor, *, files: bool = False) -> Complaint:
    """A new complaint, where it can be handed up."""
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
        for action, inputs in WAYS.get(office.code, ()):
            act(complaint.uid, action, actor=officer, inputs=inputs)
    return complaint


def brought(office: Office, officer: Actor, *, files: bool = False) -> Handover:
    """A new complaint that the office has handed up."""
    complaint = came(office, officer, files=files)
    with inside(office):
        stages = procedure_in_force().platform.hand_up
        assert stages is not None
        consent = HANDED if stages.consent else {"reason": HANDED["reason"]}
        act(complaint.uid, "hand_up", actor=officer, inputs=consent)
    return Handover.objects.get(uid=complaint.uid, state=Handover.State.WAITING)


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
    """Ends the server's side of this thread's connection at the n-th statement that is sent; entering an
    office, and leaving it for another or for public mode, is one as well.
    """

    def __init__(self, test_server: TestServer, at: int = -1) -> None:
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
    """Everything that this thread sends goes past the killer; afterwards the connection is closed."""
    wrapper = type(connections["default"])
    enter = wrapper._send

    def entering(self: Any, commands: str) -> None:
        self.ensure_connection()
        killer(enter, self, commands)

    try:
        with patch.object(wrapper, "_send", entering), connection.execute_wrapper(killer):
            yield
    finally:
        connections["default"].close()


@contextmanager
def cut_at_commit(test_server: TestServer, moment: str, nth: int = 1) -> Iterator[None]:
    """The connection is cut as the n-th transaction of the block is stored: `before` it is, or `after`. The
    caller hears of an error either way.
    """
    killer, commits = Killer(test_server), 0
    wrapper = type(connections["default"])
    commit = wrapper._commit

    def broken(self: Any) -> None:
        nonlocal commits
        commits += 1
        if commits < nth:
            commit(self)
            return
        if moment == "after":
            commit(self)
        killer.kill()
        self.connection.execute("SELECT 1") if moment == "after" else commit(self)

    connection.ensure_connection()
    with pytest.raises((Error, psycopg.Error)), patch.object(wrapper, "_commit", broken), dying(killer):
        yield
    assert commits == nth
