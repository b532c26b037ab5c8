"""Prepares a PostgreSQL server once: logins, database, extensions, hardening. Everything else needs no
superuser.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

MINIMUM_VERSION = 160000  # GRANT … WITH INHERIT …, SET … came with PostgreSQL 16
SQL = Path(__file__).resolve().parent / "sql"
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist")

# Functions that run SQL given as text, change a setting, or outlive the transaction on a pooled connection.
TAKEN_FUNCTIONS = (
    "set_config",
    "ts_stat",
    "ts_rewrite",
    *(
        f"{what}_to_{how}"
        for what in ("query", "cursor", "table", "schema", "database")
        for how in ("xml", "xmlschema", "xml_and_xmlschema")
    ),
    "lo_close",
    "lo_creat",
    "lo_create",
    "lo_export",
    "lo_from_bytea",
    "lo_get",
    "lo_import",
    "lo_lseek",
    "lo_lseek64",
    "lo_open",
    "lo_put",
    "lo_tell",
    "lo_tell64",
    "lo_truncate",
    "lo_truncate64",
    "lo_unlink",
    "loread",
    "lowrite",
    "pg_notify",
    "pg_export_snapshot",
    "pg_advisory_lock",
    "pg_advisory_lock_shared",
    "pg_try_advisory_lock",
    "pg_try_advisory_lock_shared",
    "pg_advisory_unlock",
    "pg_advisory_unlock_shared",
    "pg_advisory_unlock_all",
    "pg_cancel_backend",
    "pg_terminate_backend",
)


class BootstrapProblem(Exception):
    """The server cannot be prepared; the message says why and what to do."""


def bootstrap(
    superuser_url: str, *, app: dict[str, Any], owner: dict[str, Any], say: Callable[[str], None]
) -> None:
    """Brings server and database to what the platform needs. May be run again at any time; it keeps all data.

    `app` and `owner` are Django's settings of the two databases (USER, PASSWORD, NAME). `say` is told each
    step; no password is ever part of it.

    Raises:
        BootstrapProblem: too old a server, no superuser, or settings that name one login for both parts.
    """
    _check_settings(app, owner)
    database = str(app["NAME"])
    with psycopg.connect(superuser_url, autocommit=True) as server:
        _check_server(server, {str(app["USER"]), str(owner["USER"])})
        _login(server, owner, sql.SQL("LOGIN CREATEROLE NOCREATEDB NOSUPERUSER NOBYPASSRLS INHERIT"), say)
        _login(server, app, sql.SQL("LOGIN NOCREATEROLE NOCREATEDB NOSUPERUSER NOBYPASSRLS NOINHERIT"), say)
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            say(f"Database {database} is there.")
        else:
            server.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
                    sql.Identifier(database), sql.Identifier(str(owner["USER"]))
                )
            )
            say(f"Database {database} made.")
    with psycopg.connect(superuser_url, dbname=database) as inside:
        prepare_database(inside, app=str(app["USER"]), owner=str(owner["USER"]), database=database)
        say(f"Extensions are there: {', '.join(EXTENSIONS)}.")
        say("Rights of everybody on database, schema public, languages and risky functions are taken away.")


def prepare_database(
    inside: psycopg.Connection[Any],
    *,
    app: str,
    owner: str,
    database: str,
    steps: tuple[str, ...] = ("bootstrap", "harden"),
) -> None:
    """The part within the database, as its superuser: bootstrap.sql and harden.sql."""
    names = {
        "database": sql.Identifier(database),
        "app": sql.Identifier(app),
        "owner": sql.Identifier(owner),
        "owner_name": sql.Literal(owner),
        "functions": sql.Literal(list(TAKEN_FUNCTIONS)),
    }
    for step in steps:
        text = (SQL / f"{step}.sql").read_text(encoding="utf-8")
        inside.execute(sql.SQL(text).format(**names))


def _check_settings(app: dict[str, Any], owner: dict[str, Any]) -> None:
    if not app["USER"] or not owner["USER"] or app["USER"] == owner["USER"]:
        raise BootstrapProblem(
            "DATABASE_URL and DATABASE_ADMIN_URL must name two different logins: the first runs the "
            "platform, the second owns the tables."
        )
    if app["NAME"] != owner["NAME"]:
        raise BootstrapProblem("DATABASE_URL and DATABASE_ADMIN_URL must name the same database.")


def _check_server(server: psycopg.Connection[Any], logins: set[str]) -> None:
    if server.info.server_version < MINIMUM_VERSION:
        raise BootstrapProblem(
            f"PostgreSQL {MINIMUM_VERSION // 10000} or newer is needed; this server is "
            f"{server.info.server_version // 10000}."
        )
    row = server.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    if not row or not row[0]:
        raise BootstrapProblem("The login of --superuser-url is no superuser of this server.")
    taken = server.execute(
        "SELECT rolname FROM pg_roles WHERE rolsuper AND rolname = ANY (%s)", [sorted(logins)]
    ).fetchall()
    if taken:
        raise BootstrapProblem(
            f"{taken[0][0]} is a superuser. Name logins of their own in DATABASE_URL and DATABASE_ADMIN_URL; "
            "they are made if they are not there."
        )


def _login(
    server: psycopg.Connection[Any], settings: dict[str, Any], attributes: sql.SQL, say: Callable[[str], None]
) -> None:
    """Makes or mends a login. The password goes to the server hashed: statements may be logged."""
    name = str(settings["USER"])
    there = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    verb = sql.SQL("ALTER" if there else "CREATE")
    server.execute(sql.SQL("{} ROLE {} {}").format(verb, sql.Identifier(name), attributes))
    if settings.get("PASSWORD"):
        secret = server.pgconn.encrypt_password(
            str(settings["PASSWORD"]).encode(), name.encode(), b"scram-sha-256"
        ).decode()
        server.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(name), sql.Literal(secret)))
    say(f"Login {name} {'is there' if there else 'made'}.")
