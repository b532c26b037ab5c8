"""Whatever people do and however long they wait, a case stays on its graph and in somebody's hands."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.workflows.simulate import PRESETS, Life, everybody
from tests.unit.workflows.sound_procedures import sound_preset
from workflows import engine
from workflows.actions import CORRECTION
from workflows.cases import MAIN, Actor, AlarmKind, Case, Visibility
from workflows.decision import ActionRefused, Decision, InputKind, Offer
from workflows.loading import as_data, as_yaml, load_procedure, procedure_from
from workflows.preset import Preset, load_preset
from workflows.problems import Severity
from workflows.soundness import check_procedure

RARE = {"note": 0.02, "withdraw": 0.05, "refer": 0.4, "withhold": 0.5, "take_back": 0.5, "decline": 0.3}
"""How often people take the steps that end or stop a life, against 1 for any other."""


def typed(offer: Offer, dice: random.Random, preset: Preset) -> dict[str, Any]:
    """Right inputs for an offer, the optional ones now and then, and always why something is changed."""
    inputs: dict[str, Any] = {}
    for item in offer.inputs:
        if not item.required and item.code != CORRECTION and dice.random() < 0.5:
            continue
        match item.kind:
            case InputKind.CHOICE | InputKind.CATEGORY:
                inputs[item.code] = dice.choice(item.choices)[0]
            case InputKind.UNIT:
                inputs[item.code] = dice.choice(preset.organisation.units).code
            case InputKind.MEMBER:
                numbers = [10 + n for n, role in enumerate(preset.procedure.roles) if role.code in item.roles]
                inputs[item.code] = dice.choice(numbers)
            case InputKind.NUMBER:
                inputs[item.code] = dice.randint(item.minimum, item.maximum)
            case InputKind.CHECKBOX:
                inputs[item.code] = True
            case InputKind.FILES:
                inputs[item.code] = ["file"]
            case InputKind.DATE:
                inputs[item.code] = "2025-06-02"
            case InputKind.ROLE:
                inputs[item.code] = preset.procedure.roles[0].code
            case _:
                inputs[item.code] = "Sepuluh huruf lebih."
    return inputs


def in_good_hands(preset: Preset, case: Case, work: dict[str, Any]) -> None:
    """The promises that hold at every moment of every case."""
    index = preset.procedure.index
    assert set(work) == {code for code, line in case.lines.items() if not line.closed}
    for code, line in case.lines.items():
        stage = index.lines[code].stages[line.stage]
        assert line.cancelled or line.closed == (stage.final is not None)
        if line.closed:
            continue
        item = work[code]
        assert item.stage == line.stage
        assert item.roles, "open work belongs to a role"
        running = [
            clock.spec.code
            for clock in index.lines[code].clocks
            if case.clocks.get(clock.spec.code) is not None
            and case.clocks[clock.spec.code].running
            and line.stage in clock.live
        ]
        kinds = {alarm.kind for alarm in case.alarms if alarm.line == code}
        assert running or stage.no_limit, f"{code}/{line.stage}: neither a clock nor an explicit no limit"
        if item.waiting:
            assert AlarmKind.TIMEOUT in kinds, "a wait ends by itself"
        elif item.due_at is None:
            assert AlarmKind.REMIND in kinds, "work without a limit is reminded of"
    for clock in case.clocks.values():
        line = case.lines[clock.line]
        assert not (line.closed and clock.stopped_at is None), "no clock outlives its line"
        assert clock.pauses == tuple(sorted(clock.pauses, key=lambda one: (one.begin, one.end)))
    if case.is_open:
        assert case.outcome is None
        assert case.closed_at is None
    else:
        assert case.outcome is not None
        assert case.closed_at is not None
        assert engine.due_at(preset.procedure, case) is None


def keep_work(work: dict[str, Any], decision: Decision) -> None:
    """What the shell does with work items."""
    for closed in decision.work_closed:
        assert work.pop(closed.line).stage == closed.stage
    for item in decision.work_opened:
        assert item.line not in work, "one open item a line"
        work[item.line] = item
    for moved in decision.work_moved:
        assert work[moved.line].stage == moved.stage


def live(preset_code: str | Preset, seed: int, steps: int, known: Preset | None = None) -> list[Decision]:
    """One random life; every promise is checked after every step. `known`: the preset whose people act; None:
    the same.
    """
    dice = random.Random(seed)
    start = f"2025-{dice.randint(1, 12):02}-{dice.randint(1, 28):02} {dice.randint(0, 23):02}:30"
    life = Life.begins(preset_code, start, visibility=dice.choice([Visibility.OPEN, Visibility.CONFIDENTIAL]))
    preset = life.preset
    known = known or preset
    people = everybody(known)
    work: dict[str, Any] = {}
    keep_work(work, life.decisions[0])
    in_good_hands(preset, life.case, work)
    for _ in range(steps):
        life.now += timedelta(minutes=dice.choice([0, 1, 20, 200, 1500, 9000, 50_000]))
        by_time = engine.timeout(preset.procedure, preset.settings, life.case, life.now)
        if by_time is not None:
            life.waits(f"{life.now:%Y-%m-%d %H:%M}")
            keep_work(work, life.decisions[-1])
        else:
            possible = [(person, offer) for person in people for offer in life.offered(person)]
            if not possible:
                assert not life.case.is_open, "an open case has somebody who can act"
                continue
            weights = [RARE.get(offer.action, 1.0) for _, offer in possible]
            who, offer = dice.choices(possible, weights)[0]
            decision = life.does(who, offer.action, offer.line, **typed(offer, dice, known))
            keep_work(work, decision)
            assert decision.line == offer.line
        in_good_hands(preset, life.case, work)
    return life.decisions


@pytest.mark.parametrize("preset", PRESETS)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_lives_stay_on_the_graph_and_in_somebodys_hands(preset: str, seed: int) -> None:
    live(preset, seed, 25)


@pytest.mark.parametrize("preset", PRESETS)
def test_the_random_lives_go_everywhere(preset: str) -> None:
    procedure = load_preset(preset).procedure
    decisions = [decision for seed in range(120) for decision in live(preset, seed, 40)]
    seen = {(change.line, change.state.stage) for decision in decisions for change in decision.lines}
    assert {(line.code, stage.code) for line in procedure.lines for stage in line.stages} <= seen
    taken = {(decision.line, decision.action) for decision in decisions}
    assert {(ln.code, a.code) for ln in procedure.lines for s in ln.stages for a in s.actions} <= taken
    own = {"note", "hand_up", "take_back_hand_up", "refer", "withdraw", "rate", "object", "timeout"}
    waits = any(stage.waits for line in procedure.lines for stage in line.stages)
    assert own - {action for _, action in taken} == (set() if waits else {"timeout"})


@pytest.mark.parametrize("preset", PRESETS)
def test_the_same_life_is_lived_twice_alike(preset: str) -> None:
    for seed in range(10):
        assert live(preset, seed, 25) == live(preset, seed, 25)


@pytest.mark.parametrize("preset", PRESETS)
def test_what_is_not_offered_is_refused_and_what_is_offered_is_not(preset: str) -> None:
    dice = random.Random(7)
    life = Life.begins(preset, "2025-06-02 10:00")
    people = everybody(life.preset)
    procedure = life.preset.procedure
    actions = {(line.code, a.code) for line in procedure.lines for s in line.stages for a in s.actions}
    actions |= {(MAIN, code) for code in engine.OWN_ACTIONS}

    def accepted(who: Actor, line: str, action: str) -> bool:
        offer = next((o for o in life.offered(who) if (o.line, o.action) == (line, action)), None)
        inputs = typed(offer, dice, life.preset) if offer else {}
        try:
            engine.decide(procedure, life.preset.settings, life.case, action, who, life.now, line, inputs)
        except ActionRefused:
            return False
        return True

    for _ in range(12):
        for who in people:
            offered = {(offer.line, offer.action) for offer in life.offered(who)}
            own = {pair for pair in offered if pair[1] in engine.OWN_ACTIONS}
            for line, action in sorted(actions | own):
                assert accepted(who, line, action) is ((line, action) in offered), (who, line, action)
        moves = [(who, offer) for who in people for offer in life.offered(who) if not offer.internal]
        if not moves:
            break
        who, offer = dice.choice(moves)
        life.does(who, offer.action, offer.line, **typed(offer, dice, life.preset))


# Procedures that nobody has written


@given(dice=st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_sound_procedures_keep_every_case_on_the_graph_and_in_somebodys_hands(
    dice: random.Random,
) -> None:
    preset = sound_preset(dice)
    found = [p for p in check_procedure(preset.procedure, preset.settings) if p.severity is Severity.ERROR]
    assert found == [], "sound by construction"
    live(preset, dice.randint(0, 2**32), 25)


@given(dice=st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_procedure_is_the_same_after_yaml_and_json(dice: random.Random) -> None:
    procedure = sound_preset(dice).procedure
    assert load_procedure(as_yaml(procedure)) == procedure
    assert procedure_from(json.loads(json.dumps(as_data(procedure)))) == procedure
    assert as_yaml(load_procedure(as_yaml(procedure))) == as_yaml(procedure)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_random_procedure_decides_the_same_twice(seed: int) -> None:
    first, second = (sound_preset(random.Random(seed)) for _ in range(2))
    assert first.procedure == second.procedure
    assert live(first, seed, 15) == live(second, seed, 15)
