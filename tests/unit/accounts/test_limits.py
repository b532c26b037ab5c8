"""Front doors count how often one address comes."""

import pytest
import time_machine
from django.core.cache import cache

from central.accounts.limits import allowed


@pytest.fixture(autouse=True)
def _clean_cache():
    cache.clear()
    yield
    cache.clear()


def test_a_sender_is_stopped_after_the_limit_and_let_in_again_in_the_next_window(rf):
    request = rf.get("/", REMOTE_ADDR="192.0.2.7")
    with time_machine.travel("2026-11-23T01:00:00Z", tick=False) as clock:
        assert [allowed(request, "try", most=3, seconds=60) for _ in range(5)] == [True] * 3 + [False] * 2
        assert allowed(rf.get("/", REMOTE_ADDR="192.0.2.8"), "try", most=3, seconds=60)
        assert allowed(request, "other", most=3, seconds=60)
        clock.shift(60)
        assert allowed(request, "try", most=3, seconds=60)
