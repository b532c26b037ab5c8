"""What the engine answers: what a person may do now, what a step changes, and why a step is refused.

A `Decision` is complete: the shell stores it in one transaction and computes nothing by itself. Texts are
named by key (see `texts.py`); the engine never writes a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from workflows.cases import Actor, Alarm, CitizenStatus, ClockState, LineState, Memory, Outcome, Scope

if TYPE_CHECKING:
    from workflows.common import Text


class Refusal(StrEnum):
    """Why a step is refused. The shell has a sentence for each that says what to do."""

    UNFINISHED_LINE = "unfinished_line"
    """A side line must have ended before the main line may enter that stage."""
    NOT_ALLOWED = "not_allowed"
    """The procedure knows the step here, but not for this person (role, unit or assignment)."""
    WRONG_STAGE = "wrong_stage"
    """The step does not exist where the line stands, or the line has ended or never begun."""
    BAD_INPUT = "bad_input"
    """One or more inputs are missing or wrong: see `fields`."""
    REASON_REQUIRED = "reason_required"
    """The step demands a reason and none was given; `fields` names the input."""
    FOUR_EYES = "four_eyes"
    """Somebody else than the person who took the step before has to take this one."""
    TOO_LATE = "too_late"
    """The window is over, or somebody has acted on what was to be taken back."""


class FieldError(StrEnum):
    """What is wrong with one input."""

    REQUIRED = "required"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NOT_A_CHOICE = "not_a_choice"
    WRONG_TYPE = "wrong_type"
    UNKNOWN = "unknown"
    """No such input, category or role."""
    NOT_SELECTABLE = "not_selectable"
    """A category that only groups others, or that is no longer used."""
    NOT_CONFIRMED = "not_confirmed"
    TOO_MANY = "too_many"
    NOT_ANONYMOUS = "not_anonymous"
    """The procedure does not take anonymous complaints."""
    NOT_CONFIDENTIAL = "not_confidential"
    NOT_ASKED = "not_asked"
    """An answer to a question that the category does not ask."""
    NEEDS_ONE_OF = "needs_one_of"
    """E-mail or telephone: at least one."""


class ActionRefused(Exception):
    """A step that the procedure does not allow, or whose inputs are wrong. Nothing has changed.

    `code` is stable. `fields` maps an input's code to what is wrong with it.
    """

    def __init__(
        self, code: Refusal, action: str = "", fields: Mapping[str, FieldError] | None = None
    ) -> None:
        self.code = code
        self.action = action
        self.fields: Mapping[str, FieldError] = MappingProxyType(dict(fields or {}))
        super().__init__(f"{code.value}: {action} {dict(self.fields)}")


class InputKind(StrEnum):
    """Type of an input. What the shell passes for each in `decide(inputs=...)` is said at each."""

    TEXT = "text"
    """`str`, several lines."""
    LINE = "line"
    """`str`, one line."""
    CHOICE = "choice"
    """`str`, one of the values."""
    CATEGORY = "category"
    """`str`, the code of a category that may be selected."""
    UNIT = "unit"
    """`str`, the code of a unit. The shell offers the office's units and checks that it exists."""
    MEMBER = "member"
    """`int`, the id of a member. The shell offers the holders of the input's roles and checks that one was
    taken.
    """
    ROLE = "role"
    """`str`, the code of a role of the procedure."""
    DATE = "date"
    """`datetime.date`, or its ISO form."""
    FILES = "files"
    """A list of whatever the shell calls files; the engine only counts."""
    CHECKBOX = "checkbox"
    """`bool`; where required it must be true."""
    NUMBER = "number"
    """`int` within the bounds."""


class Fact(StrEnum):
    """What a step can set on the case, beside its stage. The value's type follows the input."""

    CASE_CLASS = "case_class"
    COMPLEXITY = "complexity"
    CATEGORY = "category"
    UNIT = "unit"
    MEMBER = "member"
    INSTRUCTION = "instruction"
    URGENCY = "urgency"
    ANSWER = "answer"
    """The official answer, as it was given to the reporter."""
    PUBLIC_TITLE = "public_title"
    PUBLIC_COMPLAINT = "public_complaint"
    PUBLIC_ANSWER = "public_answer"
    RATING = "rating"


class Audience(StrEnum):
    """To whom a message goes."""

    REPORTER = "reporter"
    ROLE = "role"
    """Every holder of one of `roles`, narrowed by `unit` and `member` where they are given."""


class PublicationEffect(StrEnum):
    """What a step does to what the public sees."""

    OFFER = "offer"
    """May now be prepared for publication; nothing is public yet."""
    PREPARE = "prepare"
    """The public text was edited; nothing is public yet."""
    RELEASE = "release"
    WITHHOLD = "withhold"
    """Is not published, or no longer is."""


class DocumentKind(StrEnum):
    """Papers that a step produces."""

    COMPLAINT_FORM = "complaint_form"
    DISPOSITION_SHEET = "disposition_sheet"
    INVESTIGATION_REPORT = "investigation_report"
    RESPONSE_LETTER = "response_letter"
    OFFICIAL_RECORD = "official_record"


class OfferKind(StrEnum):
    """Where an action comes from."""

    PROCEDURE = "procedure"
    """A step of the SOP."""
    PLATFORM = "platform"
    """The platform's own: note, hand up, refer, take back."""
    REPORTER = "reporter"
    """The reporter's own: withdraw, rate, object."""


