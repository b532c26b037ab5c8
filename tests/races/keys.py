"""Takes keys of the database away, to show what is left without them."""

from __future__ import annotations

from collections.abc import Iterable

from psycopg import sql

from tests.databases import TestServer


def drop(server: TestServer, database: str, schema: str, keys: Iterable[tuple[str, str]]) -> None:
    """Drops unique keys, each with its table, in an office's schema or in the public one."""
    with server.superuser(database) as superuser:
        superuser.execute(sql.SQL("SET search_path = {}, public").format(sql.Identifier(schema)))
        for table, key in keys:
            names = {"table": sql.Identifier(table), "key": sql.Identifier(key)}
            superuser.execute(sql.SQL("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {key}").format(**names))
            superuser.execute(sql.SQL("DROP INDEX IF EXISTS {key}").format(**names))
