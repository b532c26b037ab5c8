"""A server of one's own for each test, and a way to wait for the end of a process."""

from __future__ import annotations

import fcntl
import os
import select
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.launch import places


def wait_for_end(pid: int, seconds: float = 20) -> bool:
    """Whether that process (any process, not only a child) ends within the time."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], seconds)[0])
    finally:
        os.close(descriptor)


@pytest.fixture
def var(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder like var/, with a space in its path; with the parameter "private" its owner's alone."""
    private = getattr(request, "param", "open") == "private"
    top = Path(tempfile.mkdtemp(prefix="tanggap test "))
    top.chmod(0o700 if private else 0o711)
    folder = top / "var"
    folder.mkdir(mode=0o711)
    yield folder
    with open(folder / "postgres-test" / "lease", "wb") as lease:
        fcntl.flock(lease, fcntl.LOCK_EX)  # free when the last server of the test has ended
    shutil.rmtree(top)
    shutil.rmtree(places.private_folder(folder), ignore_errors=True)
