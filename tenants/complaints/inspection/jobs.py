"""What goes between the processes that serve people and the one that unpacks strangers' files."""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import NamedTuple

WALL_SECONDS = 30
"""How long one file may take by the clock on the wall."""

JOB = struct.Struct(">BII")
"""What to do, its number (a kind's place in `KINDS`, or a length in pixels), how many bytes follow."""

ANSWER = struct.Struct(">BI")
"""Whether it was done, how many bytes follow: the result, or a code of `CODES`."""


class Task(IntEnum):
    """What can be done with a file. The result of `JUDGE` is one byte: the kind's place in `KINDS`."""

    JUDGE = 1
    SMALLER = 2
    LOGO = 3


class Job(NamedTuple):
    task: Task
    number: int
    data: bytes
