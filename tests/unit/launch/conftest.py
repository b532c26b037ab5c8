"""A server of one's own for each test."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.launched import remove


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
