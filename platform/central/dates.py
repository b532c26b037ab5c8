"""Dates and hours as pages and letters write them. They are remembered: a list repeats them in every row."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from django.utils import formats
from django.utils.translation import get_language

DAY = "j F Y"
WEEKDAY = "l, j F Y"
HOUR = "TIME_FORMAT"


def written(moment: date, form: str) -> str:
    """The day of a moment, or its hour and minute (`HOUR`), in the language in use and as the moment's own
    clock shows it.
    """
    if isinstance(moment, datetime):
        moment = moment.replace(second=0, microsecond=0, tzinfo=None) if form == HOUR else moment.date()
    return _written(moment, form, get_language() or "")


@lru_cache(maxsize=4096)
def _written(moment: date, form: str, language: str) -> str:
    return str(formats.date_format(moment, form))
