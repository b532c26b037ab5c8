"""Two workers at the outbox: no message goes out twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from uuid import UUID

import pytest
from django.utils import timezone

from central.delivery import registry, services, tasks
from central.delivery.models import Outbox
from tests.races.arena import Arena
from tests.races.gate import PATIENCE, Gate, until

EMAIL = "email"
COMPLAINTS = 3
UNCLAIMED = """
UPDATE delivery_outbox SET attempts = attempts + 1
WHERE id IN (
    SELECT id FROM delivery_outbox
    WHERE state = 'pending' AND due_at <= %(before)s ORDER BY due_at LIMIT 1
)
RETURNING id
"""
"""The sweep's look without its claim."""


@dataclass
class Door:
    """The mail server: takes every message, and at first keeps one waiting in the door."""

    taken: list[UUID] = field(default_factory=list)
    busy: Event = field(default_factory=Event)
    go_on: Event = field(default_factory=Event)

    def __call__(self, outgoing: registry.Outgoing) -> None:
        self.taken.append(outgoing.uid)
        if not self.busy.is_set():
            self.busy.set()
            assert self.go_on.wait(PATIENCE)

    @property
    def twice(self) -> list[UUID]:
        return [uid for uid, times in Counter(self.taken).items() if times > 1]


@pytest.fixture
def door() -> Iterator[Door]:
    """Takes the place of the mail server."""
    before, door = registry.channel(EMAIL), Door()
    registry.register_channel(EMAIL, door)
    yield door
    registry.register_channel(EMAIL, before)


@pytest.fixture
def waiting(arena: Callable[[str], Arena], monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Messages whose nudge was lost: the sweep finds them."""
    office = arena("greged")
    for _ in range(COMPLAINTS):
        office.received()
    late = timezone.now() + services.GRACE + timedelta(seconds=1)
    monkeypatch.setattr(tasks.timezone, "now", lambda: late)
    return list(Outbox.objects.order_by("due_at").values_list("message_uid", flat=True))


def test_a_nudge_that_comes_twice_sends_once(waiting: list[UUID], gate: Gate, door: Door) -> None:
    door.go_on.set()
    uid = waiting[0]

    def send() -> int:
        return int(tasks.send([str(uid)]))

    results = gate.at_row(("public", "delivery_outbox"), "message_uid", uid, send, send)
    assert gate.queued == 2
    assert [result.value for result in results] == [1, 0]
    assert door.taken == [uid]


def test_a_sweep_leaves_to_another_what_that_one_has_in_hand(
    waiting: list[UUID], gate: Gate, door: Door
) -> None:
    first = gate.start(tasks.sweep)
    until(door.busy.is_set)
    second = gate.start(tasks.sweep).result(timeout=PATIENCE)
    nudged = gate.start(lambda: tasks.send([str(uid) for uid in waiting])).result(timeout=PATIENCE)
    door.go_on.set()
    assert first.result(timeout=PATIENCE) + second + nudged == len(waiting)
    assert second == len(waiting) - 1
    assert (sorted(door.taken), door.twice) == (sorted(waiting), [])
    assert set(Outbox.objects.values_list("state", flat=True)) == {Outbox.State.SENT}


def test_without_the_claim_a_message_goes_out_twice(
    waiting: list[UUID], gate: Gate, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "_CLAIM_LOST", UNCLAIMED)
    first = gate.start(tasks.sweep)
    until(door.busy.is_set)
    gate.start(tasks.sweep).result(timeout=PATIENCE)
    door.go_on.set()
    first.result(timeout=PATIENCE)
    assert door.twice == [waiting[0]]


def test_many_sweeps_at_once_send_everything_once(waiting: list[UUID], gate: Gate, door: Door) -> None:
    door.busy.set()
    gate.together(tasks.sweep, tasks.sweep)
    assert (sorted(door.taken), door.twice) == (sorted(waiting), [])
