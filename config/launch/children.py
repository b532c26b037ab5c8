"""Child processes that cannot outlive their parent."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

_PR_SET_PDEATHSIG = 1


class Identity(NamedTuple):
    """A system user to run as."""

    uid: int
    gid: int
    name: str


def leash(sign: signal.Signals) -> Callable[[], None] | None:
    """What a child does before its program begins, so that it gets ``sign`` when its parent dies (Linux).

    The kernel forgets the wish when a process changes its user; subprocess does that
    first, so it holds.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = _prctl()
    parent = os.getpid()

    def hold() -> None:
        prctl(_PR_SET_PDEATHSIG, int(sign), 0, 0, 0)
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return hold


def hold_to_parent(sign: signal.Signals) -> None:
    """Makes this process get ``sign`` when its own parent dies (Linux)."""
    if sys.platform.startswith("linux"):
        _prctl()(_PR_SET_PDEATHSIG, int(sign), 0, 0, 0)


def _prctl() -> Callable[..., int]:
    return ctypes.CDLL(None, use_errno=True).prctl


def start(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path | str,
    output: IO[bytes] | int | None = None,
    identity: Identity | None = None,
    on_orphaned: signal.Signals = signal.SIGTERM,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Starts a child in a process group of its own, held to this process."""
    user: dict[str, Any] = {}
    if identity is not None:
        user = {"user": identity.uid, "group": identity.gid, "extra_groups": []}
    return subprocess.Popen(  # noqa: S603  (commands are made here, never of input)
        [str(part) for part in command],
        env=dict(env),
        cwd=str(cwd),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=True,
        pass_fds=pass_fds,
        preexec_fn=leash(on_orphaned),  # safe: no threads run here when children start
        **user,
    )


def end(children: Sequence[subprocess.Popen[bytes]], *, patience: float) -> None:
    """Asks the children to end, and after ``patience`` seconds ends what is left of their groups."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + patience
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.1, deadline - time.monotonic()))
    for child in children:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
