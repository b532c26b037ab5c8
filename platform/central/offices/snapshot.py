"""Reads that have to agree with one another although others write meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from psycopg import IsolationLevel


@contextmanager
def snapshots() -> Iterator[None]:
    """Every transaction that begins in this block, an office's too, sees one state of the database.

    Within a transaction it changes nothing.
    """
    if connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    session = connection.connection
    session.isolation_level = IsolationLevel.REPEATABLE_READ
    try:
        yield
    finally:
        if connection.connection is session and not session.closed:
            session.isolation_level = None
