"""Where a request's time goes: the stack looked at some thousand times a second, by the wall clock.

A timer interrupts the main thread; the time since the last look is put into one of a few groups by the
innermost frame that says more than "the standard library". While C code waits, Python cannot look, and does
so at its end: the whole wait is then counted for whoever waited. (A tracing profiler would make small
functions look big.)
"""

from __future__ import annotations

import re
import signal
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

INTERVAL = 0.0005  # seconds from one look to the next

DATABASE = "the database at work"
OTHER = "other"
WAITS = (
    ("/psycopg/connection.py", "wait"),
    ("/psycopg/client_cursor.py", "_execute_send"),  # writes to the socket: the server is at work at once
    ("/central/offices/postgresql/base.py", "_send"),
)
GROUPS = (
    # (what stands in a frame's file name, the group); the first that fits decides
    ("/psycopg/", "writing statements, reading rows"),
    ("/django_tenants/", "ORM and connection"),
    ("/central/offices/postgresql/", "ORM and connection"),
    ("/django/db/", "ORM and connection"),
    ("/central/rows.py", "ORM and connection"),
    ("/django/template/", "templates"),
    ("/django/forms/", "forms"),
    ("/config/forms_renderer.py", "forms"),
    ("/django/core/cache/", "cache (rate limits)"),
    ("/django/contrib/sessions/", "session and sign-in"),
    ("/django/contrib/auth/", "session and sign-in"),
    ("/allauth/", "session and sign-in"),
    ("/central/accounts/", "session and sign-in"),
    ("/workflows/", "SOP engine"),
    ("/rest_framework/", "REST framework"),
    ("/celery/", "nudging the worker"),
    ("/kombu/", "nudging the worker"),
    ("/django/utils/", "translation, dates, escaping"),
    ("/tenants/", "the platform's own code"),
    ("/central/", "the platform's own code"),
    ("/config/", "the platform's own code"),
    ("/middleware", "middleware"),
    ("/csp/", "middleware"),
    ("/whitenoise/", "middleware"),
    ("/django/", "Django, the rest"),
)
OURS = ("/tenants/", "/central/", "/workflows/", "/config/")
INSIDE = "/django/core/handlers/base.py"  # looks outside it are the caller's, not the request's

Place = tuple[str, str]  # file and function


@dataclass
class Samples:
    """Seconds by group; by the function of ours that waits for the database; and by the one at work.

    `only`: looks count where a function of this name is at work.
    """

    groups: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    waiting: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    working: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    looks: int = 0
    only: re.Pattern[str] | None = None

    @property
    def total(self) -> float:
        return sum(self.groups.values())

    def look(self, frame: FrameType | None, seconds: float) -> None:
        stack = list(_stack(frame))
        if not any(INSIDE in file for file, _name in stack):
            return
        if self.only is not None and not any(self.only.fullmatch(name) for _file, name in stack):
            return
        group = next((group for place in stack if (group := _group(place))), OTHER)
        ours = next((place for place in stack if _is_ours(place)), None)
        self.looks += 1
        self.groups[group] += seconds
        if ours is not None:
            (self.waiting if group == DATABASE else self.working)[_words(ours)] += seconds


def _stack(frame: FrameType | None) -> Iterator[Place]:
    """The frames' places, the innermost first."""
    while frame is not None:
        yield frame.f_code.co_filename, frame.f_code.co_name
        frame = frame.f_back


def _group(place: Place) -> str | None:
    file, name = place
    if any(file.endswith(end) and name == function for end, function in WAITS):
        return DATABASE
    return next((group for part, group in GROUPS if part in file), None)


def _is_ours(place: Place) -> bool:
    file, _name = place
    plumbing = "/central/offices/postgresql/" in file or "site-packages" in file
    return not plumbing and any(part in file for part in OURS)


def _words(place: Place) -> str:
    file, name = place
    begin = min(file.index(part) for part in OURS if part in file)
    return f"{file[begin + 1 :]}:{name}"


@contextmanager
def sampling(only: re.Pattern[str] | None = None) -> Iterator[Samples]:
    """Looks at the main thread while the block runs."""
    samples = Samples(only=only)
    began = time.perf_counter()
    over = False

    def look(_signal: int, frame: FrameType | None) -> None:
        nonlocal began
        samples.look(frame, time.perf_counter() - began)
        began = time.perf_counter()
        if not over:
            signal.setitimer(signal.ITIMER_REAL, INTERVAL)  # only now: a look must not interrupt a look

    before: Callable[..., Any] | int | None = signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, INTERVAL)
    try:
        yield samples
    finally:
        over = True  # a look that was due already must not set the timer again
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
