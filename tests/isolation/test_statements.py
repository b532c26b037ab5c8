"""Injected SQL: each way out of an office is refused, by the backend or by the server.

Ways round the text of a statement, by the driver, are in `test_driver.py`.
"""

from __future__ import annotations

import re

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from central.offices.access import OfficeAccessError, office
from central.offices.models import Office
from tests.plugins.figures import Keep
from tests.proof import Subject

from .attempts import Wire
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
    "SET statement_timeout = 1000",
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL statement_timeout = 100000",
    "SET LOCAL lock_timeout = 1000, search_path",
    "SET LOCAL statement_timeout TO DEFAULT",
    "SET LOCAL idle_in_transaction_session_timeout = 1000",
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
    "ALTER ROLE CURRENT_USER SUPERUSER",
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
    "SELECT pg_advisory_xact_lock(1)",
    "SELECT pg_try_advisory_xact_lock_shared(1)",
    "SELECT pg_sleep(0)",
    "SELECT pg_sleep_for('0')",
    "SELECT setseed(0.5)",
    "SELECT set_limit(0.9)",
    "SELECT pg_logical_emit_message(false, 'x', 'y')",
    "SELECT lastval()",
    "SELECT loread(0, 1)",
    "SELECT lo_get(1)",
    "SELECT lo_import('/etc/passwd')",
    "SELECT * FROM pg_stat_user_tables",
    "SELECT * FROM pg_stat_activity",
    "SELECT * FROM pg_locks",
    "SELECT reltuples FROM pg_class",
    "SELECT * FROM pg_class",
    "SELECT pg_stat_get_live_tuples(oid) FROM pg_class WHERE relname = 'organization_unit'",
    "SELECT pg_total_relation_size(oid) FROM pg_class WHERE relname = 'organization_unit'",
    "SELECT * FROM pg_statistic",
    "SELECT * FROM pg_statistic_ext_data",
    "SELECT * FROM pg_largeobject",
    "SELECT * FROM pg_subscription",
    "SELECT * FROM pg_user_mapping",
    "SELECT * FROM pg_hba_file_rules",
    "SELECT * FROM pg_shadow",
    "SELECT name FROM public.offices_office",
    "SELECT host FROM public.offices_domain",
    "SELECT name FROM public.offices_government",
    "SELECT pg_reload_conf()",
    "SELECT 1 INTO TEMP mine",
    "SELECT * INTO mine FROM organization_unit",
]

REFUSED_BY_THE_SERVER = [
    "SET LOCAL SESSION AUTHORIZATION o_main_{other}",
    "DO $$ BEGIN PERFORM 1; END $$",
    "CREATE TEMP TABLE mine (id int)",
    "CREATE TABLE mine (id int)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'",
    "CREATE VIEW mine AS SELECT 1",
    "CREATE RULE mine AS ON SELECT TO organization_unit DO INSTEAD SELECT 1",
    "CREATE TRIGGER mine BEFORE UPDATE ON organization_unit "
    "EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE POLICY mine ON public.coordination_alarm USING (true)",
    "ALTER TABLE public.coordination_alarm DISABLE ROW LEVEL SECURITY",
    "CREATE EXTENSION dblink",
    "CREATE FOREIGN DATA WRAPPER mine",
    "CREATE ROLE mine",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "ALTER ROLE tanggap_app PASSWORD 'x'",
    "GRANT o_main_{other} TO o_main_{own}",
    "GRANT SELECT ON o_{other}.organization_unit TO PUBLIC",
    "GRANT SELECT ON public.accounts_user TO o_main_{own}",
    "ALTER TABLE organization_unit ADD mine int",
    "DROP TABLE organization_unit",
    "TRUNCATE organization_unit",
    "LOCK TABLE o_{other}.organization_unit IN ACCESS SHARE MODE",
    "COPY organization_unit TO PROGRAM 'cat'",
    "COPY organization_unit TO '/tmp/mine'",
    "COPY organization_unit FROM '/etc/passwd'",
    "COPY o_{other}.organization_unit TO STDOUT",
    "LOAD 'auto_explain'",
    "CHECKPOINT",
    "SET LOCAL log_statement = 'all'",
    "SET LOCAL session_replication_role = replica",
    "COMMENT ON TABLE organization_unit IS 'mine'",
    "ANALYZE o_{other}.organization_unit",
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


def _count(figure: Keep, error: Exception | None) -> None:
    figure(Subject.ISOLATION, "injected statements tried", 1)
    figure(Subject.ISOLATION, "injected statements let through", int(error is None))


@pytest.mark.parametrize("statement", WHOLE_STATEMENTS)
def test_a_statement_of_another_kind_is_not_sent(
    office_a: Office, victim: Office, statement: str, figure: Keep
) -> None:
    with office(office_a):
        with messages_sent() as sent:
            error = refused_by(lambda: rows(_for(statement, office_a, victim)))
        _count(figure, error)
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
    office_a: Office, victim: Office, statement: str, figure: Keep
) -> None:
    with office(office_a):
        with transaction.atomic():
            error = refused_by(lambda: rows(_for(statement, office_a, victim)))
            _count(figure, error)
            assert isinstance(error, DatabaseError), f"allowed: {statement}"
            assert isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege), error
            transaction.set_rollback(True)
        assert who() == (f"o_main_{office_a.pk}", f"o_{office_a.pk}, public")


OF_AN_OFFICE = re.compile(r" public\.| organization_unit$|lastval")


@pytest.mark.parametrize(
    "statement", [statement for statement in WITHIN_STATEMENTS if not OF_AN_OFFICE.search(statement)]
)
def test_in_public_mode_the_server_refuses_it_too(
    office_a: Office, victim: Office, statement: str, figure: Keep
) -> None:
    """What is left out here are the public tables themselves, which that mode is for, and what has no meaning
    without an office.
    """
    with transaction.atomic():
        error = refused_by(lambda: rows(_for(statement, office_a, victim)))
        _count(figure, error)
        assert isinstance(error, DatabaseError), f"allowed: {statement}"
        assert isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege), error
        transaction.set_rollback(True)


@pytest.mark.parametrize("statement", REFUSED_BY_THE_SERVER)
def test_past_the_guard_the_server_refuses(
    office_a: Office, victim: Office, statement: str, figure: Keep
) -> None:
    """For whoever found a way round the list of first words: what else would be left."""
    with office(office_a), Wire() as wire:
        error = wire.send(_for(statement, office_a, victim))
        _count(figure, error)
        assert isinstance(error, psycopg.errors.InsufficientPrivilege), f"{statement}: {error}"


@pytest.mark.parametrize("statement", STACKED)
def test_a_second_statement_in_the_same_text_is_refused_by_the_server(
    office_a: Office, victim: Office, statement: str, figure: Keep
) -> None:
    with office(office_a), transaction.atomic():
        error = refused_by(lambda: rows(_for(statement, office_a, victim)))
        _count(figure, error)
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
