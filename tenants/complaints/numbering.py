"""The register's counter: per office and year, without gaps. What is printed of a number is the settings'
pattern.
"""

from __future__ import annotations

from django.db import connection

_TAKE = (
    "INSERT INTO complaints_numbercounter AS counter (year, last) VALUES (%s, 1) "
    "ON CONFLICT (year) DO UPDATE SET last = counter.last + 1 RETURNING last"
)


def take(year: int) -> int:
    """The next number of the office we are in for a year of its local time, beginning with 1. One statement.

    Locks the year's counter until the transaction ends, so that a number is given away only if its
    complaint is stored: take it last of all locks, and late.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [year])
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])
