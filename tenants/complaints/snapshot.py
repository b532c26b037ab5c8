"""A complaint's rows as the engine's `Case`, and the engine's state as JSON on the complaint's row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from workflows.cases import (
    Alarm,
    Case,
    CitizenStatus,
    ClockState,
    LineState,
    Memory,
    Outcome,
    Pause,
    Visibility,
    alarms_from_json,
    alarms_to_json,
    memory_from_json,
    memory_to_json,
)

from .models import Clock, Complaint


def state_json(lines: Mapping[str, LineState], alarms: tuple[Alarm, ...], memory: Memory) -> dict[str, Any]:
    """What only the engine reads, as plain JSON values."""
    return {
        "lines": {
            code: {
                "stage": line.stage,
                "entered_at": line.entered_at.isoformat(),
                "unit": line.unit,
                "member": line.member,
                "closed": line.closed,
                "cancelled": line.cancelled,
                "by": line.by,
            }
            for code, line in lines.items()
        },
        "alarms": alarms_to_json(alarms),
        "memory": memory_to_json(memory),
    }


def lines_of(complaint: Complaint) -> dict[str, LineState]:
    """Where each line that was ever started stands."""
    return {
        code: LineState(**{**line, "entered_at": datetime.fromisoformat(line["entered_at"])})
        for code, line in complaint.state["lines"].items()
    }


def pauses_of(clock: Clock) -> tuple[Pause, ...]:
    """The finished pauses of a clock. Those stored before their reason was have two parts."""
    return tuple(
        Pause(datetime.fromisoformat(begin), datetime.fromisoformat(end), *why)
        for begin, end, *why in clock.pauses
    )


def clock_state(clock: Clock) -> ClockState:
    """A clock's row as the engine sees it."""
    return ClockState(
        code=clock.code,
        line=clock.line,
        base_at=clock.base_at,
        started_at=clock.started_at,
        due_at=clock.due_at,
        warn_at=clock.warn_at,
        pauses=pauses_of(clock),
        paused_at=clock.paused_at,
        paused_in=clock.paused_in,
        stopped_at=clock.stopped_at,
        cancelled=clock.cancelled,
        round=clock.round,
        provisional=clock.provisional,
        limit=clock.limit,
    )


def clock_row(complaint: Complaint, state: ClockState) -> Clock:
    """The engine's clock as a row of the complaint, not stored yet."""
    return Clock(
        complaint=complaint,
        code=state.code,
        line=state.line,
        round=state.round,
        limit=state.limit,
        base_at=state.base_at,
        started_at=state.started_at,
        due_at=state.due_at,
        warn_at=state.warn_at,
        provisional=state.provisional,
        paused_at=state.paused_at,
        paused_in=state.paused_in,
        pauses=[[pause.begin.isoformat(), pause.end.isoformat(), pause.stage] for pause in state.pauses],
        stopped_at=state.stopped_at,
        cancelled=state.cancelled,
    )


def latest_rounds(clocks: Iterable[Clock]) -> dict[str, ClockState]:
    """The newest round of each clock, by code."""
    found: dict[str, Clock] = {}
    for clock in clocks:
        known = found.get(clock.code)
        if known is None or clock.round > known.round:
            found[clock.code] = clock
    return {code: clock_state(clock) for code, clock in found.items()}


def case_of(complaint: Complaint, timezone: str, clocks: Iterable[Clock] | None = None) -> Case:
    """The complaint as it stands. `timezone`: the office's. `clocks`: its clocks if they were read
    already. What came from another office counts from its arrival: its limits are this office's own.
    """
    rows = complaint.clocks.all() if clocks is None else clocks
    return Case(
        received_at=complaint.arrived_at or complaint.received_at,
        timezone=timezone,
        status=CitizenStatus(complaint.status),
        lines=lines_of(complaint),
        clocks=latest_rounds(rows),
        alarms=alarms_from_json(complaint.state["alarms"]),
        memory=memory_from_json(complaint.state["memory"]),
        version=complaint.version,
        case_class=complaint.case_class or None,
        complexity=complaint.complexity or None,
        category=complaint.category or None,
        unit=complaint.unit.code if complaint.unit is not None else None,
        member=complaint.member_id,
        visibility=Visibility(complaint.visibility),
        intake_channel=complaint.channel,
        outcome=Outcome(complaint.outcome) if complaint.outcome else None,
        closed_at=complaint.closed_at,
        published=complaint.published_at is not None,
    )
