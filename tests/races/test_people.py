"""A step at the moment when somebody leaves, loses a role, or when the unit that it names is closed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from django.http import HttpResponse

from central.offices.access import office as inside
from central.offices.models import GovernmentMember
from tenants.complaints.models import Complaint, Event, WorkItem
from tenants.complaints.services import act
from tenants.desk import services as desk
from tenants.errors import ServiceError
from tenants.organization import holds
from tenants.organization import services as organization
from tenants.organization.models import Holding, Member, Unit
from tests.acceptance.sops.page import Page
from tests.races.arena import Arena, Brought, Somebody
from tests.races.gate import Gate, Outcome
from tests.races.hands import Hand, ready
from tests.races.ways import Place
from workflows.cases import Actor

VERIFY = Place("main", "verification", "verify_complete")
ASSIGN = Place("main", "disposition", "assign")
SUBMIT = Place("main", "investigation", "submit_report")
RETURN = Place("main", "review", "return_report")
PUBLISH = Place("publication", "publishing", "publish")
UNIT = "pemberdayaan"

Change = Callable[[], Any]


@pytest.fixture
def greged(arena: Callable[[str], Arena]) -> Arena:
    return arena("greged")


def leaving(arena: Arena, who: Somebody, admin: Actor) -> Change:
    """The admin ends somebody's work at the office."""

    def leave() -> None:
        with inside(arena.office):
            organization.deactivate_member(Member.objects.get(pk=who.actor.id), actor=admin)

    return leave


def losing(arena: Arena, who: Somebody, admin: Actor) -> Change:
    """The admin ends somebody's only holding."""

    def lose() -> None:
        with inside(arena.office):
            organization.end_holding(Holding.objects.get(member_id=who.actor.id), actor=admin)

    return lose


def officer_of(arena: Arena, unit: str) -> Somebody:
    return next(
        one for one in arena.staff[0] if unit in one.actor.units and "unit_officer" in one.actor.roles
    )


def steps(arena: Arena, brought: Brought) -> list[str]:
    with inside(arena.office):
        events = Event.objects.filter(complaint__uid=brought.uid).order_by("seq")
        return list(events.values_list("action", flat=True))


def open_work(arena: Arena, brought: Brought) -> list[tuple[str, int | None]]:
    with inside(arena.office):
        rows = WorkItem.objects.filter(complaint__uid=brought.uid, closed_at=None).order_by("line")
        return list(rows.values_list("line", "member_id"))


def to_disposition(arena: Arena) -> Brought:
    return arena.brought(arena.ways.to[ASSIGN])


def assigned(arena: Arena, who: Somebody, brought: Brought | None = None) -> Brought:
    """A complaint that lies with one person of a unit."""
    brought = brought or to_disposition(arena)
    head = arena.may(brought, ASSIGN)[0]
    inputs = {
        "unit": UNIT,
        "member": who.actor.id,
        "instruction": "Segera ditinjau di tempat.",
        "urgency": "urgent",
        "correction": "Lebih dekat dengan tempatnya.",
    }
    with inside(arena.office):
        act(brought.uid, "assign", actor=head.actor, inputs=inputs)
    return brought


def kept(hand: Hand, answer: HttpResponse) -> bool:
    """Whether everything that was typed stands on the page that came back."""
    return all(text in Page(answer).text for text in hand.typed)


def at_gate(arena: Arena, gate: Gate, brought: Brought, *calls: Callable[[], Any]) -> list[Outcome]:
    results = gate.at_row(arena.complaints, "uid", brought.uid, *calls)
    assert [result.error for result in results if result.error is not None] == []
    return results


@pytest.mark.parametrize("goes", [leaving, losing])
def test_whoever_lost_the_right_while_a_step_waited_does_not_take_it_any_more(
    greged: Arena, gate: Gate, goes: Callable[[Arena, Somebody, Actor], Change]
) -> None:
    """The step stands in the queue before the complaint; meanwhile an admin ends the person's work."""
    admin, brought = greged.admin("satu"), greged.received()
    clerk = greged.may(brought, VERIFY)[0]
    hand = ready(greged, brought, VERIFY, clerk, "terakhir")
    with gate.holding_row(greged.complaints, "uid", brought.uid):
        (late,) = gate.gather(hand)
        goes(greged, clerk, admin.actor)()
    answer = late.result(timeout=60)
    assert answer.status_code in {403, 422}
    assert "tidak lagi bertugas" in Page(answer).text or "bukan tugas Anda" in Page(answer).text
    assert kept(hand, answer)
    assert steps(greged, brought) == ["start"]


