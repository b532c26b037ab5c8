"""The cache in files stays within its bounds, without a look at all files for each write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from config.cache import WRITES_BETWEEN_LOOKS, FileCache


@pytest.fixture
def cache(tmp_path: Path) -> FileCache:
    return FileCache(str(tmp_path), {"OPTIONS": {"MAX_ENTRIES": 30, "CULL_FREQUENCY": 2}})


def test_the_cache_keeps_what_it_is_given(cache: FileCache) -> None:
    assert cache.add("senders", 0)
    assert not cache.add("senders", 7)
    assert [cache.incr("senders") for _ in range(3)] == [1, 2, 3]
    assert cache.get("senders") == 3


def test_counting_on_does_not_change_when_a_count_ends(cache: FileCache) -> None:
    """A brake of an hour holds for an hour, however often somebody runs against it."""
    with time_machine.travel(datetime(2026, 3, 2, 8, tzinfo=UTC), tick=False) as clock:
        cache.add("senders", 0, timeout=3600)
        cache.add("for-ever", 0, timeout=None)
        for minutes in (0, 10, 29, 20):
            clock.shift(timedelta(minutes=minutes))
            cache.incr("senders")
            cache.incr("for-ever")
        assert (cache.get("senders"), cache.get("for-ever")) == (4, 4)
        clock.shift(timedelta(minutes=1, seconds=1))
        assert (cache.get("senders"), cache.get("for-ever")) == (None, 4)
        with pytest.raises(ValueError, match="senders"):
            cache.incr("senders")


def test_of_two_who_add_at_once_one_is_told_that_it_is_there(tmp_path: Path) -> None:
    """By this a code of the second factor is good once."""

    class Slower(FileCache):
        def has_key(self, key: str, version: int | None = None) -> bool:
            found = super().has_key(key, version)
            assert FileCache(str(tmp_path), {}).add("code", "first")
            return found

    assert not Slower(str(tmp_path), {}).add("code", "second")
    assert FileCache(str(tmp_path), {}).get("code") == "first"
    assert len(list(tmp_path.iterdir())) == 1


def test_what_has_ended_may_be_added_anew(cache: FileCache) -> None:
    with time_machine.travel(datetime(2026, 3, 2, 8, tzinfo=UTC), tick=False) as clock:
        assert cache.add("code", 1, timeout=60)
        assert not cache.add("code", 2, timeout=60)
        clock.shift(timedelta(seconds=61))
        assert cache.add("code", 3, timeout=60)
        assert cache.get("code") == 3


def test_the_cache_does_not_grow_for_ever(cache: FileCache, tmp_path: Path) -> None:
    for number in range(2 * WRITES_BETWEEN_LOOKS + 1):
        cache.set(f"sender-{number}", 1)
    assert len(list(tmp_path.iterdir())) <= 30 + WRITES_BETWEEN_LOOKS
