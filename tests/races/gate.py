"""Makes two requests meet, every time: no sleeping, no hoping.

A third connection holds the row that both want. Each request runs until the database says that it waits
there; then the row is let go. Who came first goes first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Barrier, Event
from typing import Any

from django.db import connections
from django.http import HttpResponse
from psycopg import sql

from tests.databases import TestServer

PATIENCE = 60.0
"""Seconds after which a call that neither waits nor ends is a failure of the test."""

LOOK = 0.002
"""Seconds between two looks at who waits."""

_WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)

Call = Callable[[], Any]


@dataclass
class Outcome:
    """What came of one call: what it gave, or the error that it ended with."""

    value: Any = None
    error: BaseException | None = None

    @property
    def response(self) -> HttpResponse:
        if self.error is not None:
            raise self.error
        assert isinstance(self.value, HttpResponse)
        return self.value

    @property
    def status(self) -> int:
        """The status of the answer; 500 for an error that nobody caught."""
        return 500 if self.error is not None else int(self.value.status_code)


class Gate:
    """The row that is held, and the threads that come to it, each with a database connection of its own.

    `queued`: how many stood there when it was opened last.
    """

    def __init__(self, server: TestServer, database: str, *, threads: int = 2) -> None:
        self._keeper = server.superuser(database)
        # On its own: within a transaction PostgreSQL keeps showing what it has shown once.
        self._watcher = server.superuser(database)
        self._pool = ThreadPoolExecutor(threads)
        self._threads = threads
        self.queued = 0

    def close(self) -> None:
        """Ends the threads and every connection."""
        all_here = Barrier(self._threads, timeout=PATIENCE)

        def leave() -> None:
            all_here.wait()  # so that each thread takes one of these
            connections.close_all()

        outcomes([self._pool.submit(leave) for _ in range(self._threads)])
        self._pool.shutdown()
        self._keeper.close()
        self._watcher.close()

    def at_row(self, table: tuple[str, ...], where: str, value: Any, *calls: Call) -> list[Outcome]:
        """The calls, which all want this row, one after the other to the gate; then it opens."""
        with self.holding_row(table, where, value):
            futures = self.gather(*calls)
        return outcomes(futures)

    @contextmanager
    def holding_row(self, table: tuple[str, ...], where: str, value: Any) -> Iterator[None]:
        """Holds a row for the block."""
        statement = sql.SQL("SELECT 1 FROM {} WHERE {} = %s FOR UPDATE").format(
            sql.Identifier(*table), sql.Identifier(where)
        )
        with self.holding(statement, [value]):
            yield

    @contextmanager
    def holding(self, statement: sql.Composable, parameters: Sequence[Any] = ()) -> Iterator[None]:
        """Holds for the block whatever the statement locks; what it did is taken back."""
        with self._keeper.transaction(force_rollback=True):
            done = self._keeper.execute(statement, parameters)
            assert done.rowcount, "there is no such row to meet at"
            yield

    def gather(self, *calls: Call) -> list[Future[Any]]:
        """Starts the calls one after the other, each when those before it wait or have ended."""
        futures: list[Future[Any]] = []

        def settled() -> bool:
            return self.waiting() >= sum(not future.done() for future in futures)

        for call in calls:
            futures.append(self._pool.submit(call))
            until(settled)
        self.queued = self.waiting()
        return futures

    def together(self, *calls: Call) -> list[Outcome]:
        """The calls at once, with nobody to hold them up."""
        return outcomes([self._pool.submit(call) for call in calls])

    def start(self, call: Call) -> Future[Any]:
        """One call in a thread of its own, left to run."""
        return self._pool.submit(call)

    def until_waiting(self, count: int) -> None:
        """Until so many wait for a lock."""
        until(lambda: self.waiting() >= count)

    def waiting(self) -> int:
        """How many wait for a lock in this database."""
        row = self._watcher.execute(_WAITING).fetchone()
        assert row is not None
        return int(row[0])


def until(come: Callable[[], bool]) -> None:
    """Looks until it is so."""
    end, pause = time.monotonic() + PATIENCE, Event()
    while not come():
        assert time.monotonic() < end, "nobody came to the gate"
        pause.wait(LOOK)


def outcomes(futures: Sequence[Future[Any]]) -> list[Outcome]:
    """What the calls came to; errors are kept, not raised."""
    found = []
    for future in futures:
        error = future.exception(timeout=PATIENCE)
        found.append(Outcome(error=error) if error is not None else Outcome(future.result()))
    return found
