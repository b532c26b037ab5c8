"""W07 and W08: every stage has a limit or says that it has none; a pause ends by itself; a miss is heard
of.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflows.cases import MAIN
from workflows.guards import check_branches
from workflows.problems import Problem, problem
from workflows.procedure import Clock, Line, Procedure, Stage
from workflows.running import check_running
from workflows.strictyaml import Path


def check_limits(procedure: Procedure) -> Iterator[Problem]:
    """The findings about clocks."""
    for i, line in enumerate(procedure.lines):
        for j, stage in enumerate(line.stages):
            if stage.final is None:
                yield from _stage(procedure, line, stage, ("lines", i, "stages", j))
    for i, clock in enumerate(procedure.clocks):
        path: Path = ("clocks", i)
        if isinstance(clock.limit, tuple):
            guards = [branch.when for branch in clock.limit]
            yield from check_branches(procedure, guards, (*path, "limit"))
        yield from _clock(procedure, clock, path)
    yield from check_running(procedure)


def _stage(procedure: Procedure, line: Line, stage: Stage, path: Path) -> Iterator[Problem]:
    clocks = [clock for clock in procedure.clocks if clock.line == line.code]
    own = [clock for clock in clocks if stage.code in clock.live]
    whole = any(clock.whole for clock in clocks)
    if stage.no_limit and own:
        yield problem("W07-both", path, stage=stage.code, clock=own[0].code)
    within = stage.within_whole and whole
    if not stage.no_limit and not own and not within:
        yield problem("W07", path, stage=stage.code)
    if stage.waits is not None:
        yield from _wait(line, stage, clocks, path)


def _wait(line: Line, stage: Stage, clocks: list[Clock], path: Path) -> Iterator[Problem]:
    """W08: who answers ends the wait, leads back to who asked, and loses no clock that stood still."""
    finals = {other.code for other in line.stages if other.final is not None}
    asked = {other.code for other in line.stages for one in other.actions if stage.code in one.targets()}
    back = {*asked, *finals, *([stage.waits.to] if stage.waits else [])}
    for k, action in enumerate(stage.actions):
        for to in action.targets():
            if to not in back:
                yield problem("W08-back", (*path, "actions", k), action=action.code, stage=to)
        if action.to is None and action.tells is None:
            yield problem("W08-answer", (*path, "actions", k), action=action.code, stage=stage.code)
        for clock in clocks:
            if clock.whole or stage.code not in clock.pauses_in:
                continue
            lost = [to for to in action.targets() if to not in {*clock.live, *clock.pauses_in, *finals}]
            if lost:
                where: Path = (*path, "actions", k)
                yield problem("W08-lost", where, action=action.code, clock=clock.code, stage=lost[0])


def _clock(procedure: Procedure, clock: Clock, path: Path) -> Iterator[Problem]:
    if clock.whole and clock.line != MAIN:
        yield problem("W11-whole", path, clock=clock.code)
    first = next((one for one in procedure.clocks if one.whole and one.line == MAIN), None)
    if clock.whole and clock.line == MAIN and first is not None and clock.code != first.code:
        yield problem("W11-twice", path, clock=clock.code, detail=first.code)
    for field, codes in (("live", clock.live), ("pauses_in", clock.pauses_in)):
        for code in codes:
            end = procedure.stage(code, clock.line)
            if end is not None and end.final is not None:
                yield problem("W07-end", (*path, field), clock=clock.code, stage=code)
    for code in clock.pauses_in:
        stage = procedure.stage(code, clock.line)
        if stage is not None and stage.waits is None and stage.final is None:
            yield problem("W08", (*path, "pauses_in"), clock=clock.code, stage=code)
        if code in clock.live:
            yield problem("W08-both", (*path, "pauses_in"), clock=clock.code, stage=code)
    for code in clock.live or _within(procedure, clock):
        stage = procedure.stage(code, clock.line)
        if stage is not None and clock.escalate_to in stage.owner:
            yield problem("W07-escalation", (*path, "escalate_to"), clock=clock.code, stage=code)


def _within(procedure: Procedure, clock: Clock) -> tuple[str, ...]:
    """The stages at which the clock of the whole process is the only limit."""
    stages = (stage for line in procedure.lines if line.code == clock.line for stage in line.stages)
    return tuple(stage.code for stage in stages if stage.within_whole)
