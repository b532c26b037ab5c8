"""The page that says which test walks which row, held against the presets and the tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest
import yaml

from config.launch import BASE_DIR

PRESETS = sorted(path.stem for path in (BASE_DIR / "workflows/presets").glob("*.yaml"))
LATER = {
    "greged": {"9", "Public information 1-6"},
    "mojokerto": set(),
    "triharjo": {"1", "10", "12", "13", "14"},
    "upik": set(),
    "jenawi": {"1"},
}
"""Rows of which something is still to come."""


@dataclass
class Row:
    """One row of the page."""

    code: str
    tests: list[str]
    later: bool


def sections() -> dict[str, list[Row]]:
    """The page's tables by what they are of."""
    found: dict[str, list[Row]] = {}
    rows: list[Row] = []
    for line in (BASE_DIR / "docs/sop-rows.md").read_text().splitlines():
        if heading := re.match(r"## .*`(\w+)`$", line):
            rows = found[heading[1]] = []
        elif line.startswith("| ") and not line.startswith(("| row", "| ---")):
            cells = [cell.strip() for cell in line.strip("|").split(" | ")]
            rows.append(Row(cells[0], re.findall(r"`(test_\w+)`", cells[-1]), "*later*" in cells[-1]))
    return found


def marked(document: Any) -> Iterator[str]:
    """Every row that a preset names."""
    if isinstance(document, dict):
        if "sop_row" in document:
            yield document["sop_row"]
        for value in document.values():
            yield from marked(value)
    elif isinstance(document, list):
        for value in document:
            yield from marked(value)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_row_that_a_preset_names_is_on_the_page(preset: str) -> None:
    document = yaml.safe_load((BASE_DIR / f"workflows/presets/{preset}.yaml").read_text())
    listed = [row.code for row in sections()[preset]]
    assert set(marked(document)) <= set(listed)
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("of", [*PRESETS, "examples"])
def test_the_page_names_all_tests_and_only_such_as_exist(of: str) -> None:
    module = import_module(f"tests.acceptance.sops.test_{of}")
    own = {name for name in vars(module) if name.startswith("test_")}
    assert {test for row in sections()[of] for test in row.tests} == own


@pytest.mark.parametrize("preset", PRESETS)
def test_a_row_is_walked_or_said_to_come_later(preset: str) -> None:
    rows = sections()[preset]
    assert all(row.tests or row.later for row in rows)
    assert {row.code for row in rows if row.later} == LATER[preset]
    for row in rows:
        if row.code[0].isdigit() or row.code[1:].isdigit():
            of_row = [name for name in row.tests if name.startswith(f"test_row_{row.code.lower()}_")]
            assert of_row or row.later, f"no test is named after row {row.code}"
