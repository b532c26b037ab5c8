"""Dates and hours are written in the language in use, each time anew as far as anybody can see."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from central.dates import DAY, HOUR, WEEKDAY, written
from config.design_tags import day

NIGHT = datetime(2026, 3, 1, 20, 5, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("form", "language", "words"),
    [
        (DAY, "id", "1 Maret 2026"),
        (DAY, "en", "1 March 2026"),
        (WEEKDAY, "id", "Minggu, 1 Maret 2026"),
        (WEEKDAY, "en", "Sunday, 1 March 2026"),
        (HOUR, "id", "20.05"),
        (HOUR, "en", "20:05"),
    ],
)
def test_a_moment_is_written_in_the_language_in_use(form: str, language: str, words: str) -> None:
    with translation.override(language):
        assert written(NIGHT, form) == words


def test_a_moment_is_written_by_its_own_clock() -> None:
    there = NIGHT.astimezone(ZoneInfo("Asia/Jayapura"))
    assert (written(there, DAY), written(there, HOUR)) == ("2 Maret 2026", "05.05")


def test_what_is_no_day_is_written_as_nothing() -> None:
    assert day(None) == day("kemarin") == ""
    assert day(date(2026, 3, 1)) == "1 Maret 2026"
