"""People against the clock: a limit, a reminder or the end of a wait at the moment when somebody acts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from central.coordination import tasks
from central.coordination.models import Alarm
from central.coordination.services import claim_due_alarms
from central.offices.access import office as inside
from tenants.complaints.chain import verify_chain
from tenants.complaints.models import Complaint, Event, Message
from tenants.complaints.services import act
from tests.plugins.figures import Keep
from tests.proof import Subject, scaled
from tests.races import sample
from tests.races.arena import Arena, Brought
from tests.races.books import SAID, Books
from tests.races.duel import CONFLICT
from tests.races.gate import Gate
from tests.races.hands import Hand, ready
from tests.races.ways import Place, Way
from workflows import engine
from workflows.cases import AlarmKind, Case
from workflows.decision import Decision
from workflows.replay import applied

PLACES = 2
"""How many steps at each office the short form has the clock ring at."""

ASKED = Place("main", "verification", "ask_reporter")
REPLY = Place("main", "awaiting_reporter", "record_reply")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock of the whole process, which stands still."""
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


@dataclass
class Ring:
    """The worker that answers the complaint's alarm."""

    arena: Arena
    brought: Brought

    def __call__(self) -> int:
        return tasks.ring(self.arena.office.pk, [("case", self.brought.uid.hex)])

    def decision(self, case: Case, now: datetime) -> Decision | None:
        rules = self.arena.rules
        return engine.timeout(rules.procedure, rules.settings, case, now)


def overdue(arena: Arena, clock: time_machine.Traveller, way: Way) -> Brought:
    """A complaint whose next alarm is to ring now."""
    brought = arena.brought(way)
    clock.move_to(Alarm.objects.get(kind="case", key=brought.uid.hex).due_at + timedelta(seconds=1))
    return brought


