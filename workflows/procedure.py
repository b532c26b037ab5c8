"""The procedure: an office's SOP as a document.

Roles, intake, lines of stages with their actions, clocks. Guards and limits look only at the finite values
that the procedure declares (`case_classes`, `complexities`); categories belong to the settings. A document is
read by `workflows.loading`, proved by `workflows.soundness`, run by `workflows.engine`.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints, model_validator
from pydantic.json_schema import JsonSchemaValue

from workflows.actions import Action, ClockStart, LineStart, PlatformActions, ReporterActions, SopRow
from workflows.cases import CitizenStatus, Outcome, Scope
from workflows.common import Code, Model, Span, Text, else_form, wrong
from workflows.conditions import Condition
from workflows.decision import Fact

if TYPE_CHECKING:
    from workflows.index import Index

Line200 = Annotated[str, StringConstraints(max_length=500)]


class Head(Model):
    """The head of the official SOP form. What the source leaves blank stays blank and is filled by the
    office.
    """

    title: Line200
    number: Line200 = ""
    annex_of: Line200 = ""
    made_on: date | None = None
    revised_on: date | None = None
    in_force_on: date | None = None
    approved_on: date | None = None
    published_on: date | None = None
    approved_by: Line200 = ""
    dates_note: Line200 = ""
    legal_basis: tuple[Line200, ...] = ()
    qualification: tuple[Line200, ...] = ()
    related: tuple[Line200, ...] = ()
    equipment: tuple[Line200, ...] = ()
    warning: tuple[Line200, ...] = ()
    records: tuple[Line200, ...] = ()


class Assigner(StrEnum):
    """Who gives a role of the office to somebody, and takes it."""

    ADMIN = "admin"
    """Any admin of the office."""
    HEAD = "head"
    """Whoever holds a role that is marked `head`."""
    GOVERNMENT = "government"
    """An admin of the government's central desk."""


class Role(Model):
    """A role of the SOP. It attaches to positions, people come and go.

    `head`: who answers for the office; a ladder of escalation may end there. `assigned_by`: who alone may
    give it to somebody; a role of the government is given there.
    """

    code: Code
    name: Text
    scope: Scope = Scope.OFFICE
    head: bool = False
    assigned_by: Assigner = Assigner.ADMIN


class Rung(Model):
    """One step of the ladder of escalation: who hears next of what was missed, and how long after the one
    before.
    """

    role: Code
    after: Span


class Value(Model):
    """One value of a finite domain."""

    code: Code
    name: Text


LONGEST_DESCRIPTION = 20_000
"""The most characters of a report that an office can allow: each says in its `max_description` how many."""

IntakeField = Literal[
    "category", "name", "address", "email", "phone", "contact", "place", "occurred_at", "files"
]
"""What a reporter can be obliged to give beside the description. `contact`: e-mail or telephone."""


class IntakeRules(Model):
    """What a reporter must give. Of an anonymous reporter name, address and contact are never demanded.

    `promise`: what the form promises (a reporter's own minutes are a promise, not a clock). `staff_required`:
    what is demanded where staff record a complaint for somebody; the completeness check does the rest.
    `recorded_by`: the roles that do so; empty: every member.
    """

    required: tuple[IntakeField, ...] = ("category",)
    staff_required: tuple[IntakeField, ...] = ()
    recorded_by: tuple[Code, ...] = ()
    anonymous: bool = True
    confidential: bool = True
    min_description: Annotated[int, Field(ge=1, le=500)] = 10
    max_description: Annotated[int, Field(ge=100, le=LONGEST_DESCRIPTION)] = 5_000
    max_files: Annotated[int, Field(ge=0, le=20)] = 5
    promise: Text | None = None
    sop_row: SopRow = ""


class Wait(Model):
    """A stage that waits for somebody outside: after the cap the line goes on by itself."""

    cap: Span
    to: Code
    timeline: Code | None = "wait_over"


class Stage(Model):
    """One stage of a line.

    `owner`: roles that have the work. `assigned`: only the assigned unit or person among them. `status`: what
    the citizen is told (main line only). `final`: how the line ends here. `no_limit`: the source names no
    limit; a reminder comes every `remind_after` (else the settings' interval). `within_whole`: the limit of
    the whole process is the only one here. `waits`: a pause with its cap and way out.
    """

    code: Code
    name: Text
    sop_row: SopRow = ""
    owner: tuple[Code, ...] = ()
    assigned: bool = False
    status: CitizenStatus | None = None
    final: Outcome | None = None
    no_limit: bool = False
    within_whole: bool = False
    remind_after: Span | None = None
    waits: Wait | None = None
    actions: tuple[Action, ...] = ()


class Line(Model):
    """The main line, or a side line that runs beside it.

    `starts`: what begins a side line. `joins`: the stage of the main line that is not entered before this
    line has ended; empty: it does not join. `outlives`: goes on after the main line has ended, else it is
    cancelled then.
    """

    code: Code
    name: Text
    starts: LineStart | None = None
    joins: Code | None = None
    outlives: bool = False
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)]


