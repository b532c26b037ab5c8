"""The government's desk and an office at the same complaint."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from psycopg import sql

from central.coordination.models import DeskLook, GovernmentWork, Handover
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Event
from tenants.complaints.services import take_back_hand_up
from tenants.complaints.services.handover import HandoverError, deliver
from tests.acceptance.sops.page import Page
from tests.races.arena import Arena, Brought, Somebody
from tests.races.duel import CONFLICT
from tests.races.gate import PATIENCE, Gate
from tests.races.hands import address, ready
from tests.races.ways import Place
from workflows.cases import CENTRAL_ADMIN

TAKE_BACK = Place("main", "with_government", "take_back_hand_up")
NOTE = Place("main", "with_government", "note")


@pytest.fixture
def office(arena: Callable[[str], Arena]) -> Arena:
    return arena("mojokerto")


@pytest.fixture
def handed_up(office: Arena) -> Brought:
    """A complaint in the queue of the desk."""
    return office.brought(office.ways.to[TAKE_BACK])


def at_the_desk(office: Arena) -> Somebody:
    return next(one for one in office.desk[0] if CENTRAL_ADMIN in one.actor.roles)


def actions(office: Arena, brought: Brought) -> list[str]:
    with inside(office.office):
        events = Event.objects.filter(complaint__uid=brought.uid).order_by("seq")
        return list(events.values_list("action", flat=True))


def test_a_look_while_the_office_takes_the_complaint_back_is_noted_and_the_next_sees_nothing(
    office: Arena, handed_up: Brought, gate: Gate
) -> None:
    desk = at_the_desk(office)
    officer = office.may(handed_up, TAKE_BACK)[0]
    player = desk.player
    assert player is not None
    path = f"/meja/{office.office.code}/{handed_up.slug}/"
    with inside(office.office):
        take_back_hand_up(handed_up.uid, actor=officer.actor)  # not stored yet
        during = gate.start(lambda: player.get(path)).result(timeout=PATIENCE)
    assert during.status_code == 200
    assert player.get(path).status_code == 404
    looks = DeskLook.objects.filter(uid=handed_up.uid)
    assert looks.count() == 1, "who may not look any more is not noted as having looked"
    assert not GovernmentWork.objects.filter(uid=handed_up.uid, closed_at=None).exists()


def test_what_the_desk_writes_while_the_office_takes_the_complaint_back_is_given_back(
    office: Arena, handed_up: Brought, gate: Gate
) -> None:
    hand = ready(office, handed_up, NOTE, at_the_desk(office), "catatan meja")
    back = ready(office, handed_up, TAKE_BACK, office.may(handed_up, TAKE_BACK)[0], "tarik")
    results = gate.at_row(office.complaints, "uid", handed_up.uid, back, hand)
    assert gate.queued == 2
    assert [result.status for result in results] == [302, 409]
    page = Page(results[1].response)
    assert CONFLICT in page
    assert back.name in page
    kept = [value for one in page.form("versi").fields.values() for value in one.values]
    assert set(hand.typed) <= set(kept)
    assert actions(office, handed_up)[-1] == "take_back_hand_up"


def test_a_desk_that_comes_too_late_even_to_open_it_gets_its_words_back(
    office: Arena, handed_up: Brought, gate: Gate
) -> None:
    """The right was there when the request came in, and gone before the complaint was opened."""
    desk, officer = at_the_desk(office), office.may(handed_up, TAKE_BACK)[0]
    hand = ready(office, handed_up, NOTE, desk, "catatan meja")
    table = sql.SQL("LOCK TABLE coordination_desklook IN ACCESS EXCLUSIVE MODE")
    with gate.holding(table):
        late = gate.start(hand)
        gate.until_waiting(1)
        with inside(office.office):
            take_back_hand_up(handed_up.uid, actor=officer.actor)
    answer = late.result(timeout=PATIENCE)
    assert answer.status_code in {404, 409}
    assert all(text in Page(answer).text for text in hand.typed)
    assert actions(office, handed_up)[-1] == "take_back_hand_up"
    assert desk.player is not None
    assert desk.player.get(address(handed_up, NOTE, desk)).status_code == 404


def test_a_delivery_and_the_office_that_takes_the_complaint_back_wait_in_one_order(
    office: Arena, handed_up: Brought, gate: Gate
) -> None:
    """Whoever comes first is done; who comes second is told, and nobody waits for the other in a circle."""
    officer = office.may(handed_up, TAKE_BACK)[0].actor
    desk = at_the_desk(office).actor
    to = Office.objects.get(code="greged")
    Office.objects.filter(pk=to.pk).update(government=office.office.government)
    handover = Handover.objects.get(uid=handed_up.uid)

    def back() -> str:
        with inside(office.office):
            return take_back_hand_up(handed_up.uid, actor=officer).stage

    def deliver_it() -> str:
        return deliver(
            handover.pk, to.code, government=office.office.government, actor=desk, key=uuid4()
        ).number

    first, second = gate.at_row(office.complaints, "uid", handed_up.uid, back, deliver_it)
    assert gate.queued == 2
    assert first.error is None
    assert isinstance(second.error, HandoverError), repr(second.error)
    assert second.error.code == "stale"
    handover.refresh_from_db()
    assert (handover.state, handover.how) == ("ended", "take_back_hand_up")
    assert actions(office, handed_up)[-1] == "take_back_hand_up"
