"""What the engine is told: the person who acts, the complaint as it stands, what was sent in.

Everything here is frozen and made of plain values, so that the engine stays a pure function of its arguments.
Every `datetime` is aware; the shell stores and passes UTC. The words are those of the glossary: a *case* is a
complaint as the engine sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

MAIN = "main"
"""Code of the main line, the one token that every procedure has."""

WITH_GOVERNMENT = "with_government"
"""Reserved stage: the office has handed the case up and the government's queue holds it."""

REFERRED = "referred"
"""Reserved final stage: the case was referred to an authority that is not on the platform."""

WITHDRAWN = "withdrawn"
"""Reserved final stage: the reporter has withdrawn the complaint."""

HANDED_OVER = "handed_over"
"""Reserved final stage: another office has the complaint now; a stub without its content stays."""

CLOSED_BY_DESK = "closed_by_desk"
"""Reserved final stage: the government's desk has closed what was handed up to it, with a reason."""

RESERVED_STAGES = frozenset({WITH_GOVERNMENT, REFERRED, WITHDRAWN, HANDED_OVER, CLOSED_BY_DESK})

REPORTER_ROLE = "reporter"
"""Role code by which a procedure gives an action to the reporter; it is not declared among the roles."""


CENTRAL_ADMIN = "central_admin"
"""Role code at every government's desk; a procedure may declare it to give it another name."""


class ActorKind(StrEnum):
    """On which side of the desk somebody stands."""

    MEMBER = "member"
    GOVERNMENT = "government"
    REPORTER = "reporter"
    SYSTEM = "system"


class Scope(StrEnum):
    """Whose staff holds a role: the office's, or the government's central desk, which acts for every
    office.
    """

    OFFICE = "office"
    GOVERNMENT = "government"


class Visibility(StrEnum):
    """What may be shown of the reporter. `confidential`: staff who act know the name, nobody else does."""

    OPEN = "open"
    CONFIDENTIAL = "confidential"
    ANONYMOUS = "anonymous"


class CitizenStatus(StrEnum):
    """Where the complaint is, in the words of the tracking page."""

    RECEIVED = "received"
    IN_PROCESS = "in_process"
    AWAITING_REPORTER = "awaiting_reporter"
    FORWARDED = "forwarded"
    ANSWERED = "answered"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How the main line ended."""

    RESOLVED = "resolved"
    DECLINED = "declined"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"


class AlarmKind(StrEnum):
    """Why the engine wants to be called again at a moment."""

    WARN = "warn"
    """A clock comes near its limit: the owners are told."""
    DUE = "due"
    """A clock has run out: owners and the clock's escalation role are told."""
    ESCALATE = "escalate"
    """A missed limit was not made good: the next rung of the ladder is told."""
    REMIND = "remind"
    """Work without a limit has lain for the reminder interval."""
    TIMEOUT = "timeout"
    """The cap of a wait is reached: the stage's own way out is taken."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts now.

    `id`: the member's id for `member`, the user's id for `government`, None otherwise. `roles`: codes of the
    roles of the procedure that the person holds at this moment (acting officers included); for `government`
    the roles held at the government's desk. `units`: codes of the units in which a member holds a position.
    `is_admin` says that the person administers the office; it never allows a step by itself.
    """

    kind: ActorKind
    id: int | None = None
    name: str = ""
    roles: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    is_admin: bool = False

    @property
    def key(self) -> str:
        """Which person this is, such as `member:12`; empty for the reporter and the system."""
        return f"{self.kind.value}:{self.id}" if self.id is not None else ""

    @property
    def keys(self) -> frozenset[str]:
        """Every key under which a step may be this person's: one account may stand on both sides of the
        desk.
        """
        if self.id is None:
            return frozenset()
        return frozenset({self.key, f"user:{self.id}"} if self.kind is ActorKind.GOVERNMENT else {self.key})


SYSTEM = Actor(ActorKind.SYSTEM, name="system")
REPORTER = Actor(ActorKind.REPORTER, name="reporter")


@dataclass(frozen=True, slots=True)
class LineState:
    """One line of a case: where it stands since when, and for whom the stage is meant.

    `unit` (code) and `member` (id) narrow the open work to an assigned unit or person; None: every holder of
    the stage's roles. `closed`: the line stands in a final stage, or was cancelled. `by`: whose step brought
    it there (`Actor.key`), empty where it was nobody's.
    """

    stage: str
    entered_at: datetime
    unit: str | None = None
    member: int | None = None
    closed: bool = False
    cancelled: bool = False
    by: str = ""


