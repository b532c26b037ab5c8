"""`make run` with real processes over a var/ of its own, for tests that watch it or kill parts of it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from config.launch import BASE_DIR, places

READY = "Tanggap is ready"
SECONDS = 120


def free_port() -> int:
    """A port of the loopback address that nobody uses at this moment."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


class Run:
    """One `make run` over a var/ and a port of its own, without the demo."""

    def __init__(self, var: Path, port: int, **more: str) -> None:
        self.port = port
        outside = ("DATABASE_", "MAKELEVEL", "TANGGAP_", "SECRET_KEY")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(outside)}
        settings = {"TANGGAP_VAR": str(var), "PORT": str(port), "TANGGAP_DEMO": "0", "WEB_WORKERS": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.launch"],
            cwd=BASE_DIR,
            env=kept | settings | {"DJANGO_SETTINGS_MODULE": "config.settings"} | more,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.said = ""

    def wait_for(self, word: str) -> None:
        """Reads what it says until it says this; fails with all that it said."""
        assert self.process.stdout is not None
        deadline = time.monotonic() + SECONDS
        while word not in self.said:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))
            read = os.read(self.process.stdout.fileno(), 65536) if ready else b""
            assert read, f"never said {word!r}, but:\n{self.said}"
            self.said += read.decode()

    def ended(self) -> int:
        """Reads to the end; returns the exit code."""
        output, _ = self.process.communicate(timeout=SECONDS)
        self.said += output.decode()
        return self.process.returncode

    def family(self) -> dict[str, int]:
        """The processes below it by what they are, grandchildren included."""
        found = {}
        for pid in below(self.process.pid):
            with contextlib.suppress(OSError):
                words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
                for name in ("gunicorn", "celery worker", "celery beat", "keeper", "bin/postgres"):
                    if name in words.replace("--app config.celery ", ""):
                        found.setdefault(name, pid)
        return found

    def wait_until_healthy(self) -> None:
        """Asks until the answer is that all is well; fails if that does not come."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                if self.healthy():
                    return
        raise AssertionError(f"never well again:\n{self.said}")

    def healthy(self) -> bool:
        """Whether the web server and its database answer; raises `OSError` where there is no such answer."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz/", timeout=10) as answer:
            return bool(answer.read() == b"ok")


def below(pid: int) -> list[int]:
    """All descendants of a process."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            parents.setdefault(parent, []).append(int(folder.name))
    found, front = [], [pid]
    while front:
        front = [child for parent in front for child in parents.get(parent, [])]
        found += front
    return found


def wait_for_end(pid: int, seconds: float = 20) -> bool:
    """Whether that process (any process, not only a child) ends within the time."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], seconds)[0])
    finally:
        os.close(descriptor)


def remove(top: Path, var: Path) -> None:
    """Removes the folder once its servers have ended; some end a moment after their last user."""
    for lease in var.glob("postgres-*/lease"):
        with open(lease, "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
    shutil.rmtree(top)
    shutil.rmtree(places.private_folder(var), ignore_errors=True)
