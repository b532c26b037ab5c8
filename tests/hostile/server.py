"""The real web server in a process of its own, on a database of the tests' server."""

from __future__ import annotations

import contextlib
import http.client
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from config.launch import BASE_DIR, children
from tests.databases import TestServer

PATIENCE = 60.0
BOUNDARY = "batas-7d1f"


@dataclass(frozen=True)
class Site:
    """A running web server: its port, its process, and the folder in which it writes."""

    port: int
    process: psutil.Process
    var: Path

    @property
    def memory(self) -> float:
        """Megabytes in use by the processes that serve people; those that look at files come and go."""
        total = self.process.memory_info().rss
        for child in self.process.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                total += 0 if "inspection" in " ".join(child.cmdline()) else child.memory_info().rss
        return total / 1024**2

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)


@contextmanager
def running(server: TestServer, database: str, var: Path, **environment: str) -> Iterator[Site]:
    """The web server of `make run` with one worker process."""
    port = _free_port()
    for folder in ("files", "mail", "cache", "static", "broker/messages", "broker/done", "broker/control"):
        (var / folder).mkdir(parents=True, exist_ok=True)
    values = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": os.pathsep.join([str(BASE_DIR), str(BASE_DIR / "platform")]),
        "TANGGAP_VAR": str(var),
        "TANGGAP_DEMO": "0",
        "SECRET_KEY": "known to everybody, for tests only",
        "BASE_HOST": "localhost",
        "PORT": str(port),
        "BIND": "127.0.0.1",
        "WEB_WORKERS": "1",
        "INTAKE_SECONDS": "0",
        "INTAKE_RATE": "1000/minute",
        "DATABASE_URL": urlsplit(server.server.app_url)._replace(path=f"/{database}").geturl(),
        "LOG_LEVEL": "ERROR",
        **environment,
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "python:config.web", "config.wsgi:application"]
    with open(var / "web.log", "ab") as log:
        web = children.start(command, env=values, cwd=BASE_DIR, output=log)
    try:
        site = Site(port, psutil.Process(web.pid), var)
        _wait(site, web)
        yield site
    finally:
        children.end([web], patience=0.1)  # nothing here has to end in good order


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _wait(site: Site, web: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and web.poll() is None:
        try:
            with closing(site.connect()) as sock:
                sock.sendall(b"GET /healthz/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                if sock.recv(12) == b"HTTP/1.1 200":
                    return
        except OSError:
            pass  # not yet
        select.select([], [], [], 0.02)
    raise AssertionError((site.var / "web.log").read_text()[-3000:])


@dataclass
class Caller:
    """Somebody's browser at one host of the server: a connection for each request, and a cookie jar."""

    site: Site
    host: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        return self._send("GET", path, b"", "")

    def post(self, path: str, data: Mapping[str, str], files: Sequence[tuple[str, bytes]] = ()) -> Answer:
        """Sends a form as a browser does; `files` go into the input `uploads`."""
        kind, body = form(self.signed(data), files)
        return self._send("POST", path, body, kind)

    def signed(self, data: Mapping[str, str]) -> dict[str, str]:
        """The form's fields with the token against forgery."""
        token = next((value for name, value in self.cookies.items() if name.endswith("-csrf")), "")
        return {**data, "csrfmiddlewaretoken": token}

    @property
    def cookie_line(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _send(self, method: str, path: str, body: bytes, kind: str) -> Answer:
        headers = {"Host": self.host, "Cookie": self.cookie_line}
        if kind:
            headers["Content-Type"] = kind
        with closing(http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=60)) as connection:
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            for name, value in response.getheaders():
                if name.lower() == "set-cookie":
                    for key, morsel in SimpleCookie(value).items():
                        self.cookies[key] = morsel.value
            return Answer(response.status, response.getheader("Location") or "", response.read().decode())


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    text: str


def form(data: Mapping[str, str], files: Sequence[tuple[str, bytes]] = ()) -> tuple[str, bytes]:
    """Content-Type and body of a form with files."""
    lines = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode()
        for k, v in data.items()
    ]
    for name, content in files:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="uploads"; filename="{name}"\r\n'
        lines += [head.encode(), b"Content-Type: application/octet-stream\r\n\r\n", content, b"\r\n"]
    return f"multipart/form-data; boundary={BOUNDARY}", b"".join([*lines, f"--{BOUNDARY}--\r\n".encode()])
