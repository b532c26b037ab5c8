"""Cache keys carry the office they were made in, so no office is answered with a neighbour's value; and the
cache in files, for machines without Redis.
"""

from __future__ import annotations

import itertools
import os
import pickle
import time
import uuid
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache

WRITES_BETWEEN_LOOKS = 200
"""So many files more than `MAX_ENTRIES` there may be, times the processes that write."""


_GONE = -1.0


class FileCache(FileBasedCache):
    """Django's, which lists its whole folder at each write to see whether it is full: with 9,000 files that
    cost every report eight milliseconds. Here it looks now and then. And Django's gives a value five more
    minutes each time it is counted on, so that a brake of a day would hold for five minutes.
    """

    _writes = itertools.count(1)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keeps a value where there is none. Of two at once one is told False; Django tells neither."""
        if self.has_key(key, version):
            return False
        draft = f"{key}:{uuid.uuid4().hex}"
        self.set(draft, value, timeout, version)
        try:
            os.link(self._file_of(draft, version), self._file_of(key, version))
        except FileExistsError:
            return False
        except FileNotFoundError:  # the cache was full, and the draft among what was thrown out
            self.set(key, value, timeout, version)
        finally:
            self.delete(draft, version)
        return True

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Counts on; the value ends when it would have ended. Raises `ValueError` where there is none."""
        value = self.get(key, None, version=version)
        ends = self._end_of(key, version)
        if value is None or ends == _GONE:
            raise ValueError(f"Key {key!r} not found")
        counted = int(value) + delta
        left = None if ends is None else max(0.0, ends - time.time())
        self.set(key, counted, timeout=left, version=version)
        return counted

    def _end_of(self, key: str, version: int | None) -> float | None:
        """When a value ends, in seconds of the epoch: the first thing in its file. None: never."""
        try:
            with open(self._file_of(key, version), "rb") as file:
                ends: float | None = pickle.load(file)  # noqa: S301  (a file of our own, as Django reads it)
                return ends
        except (FileNotFoundError, EOFError):  # somebody has just deleted it
            return _GONE

    def _file_of(self, key: str, version: int | None) -> str:
        return str(self._key_to_file(key, version))  # type: ignore[attr-defined]  # django-stubs do not know it

    def _cull(self) -> None:
        if next(self._writes) % WRITES_BETWEEN_LOOKS == 0:
            super()._cull()  # type: ignore[misc]  # django-stubs do not know it


def office_key(key: str, key_prefix: str, version: int) -> str:
    """The key under which a value is kept; outside an office it is the platform's own."""
    from central.offices.access import current_office

    office = current_office()
    return f"tanggap:{office.pk if office else 'public'}:{key_prefix}:{version}:{key}"
