"""What an office tells the public about itself: its hours and what its SOP promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _

from tenants.complaints.words import hours_words, limit_words, said, zone_words
from workflows.calendar import Calendar, Week
from workflows.cases import MAIN
from workflows.procedure import Clock, Procedure
from workflows.worktime import Frame


@dataclass(frozen=True)
class Hours:
    """Days that share their hours, such as "Senin–Kamis" and "07.30–12.00, 13.00–16.00"."""

    days: str
    hours: str


@dataclass(frozen=True)
class Opening:
    """An office's week and whether it is open at this moment; `why`: the holiday or period of today."""

    week: tuple[Hours, ...]
    zone: str
    open_now: bool
    why: str


@dataclass(frozen=True)
class Promise:
    """A limit of the SOP in words."""

    name: str
    limit: str


def _day_name(number: int) -> str:
    monday = datetime(2024, 1, 1)  # noqa: DTZ001  a Monday; only its weekday is used
    return formats.date_format(monday.replace(day=1 + number), "l")


def week_words(week: Week) -> tuple[Hours, ...]:
    """The week, neighbouring days with the same hours in one line."""
    lines: list[tuple[int, int, tuple[Frame, ...]]] = []
    for number, frames in enumerate(week.days()):
        if lines and lines[-1][2] == frames:
            lines[-1] = (lines[-1][0], number, frames)
        else:
            lines.append((number, number, frames))
    return tuple(
        Hours(
            _day_name(first) if first == last else f"{_day_name(first)}–{_day_name(last)}",
            hours_words(frames),
        )
        for first, last, frames in lines
    )


def opening(calendar: Calendar, timezone: str, now: datetime) -> Opening:
    """The hours of the week that `now` lies in. `timezone`: the office's IANA name."""
    local = now.astimezone(ZoneInfo(timezone))
    today = local.date()
    period = next((period for period in calendar.periods if period.covers(today)), None)
    closing = next((closing for closing in calendar.closings if closing.covers(today)), None)
    reasons = [
        said(closing.name) if closing else "",
        calendar.holiday_name(today) or "",
        said(period.name) if period else "",
    ]
    frames = calendar.frames_on(today)
    return Opening(
        week=week_words(period.week if period else calendar.week),
        zone=zone_words(timezone, now),
        open_now=any(begin <= local.time() < end for begin, end in frames),
        why=next((reason for reason in reasons if reason), ""),
    )


def _limit(clock: Clock) -> str:
    words = dict.fromkeys(limit_words(str(branch.limit)) for branch in clock.limits())
    return _(" atau ").join(words)


def promises(procedure: Procedure) -> tuple[list[Promise], list[Promise]]:
    """The limits of the whole process, and those of its steps; what comes after the closing is left out."""
    later = {line.code for line in procedure.lines if line.starts and line.starts.closing}
    whole = [clock for clock in procedure.clocks if clock.whole]
    steps = [clock for clock in procedure.clocks if not clock.whole and clock.line not in later]
    steps.sort(key=lambda clock: clock.line != MAIN)
    return (
        [Promise(said(clock.name), _limit(clock)) for clock in whole],
        [Promise(said(clock.name), _limit(clock)) for clock in steps],
    )
