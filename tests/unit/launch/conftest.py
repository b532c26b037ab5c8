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


def remove(top: Path, var: Path) -> None:
    """Removes the folder once its servers have ended; some end a moment after their last user."""
    for lease in var.glob("postgres-*/lease"):
        with open(lease, "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
    shutil.rmtree(top)
    shutil.rmtree(places.private_folder(var), ignore_errors=True)


@pytest.fixture
def var(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder like var/, with a space in its path; with the parameter "private" its owner's alone."""
    private = getattr(request, "param", "open") == "private"
    top = Path(tempfile.mkdtemp(prefix="tanggap test "))
    top.chmod(0o700 if private else 0o711)
    folder = top / "var"
    folder.mkdir(mode=0o711)
    yield folder
    remove(top, folder)


@pytest.fixture(scope="module")
def run_var() -> Iterator[Path]:
    """A var/ for whole runs, with a space in its path; its database is made once for a module."""
    top = Path(tempfile.mkdtemp(prefix="tanggap run "))
    top.chmod(0o711)
    folder = top / "var"
    yield folder
    remove(top, folder)
