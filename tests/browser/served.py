"""The site as real servers serve it: gunicorn in a process of its own, collected and compressed files."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.conf import settings

from config.launch import BASE_DIR, children
from tests.benchmarks.stage import free_port
from tests.browser.site import LiveSite
from tests.databases import TestServer

VAR = BASE_DIR / "var" / "test" / "served"
PATIENCE = 60.0


@contextmanager
def served(server: TestServer, database: str) -> Iterator[LiveSite]:
    """One web server with the settings of production, on a database of the tests' server."""
    for folder in ("files", "mail", "cache", "log", "broker/messages", "broker/done", "broker/control"):
        (VAR / folder).mkdir(parents=True, exist_ok=True)
    port = free_port()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": os.pathsep.join([str(BASE_DIR), str(BASE_DIR / "platform")]),
        "TANGGAP_VAR": str(VAR),
        "TANGGAP_DEMO": "0",
        "SECRET_KEY": settings.SECRET_KEY,
        "BASE_HOST": "localhost",
        "PORT": str(port),
        "BIND": "127.0.0.1",
        "WEB_WORKERS": "1",
        "INTAKE_SECONDS": "0",
        "INTAKE_RATE": "1000/minute",
        "DATABASE_URL": _on(database, server.server.app_url),
        "DATABASE_ADMIN_URL": _on(database, server.server.owner_url),
        "LOG_LEVEL": "ERROR",
    }
    subprocess.run(
        [sys.executable, "-m", "config.launch.prepare", str(VAR / "log" / "prepare.txt")],
        env=environment,
        cwd=BASE_DIR,
        check=True,
    )
    command = [sys.executable, "-m", "gunicorn", "-c", "python:config.web", "config.wsgi:application"]
    with open(VAR / "log" / "web.log", "ab") as log:
        web = children.start(command, env=environment, cwd=BASE_DIR, output=log)
    try:
        _wait(port, web)
        yield LiveSite(port)
    finally:
        children.end([web], patience=10)


def _on(database: str, url: str) -> str:
    """The same login at another database."""
    return urlsplit(url)._replace(path=f"/{database}").geturl()


def _wait(port: int, web: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline and web.poll() is None:
        try:
            with opener.open(f"http://127.0.0.1:{port}/healthz/", timeout=5):
                return
        except OSError:
            continue
    raise AssertionError(f"The web server does not answer; see {VAR / 'log' / 'web.log'}")
