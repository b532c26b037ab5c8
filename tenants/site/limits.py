"""How often one sender may do something at an office: a count in the cache by network address and window.

Cache keys carry the office by themselves (`config.cache`). The counts are a brake on floods, not a lock:
where the cache counts loosely (the file cache does), a few more get through.
"""

from __future__ import annotations

import hashlib
import math
import re
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from central.accounts.limits import sender as sender

_PERIODS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True)
class Rate:
    """So many in so many seconds."""

    count: int
    seconds: int

    @classmethod
    def of(cls, text: str) -> Rate:
        """Reads a rate such as `30/hour`; the period's first letter decides."""
        match = re.fullmatch(r"([0-9]+)/([smhd])[a-z]*", text)
        if match is None:
            raise ValueError(f"{text!r} is no rate; write one such as 30/hour.")
        return cls(int(match[1]), _PERIODS[match[2]])

    def times(self, factor: int) -> Rate:
        return Rate(self.count * factor, self.seconds)


class TooMany(Exception):
    """The sender has used up the rate. `seconds`: when it is worth trying again."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"again in {seconds} s")


def intake_rate() -> Rate:
    """Complaints a sender may send, by form and by API together."""
    return Rate.of(settings.INTAKE_RATE)


FILES_A_REPORT = 5
"""How many files a sender may send for each report that they may send."""

LOOKUP_RATE = Rate(20, 900)
"""Wrong tracking codes and numbers: far more than a typing slip, far fewer than a search needs."""

RECOVERY_RATE = Rate(5, 3600)
"""Requests for lost codes by one sender."""

RECOVERY_CONTACT_RATE = Rate(2, 86400)
"""How often the codes go out to one contact, whoever asks."""


def _window(scope: str, who: str, rate: Rate) -> tuple[str, int]:
    now = timezone.now().timestamp()
    number = int(now // rate.seconds)
    digest = hashlib.sha256(who.encode()).hexdigest()[:32]
    return f"rate:{scope}:{digest}:{number}", math.ceil((number + 1) * rate.seconds - now)


def check(scope: str, who: str, rate: Rate) -> None:
    """Raises `TooMany` if the rate is used up; counts nothing."""
    key, left = _window(scope, who, rate)
    if int(cache.get(key, 0)) >= rate.count:
        raise TooMany(left)


def count(scope: str, who: str, rate: Rate) -> None:
    """Counts one."""
    key, left = _window(scope, who, rate)
    cache.add(key, 0, timeout=left + 1)
    try:
        cache.incr(key)
    except ValueError:  # the window ended between the two
        cache.set(key, 1, timeout=left + 1)


def take(scope: str, who: str, rate: Rate) -> None:
    """Counts one, or raises `TooMany`."""
    check(scope, who, rate)
    count(scope, who, rate)


def take_files(request: HttpRequest) -> None:
    """Counts every file that the request brings, or raises `TooMany`: each is looked at and stored before
    anything else is known of the form.
    """
    who, rate = sender(request), intake_rate().times(FILES_A_REPORT)
    for uploads in request.FILES.lists():
        for _upload in uploads[1]:
            take("upload", who, rate)
