"""Kills the parts of a running platform with signal 9, at the worst moments, and damages its queue."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import psycopg

from tests.faults.post import Post
from tests.faults.town import Place, Town
from tests.launched import Run, below

SECONDS = 120

_WAITING = "SELECT 1 FROM pg_stat_activity WHERE usename = 'tanggap_app' AND wait_event_type = 'Lock' LIMIT 1"

Seen = TypeVar("Seen")


def command_line(pid: int) -> str:
    """How a process was started; "" where it has gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""


def kill(*pids: int) -> None:
    """Kills them at once, and waits until the last has gone (or is a zombie of its parent's)."""
    watched = []
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            watched.append(os.pidfd_open(pid))
            os.kill(pid, signal.SIGKILL)
    for descriptor in watched:
        assert select.select([descriptor], [], [], SECONDS)[0], "a process outlived its killing"
        os.close(descriptor)


class Killer:
    """Each of its methods kills one part as soon as that runs, and does nothing to bring it back."""

    def __init__(self, run: Run, town: Town, place: Place, post: Post) -> None:
        self.run = run
        self.town = town
        self.place = place
        self.post = post
        self.broker = town.var / "broker"
        self.killed: dict[str, int] = {}
        self.damaged = 0

    def do(self, part: str) -> None:
        getattr(self, f"_{part}")()
        self.killed[part] = self.killed.get(part, 0) + 1

    def _worker_before_mail(self) -> None:
        """It has claimed a message, and the mail server does not have it."""
        with self.post.holding("before"):
            kill(self._one("celery worker"))

    def _worker_after_mail(self) -> None:
        """The mail server has taken a message, and nobody will ever write that down."""
        with self.post.holding("after"):
            kill(self._one("celery worker"))

    def _scheduler(self) -> None:
        kill(self._one("celery beat"))

    def _web(self) -> None:
        """The server and everything below it, amid a report's transaction."""
        master = self._one("gunicorn")
        with self._amid_reports():
            kill(master, *below(master))

    def _web_process(self) -> None:
        """One of the processes that answer; its parent stays."""
        with self._amid_reports():
            kill(self._wait(lambda: below(self._one("gunicorn")))[-1])

    def _database(self) -> None:
        """The server, and every one of its processes."""
        master = self._one("bin/postgres")
        with self._amid_reports():
            kill(master, *below(master))

    def _database_server(self) -> None:
        """The server alone: the processes that work for connections are left without it."""
        master = self._one("bin/postgres")
        with self._amid_reports():
            kill(master)

    def _database_keeper(self) -> None:
        """The server's parent: the server ends as well, in good order."""
        kill(self._one("keeper"))

    def _database_process(self) -> None:
        """One that works for a connection; the server then starts all of them anew."""
        master = self._one("bin/postgres")
        mine = self._wait(lambda: [pid for pid in below(master) if "tanggap_app" in command_line(pid)])
        kill(mine[0])

    def _broker(self) -> None:
        """With the worker away, messages lie in the queue: some vanish, some are torn, one never was one."""
        self._worker_before_mail()
        files = self._wait(lambda: sorted((self.broker / "messages").glob("*.msg"))[:9])
        for place, path in enumerate(files):
            with contextlib.suppress(FileNotFoundError):
                if place % 3 == 0:
                    path.unlink()
                else:
                    os.truncate(path, path.stat().st_size // 2 if place % 3 == 1 else 0)
        (self.broker / "messages" / "0_nobody.celery.msg").write_bytes(b"\x00" * 100)
        for path in (*self.broker.glob("schedule*"), *self.broker.glob("control/*")):
            os.truncate(path, 0)
        self.damaged += len(files) + 1

    @contextlib.contextmanager
    def _amid_reports(self) -> Iterator[None]:
        """In the block, reports wait in the middle of their transactions for the register, which we hold."""
        address = self._reachable()
        with (
            contextlib.suppress(psycopg.OperationalError),  # at the end, where the database was killed
            psycopg.connect(address, autocommit=True) as other,
            psycopg.connect(address) as ours,
        ):
            ours.execute(f"SELECT FROM {self.place.schema}.complaints_numbercounter FOR UPDATE")
            self._wait(lambda: other.execute(_WAITING).fetchone())
            yield

    def _reachable(self) -> str:
        """The superuser's address, once the server answers there."""

        def answers() -> bool:
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self.town.superuser_url).close()
                return True
            return False

        self._wait(answers)
        return self.town.superuser_url

    def _one(self, name: str) -> int:
        return self._wait(lambda: self.run.family().get(name))

    def _wait(self, found: Callable[[], Seen | None]) -> Seen:
        """What `found` gives as soon as that is something."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            seen = found()
            if seen:
                return seen
            assert self.run.process.poll() is None, f"the platform has ended:\n{self.run.said}"
            select.select([], [], [], 0.05)
        raise AssertionError("what was to be killed did not run")
