"""Hands files to the processes that unpack them, and waits for what they say."""

from __future__ import annotations

import atexit
import contextlib
import os
import queue
import select
import subprocess
import sys
from pathlib import Path

from .jobs import ANSWER, JOB, WALL_SECONDS, Task
from .kinds import CODES, KINDS, Kind, Refused

HELPERS = 2
"""How many files are unpacked at once for one web process; a bomb holds one of them for seconds."""

COMMAND = [sys.executable, "-m", __package__]

_ROOT = Path(__file__).resolve().parents[3]
# The allocator reserves address space for every thread, which counts against the limit.
_ENVIRONMENT = {"PYTHONPATH": str(_ROOT), "MALLOC_ARENA_MAX": "1", "LANG": "C.UTF-8"}


def inspect(data: bytes, claimed: Kind) -> Kind:
    """The real kind of a file whose name claims a kind. Raises `Refused`."""
    return KINDS[_done(Task.JUDGE, KINDS.index(claimed), data)[0]]


def smaller(data: bytes, side: int) -> bytes:
    """A JPEG of a picture, no longer than `side` pixels, with nothing but the picture. Raises `Refused`."""
    return _done(Task.SMALLER, side, data)


def logo(data: bytes, side: int) -> bytes:
    """A PNG of a picture, no longer than `side` pixels, with nothing but the picture. Raises `Refused`."""
    return _done(Task.LOGO, side, data)


def _done(task: Task, number: int, data: bytes) -> bytes:
    try:
        helper = _free.get(timeout=WALL_SECONDS)
    except queue.Empty:
        raise Refused("file_busy") from None
    try:
        return helper.do(task, number, data)
    finally:
        _free.put(helper)


class _Helper:
    """One process, begun with its first file and begun anew where it has gone."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def do(self, task: Task, number: int, data: bytes) -> bytes:
        for attempt in (1, 2):
            try:
                return self._ask(self._running(), JOB.pack(task, number, len(data)) + data)
            except OSError:
                self.end()
                if attempt == 2:
                    raise
        raise AssertionError("unreachable")

    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is None or self.process.poll() is not None:
            self.end()
            self.process = subprocess.Popen(  # noqa: S603  (a command made here)
                COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=_ENVIRONMENT,
                cwd=_ROOT,
                start_new_session=True,  # a signal to the web server is not meant for it
            )
        return self.process

    def _ask(self, process: subprocess.Popen[bytes], job: bytes) -> bytes:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(job)
        process.stdin.flush()
        if not select.select([process.stdout], [], [], WALL_SECONDS + 10)[0]:
            self.end()
            raise Refused("file_busy")
        head = process.stdout.read(ANSWER.size)
        done, length = ANSWER.unpack(head) if len(head) == ANSWER.size else (False, 1)
        result = process.stdout.read(length)
        if len(result) < length:
            raise BrokenPipeError("the process that looks at files has ended")
        if done:
            return result
        code = result.decode()
        assert code in CODES
        raise Refused(code)

    def end(self) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                assert stream is not None
                stream.close()
        process.wait()


def _new() -> queue.LifoQueue[_Helper]:
    """The last one used is taken first, so that the second is begun only where two files come at once."""
    waiting: queue.LifoQueue[_Helper] = queue.LifoQueue()
    for _ in range(HELPERS):
        waiting.put(_Helper())
    return waiting


_free = _new()


@atexit.register
def end() -> None:
    """Ends the processes that have nothing to do; they begin anew when there is something."""
    for helper in list(_free.queue):
        helper.end()


def _forked() -> None:
    """Each process has helpers of its own: two that write into one pipe would read each other's answers."""
    global _free
    _free = _new()


os.register_at_fork(after_in_child=_forked)
