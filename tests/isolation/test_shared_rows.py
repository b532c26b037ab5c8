"""The public tables that offices share: each sees, changes and adds rows of its own, and learns nothing of
the others'. Every table that `central.offices.rights` opens to offices is tried, with rows that are made for
it by the types of its columns.
"""

from __future__ import annotations

import pytest

from central.offices.access import office
from central.offices.models import Office
from central.offices.rights import PUBLIC_TABLES, split
from tests.plugins.figures import Keep
from tests.proof import Subject

from .attempts import NO, ROW, YES, Wire
from .support import as_owner, rows

SHARED = {name: rights for name, rights in PUBLIC_TABLES.items() if rights.office}

COLUMNS = """
SELECT a.attname, t.typname, a.attnotnull, a.attidentity <> '', coalesce(i.indisprimary, false)
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
VALUES = {
    "uuid": "gen_random_uuid()",
    "varchar": "left(gen_random_uuid()::text, 10)",
    "timestamptz": "now()",
    "int2": "0",
    "int4": "0",
    "int8": "0",
    "bool": "false",
}


class Shared:
    """A table with how a row of it is written."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.owner_column = SHARED[name].row_office
        self.rights = split(SHARED[name].office)
        self.values: dict[str, str] = {}
        for column, kind, required, numbered, key in as_owner(COLUMNS, [name]):
            if key:
                self.key, self.numbered, self.key_kind = column, numbered, kind
            if required and not numbered:
                self.values[column] = VALUES[kind]
        self.has_government = "government_id" in self.values

    def insert(self, target: Office, *, after: str = "", **values: object) -> str:
        """The statement that adds a row of the office; `values` in the place of its own."""
        given: dict[str, object] = {**self.values, self.owner_column: target.pk}
        if self.has_government:
            given["government_id"] = target.government_id
        given |= values
        names = ", ".join(f'"{name}"' for name in given)
        texts = ", ".join(str(value) for value in given.values())
        return f"INSERT INTO {self.name} ({names}) VALUES ({texts}) {after}"

    def free_column(self) -> str:
        return next(
            name for name in self.values if name not in (self.key, self.owner_column, "government_id")
        )


@pytest.fixture(params=sorted(SHARED))
def shared(request: pytest.FixtureRequest, office_a: Office) -> Shared:
    return Shared(request.param)


@pytest.fixture
def foreign_key(shared: Shared, office_b: Office) -> str:
    """The key of a row of the other office, as SQL. It has two more."""
    with office(office_b):
        for _ in range(3):
            rows(shared.insert(office_b))
    found = rows(
        f"SELECT max({shared.key}::text) FROM {shared.name} WHERE {shared.owner_column} = %s", [office_b.pk]
    )
    return f"'{found[0][0]}'::{shared.key_kind}"


def test_an_office_reaches_its_own_rows_alone(
    shared: Shared, foreign_key: str, office_a: Office, office_b: Office, figure: Keep
) -> None:
    table, whose, column, key = shared.name, shared.owner_column, shared.free_column(), shared.key
    with office(office_a), Wire() as wire:
        mine = [shared.insert(office_a), shared.insert(office_a)]
        plant = "; ".join(mine)
        everything = wire.rows(f"{plant}; SELECT DISTINCT {whose} FROM {table}")
        assert everything == [(office_a.pk,)]
        assert wire.rows(f"SELECT 1 FROM {table} WHERE {key} = {foreign_key}") == []
        assert wire.rows(f"SELECT 1 FROM {table} WHERE {key} = {foreign_key} FOR UPDATE") == []
        # A condition that fails on another's row would tell of it: it is never asked there.
        trap = f"SELECT 1 / (CASE WHEN {whose} = {office_b.pk} THEN 0 ELSE 1 END) FROM {table}"
        assert set(wire.rows(f"{plant}; {trap}")) == {(1,)}
        changes = {
            "UPDATE": f"UPDATE {table} SET {column} = {column} RETURNING {whose}",
            "DELETE": f"DELETE FROM {table} RETURNING {whose}",
        }
        for right, statement in changes.items():
            if right in shared.rights:
                assert set(wire.rows(f"{plant}; {statement}")) == {(office_a.pk,)}
        merge = f"MERGE INTO {table} t USING (SELECT 1) s ON t.{key} = {foreign_key} WHEN MATCHED THEN"
        assert wire.rows(f"{merge} UPDATE SET {column} = t.{column} RETURNING 1") == []
        figure(Subject.ISOLATION, "statements tried", wire.sent)


