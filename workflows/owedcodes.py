"""W19 compares what people know by its name: a stage or step that only has another code is the same one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from workflows.actions import Action, ClockStart
from workflows.cases import MAIN
from workflows.procedure import Clock, Line, Procedure, Stage

Codes = Mapping[str, str]
"""Codes of now with those of before."""

_Part = TypeVar("_Part", Stage, Action)


def with_old_codes(old: Procedure, new: Procedure) -> Procedure:
    """The next version with the codes of before for stages and steps that have kept their names. The order of
    everything stays.
    """
    before = {line.code: line for line in old.lines}
    stages: dict[str, Codes] = {}
    steps: dict[str, str] = {}
    lines = []
    for line in new.lines:
        if line.code in before:
            codes = stages[line.code] = _renamed(before[line.code].stages, line.stages)
            line = _line(before[line.code], line, codes, steps)
        lines.append(line)
    if not steps and not any(stages.values()):
        return new
    main = stages.get(MAIN, {})
    changes: dict[str, Any] = {"lines": tuple(_bound(line, main, steps) for line in lines)}
    changes["clocks"] = tuple(_clock(clock, stages.get(clock.line, {}), steps) for clock in new.clocks)
    objection = new.reporter.object
    if objection:
        aim = objection.model_copy(update={"to": main.get(objection.to, objection.to)})
        changes["reporter"] = new.reporter.model_copy(update={"object": aim})
    platform: dict[str, Any] = {}
    for name in ("hand_up", "refer", "coordinate"):
        part = getattr(new.platform, name)
        if part is not None:
            update: dict[str, Any] = {"stages": _all(part.stages, main)}
            if name == "hand_up" and part.returns_to:
                update["returns_to"] = main.get(part.returns_to, part.returns_to)
            platform[name] = part.model_copy(update=update)
    changes["platform"] = new.platform.model_copy(update=platform)
    return new.model_copy(update=changes)


def _renamed(old: Iterable[_Part], new: Iterable[_Part]) -> dict[str, str]:
    """Where a name stands for one part before and one now, and neither has the other's code."""
    old, new = list(old), list(new)
    codes, codes_now = {part.code for part in old}, {part.code for part in new}
    gone = {part.name.id: part.code for part in old if part.code not in codes_now}
    often, often_now = (Counter(part.name.id for part in parts) for parts in (old, new))
    return {
        part.code: gone[part.name.id]
        for part in new
        if part.code not in codes
        and part.name.id in gone
        and often[part.name.id] == often_now[part.name.id] == 1
    }


def _all(codes: Iterable[str], known: Codes) -> tuple[str, ...]:
    return tuple(known.get(code, code) for code in codes)


def _line(old: Line, new: Line, codes: Codes, steps: dict[str, str]) -> Line:
    before = {stage.code: stage for stage in old.stages}
    stages = []
    for stage in new.stages:
        code = codes.get(stage.code, stage.code)
        named = _renamed(before[code].actions, stage.actions) if code in before else {}
        steps.update(named)
        actions = tuple(_action(action, named, codes) for action in stage.actions)
        update: dict[str, Any] = {"code": code, "actions": actions}
        if stage.waits is not None:
            update["waits"] = stage.waits.model_copy(update={"to": codes.get(stage.waits.to, stage.waits.to)})
        stages.append(stage.model_copy(update=update))
    return new.model_copy(update={"stages": tuple(stages)})


def _bound(line: Line, main: Codes, steps: Codes) -> Line:
    """What begins a side line, and what waits for it."""
    update: dict[str, Any] = {}
    if line.joins:
        update["joins"] = main.get(line.joins, line.joins)
    if line.starts and line.starts.action:
        action = steps.get(line.starts.action, line.starts.action)
        update["starts"] = line.starts.model_copy(update={"action": action})
    return line.model_copy(update=update) if update else line


def _action(action: Action, named: Codes, codes: Codes) -> Action:
    to: Any = action.to
    if isinstance(to, str):
        to = codes.get(to, to)
    elif to is not None:
        to = tuple(branch.model_copy(update={"to": codes.get(branch.to, branch.to)}) for branch in to)
    return action.model_copy(update={"code": named.get(action.code, action.code), "to": to})


def _clock(clock: Clock, codes: Codes, steps: Codes) -> Clock:
    start: ClockStart = clock.counts_from
    if start.action is not None and start.action in steps:
        start = start.model_copy(update={"action": steps[start.action]})
    return clock.model_copy(
        update={
            "live": _all(clock.live, codes),
            "pauses_in": _all(clock.pauses_in, codes),
            "stops_by": _all(clock.stops_by, steps),
            "counts_from": start,
        }
    )
