"""The same races with the lock taken out: then both win. So those tests would notice if it were missing."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier
from uuid import UUID

import pytest

from tenants.complaints.models import Complaint
from tenants.complaints.services import step
from tests.databases import TestServer
from tests.plugins.figures import Keep
from tests.proof import Subject, scaled
from tests.races import keys, sample
from tests.races.arena import Arena
from tests.races.books import Books
from tests.races.duel import Duel, judged, prepared
from tests.races.gate import PATIENCE, Gate
from tests.races.ways import Place

MOST = 0.8
"""So many of the races must be lost without the lock: some steps meet another obstacle."""

KEYS = (
    ("complaints_event", "event_seq_once"),
    ("complaints_workitem", "work_item_open_once"),
    ("coordination_governmentwork", "government_work_open_once"),
)
"""What the database would stop a second step with that came without the lock."""


def reader() -> Callable[[UUID], Complaint]:
    """Reads a complaint without a lock, and goes on when two have read it."""
    both = Barrier(2, timeout=PATIENCE)

    def read(uid: UUID) -> Complaint:
        complaint = Complaint.objects.select_related("unit", "member").get(uid=uid)
        both.wait()
        return complaint

    return read


@pytest.mark.parametrize("presets", sample.PRESETS)
def test_without_the_lock_both_win(
    arena: Callable[[str], Arena],
    gate: Gate,
    figure: Keep,
    monkeypatch: pytest.MonkeyPatch,
    test_server: TestServer,
    real_commits: str,
    presets: tuple[str, ...],
) -> None:
    duels: list[Duel] = []
    for office in map(arena, presets):
        chosen = scaled(dict(list(office.ways.to.items())[:: len(office.ways.to) // 3]), office.ways.to)
        keys.drop(test_server, real_commits, office.office.schema_name, KEYS)
        for place, way in chosen.items():
            hands = prepared(office, way, place, place)
            books = Books.of(office, hands[0].brought)
            with monkeypatch.context() as patch:
                patch.setattr(step, "locked", reader())
                results = gate.together(*hands)
            duels.append(judged(office, books, hands, results))
    both = [duel for duel in duels if duel.won == 2]
    figure(Subject.RACES, "raced without the lock", len(duels))
    figure(Subject.RACES, "both won without the lock", len(both))
    assert [str(duel) for duel in duels if not duel.wrong] == []
    assert len(both) >= MOST * len(duels), [str(duel) for duel in duels if duel.won != 2]


def test_under_the_lock_lie_keys_that_keep_a_second_event_out(
    arena: Callable[[str], Arena], gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = arena("greged")
    place = Place("main", "verification", "verify_complete")
    hands = prepared(office, office.ways.to[place], place, place)
    books = Books.of(office, hands[0].brought)
    monkeypatch.setattr(step, "locked", reader())
    results = gate.together(*hands)
    assert sorted(result.status for result in results) == [302, 500]
    winners = [hand for hand, result in zip(hands, results, strict=True) if result.status == 302]
    assert books.wrong(winners) == []