def test_an_office_writes_in_nobodys_name(
    shared: Shared, foreign_key: str, office_a: Office, office_b: Office, figure: Keep
) -> None:
    table, whose, key = shared.name, shared.owner_column, shared.key
    conflict = f"ON CONFLICT ({key}) DO UPDATE SET {whose} = {office_a.pk} RETURNING *"
    with office(office_a), Wire() as wire:
        answers = {
            "own": wire.answer(shared.insert(office_a)),
            "another's": wire.answer(shared.insert(office_b)),
            "nobody's": wire.answer(shared.insert(office_a, **{whose: "NULL"})),
            "given away": wire.answer(
                f"{shared.insert(office_a)}; UPDATE {table} SET {whose} = {office_b.pk}"
            ),
            "another key": wire.answer(f"{shared.insert(office_a)}; UPDATE {table} SET {key} = {key}"),
            "another's, taken over": wire.answer(
                shared.insert(office_a, after=conflict, **{key: foreign_key})
            ),
        }
        assert answers == {
            "own": YES,
            "another's": ROW,
            "nobody's": ROW,
            "given away": ROW,
            "another key": NO,
            "another's, taken over": NO if shared.numbered else ROW,
        }
        figure(Subject.ISOLATION, "statements tried", wire.sent)


def test_numbers_to_come_are_not_taken(shared: Shared, office_a: Office) -> None:
    """They are counted for all offices: whoever took them would stop the others' intake."""
    if not shared.numbered:
        assert shared.key_kind == "uuid"
        return
    with office(office_a), Wire() as wire:
        for word in ("", "OVERRIDING SYSTEM VALUE"):
            statement = shared.insert(office_a, **{shared.key: 1_000_000})
            assert wire.answer(statement.replace(") VALUES", f") {word} VALUES")) == NO


def test_another_government_is_told_nothing(shared: Shared, office_a: Office, office_b: Office) -> None:
    """Its desk would show the row as work of its own."""
    if not shared.has_government:
        assert "government_id" not in {name for name, *_ in as_owner(COLUMNS, [shared.name])}
        return
    assert office_a.government_id != office_b.government_id
    with office(office_a), Wire() as wire:
        now = "SET CONSTRAINTS ALL IMMEDIATE"
        assert wire.send(f"{now}; {shared.insert(office_a)}") is None
        for statement in (
            shared.insert(office_a, government_id=office_b.government_id),
            f"{shared.insert(office_a)}; UPDATE {shared.name} SET government_id = {office_b.government_id}",
        ):
            error = wire.send(f"{now}; {statement}")
            assert error is not None
            assert str(error.diag.constraint_name).endswith("_of_own_government")


def test_a_refusal_does_not_quote_another_offices_row(
    shared: Shared, foreign_key: str, office_a: Office, office_b: Office
) -> None:
    """That a key is taken can be learned; they are random, or numbered for all. Its row cannot."""
    unique = as_owner(
        "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid "
        "AND a.attnum = i.indkey[0] WHERE i.indrelid = %s::regclass AND i.indisunique AND i.indnatts = 1 "
        "AND a.attidentity = '' AND i.indpred IS NULL",
        [shared.name],
    )
    with office(office_b):
        found = {
            column: rows(f"SELECT {column}::text FROM {shared.name} LIMIT 1")[0][0] for (column,) in unique
        }
    with office(office_a), Wire() as wire:
        for column, value in found.items():
            error = wire.send(shared.insert(office_a, **{column: f"'{value}'"}))
            assert error is not None
            assert error.diag.message_detail is None
            assert value not in str(error)
            ignored = shared.insert(
                office_a, after="ON CONFLICT DO NOTHING RETURNING *", **{column: f"'{value}'"}
            )
            assert wire.rows(ignored) == []


def test_statistics_of_shared_tables_are_hidden(
    real_commits: str, office_a: Office, office_b: Office
) -> None:
    with office(office_b):
        for name in SHARED:
            rows(Shared(name).insert(office_b))
    as_owner("ANALYZE")
    with office(office_a):
        assert rows("SELECT tablename FROM pg_stats WHERE tablename = ANY (%s)", [list(SHARED)]) == []
        assert rows("SELECT 1 FROM pg_stats WHERE schemaname = %s", [office_b.schema_name]) == []
        assert rows("SELECT 1 FROM pg_stats WHERE schemaname = %s", [office_a.schema_name]) != []
