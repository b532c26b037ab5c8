"""The stage of the SOP tests: complaints that come in, and the day on which they do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.cache import cache

from central.offices.models import Office
from tests.acceptance.citizen import Citizen
from tests.acceptance.sops.driver import Case


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """The counters of earlier tests."""
    cache.clear()


@pytest.fixture
def monday(at: Callable[..., datetime]) -> datetime:
    """It is Monday morning, and the office is open."""
    return at("2025-02-03 10:00")


@pytest.fixture
def reported(warga: Callable[[Office], Citizen]) -> Callable[..., Case]:
    """`reported(office, **answers)`: a citizen sends a complaint through the office's site, now."""

    def report(office: Office, **answers: str) -> Case:
        citizen = warga(office)
        number, code = citizen.report(**answers)
        return Case(office, citizen, number, code)

    return report
