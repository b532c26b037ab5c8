"""The embedded PostgreSQL server of this clone: one for `make run`, one for the tests.

Whoever needs it calls `ensure_server` and keeps what it returns. Every user holds a shared lock (the lease);
a small process, the keeper (config.launch.keeper), is the server's parent and waits for the lease to become
free, which the kernel makes happen however the users end. So the server runs exactly as long as somebody uses
it, test workers and commands share it, and nothing is left behind by a `kill -9`.

Logins need passwords (scram); the only way in is a socket in a folder that its owner alone may enter.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Literal
from urllib.parse import quote

from config.env import Environment
from config.launch import BASE_DIR, Trouble, var_folder

Purpose = Literal["run", "test"]
SUPERUSER, OWNER, APP, DATABASE = "postgres", "tanggap_owner", "tanggap_app", "tanggap"
START_SECONDS = 90


@dataclass(frozen=True)
class Server:
    """How to reach the embedded server. `database bootstrap` makes the owner's and the run-time login."""

    purpose: str
    cluster: str  # a random word, also kept beside the data: tells data of an earlier clone at the same path
    socket: str
    data: str
    superuser_password: str
    owner_password: str
    app_password: str

    def url(self, user: str, password: str, database: str) -> str:
        return (
            f"postgresql://{user}:{quote(password, safe='')}@/{database}?host={quote(self.socket, safe='')}"
        )

    @property
    def superuser_url(self) -> str:
        """The superuser, in the database `postgres`."""
        return self.url(SUPERUSER, self.superuser_password, "postgres")

    @property
    def owner_url(self) -> str:
        return self.url(OWNER, self.owner_password, DATABASE)

    @property
    def app_url(self) -> str:
        return self.url(APP, self.app_password, DATABASE)


class Lease:
    """A user's share in the running server. It ends with `release`, or with the process."""

    def __init__(self, server: Server, home: Path, file: IO[bytes]) -> None:
        self.server = server
        self.home = home
        self._file = file

    def alive(self) -> bool:
        """Whether the server still runs."""
        return running(self.home)

    def release(self, *, patience: float = 30.0) -> None:
        """Gives the share back; where it was the last one, waits until the server has ended."""
        self._file.close()
        deadline = time.monotonic() + patience
        others = 0
        while others < 10 and running(self.home) and time.monotonic() < deadline:
            with open(self.home / "lease", "wb") as probe:
                # The lease can be shared only while the keeper does not hold it, so others still use the
                # server.
                others += _lock(probe, fcntl.LOCK_SH | fcntl.LOCK_NB)
            time.sleep(0.03)


_leases: dict[Path, Lease] = {}


def ensure_server(purpose: Purpose = "run", *, var: Path | None = None) -> Server:
    """The server for this purpose, started if it is not running; it stays at least as long as this process.

    Several processes may call this at once. Raises Trouble with a message for people.
    """
    return lease(purpose, var=var).server


def lease(purpose: Purpose = "run", *, var: Path | None = None) -> Lease:
    """Like `ensure_server`, for callers that give the server back before they end."""
    home = _home(var if var is not None else var_folder(Environment()), purpose)
    held = _leases.get(home)
    if held is not None and not held._file.closed and running(home):
        return held
    file = open(home / "lease", "wb")  # noqa: SIM115  (kept open for as long as the server is used)
    if not _lock(file, fcntl.LOCK_SH | fcntl.LOCK_NB):
        _lock(file, fcntl.LOCK_SH)  # the keeper is just ending a server that nobody used any more
    with locked(home / "start"):
        if not running(home):
            _start_keeper(home, purpose)
        server = _read(home)
    if server is None:
        raise Trouble(
            f"{home / 'access.json'} is missing although the database server runs. Stop it and try again."
        )
    if held is not None:
        held._file.close()  # of a server that was killed
    _leases[home] = Lease(server, home, file)
    return _leases[home]


def known_server(var: Path, purpose: Purpose) -> Server | None:
    """How to reach the server if it has ever been set up here; it may not be running."""
    return _read(var / f"postgres-{purpose}")


def running(home: Path) -> bool:
    """Whether a keeper holds a server that answers."""
    try:
        with open(home / "keeper", "rb") as file:
            return not _lock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False


def save(home: Path, server: Server) -> None:
    """Keeps the way to the server, readable by this user alone."""
    draft = home / ".access.json"
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(server), file)
    draft.rename(home / "access.json")


def invent(purpose: str) -> Server:
    """A server that does not exist yet: new passwords, no places."""
    word = secrets.token_urlsafe
    return Server(purpose, secrets.token_hex(8), "", "", word(24), word(24), word(24))


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    with open(path, "wb") as file:
        _lock(file, fcntl.LOCK_EX)
        yield


def _home(var: Path, purpose: str) -> Path:
    home = var / f"postgres-{purpose}"
    try:
        home.mkdir(mode=0o711, parents=True, exist_ok=True)
        if not os.access(home, os.W_OK | os.X_OK):
            raise PermissionError(f"{home} belongs to another user")
    except OSError as error:
        raise Trouble(
            f"The database's folder cannot be used: {error}. Run as its owner, or remove it."
        ) from error
    return home


def _read(home: Path) -> Server | None:
    try:
        return Server(**json.loads((home / "access.json").read_text()))
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise Trouble(f"{home / 'access.json'} belongs to another user; run as its owner.") from error
    except (ValueError, TypeError) as error:
        raise Trouble(
            f"{home / 'access.json'} is damaged ({error}). `make reset` removes the embedded database."
        ) from error


def _start_keeper(home: Path, purpose: str) -> None:
    """Starts the keeper on its own and waits for the one line in which it says how it went."""
    with open(home / "keeper.log", "wb") as log:
        keeper = subprocess.Popen(  # noqa: S603  (our own module)
            [sys.executable, "-m", "config.launch.keeper", str(home), purpose],
            cwd=BASE_DIR,
            env={**os.environ, "PYTHONPATH": str(BASE_DIR), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    assert keeper.stdout is not None
    with keeper.stdout:
        said = keeper.stdout.readline().decode().strip()
    if said != "ready":
        keeper.wait()
        last = (home / "keeper.log").read_text(errors="replace").strip().splitlines()[-1:]
        raise Trouble(said or f"The database server's keeper ended at once: {' '.join(last)} (see {home})")
    _keepers[:] = [*(one for one in _keepers if one.poll() is None), keeper]


_keepers: list[subprocess.Popen[bytes]] = []  # kept so that Python does not complain about a child it forgot


def _lock(file: IO[bytes], how: int) -> bool:
    try:
        fcntl.flock(file, how)
    except BlockingIOError:
        return False
    return True
