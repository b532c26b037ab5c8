"""Every step of every SOP, taken by two people at the same moment: one wins, the other is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from django.http import HttpResponse

from central.offices.access import office as inside
from tests.plugins.figures import Keep
from tests.proof import Subject
from tests.races import sample
from tests.races.arena import Arena, Somebody
from tests.races.duel import Duel, fought
from tests.races.gate import Gate
from tests.races.ways import Place, declared

pytestmark = pytest.mark.slow

PAIRS = 4
"""Pairs of different steps that the short form races at each office."""


def wrong(duels: Sequence[Duel]) -> list[str]:
    return [str(duel) for duel in duels if duel.wrong]


@pytest.mark.parametrize("presets", sample.PRESETS)
def test_of_two_who_take_the_same_step_one_wins_and_the_other_is_told(
    arena: Callable[[str], Arena], gate: Gate, figure: Keep, presets: tuple[str, ...]
) -> None:
    duels: list[Duel] = []
    seen: set[sample.Kind] = set()
    for office in map(arena, presets):
        assert declared(office.rules.procedure) <= set(office.ways.to)
        for place, way in sample.places(office, seen).items():
            duels.append(fought(office, gate, way, place, place))
    figure(Subject.RACES, "actions raced", len(duels))
    figure(Subject.RACES, "both won (must be 0)", len([duel for duel in duels if duel.won > 1]))
    assert wrong(duels) == []


@pytest.mark.parametrize("presets", sample.PRESETS)
def test_of_two_who_take_different_steps_at_once_the_books_know_one_after_the_other(
    arena: Callable[[str], Arena], gate: Gate, figure: Keep, presets: tuple[str, ...]
) -> None:
    """Both orders. A reporter who comes second needs no form of the newest state: what the SOP still lets
    them do is done.
    """
    duels: list[Duel] = []
    for office in map(arena, presets):
        for (one, other), way in sample.pairs(office, PAIRS).items():
            duels.append(fought(office, gate, way, one, other))
            duels.append(fought(office, gate, way, other, one))
    figure(Subject.RACES, "pairs", len(duels))
    figure(Subject.RACES, "both won (must be 0)", len([d for d in duels if d.won > 1 and d.expected == 1]))
    assert wrong(duels) == []


def test_of_two_programs_that_take_a_step_one_gets_a_conflict(
    arena: Callable[[str], Arena], gate: Gate
) -> None:
    office = arena("greged")
    brought = office.received()
    place = Place("main", "verification", "verify_complete")
    path = f"/api/v1/cases/{brought.slug}/actions/{place.action}/"
    sent = {"version": 1, "line": place.line, "inputs": {"note": "Lengkap."}}

    def by(who: Somebody) -> Callable[[], HttpResponse]:
        player = who.player
        assert player is not None
        return lambda: player.post(path, sent, content_type="application/json")

    calls = [by(who) for who in office.may(brought, place)[:2]]
    first, second = gate.at_row(office.complaints, "uid", brought.uid, *calls)
    assert gate.queued == 2
    assert (first.status, second.status) == (200, 409)
    problem = second.response.json()
    assert problem["code"] == "conflict"
    assert "Petugas Administrasi Pengaduan A" in problem["detail"]
    with inside(office.office):
        assert brought.row().version == 2
