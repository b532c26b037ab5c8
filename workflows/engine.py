"""The SOP engine: pure functions from a procedure, the settings and a case to a `Decision`.

Nothing here reads a clock, a database or a file: `now` is an argument, and the same arguments always give the
same answer. The shell (`tenants.complaints.services`) builds a `Case` under the row's lock, calls one of
these functions and stores the `Decision` in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

from workflows.actions import Input
from workflows.cases import (
    HANDED_OVER,
    MAIN,
    SYSTEM,
    Actor,
    ActorKind,
    Alarm,
    AlarmKind,
    Case,
    CitizenStatus,
    Intake,
    Memory,
    Undo,
)
from workflows.clockwork import promised, reckoned
from workflows.decision import (
    ActionRefused,
    ClockEvent,
    Decision,
    Fact,
    InputKind,
    Offer,
    OfferedInput,
    Refusal,
    RoutingResult,
    WorkItem,
)
from workflows.index import ActionIndex, StageIndex
from workflows.inputs import clean, demand_why
from workflows.intake import intake_errors
from workflows.own import (
    HAND_OVER,
    HAND_UP,
    OWN_ACTIONS,
    RETURN,
    TAKE_BACK,
    UNPUBLISH,
    available,
    own_action,
    own_offers,
    released_from,
    take,
    to_the_queue,
    too_late,
)
from workflows.procedure import Procedure
from workflows.rights import may_take, needs_another
from workflows.routing import EVERYTHING, Targets, route
from workflows.settings import Settings
from workflows.steps import Step

__all__ = [
    "arrive",
    "decide",
    "depart",
    "due_at",
    "hand_over",
    "intake_errors",
    "offers",
    "recompute",
    "sort",
    "start",
    "timeout",
]

ARRIVE, DEPART = "arrive", "depart"
"""Actions of the decisions by which a case changes offices."""

SORT = "sort"
"""Action of the decision by which the government's queue gets what no rule sends anywhere."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})
AnyInput = TypeVar("AnyInput", Input, OfferedInput)


def start(
    procedure: Procedure,
    settings: Settings,
    intake: Intake,
    now: datetime,
    targets: Targets = EVERYTHING,
) -> Decision:
    """Receive a report: open the main line, route it, set up the clocks that count from receipt. `targets`:
    what routing rules may name now.

    Clocks count from `intake.received_at`, which is not later than `now` (a letter may have been stamped
    earlier). Raises `ActionRefused(BAD_INPUT)` with the fields that `intake_errors` names.
    """
    errors = intake_errors(procedure, settings, intake)
    if errors:
        raise ActionRefused(Refusal.BAD_INPUT, "start", errors)
    blank = Case(
        received_at=min(intake.received_at, now),
        timezone=intake.timezone,
        status=CitizenStatus.RECEIVED,
        lines={},
        visibility=intake.visibility,
        intake_channel=intake.intake_channel,
    )
    step = Step(procedure, settings, blank, SYSTEM, now, "start")
    routing = route(settings, intake, targets)
    _route(step, intake, routing)
    step.begin_main()
    step.tell_reporter("receipt")
    decision = step.decision(timeline_key="receipt", routing=routing, sop_row=procedure.intake.sop_row)
    return replace(decision, promised_due_at=decision.due_at)


def arrive(
    procedure: Procedure,
    settings: Settings,
    case: Case,
    intake: Intake,
    now: datetime,
    targets: Targets = EVERYTHING,
) -> Decision:
    """Take a case that comes from another office: its way here begins at this procedure's start, and its
    clocks count from now.

    `case`: as it stood at the other office, or here before it went there (`clocks` and nothing else of it is
    looked at: a clock that ran here before begins a new round). What the procedure demands of a report is not
    asked again. A category that is not this office's is left out by the caller.
    """
    clocks = {code: state for code, state in case.clocks.items() if code in procedure.index.clocks}
    blank = replace(case, received_at=now, lines={}, clocks=clocks, alarms=(), memory=Memory(), outcome=None)
    blank = replace(blank, closed_at=None, unit=None, member=None, case_class=None, complexity=None)
    step = Step(procedure, settings, blank, SYSTEM, now, ARRIVE)
    routing = route(settings, intake, targets)
    if routing.office is not None:  # it has just come from where somebody else thought it belonged
        routing = replace(routing, office=None)
    _route(step, intake, routing)
    step.memory = Memory(arrived=True)
    step.begin_main()
    step.tell_reporter("handed_over")
    return step.decision(timeline_key="handed_over", routing=routing)


