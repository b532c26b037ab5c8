"""Injected SQL: each way out of an office is refused, by the backend or by the server."""

from __future__ import annotations

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from central.offices.access import OfficeAccessError, office
from central.offices.models import Office

from .support import messages_sent, refused_by, rows, who

WHOLE_STATEMENTS = [
    "SET ROLE o_main_{other}",
    "  set role none",
    "RESET ROLE",
    "/* hidden */ RESET ROLE",
    "/* /* SELECT */ SELECT */ RESET ROLE",
    "-- SELECT\nRESET ROLE",
    ";RESET ROLE",
    "SET LOCAL ROLE o_main_{other}",
    "SET SESSION AUTHORIZATION DEFAULT",
    "SET LOCAL search_path = o_{other}",
    "SET search_path = o_{other}",
    "SET statement_timeout = 0",
    "DO $$ BEGIN PERFORM 1; END $$",
    "COMMIT",
    "ROLLBACK",
    "END",
    "BEGIN",
    "START TRANSACTION",
    "ABORT",
    "PREPARE TRANSACTION 'x'",
    "SAVEPOINT mine",
    "ROLLBACK TO SAVEPOINT mine",
    "RELEASE SAVEPOINT mine",
    "LISTEN channel",
    "NOTIFY channel",
    "DECLARE mine CURSOR WITH HOLD FOR SELECT 1",
    "FETCH ALL FROM mine",
    "PREPARE mine AS SELECT 1",
    "EXECUTE mine",
    "ALTER ROLE o_main_{own} SET role = 'o_main_{other}'",
    "CREATE TEMP TABLE mine (id int)",
    "CREATE TABLE mine (id int)",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "DROP TABLE organization_unit",
    "TRUNCATE organization_unit",
    "GRANT o_main_{own} TO PUBLIC",
    "LOCK TABLE organization_unit",
    "COPY organization_unit TO PROGRAM 'cat'",
    "COPY organization_unit TO STDOUT",
    "LOAD 'auto_explain'",
    "CALL mine()",
    "VACUUM",
    "DISCARD ALL",
    "TABLE organization_unit",
    "EXPLAIN SELECT 1 FROM organization_unit",
    "EXPLAIN ANALYZE DELETE FROM organization_unit",
    "EXPLAIN ANALYZE EXECUTE mine",
    "CLOSE ALL",
    "MOVE ALL FROM mine",
    "DEALLOCATE ALL",
    "UNLISTEN *",
    "CHECKPOINT",
    "SHOW role",
]

WITHIN_STATEMENTS = [
    "SELECT set_config('role', 'o_main_{other}', true)",
    "SELECT set_config('search_path', 'o_{other}', true)",
    "SELECT ts_stat('SELECT to_tsvector(name) FROM o_{other}.organization_unit')",
    "SELECT set_config('role', 'o_main_{other}', true), "
    "ts_stat('SELECT to_tsvector(name) FROM o_{other}.organization_unit')",
    "SELECT query_to_xml('SELECT 1', true, false, '')",
    "SELECT table_to_xml('o_{other}.organization_unit', true, false, '')",
    "SELECT schema_to_xml('o_{other}', true, false, '')",
    "SELECT database_to_xml(true, false, '')",
    "SELECT ts_rewrite('a'::tsquery, 'SELECT a, b FROM o_{other}.x')",
    "UPDATE pg_settings SET setting = 'o_main_{other}' WHERE name = 'role'",
    "SELECT * FROM o_{other}.organization_unit",
    "INSERT INTO o_{other}.organization_unit (code, name, is_active) VALUES ('x', 'x', true)",
    "WITH gone AS (DELETE FROM o_{other}.organization_unit RETURNING 1) SELECT * FROM gone",
    "MERGE INTO o_{other}.organization_unit USING (SELECT 1) x ON true WHEN MATCHED THEN DELETE",
    "SELECT (SELECT count(*) FROM o_{other}.organization_unit)",
    "SELECT 'o_{other}.organization_unit'::regclass",
    "SELECT to_regclass('o_{other}.organization_unit')",
    "SELECT currtid2('o_{other}.organization_unit', '(0,1)')",
    "SELECT nextval('o_{other}.organization_unit_id_seq')",
    "SELECT password FROM public.accounts_user",
    "SELECT * FROM public.django_session",
    "SELECT * FROM public.mfa_authenticator",
    "SELECT * FROM public.accounts_apitoken",
    "SELECT * FROM public.offices_domain",
    "SELECT rolpassword FROM pg_authid",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_ls_dir('/')",
    "SELECT pg_terminate_backend(pg_backend_pid())",
    "SELECT pg_cancel_backend(pg_backend_pid())",
    "SELECT pg_advisory_lock(1)",
    "SELECT pg_try_advisory_lock(1)",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT pg_notify('channel', 'x')",
    "SELECT pg_export_snapshot()",
    "SELECT pg_reload_conf()",
    "SELECT 1 INTO TEMP mine",
    "SELECT * INTO mine FROM organization_unit",
]

STACKED = [
    "SELECT 1; RESET ROLE",
    "SELECT 1; SELECT * FROM o_{other}.organization_unit",
    "UPDATE organization_unit SET name = 'x'; COMMIT",
    "SELECT 1;;SET ROLE o_main_{other}",
]


def _for(statement: str, own: Office, other: Office) -> str:
    return statement.replace("{own}", str(own.pk)).replace("{other}", str(other.pk))