def stood(arena: Arena, ways: dict[Place, Way]) -> dict[Place, Way]:
    """The SOP's own steps, with the way to each: in the short form some, evenly spread."""
    own = {place: way for place, way in ways.items() if len(sample.kind(arena, place)) > 1}
    return scaled(dict(list(own.items())[:: max(1, len(own) // PLACES)][:PLACES]), own)


def events_of(arena: Arena, brought: Brought, since: int) -> list[Event]:
    with inside(arena.office):
        return list(Event.objects.filter(complaint__uid=brought.uid, seq__gt=since).order_by("seq"))


def disorder(arena: Arena, brought: Brought, since: int, case: Case) -> list[str]:
    """What is wrong after people and clock have acted, by the engine alone."""
    with inside(arena.office):
        row = brought.row()
        intact = verify_chain(row).intact
        moments = list(row.events.order_by("seq").values_list("at", flat=True))
        said = list(Message.objects.filter(complaint=row).values_list("event_id", *SAID))
    found = [] if intact else ["the chain is broken"]
    found += [] if moments == sorted(moments) else ["events out of their order in time"]
    found += [] if len(said) == len(set(said)) else ["told twice"]
    found += [] if brought.case() == case else ["the state is not that of the steps"]
    return found


@pytest.mark.parametrize("first", ["person", "clock"])
@pytest.mark.parametrize("presets", sample.PRESETS)
def test_a_step_and_a_limit_at_the_same_moment(
    arena: Callable[[str], Arena],
    gate: Gate,
    clock: time_machine.Traveller,
    figure: Keep,
    presets: tuple[str, ...],
    first: str,
) -> None:
    """A reminder keeps nobody from a step; where the clock has moved the complaint, the person is told."""
    wrong: list[str] = []
    races = 0
    for arena_of in map(arena, presets):
        for place, way in stood(arena_of, arena_of.ways.to).items():
            brought = overdue(arena_of, clock, way)
            who = arena_of.may(brought, place)[0]
            hand, ring = ready(arena_of, brought, place, who, "tangan"), Ring(arena_of, brought)
            calls = (hand, ring) if first == "person" else (ring, hand)
            wrong += [f"{place}: {text}" for text in met(arena_of, gate, hand, ring, calls)]
            races += 1
    figure(Subject.RACES, "steps raced against the clock", races)
    assert wrong == []


def met(arena: Arena, gate: Gate, hand: Hand, ring: Ring, calls: tuple[Any, Any]) -> list[str]:
    books = Books.of(arena, hand.brought)
    results = gate.at_row(arena.complaints, "uid", hand.brought.uid, *calls)
    answer = results[calls.index(hand)]
    found = [f"{result.error!r}" for result in results if result.error is not None]
    found += [] if gate.queued == 2 else [f"{gate.queued} stood at the gate"]
    events = events_of(arena, hand.brought, books.events)
    case, rules = books.case, arena.rules
    found_by_the_ring = case
    for event in events:
        if event.actor_kind == "system":
            decision = ring.decision(case, event.at)
        else:
            found_by_the_ring = case
            decision = engine.decide(
                rules.procedure,
                rules.settings,
                case,
                event.action,
                hand.actor,
                event.at,
                event.line,
                hand.inputs,
            )
        if decision is None:
            return [*found, "the clock has rung, though nothing was due"]
        case = applied(case, decision)
    moved = any(event.action == "timeout" for event in events[: calls.index(hand)])
    steps = [event for event in events if event.actor_kind != "system"]
    if len(steps) != (0 if moved else 1) or len(events) - len(steps) > 1:
        found.append(f"events {[(event.action, event.actor_kind) for event in events]}")
    # Where the clock was first, a limit that the step brought back, over by now, waits for the next ring.
    left = found_by_the_ring if calls.index(ring) == 0 else case
    if ring.decision(left, timezone.now()) is not None:
        found.append("the clock was to ring, and did not")
    if answer.error is None and answer.status != (409 if moved else 303 if hand.by_reporter else 302):
        found.append(f"answered {answer.status}")
    return found + disorder(arena, hand.brought, books.events, case)


def test_an_answer_that_comes_when_the_wait_has_just_ended_is_told_so_and_not_lost(
    arena: Callable[[str], Arena], gate: Gate, clock: time_machine.Traveller
) -> None:
    office = arena("greged")
    brought = office.brought(office.ways.to[REPLY])
    (wait,) = [alarm for alarm in brought.case().alarms if alarm.kind is AlarmKind.TIMEOUT]
    clock.move_to(wait.at + timedelta(seconds=1))
    hand = ready(office, brought, REPLY, office.may(brought, REPLY)[0], "catatan")
    reply = ready(office, brought, Place("main", "awaiting_reporter", "reply"), office.reporter, "jawaban")
    with inside(office.office):
        alone = Complaint.objects.filter(stage="awaiting_reporter").count()
    assert alone == 1
    table = office.complaints
    _rung, noted = gate.at_row(table, "uid", brought.uid, Ring(office, brought), hand)
    body = noted.response.content.decode()
    assert noted.status == 409
    assert CONFLICT in body
    assert "sistem melakukan “Batas waktu tunggu berakhir”" in body
    assert all(text in body for text in hand.typed)
    late = reply()
    assert late.status_code == 409
    assert all(text in late.content.decode() for text in reply.typed)
    assert [event.action for event in events_of(office, brought, 2)] == ["timeout"]


def test_of_two_workers_who_ring_the_same_complaint_one_does_it(
    arena: Callable[[str], Arena], gate: Gate, clock: time_machine.Traveller
) -> None:
    office = arena("greged")
    brought = overdue(office, clock, ())
    ring = Ring(office, brought)
    results = gate.at_row(office.complaints, "uid", brought.uid, ring, ring)
    assert gate.queued == 2
    assert [result.value for result in results] == [1, 1]
    assert [event.kind for event in events_of(office, brought, 1)] == ["notice"]
    with inside(office.office):
        warned = Message.objects.filter(subject__startswith="Mendekati batas waktu")
        recipients = list(warned.values_list("recipient", flat=True))
    assert len(recipients) == len(set(recipients)) == 2


def test_an_alarm_is_given_to_one_of_two_dispatchers(
    arena: Callable[[str], Arena], gate: Gate, clock: time_machine.Traveller
) -> None:
    office = arena("greged")
    overdue(office, clock, ())
    with transaction.atomic():
        mine = claim_due_alarms(timezone.now())
        theirs = gate.start(lambda: claim_due_alarms(timezone.now())).result(timeout=30)
    assert [kind for _office, kind, _key in mine if kind != "staff"] == ["case"]
    assert theirs == []


def test_what_waited_for_its_turn_is_dated_when_its_turn_came(
    arena: Callable[[str], Arena], gate: Gate, clock: time_machine.Traveller
) -> None:
    """A reporter presses a button while an officer's step is being stored: the story keeps its order."""
    office = arena("greged")
    brought = office.received()
    place = Place("main", "verification", "withdraw")
    hand = ready(office, brought, place, office.reporter, "cabut")
    clerk = office.may(brought, Place("main", "verification", "note"))[0]
    with inside(office.office):
        clock.shift(timedelta(minutes=10))
        act(brought.uid, "note", actor=clerk.actor, inputs={"note": "Sudah saya telepon."})
        clock.shift(-timedelta(minutes=5))
        late = gate.start(hand)
        gate.until_waiting(1)
        clock.shift(timedelta(minutes=6))
    assert late.result(timeout=30).status_code == 303
    with inside(office.office):
        moments = list(Event.objects.filter(complaint__uid=brought.uid).order_by("seq").values_list("at"))
    assert moments == sorted(moments)


def test_a_worker_that_waited_rings_at_its_own_moment(
    arena: Callable[[str], Arena], gate: Gate, clock: time_machine.Traveller
) -> None:
    office = arena("greged")
    brought = overdue(office, clock, ())
    clerk = office.may(brought, Place("main", "verification", "note"))[0]
    uid: UUID = brought.uid
    with inside(office.office):
        clock.shift(timedelta(seconds=10))
        act(uid, "note", actor=clerk.actor, inputs={"note": "Sudah saya telepon."})
        clock.shift(-timedelta(seconds=5))
        rung = gate.start(Ring(office, brought))
        gate.until_waiting(1)
        clock.shift(timedelta(seconds=6))
    assert rung.result(timeout=30) == 1
    events = events_of(office, brought, 1)
    assert [event.action for event in events] == ["note", "notice"]
    assert events[0].at <= events[1].at
