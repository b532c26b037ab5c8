"""The arena: the offices of all presets in a database of the test's own, with two of everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache

from central.offices.models import Office
from tests.databases import OFFICES, TestServer
from tests.races.arena import Arena
from tests.races.gate import Gate

CODES = {preset: code for code, preset, *_rest in OFFICES.values()}
"""The office of each preset."""


@pytest.fixture
def gate(real_commits: str, test_server: TestServer) -> Iterator[Gate]:
    """Where two requests meet."""
    gate = Gate(test_server, real_commits)
    yield gate
    gate.close()


@pytest.fixture
def arena(real_commits: str) -> Callable[[str], Arena]:
    """`arena("greged")`: the office of a preset."""
    cache.clear()

    def of(preset: str) -> Arena:
        return Arena(Office.objects.select_related("government").get(code=CODES[preset]))

    return of