def test_somebody_of_the_desk_who_lost_the_role_while_a_step_waited_does_not_publish(
    arena: Callable[[str], Arena], gate: Gate
) -> None:
    office = arena("mojokerto")
    brought = office.brought(office.ways.to[PUBLISH])
    who = office.may(brought, PUBLISH)[0]
    assert who.player is not None
    government = office.office.government
    GovernmentMember.objects.create(user=who.player.user, government=government, role="editor")
    hand = ready(office, brought, PUBLISH, who, "terbit")
    before = steps(office, brought)
    with gate.holding_row(office.complaints, "uid", brought.uid):
        (late,) = gate.gather(hand)
        desk.set_roles(government, who.player.user, ["editor"])
    answer = late.result(timeout=60)
    assert answer.status_code in {403, 422}
    assert steps(office, brought) == before
    with inside(office.office):
        assert Complaint.objects.get(uid=brought.uid).published_at is None


@pytest.mark.parametrize("first", ["step", "leaving"])
def test_the_work_of_whoever_leaves_while_they_report_goes_on(greged: Arena, gate: Gate, first: str) -> None:
    admin, officer = greged.admin("satu"), officer_of(greged, UNIT)
    brought = assigned(greged, officer)
    hand, leave = ready(greged, brought, SUBMIT, officer, "laporan"), leaving(greged, officer, admin.actor)
    calls = (hand, leave) if first == "step" else (leave, hand)
    results = at_gate(greged, gate, brought, *calls)
    assert gate.queued == 2
    answer = results[calls.index(hand)].response
    if first == "step":
        assert answer.status_code == 302
        assert [step for step in steps(greged, brought) if step == "submit_report"] == ["submit_report"]
    else:
        assert answer.status_code in {403, 409, 422}
        assert kept(hand, answer)
        assert steps(greged, brought)[-1] == "release_work"
    assert all(member != officer.actor.id for _line, member in open_work(greged, brought))
    with inside(greged.office):
        assert not Member.objects.get(pk=officer.actor.id).is_active


def test_nothing_is_released_where_nothing_lay_any_more(greged: Arena, gate: Gate) -> None:
    """The complaint was withdrawn while the admin's command waited for it: no event of a release."""
    admin, officer = greged.admin("satu"), officer_of(greged, UNIT)
    brought = assigned(greged, officer)
    place = Place("main", "investigation", "withdraw")
    hand = ready(greged, brought, place, greged.reporter, "cabut")
    at_gate(greged, gate, brought, hand, leaving(greged, officer, admin.actor))
    assert gate.queued == 2
    assert steps(greged, brought)[-1] == "withdraw"


def naming(arena: Arena, brought: Brought, officer: Somebody | None = None) -> Hand:
    """The head is about to give a complaint to the unit, or to one person of it."""
    hand = ready(arena, brought, ASSIGN, arena.may(brought, ASSIGN)[0], "disposisi")
    hand.form.fill("isi-unit", UNIT)
    if officer is not None:
        hand.form.fill("isi-member", str(officer.actor.id))
    return hand


def test_work_is_not_given_to_somebody_who_is_just_leaving(greged: Arena, gate: Gate) -> None:
    """The admin's command is done but not stored yet."""
    admin, officer, brought = greged.admin("satu"), officer_of(greged, UNIT), to_disposition(greged)
    hand = naming(greged, brought, officer)
    with inside(greged.office):
        organization.deactivate_member(Member.objects.get(pk=officer.actor.id), actor=admin.actor)
        given = gate.start(hand)
        gate.until_waiting(1)
    answer = given.result(timeout=60)
    assert answer.status_code == 422
    assert kept(hand, answer)
    assert steps(greged, brought)[-1] != "assign"


def test_work_that_is_given_while_the_admins_command_waits_is_found_by_it(greged: Arena, gate: Gate) -> None:
    """The command has looked for work and found none; then it waits for the person's row."""
    admin, officer, brought = greged.admin("satu"), officer_of(greged, UNIT), to_disposition(greged)
    hand = naming(greged, brought, officer)
    with inside(greged.office):
        holds.present([officer.actor.id or 0])
        left = gate.start(leaving(greged, officer, admin.actor))
        gate.until_waiting(1)
        assert gate.start(hand).result(timeout=60).status_code == 302
    left.result(timeout=60)
    assert [member for _line, member in open_work(greged, brought)] == [None, None]


