"""`make proof`: the promises of the platform tried by force, at full size, with a report of what was counted.

The tests are those of `make test`, which holds a fixed short form of each. A test that has both asks `scaled`
for its size and gives what it counted to the fixture `figure`.
"""

from __future__ import annotations

import os
from enum import StrEnum
from typing import TypeVar

FULL = os.environ.get("TANGGAP_PROOF") == "1"

Size = TypeVar("Size")


def scaled(short: Size, full: Size) -> Size:
    """The size of a test: `short` in every run of the tests, `full` in `make proof`."""
    return full if FULL else short


class Subject(StrEnum):
    """The chapters of the report, in its order."""

    ISOLATION = "What the database lets an office do"
    ALTERNATION = "Two offices in turn through a pooler"
    ACCESS = "Who may reach what"
    FAULTS = "Processes killed under load"
    RACES = "Two at once"
    PAGES = "Every page"
    HOSTILE = "Hostile input"
    PROCEDURE = "The procedure, proved"
    SPEED = "Speed"