@dataclass(frozen=True, slots=True)
class OfferedInput:
    """One input to ask for, ready for a form. `choices`: (value, label), empty where the shell fills them."""

    code: str
    kind: InputKind
    label: Text
    help: Text | None
    required: bool
    choices: tuple[tuple[str, Text], ...] = ()
    roles: tuple[str, ...] = ()
    max_length: int = 20_000
    default: Any = None
    to_reporter: bool = False
    """The reporter gets to read what is written here."""
    sets: Fact | None = None
    prefill: str | None = None
    """Code of an earlier input; the shell begins the form with its newest content."""
    min_length: int = 0
    minimum: int = 0
    maximum: int = 1_000_000
    """Bounds of a number."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Something this person may do now."""

    action: str
    line: str
    stage: str
    kind: OfferKind
    label: Text
    help: Text | None
    inputs: tuple[OfferedInput, ...]
    tells_reporter: bool = False
    message_key: str | None = None
    """Text that the reporter is sent; with it and `body_input` the shell shows a preview."""
    body_input: str | None = None
    publishes: bool = False
    publication: PublicationEffect | None = None
    """What the step does to what the public sees; `publishes` says that it does anything at all."""
    closes: bool = False
    internal: bool = False
    """Nothing of it is ever shown to the reporter, and nothing moves (a note)."""
    documents: tuple[DocumentKind, ...] = ()
    sop_row: str = ""


class LineEvent(StrEnum):
    """What happened to a line."""

    START = "start"
    MOVE = "move"
    CLOSE = "close"
    CANCEL = "cancel"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line began, moved or ended; `state` is how it stands now. `from_stage` is empty for `start`."""

    line: str
    event: LineEvent
    from_stage: str
    state: LineState


class ClockEvent(StrEnum):
    """What happened to a clock."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    CANCEL = "cancel"
    MOVE = "move"
    """Reckoned anew: another limit applies now, or the calendar was changed."""


@dataclass(frozen=True, slots=True)
class ClockChange:
    """`state` is how the clock stands now; key it by (code, state.round). `previous_due_at` is set for
    a `move` of the moment; without it something else of the limit has changed.
    """

    event: ClockEvent
    state: ClockState
    previous_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WorkItem:
    """Work to open: at most one open item a line.

    `due_at` None: no limit here, then `remind_at` is set; or the work waits for somebody outside (`waiting`).
    """

    line: str
    stage: str
    roles: tuple[str, ...]
    scope: Scope
    unit: str | None
    member: int | None
    due_at: datetime | None
    warn_at: datetime | None
    remind_at: datetime | None
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class WorkClosed:
    """The open item of `line` at `stage` is done, or (`cancelled`) no longer wanted."""

    line: str
    stage: str
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class WorkMoved:
    """The open item of `line` has these times and this assignment from now on."""

    line: str
    stage: str
    due_at: datetime | None
    warn_at: datetime | None
    remind_at: datetime | None
    unit: str | None = None
    member: int | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message to send. `body_input`: the input whose text is the `{body}` of the text `key`."""

    key: str
    audience: Audience
    roles: tuple[str, ...] = ()
    scope: Scope = Scope.OFFICE
    unit: str | None = None
    member: int | None = None
    line: str = "main"
    stage: str = ""
    clock: str = ""
    body_input: str | None = None


@dataclass(frozen=True, slots=True)
class RoutingResult:
    """Where a case was sent and why: the winning rule's code and sentence, or what stood in for a rule.

    `office`: the code of another office whose duty the rule says it is. `broken`: codes of rules that would
    have won and whose target is no more.
    """

    unit: str | None
    member: int | None
    role: str | None
    rule: str
    why: Text
    office: str | None = None
    broken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything that a step changes; what is not named here stays as it is.

    `status`, `outcome`, `due_at`, `alarms` and `memory` are the values after the step, always given. `alarms`
    replaces all alarms of the case. `facts` holds only what this step sets. `inputs` are the cleaned inputs,
    which the shell keeps with the event. `timeline_key`: text of the line that the reporter sees, None for
    none; `timeline_inputs`: inputs whose contents the reporter sees there.
    """

    action: str
    line: str
    actor: Actor
    at: datetime
    status: CitizenStatus
    due_at: datetime | None
    memory: Memory
    alarms: tuple[Alarm, ...]
    outcome: Outcome | None = None
    lines: tuple[LineChange, ...] = ()
    clocks: tuple[ClockChange, ...] = ()
    work_opened: tuple[WorkItem, ...] = ()
    work_closed: tuple[WorkClosed, ...] = ()
    work_moved: tuple[WorkMoved, ...] = ()
    facts: Mapping[Fact, Any] = field(default_factory=lambda: MappingProxyType({}))
    inputs: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    messages: tuple[Message, ...] = ()
    timeline_key: str | None = None
    timeline_inputs: tuple[str, ...] = ()
    publication: PublicationEffect | None = None
    documents: tuple[DocumentKind, ...] = ()
    closes: bool = False
    reopens: bool = False
    internal: bool = False
    reason: str = ""
    sop_row: str = ""
    routing: RoutingResult | None = None
    coordinations_ended: tuple[int, ...] = ()
    """Questions to others that wait no longer, because the main line has left the office or ended."""
    promised_due_at: datetime | None = None
    """Only from `start`: what the citizen is told; the shell stores it once and never changes it."""
