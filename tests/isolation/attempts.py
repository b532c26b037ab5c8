"""Statements that are really sent, each in a savepoint of its own, and what the database answered.

They go past the guard of the run-time cursors, as whoever had got round it would send them: what is tried
here is PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import connection

from central.offices.names import PUBLIC_SCHEMA
from central.offices.registry import append_only_tables, sealed_tables
from central.offices.rights import OWN_LOG, OWN_TABLE, PUBLIC_TABLES, split

from .support import as_owner

VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
YES, NO, ROW = "yes", "no", "not this row"

_TABLES = """
SELECT n.nspname, c.relname,
       (SELECT a.attname FROM pg_attribute a
        LEFT JOIN pg_constraint k ON k.conrelid = a.attrelid AND k.contype = 'p'
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
          AND a.attidentity = '' AND a.attnum <> ALL (coalesce(k.conkey, '{}'))
        ORDER BY a.attnum LIMIT 1)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^(pg_|information_schema)' AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND NOT EXISTS (SELECT 1 FROM pg_depend d
                  WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Table:
    """A relation of the database, with one of its columns that is no key."""

    schema: str
    name: str
    column: str

    def __str__(self) -> str:
        return f'"{self.schema}"."{self.name}"'

    def statement(self, verb: str) -> str:
        """Asks for every row of the table."""
        column = f'"{self.column}"'
        return {
            "SELECT": f"SELECT * FROM {self}",
            "INSERT": f"INSERT INTO {self} DEFAULT VALUES",
            "UPDATE": f"UPDATE {self} SET {column} = {column}",
            "DELETE": f"DELETE FROM {self}",
            "TRUNCATE": f"TRUNCATE {self}",
        }[verb]


def tables() -> list[Table]:
    """Every relation of every schema that holds rows, as the catalogue has it now."""
    return [Table(*row) for row in as_owner(_TABLES)]


def sequences() -> list[str]:
    found = as_owner("SELECT schemaname, sequencename FROM pg_sequences ORDER BY 1, 2")
    return [f'"{schema}"."{name}"' for schema, name in found]


def declared(table: Table, *, own_schema: str | None) -> set[str]:
    """What `central.offices.rights` lets a role do with a table: that of the office whose schema is given,
    or the run-time login (None). A public table that is not declared: nothing.
    """
    if table.schema == PUBLIC_SCHEMA:
        rights = PUBLIC_TABLES.get(table.name)
        if rights is None:
            return set()
        return split(rights.app if own_schema is None else rights.office)
    if table.schema == own_schema:
        if table.name in sealed_tables():
            return split(OWN_LOG)  # the columns that may change are tried by themselves
        return split(OWN_LOG if table.name in append_only_tables() else OWN_TABLE)
    return set()


class Wire:
    """Sends statements on the run-time connection, in the transaction that it has, each taken back."""

    def __init__(self) -> None:
        self.cursor: psycopg.Cursor[Any] = psycopg.Cursor(connection.connection)
        self.sent = 0

    def __enter__(self) -> Wire:
        self.cursor.execute("SAVEPOINT attempt")
        return self

    def __exit__(self, *_error: object) -> None:
        self.cursor.execute("ROLLBACK TO SAVEPOINT attempt; RELEASE SAVEPOINT attempt")

    def send(self, statement: str) -> psycopg.Error | None:
        """The error that the statement is answered with; None if it is done."""
        self.sent += 1
        try:
            # One message: what an earlier statement did, or broke, is taken back first.
            self.cursor.execute(f"ROLLBACK TO SAVEPOINT attempt; {statement}".encode())
        except psycopg.Error as error:
            return error
        while self.cursor.nextset():
            pass
        return None

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows of a statement that must be done. Raises the database's error."""
        error = self.send(statement)
        if error is not None:
            raise error
        return self.cursor.fetchall() if self.cursor.description else []

    def answer(self, statement: str) -> str:
        """YES (done, or refused for the values alone), NO (no right), ROW (this row is not the office's), or
        the error's text.
        """
        error = self.send(statement)
        if error is None or isinstance(error, psycopg.IntegrityError):
            return YES
        text = str(error.diag.message_primary)
        if isinstance(error, psycopg.errors.InsufficientPrivilege):
            if text.startswith("permission denied for "):
                return NO
            if "row-level security" in text:
                return ROW
        return f"{error.sqlstate} {text}"


@dataclass
class Matrix:
    """What was tried, and what was answered otherwise than declared."""

    tried: int = 0
    allowed: int = 0
    otherwise: list[str] = field(default_factory=list)

    def add(self, who: str, own_schema: str | None, found: Iterable[Table]) -> None:
        """Tries every verb on every table as the role that the connection has now."""
        with Wire() as wire:
            for table in found:
                rights = declared(table, own_schema=own_schema)
                if table.schema == PUBLIC_SCHEMA and table.name not in PUBLIC_TABLES:
                    self.otherwise.append(f"{table} is not declared")
                for verb in VERBS:
                    expected = YES if verb in rights else NO
                    if expected == YES and verb == "INSERT" and own_schema and table.schema == PUBLIC_SCHEMA:
                        expected = ROW  # a row without an office is nobody's
                    answered = wire.answer(table.statement(verb))
                    self.allowed += answered != NO
                    if answered != expected:
                        self.otherwise.append(f"{who}: {verb} {table}: {answered}, declared {expected}")
            self.tried += wire.sent

    def add_sequences(self, who: str, found: Iterable[str], wanted: Callable[[str], set[str]]) -> None:
        """Nobody numbers by hand. `wanted` gives the functions of a sequence that a role may use."""
        with Wire() as wire:
            for sequence in found:
                for what, statement in _sequence_statements(sequence):
                    expected = YES if what in wanted(sequence) else NO
                    answered = wire.answer(statement)
                    if answered != expected:
                        self.otherwise.append(f"{who}: {what} {sequence}: {answered}, declared {expected}")
            self.tried += wire.sent


def _sequence_statements(sequence: str) -> Iterator[tuple[str, str]]:
    yield "read", f"SELECT last_value FROM {sequence}"
    yield "nextval", f"SELECT nextval('{sequence}')"
    yield "setval", f"SELECT setval('{sequence}', 1)"
    yield "currval", f"SELECT currval('{sequence}')"
