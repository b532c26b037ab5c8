"""Two presses of the button that begins a support visit."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from psycopg import sql

from central.coordination.models import SupportVisit
from central.delivery.models import CentralMessage
from central.offices.access import office as inside
from tenants.organization.models import Member
from tests.acceptance.cast import Cast, Player, host_of
from tests.acceptance.citizen import text_of
from tests.acceptance.visit_steps import REASON
from tests.races.arena import Arena, browser
from tests.races.gate import Gate

BEGIN = "/meja/kunjungan/mulai/"


@pytest.fixture
def office(arena: Callable[[str], Arena]) -> Arena:
    return arena("mojokerto")


def test_two_presses_begin_one_visit_and_the_office_is_told_once(office: Arena, gate: Gate) -> None:
    government = office.office.government
    admin = Cast().desk(government, "admin")
    with inside(office.office):
        Member.objects.create(name="Admin Instansi", email="admin@instansi.example.id", is_admin=True)
    data = {"office": office.office.code, "reason": REASON, "minutes": "30"}
    windows = [Player(admin.user, host_of(government), "admin", None, browser()) for _ in range(2)]
    table = sql.SQL("LOCK TABLE coordination_supportvisit IN SHARE ROW EXCLUSIVE MODE")
    with gate.holding(table):
        # Both have read that none runs, unless the second waits before it reads.
        presses = gate.gather(*(partial(window.post, BEGIN, data) for window in windows))
    answers = [press.result(timeout=60) for press in presses]
    assert gate.queued == 2
    assert [answer.status_code for answer in answers] == [302, 422]
    assert "masih berlangsung" in text_of(answers[1])
    assert SupportVisit.objects.count() == 1
    assert CentralMessage.objects.filter(kind="support_visit").count() == 1