class Pause(NamedTuple):
    """A time that does not count. `stage`: where the case was, which is why; empty: not known."""

    begin: datetime
    end: datetime
    stage: str = ""


@dataclass(frozen=True, slots=True)
class ClockState:
    """One clock of a case, in its latest round.

    `base_at`: from when the limit counts (receipt, an action, entering a stage). `started_at`: when the clock
    was set up, which may be later. `due_at`: the last moment in time; while paused, the moment as it stood at
    the pause. `warn_at`: when the owners are warned. `pauses`: finished pauses. `paused_at`, `paused_in`:
    begin and stage of the pause that runs. `stopped_at`: done or cancelled. `provisional`: a day is involved
    for which no joint-leave decree existed when it was reckoned. `limit`: such as "1 WD", as it applied.
    """

    code: str
    line: str
    base_at: datetime
    started_at: datetime
    due_at: datetime
    warn_at: datetime | None = None
    paused_at: datetime | None = None
    paused_in: str = ""
    pauses: tuple[Pause, ...] = ()
    stopped_at: datetime | None = None
    cancelled: bool = False
    round: int = 1
    provisional: bool = False
    limit: str = ""

    @property
    def running(self) -> bool:
        """Neither stopped nor paused."""
        return self.stopped_at is None and self.paused_at is None

    def overdue(self, now: datetime) -> bool:
        """The limit was missed: while running by `now`, while paused by the pause, once stopped by the moment
        it stopped.
        """
        if self.stopped_at is not None:
            return not self.cancelled and self.stopped_at > self.due_at
        return (self.paused_at or now) > self.due_at

    def ran_out(self, now: datetime) -> bool:
        """The clock is not stopped, and had reached its limit by `now` or by the pause that runs."""
        return self.stopped_at is None and self.due_at <= (self.paused_at or now)


@dataclass(frozen=True, slots=True)
class Alarm:
    """A moment at which `engine.timeout` is to be called.

    `clock` is empty for `remind` and `timeout`. `count`: for `remind`, how many reminders went before; for
    `escalate`, the rung of the clock's ladder (from 1).
    """

    kind: AlarmKind
    at: datetime
    line: str
    stage: str
    clock: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Undo:
    """What is needed to take the last revocable step back. It exists only until somebody acts on that
    step. `alarms`: of the clocks that it stopped; None in what was stored before they were kept.
    """

    line: str
    action: str
    from_stage: str
    to_stage: str
    actor_id: int | None
    at: datetime
    unit: str | None = None
    member: int | None = None
    by: str = ""
    lines_started: tuple[str, ...] = ()
    clocks_stopped: tuple[str, ...] = ()
    alarms: tuple[Alarm, ...] | None = None


