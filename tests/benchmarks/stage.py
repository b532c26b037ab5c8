"""Where the benchmarks run: a database server that really writes to disk, and one real web worker.

Everything lives below `var/bench`, apart from the data of `make run` and of the tests.
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.launch import BASE_DIR, children, postgres

VAR = BASE_DIR / "var" / "bench"
INTAKE_RATE = "1000000/hour"
FOLDERS = ("files", "mail", "cache", "log", "broker/messages", "broker/done", "broker/control")


@dataclass(frozen=True)
class Stage:
    """The port of the web server that was started."""

    port: int


def free_port() -> int:
    """A port of the loopback address that nobody uses at this moment."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextmanager
def stage() -> Iterator[Stage]:
    """Server, migrations, Django in this process, and one web worker; all ended afterwards."""
    with database() as port, web(VAR, port, os.environ):
        yield Stage(port)


@contextmanager
def database() -> Iterator[int]:
    """Server, migrations, Django in this process. Gives the port that addresses are made with."""
    lease, port = begin(VAR), free_port()
    os.environ |= environment(VAR, port, lease.server)
    sys.path.insert(0, str(BASE_DIR / "platform"))
    if preparing(VAR, os.environ, lease.server).wait():
        raise SystemExit("The database could not be prepared.")
    import django

    django.setup()
    try:
        yield port
    finally:
        from django.db import connections

        connections.close_all()
        lease.release()


def begin(var: Path) -> postgres.Lease:
    """The folder of a run with all that it needs, and its database server."""
    for folder in FOLDERS:
        (var / folder).mkdir(parents=True, exist_ok=True)
    return postgres.lease("run", var=var)


def environment(var: Path, port: int, server: postgres.Server) -> dict[str, str]:
    """What the processes of a run are told. The key is one for the whole benchmark, so that sessions fit."""
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": os.pathsep.join([str(BASE_DIR), str(BASE_DIR / "platform")]),
        "TANGGAP_VAR": str(var),
        "TANGGAP_DEMO": "0",
        "SECRET_KEY": os.environ.get("SECRET_KEY") or secrets.token_urlsafe(32),
        "BASE_HOST": "localhost",
        "PORT": str(port),
        "DATABASE_URL": server.app_url,
        "DATABASE_ADMIN_URL": server.owner_url,
        "INTAKE_RATE": INTAKE_RATE,
        "INTAKE_SECONDS": "0",
        "LOG_LEVEL": "ERROR",
    }


def preparing(var: Path, env: Mapping[str, str], server: postgres.Server) -> subprocess.Popen[bytes]:
    """Bootstrap, migrations and static files, in a process of their own."""
    return subprocess.Popen(
        [sys.executable, "-m", "config.launch.prepare", str(var / "log" / "prepare.txt")],
        env={**env, "TANGGAP_SUPERUSER_URL": server.superuser_url},
        cwd=BASE_DIR,
    )


@contextmanager
def web(var: Path, port: int, env: Mapping[str, str], *, threads: int = 4) -> Iterator[None]:
    """The web server of `make run`, with one worker; ended afterwards."""
    command = [
        *(sys.executable, "-m", "gunicorn", "-c", "python:config.web", "config.wsgi:application"),
        *("--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", str(threads), "--keep-alive", "75"),
    ]
    log = var / "log" / "web.log"
    with open(log, "ab") as file:
        process = children.start(command, env=env, cwd=BASE_DIR, output=file)
    try:
        _wait(port, process, log)
        yield
    finally:
        children.end([process], patience=10)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with opener.open(f"http://127.0.0.1:{port}/healthz/", timeout=5):
                return
        except OSError:
            continue
    raise SystemExit(f"The web server does not answer; see {log}")
