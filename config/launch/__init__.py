"""What a machine needs to run Tanggap with two commands: an embedded database server and a supervisor.

This package imports no Django at its top, for it works before there is anything to set up.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import NamedTuple

from config.env import Environment

BASE_DIR = Path(__file__).resolve().parent.parent.parent


class Trouble(Exception):
    """Something that the person at the keyboard can mend; the message says what and how."""


class Addresses(NamedTuple):
    """Addresses of the database: `app` for web and worker, `owner` for migrations and new offices."""

    app: str
    owner: str


def var_folder(env: Environment) -> Path:
    """The folder for everything that a running platform writes. Others may pass through it, but not look."""
    folder = env.folder("TANGGAP_VAR", BASE_DIR / "var")
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    return folder


def remember_port(var: Path, port: int) -> None:
    """Notes where this clone's web server listens, so that commands write addresses that lead there."""
    (var / "port").write_text(f"{port}\n")


def last_port(var: Path) -> str:
    """The port of the clone's latest `make run`; "" where there was none."""
    try:
        port = (var / "port").read_text().strip()
    except FileNotFoundError:
        return ""
    return port if port.isdecimal() else ""


def secret_key(var: Path) -> str:
    """The key of this machine, made once and kept in ``var``. Several machines share SECRET_KEY."""
    return stored_secret(var / "secret-key")


def stored_secret(path: Path) -> str:
    """A random word that only this user can read; whoever comes first makes it."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(draft, path)  # fails where another process was first: then its word counts
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text().strip()


def database_addresses(env: Environment, var: Path) -> Addresses:
    """The database that the environment names, else the embedded server's of this clone.

    Without DATABASE_ADMIN_URL the owner's address is the run-time one: what needs the owner then fails by
    right.
    """
    if env.has("DATABASE_URL"):
        app = env.text("DATABASE_URL")
        return Addresses(app, env.text("DATABASE_ADMIN_URL", app))
    from config.launch.postgres import known_server

    server = known_server(var, "run")
    if server is None:  # nothing has been started here yet; commands without a database still work
        absent = "postgresql://tanggap_app@/tanggap?host=" + str(var / "postgres-run").replace(" ", "%20")
        return Addresses(absent, absent)
    return Addresses(server.app_url, server.owner_url)
