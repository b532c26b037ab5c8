"""W17 and the move itself: an open case goes on under another version, or is not moved at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.unit.workflows.simulate import PRESETS, Life, everybody, staff, wib
from tests.unit.workflows.test_random import in_good_hands, keep_work, live
from workflows import engine
from workflows.decision import ClockEvent
from workflows.loading import as_data, procedure_from
from workflows.moving import MOVE_VERSION, check_move, moved
from workflows.preset import load_preset
from workflows.procedure import Procedure
from workflows.replay import applied

CLERK = staff("complaint_clerk")
HEAD = staff("district_head", id=2)


STAGES = ("to", "else", "live", "pauses_in", "stages", "returns_to", "joins")
"""Keys whose values are codes of stages."""


def renamed(procedure: Procedure, names: Mapping[str, str], **limits: str) -> Procedure:
    """The same procedure with other codes for some stages and other limits for some clocks."""

    def walk(part: Any) -> Any:
        if isinstance(part, list):
            return [walk(item) for item in part]
        if not isinstance(part, dict):
            return part
        return {
            key: coded(value) if key in STAGES and not has_parts(value) else walk(value)
            for key, value in part.items()
        }

    def has_parts(value: Any) -> bool:
        return isinstance(value, list) and any(isinstance(item, dict) for item in value)

    def coded(value: Any) -> Any:
        return (
            [names.get(code, code) for code in value] if isinstance(value, list) else names.get(value, value)
        )

    data: dict[str, Any] = walk(as_data(procedure))
    for line in data["lines"]:
        for stage in line["stages"]:
            stage["code"] = names.get(stage["code"], stage["code"])
    for clock in data["clocks"]:
        if clock["code"] in limits:
            clock["limit"] = limits[clock["code"]]
    return procedure_from(data)


def test_the_same_version_moves_nothing() -> None:
    life = Life.begins("greged", "2025-06-02 10:00")
    told = engine.due_at(life.preset.procedure, life.case)
    decision = moved(life.preset.procedure, life.preset.settings, life.case, {}, told, life.now)
    assert decision.action == MOVE_VERSION
    assert not decision.lines
    assert not decision.clocks
    assert not decision.messages
    assert decision.alarms == life.case.alarms
    assert [item.stage for item in decision.work_opened] == ["verification"]


def test_a_stage_that_has_another_code_needs_a_mapping() -> None:
    life = Life.begins("greged", "2025-06-02 10:00")
    new = renamed(life.preset.procedure, {"classification": "sorting"}, verification="2 WD")
    life.does(CLERK, "verify_complete")
    live_at = {("main", "classification"): 3}
    (problem,) = check_move(new, live_at, {})
    assert problem.code == "W17"
    assert "3" in problem.text.id
    assert [p.code for p in check_move(new, live_at, {("main", "classification"): "nowhere"})] == ["W17"]
    assert [p.code for p in check_move(new, live_at, {("main", "classification"): "closed"})] == ["W17"]
    mapping = {("main", "classification"): "sorting"}
    assert list(check_move(new, live_at, mapping)) == []
    told = engine.due_at(life.preset.procedure, life.case)
    decision = moved(new, life.preset.settings, life.case, mapping, told, life.now)
    after = applied(life.case, decision)
    assert after.main.stage == "sorting"
    assert after.main.entered_at == life.case.main.entered_at
    assert after.clocks["verification"].due_at == wib("2025-06-04 10:00")
    assert [c.event for c in decision.clocks] == [ClockEvent.MOVE]
    assert not decision.messages, "the moment told to the reporter is that of the whole process"


def test_the_reporter_hears_where_the_moment_told_to_them_moves() -> None:
    life = Life.begins("greged", "2025-06-02 10:00")
    new = renamed(life.preset.procedure, {}, whole_process="10 WD")
    told = engine.due_at(life.preset.procedure, life.case)
    decision = moved(new, life.preset.settings, life.case, {}, told, life.now)
    assert [m.key for m in decision.messages] == ["due_moved_rules"]
    assert decision.due_at is not None
    assert told is not None
    assert decision.due_at < told
    assert decision.promised_due_at is None


def test_a_side_line_that_is_open_is_not_lost() -> None:
    life = Life.begins("greged", "2025-06-02 10:00")
    life.does(CLERK, "verify_complete")
    life.does(CLERK, "propose_disposition", category="road", case_class="routine")
    life.does(HEAD, "assign", unit="pemberdayaan", instruction="Segera", urgency="ordinary")
    data = as_data(life.preset.procedure)
    data["lines"] = [line for line in data["lines"] if line["code"] != "first_response"]
    data["clocks"] = [clock for clock in data["clocks"] if clock.get("line") != "first_response"]
    new = procedure_from(data)
    (problem,) = check_move(new, {("main", "investigation"): 1, ("first_response", "responding"): 1}, {})
    assert problem.code == "W17"
    with pytest.raises(ValueError, match="W17"):
        moved(new, life.preset.settings, life.case, {}, None, life.now)


def test_a_clock_that_is_no_more_is_cancelled_and_a_new_one_counts_from_its_beginning() -> None:
    life = Life.begins("greged", "2025-06-02 10:00")
    data = as_data(life.preset.procedure)
    for clock in data["clocks"]:
        if clock["code"] == "verification":
            clock["code"] = "checking"
    new = procedure_from(data)
    life.now += timedelta(hours=3)
    decision = moved(new, life.preset.settings, life.case, {}, None, life.now)
    events = {change.state.code: change.event for change in decision.clocks}
    assert events == {"verification": ClockEvent.CANCEL, "checking": ClockEvent.START}
    after = applied(life.case, decision)
    assert after.clocks["checking"].due_at == life.case.clocks["verification"].due_at
    assert not [alarm for alarm in after.alarms if alarm.clock == "verification"]


@pytest.mark.parametrize("code", PRESETS)
def test_wherever_a_life_stands_it_can_be_moved_and_goes_on(code: str) -> None:
    """Every stage renamed, half-way through a random life: each promise still holds, and people can act."""
    preset = load_preset(code)
    names = {s.code: f"{s.code}_two" for line in preset.procedure.lines for s in line.stages if not s.final}
    new = renamed(preset.procedure, names)
    mapping = {
        (ln.code, s.code): names[s.code] for ln in preset.procedure.lines for s in ln.stages if not s.final
    }
    met = 0
    for seed in range(12):
        decisions = live(code, seed, 6)
        case = replace(Life.begins(code, "2025-06-02 10:00").case, lines={}, clocks={})
        for decision in decisions:
            case = applied(case, decision)
        if not any(not line.closed for line in case.lines.values()):
            continue
        now = decisions[-1].at + timedelta(hours=1)
        decision = moved(new, preset.settings, case, mapping, engine.due_at(preset.procedure, case), now)
        work: dict[str, Any] = {}
        keep_work(work, replace(decision, work_closed=()))
        after = applied(case, decision)
        fresh = replace(preset, procedure=new)
        in_good_hands(fresh, after, work)
        offered = [
            o for who in everybody(fresh) for o in engine.offers(new, preset.settings, after, who, now)
        ]
        assert offered
        met += 1
    assert met > 3