class ClockKind(StrEnum):
    """What a limit is for."""

    ACKNOWLEDGEMENT = "acknowledgement"
    """Until the reporter is told that somebody has the complaint."""
    FIRST_RESPONSE = "first_response"
    """Until the reporter hears something of substance."""
    STAGE = "stage"
    """For one step of the procedure."""
    WHOLE = "whole"
    """For the whole process."""


class GuardedLimit(Model):
    """One branch of a limit: applies if `when` holds and none before it did. The last has no `when`: the
    else.
    """

    limit: Span
    when: Condition | None = None

    @model_validator(mode="before")
    @classmethod
    def _else(cls, value: object) -> object:
        if isinstance(value, dict) and set(value) == {"else"}:
            return {"limit": value["else"]}
        return value

    @classmethod
    def short_forms(cls) -> list[JsonSchemaValue]:
        """The last branch: `{else: LIMIT}`."""
        return [else_form({"anyOf": [*Span.short_forms(), {"type": "object"}]})]


class Clock(Model):
    """A limit of the SOP.

    `whole`: the whole process, from receipt to the end of the main line; else it lives in the stages `live`,
    stands still in `pauses_in`, and stops when the line is elsewhere or one of `stops_by` is done.
    `warn_share`: the owners are warned when this share of the limit is used. `escalate_to`: the role that
    hears of a missed limit first; then the procedure's ladder goes on. `kind`: what the limit is for, as it
    is counted in reports. `legal_basis`: where the limit is laid down; `since`: from when it has been in
    effect. `legal_maximum`: what the law allows at most.
    """

    code: Code
    name: Text
    sop_row: SopRow = ""
    line: Code = "main"
    kind: ClockKind | None = None
    limit: Span | Annotated[tuple[GuardedLimit, ...], Field(min_length=1)]
    counts_from: ClockStart
    whole: bool = False
    live: tuple[Code, ...] = ()
    pauses_in: tuple[Code, ...] = ()
    stops_by: tuple[Code, ...] = ()
    warn_share: Annotated[float, Field(gt=0, lt=1)] = 0.75
    escalate_to: Code
    legal_basis: Line200 = ""
    since: date | None = None
    legal_maximum: Span | None = None

    @model_validator(mode="after")
    def _lives(self) -> Clock:
        if self.whole and (self.live or self.counts_from.kind != "receipt"):
            raise wrong("whole_clock")
        if not self.whole and not self.live:
            raise wrong("clock_lives")
        if self.kind is not None and self.whole != (self.kind is ClockKind.WHOLE):
            raise wrong("clock_kind")
        return self

    @property
    def measures(self) -> ClockKind:
        """What the limit is for; where the document does not say, a stage or the whole process."""
        return self.kind or (ClockKind.WHOLE if self.whole else ClockKind.STAGE)

    def limits(self) -> tuple[GuardedLimit, ...]:
        """The branches of the limit, a plain one as a single branch."""
        return (GuardedLimit(limit=self.limit),) if isinstance(self.limit, Span) else self.limit


class Procedure(Model):
    """One office's SOP for complaints. Versioned by the shell; pinned by each case.

    `ladder`: who hears of what was missed after those who had the work, from the lowest rung up.
    """

    format: Literal[1] = 1
    code: Code
    name: Text
    head: Head
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    case_classes: tuple[Value, ...] = ()
    complexities: tuple[Value, ...] = ()
    intake: IntakeRules = IntakeRules()
    lines: Annotated[tuple[Line, ...], Field(min_length=1)]
    clocks: tuple[Clock, ...] = ()
    ladder: Annotated[tuple[Rung, ...], Field(max_length=10)] = ()
    reporter: ReporterActions = ReporterActions()
    platform: PlatformActions = PlatformActions()

    @property
    def promises_whole(self) -> bool:
        """Whether the reporter is told by when the whole process ends. A procedure without such a limit tells
        that of the step which the complaint is at, and this says nothing of the answer.
        """
        return any(clock.whole for clock in self.clocks)

    @cached_property
    def index(self) -> Index:
        """The procedure as the engine runs it, made once for this object."""
        from workflows.index import Index

        return Index(self)

    @cached_property
    def complexities_given(self) -> tuple[str, ...]:
        """The complexities that some step gives a case: unlike a class, none comes with a category."""
        steps = (a for line in self.lines for stage in line.stages for a in stage.actions)
        asked = [item for step in steps for item in step.inputs if item.sets is Fact.COMPLEXITY]
        named = {choice.value for item in asked for choice in item.choices}
        everything = any(not item.choices for item in asked)
        return tuple(one.code for one in self.complexities if everything or one.code in named)

    def stage(self, code: str, line: str = "main") -> Stage | None:
        """A stage by its code; None for an unknown or a reserved one."""
        return next((s for ln in self.lines if ln.code == line for s in ln.stages if s.code == code), None)

    def ladder_of(self, clock: Clock) -> tuple[Rung, ...]:
        """The rungs above a clock's own `escalate_to`: those after its place in the ladder, or all."""
        roles = [rung.role for rung in self.ladder]
        place = roles.index(clock.escalate_to) + 1 if clock.escalate_to in roles else 0
        return self.ladder[place:]

    def role(self, code: str) -> Role | None:
        """A role by its code."""
        return next((role for role in self.roles if role.code == code), None)
