"""What the isolation tests share: who the database thinks we are, and a table of the office to write to."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection, connections
from django.db.utils import Error

from tenants.organization.models import Unit


def rows(statement: str, parameters: Any = None) -> list[tuple[Any, ...]]:
    """Runs a statement on the run-time connection."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


def who() -> tuple[str, str]:
    """The database's role and search path at this moment."""
    return rows("SELECT current_user::text, current_setting('search_path')")[0]


def login() -> str:
    return str(connection.settings_dict["USER"])


def write(name: str) -> Unit:
    return Unit.objects.create(code=name, name=name)


def names() -> list[str]:
    """The units that tests wrote in the office that we are in."""
    return sorted(Unit.objects.filter(code__startswith="t-").values_list("code", flat=True))


def as_owner(statement: str, parameters: Any = None) -> list[tuple[Any, ...]]:
    """Runs a statement as the owner, on a connection of its own, and commits."""
    settings = connections["owner"].get_connection_params()
    settings.pop("cursor_factory")
    with psycopg.connect(**settings) as owner:
        cursor = owner.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


def refused_by(run: Any) -> Exception | None:
    """The error with which a call is refused, or None."""
    try:
        run()
    except (Error, RuntimeError) as error:
        return error
    return None


@contextmanager
def messages_sent() -> Iterator[list[str]]:
    """The messages that go to the server, by their names in the protocol, while the block runs."""
    connection.ensure_connection()
    pgconn = connection.connection.pgconn
    found: list[str] = []
    with tempfile.TemporaryFile("w+") as file:
        pgconn.trace(file.fileno())
        try:
            yield found
        finally:
            pgconn.untrace()
            os.lseek(file.fileno(), 0, os.SEEK_SET)
            lines = os.fdopen(os.dup(file.fileno())).read().splitlines()
            # A parameter may hold line breaks: what follows one is no message.
            rows = (line.split("\t") for line in lines)
            found.extend(row[3].strip() for row in rows if len(row) > 3 and row[1] == "F")
