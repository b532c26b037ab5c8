"""The embedded server: passwords, sharing, and a clean start after whatever was killed."""

from __future__ import annotations

import fcntl
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from config.launch import BASE_DIR, Trouble, places, postgres
from config.launch.keeper import Keeper
from tests.launched import wait_for_end

USER = """
import sys
from pathlib import Path
from config.launch.postgres import ensure_server
print(ensure_server("test", var=Path(sys.argv[1])).superuser_url, flush=True)
sys.stdin.read()
"""


@contextmanager
def another_user(var: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Another process that uses the server until its input is closed."""
    with subprocess.Popen(
        [sys.executable, "-c", USER, str(var)],
        cwd=BASE_DIR,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()


# Root's clone may be out of reach for the server's unprivileged user; then its data lives elsewhere.
everywhere = pytest.mark.parametrize("var", ["open", "private"], indirect=True)


def server_pid(server: postgres.Server) -> int:
    return int((Path(server.data) / "postmaster.pid").read_text().splitlines()[0])


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


@everywhere
def test_only_a_password_opens_it_and_only_its_user_can_read_that(var: Path) -> None:
    lease = postgres.lease("test", var=var)
    server = lease.server
    try:
        with psycopg.connect(server.superuser_url) as connection:
            methods = connection.execute("SELECT DISTINCT auth_method FROM pg_hba_file_rules").fetchall()
            assert methods == [("scram-sha-256",)]
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(server.url(postgres.SUPERUSER, "wrong", "postgres"))
        kept = (var / "postgres-test" / "access.json").stat()
        assert stat.S_IMODE(kept.st_mode) == 0o600
        assert stat.S_IMODE(Path(server.socket).stat().st_mode) == 0o700
        assert stat.S_IMODE(Path(server.data).stat().st_mode) == 0o700
        if os.geteuid() == 0:
            assert Path(server.data).stat().st_uid != 0
    finally:
        lease.release()
    assert not (Path(server.data) / "postmaster.pid").exists()


def test_users_share_it_and_the_last_one_ends_it(var: Path) -> None:
    with another_user(var) as (first, url), another_user(var) as (second, again):
        assert url == again
        server = postgres.known_server(var, "test")
        assert server is not None
        pid = server_pid(server)
        first.communicate("")
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        second.kill()  # even this gives its share back
        assert wait_for_end(pid)


def test_who_gets_the_lease_of_a_server_that_ended_does_not_take_it_for_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel frees an ending process's locks one after the other, and in an order of its own."""
    keeper = Keeper(tmp_path, "run")
    seen = []
    monkeypatch.setattr(os, "_exit", lambda code: seen.append(postgres.running(tmp_path)))
    with open(tmp_path / "keeper", "wb") as keeper.mark:
        fcntl.flock(keeper.mark, fcntl.LOCK_EX)
        assert postgres.running(tmp_path)
        keeper.leave()
    assert seen == [False]


def test_it_starts_cleanly_after_its_keeper_was_killed(var: Path) -> None:
    with another_user(var) as (_, url):
        server = postgres.known_server(var, "test")
        assert server is not None
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (x int)")
        pid = server_pid(server)
        os.kill(parent_of(pid), signal.SIGKILL)
        assert wait_for_end(pid), "the server outlived its keeper"
        with another_user(var) as (_, after), psycopg.connect(after) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


@everywhere
def test_it_starts_cleanly_after_everything_was_killed(var: Path) -> None:
    with another_user(var) as (user, url):
        server = postgres.known_server(var, "test")
        assert server is not None
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (x int)")
            connection.execute("CHECKPOINT")
        pid = server_pid(server)
        keeper = parent_of(pid)
        for process in (user.pid, keeper, pid):
            os.kill(process, signal.SIGKILL)
        assert wait_for_end(pid)
        assert wait_for_end(keeper)
    assert (Path(server.data) / "postmaster.pid").exists()
    with another_user(var) as (_, after), psycopg.connect(after) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_it_starts_cleanly_while_a_killed_server_left_one_of_its_processes_at_work(var: Path) -> None:
    """Such a process does not notice before it has something to wait for; it still holds the memory."""
    with another_user(var) as (_, url), psycopg.connect(url, autocommit=True) as connection:
        server = postgres.known_server(var, "test")
        assert server is not None
        connection.execute("CREATE TABLE kept (x int)")
        connection.execute("CHECKPOINT")
        at_work = connection.info.backend_pid
        connection.pgconn.send_query(
            b"SELECT count(*) FROM (SELECT generate_series(1, 1000000000000)) AS long"
        )
        pid = server_pid(server)
        keeper = parent_of(pid)
        os.kill(pid, signal.SIGKILL)
        assert wait_for_end(keeper)
        assert Path(f"/proc/{at_work}").exists()
        with another_user(var) as (_, after), psycopg.connect(after) as again:
            assert after == url, "who holds the address does not find the server again"
            assert again.execute("SELECT count(*) FROM kept").fetchone() == (0,)
        assert wait_for_end(at_work, 1)
        connection.close()


def test_a_pid_file_that_names_somebody_else_is_no_hindrance(var: Path) -> None:
    lease = postgres.lease("test", var=var)
    lease.release()
    pid_file = Path(lease.server.data) / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{lease.server.data}\n")
    with another_user(var) as (_, url), psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


@everywhere
def test_a_new_clone_at_an_old_place_begins_with_an_empty_database(var: Path) -> None:
    lease = postgres.lease("test", var=var)
    with psycopg.connect(lease.server.superuser_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE old (x int)")
    lease.release()
    (var / "postgres-test" / "access.json").unlink()
    with another_user(var) as (_, url), psycopg.connect(url) as connection:
        assert url != lease.server.superuser_url
        assert connection.execute("SELECT to_regclass('old')").fetchone() == (None,)


def test_data_of_another_major_version_is_named(var: Path) -> None:
    lease = postgres.lease("test", var=var)
    lease.release()
    version = Path(lease.server.data) / "PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(Trouble, match=r"made by PostgreSQL 17.*make reset"):
        postgres.lease("test", var=var)


def test_a_damaged_data_folder_gives_the_servers_own_words(var: Path) -> None:
    lease = postgres.lease("test", var=var)
    lease.release()
    (Path(lease.server.data) / "global" / "pg_control").unlink()
    with pytest.raises(Trouble, match=r"could not (find|open|read)"):
        postgres.lease("test", var=var)


def test_a_folder_that_others_prepared_is_not_used_for_the_socket(tmp_path: Path) -> None:
    open_to_all = tmp_path / "socket"
    open_to_all.mkdir(mode=0o777)
    open_to_all.chmod(0o777)
    fresh = places.socket_folder(str(open_to_all), None)
    try:
        assert fresh != open_to_all
    finally:
        fresh.rmdir()


def test_its_log_says_what_failed_and_not_with_whose_words(var: Path) -> None:
    lease = postgres.lease("test", var=var)
    try:
        with psycopg.connect(lease.server.superuser_url, autocommit=True) as connection:
            connection.execute("CREATE TABLE letters (words text PRIMARY KEY)")
            connection.execute("INSERT INTO letters VALUES (%s)", ["keluhan"])
            with pytest.raises(psycopg.errors.UniqueViolation, match="keluhan"):
                connection.execute("INSERT INTO letters VALUES (%s)", ["keluhan"])
            connection.execute("SET log_min_duration_statement = 0")
            connection.execute("SELECT words FROM letters WHERE words = %s", ["keluhan"])
    finally:
        lease.release()
    (log,) = var.rglob("server.log")
    told = log.read_text()
    assert "duplicate key" in told
    assert "SELECT words FROM letters" in told
    assert "keluhan" not in told
