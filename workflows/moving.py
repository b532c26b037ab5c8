"""Moving an open case from one version of a procedure to another: W17, and the step itself.

A case stays on its version unless somebody moves it. Each stage that an open line stands in needs its place
in the new version: the same code, or one that the mapping names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from workflows.cases import MAIN, RESERVED_STAGES, SYSTEM, Case, ClockState, Memory
from workflows.clockwork import promised, reckoned, started
from workflows.decision import ClockEvent, Decision, LineChange, LineEvent, WorkClosed
from workflows.index import ClockIndex
from workflows.problems import Problem, problem
from workflows.procedure import Procedure
from workflows.settings import Settings
from workflows.steps import Step

Place = tuple[str, str]
"""A line's code and a stage's."""

MOVE_VERSION = "move_version"
"""The action of the decision that moves a case."""


def place_of(new: Procedure, place: Place, mapping: Mapping[Place, str]) -> str | None:
    """The stage of the new version for a place of the old one; None if there is none."""
    line, stage = place
    if line == MAIN and stage in RESERVED_STAGES:
        return stage if new.index.stage(line, stage) is not None else None
    wanted = mapping.get(place, stage)
    return wanted if new.stage(wanted, line) is not None else None


def check_move(new: Procedure, live: Mapping[Place, int], mapping: Mapping[Place, str]) -> Iterator[Problem]:
    """W17: each place in which open cases stand has a stage in the new version that is not final.

    `live`: how many open lines stand at each place of the old version, or come back to it from the
    government's queue.
    """
    lines = {line.code for line in new.lines}
    for (line, stage), count in sorted(live.items()):
        to = mapping.get((line, stage))
        if line not in lines:
            yield problem("W17-line", (line,), line=line, count=count)
        elif place_of(new, (line, stage), mapping) is None:
            key = "W17-target" if to is not None else "W17"
            yield problem(key, (line, stage), stage=stage, line=line, to=to, count=count)
        elif _is_final(new, line, to or stage):
            yield problem("W17-final", (line, stage), stage=stage, to=to or stage)


def _is_final(procedure: Procedure, line: str, stage: str) -> bool:
    found = procedure.index.stage(line, stage)
    return found is not None and found.final is not None


def moved(
    new: Procedure,
    settings: Settings,
    case: Case,
    mapping: Mapping[Place, str],
    told: datetime | None,
    now: datetime,
) -> Decision:
    """The case under the new version: same lines, same clocks where it has them, with its limits. `told`: the
    moment that the reporter was last told.

    A clock that the new version does not have, or that does not run where the line now stands, is cancelled;
    one that should run begins as if it had always been there. Nothing is told to anybody unless the moment
    told to the reporter moved. Raises `ValueError` where `check_move` has a finding.
    """
    live = {(code, state.stage): 1 for code, state in case.lines.items() if not state.closed}
    if case.memory.handed_up is not None and case.is_open:
        live[MAIN, case.memory.handed_up.from_stage] = 1
    wrong = list(check_move(new, live, mapping))
    if wrong:
        raise ValueError(str(wrong[0]))
    known = {code: state for code, state in case.lines.items() if code in new.index.lines or not state.closed}
    step = Step(new, settings, replace(case, lines=known), SYSTEM, now, MOVE_VERSION)
    step.quiet = True
    step.memory = _memory(case.memory, mapping)
    for code, state in known.items():
        if state.closed:
            _rename(step, code, place_of(new, (code, state.stage), mapping))
        else:
            _move_line(step, new, code, mapping)
    _drop_unknown(step, case)
    if case.is_open:
        step.status = step.stage_of(MAIN).status or step.status
    differs = promised(step.index, step.clocks, not case.is_open) != told
    if differs:
        step.tell_reporter("due_moved_rules")
    return step.decision(timeline_key="due_moved_rules" if differs else None, internal=not differs)


def _memory(memory: Memory, mapping: Mapping[Place, str]) -> Memory:
    """A step is not taken back across versions; a case at the government's queue comes back to its stage."""
    up = memory.handed_up
    if up is not None:
        up = replace(up, from_stage=mapping.get((MAIN, up.from_stage), up.from_stage))
    return replace(memory, undo=None, handed_up=up)


def _move_line(step: Step, new: Procedure, code: str, mapping: Mapping[Place, str]) -> None:
    before = step.lines[code]
    to = place_of(new, (code, before.stage), mapping)
    assert to is not None
    _rename(step, code, to)
    step.closed.append(WorkClosed(code, before.stage))
    step.entered.add(code)
    for clock in step.index.lines[code].clocks:
        _move_clock(step, clock, code, to)


def _rename(step: Step, code: str, to: str | None) -> None:
    before = step.lines[code]
    if to is not None and to != before.stage:
        state = step.lines[code] = replace(before, stage=to)
        step.line_changes.append(LineChange(code, LineEvent.MOVE, before.stage, state))


def _move_clock(step: Step, clock: ClockIndex, line: str, stage: str) -> None:
    state = step.clocks.get(clock.spec.code)
    runs, pauses = stage in clock.live, stage in clock.pauses
    if state is not None and state.stopped_at is None:
        if not runs and not pauses:
            step.stop_clock(state, cancelled=True)
            return
        if runs and state.paused_at is not None:
            step.resume_clock(clock, state)
        elif pauses and state.paused_at is None:
            step.put_clock(ClockEvent.PAUSE, replace(state, paused_at=step.now, paused_in=stage))
        else:
            step.put_clock(ClockEvent.MOVE, reckoned(state, clock, step.calendar, step.guards))
    elif runs and clock.spec.counts_from.kind != "action" and not _fulfilled(step, state, line):
        from_receipt = clock.spec.counts_from.kind == "receipt"
        since = step.memory.reopened_at or step.case.received_at
        base = since if from_receipt else step.lines[line].entered_at
        number = state.round + 1 if state is not None else 1
        step.put_clock(ClockEvent.START, started(clock, step.calendar, step.guards, base, step.now, number))


def _fulfilled(step: Step, state: ClockState | None, line: str) -> bool:
    """Whether an action has ended the clock while its line stood where it stands: it is not run again."""
    if state is None or state.stopped_at is None or state.cancelled:
        return False
    return state.stopped_at > step.lines[line].entered_at


def _drop_unknown(step: Step, case: Case) -> None:
    """Cancel what runs and the new version does not know."""
    for code, state in case.clocks.items():
        if code not in step.index.clocks and state.stopped_at is None:
            step.stop_clock(state, cancelled=True)