def depart(procedure: Procedure, settings: Settings, case: Case, actor: Actor, now: datetime) -> Decision:
    """Let a case go to another office: every line ends, nothing begins with that."""
    step = Step(procedure, settings, case, actor, now, DEPART)
    step.memory = Memory()
    step.leave(HANDED_OVER)
    return step.decision(timeline_key="handover_left")


def hand_over(
    procedure: Procedure,
    settings: Settings,
    case: Case,
    action: str,
    actor: Actor,
    now: datetime,
    inputs: Mapping[str, Any] = _NOTHING,
) -> Decision:
    """Let a case go straight to another office, past the government's queue. That it may is the shell's to
    know.

    `action`: `HAND_OVER` by whoever could hand it up, with what that asks for, or `RETURN` of a case that has
    come from another office. Raises `ActionRefused`; then nothing has changed.
    """
    right = HAND_UP if action == HAND_OVER else RETURN
    _demand_available(procedure, settings, case, right, actor, now)
    asked = own_action(procedure, action)
    cleaned = clean(action, asked.inputs, inputs, procedure.index, settings)
    step = Step(procedure, settings, case, actor, now, action)
    step.memory = Memory()
    step.leave(HANDED_OVER)
    told = action == HAND_OVER
    return step.decision(
        inputs=cleaned,
        reason=cleaned.get("reason", ""),
        sop_row=asked.offer.sop_row,
        timeline_key="handed_directly" if told else "handover_left",
        timeline_inputs=("reason",) if told else (),
    )


def sort(procedure: Procedure, settings: Settings, case: Case, now: datetime) -> Decision:
    """Put a case that has just come in by the government's own address into the government's queue: no rule
    says whose it is.
    """
    step = Step(procedure, settings, case, SYSTEM, now, SORT)
    to_the_queue(step)
    return step.decision(timeline_key="unsorted")


def offers(procedure: Procedure, settings: Settings, case: Case, actor: Actor, now: datetime) -> list[Offer]:
    """Exactly what this person may do now, on every line, in the procedure's order; the platform's own last.

    `decide` accepts an action if and only if it is offered here, given right inputs. For `kind="reporter"`
    these are the reporter's own actions. `SYSTEM` is offered nothing: what time does, `timeout` does.
    """
    index = procedure.index
    found: list[Offer] = []
    facts = _guards(case)
    for code in index.lines:
        state = case.lines.get(code)
        if state is None or state.closed:
            continue
        stage = index.lines[code].stages[state.stage]
        for action in stage.actions.values():
            if (
                may_take(index, stage, action, state, actor)
                and action.guard(facts)
                and not _all_blocked(procedure, case, code, action)
            ):
                found.append(_for_case(action, settings, case))
    found.extend(own_offers(procedure, settings, case, actor, now))
    return [_with_categories(offer, settings) for offer in found]


