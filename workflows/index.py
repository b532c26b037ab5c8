"""A procedure prepared for the engine: everything found by key, nothing validated again in the hot path."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workflows.actions import CORRECTION, REASON, Action, Choice, Input
from workflows.cases import (
    CENTRAL_ADMIN,
    CLOSED_BY_DESK,
    HANDED_OVER,
    MAIN,
    REFERRED,
    REPORTER_ROLE,
    WITH_GOVERNMENT,
    WITHDRAWN,
    CitizenStatus,
    Outcome,
    Scope,
)
from workflows.common import Span
from workflows.conditions import Facts, compiled
from workflows.decision import Fact, InputKind, Offer, OfferedInput, OfferKind, PublicationEffect
from workflows.labels import label

if TYPE_CHECKING:
    from workflows.procedure import Clock, Line, Procedure, Stage

Guard = Callable[[Facts], bool]


def always(_: Facts) -> bool:
    """The guard that holds."""
    return True


@dataclass(frozen=True, slots=True)
class ActionIndex:
    """One action of one stage. `offer` is complete but for what depends on the case. `corrects`: the last
    input asks why category or unit are put right.
    """

    spec: Action
    roles: frozenset[str]
    by_reporter: bool
    guard: Guard
    branches: tuple[tuple[Guard, str], ...]
    inputs: tuple[Input, ...]
    offer: Offer
    starts_lines: tuple[str, ...]
    corrects: bool = False

    def target(self, facts: Facts) -> str | None:
        """The stage that the step leads to; None: the line stays."""
        return next((to for guard, to in self.branches if guard(facts)), None)


@dataclass(frozen=True, slots=True)
class ClockIndex:
    """One clock. `limits` are tried in their order."""

    spec: Clock
    live: frozenset[str]
    pauses: frozenset[str]
    stops_by: frozenset[str]
    limits: tuple[tuple[Guard, Span], ...]

    def limit(self, facts: Facts) -> Span:
        """The limit that applies to these facts."""
        return next((span for guard, span in self.limits if guard(facts)), self.limits[-1][1])


@dataclass(frozen=True, slots=True)
class StageIndex:
    """One stage of one line, declared or reserved."""

    code: str
    spec: Stage | None
    owners: tuple[str, ...]
    scope: Scope
    status: CitizenStatus | None
    final: Outcome | None
    assigned: bool
    no_limit: bool
    actions: dict[str, ActionIndex]


@dataclass(frozen=True, slots=True)
class LineIndex:
    """One line: `first` is its start."""

    code: str
    spec: Line
    first: str
    stages: dict[str, StageIndex]
    clocks: tuple[ClockIndex, ...]


@dataclass(frozen=True, slots=True)
class StepAt:
    """A step and where it stands."""

    line: str
    stage: StageIndex
    action: ActionIndex


@dataclass(frozen=True, slots=True)
class OwnAction:
    """What one of the platform's own actions asks for, and how it is offered."""

    inputs: tuple[Input, ...]
    offer: Offer