@pytest.fixture
def victim(office_b: Office) -> Office:
    with office(office_b):
        rows("INSERT INTO organization_unit (code, name, is_active) VALUES ('secret', 'secret', true)")
    return office_b


@pytest.mark.parametrize("statement", WHOLE_STATEMENTS)
def test_a_statement_of_another_kind_is_not_sent(office_a: Office, victim: Office, statement: str) -> None:
    with office(office_a):
        with messages_sent() as sent:
            error = refused_by(lambda: rows(_for(statement, office_a, victim)))
        assert isinstance(error, OfficeAccessError)
        assert sent == []
        assert who()[0] == f"o_main_{office_a.pk}"


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("statement", WHOLE_STATEMENTS)
def test_in_public_mode_it_is_not_sent_either(statement: str) -> None:
    with pytest.raises(OfficeAccessError):
        rows(statement.replace("{own}", "1").replace("{other}", "2"))


@pytest.mark.parametrize("statement", WITHIN_STATEMENTS)
def test_what_a_statement_can_hold_is_refused_by_the_server(
    office_a: Office, victim: Office, statement: str
) -> None:
    with office(office_a):
        with transaction.atomic():
            error = refused_by(lambda: rows(_for(statement, office_a, victim)))
            assert isinstance(error, DatabaseError), f"allowed: {statement}"
            assert isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege), error
            transaction.set_rollback(True)
        assert who() == (f"o_main_{office_a.pk}", f"o_{office_a.pk}, public")


@pytest.mark.parametrize("statement", STACKED)
def test_a_second_statement_in_the_same_text_is_refused_by_the_server(
    office_a: Office, victim: Office, statement: str
) -> None:
    with office(office_a), transaction.atomic():
        error = refused_by(lambda: rows(_for(statement, office_a, victim)))
        assert isinstance(error, DatabaseError)
        assert "multiple commands" in str(error)
        transaction.set_rollback(True)


@pytest.mark.parametrize("statement", ["SET ROLE NONE", "SELECT 1; RESET ROLE", "LISTEN channel"])
def test_many_at_once_are_held_by_the_same_guard(office_a: Office, statement: str) -> None:
    with office(office_a):
        with transaction.atomic():
            with connection.cursor() as cursor, pytest.raises((OfficeAccessError, DatabaseError)):
                cursor.executemany(statement, [(), ()])
            transaction.set_rollback(True)
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO organization_unit (code, name, is_active) VALUES (%s, 'x', true)",
                [("t-1",), ("t-2",)],
            )
        assert who()[0] == f"o_main_{office_a.pk}"


@pytest.mark.parametrize(
    "statement", ["COPY organization_unit TO STDOUT", "COPY organization_unit FROM STDIN"]
)
def test_copying_is_not_used(office_a: Office, statement: str) -> None:
    with (
        office(office_a),
        connection.cursor() as cursor,
        pytest.raises(OfficeAccessError),
        cursor.copy(statement),
    ):
        pass


def test_a_statement_goes_alone_even_without_parameters(office_a: Office) -> None:
    """Held on the wire: psycopg's private method that the guard overrides is the one that sends."""
    with office(office_a):
        with messages_sent() as sent:
            rows("SELECT 1")
            rows("SELECT %s", [1])
            with transaction.atomic():
                pass
        assert "Query" not in sent
        assert sent.count("Parse") == 4


def test_the_pinned_psycopg_is_the_one_that_runs(pytestconfig: pytest.Config) -> None:
    pinned = (pytestconfig.rootpath / "requirements" / "base.in").read_text()
    assert f"psycopg[binary]=={psycopg.__version__}" in pinned


def test_raw_cursors_of_the_driver_are_guarded_too(office_a: Office) -> None:
    """Whoever takes psycopg's connection out of Django's gets the same cursors."""
    with office(office_a):
        raw = connection.connection
        with raw.cursor() as cursor, pytest.raises(OfficeAccessError):
            cursor.execute("RESET ROLE")
        with raw.cursor() as cursor, pytest.raises(OfficeAccessError):
            cursor._send_prepare(b"mine", None)


def test_what_the_orm_needs_still_works(office_a: Office) -> None:
    from tenants.organization.models import Unit

    with office(office_a):
        Unit.objects.bulk_create([Unit(code=f"t-{n}", name=str(n)) for n in range(3)])
        first, second = Unit.objects.filter(code="t-0"), Unit.objects.filter(code="t-1")
        assert first.union(second).count() == 2
        assert len(list(first.union(second))) == 2
        assert [
            unit.code for unit in Unit.objects.filter(code__startswith="t-").order_by("code").iterator()
        ] == [
            "t-0",
            "t-1",
            "t-2",
        ]
        assert list(Unit.objects.select_for_update(no_key=True).filter(code="t-0"))
        connection.check_constraints()
        rows("SET LOCAL lock_timeout = 1000")
        rows("SET LOCAL statement_timeout = 1000")
        assert Unit.objects.filter(code__startswith="t-").delete()[0] == 3


def test_no_way_is_open_that_outlives_the_transaction(office_a: Office, real_commits: str) -> None:
    with office(office_a):
        rows("SET LOCAL lock_timeout = 1234")
        before = rows("SELECT pg_backend_pid()")
    assert rows("SELECT pg_backend_pid()") == before
    assert rows("SELECT current_setting('lock_timeout')") == [("0",)]
