"""New rows of several tables in one statement: for the few places where each round trip is counted.

A row may refer to another that is stored by the same statement, whose key nobody knows yet. Foreign keys
are checked at the commit, so that the order among the tables does not matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models


class Ref:
    """Stands for the key of a row that the same statement stores. `where` picks one of several by a
    column.
    """

    __slots__ = ("column", "name", "value")

    def __init__(self, name: str, column: str = "", value: Any = None) -> None:
        self.name, self.column, self.value = name, column, value

    def where(self, column: str, value: Any) -> Ref:
        """The key of that row among those added together whose column has this value."""
        return Ref(self.name, column, value)

    def sql(self) -> tuple[str, list[Any]]:
        if not self.column:
            return f"(SELECT id FROM {self.name})", []  # noqa: S608  # a name that we made
        return f"(SELECT id FROM {self.name} WHERE {self.column} = %s)", [self.value]  # noqa: S608  # the same


@cache
def _columns(model: type[models.Model]) -> tuple[str, tuple[models.Field[Any, Any], ...]]:
    """The quoted table, and the columns that an INSERT names: all but a key that the database gives."""
    options = model._meta
    fields = tuple(field for field in options.concrete_fields if not isinstance(field, models.AutoField))
    return connection.ops.quote_name(options.db_table), fields


class Rows:
    """Collects rows and stores them all at once."""

    def __init__(self) -> None:
        # The connection itself: asking the proxy for each value is a tenth of an intake's time.
        self._connection = connections[DEFAULT_DB_ALIAS]
        self._parts: list[str] = []
        self._params: list[Any] = []
        self._given: list[tuple[str, models.Model]] = []

    def add(self, rows: Sequence[models.Model], conflict: str = "", /, **refs: Ref) -> Ref:
        """Adds rows of one model; returns what stands for their keys. No rows: nothing is added.

        `refs`: columns (by attribute name such as `complaint_id`) that refer to other rows of the statement.
        `conflict`: SQL of an `ON CONFLICT` clause, never made of anybody's input.
        """
        name = f"n{len(self._parts)}"
        if not rows:
            return Ref(name)
        table, fields = _columns(type(rows[0]))
        tuples = [self._tuple(row, fields, refs) for row in rows]
        columns = ", ".join(f'"{field.column}"' for field in fields)
        known = {field.column for field in rows[0]._meta.concrete_fields if field.unique}
        returned = {column for column in known if column}
        values, keys = ", ".join(tuples), ", ".join(sorted(returned)) or "1"
        insert = f"INSERT INTO {table} ({columns}) VALUES {values} {conflict} RETURNING {keys}"  # noqa: S608  # our names
        self._parts.append(f"{name} AS ({insert})")
        if len(rows) == 1 and "id" in returned:
            self._given.append((name, rows[0]))
        return Ref(name)

    def _tuple(
        self, row: models.Model, fields: tuple[models.Field[Any, Any], ...], refs: dict[str, Ref]
    ) -> str:
        marks = []
        for field in fields:
            ref = refs.get(field.attname)
            if ref is not None:
                sql, params = ref.sql()
                marks.append(sql)
                self._params += params
            else:
                marks.append("%s")
                self._params.append(field.get_db_prep_save(getattr(row, field.attname), self._connection))
        return f"({', '.join(marks)})"

    def store(self) -> None:
        """Sends the statement. A row that was added alone knows its key afterwards. Does nothing without
        rows.
        """
        if not self._parts:
            return
        keys = ", ".join(Ref(name).sql()[0] for name, _row in self._given) or "1"
        with self._connection.cursor() as cursor:
            cursor.execute(f"WITH {', '.join(self._parts)} SELECT {keys}", self._params)
            found = cursor.fetchone()
        for (_name, row), key in zip(self._given, found, strict=False):
            row.pk = key
            row._state.adding = False
            row._state.db = self._connection.alias
        self._parts, self._params, self._given = [], [], []
