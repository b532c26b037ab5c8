"""One clock of a case: when it is due, and how it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from workflows.cases import ClockState, Pause
from workflows.conditions import Facts
from workflows.index import ClockIndex, Index
from workflows.worktime import WorkCalendar

Pauses = tuple[Pause, ...]


def reckon(
    clock: ClockIndex, calendar: WorkCalendar, facts: Facts, base: datetime, pauses: Pauses
) -> tuple[datetime, datetime, bool, str]:
    """(due, warning, provisional, limit) of a clock from its base over its finished pauses."""
    limit = clock.limit(facts)
    due = calendar.add(base, limit)
    begin = base
    for pause in pauses:
        due = calendar.shifted(due, pause.begin, pause.end, limit.unit)
    if pauses:
        begin = min(pauses[-1].end, due)
    warn = calendar.share(begin, due, clock.spec.warn_share, limit.unit)
    return due, warn, calendar.provisional(due, limit.unit), str(limit)


def started(
    clock: ClockIndex, calendar: WorkCalendar, facts: Facts, base: datetime, now: datetime, number: int
) -> ClockState:
    """A new round of a clock."""
    due, warn, provisional, limit = reckon(clock, calendar, facts, base, ())
    return ClockState(
        code=clock.spec.code,
        line=clock.spec.line,
        base_at=base,
        started_at=now,
        due_at=due,
        warn_at=warn,
        round=number,
        provisional=provisional,
        limit=limit,
    )


def reckoned(
    state: ClockState, clock: ClockIndex, calendar: WorkCalendar, facts: Facts, pauses: Pauses | None = None
) -> ClockState:
    """The same round with its moments reckoned anew."""
    pauses = state.pauses if pauses is None else pauses
    due, warn, provisional, limit = reckon(clock, calendar, facts, state.base_at, pauses)
    return replace(state, due_at=due, warn_at=warn, provisional=provisional, limit=limit, pauses=pauses)


def promised(index: Index, clocks: Mapping[str, ClockState], ended: bool) -> datetime | None:
    """The moment to tell the citizen: of the whole-process clock, else of the next running clock, else None.

    None while the whole-process clock stands still in time: its end moves on until it is known for how long.
    `ended`: the main line has ended, and nothing more is promised.
    """
    if ended:
        return None
    whole = clocks.get(index.whole) if index.whole else None
    if whole is not None and whole.stopped_at is None:
        in_time = whole.paused_at is not None and whole.paused_at < whole.due_at
        return None if in_time else whole.due_at
    return min((state.due_at for state in clocks.values() if state.running), default=None)
