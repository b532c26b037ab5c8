"""The calendar part of the settings: which frames an office works on a date."""

from __future__ import annotations

import itertools
import re
from datetime import date, time
from typing import Annotated, Any

from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema, model_validator

from workflows.common import Code, Model, Text, wrong
from workflows.holidays_id import decreed_until, joint_leave, national_holidays
from workflows.worktime import Frame, WorkCalendar

_FRAME = re.compile(r"^([01]?\d|2[0-3])[:.]([0-5]\d)\s*-\s*([01]?\d|2[0-4])[:.]([0-5]\d)$")


def _frame(value: Any) -> Frame:
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(part, time) for part in value):
        return value
    match = _FRAME.match(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise wrong("frame")
    from_hour, from_minute, to_hour, to_minute = (int(part) for part in match.groups())
    if to_hour == 24 and to_minute:
        raise wrong("frame")
    begin, end = time(from_hour, from_minute), time.max if to_hour == 24 else time(to_hour, to_minute)
    if begin >= end:
        raise wrong("frame")
    return begin, end


def _written(frame: Frame) -> str:
    end = "24:00" if frame[1] == time.max else f"{frame[1]:%H:%M}"
    return f"{frame[0]:%H:%M}-{end}"


FrameField = Annotated[
    Frame,
    PlainValidator(_frame),
    PlainSerializer(_written, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["07:30-16:00"]}),
]


def _in_order(frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    for before, after in itertools.pairwise(frames):
        if after[0] < before[1]:
            raise wrong("frames_overlap")
    return frames


class Week(Model):
    """Working frames by weekday, in local time; a pause is the gap between two frames. Empty: a free day."""

    mon: tuple[FrameField, ...] = ()
    tue: tuple[FrameField, ...] = ()
    wed: tuple[FrameField, ...] = ()
    thu: tuple[FrameField, ...] = ()
    fri: tuple[FrameField, ...] = ()
    sat: tuple[FrameField, ...] = ()
    sun: tuple[FrameField, ...] = ()

    @model_validator(mode="after")
    def _usable(self) -> Week:
        for frames in self.days():
            _in_order(frames)
        if not any(self.days()):
            raise wrong("empty_week")
        return self

    def days(self) -> tuple[tuple[Frame, ...], ...]:
        """Monday to Sunday."""
        return (self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun)


class Range(Model):
    """Local dates, both included."""

    starts_on: date
    ends_on: date

    @model_validator(mode="after")
    def _order(self) -> Range:
        if self.ends_on < self.starts_on:
            raise wrong("range")
        if (self.ends_on - self.starts_on).days > 366:
            raise wrong("range_long")
        return self

    def covers(self, day: date) -> bool:
        """Whether the date lies in the range."""
        return self.starts_on <= day <= self.ends_on


class Period(Range):
    """Other working frames for a range of dates, such as Ramadan. Entered, never computed."""

    code: Code
    name: Text
    week: Week


class Closing(Range):
    """Days on which the office does not work: local holidays, a flood."""

    name: Text


class Opening(Model):
    """A date on which the office works although it would not, or in other frames."""

    on: date
    frames: Annotated[tuple[FrameField, ...], Field(min_length=1)]
    name: Text

    @model_validator(mode="after")
    def _usable(self) -> Opening:
        _in_order(self.frames)
        return self


class Calendar(Model):
    """When the office works. The first that knows a date decides: opening, closing, holiday, period, week.

    `national_holidays` and `joint_leave`: whether the office rests then. `decreed_until`: the last year whose
    joint leave is decreed, if the office knows better than the platform; limits that end later are
    provisional.
    """

    week: Week
    periods: tuple[Period, ...] = ()
    national_holidays: bool = True
    joint_leave: bool = True
    closings: tuple[Closing, ...] = ()
    openings: tuple[Opening, ...] = ()
    decreed_until: Annotated[int, Field(ge=2000, le=2100)] | None = None

    def frames_on(self, day: date) -> tuple[Frame, ...]:
        """The working frames of a local date, sorted."""
        for opening in self.openings:
            if opening.on == day:
                return opening.frames
        if any(closing.covers(day) for closing in self.closings) or self.holiday_name(day):
            return ()
        week = next((period.week for period in self.periods if period.covers(day)), self.week)
        return week.days()[day.weekday()]

    def holiday_name(self, day: date) -> str | None:
        """Name of the national holiday or joint leave on which the office rests; None on other days."""
        name = national_holidays(day.year).get(day) if self.national_holidays else None
        if name is None and self.joint_leave:
            name = joint_leave(day.year).get(day)
        return name

    @property
    def last_decreed(self) -> int | None:
        """The last year whose days off are decreed; None where the office rests on none of them. Joint leave
        of a later year is not known, and its movable holidays are estimates.
        """
        if not self.joint_leave and not self.national_holidays:
            return None
        return self.decreed_until or decreed_until()

    def working_time(self, timezone: str) -> WorkCalendar:
        """The arithmetic for this calendar in an office's time zone. Equal calendars share one."""
        key = (self.model_dump_json(), timezone)
        calendar = _shared.get(key)
        if calendar is None:
            if len(_shared) >= _SHARED_MAX:
                _shared.pop(next(iter(_shared)))
            last = self.last_decreed or 9999
            calendar = _shared[key] = WorkCalendar(self.frames_on, timezone, last)
        return calendar


_SHARED_MAX = 2048
_shared: dict[tuple[str, str], WorkCalendar] = {}
"""Calendars by content: no office's data but its hours, so equal content may be shared between offices."""
