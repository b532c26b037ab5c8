"""Brings the rights on the public tables to what `central.offices.rights` says. Run after each migration."""

from __future__ import annotations

from typing import Any

import psycopg

from .names import PUBLIC_SCHEMA, group_name, quoted
from .rights import PUBLIC_TABLES, PublicTable, split

COLUMN_RIGHTS = {"INSERT", "UPDATE"}  # of an office, column by column


class UndeclaredTables(RuntimeError):
    """Tables of the public schema have no row in `PUBLIC_TABLES`, or rows have no table."""


class ForeignRole(RuntimeError):
    """A role of our name belongs to another database of the same server."""


def ensure_role(cursor: psycopg.Cursor[Any], name: str) -> None:
    """Makes a role that nobody can sign in as, unless it is there: roles belong to the whole server.

    Raises:
        ForeignRole: it is there, and not ours.
    """
    found = cursor.execute(
        "SELECT pg_has_role(current_user, oid, 'MEMBER WITH ADMIN OPTION') FROM pg_roles WHERE rolname = %s",
        [name],
    ).fetchone()
    if found is None:
        cursor.execute(f"CREATE ROLE {quoted(name)} NOLOGIN")
    elif not found[0]:
        raise ForeignRole(
            f"The role {name} belongs to another database of this server. Set CELL_KEY to a key of its own."
        )


def public_tables(cursor: psycopg.Cursor[Any]) -> set[str]:
    """Everything in the public schema that rows can be read from, but what belongs to an extension."""
    rows = cursor.execute(
        """
        SELECT c.relname FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
          AND NOT EXISTS (SELECT 1 FROM pg_depend d
                          WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
        """
    ).fetchall()
    return {name for (name,) in rows}


def apply_public_rights(cursor: psycopg.Cursor[Any], *, app: str, cell: str) -> None:
    """Grants what is declared and takes away all else, in the cursor's transaction.

    Raises:
        UndeclaredTables: the database and the declaration name different tables.
        ForeignRole: another database of this server uses the same cell key.
    """
    there, declared = public_tables(cursor), set(PUBLIC_TABLES)
    if there != declared:
        raise UndeclaredTables(
            "central.offices.rights.PUBLIC_TABLES and the public schema differ. "
            f"Not declared: {sorted(there - declared)}. Declared, but no table: {sorted(declared - there)}."
        )
    group = group_name(cell)
    ensure_role(cursor, group)
    cursor.execute(
        f"""
        REVOKE ALL ON SCHEMA public FROM PUBLIC;
        GRANT USAGE ON SCHEMA public TO {quoted(app)}, {quoted(group)};
        ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
        """
    )
    before = _acls(cursor)
    for table, rights in sorted(PUBLIC_TABLES.items()):
        office = split(rights.office)
        wanted = {(app, right) for right in split(rights.app)}
        wanted |= {(group, right) for right in office - COLUMN_RIGHTS}
        _set_rights(cursor, table, wanted, before.get(table, set()))
        if rights.office:
            _set_column_rights(cursor, table, group, office & COLUMN_RIGHTS)
            _set_policies(cursor, table, rights, app=app, group=group)


def _acls(cursor: psycopg.Cursor[Any]) -> dict[str, set[tuple[str, str]]]:
    """Table -> (role, right) of everybody but the owner."""
    rows = cursor.execute(
        """
        SELECT c.relname, coalesce(r.rolname, 'public'), acl.privilege_type
        FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) acl
        LEFT JOIN pg_roles r ON r.oid = acl.grantee
        WHERE c.relnamespace = 'public'::regnamespace AND acl.grantee <> c.relowner
        """
    ).fetchall()
    found: dict[str, set[tuple[str, str]]] = {}
    for table, role, right in rows:
        found.setdefault(table, set()).add((role, right))
    return found


def _set_rights(
    cursor: psycopg.Cursor[Any], table: str, wanted: set[tuple[str, str]], there: set[tuple[str, str]]
) -> None:
    target = f"{quoted(PUBLIC_SCHEMA)}.{quoted(table)}"
    for role, right in sorted(there - wanted):
        grantee = "PUBLIC" if role == "public" else quoted(role)
        cursor.execute(f"REVOKE {right} ON {target} FROM {grantee}")
    for role, right in sorted(wanted - there):
        cursor.execute(f"GRANT {right} ON {target} TO {quoted(role)}")


def _set_column_rights(cursor: psycopg.Cursor[Any], table: str, role: str, rights: set[str]) -> None:
    """Gives a role these rights on every column but the keys that the database numbers, or must not
    change."""
    target = f"{quoted(PUBLIC_SCHEMA)}.{quoted(table)}"
    for column, numbered, key, there in cursor.execute(_COLUMNS, {"table": target, "role": role}).fetchall():
        wanted = {right for right in rights if not (key if right == "UPDATE" else numbered)}
        for right in sorted(set(there) - wanted):
            cursor.execute(f"REVOKE {right} ({quoted(column)}) ON {target} FROM {quoted(role)}")
        for right in sorted(wanted - set(there)):
            cursor.execute(f"GRANT {right} ({quoted(column)}) ON {target} TO {quoted(role)}")


_COLUMNS = """
SELECT a.attname, a.attidentity <> '', a.attnum = ANY (coalesce(k.conkey, '{}')),
       ARRAY(SELECT privilege_type FROM aclexplode(a.attacl) WHERE grantee = %(role)s::regrole)
FROM pg_attribute a LEFT JOIN pg_constraint k ON k.conrelid = a.attrelid AND k.contype = 'p'
WHERE a.attrelid = %(table)s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""


def _set_policies(
    cursor: psycopg.Cursor[Any], table: str, rights: PublicTable, *, app: str, group: str
) -> None:
    """Row-level security: the run-time login sees all, an office its own.

    The id is read from the role's name, as a bigint: a setting could be forged, and a comparison with the
    role's name as text loses the index (its collation is "C") and was 200 times slower. Not FORCE: foreign
    keys are checked as the owner.
    """
    target = f"{quoted(PUBLIC_SCHEMA)}.{quoted(table)}"
    own = f"{quoted(rights.row_office)} = split_part(current_user::text, '_', 3)::bigint"
    there = cursor.execute(
        "SELECT polname, polroles::regrole[]::text[] FROM pg_policy WHERE polrelid = %s::regclass ORDER BY 1",
        [target],
    ).fetchall()
    if [(name, [role.strip('"') for role in roles]) for name, roles in there] != [
        ("central", [app]),
        ("office", [group]),
    ]:
        for name, _roles in there:
            cursor.execute(f"DROP POLICY {quoted(name)} ON {target}")
        cursor.execute(f"CREATE POLICY central ON {target} TO {quoted(app)} USING (true) WITH CHECK (true)")
        cursor.execute(
            f"CREATE POLICY office ON {target} TO {quoted(group)} USING ({own}) WITH CHECK ({own})"
        )
    if not _flag(cursor, target):
        cursor.execute(f"ALTER TABLE {target} ENABLE ROW LEVEL SECURITY")


def _flag(cursor: psycopg.Cursor[Any], target: str) -> bool:
    row = cursor.execute("SELECT relrowsecurity FROM pg_class WHERE oid = %s::regclass", [target]).fetchone()
    return bool(row and row[0])
