"""The cache in files stays within its bounds, without a look at all files for each write."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.cache import WRITES_BETWEEN_LOOKS, FileCache


@pytest.fixture
def cache(tmp_path: Path) -> FileCache:
    return FileCache(str(tmp_path), {"OPTIONS": {"MAX_ENTRIES": 30, "CULL_FREQUENCY": 2}})


def test_the_cache_keeps_what_it_is_given(cache: FileCache) -> None:
    assert cache.add("senders", 0)
    assert not cache.add("senders", 7)
    assert [cache.incr("senders") for _ in range(3)] == [1, 2, 3]
    assert cache.get("senders") == 3


def test_the_cache_does_not_grow_for_ever(cache: FileCache, tmp_path: Path) -> None:
    for number in range(2 * WRITES_BETWEEN_LOOKS + 1):
        cache.set(f"sender-{number}", 1)
    assert len(list(tmp_path.iterdir())) <= 30 + WRITES_BETWEEN_LOOKS
