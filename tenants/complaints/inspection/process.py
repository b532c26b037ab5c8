"""The process that unpacks strangers' files.

It reads jobs from its standard input and answers each on its standard output. For every job it forks: the
child has a limit of time and of memory, and whatever a file does to it ends with it. No file costs the
processes that serve people more than its own bytes. It ends when its input does.
"""

from __future__ import annotations

import logging
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from typing import IO

from . import judging, pictures
from .jobs import ANSWER, JOB, WALL_SECONDS, Job, Task
from .kinds import KINDS, Refused

PROCESSOR_SECONDS = 8
"""A phone's largest picture takes two."""

MEMORY_BYTES = 1024 * 1024 * 1024
"""Address space: twice what the largest picture needs."""


def main() -> None:
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings quote the file
    jobs, answers = sys.stdin.buffer, sys.stdout.buffer
    while True:
        job = _next(jobs)
        if job is None:
            return
        done, result = _apart(job)
        answers.write(ANSWER.pack(done, len(result)) + result)
        answers.flush()


def _next(jobs: IO[bytes]) -> Job | None:
    head = jobs.read(JOB.size)
    if len(head) < JOB.size:
        return None
    task, number, length = JOB.unpack(head)
    data = jobs.read(length)
    return Job(Task(task), number, data) if len(data) == length else None


def _apart(job: Job) -> tuple[bool, bytes]:
    """Does the job in a child. One that does not come back has used up what it was given, unless somebody
    else has ended it: that is no fault of the file, which is looked at once more.
    """
    for _attempt in (1, 2):
        status, answer = _once(job)
        if status == 0 and answer:
            return answer[0] == 1, answer[1:]
        if not _ended_by(status, signal.SIGKILL):
            break
    # Neither the processor's time nor the memory is used up where the clock on the wall was faster.
    busy = _ended_by(status, signal.SIGKILL, signal.SIGTERM, signal.SIGALRM)
    return False, b"file_busy" if busy else b"file_too_complex"


def _ended_by(status: int, *signals: signal.Signals) -> bool:
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) in signals


def _once(job: Job) -> tuple[int, bytes]:
    """The job in a child: how it ended, as `os.waitpid` has it, and what it said."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _in_child(writer, job)
    os.close(writer)
    with open(reader, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    return status, answer


def _in_child(writer: int, job: Job) -> None:
    """Does the job within limits, and ends the process: it never returns into the loop of its parent."""
    code = 1
    try:
        # The first limit ends it with a signal of its own; the second looks like somebody else's.
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS + 2))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.alarm(WALL_SECONDS)
        with open(writer, "wb") as pipe:
            pipe.write(_answer(job))
        code = 0
    finally:
        os._exit(code)


def _answer(job: Job) -> bytes:
    try:
        return b"\x01" + _WORK[job.task](job)
    except Refused as refused:
        return b"\x00" + refused.code.encode()
    except MemoryError:
        return b"\x00file_too_complex"
    except Exception:  # the file found a way that nobody thought of; it is refused, and the way is told
        traceback.print_exc()
        return b"\x00file_broken"


def _judge(job: Job) -> bytes:
    return bytes([KINDS.index(judging.judge(job.data, KINDS[job.number]))])


_WORK: dict[Task, Callable[[Job], bytes]] = {
    Task.JUDGE: _judge,
    Task.SMALLER: lambda job: pictures.smaller(job.data, job.number),
    Task.LOGO: lambda job: pictures.logo(job.data, job.number),
}
