"""`make run` with real processes: what it begins it also ends, however it is ended itself."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.env import Environment
from config.launch import BASE_DIR, setup, supervisor
from tests.launched import READY, Run, below, free_port, wait_for_end

pytestmark = pytest.mark.slow


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def run(run_var: Path, port: int) -> Iterator[Run]:
    running = Run(run_var, port)
    yield running
    if running.process.poll() is None:
        running.process.terminate()
    running.ended()


def test_it_serves_and_an_interrupt_ends_every_process(run: Run, run_var: Path) -> None:
    run.wait_for(READY)
    assert run.healthy()
    family = run.family()
    assert set(family) == {"gunicorn", "celery worker", "celery beat", "keeper", "bin/postgres"}
    everybody = below(run.process.pid)

    again = Run(run_var, free_port())
    assert again.ended() == 1
    assert f"already runs in this clone (process {run.process.pid})" in again.said

    run.process.send_signal(signal.SIGINT)
    assert run.ended() == 0
    assert all(wait_for_end(pid, 0.5) for pid in everybody)


def test_what_ends_by_itself_is_started_again(run: Run) -> None:
    run.wait_for(READY)
    family = run.family()
    os.kill(family["celery worker"], signal.SIGKILL)
    run.wait_for("The worker ended")
    os.kill(family["bin/postgres"], signal.SIGKILL)
    run.wait_for("The database server ended")
    os.kill(family["gunicorn"], signal.SIGKILL)
    run.wait_for("The web ended")
    run.wait_until_healthy()
    assert run.process.poll() is None


def test_after_a_kill_nothing_is_left_and_the_next_start_is_clean(run: Run, run_var: Path, port: int) -> None:
    run.wait_for(READY)
    everybody = below(run.process.pid)
    run.process.kill()
    run.process.wait()
    after = Run(run_var, port)  # at once, while the others are still ending
    try:
        after.wait_for(READY)
        assert all(wait_for_end(pid, 0.5) for pid in everybody)
        assert after.healthy()
    finally:
        after.process.terminate()
        assert after.ended() == 0


def test_a_port_that_is_taken_is_named_with_another_to_try(run_var: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        run = Run(run_var, port)
        assert run.ended() == 1
    assert f"Port {port} is taken" in run.said
    assert "Traceback" not in run.said


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"PORT": "eighty"}, "PORT: is 'eighty'"),
        (
            {"DATABASE_URL": "postgresql://tanggap_app:x@127.0.0.1:9/tanggap"},
            "DATABASE_ADMIN_URL: is missing",
        ),
    ],
)
def test_a_wrong_environment_is_named(run_var: Path, more: dict[str, str], name: str) -> None:
    run = Run(run_var, free_port(), **more)
    assert run.ended() == 1
    assert name in run.said
    assert "Traceback" not in run.said


def test_a_real_server_that_does_not_answer_is_named_without_its_password(run_var: Path) -> None:
    url = "postgresql://tanggap_app:geheim@127.0.0.1:9/tanggap"
    owner = url.replace("_app", "_owner")
    run = Run(run_var, free_port(), DATABASE_URL=url, DATABASE_ADMIN_URL=owner)
    assert run.ended() == 1
    assert "127.0.0.1" in run.said
    assert "geheim" not in run.said
    assert "Traceback" not in run.said


def test_a_process_number_of_another_program_is_no_run() -> None:
    assert not supervisor.is_supervisor(str(os.getppid()))
    assert not supervisor.is_supervisor("")


def test_the_environments_stamp_follows_the_lock() -> None:
    assert setup.digest("base") != setup.digest("dev")
    assert (BASE_DIR / "requirements" / "dev.txt").read_text().count("--hash=sha256:") > 100


def test_the_seconds_of_the_start_begin_with_make() -> None:
    called = int(time.time()) - 90
    assert 90 <= supervisor.seconds_before(Environment({"TANGGAP_RUN_AT": str(called)})) < 150
    assert supervisor.seconds_before(Environment({})) == 0
    made = subprocess.run(
        ["make", "-f", "-", "-o", "setup", "run"],
        input="include Makefile\nrun: ; @echo at=$$TANGGAP_RUN_AT\n",
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert re.search(r"at=\d{9,}", made.stdout), made