class Index:
    """Look-ups over one sound procedure; see `soundness.py` for what is relied upon."""

    def __init__(self, procedure: Procedure) -> None:
        self.scope = {role.code: role.scope for role in procedure.roles}
        self.case_classes = tuple((value.code, value.name) for value in procedure.case_classes)
        self.complexities = tuple((value.code, value.name) for value in procedure.complexities)
        self.roles = tuple((role.code, role.name) for role in procedure.roles)
        hand_up = procedure.platform.hand_up
        self.scope.setdefault(CENTRAL_ADMIN, Scope.GOVERNMENT)
        self.hand_up = hand_up
        self.hand_up_stages = frozenset(hand_up.stages if hand_up else ())
        self.refer_stages = frozenset(procedure.platform.refer.stages if procedure.platform.refer else ())
        coordinate = procedure.platform.coordinate
        self.coordinate_stages = frozenset(coordinate.stages if coordinate else ())
        self._starting = {
            line.code: line.starts.action
            for line in procedure.lines
            if line.starts is not None and line.starts.action is not None
        }
        self.lines_by_outcome = {
            outcome: tuple(
                line.code for line in procedure.lines if line.starts and outcome in line.starts.closing
            )
            for outcome in Outcome
        }
        self.lines = {line.code: self._line(procedure, line) for line in procedure.lines}
        self.clocks = {clock.spec.code: clock for line in self.lines.values() for clock in line.clocks}
        self.ladder = procedure.ladder
        self.ladders = {clock.code: procedure.ladder_of(clock) for clock in procedure.clocks}
        self.whole = next((c.spec.code for c in self.clocks.values() if c.spec.whole), None)
        self.releases = self._steps_that(PublicationEffect.RELEASE)
        self.publication_offers = self._steps_that(PublicationEffect.OFFER)
        self.assigned_roles = frozenset(
            role
            for line in self.lines.values()
            for stage in line.stages.values()
            if stage.assigned
            for role in stage.owners
        )
        self.joins = tuple((line.code, line.joins) for line in procedure.lines if line.joins)

    def stage(self, line: str, code: str) -> StageIndex | None:
        """A stage of a line, reserved ones included."""
        found = self.lines.get(line)
        return found.stages.get(code) if found else None

    def _steps_that(self, effect: PublicationEffect) -> tuple[StepAt, ...]:
        return tuple(
            StepAt(line.code, stage, action)
            for line in self.lines.values()
            for stage in line.stages.values()
            for action in stage.actions.values()
            if action.spec.publication is effect
        )

    def _line(self, procedure: Procedure, line: Line) -> LineIndex:
        stages = {stage.code: self._stage(procedure, line, stage) for stage in line.stages}
        open_stages = frozenset(code for code, stage in stages.items() if stage.final is None)
        if line.code == MAIN:
            stages.update(self._reserved())
            open_stages |= {WITH_GOVERNMENT}
        clocks = tuple(
            ClockIndex(
                clock,
                live=open_stages - frozenset(clock.pauses_in) if clock.whole else frozenset(clock.live),
                pauses=frozenset(clock.pauses_in),
                stops_by=frozenset(clock.stops_by),
                limits=tuple(
                    (compiled(branch.when) if branch.when else always, branch.limit)
                    for branch in clock.limits()
                ),
            )
            for clock in procedure.clocks
            if clock.line == line.code
        )
        return LineIndex(line.code, line, line.stages[0].code, stages, clocks)

    def _stage(self, procedure: Procedure, line: Line, stage: Stage) -> StageIndex:
        scope = self.scope.get(stage.owner[0], Scope.OFFICE) if stage.owner else Scope.OFFICE
        return StageIndex(
            code=stage.code,
            spec=stage,
            owners=stage.owner,
            scope=scope,
            status=stage.status,
            final=stage.final,
            assigned=stage.assigned,
            no_limit=stage.no_limit,
            actions={action.code: self._action(procedure, line, stage, action) for action in stage.actions},
        )

    def _reserved(self) -> dict[str, StageIndex]:
        def stage(
            code: str, status: CitizenStatus, final: Outcome | None, owners: tuple[str, ...]
        ) -> StageIndex:
            return StageIndex(code, None, owners, Scope.GOVERNMENT, status, final, False, True, {})

        role = self.hand_up.role if self.hand_up is not None else CENTRAL_ADMIN
        return {
            REFERRED: stage(REFERRED, CitizenStatus.CLOSED, Outcome.REFERRED, ()),
            WITHDRAWN: stage(WITHDRAWN, CitizenStatus.CLOSED, Outcome.WITHDRAWN, ()),
            HANDED_OVER: stage(HANDED_OVER, CitizenStatus.FORWARDED, Outcome.REFERRED, ()),
            CLOSED_BY_DESK: stage(CLOSED_BY_DESK, CitizenStatus.CLOSED, Outcome.DECLINED, ()),
            # An office that never hands up can still give back what came to it.
            WITH_GOVERNMENT: stage(WITH_GOVERNMENT, CitizenStatus.FORWARDED, None, (role,)),
        }

    def _action(self, procedure: Procedure, line: Line, stage: Stage, action: Action) -> ActionIndex:
        branches: tuple[tuple[Guard, str], ...] = ()
        if isinstance(action.to, str):
            branches = ((always, action.to),)
        elif action.to is not None:
            branches = tuple(
                (compiled(branch.when) if branch.when else always, branch.to) for branch in action.to
            )
        inputs = action.inputs
        if action.reason_required and all(item.code != REASON for item in inputs):
            inputs = (*inputs, reason_input(action.reason_to_reporter))
        routed = ROUTED & {item.sets for item in inputs}
        corrects = bool(routed) and all(item.code != CORRECTION for item in inputs)
        if corrects:
            inputs = (*inputs, correction_input(routed))
        inputs = tuple(self._with_choices(item) for item in inputs)
        finals = {s.code for s in line.stages if s.final is not None}
        return ActionIndex(
            spec=action,
            roles=frozenset(action.roles or stage.owner) - {REPORTER_ROLE},
            by_reporter=REPORTER_ROLE in action.roles,
            guard=compiled(action.when) if action.when else always,
            branches=branches,
            inputs=inputs,
            corrects=corrects,
            offer=Offer(
                action=action.code,
                line=line.code,
                stage=stage.code,
                kind=OfferKind.PROCEDURE,
                label=action.name,
                help=action.help,
                inputs=tuple(offered(item) for item in inputs),
                tells_reporter=action.tells is not None,
                message_key=action.tells.text if action.tells else None,
                body_input=action.tells.body if action.tells else None,
                publishes=action.publication is not None,
                publication=action.publication,
                closes=line.code == MAIN and any(target in finals for target in action.targets()),
                documents=action.documents,
                sop_row=action.sop_row,
            ),
            starts_lines=tuple(code for code, starter in self._starting.items() if starter == action.code),
        )

    def _with_choices(self, item: Input) -> Input:
        if item.kind is not InputKind.CHOICE or item.choices:
            return item
        values = {Fact.CASE_CLASS: self.case_classes, Fact.COMPLEXITY: self.complexities}
        found = values.get(item.sets, ()) if item.sets else ()
        return item.model_copy(update={"choices": tuple(Choice(value=c, label=n) for c, n in found)})


