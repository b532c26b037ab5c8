"""Says what a database still lacks, by name and with the command that mends it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import Error as CheckError
from django.core.checks import Tags
from django.core.checks import register as register_check
from django.db import Error, connections

from .bootstrap import EXTENSIONS, MINIMUM_VERSION
from .names import group_name

BOOTSTRAP = "`manage.py database bootstrap --superuser-url URL`"
MIGRATE = "`manage.py database migrate`"


def register() -> None:
    """Adds the check to `manage.py check --database default`."""
    register_check(check_database, Tags.database)


def check_database(*, databases: Any = None, **_options: Any) -> list[CheckError]:
    if not databases or "default" not in databases:
        return []
    return [CheckError(problem, id="offices.E001") for problem in missing()]


def missing() -> list[str]:
    """What the run-time login's database lacks, in plain sentences; empty if nothing.

    A server that does not answer is one of the sentences.
    """
    connection = connections["default"]
    try:
        with connection.cursor() as cursor:
            return list(_missing(cursor, connection.settings_dict["USER"]))
    except Error as error:
        place = connection.settings_dict
        where = f"{place['HOST'] or 'this machine'}, database {place['NAME']}"
        reason = str(error).strip().splitlines()[0]
        return [f"The database does not let us in ({where}): {reason} Prepare a new server with {BOOTSTRAP}."]


def _missing(cursor: Any, login: str) -> Iterator[str]:
    cursor.execute(
        """
        SELECT current_setting('server_version_num')::int, current_setting('TimeZone'),
               r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolbypassrls,
               has_function_privilege('pg_catalog.set_config(text,text,boolean)', 'EXECUTE'),
               has_language_privilege('plpgsql', 'USAGE'),
               has_schema_privilege('public', 'CREATE'),
               ARRAY(SELECT extname::text FROM pg_extension),
               to_regclass('public.offices_officetemplate') IS NOT NULL,
               EXISTS (SELECT 1 FROM pg_roles g WHERE g.rolname = %s)
        FROM pg_roles r WHERE r.rolname = current_user
        """,
        [group_name(settings.CELL_KEY)],
    )
    (
        version,
        zone,
        superuser,
        inherits,
        creates,
        bypasses,
        settable,
        language,
        schema,
        extensions,
        migrated,
        group,
    ) = cursor.fetchone()
    if version < MINIMUM_VERSION:
        yield f"PostgreSQL {MINIMUM_VERSION // 10000} or newer is needed; this server is {version // 10000}."
    if superuser or creates or bypasses:
        yield (
            f"The run-time login {login} has rights over the server. "
            f"Give DATABASE_URL a login made by {BOOTSTRAP}."
        )
    elif inherits:
        yield f"The run-time login {login} inherits rights (it must be NOINHERIT): run {BOOTSTRAP}."
    if zone != "UTC":
        yield f"The time zone of login {login} is {zone}, not UTC: run {BOOTSTRAP}."
    if not superuser and (settable or language or schema):
        yield f"The database is not hardened (this is also so after a restore): run {BOOTSTRAP}."
    if absent := sorted(set(EXTENSIONS) - set(extensions)):
        yield f"Extensions are missing: {', '.join(absent)}. Run {BOOTSTRAP}."
    if not migrated or not group:
        yield f"The tables are missing: run {MIGRATE}."
    else:
        cursor.execute("SELECT 1 FROM offices_officetemplate LIMIT 1")
        if cursor.fetchone() is None:
            yield f"The template of an office is missing: run {MIGRATE}."