@dataclass(frozen=True, slots=True)
class HandedUp:
    """Where a case handed to the government's queue came from, and which clocks stand still meanwhile."""

    from_stage: str
    at: datetime
    clocks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Memory:
    """What the engine must remember between two steps. The shell stores it as JSON (`memory_to_json`)
    untouched.

    `arrived`: the case came from another office, and nobody here has accepted it or acted on it yet.
    `coordinated`: how many questions were put to others; `coordinations`: the numbers of those that wait.
    """

    undo: Undo | None = None
    handed_up: HandedUp | None = None
    reopened_at: datetime | None = None
    objections: int = 0
    rated: bool = False
    arrived: bool = False
    coordinated: int = 0
    coordinations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A complaint as it stands, built by the shell under the row's lock.

    `timezone`: the office's IANA name. `received_at`: from when the citizen waits. `unit` and `member`: to
    whom the case is assigned at present (first by routing, later by a disposition). `lines`: every line ever
    started, by code. `clocks`: the latest round of every clock ever started, by code. `alarms`: as the last
    decision left them, without those that have fired. `published`: a public page is there. `version`: the
    row's version, carried for the shell's comparison; the engine ignores it.
    """

    received_at: datetime
    timezone: str
    status: CitizenStatus
    lines: Mapping[str, LineState]
    clocks: Mapping[str, ClockState] = field(default_factory=lambda: MappingProxyType({}))
    alarms: tuple[Alarm, ...] = ()
    memory: Memory = Memory()
    version: int = 0
    case_class: str | None = None
    complexity: str | None = None
    category: str | None = None
    unit: str | None = None
    member: int | None = None
    visibility: Visibility = Visibility.OPEN
    intake_channel: str = "website"
    outcome: Outcome | None = None
    closed_at: datetime | None = None
    published: bool = False

    @property
    def main(self) -> LineState:
        """The main line."""
        return self.lines[MAIN]

    @property
    def is_open(self) -> bool:
        """The main line has not ended. A side line may outlive it."""
        return not self.lines[MAIN].closed


@dataclass(frozen=True, slots=True)
class Intake:
    """What was sent in, before it is a case.

    `files`: how many. `on_behalf`: staff record it for somebody; then only what the procedure demands of them
    is required, and the completeness check does the rest. `region`: the code of the place's region, "" if
    unknown. `answers`: by the code of the category's question.
    """

    received_at: datetime
    timezone: str
    description: str
    category: str | None = None
    visibility: Visibility = Visibility.OPEN
    intake_channel: str = "website"
    name: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    place: str = ""
    region: str = ""
    occurred_at: datetime | None = None
    files: int = 0
    on_behalf: bool = False
    answers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()


def memory_to_json(memory: Memory) -> dict[str, Any]:
    """Plain JSON values; the inverse of `memory_from_json`."""
    undo, up = memory.undo, memory.handed_up
    return {
        "undo": undo
        and {
            "line": undo.line,
            "action": undo.action,
            "from_stage": undo.from_stage,
            "to_stage": undo.to_stage,
            "actor_id": undo.actor_id,
            "at": undo.at.isoformat(),
            "unit": undo.unit,
            "member": undo.member,
            "by": undo.by,
            "lines_started": list(undo.lines_started),
            "clocks_stopped": list(undo.clocks_stopped),
            "alarms": None if undo.alarms is None else alarms_to_json(undo.alarms),
        },
        "handed_up": up and {"from_stage": up.from_stage, "at": up.at.isoformat(), "clocks": list(up.clocks)},
        "reopened_at": _moment(memory.reopened_at),
        "objections": memory.objections,
        "rated": memory.rated,
        "arrived": memory.arrived,
        "coordinated": memory.coordinated,
        "coordinations": list(memory.coordinations),
    }


def memory_from_json(data: Mapping[str, Any]) -> Memory:
    """What `memory_to_json` wrote; an empty mapping gives an empty memory."""
    undo, up, reopened = data.get("undo"), data.get("handed_up"), data.get("reopened_at")
    return Memory(
        undo=Undo(
            **{
                **undo,
                "at": datetime.fromisoformat(undo["at"]),
                "lines_started": tuple(undo["lines_started"]),
                "clocks_stopped": tuple(undo["clocks_stopped"]),
                "alarms": None if undo.get("alarms") is None else alarms_from_json(undo["alarms"]),
            }
        )
        if undo
        else None,
        handed_up=HandedUp(up["from_stage"], datetime.fromisoformat(up["at"]), tuple(up["clocks"]))
        if up
        else None,
        reopened_at=datetime.fromisoformat(reopened) if reopened else None,
        objections=data.get("objections", 0),
        rated=data.get("rated", False),
        arrived=data.get("arrived", False),
        coordinated=data.get("coordinated", 0),
        coordinations=tuple(data.get("coordinations", ())),
    )


def alarms_to_json(alarms: tuple[Alarm, ...]) -> list[dict[str, Any]]:
    """Plain JSON values; the inverse of `alarms_from_json`."""
    return [
        {
            "kind": a.kind.value,
            "at": a.at.isoformat(),
            "line": a.line,
            "stage": a.stage,
            "clock": a.clock,
            "count": a.count,
        }
        for a in alarms
    ]


def alarms_from_json(data: list[dict[str, Any]]) -> tuple[Alarm, ...]:
    """What `alarms_to_json` wrote."""
    return tuple(
        Alarm(
            kind=AlarmKind(a["kind"]),
            at=datetime.fromisoformat(a["at"]),
            line=a["line"],
            stage=a["stage"],
            clock=a["clock"],
            count=a.get("count", 0),
        )
        for a in data
    )
