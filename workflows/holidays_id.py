"""National holidays and joint leave of Indonesia, by year, from the `holidays` package.

`public` are the national holidays, `government` the joint leave (cuti bersama). A year for which the package
knows no joint leave is not decreed yet: its movable holidays are estimates.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

import holidays

_FIRST, _LAST = 2000, 2100


@lru_cache(maxsize=256)
def national_holidays(year: int) -> Mapping[date, str]:
    """Date to Indonesian name."""
    return _named(year, "public")


@lru_cache(maxsize=256)
def joint_leave(year: int) -> Mapping[date, str]:
    """Date to Indonesian name; empty for a year that is not decreed."""
    return _named(year, "government")


@lru_cache(maxsize=1)
def decreed_until() -> int:
    """The last year for which joint leave is known."""
    year = _FIRST
    for candidate in range(2020, _LAST):
        if joint_leave(candidate):
            year = candidate
    return year


def _named(year: int, category: str) -> Mapping[date, str]:
    if not _FIRST <= year <= _LAST:
        return MappingProxyType({})
    found = holidays.country_holidays("ID", years=year, categories=(category,), language="id")
    return MappingProxyType({day: str(name) for day, name in found.items() if day.year == year})
