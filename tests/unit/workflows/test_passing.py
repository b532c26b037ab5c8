"""What lies on every way to an end, against the same looked for by hand."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.workflows.simulate import PRESETS
from tests.unit.workflows.sound_procedures import sound_document
from workflows.cases import Outcome
from workflows.loading import procedure_from
from workflows.passing import Passing, numbered
from workflows.preset import load_preset
from workflows.procedure import Line, Procedure


def passes(line: Line, start: str, ends: frozenset[str], without: tuple[str, str]) -> bool:
    """Whether an end can be reached from a stage if one step is never taken."""
    seen, todo = {start}, [start]
    stages = {one.code: one for one in line.stages}
    while todo:
        here = stages[todo.pop()]
        if here.code in ends:
            return True
        onward = [to for one in here.actions if (here.code, one.code) != without for to in one.targets()]
        for to in [*onward, *([here.waits.to] if here.waits else [])]:
            if to not in seen:
                seen.add(to)
                todo.append(to)
    return False


def look_through(procedure: Procedure) -> None:
    for line in procedure.lines:
        bits = numbered(line)
        for outcome in Outcome:
            passing = Passing(line, outcome, bits)
            for one in line.stages:
                reached = passes(line, one.code, passing.ends, ("", "-"))
                needed = passing.from_stage(one.code)
                assert (needed is not None) == reached
                for step, bit in bits.items():
                    by_hand = reached and not passes(line, one.code, passing.ends, step)
                    assert bool((needed or 0) & bit) == by_hand, (line.code, one.code, step, outcome)


@pytest.mark.parametrize("preset", PRESETS)
def test_what_has_to_be_passed_is_what_no_way_to_the_end_goes_without(preset: str) -> None:
    look_through(load_preset(preset).procedure)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_so_it_is_in_random_procedures(seed: int) -> None:
    look_through(procedure_from(sound_document(random.Random(seed))))