def decide(
    procedure: Procedure,
    settings: Settings,
    case: Case,
    action: str,
    actor: Actor,
    now: datetime,
    line: str = MAIN,
    inputs: Mapping[str, Any] = _NOTHING,
) -> Decision:
    """Take one step. Raises `ActionRefused`; then nothing has changed.

    Actions that every procedure has beside its own: `note`, `hand_up`, `take_back_hand_up`, `refer`,
    `unpublish`, `take_back` for staff; `withdraw`, `rate`, `object` for the reporter. The shell has checked
    that a unit or member in `inputs` exists in the office; everything else about the inputs is checked here.
    """
    if action in OWN_ACTIONS:
        return _decide_own(procedure, settings, case, action, actor, now, inputs)
    index = procedure.index
    state = case.lines.get(line)
    stage = index.stage(line, state.stage) if state is not None and not state.closed else None
    found = stage.actions.get(action) if stage is not None else None
    if stage is None or found is None or not found.guard(_guards(case)):
        raise ActionRefused(Refusal.WRONG_STAGE, action)
    if not may_take(index, stage, found, state, actor):
        refusal = Refusal.FOUR_EYES if needs_another(found, state, actor) else Refusal.NOT_ALLOWED
        raise ActionRefused(refusal, action)
    asked = _asked(found, found.inputs, case)
    cleaned = clean(action, asked, inputs, index, settings)
    demand_why(action, asked, cleaned, {Fact.CATEGORY: case.category, Fact.UNIT: case.unit})
    step = Step(procedure, settings, case, actor, now, action, line)
    if actor.kind is ActorKind.MEMBER:
        step.memory = replace(step.memory, arrived=False)  # whoever acts on it has accepted it
    _set_facts(step, found.inputs, cleaned)
    if found.spec.claims and actor.id is not None:
        step.set_fact(Fact.MEMBER, actor.id)
    to = found.target(step.guards)
    if to is not None and _blocked(procedure, case, line, to):
        raise ActionRefused(Refusal.UNFINISHED_LINE, action)
    step.memory = replace(step.memory, undo=_still_undo(step))
    step.apply_guarded_limits()
    step.stop_by_action()
    if to is not None:
        step.move(line, to)
    else:
        step.restart_by_action(line)
        step.reassign(line)
    for code in found.starts_lines:
        step.open_line(code)
    if found.spec.revocable and to is not None:
        step.memory = replace(step.memory, undo=_undo(step, stage, to))
    return _finished(step, found, cleaned)


def _decide_own(
    procedure: Procedure,
    settings: Settings,
    case: Case,
    action: str,
    actor: Actor,
    now: datetime,
    inputs: Mapping[str, Any],
) -> Decision:
    _demand_available(procedure, settings, case, action, actor, now)
    asked = own_action(procedure, action).inputs
    cleaned = clean(action, asked, inputs, procedure.index, settings)
    return take(Step(procedure, settings, case, actor, now, action), procedure, action, cleaned)


def _demand_available(
    procedure: Procedure, settings: Settings, case: Case, action: str, actor: Actor, now: datetime
) -> None:
    if available(procedure, settings, case, action, actor, now):
        return
    late = too_late(procedure, settings, case, action, actor, now)
    staff_at_right_stage = action in _own_codes(procedure, case)
    code = Refusal.NOT_ALLOWED if staff_at_right_stage else Refusal.WRONG_STAGE
    raise ActionRefused(Refusal.TOO_LATE if late else code, action)


