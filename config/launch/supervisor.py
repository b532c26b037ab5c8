"""The parent of everything that `make run` starts: database, web server, worker, scheduler."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import deque
from pathlib import Path
from typing import IO

from config.env import Environment, EnvironmentProblem
from config.launch import BASE_DIR, Trouble, children, postgres, remember_port, secret_key, var_folder

HEALTH_SECONDS = 60
RESTARTS = 5  # of one child within a minute; more means that it cannot run
LOG_BYTES = 20 * 1024 * 1024  # a log that has grown beyond this is begun anew at the next start
SCHEMES = ("http", "https")
STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Somebody asked for the end while things were still starting."""


class Child:
    """One of the processes that stay: how to start it, and when it was."""

    def __init__(self, name: str, command: list[str], log: Path) -> None:
        self.name = name
        self.command = command
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self.starts: deque[float] = deque(maxlen=RESTARTS)


class Supervisor:
    """Starts the parts in order, watches them, and ends them all."""

    def __init__(self, env: Environment | None = None) -> None:
        self.env = env or Environment()
        self.var = var_folder(self.env)
        self.port = self.env.integer("PORT", 8000, low=1, high=65535)
        self.host = self.env.host("BASE_HOST", "localhost")
        self.embedded = not self.env.has("DATABASE_URL")
        self.demo = self.env.boolean("TANGGAP_DEMO", self.embedded)
        self.lease: postgres.Lease | None = None
        self.database_starts: deque[float] = deque(maxlen=RESTARTS)
        self.children: list[Child] = []
        self.lock: IO[str] | None = None
        self.stopping = False
        self.wake_reader, self.wake_writer = os.pipe()

    def run(self) -> int:
        """From nothing to serving, and back. Returns the exit code."""
        self.listen_for_signals()
        try:
            self.start()
            return self.watch()
        except Stopped:
            return 0
        finally:
            self.end()

    # starting ---------------------------------------------------------------------------------------------

    def start(self) -> None:
        began = time.monotonic() - seconds_before(self.env)
        if not self.embedded and not self.env.has("DATABASE_ADMIN_URL"):
            raise EnvironmentProblem(
                "DATABASE_ADMIN_URL",
                "is missing. DATABASE_URL names a server, so name the login that owns the tables, too. "
                "`manage.py database bootstrap --superuser-url URL` makes both logins.",
            )
        self.take_clone()
        addresses = self.free_addresses()
        environment = self.environment()
        secret_key(self.var)
        remember_port(self.var, self.port)
        for folder in ("broker/messages", "broker/done", "broker/control", "log", "mail", "files", "cache"):
            (self.var / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        for leftover in (self.var / "broker" / "done").iterdir():
            leftover.unlink()  # its reader was killed
        if self.embedded:
            self.say("Starting the database ...")
            self.lease = self.start_database()
            environment["DATABASE_URL"] = self.lease.server.app_url
            environment["DATABASE_ADMIN_URL"] = self.lease.server.owner_url
        self.say("Preparing ...")
        told = self.prepare(environment)
        self.say("Starting the web server, the worker and the scheduler ...")
        self.children = [
            Child("web", self.web_command(addresses), self.var / "log" / "web.log"),
            Child("worker", self.celery("worker"), self.var / "log" / "worker.log"),
            Child("scheduler", self.celery("beat"), self.var / "log" / "scheduler.log"),
        ]
        # The owner's login is for commands; what serves people does not get it.
        self.child_environment = {k: v for k, v in environment.items() if k != "DATABASE_ADMIN_URL"}
        for child in self.children:
            self.start_child(child)
        self.wait_for_health(addresses)
        self.say(self.summary(told, time.monotonic() - began))

    def start_database(self) -> postgres.Lease:
        """The embedded server, running."""
        self.database_starts.append(time.monotonic())
        return postgres.lease("run", var=self.var)

    def take_clone(self) -> None:
        """One run at a time in a clone. The children hold the lock too: it is free when all have gone."""
        self.lock = open(self.var / "run.lock", "a+")  # noqa: SIM115  (held until the end)
        deadline = time.monotonic() + 20
        while True:
            try:
                fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                self.lock.seek(0)
                other = self.lock.read().strip()
                if is_supervisor(other):
                    raise Trouble(f"Tanggap already runs in this clone (process {other}).") from error
                if time.monotonic() > deadline:
                    raise Trouble(
                        f"Processes of an earlier run in this clone have not ended; see {self.var / 'log'}."
                    ) from error
            self.pause(0.1)  # the supervisor was killed, and its children are just ending
        self.lock.truncate(0)
        self.lock.write(f"{os.getpid()}\n")
        self.lock.flush()

    def free_addresses(self) -> list[str]:
        """The addresses to listen on; raises Trouble where the port is taken."""
        chosen = self.env.text("BIND")
        hosts = chosen.split() if chosen else ["127.0.0.1", "::1"]
        usable = []
        for host in hosts:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            try:
                with socket.socket(family) as trial:
                    trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    trial.bind((host, self.port))
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    raise Trouble(
                        f"Port {self.port} is taken by another program. Choose another one: "
                        f"make run PORT={self.port + 1 if self.port < 65535 else 8000}"
                    ) from error
                if error.errno == errno.EACCES:
                    raise Trouble(f"Port {self.port} needs root's rights. Choose one above 1023.") from error
                if host == "::1" and not chosen:  # this machine has no IPv6
                    continue
                raise EnvironmentProblem(
                    "BIND", f"has {host!r}, which cannot be used here ({error})."
                ) from error
            usable.append(f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}")
        return usable

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(BASE_DIR), str(BASE_DIR / "platform")]),
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "TANGGAP_VAR": str(self.var),
            "TANGGAP_DEMO": "1" if self.demo else "0",
            "PORT": str(self.port),
        }

    def prepare(self, environment: dict[str, str]) -> str:
        """Bootstrap, migrations, demo, static files; returns what the demo has to say."""
        told = self.var / "log" / "demo.txt"
        if self.lease is not None:
            environment = {**environment, "TANGGAP_SUPERUSER_URL": self.lease.server.superuser_url}
        process = children.start(
            [sys.executable, "-m", "config.launch.prepare", str(told)], env=environment, cwd=BASE_DIR
        )
        try:
            while process.poll() is None:
                self.pause(0.2)
        finally:
            children.end([process], patience=5)
        if process.returncode != 0:
            raise Trouble("Preparing failed; the reason stands above.")
        return told.read_text()

    def web_command(self, addresses: list[str]) -> list[str]:
        binds = [part for address in addresses for part in ("--bind", address)]
        return [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            "python:config.web",
            *binds,
            "config.wsgi:application",
        ]

    def celery(self, what: str) -> list[str]:
        command = [sys.executable, "-m", "celery", "--app", "config.celery", what, "--loglevel", "INFO"]
        if what == "worker":
            threads = self.env.integer("WORKER_THREADS", 2, low=1, high=64)
            quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
            return [*command, "--pool", "threads", "--concurrency", str(threads), *quiet]
        return [*command, "--pidfile="]

    def start_child(self, child: Child) -> None:
        child.starts.append(time.monotonic())
        if child.log.exists() and child.log.stat().st_size > LOG_BYTES:
            child.log.unlink()
        assert self.lock is not None
        with open(child.log, "ab") as log:
            child.process = children.start(
                child.command,
                env=self.child_environment,
                cwd=BASE_DIR,
                output=log,
                pass_fds=(self.lock.fileno(),),
            )

    def wait_for_health(self, addresses: list[str]) -> None:
        url = f"http://{addresses[0].replace('0.0.0.0', '127.0.0.1')}/healthz/"  # noqa: S104  (compared, not bound)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        deadline = time.monotonic() + HEALTH_SECONDS
        answer = "nothing"
        while time.monotonic() < deadline:
            web = self.children[0].process
            if web is None or web.poll() is not None:
                break
            try:
                with opener.open(url, timeout=5):
                    return
            except urllib.error.HTTPError as error:
                answer = error.read().decode(errors="replace")[:200]
            except OSError as error:
                answer = str(error)
            self.pause(0.1)
        raise Trouble(f"The web server does not answer ({answer}).\n{tail(self.children[0].log)}")

    def summary(self, told: str, seconds: float) -> str:
        scheme = self.env.choice("PUBLIC_SCHEME", "http" if self.host == "localhost" else "https", SCHEMES)
        port = self.env.port("PUBLIC_PORT", str(self.port) if scheme == "http" else "")
        address = f"{scheme}://{self.host}{f':{port}' if port else ''}/"
        parts = [f"\nTanggap is ready after {seconds:.0f} s:  {address}", told.strip()]
        parts.append(f"Logs: {self.var / 'log'}    Stop with Ctrl-C.")
        return "\n\n".join(part for part in parts if part)

    # running ----------------------------------------------------------------------------------------------

    def watch(self) -> int:
        """Starts again what ends by itself, until somebody asks for the end."""
        while not self.stopping:
            try:
                self.pause(1.0)
            except Stopped:
                break
            if self.lease is not None and not self.lease.alive():
                self.revive_database(self.lease)
            for child in self.children:
                assert child.process is not None
                if child.process.poll() is None:
                    continue
                children.end([child.process], patience=1)
                if restless(child.starts):
                    raise Trouble(f"The {child.name} does not stay up.\n{tail(child.log)}")
                self.say(f"The {child.name} ended (code {child.process.returncode}); starting it again.")
                self.start_child(child)
        return 0

    def revive_database(self, ended: postgres.Lease) -> None:
        """Starts the server again; the others find it at the same place."""
        log = ended.home / "server.log"
        if restless(self.database_starts):
            raise Trouble(f"The database server does not stay up.\n{tail(log)}")
        self.say("The database server ended; starting it again.")
        self.lease = self.start_database()
        if self.lease.server.socket != ended.server.socket:
            raise Trouble(
                f"The folder of the database's socket, {ended.server.socket}, is gone. Start again."
            )

    def end(self) -> None:
        """Ends every process that was begun, and waits until they have gone."""
        self.stopping = True
        begun = [child.process for child in self.children if child.process is not None]
        if begun:
            self.say("\nStopping ...")
            children.end(begun, patience=12)
        if self.lease is not None:
            self.lease.release()
        if self.lock is not None:
            self.lock.close()
        if begun:
            self.say("Stopped.")

    # signals ----------------------------------------------------------------------------------------------

    def listen_for_signals(self) -> None:
        """Signals wake the main loop; none of them breaks into the middle of something."""
        os.set_blocking(self.wake_writer, False)
        signal.set_wakeup_fd(self.wake_writer, warn_on_full_buffer=False)
        for sign in STOP:
            signal.signal(sign, self.ask_to_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        if os.environ.get("MAKELEVEL"):  # where make is killed, what it began ends too
            children.hold_to_parent(signal.SIGTERM)

    def ask_to_stop(self, *_: object) -> None:
        self.stopping = True

    def pause(self, seconds: float) -> None:
        """Waits until the time is over or a signal comes. Raises Stopped once the end has been asked for."""
        if not self.stopping:
            ready, _, _ = select.select([self.wake_reader], [], [], seconds)
            if ready:
                os.read(self.wake_reader, 4096)
        if self.stopping:
            raise Stopped

    def say(self, text: str) -> None:
        with contextlib.suppress(BrokenPipeError):
            print(text, flush=True)


def seconds_before(env: Environment) -> float:
    """How long `make run` has taken before this process: the first time it installs packages. 0 where the
    Makefile did not begin it.
    """
    called_at = env.text("TANGGAP_RUN_AT")
    return max(0.0, time.time() - int(called_at)) if called_at.isdecimal() else 0.0


def restless(starts: deque[float]) -> bool:
    """Whether something was started so often within a minute that it cannot run."""
    return len(starts) == RESTARTS and time.monotonic() - starts[0] < 60


def tail(log: Path, lines: int = 15) -> str:
    """The end of a log, for a message."""
    with contextlib.suppress(OSError):
        text = log.read_text(errors="replace").strip().splitlines()[-lines:]
        return "\n".join([*text, f"({log})"])
    return f"({log})"


def is_supervisor(pid: str) -> bool:
    """Whether that process is a `make run` that still lives (process numbers are used again)."""
    if not pid.isdigit():
        return False
    try:
        return b"config.launch" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        if Path("/proc/self").exists():
            return False
    try:
        os.kill(int(pid), 0)
    except OSError:
        return False
    return True
