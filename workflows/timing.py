"""What time alone does to a case: warnings, reminders, the end of a wait, moments reckoned anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from workflows.cases import SYSTEM, Alarm, AlarmKind, Case
from workflows.clockwork import promised, reckoned
from workflows.decision import ClockEvent, Decision, WorkItem
from workflows.procedure import Procedure
from workflows.settings import Settings
from workflows.steps import Step, still_undo


def timeout(procedure: Procedure, settings: Settings, case: Case, now: datetime) -> Decision | None:
    """Do what time alone does: everything in `case.alarms` that is due by `now`, in one decision.

    A warning, an overdue notice and a reminder become messages; the cap of a wait moves the line by the
    stage's own way out. None if nothing is due. The actor is `SYSTEM`; the action is `timeout` where a line
    moved (the first such is `line`), else `notice`, which the reporter does not see. Calling it twice at the
    same moment does nothing the second time, if the shell has stored the first decision.
    """
    due = [alarm for alarm in case.alarms if alarm.at <= now]
    if not due:
        return None
    step = Step(procedure, settings, case, SYSTEM, now, "notice")
    step.fired = frozenset(due)
    timeline = None
    for alarm in due:
        if alarm.kind is not AlarmKind.TIMEOUT:
            _notice(step, alarm)
    for alarm in due:
        stage = step.stage_of(alarm.line)
        if alarm.kind is not AlarmKind.TIMEOUT or stage.code != alarm.stage or stage.spec is None:
            continue
        if stage.spec.waits is None:
            continue
        if step.action == "notice":
            step.action, step.line = "timeout", alarm.line
        timeline = stage.spec.waits.timeline
        step.memory = replace(step.memory, undo=still_undo(step))
        step.move(alarm.line, stage.spec.waits.to)
    return step.decision(timeline_key=timeline, internal=step.action == "notice")


def _notice(step: Step, alarm: Alarm) -> None:
    state = step.lines.get(alarm.line)
    if state is None or state.closed:
        return
    item = step.work(alarm.line)
    if alarm.kind is AlarmKind.REMIND:
        if state.stage == alarm.stage:
            _remind(step, alarm, item)
        return
    clock = step.clocks.get(alarm.clock)
    if clock is None or not (clock.running or clock.ran_out(step.now)):
        return
    if alarm.kind is AlarmKind.WARN:
        if clock.running:
            step.tell_owners("due_soon", item, alarm.clock)
        return
    if alarm.kind is AlarmKind.DUE:
        role = step.index.clocks[alarm.clock].spec.escalate_to
        step.tell_owners("overdue", item, alarm.clock, also=() if role in item.roles else (role,))
    else:
        step.tell_role("escalated", step.index.ladders[alarm.clock][alarm.count - 1].role, item, alarm.clock)
    _climb(step, alarm, item)


def _climb(step: Step, alarm: Alarm, item: WorkItem) -> None:
    """Set the alarm for the next rung of a clock's ladder; rungs whose time has come are told at once."""
    at = alarm.at
    for number, rung in enumerate(step.index.ladders[alarm.clock][alarm.count :], alarm.count + 1):
        at = step.calendar.add(at, rung.after)
        if at > step.now:
            step.escalated.append(replace(alarm, kind=AlarmKind.ESCALATE, at=at, count=number))
            return
        step.tell_role("escalated", rung.role, item, alarm.clock)


def _remind(step: Step, alarm: Alarm, item: WorkItem) -> None:
    """The first reminder is for those who have the work; each further one climbs a rung of the ladder."""
    step.reminded[alarm.line] = alarm.count + 1
    step.tell_owners("work_reminder", item)
    rungs = [rung.role for rung in step.index.ladder if rung.role not in item.roles]
    if alarm.count and rungs:
        step.tell_role("escalated", rungs[min(alarm.count, len(rungs)) - 1], item)


def recompute(procedure: Procedure, settings: Settings, case: Case, now: datetime) -> Decision | None:
    """Reckon every running clock and the cap of every wait anew, after the calendar was changed. None if
    nothing of them changes.

    The action is `recompute`, each changed clock a `ClockChange(MOVE)`, with its previous moment where that
    moved: a decree may move no day and settle what was provisional. Where the moment told to the reporter
    moved, a message says so. `promised_due_at` is the shell's and stays.
    """
    step = Step(procedure, settings, case, SYSTEM, now, "recompute")
    for code, state in case.clocks.items():
        clock = step.index.clocks.get(code)
        if clock is not None and state.stopped_at is None:
            step.put_clock(ClockEvent.MOVE, reckoned(state, clock, step.calendar, step.guards))
    alarms = tuple(_capped(step, alarm) for alarm in case.alarms)
    if not step.clock_changes and alarms == case.alarms:
        return None
    step.case = replace(case, alarms=alarms)
    told = due_at(procedure, case)
    moved = promised(step.index, step.clocks, not case.is_open) != told
    if moved:
        step.tell_reporter("due_moved")
    return step.decision(timeline_key="due_moved" if moved else None, internal=not moved)


def moves(case: Case, decision: Decision) -> bool:
    """Whether a recomputed case gets another moment: of a limit, or of the end of a wait."""
    before, after = (
        {(alarm.line, alarm.at) for alarm in alarms if alarm.kind is AlarmKind.TIMEOUT}
        for alarms in (case.alarms, decision.alarms)
    )
    return before != after or any(change.previous_due_at is not None for change in decision.clocks)


def _capped(step: Step, alarm: Alarm) -> Alarm:
    """The end of a wait by the calendar as it is now; every other alarm as it was."""
    line, stage = step.lines.get(alarm.line), step.index.stage(alarm.line, alarm.stage)
    if alarm.kind is not AlarmKind.TIMEOUT or line is None or stage is None or stage.spec is None:
        return alarm
    if stage.spec.waits is None or line.stage != alarm.stage:
        return alarm
    return replace(alarm, at=step.calendar.add(line.entered_at, stage.spec.waits.cap))


def due_at(procedure: Procedure, case: Case) -> datetime | None:
    """The moment to tell the citizen: of the whole-process clock, else of the next running clock, else
    None.
    """
    return promised(procedure.index, case.clocks, not case.is_open)
