"""Front doors count how often one address comes."""

import pytest
import time_machine
from allauth.account.adapter import get_adapter
from django.core.cache import cache

from central.accounts.limits import allowed, client_address, sender


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


def test_all_addresses_of_one_line_are_one_sender(rf):
    """Whoever has IPv6 at home has more addresses than there are complaints."""
    with time_machine.travel("2026-11-23T01:00:00Z", tick=False):
        tries = [rf.get("/", REMOTE_ADDR=f"2001:db8:1:2::{number:x}") for number in range(5)]
        assert [allowed(request, "try", most=3, seconds=60) for request in tries] == [True] * 3 + [False] * 2
        assert allowed(rf.get("/", REMOTE_ADDR="2001:db8:1:3::1"), "try", most=3, seconds=60)


@pytest.mark.parametrize(
    ("proxies", "header", "address", "counted"),
    [
        (0, "198.51.100.1", "192.0.2.7", "192.0.2.7"),
        (1, "198.51.100.1, 203.0.113.5", "203.0.113.5", "203.0.113.5"),
        (2, "198.51.100.1, 203.0.113.5, 10.0.0.1", "203.0.113.5", "203.0.113.5"),
        (2, "203.0.113.5", "203.0.113.5", "203.0.113.5"),
        (1, "", "192.0.2.7", "192.0.2.7"),
        (1, "203.0.113.5:50123", "203.0.113.5", "203.0.113.5"),
        (1, "[2001:db8::1]:443", "2001:db8::1", "2001:db8::/64"),
        (1, "::ffff:203.0.113.5", "::ffff:203.0.113.5", "203.0.113.5"),
        (1, "fe80::1%eth0", "fe80::1", "fe80::/64"),
        (1, "unknown", "unknown", "unknown"),
    ],
)
def test_who_sends_is_known_by_what_trusted_proxies_say(rf, settings, proxies, header, address, counted):
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR=header)
    assert client_address(request) == get_adapter().get_client_ip(request) == address
    assert sender(request) == counted
