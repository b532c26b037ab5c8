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
    MAIN,
    SYSTEM,
    Actor,
    ActorKind,
    Case,
    CitizenStatus,
    Intake,
    Undo,
)
from workflows.crossing import (
    ARRIVE,
    DEPART,
    SORT,
    arrive,
    depart,
    follow_route,
    hand_over,
    message_input,
    sort,
)
from workflows.decision import (
    ActionRefused,
    ClockEvent,
    Decision,
    Fact,
    InputKind,
    Offer,
    OfferedInput,
    Refusal,
)
from workflows.demanding import demand_available
from workflows.index import ActionIndex, StageIndex
from workflows.inputs import clean, demand_why
from workflows.intake import intake_errors
from workflows.own import (
    OWN_ACTIONS,
    own_action,
    own_offers,
    take,
)
from workflows.procedure import Procedure
from workflows.rights import may_take, needs_another
from workflows.routing import EVERYTHING, Targets, route
from workflows.settings import Settings
from workflows.steps import Step, still_undo
from workflows.timing import due_at, recompute, timeout

__all__ = [
    "ARRIVE",
    "DEPART",
    "SORT",
    "arrive",
    "decide",
    "depart",
    "due_at",
    "hand_over",
    "intake_errors",
    "message_input",
    "offers",
    "recompute",
    "sort",
    "start",
    "timeout",
]

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
    follow_route(step, intake, routing)
    step.begin_main()
    step.tell_reporter("receipt")
    decision = step.decision(timeline_key="receipt", routing=routing, sop_row=procedure.intake.sop_row)
    return replace(decision, promised_due_at=decision.due_at)


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
    `request_coordination`, `end_coordination`, `unpublish`, `take_back` for staff; `withdraw`, `rate`,
    `object` for the reporter. The shell has checked that a unit or member in `inputs` exists in the office;
    everything else about the inputs is checked here.
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
    step.memory = replace(step.memory, undo=still_undo(step))
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
    demand_available(procedure, settings, case, action, actor, now)
    asked = own_action(procedure, action, case.memory.coordinations).inputs
    cleaned = clean(action, asked, inputs, procedure.index, settings)
    return take(Step(procedure, settings, case, actor, now, action), procedure, action, cleaned)


# Parts of a step


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
        alarms=tuple(alarm for alarm in step.case.alarms if alarm.clock in stopped),
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