def reason_input(to_reporter: bool) -> Input:
    """The reason that some actions demand."""
    return Input(
        code=REASON,
        kind=InputKind.TEXT,
        label=label("input.reason"),
        min_length=5,
        max_length=4_000,
        to_reporter=to_reporter,
    )


ROUTED = frozenset({Fact.CATEGORY, Fact.UNIT})
"""What routing decides at receipt, and staff may put right later."""


def correction_input(routed: frozenset[Fact] = ROUTED) -> Input:
    """Why the category or the unit is put right; the engine demands it where one of them changes. `routed`:
    which of them the step may change; its words name no other.
    """
    only = next(iter(routed)).value if len(routed) == 1 else ""
    return Input(
        code=CORRECTION,
        kind=InputKind.TEXT,
        label=label(f"input.{CORRECTION}.{only}" if only else f"input.{CORRECTION}"),
        help=label(f"help.{CORRECTION}"),
        required=False,
        min_length=5,
        max_length=1_000,
    )


def offered(item: Input) -> OfferedInput:
    """An input as it is asked for."""
    return OfferedInput(
        code=item.code,
        kind=item.kind,
        label=item.label,
        help=item.help,
        required=item.required,
        choices=tuple((choice.value, choice.label) for choice in item.choices),
        roles=item.roles,
        max_length=item.max_length,
        to_reporter=item.to_reporter,
        sets=item.sets,
        prefill=item.prefill,
        min_length=item.min_length,
        minimum=item.minimum,
        maximum=item.maximum,
    )


def platform_offer(action: str, line: str, stage: str, kind: OfferKind, inputs: tuple[Input, ...]) -> Offer:
    """An action that every procedure has, with the platform's own words."""
    return Offer(
        action=action,
        line=line,
        stage=stage,
        kind=kind,
        label=label(f"action.{action}"),
        help=label(f"help.{action}"),
        inputs=tuple(offered(item) for item in inputs),
    )


def with_stage(offer: Offer, line: str, stage: str) -> Offer:
    """The same offer where a line stands now."""
    return replace(offer, line=line, stage=stage)
