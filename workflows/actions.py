"""Parts of a procedure that say what somebody does at a stage: inputs, targets, actions."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator
from pydantic.json_schema import JsonSchemaValue

from workflows.cases import Outcome
from workflows.common import Code, Model, Span, Text, else_form, wrong
from workflows.conditions import Condition
from workflows.decision import DocumentKind, Fact, InputKind, PublicationEffect

SopRow = Annotated[str, StringConstraints(max_length=20)]
"""Number of the row in the office's SOP table, such as "2a"; empty: the platform's or the office's
addition.
"""

REASON = "reason"
CORRECTION = "correction"
"""Why somebody puts the category or the unit right: asked wherever a step may change them."""
"""Code of the input that an action with `reason_required` asks for beside its own."""


class Choice(Model):
    """One value of a choice."""

    value: Code
    label: Text


class Input(Model):
    """What an action asks for. `sets` stores the answer as a fact of the case.

    `choices` is for `choice` only; one that sets `case_class` or `complexity` and names no choices offers all
    values that the procedure declares. `roles` is for `member`: whose holders may be chosen. `max_length`
    counts characters of a text, files of `files`; `minimum` and `maximum` bound a `number`. `prefill`: the
    code of an earlier input whose newest content the form begins with.
    """

    code: Code
    kind: InputKind
    label: Text
    help: Text | None = None
    required: bool = True
    to_reporter: bool = False
    sets: Fact | None = None
    prefill: Code | None = None
    choices: tuple[Choice, ...] = ()
    roles: tuple[Code, ...] = ()
    min_length: Annotated[int, Field(ge=0, le=1000)] = 0
    max_length: Annotated[int, Field(gt=0, le=20_000)] = 20_000
    minimum: int = 0
    maximum: int = 1_000_000


class GuardedTarget(Model):
    """One branch: taken if `when` holds and none before it did. The last branch has no `when`: the else."""

    to: Code
    when: Condition | None = None

    @model_validator(mode="before")
    @classmethod
    def _else(cls, value: object) -> object:
        if isinstance(value, dict) and set(value) == {"else"}:
            return {"to": value["else"]}
        return value

    @classmethod
    def short_forms(cls) -> list[JsonSchemaValue]:
        """The last branch: `{else: STAGE}`."""
        return [else_form({"type": "string"})]


class Tells(Model):
    """A message to the reporter: the key of its text and the input that is its `{body}`."""

    text: Code
    body: Code | None = None


class Action(Model):
    """A step that somebody may take at a stage.

    `roles`: who; empty: the stage's owners. `[reporter]`: the reporter. `to`: the next stage, or branches;
    empty: the line stays. `when`: the step exists only then. `timeline`: key of the text that the reporter
    sees in the story; empty: nothing. `revocable`: can be taken back until somebody acts on it. `claims`: who
    takes the step becomes the person assigned. `four_eyes`: not by the person whose step brought the line
    to where it stands. `documents`: papers that the step makes. `publication`: what the step does to the
    public page.
    """

    code: Code
    name: Text
    help: Text | None = None
    sop_row: SopRow = ""
    roles: tuple[Code, ...] = ()
    when: Condition | None = None
    inputs: tuple[Input, ...] = ()
    to: Code | Annotated[tuple[GuardedTarget, ...], Field(min_length=1)] | None = None
    tells: Tells | None = None
    timeline: Code | None = None
    documents: tuple[DocumentKind, ...] = ()
    publication: PublicationEffect | None = None
    reason_required: bool = False
    reason_to_reporter: bool = False
    revocable: bool = False
    claims: bool = False
    four_eyes: bool = False

    def targets(self) -> tuple[str, ...]:
        """Every stage that the step can lead to; empty if the line stays."""
        if self.to is None:
            return ()
        return (self.to,) if isinstance(self.to, str) else tuple(branch.to for branch in self.to)


class HandUp(Model):
    """The platform's way out for what is not the office's duty: to the government's queue, with a reason.

    `stages`: where it is offered, to the stage's owners. `role`: who holds the queue at the government's
    desk. `returns_to`: the stage after the office takes it back; empty: the one it came from. `consent`: the
    officer confirms that the reporter agrees.
    """

    stages: tuple[Code, ...]
    role: Code = "central_admin"
    returns_to: Code | None = None
    consent: bool = False
    name: Text | None = None
    sop_row: SopRow = ""


class Refer(Model):
    """The platform's way out to an authority that is not on the platform; closes the case with a reason."""

    stages: tuple[Code, ...]
    sop_row: SopRow = ""


class Remind(Model):
    """Who at the government's desk reminds the office of a complaint; without it any admin of the desk may.

    `limit`: how soon, after the desk was told that a limit of the office has passed.
    """

    role: Code
    limit: Span | None = None
    sop_row: SopRow = ""


class Coordinate(Model):
    """A question to another office of the government, or to an official of this one, while the case stays.

    `stages`: of the main line, where it is offered, to the stage's owners. `limit`: until when it is to be
    answered, by this office's calendar. `answered_by`: this office's roles that answer what other offices
    ask; empty: the owners of the start stage. `legal_basis` and `since`: where the limit is laid down, and
    from when it has been in effect.
    """

    stages: tuple[Code, ...]
    limit: Span
    answered_by: tuple[Code, ...] = ()
    name: Text | None = None
    sop_row: SopRow = ""
    legal_basis: Annotated[str, StringConstraints(max_length=500)] = ""
    since: date | None = None


class PlatformActions(Model):
    """The platform's own actions; None forbids one, and leaves `remind` to the admins of the desk."""

    hand_up: HandUp | None = None
    refer: Refer | None = None
    remind: Remind | None = None
    coordinate: Coordinate | None = None
    note: bool = True


class Window(Model):
    """How long after the closing something may still be done."""

    within: Span


class Objection(Model):
    """The reporter objects to the answer: the main line is opened again at `to`, at most `times` times."""

    within: Span
    to: Code
    times: Annotated[int, Field(ge=1, le=10)] = 1


class ReporterActions(Model):
    """What the reporter may do beside answering a question. None forbids one."""

    withdraw: bool = True
    rate: Window | None = None
    object: Objection | None = None


class LineStart(Model):
    """When a side line begins: with an action, or when the main line ends with one of the outcomes."""

    action: Code | None = None
    closing: tuple[Outcome, ...] = ()

    @model_validator(mode="after")
    def _one(self) -> LineStart:
        if (self.action is None) == (not self.closing):
            raise wrong("one_start")
        return self


class ClockStart(Model):
    """From when a clock counts: receipt, entering its first live stage, or an action.

    Written in a document as `receipt`, `entering` or `{action: CODE}`.
    """

    kind: Literal["receipt", "entering", "action"]
    action: Code | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        if isinstance(value, str):
            return {"kind": value}
        if isinstance(value, dict) and set(value) == {"action"}:
            return {"kind": "action", "action": value["action"]}
        return value

    @classmethod
    def short_forms(cls) -> list[JsonSchemaValue]:
        """`receipt`, `entering` or `{action: CODE}`."""
        by_action = {
            "type": "object",
            "properties": {"action": {"type": "string"}},
            "required": ["action"],
            "additionalProperties": False,
        }
        return [{"enum": ["receipt", "entering"]}, by_action]

    @model_validator(mode="after")
    def _named(self) -> ClockStart:
        if (self.kind == "action") != (self.action is not None):
            raise wrong("clock_start")
        return self
