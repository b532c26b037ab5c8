"""Writes a schema's definition from PostgreSQL's catalogue, so that an office is made without running
migrations.

It covers what Django makes of models: tables, columns with defaults, identities and generated values,
constraints, indexes. Anything else in the schema (a view, a trigger, a function …) stops it: what it cannot
write exactly, it does not write. Identity, primary key, unique constraints and foreign keys are part of
CREATE TABLE and the tables come in the order of their foreign keys: Citus refuses them as later statements.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg

from .names import PUBLIC_SCHEMA, quoted

MIGRATIONS_TABLE = "django_migrations"  # an office has none: it has a `schema_version`


class NotRenderable(RuntimeError):
    """The schema holds something that this module cannot write. The message names it."""


def render(cursor: psycopg.Cursor[Any], schema: str) -> list[str]:
    """The statements that make the schema's tables anew, with unqualified names, for a search path of
    another schema and public. The cursor must be in a transaction; its search path is changed for it.

    Raises:
        NotRenderable: something in the schema is not covered.
    """
    cursor.execute(f"SET LOCAL search_path = {quoted(schema)}, {quoted(PUBLIC_SCHEMA)}")
    _refuse_the_rest(cursor, schema)
    tables = [
        (oid, name)
        for oid, name in cursor.execute(
            """
            SELECT oid, relname FROM pg_class
            WHERE relnamespace = %s::regnamespace AND relkind = 'r' AND relname <> %s ORDER BY relname
            """,
            [schema, MIGRATIONS_TABLE],
        ).fetchall()
    ]
    columns = _columns(cursor, schema)
    constraints = _constraints(cursor, schema)
    later: list[str] = []
    statements: list[str] = []
    for oid, name, postponed in _by_reference(tables, constraints):
        lines = list(columns[oid])
        for constraint in constraints.get(oid, ()):
            text = f"CONSTRAINT {quoted(constraint.name)} {constraint.text}"
            if constraint.target in postponed:
                later.append(f"ALTER TABLE {quoted(name)} ADD {text}")
            else:
                lines.append(text)
        body = ",\n    ".join(lines)
        statements.append(f"CREATE TABLE {quoted(name)} (\n    {body}\n)")
    return [*statements, *later, *_indexes(cursor, schema)]


class _Constraint:
    def __init__(self, name: str, text: str, target: int) -> None:
        self.name, self.text, self.target = name, text, target


def _columns(cursor: psycopg.Cursor[Any], schema: str) -> dict[int, list[str]]:
    rows = cursor.execute(
        """
        SELECT a.attrelid, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
               a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid, true),
               CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END,
               pg_get_serial_sequence(format('%%I.%%I', %s::text, c.relname), a.attname)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attrelid, a.attnum
        """,
        [schema, schema],
    ).fetchall()
    found: dict[int, list[str]] = {}
    for oid, table, column, kind, required, identity, generated, value, collation, sequence in rows:
        parts = [quoted(column), kind]
        if collation:
            parts.append(f"COLLATE {collation}")
        if generated:
            parts.append(f"GENERATED ALWAYS AS ({value}) {'STORED' if generated == 's' else 'VIRTUAL'}")
        elif identity:
            name = sequence.rpartition(".")[2].strip('"')
            option = "" if name == f"{table}_{column}_seq" else f" (SEQUENCE NAME {quoted(name)})"
            parts.append(f"GENERATED {'ALWAYS' if identity == 'a' else 'BY DEFAULT'} AS IDENTITY{option}")
        elif value is not None:
            parts.append(f"DEFAULT {value}")
        if required:
            parts.append("NOT NULL")
        found.setdefault(oid, []).append(" ".join(parts))
    return found


def _constraints(cursor: psycopg.Cursor[Any], schema: str) -> dict[int, list[_Constraint]]:
    rows = cursor.execute(
        """
        SELECT conrelid, conname, pg_get_constraintdef(oid, true), confrelid FROM pg_constraint
        WHERE connamespace = %s::regnamespace AND contype IN ('p', 'u', 'c', 'x', 'f') AND conrelid <> 0
        ORDER BY conrelid, array_position(ARRAY['p', 'u', 'c', 'x', 'f']::"char"[], contype), conname
        """,
        [schema],
    ).fetchall()
    found: dict[int, list[_Constraint]] = {}
    for oid, name, text, target in rows:
        found.setdefault(oid, []).append(_Constraint(name, text, target))
    return found


def _indexes(cursor: psycopg.Cursor[Any], schema: str) -> list[str]:
    rows = cursor.execute(
        """
        SELECT pg_get_indexdef(i.indexrelid, 0, true)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
        WHERE c.relnamespace = %s::regnamespace AND t.relname <> %s
          AND NOT EXISTS (SELECT 1 FROM pg_constraint k
                          WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
        ORDER BY t.relname, c.relname
        """,
        [schema, MIGRATIONS_TABLE],
    ).fetchall()
    return [definition for (definition,) in rows]


def _by_reference(
    tables: list[tuple[int, str]], constraints: dict[int, list[_Constraint]]
) -> Iterable[tuple[int, str, set[int]]]:
    """The tables, what is referenced first; with each, the targets that a cycle puts after it."""
    names = dict(tables)
    needs = {
        oid: {c.target for c in constraints.get(oid, ()) if c.target and c.target != oid} for oid in names
    }
    waiting, made = list(names), set[int]()
    while waiting:
        free = [oid for oid in waiting if needs[oid] <= made] or waiting[:1]
        for oid in free:
            yield oid, names[oid], needs[oid] - made
            made.add(oid)
            waiting.remove(oid)


def _refuse_the_rest(cursor: psycopg.Cursor[Any], schema: str) -> None:
    rows = cursor.execute(_REST, {"schema": schema, "migrations": MIGRATIONS_TABLE}).fetchall()
    if rows:
        raise NotRenderable(
            f"Schema {schema} holds what cannot be written: " + "; ".join(row[0] for row in rows)
        )


_REST = """
WITH s AS (SELECT %(schema)s::regnamespace AS oid)
SELECT format('relation %%s of kind %%s', c.relname, c.relkind) FROM pg_class c, s
WHERE c.relnamespace = s.oid AND c.relkind NOT IN ('r', 'i', 'S')
UNION ALL SELECT 'options, persistence, inheritance or row security of table ' || c.relname FROM pg_class c, s
WHERE c.relnamespace = s.oid AND c.relkind = 'r'
  AND (c.reloptions IS NOT NULL OR c.relpersistence <> 'p' OR c.relhassubclass OR c.relispartition
       OR c.relrowsecurity OR EXISTS (SELECT 1 FROM pg_inherits WHERE inhrelid = c.oid))
UNION ALL SELECT 'sequence ' || c.relname || ' that is no plain identity' FROM pg_class c, pg_sequence q, s
WHERE c.relnamespace = s.oid AND q.seqrelid = c.oid
  AND (NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                   AND d.deptype = 'i')
       OR q.seqstart <> 1 OR q.seqincrement <> 1 OR q.seqmin <> 1 OR q.seqcache <> 1 OR q.seqcycle
       OR q.seqmax <> CASE q.seqtypid WHEN 'smallint'::regtype THEN 32767 WHEN 'integer'::regtype
                      THEN 2147483647 ELSE 9223372036854775807 END)