def _own_codes(procedure: Procedure, case: Case) -> frozenset[str]:
    """Which of the platform's own actions exist where the case stands, for whomever."""
    index, stage = procedure.index, case.main.stage
    found = {"note", "withdraw"}
    if stage in index.hand_up_stages:
        found.add("hand_up")
    if stage in index.refer_stages:
        found.add("refer")
    if case.memory.handed_up is not None:
        found.add("take_back_hand_up")
    if case.memory.undo is not None:
        found.add(TAKE_BACK)
    if released_from(index, case) is not None:
        found.add(UNPUBLISH)
    return frozenset(found)


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
        step.memory = replace(step.memory, undo=_still_undo(step))
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
    if clock is None or not clock.running:
        return
    if alarm.kind is AlarmKind.WARN:
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
    """Reckon every running clock and the cap of every wait anew, after the calendar was changed. None if no
    moment moves.

    The action is `recompute`, each moved clock a `ClockChange(MOVE)` with its previous moment. Where the
    moment told to the reporter moved, a message says so. `promised_due_at` is the shell's and stays.
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


# Parts of a step


def _route(step: Step, intake: Intake, routing: RoutingResult) -> None:
    step.first_role = routing.role
    for fact, value in (
        (Fact.CATEGORY, intake.category),
        (Fact.CASE_CLASS, step.settings.case_class_of(intake.category)),
        (Fact.UNIT, routing.unit),
        (Fact.MEMBER, routing.member),
    ):
        if value is not None:
            step.set_fact(fact, value)


def _guards(case: Case) -> dict[str, str | None]:
    return {
        "case_class": case.case_class,
        "complexity": case.complexity,
        "visibility": case.visibility.value,
    }


def _blocked(procedure: Procedure, case: Case, line: str, to: str) -> bool:
    """Whether a side line that joins before that stage is still open."""
    if line != MAIN:
        return False
    for code, before in procedure.index.joins:
        state = case.lines.get(code)
        if before == to and state is not None and not state.closed:
            return True
    return False


def _all_blocked(procedure: Procedure, case: Case, line: str, action: ActionIndex) -> bool:
    if not procedure.index.joins or not action.branches:
        return False
    return all(_blocked(procedure, case, line, to) for _, to in action.branches)


def _set_facts(step: Step, asked: tuple[Input, ...], cleaned: Mapping[str, Any]) -> None:
    """Store what the inputs say. A new category brings its class and unit, unless the step names them
    itself.
    """
    given = {item.sets: cleaned[item.code] for item in asked if item.sets and item.code in cleaned}
    category = given.get(Fact.CATEGORY)
    if category is not None and category != step.case.category:
        for fact, value in (
            (Fact.CASE_CLASS, step.settings.case_class_of(category)),
            (Fact.UNIT, step.settings.unit_of(category)),
        ):
            if value is not None:
                given.setdefault(fact, value)
    named = {item.sets for item in asked}
    if Fact.UNIT in given and Fact.MEMBER in named and Fact.MEMBER not in given:
        given[Fact.MEMBER] = None
    for fact, value in given.items():
        step.set_fact(fact, value)


def _still_undo(step: Step) -> Undo | None:
    """The last revocable step stays revocable until its own line, or one that it began, is acted on."""
    undo = step.memory.undo
    if undo is None or step.line == undo.line or step.line in undo.lines_started:
        return None
    return undo


def _undo(step: Step, stage: StageIndex, to: str) -> Undo:
    stopped = tuple(change.state.code for change in step.clock_changes if change.event is ClockEvent.STOP)
    return Undo(
        line=step.line,
        action=step.action,
        from_stage=stage.code,
        to_stage=to,
        actor_id=step.actor.id,
        at=step.now,
        unit=step.case.unit,
        member=step.case.member,
        by=step.case.lines[step.line].by,
        lines_started=tuple(step.lines_started),
        clocks_stopped=stopped,
    )


def _finished(step: Step, found: ActionIndex, cleaned: dict[str, Any]) -> Decision:
    spec = found.spec
    if spec.tells is not None:
        step.tell_reporter(spec.tells.text, spec.tells.body)
    by_reporter = step.actor.kind is ActorKind.REPORTER
    return step.decision(
        inputs=cleaned,
        timeline_key=spec.timeline,
        timeline_inputs=tuple(
            item.code for item in found.inputs if (item.to_reporter or by_reporter) and item.code in cleaned
        ),
        publication=spec.publication,
        documents=spec.documents,
        reason=cleaned.get("reason", ""),
        sop_row=spec.sop_row,
        internal=spec.timeline is None and spec.tells is None,
    )


def _for_case(action: ActionIndex, settings: Settings, case: Case) -> Offer:
    """An offer with what is known filled in."""
    known = {
        Fact.CATEGORY: case.category,
        Fact.CASE_CLASS: case.case_class,
        Fact.COMPLEXITY: case.complexity,
        Fact.UNIT: case.unit,
        Fact.MEMBER: case.member,
    }
    if not any(item.sets in known for item in action.offer.inputs):
        return action.offer
    return replace(
        action.offer,
        inputs=tuple(
            replace(item, default=known.get(item.sets)) if item.sets else item
            for item in _asked(action, action.offer.inputs, case)
        ),
    )


def _asked(action: ActionIndex, inputs: tuple[AnyInput, ...], case: Case) -> tuple[AnyInput, ...]:
    """An action's inputs for this case. The last, why category or unit are put right, is asked only where the
    action may change what the case has already.
    """
    known = {Fact.CATEGORY: case.category, Fact.UNIT: case.unit}
    changes = any(item.sets in known and known[item.sets] is not None for item in action.inputs if item.sets)
    return inputs if changes or not action.corrects else inputs[:-1]


def _with_categories(offer: Offer, settings: Settings) -> Offer:
    if all(item.kind is not InputKind.CATEGORY for item in offer.inputs):
        return offer

    def fill(item: OfferedInput) -> OfferedInput:
        if item.kind is not InputKind.CATEGORY:
            return item
        return replace(item, choices=settings.category_choices)

    return replace(offer, inputs=tuple(fill(item) for item in offer.inputs))
