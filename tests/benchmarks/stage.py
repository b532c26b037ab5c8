"""Where the benchmarks run: a database server that really writes to disk, and one real web worker.

Everything lives in `var/bench`, apart from the data of `make run` and of the tests.
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from config.launch import BASE_DIR, children, postgres

VAR = BASE_DIR / "var" / "bench"
INTAKE_RATE = "1000000/hour"


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
    for folder in ("files", "mail", "cache", "log", "broker/messages", "broker/done", "broker/control"):
        (VAR / folder).mkdir(parents=True, exist_ok=True)
    lease = postgres.lease("run", var=VAR)
    port = free_port()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": os.pathsep.join([str(BASE_DIR), str(BASE_DIR / "platform")]),
        "TANGGAP_VAR": str(VAR),
        "TANGGAP_DEMO": "0",
        "SECRET_KEY": secrets.token_urlsafe(32),
        "BASE_HOST": "localhost",
        "PORT": str(port),
        "DATABASE_URL": lease.server.app_url,
        "DATABASE_ADMIN_URL": lease.server.owner_url,
        "INTAKE_RATE": INTAKE_RATE,
        "INTAKE_SECONDS": "0",
        "LOG_LEVEL": "ERROR",
    }
    sys.path.insert(0, str(BASE_DIR / "platform"))
    subprocess.run(
        [sys.executable, "-m", "config.launch.prepare", str(VAR / "log" / "prepare.txt")],
        env={**os.environ, "TANGGAP_SUPERUSER_URL": lease.server.superuser_url},
        cwd=BASE_DIR,
        check=True,
    )
    import django

    django.setup()
    with open(VAR / "log" / "web.log", "ab") as log:
        web = children.start(_web_command(port), env=dict(os.environ), cwd=BASE_DIR, output=log)
    try:
        _wait(port, web)
        yield Stage(port)
    finally:
        children.end([web], patience=10)
        from django.db import connections

        connections.close_all()
        lease.release()


def _web_command(port: int) -> list[str]:
    """The web server of `make run`, with one worker."""
    return [
        *(sys.executable, "-m", "gunicorn", "config.wsgi:application", "--preload"),
        *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--workers", "1", "--threads", "4"),
        *("--timeout", "60", "--keep-alive", "75", "--log-level", "warning"),
    ]


def _wait(port: int, web: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline and web.poll() is None:
        try:
            with opener.open(f"http://127.0.0.1:{port}/healthz/", timeout=5):
                return
        except OSError:
            continue
    raise SystemExit(f"The web server does not answer; see {VAR / 'log' / 'web.log'}")
