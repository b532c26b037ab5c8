"""Commands work before, beside and without `make run`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.launch import BASE_DIR, last_port, remember_port


def manage(var: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "TANGGAP_"))
    }
    settings = {"TANGGAP_VAR": str(var), "DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=BASE_DIR,
        env=kept | settings | more,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_first_command_of_a_clone_prepares_the_embedded_server(run_var: Path) -> None:
    first = manage(run_var, "database", "check")
    assert first.returncode == 0, first.stderr
    assert "Preparing" in first.stderr
    second = manage(run_var, "database", "check")
    assert second.returncode == 0, second.stderr
    assert "Preparing" not in second.stderr


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PORT", "eighty", "is 'eighty'; write a whole number from 1 to 65535."),
        ("CELERY_BROKER_URL", "queue", "begins with 'nothing'; it must begin with redis:// or "),
        ("LOG_LEVEL", "loud", "is 'loud'; write one of DEBUG, INFO, "),
    ],
)
def test_a_wrong_variable_is_one_line(run_var: Path, name: str, value: str, told: str) -> None:
    done = manage(run_var, "check", **{name: value, "DATABASE_URL": "postgresql://a@127.0.0.1:9/b"})
    assert done.returncode == 1
    assert done.stderr.startswith(f"{name}: {told}")
    assert len(done.stderr.splitlines()) == 1


def test_commands_know_the_port_of_the_latest_run(tmp_path: Path) -> None:
    assert last_port(tmp_path) == ""
    remember_port(tmp_path, 8300)
    assert last_port(tmp_path) == "8300"
    (tmp_path / "port").write_text("rubbish")
    assert last_port(tmp_path) == ""