def test_an_admin_is_told_where_a_step_on_such_work_is_under_way(greged: Arena, gate: Gate) -> None:
    """Neither waits for the other: the step may want the person whom the admin's command holds."""
    admin, officer, brought = greged.admin("satu"), officer_of(greged, UNIT), to_disposition(greged)
    hand = naming(greged, brought, officer)
    with ExitStack() as under_way:
        with inside(greged.office):
            holds.present([officer.actor.id or 0])
            left = gate.start(leaving(greged, officer, admin.actor))
            gate.until_waiting(1)
            assert gate.start(hand).result(timeout=60).status_code == 302
            under_way.enter_context(gate.holding_row(greged.complaints, "uid", brought.uid))
        error = left.exception(timeout=60)
    assert isinstance(error, ServiceError)
    assert (error.code, bool(str(error))) == ("conflict", True)
    with inside(greged.office):
        assert Member.objects.get(pk=officer.actor.id).is_active


def test_whoever_was_given_work_a_moment_ago_leaves_without_it(greged: Arena, gate: Gate) -> None:
    """The step that gives it has not been stored yet when the admin's command begins."""
    admin, officer, brought = greged.admin("satu"), officer_of(greged, UNIT), to_disposition(greged)
    hand = naming(greged, brought, officer)
    index = ("public", "coordination_caseindex")
    with gate.holding_row(index, "uid", brought.uid):
        given, left = gate.gather(hand, leaving(greged, officer, admin.actor))
    assert given.result(timeout=60).status_code == 302
    left.result(timeout=60)
    assert gate.queued == 2
    assert [member for _line, member in open_work(greged, brought)] == [None, None]


def test_work_that_comes_back_after_its_officer_has_left_is_the_units(greged: Arena) -> None:
    admin, officer = greged.admin("satu"), officer_of(greged, UNIT)
    brought = assigned(greged, officer)
    with inside(greged.office):
        first = {"response": "Kami sudah ke tempat."}
        act(brought.uid, "give_first_response", line="first_response", actor=officer.actor, inputs=first)
        report = {"findings": "Saluran tersumbat.", "recommendation": "Dibersihkan."}
        act(brought.uid, "submit_report", actor=officer.actor, inputs=report)
    leaving(greged, officer, admin.actor)()
    secretary = greged.may(brought, RETURN)[0]
    with inside(greged.office):
        act(brought.uid, "return_report", actor=secretary.actor, inputs={"reason": "Foto belum ada."})
    assert dict(open_work(greged, brought))["main"] is None
    assert greged.may(brought, SUBMIT)


@pytest.mark.parametrize("first", ["step", "losing"])
def test_work_does_not_stay_with_somebody_who_loses_the_role_at_that_moment(
    greged: Arena, gate: Gate, first: str
) -> None:
    admin, officer, brought = greged.admin("satu"), officer_of(greged, UNIT), to_disposition(greged)
    hand, lose = naming(greged, brought, officer), losing(greged, officer, admin.actor)
    if first == "step":
        with gate.holding_row(("public", "coordination_caseindex"), "uid", brought.uid):
            given, lost = gate.gather(hand, lose)
        assert gate.queued == 2
        lost.result(timeout=60)
        assert given.result(timeout=60).status_code == 302
        assert [member for _line, member in open_work(greged, brought)] == [None, None]
        return
    with inside(greged.office):
        organization.end_holding(Holding.objects.get(member_id=officer.actor.id), actor=admin.actor)
        given = gate.start(hand)
        gate.until_waiting(1)  # the end is not stored yet
    answer = given.result(timeout=60)
    assert answer.status_code == 422
    assert kept(hand, answer)


def test_a_unit_is_not_closed_under_work_that_is_just_given_to_it(greged: Arena, gate: Gate) -> None:
    admin, brought = greged.admin("satu"), to_disposition(greged)
    hand = naming(greged, brought)

    def close() -> str:
        with inside(greged.office):
            unit = Unit.objects.get(code=UNIT)
            try:
                organization.update_unit(unit, actor=admin.actor, name=unit.name, is_active=False)
            except organization.OrganizationError as refused:
                return refused.code
        return "closed"

    with gate.holding_row(("public", "coordination_caseindex"), "uid", brought.uid):
        given, closed = gate.gather(hand, close)
    assert (given.result(timeout=60).status_code, closed.result(timeout=60)) == (302, "in_use")


def test_work_is_not_given_to_a_unit_that_is_just_being_closed(greged: Arena, gate: Gate) -> None:
    admin, brought = greged.admin("satu"), to_disposition(greged)
    hand = naming(greged, brought)
    with inside(greged.office):
        unit = Unit.objects.get(code=UNIT)
        organization.update_unit(unit, actor=admin.actor, name=unit.name, is_active=False)
        given = gate.start(hand)
        gate.until_waiting(1)  # the closing is not stored yet
    answer = given.result(timeout=60)
    assert answer.status_code == 422
    assert kept(hand, answer)
    assert steps(greged, brought)[-1] != "assign"
