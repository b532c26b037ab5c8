"""How a case changes offices, and comes before the government's desk without having been anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from workflows.actions import Input
from workflows.cases import HANDED_OVER, SYSTEM, Actor, Case, Intake, Memory
from workflows.decision import Decision, Fact, InputKind, RoutingResult
from workflows.demanding import demand_available
from workflows.inputs import clean
from workflows.labels import label
from workflows.own import HAND_OVER, HAND_UP, RETURN, own_action, to_the_queue
from workflows.procedure import Procedure
from workflows.routing import EVERYTHING, Targets, route
from workflows.settings import Settings
from workflows.steps import Step

ARRIVE, DEPART = "arrive", "depart"
"""Actions of the decisions by which a case changes offices."""

SORT = "sort"
"""Action of the decision by which the government's queue gets what no rule sends anywhere."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})


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
    follow_route(step, intake, routing)
    step.memory = Memory(arrived=True)
    step.begin_main()
    step.tell_reporter("handed_over")
    return step.decision(timeline_key="handed_over", routing=routing)


def message_input() -> Input:
    """What the desk may write when it sends a case to another office; the reporter reads it, too."""
    return Input(
        code="message",
        kind=InputKind.TEXT,
        label=label("input.message"),
        required=False,
        max_length=2_000,
        to_reporter=True,
    )


def depart(
    procedure: Procedure,
    settings: Settings,
    case: Case,
    actor: Actor,
    now: datetime,
    inputs: Mapping[str, Any] = _NOTHING,
) -> Decision:
    """Let a case go to another office, as the government's desk decides: every line ends, nothing begins with
    that. `inputs`: of `message_input`. Raises `ActionRefused` for what does not fit it.
    """
    asked = message_input()
    cleaned = clean(DEPART, (asked,), inputs, procedure.index, settings)
    step = Step(procedure, settings, case, actor, now, DEPART)
    step.memory = Memory()
    step.leave(HANDED_OVER)
    return step.decision(inputs=cleaned, timeline_key="desk_assigned", timeline_inputs=tuple(cleaned))


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
    demand_available(procedure, settings, case, right, actor, now)
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


def follow_route(step: Step, intake: Intake, routing: RoutingResult) -> None:
    """Store what routing says: who has it, and what it is about."""
    step.first_role = routing.role
    for fact, value in (
        (Fact.CATEGORY, intake.category),
        (Fact.CASE_CLASS, step.settings.case_class_of(intake.category)),
        (Fact.UNIT, routing.unit),
        (Fact.MEMBER, routing.member),
    ):
        if value is not None:
            step.set_fact(fact, value)
