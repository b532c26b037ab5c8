"""The owner's connection: a session of its own, outside Django's transactions, for what only the owner may
do.

`default` owns nothing. Whatever makes or drops a schema or a role goes through here, and never in a citizen's
request.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connections

OWNER = "owner"


def app_login() -> str:
    """The name of the run-time login."""
    return str(connections["default"].settings_dict["USER"])


@contextmanager
def owner_transaction(*, lock_timeout_ms: int = 5000) -> Iterator[psycopg.Cursor[tuple[object, ...]]]:
    """One transaction as the owner. It waits for a lock no longer than the given time, so that it never
    stands in the way of the offices' own transactions for long.
    """
    parameters = connections[OWNER].get_connection_params()
    parameters.pop("cursor_factory", None)
    parameters.pop("context", None)
    with psycopg.connect(**parameters) as connection, connection.cursor() as cursor:
        cursor.execute(
            f"SET LOCAL lock_timeout = {lock_timeout_ms:d}; SET LOCAL client_min_messages = warning"
        )
        yield cursor
