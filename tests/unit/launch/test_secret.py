"""The machine's own secret: one word for all who come at once, that nobody else can read."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from config.env import Environment
from config.launch import BASE_DIR, database_addresses, secret_key


def test_all_who_come_first_get_the_same_word(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        words = set(pool.map(lambda _: secret_key(tmp_path), range(32)))
    assert len(words) == 1
    assert len(words.pop()) >= 50
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]


def test_a_named_server_comes_before_the_embedded_one(tmp_path: Path) -> None:
    named = Environment({"DATABASE_URL": "postgresql://a@h/b", "DATABASE_ADMIN_URL": "postgresql://o@h/b"})
    assert database_addresses(named, tmp_path) == ("postgresql://a@h/b", "postgresql://o@h/b")
    without_owner = Environment({"DATABASE_URL": "postgresql://a@h/b"})
    assert database_addresses(without_owner, tmp_path).owner == "postgresql://a@h/b"


def test_platform_has_no_init_file() -> None:
    assert not (BASE_DIR / "platform" / "__init__.py").exists(), "it would shadow Python's own module"
