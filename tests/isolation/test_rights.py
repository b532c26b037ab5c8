"""The rights that PostgreSQL holds, compared with what the code declares."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import DatabaseError, transaction
from psycopg.errors import InsufficientPrivilege

from central.offices import grants
from central.offices.access import office
from central.offices.models import Office
from central.offices.names import group_name
from central.offices.owner import app_login, owner_transaction
from central.offices.registry import append_only_tables
from central.offices.rights import PUBLIC_TABLES
from central.offices.template import current_template

from .support import as_owner, refused_by, rows

TABLE_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")


def _rights(role: str, table: str) -> set[str]:
    asked = ", ".join(f"has_table_privilege(%(role)s, %(table)s, {right!r})" for right in TABLE_RIGHTS)
    answer = as_owner(f"SELECT {asked}", {"role": role, "table": table})[0]
    return {right for right, given in zip(TABLE_RIGHTS, answer, strict=True) if given}


def _split(rights: str) -> set[str]:
    return {right.strip() for right in rights.split(",") if right.strip()}


def test_the_public_tables_have_the_rights_that_are_declared_and_no_other(office_a: Office) -> None:
    found = {}
    for (table,) in as_owner(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' UNION "
        "SELECT viewname FROM pg_views WHERE schemaname = 'public'"
    ):
        found[table] = {
            "app": _rights(app_login(), f"public.{table}"),
            "office": _rights(f"o_main_{office_a.pk}", f"public.{table}"),
            "everybody": _rights("public", f"public.{table}"),
        }
    assert found == {
        table: {"app": _split(rights.app), "office": _split(rights.office), "everybody": set()}
        for table, rights in PUBLIC_TABLES.items()
    }


def test_no_right_is_given_on_a_column(office_a: Office) -> None:
    assert as_owner("SELECT attrelid FROM pg_attribute WHERE attacl IS NOT NULL AND attrelid >= 16384") == []


@pytest.mark.usefixtures("db")
def test_row_security_is_on_where_an_office_has_a_right_and_reads_the_role() -> None:
    policies = {
        table: sorted(found)
        for table, found in as_owner(
            """
            SELECT tablename, array_agg(policyname || ' ' || array_to_string(roles, '+') || ' ' || qual || ' '
                                        || with_check)
            FROM pg_policies WHERE schemaname = 'public' GROUP BY tablename
            """
        )
    }
    touched = {table: rights.row_office for table, rights in PUBLIC_TABLES.items() if rights.office}
    assert policies.keys() == touched.keys()
    for table, column in touched.items():
        central, own = policies[table]
        assert central == f"central {app_login()} true true"
        rule = f"({column} = (split_part((CURRENT_USER)::text, '_'::text, 3))::bigint)"
        assert own == f"office {group_name('main')} {rule} {rule}"
    enabled = as_owner("SELECT relname FROM pg_class WHERE relrowsecurity ORDER BY 1")
    assert [table for (table,) in enabled] == sorted(touched)


@pytest.mark.usefixtures("real_commits")
def test_a_public_table_that_nobody_declared_stops_the_migration() -> None:
    as_owner("CREATE TABLE public.forgotten (id bigint)")
    with pytest.raises(grants.UndeclaredTables, match="forgotten"), owner_transaction() as cursor:
        grants.apply_public_rights(cursor, app=app_login(), cell="main")


@pytest.mark.usefixtures("real_commits")
def test_rights_that_drifted_are_brought_back() -> None:
    login = app_login()
    as_owner(f"GRANT UPDATE ON django_migrations TO {login}; REVOKE DELETE ON offices_domain FROM {login}")
    as_owner(
        "DROP POLICY office ON coordination_alarm; ALTER TABLE delivery_outbox DISABLE ROW LEVEL SECURITY"
    )
    with owner_transaction() as cursor:
        grants.apply_public_rights(cursor, app=login, cell="main")
    assert _rights(login, "django_migrations") == {"SELECT"}
    assert "DELETE" in _rights(login, "offices_domain")
    test_row_security_is_on_where_an_office_has_a_right_and_reads_the_role()


def test_one_live_read_of_every_relation(office_a: Office, office_b: Office) -> None:
    """An office reads its own tables and the declared public ones; everything else is refused, one by one."""
    relations = rows(
        """
        SELECT c.oid::regclass::text, n.nspname, c.relname, c.relkind::text
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
          AND c.relkind IN ('r', 'v', 'm', 'S')
        """
    )
    read, refused = set(), set()
    with office(office_a):
        for name, schema, relation, _kind in relations:
            with transaction.atomic():
                error = refused_by(lambda name=name: rows(f"SELECT 1 FROM {name} LIMIT 1"))
                transaction.set_rollback(error is not None)
            if error is None:
                read.add((schema, relation))
            else:
                assert isinstance(error.__cause__, InsufficientPrivilege), error
                refused.add((schema, relation))
    tables = {(schema, relation) for _name, schema, relation, kind in relations if kind == "r"}
    own = {(schema, relation) for schema, relation in tables if schema == office_a.schema_name}
    assert len(own) >= 15
    assert read == own | {("public", table) for table, rights in PUBLIC_TABLES.items() if rights.office}
    assert any(schema == office_b.schema_name for schema, _relation in refused)
    assert ("o_template", "django_migrations") in refused


def test_public_mode_reads_no_office(office_a: Office) -> None:
    for (table,) in rows(
        "SELECT oid::regclass::text FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'r'",
        [office_a.schema_name],
    ):
        with transaction.atomic():
            error = refused_by(lambda table=table: rows(f"SELECT 1 FROM {table}"))
            assert isinstance(error, DatabaseError)
            assert isinstance(error.__cause__, InsufficientPrivilege)
            transaction.set_rollback(True)


@pytest.mark.parametrize("verb", ["UPDATE", "DELETE", "LOCK"])
def test_append_only_tables_take_rows_and_give_none_back(office_a: Office, verb: str) -> None:
    tables = append_only_tables()
    assert tables, "no table is registered as append-only"
    assert current_template().append_only == tables
    with office(office_a):
        for table in tables:
            assert rows(f"SELECT count(*) FROM {table}")
            column = next(m._meta.pk.column for m in apps.get_models() if m._meta.db_table == table)
            statement = {
                "UPDATE": f"UPDATE {table} SET {column} = {column}",
                "DELETE": f"DELETE FROM {table}",
                "LOCK": f"SELECT 1 FROM {table} FOR UPDATE",
            }[verb]
            with transaction.atomic():
                error = refused_by(lambda statement=statement: rows(statement))
                assert isinstance(error, DatabaseError), table
                assert isinstance(error.__cause__, InsufficientPrivilege)
                transaction.set_rollback(True)


def test_the_logins_have_no_power_over_the_server(office_a: Office) -> None:
    found = {
        name: flags
        for name, *flags in as_owner(
            """
            SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication,
                   rolcanlogin
            FROM pg_roles WHERE rolname = ANY (%s)
            """,
            [[app_login(), f"o_main_{office_a.pk}", "o_main"]],
        )
    }
    assert found.pop(app_login()) == [False, False, False, False, False, False, True]
    assert list(found.values()) == [[False, True, False, False, False, False, False]] * 2
    owned = as_owner("SELECT count(*) FROM pg_class WHERE relowner = %s::regrole", [app_login()])
    assert owned == [(0,)]
    for statement in (
        f"ALTER ROLE {app_login()} SUPERUSER",
        f"SET ROLE o_main_{office_a.pk}",
        "CREATE ROLE x SUPERUSER",
    ):
        assert refused_by(lambda statement=statement: _owner_may(statement)) is None


def _owner_may(statement: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        as_owner(statement)


def test_an_office_writes_public_rows_of_its_own_only(office_a: Office, office_b: Office) -> None:
    insert = (
        "INSERT INTO coordination_alarm (office_id, kind, key, due_at, attempts) "
        "VALUES (%s, 'test', %s, '2026-01-01', 0)"
    )
    with office(office_a):
        rows(insert, [office_a.pk, "a"])
        with transaction.atomic():
            error = refused_by(lambda: rows(insert, [office_b.pk, "b"]))
            assert "row-level security" in str(error)
            transaction.set_rollback(True)
        with transaction.atomic():
            error = refused_by(lambda: rows("UPDATE coordination_alarm SET office_id = %s", [office_b.pk]))
            assert "row-level security" in str(error)
            transaction.set_rollback(True)
    rows(insert, [office_b.pk, "b"])
    assert rows("SELECT key FROM coordination_alarm WHERE kind = 'test' ORDER BY key") == [("a",), ("b",)]
    with office(office_a):
        assert rows("SELECT key FROM coordination_alarm WHERE kind = 'test'") == [("a",)]
        rows("UPDATE coordination_alarm SET attempts = 1")
        rows("DELETE FROM coordination_alarm")
    assert rows("SELECT key, attempts FROM coordination_alarm WHERE kind = 'test'") == [("b", 0)]


def test_row_security_uses_the_index(real_commits: str, office_a: Office, office_b: Office) -> None:
    """Compared as text it would not: the role's name has another collation, and the read was 200 times
    slower.
    """
    as_owner(
        """
        INSERT INTO coordination_caseindex
            (uid, office_id, government_id, number, tracking_digest, status, stage, received_at, updated_at)
        SELECT gen_random_uuid(), CASE n %% 100 WHEN 0 THEN %s ELSE %s END, %s, n::text, n::text, 'open', 'x',
               now(), now()
        FROM generate_series(1, 20000) n
        """,
        [office_a.pk, office_b.pk, office_a.government_id],
    )
    as_owner("ANALYZE coordination_caseindex")
    with office(office_a):
        assert rows("SELECT count(*) FROM coordination_caseindex") == [(200,)]
        plan = "\n".join(line for (line,) in rows("EXPLAIN SELECT uid FROM coordination_caseindex"))
    assert "Index Cond: (office_id = (split_part(" in plan
