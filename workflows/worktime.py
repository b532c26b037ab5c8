"""Working-time arithmetic: when a limit ends, and how much working time lies between two moments.

Units (the SOP tables' conventions): WD working days, WH working hours and WM working minutes run only while
the office works; h clock hours and d days of 24 hours run always. Weekday and hour are both those of the
office's own time zone. Moments are aware datetimes; results are UTC.

The frames of a span of years lie in one sorted table with the working time before each, so that a question is
a bisect. Integers are microseconds since 1970 in UTC.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from workflows.common import Span, TimeUnit

Frame = tuple[time, time]
"""A working frame of one day in local time, end not included. `time.max` as the end stands for midnight."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)
_HOUR = 3_600_000_000
_MINUTE = 60_000_000
_WORKING = frozenset({TimeUnit.WORKING_DAYS, TimeUnit.WORKING_HOURS, TimeUnit.WORKING_MINUTES})
_FURTHEST = 40
"""Years ahead after which the search for working time is given up."""


class NoWorkingTime(ValueError):
    """The calendar has no working time within reach of the question."""


def is_working(unit: TimeUnit) -> bool:
    """Whether the unit runs only while the office works."""
    return unit in _WORKING


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICRO


def _moment(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


class _Table:
    """All frames of the years `first` to `last`, both included."""

    def __init__(self, frames_of: Callable[[date], Sequence[Frame]], zone: ZoneInfo, first: int, last: int):
        self.first, self.last = first, last
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.done: list[int] = []
        """Working time up to the end of each frame, from the table's beginning."""
        self.days: list[int] = []
        """Ordinals of the working days."""
        self.day_ends: list[int] = []
        """End of the last frame of each working day."""
        total = 0
        for ordinal in range(date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal() + 1):
            day = date.fromordinal(ordinal)
            frames = frames_of(day)
            for begin, end in frames:
                a = _micros(datetime.combine(day, begin, zone))
                b = (
                    _micros(datetime.combine(day + timedelta(days=1), time(0), zone))
                    if end == time.max
                    else _micros(datetime.combine(day, end, zone))
                )
                total += b - a
                self.starts.append(a)
                self.ends.append(b)
                self.done.append(total)
            if frames:
                self.days.append(ordinal)
                self.day_ends.append(self.ends[-1])

    def counted(self, at: int) -> int | None:
        """`at` if the office works then, else its next opening; None beyond the table."""
        i = bisect_right(self.ends, at)
        return None if i == len(self.starts) else max(at, self.starts[i])

    def position(self, at: int) -> int:
        """Working time from the table's beginning to `at`."""
        i = bisect_right(self.ends, at)
        if i == len(self.starts):
            return self.done[-1] if self.done else 0
        before = self.done[i - 1] if i else 0
        return before + max(0, at - self.starts[i])

    def at_position(self, amount: int) -> int | None:
        """The earliest moment at which `amount` of working time has passed; None beyond the table."""
        i = bisect_left(self.done, amount)
        if i == len(self.done):
            return None
        return self.ends[i] - (self.done[i] - amount)


class WorkCalendar:
    """An office's working time: its frames a day, in its own time zone.

    `frames_of` gives the frames of a local date, sorted and without overlap, empty on a free day; it must be
    a pure function. `decreed_until`: the last year whose joint leave is decreed; what ends later is
    provisional. One object is cheap to ask and keeps its tables; make one a calendar (see
    `settings.work_calendar`), not one a question.
    """

    def __init__(
        self, frames_of: Callable[[date], Sequence[Frame]], timezone: str, decreed_until: int = 9999
    ) -> None:
        self.zone = ZoneInfo(timezone)
        self.decreed_until = decreed_until
        self._frames_of = frames_of
        self._tables: dict[tuple[int, int], _Table] = {}
        self._recent: _Table | None = None

    def _table(self, first: int, last: int) -> _Table:
        recent = self._recent
        if recent is not None and recent.first <= first and last <= recent.last:
            return recent
        key = (first, last)
        table = self._tables.get(key)
        if table is None:
            table = self._tables[key] = _Table(self._frames_of, self.zone, *key)
        self._recent = table
        return table

    def _year(self, moment: datetime) -> int:
        return moment.astimezone(self.zone).year

    def add(self, start: datetime, span: Span) -> datetime:
        """The moment at which `span`, counted from `start`, is used up. Raises `NoWorkingTime`.

        n WD: the same local time on the n-th working day after the one that counts, or the end of that day's
        last frame if that is earlier. Outside working time WD, WH and WM count from the next opening.
        """
        unit, value = span.unit, span.value
        if unit is TimeUnit.HOURS:
            return start.astimezone(UTC) + timedelta(hours=value)
        if unit is TimeUnit.DAYS:
            return start.astimezone(UTC) + timedelta(days=value)
        if unit is TimeUnit.WORKING_DAYS:
            return self._reach(start, lambda table, at: self._add_days(table, at, value))
        return self.add_working(start, value * (_HOUR if unit is TimeUnit.WORKING_HOURS else _MINUTE))

    def add_working(self, start: datetime, micros: int) -> datetime:
        """The earliest moment at which so much working time (microseconds) has passed since `start`.

        For 0 it is the moment that counts: `start` itself, or the next opening.
        """
        if micros <= 0:
            return self._reach(start, lambda table, at: table.counted(at))
        return self._reach(start, lambda table, at: table.at_position(table.position(at) + micros))

    def working_between(self, start: datetime, end: datetime) -> int:
        """Microseconds of working time from `start` to `end`; 0 if `end` is not after `start`."""
        if end <= start:
            return 0
        table = self._table(self._year(start) - 1, self._year(end) + 2)
        return table.position(_micros(end)) - table.position(_micros(start))

    def share(self, start: datetime, end: datetime, share: float, unit: TimeUnit) -> datetime:
        """The moment at which that share of the time from `start` to `end` is used, as `unit` counts."""
        if is_working(unit):
            return self.add_working(start, int(self.working_between(start, end) * share))
        return (start + (end - start) * share).astimezone(UTC)

    def shifted(self, due: datetime, paused: datetime, resumed: datetime, unit: TimeUnit) -> datetime:
        """`due` after a pause: what was left when it began is left when it ends. A limit already missed
        stays.
        """
        if paused >= due:
            return due
        if is_working(unit):
            left = self.working_between(paused, due)
            return self.add_working(resumed, left)
        return due + (resumed - paused)

    def provisional(self, due: datetime, unit: TimeUnit) -> bool:
        """Whether joint leave that is not decreed yet may still move `due`."""
        return is_working(unit) and self._year(due) > self.decreed_until

    def is_open(self, moment: datetime) -> bool:
        """Whether the office works at that moment."""
        at = _micros(moment)
        year = self._year(moment)
        return self._table(year - 1, year + 2).counted(at) == at

    def _reach(self, start: datetime, question: Callable[[_Table, int], int | None]) -> datetime:
        at, year, ahead = _micros(start), self._year(start), 2
        while ahead <= _FURTHEST:
            answer = question(self._table(year - 1, year + ahead), at)
            if answer is not None:
                return _moment(answer)
            ahead *= 3
        raise NoWorkingTime(f"no working time within {_FURTHEST} years after {start.isoformat()}")

    def _add_days(self, table: _Table, at: int, days: int) -> int | None:
        counted = table.counted(at)
        if counted is None:
            return None
        local = _moment(counted).astimezone(self.zone)
        i = bisect_left(table.days, local.toordinal()) + days
        if i >= len(table.days):
            return None
        same_time = datetime.combine(date.fromordinal(table.days[i]), local.timetz().replace(tzinfo=None))
        return min(_micros(same_time.replace(tzinfo=self.zone)), table.day_ends[i])
