"""The rights that PostgreSQL holds, compared with what the code declares."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from psycopg.errors import InsufficientPrivilege

from central.offices import grants
from central.offices.access import office
from central.offices.models import Office
from central.offices.names import group_name
from central.offices.owner import app_login, owner_transaction
from central.offices.registry import append_only_tables, restrictions, sealed_tables
from central.offices.rights import PUBLIC_TABLES, split
from central.offices.template import current_template
from tests.databases import TestServer

from .support import as_owner, refused_by, rows

TABLE_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")


def _rights(role: str, table: str) -> set[str]:
    asked = ", ".join(f"has_table_privilege(%(role)s, %(table)s, {right!r})" for right in TABLE_RIGHTS)
    answer = as_owner(f"SELECT {asked}", {"role": role, "table": table})[0]
    return {right for right, given in zip(TABLE_RIGHTS, answer, strict=True) if given}


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
        table: {
            "app": split(rights.app),
            "office": split(rights.office) - grants.COLUMN_RIGHTS,
            "everybody": set(),
        }
        for table, rights in PUBLIC_TABLES.items()
    }


KEYS = """
SELECT array_agg(attname::text), array_agg(attname::text) FILTER (WHERE attidentity <> ''),
       (SELECT array_agg(k.attname::text) FROM pg_index i JOIN pg_attribute k
        ON k.attrelid = i.indrelid AND k.attnum = ANY (i.indkey)
        WHERE i.indisprimary AND i.indrelid = %(table)s::regclass)
FROM pg_attribute WHERE attrelid = %(table)s::regclass AND attnum > 0 AND NOT attisdropped
"""


@pytest.mark.usefixtures("db")
def test_rights_on_columns_are_the_offices_on_all_but_keys() -> None:
    """A numbered key is not chosen, and no key is changed; nobody else has a right on a column."""
    found: dict[str, dict[str, set[str]]] = {}
    for table, right, role, columns in as_owner(
        """
        SELECT a.attrelid::regclass::text, acl.privilege_type, acl.grantee::regrole::text,
               array_agg(a.attname::text)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        CROSS JOIN LATERAL aclexplode(a.attacl) acl
        WHERE a.attrelid >= 16384 AND c.relnamespace = 'public'::regnamespace GROUP BY 1, 2, 3
        """
    ):
        assert role == group_name("main")
        found.setdefault(table, {})[right] = set(columns)
    expected: dict[str, dict[str, set[str]]] = {}
    for table, rights in PUBLIC_TABLES.items():
        if rights.office:
            ((columns, numbered, key),) = as_owner(KEYS, {"table": table})
            every = {"INSERT": set(columns) - set(numbered or ()), "UPDATE": set(columns) - set(key)}
            expected[table] = {right: every[right] for right in split(rights.office) & every.keys()}
    assert found == expected


def test_rights_on_columns_of_an_offices_own_tables_are_those_of_sealed_ones(office_a: Office) -> None:
    """What a version of the procedure says is nobody's to change: only whether it is in force."""
    found = as_owner(
        """
        SELECT c.relname, acl.privilege_type, acl.grantee::regrole::text,
               array_agg(a.attname::text ORDER BY a.attname)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        CROSS JOIN LATERAL aclexplode(a.attacl) acl
        WHERE c.relnamespace = %(schema)s::regnamespace GROUP BY 1, 2, 3 ORDER BY 1
        """,
        {"schema": office_a.schema_name},
    )
    role = f"o_main_{office_a.pk}"
    assert found == [(table, "UPDATE", role, sorted(columns)) for table, columns in sealed_tables().items()]
    assert sealed_tables()["procedure_procedureversion"] == ["in_force_from", "retired_at", "state"]
    with office(office_a):
        for change in ("document = '{}'", "digest = ''", "number = 99", "note = 'x'"):
            with transaction.atomic():
                error = refused_by(
                    lambda change=change: rows(f"UPDATE procedure_procedureversion SET {change}")
                )
                assert isinstance(error.__cause__, InsufficientPrivilege), change
                transaction.set_rollback(True)


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
        "DROP POLICY office ON coordination_alarm; ALTER TABLE delivery_outbox DISABLE ROW LEVEL SECURITY;"
        "GRANT INSERT, UPDATE (id) ON delivery_outbox TO o_main"
    )
    with owner_transaction() as cursor:
        grants.apply_public_rights(cursor, app=login, cell="main")
    assert _rights(login, "django_migrations") == {"SELECT"}
    assert "DELETE" in _rights(login, "offices_domain")
    test_row_security_is_on_where_an_office_has_a_right_and_reads_the_role()
    test_rights_on_columns_are_the_offices_on_all_but_keys()


def test_rows_of_a_log_are_not_locked(office_a: Office) -> None:
    """That they are neither changed nor deleted is tried with all other rights."""
    tables = append_only_tables()
    assert tables, "no table is registered as append-only"
    assert current_template().append_only == restrictions()
    with office(office_a):
        for table in tables:
            with transaction.atomic():
                error = refused_by(lambda table=table: rows(f"SELECT 1 FROM {table} FOR SHARE"))
                assert isinstance(error, DatabaseError), table
                assert isinstance(error.__cause__, InsufficientPrivilege)
                transaction.set_rollback(True)


def test_row_security_uses_the_index(
    real_commits: str, office_a: Office, office_b: Office, test_server: TestServer
) -> None:
    """Compared as text it would not: the role's name has another collation, and the read was 200 times
    slower.
    """
    as_owner(
        """
        INSERT INTO coordination_caseindex
            (uid, office_id, government_id, number, tracking_digest, status, stage, received_at, updated_at)
        SELECT gen_random_uuid(), id, government_id, n::text, n::text, 'open', 'x', now(), now()
        FROM generate_series(1, 20000) n
        JOIN offices_office ON id = CASE n %% 100 WHEN 0 THEN %s ELSE %s END
        """,
        [office_a.pk, office_b.pk],
    )
    as_owner("ANALYZE coordination_caseindex")
    with office(office_a):
        assert rows("SELECT count(*) FROM coordination_caseindex") == [(200,)]
    with test_server.superuser(real_commits) as server:
        server.execute(f"SET ROLE o_main_{office_a.pk}")
        found = server.execute("EXPLAIN SELECT uid FROM coordination_caseindex").fetchall()
    plan = "\n".join(line for (line,) in found)
    assert "Index Cond: (office_id = (split_part(" in plan
