"""Kills the parts of a running platform with signal 9, and damages the files of its queue."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tests.launched import Run, below

SECONDS = 60

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
    """Each method kills one part, and comes back at once: the platform is to mend itself."""

    def __init__(self, run: Run, var: Path) -> None:
        self.run = run
        self.messages = var / "broker" / "messages"
        self.schedule = var / "broker" / "schedule"
        self.killed: dict[str, int] = {}
        self.damaged = 0

    def do(self, part: str) -> None:
        """Waits until the part runs, and kills it."""
        getattr(self, f"_{part}")()
        self.killed[part] = self.killed.get(part, 0) + 1

    def _worker(self) -> None:
        kill(self._one("celery worker"))

    def _scheduler(self) -> None:
        kill(self._one("celery beat"))

    def _web(self) -> None:
        """The server and everything below it."""
        master = self._one("gunicorn")
        kill(master, *below(master))

    def _web_process(self) -> None:
        """One of the processes that answer; its parent stays."""
        kill(self._wait(lambda: below(self._one("gunicorn")))[-1])

    def _database(self) -> None:
        """The server, and every one of its processes."""
        master = self._one("bin/postgres")
        kill(master, *below(master))

    def _database_server(self) -> None:
        """The server alone: the processes that work for connections are left without it."""
        kill(self._one("bin/postgres"))

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
        kill(self._one("celery worker"))
        files = self._wait(lambda: sorted(self.messages.glob("*.msg"))[:9])
        for place, path in enumerate(files):
            with contextlib.suppress(FileNotFoundError):
                if place % 3 == 0:
                    path.unlink()
                elif place % 3 == 1:
                    os.truncate(path, path.stat().st_size // 2)
                else:
                    path.write_bytes(b"")
        (self.messages / "0_nobody.celery.msg").write_bytes(b"\x00" * 100)
        for path in self.schedule.parent.glob("schedule*"):
            os.truncate(path, 0)
        for path in self.schedule.parent.glob("control/*"):
            os.truncate(path, 0)
        self.damaged += len(files) + 1

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
