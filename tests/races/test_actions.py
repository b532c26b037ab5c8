"""Every step of every SOP, taken by two people at the same moment: one wins, the other is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.plugins.figures import Keep
from tests.proof import Subject
from tests.races.arena import Arena
from tests.races.duel import fought
from tests.races.gate import Gate
from tests.races.ways import declared
from workflows.preset import preset_codes


@pytest.mark.parametrize("preset", preset_codes())
def test_of_two_who_take_the_same_step_one_wins_and_the_other_is_told(
    arena: Callable[[str], Arena], gate: Gate, figure: Keep, preset: str
) -> None:
    office = arena(preset)
    ways = office.ways
    assert declared(office.rules.procedure) <= set(ways.to)
    duels = [fought(office, gate, way, place, place) for place, way in ways.to.items()]
    figure(Subject.RACES, "actions raced", len(duels))
    assert [str(duel) for duel in duels if duel.wrong] == []