UNION ALL SELECT 'trigger ' || t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid, s
WHERE c.relnamespace = s.oid AND NOT t.tgisinternal
UNION ALL SELECT 'rule ' || r.rulename FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class, s
WHERE c.relnamespace = s.oid AND c.relkind = 'r'
UNION ALL SELECT 'policy ' || p.polname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid, s
WHERE c.relnamespace = s.oid
UNION ALL SELECT 'function ' || p.proname FROM pg_proc p, s WHERE p.pronamespace = s.oid
UNION ALL SELECT 'type ' || t.typname FROM pg_type t, s
WHERE t.typnamespace = s.oid AND t.typrelid = 0 AND t.typelem = 0
UNION ALL SELECT 'statistics ' || x.stxname FROM pg_statistic_ext x, s WHERE x.stxnamespace = s.oid
UNION ALL SELECT format('foreign key %%s of %%s that leaves the schema', k.conname, c.relname)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid, s
WHERE k.connamespace = s.oid AND k.contype = 'f' AND f.relnamespace <> s.oid
UNION ALL SELECT 'storage or compression of column ' || c.relname || '.' || a.attname
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid, s
WHERE c.relnamespace = s.oid AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
  AND (a.attstorage <> t.typstorage OR a.attcompression <> '')
UNION ALL SELECT format('constraint %%s that is not validated', k.conname) FROM pg_constraint k, s
WHERE k.connamespace = s.oid AND NOT k.convalidated
ORDER BY 1
"""
