"""Says what a database still lacks, by name and with the command that mends it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import Error as CheckError
from django.core.checks import Tags
from django.core.checks import register as register_check
from django.db import Error, connections

from .bootstrap import EXTENSIONS, MINIMUM_VERSION, TAKEN_FUNCTIONS, WATCHING_FUNCTIONS, patterns
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


def missing(*, tables: bool = True) -> list[str]:
    """What the run-time login's database lacks, in plain sentences; empty if nothing.

    A server that does not answer is one of the sentences. Without `tables`, only what the bootstrap makes is
    looked for.
    """
    connection = connections["default"]
    try:
        with connection.cursor() as cursor:
            return list(_missing(cursor, str(connection.settings_dict["USER"]), tables))
    except Error as error:
        if "set_config" in str(error):  # Django calls it on connecting, for a login with another time zone
            return [f"The time zone of login {connection.settings_dict['USER']} is not UTC: run {BOOTSTRAP}."]
        place = connection.settings_dict
        where = f"{place['HOST'] or 'this machine'}, database {place['NAME']}"
        reason = str(error).strip().splitlines()[0]
        return [f"The database does not let us in ({where}): {reason} Prepare a new server with {BOOTSTRAP}."]


def _missing(cursor: Any, login: str, tables: bool) -> Iterator[str]:
    cursor.execute(
        """
        SELECT current_setting('server_version_num')::int,
               r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolbypassrls,
               EXISTS (SELECT 1 FROM pg_proc p WHERE p.proname LIKE ANY (%s)
                       AND has_function_privilege(p.oid, 'EXECUTE'))
                   OR has_table_privilege('pg_catalog.pg_class', 'SELECT'),
               has_language_privilege('plpgsql', 'USAGE'),
               has_schema_privilege('public', 'CREATE'),
               ARRAY(SELECT extname::text FROM pg_extension),
               EXISTS (SELECT 1 FROM pg_tables t WHERE t.schemaname = 'public'
                       AND t.tablename = 'offices_officetemplate' AND has_table_privilege(
                           format('%%I.%%I', t.schemaname, t.tablename)::text, 'SELECT')),
               EXISTS (SELECT 1 FROM pg_roles g WHERE g.rolname = %s)
        FROM pg_roles r WHERE r.rolname = current_user
        """,
        [patterns(TAKEN_FUNCTIONS + WATCHING_FUNCTIONS), group_name(settings.CELL_KEY)],
    )
    (
        version,
        superuser,
        inherits,
        creates,
        bypasses,
        soft,
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
    if not superuser and (soft or language or schema):
        yield f"The database is not hardened (this is also so after a restore): run {BOOTSTRAP}."
    if absent := sorted(set(EXTENSIONS) - set(extensions)):
        yield f"Extensions are missing: {', '.join(absent)}. Run {BOOTSTRAP}."
    if not tables:
        return
    if not migrated or not group:
        yield f"The tables are missing: run {MIGRATE}."
    else:
        cursor.execute("SELECT 1 FROM offices_officetemplate LIMIT 1")
        if cursor.fetchone() is None:
            yield f"The template of an office is missing: run {MIGRATE}."
