"""Cache keys carry the office they were made in, so no office is answered with a neighbour's value; and the
cache in files, for machines without Redis.
"""

from __future__ import annotations

import itertools

from django.core.cache.backends.filebased import FileBasedCache

WRITES_BETWEEN_LOOKS = 200
"""So many files more than `MAX_ENTRIES` there may be, times the processes that write."""


class FileCache(FileBasedCache):
    """Django's, which lists its whole folder at each write to see whether it is full: with 9,000 files that
    cost every report eight milliseconds. Here it looks now and then.
    """

    _writes = itertools.count(1)

    def _cull(self) -> None:
        if next(self._writes) % WRITES_BETWEEN_LOOKS == 0:
            super()._cull()  # type: ignore[misc]  # django-stubs do not know it


def office_key(key: str, key_prefix: str, version: int) -> str:
    """The key under which a value is kept; outside an office it is the platform's own."""
    from central.offices.access import current_office

    office = current_office()
    return f"tanggap:{office.pk if office else 'public'}:{key_prefix}:{version}:{key}"
