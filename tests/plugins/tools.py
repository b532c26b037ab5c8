"""What some tests need and a machine may not have: each function gives the program, or skips the test."""

from __future__ import annotations

import importlib
import shutil
from pathlib import Path

import pytest


def _program(name: str, package: str, *places: str) -> Path:
    for candidate in (name, *places):
        found = shutil.which(candidate)
        if found:
            return Path(found)
    pytest.skip(f"{name} is missing (Debian: apt-get install {package})")


def chromium() -> Path:
    """Chromium's executable, for Playwright's ``executable_path``."""
    return _program("chromium", "chromium", "chromium-browser", "google-chrome")


def pgbouncer() -> Path:
    """PgBouncer, which refuses to run as root."""
    return _program("pgbouncer", "pgbouncer", "/usr/sbin/pgbouncer")


def gettext() -> None:
    """The programs that find texts in the sources and keep catalogues."""
    for name in ("xgettext", "msgmerge", "msguniq", "msgattrib"):
        _program(name, "gettext")


def pango() -> None:
    """The libraries that WeasyPrint draws text with."""
    try:
        importlib.import_module("weasyprint")
    except OSError:
        pytest.skip(
            "Pango is missing (Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)"
        )
