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

# Functions that run SQL given as text, change a setting, outlive the transaction on a pooled connection, or
# hold one office up by another. A name that ends in % stands for all that begin so.
TAKEN_FUNCTIONS = (
    "set_config",
    "set_limit",  # of pg_trgm: a setting of the session
    "setseed",
    "ts_stat",
    "ts_rewrite",
    *(
        f"{what}_to_{how}"
        for what in ("query", "cursor", "table", "schema", "database")
        for how in ("xml", "xmlschema", "xml_and_xmlschema")
    ),
    "lo_%",
    "loread",
    "lowrite",
    "pg_notify",
    "pg_export_snapshot",
    "pg_advisory_%",
    "pg_try_advisory_%",
    "pg_sleep%",
    "pg_cancel_backend",
    "pg_terminate_backend",
    "pg_logical_%",
    "pg_stat_force_next_flush",
)
# Functions that tell of the whole server: how many rows another office has, what is locked, who is at work.
# Those who watch the server (`pg_monitor`) keep them.
WATCHING_FUNCTIONS = (
    "pg_stat_get_%",
    "pg_lock_status",
    "pg_blocking_pids",
    "pg_safe_snapshot_blocking_pids",
    "pg_isolation_test_session_is_blocked",
    "pg_relation_size",
    "pg_table_size",
    "pg_indexes_size",
    "pg_total_relation_size",
    "pg_database_size",
    "pg_tablespace_size",
    "pg_current_wal_%",
    "pg_control_%",
    "pg_available_wal_summaries",
    "pg_wal_summary_contents",
    "pg_last_committed_xact",
    "pg_xact_commit_timestamp%",
    "pg_get_multixact_members",
    "pg_get_loaded_modules",
)
WATCHING_COLUMNS = ("relpages", "reltuples", "relallvisible", "relallfrozen")
"""Columns of `pg_class` that count rows."""


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
        "functions": sql.Literal(patterns(TAKEN_FUNCTIONS)),
        "watching": sql.Literal(patterns(WATCHING_FUNCTIONS)),
        "counts": sql.Literal(list(WATCHING_COLUMNS)),
    }
    for step in steps:
        text = (SQL / f"{step}.sql").read_text(encoding="utf-8")
        inside.execute(sql.SQL(text).format(**names))


def patterns(names: tuple[str, ...]) -> list[str]:
    """The names as patterns for LIKE, in which `_` would stand for any sign."""
    return [name.replace("_", r"\_") for name in names]


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
