"""What is really stored, and where: each situation commits, and the owner's connection looks afterwards."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from central.offices.access import (
    OfficeAccessError,
    TransactionLost,
    current_office,
    give_up,
    office,
    public,
)
from central.offices.models import Office
from central.offices.services import create_office, remove_office, suspend_office
from config.launch.postgres import OWNER
from tests.databases import TestServer

from .support import as_owner, login, names, refused_by, rows, who, write

pytestmark = pytest.mark.usefixtures("real_commits")
ONE_DATABASE = True

ALARM = (
    "INSERT INTO coordination_alarm (office_id, kind, key, due_at, attempts) "
    "VALUES (%s, 'test', %s, now(), 0)"
)


def stored() -> dict[str, list[str]]:
    """The units that tests wrote, by the office whose schema they are in."""
    query = " UNION ALL ".join(
        f"SELECT '{target.code}', code FROM {target.schema_name}.organization_unit WHERE code LIKE 't-%'"
        for target in Office.objects.all()
    )
    found: dict[str, list[str]] = {}
    for code, unit in sorted(as_owner(query)):
        found.setdefault(code, []).append(unit)
    return found


def alarms() -> list[tuple[int, str]]:
    return as_owner("SELECT office_id, key FROM coordination_alarm WHERE kind = 'test' ORDER BY id")


@pytest.fixture(autouse=True)
def _public_afterwards() -> Iterator[None]:
    """However a situation ends: the connection is nobody's, and works."""
    yield
    assert (connection.office, connection.frames, connection.in_atomic_block) == (None, [], False)
    assert who() == (login(), "public")


class TestSavepoints:
    def test_what_was_taken_back_is_not_stored_and_the_rest_is(self, office_a: Office) -> None:
        with office(office_a):
            write("t-1")
            first = transaction.savepoint()
            write("t-2")
            second = transaction.savepoint()
            write("t-3")
            transaction.savepoint_rollback(second)
            write("t-4")
            transaction.savepoint_commit(first)
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                write("t-5")
                with transaction.atomic():
                    write("t-6")
                _ = 1 / 0
        assert stored() == {"greged": ["t-1", "t-2", "t-4"]}

    def test_a_savepoint_of_before_the_office_takes_it_back_and_stays_public(self, office_a: Office) -> None:
        with transaction.atomic():
            before = transaction.savepoint()
            with office(office_a):
                write("t-1")
                rows(ALARM, [office_a.pk, "1"])
            transaction.savepoint_rollback(before)
            assert who() == (login(), "public")
            with office(office_a):
                write("t-2")
                rows(ALARM, [office_a.pk, "2"])
        assert stored() == {"greged": ["t-2"]}
        assert alarms() == [(office_a.pk, "2")]

    def test_a_savepoint_of_public_mode_taken_back_in_the_office_writes_to_the_office(
        self, office_a: Office
    ) -> None:
        with office(office_a):
            with public():
                savepoint = transaction.savepoint()
                as_public = who()[0]
            write("t-1")
            transaction.savepoint_rollback(savepoint)
            write("t-2")
            rows(ALARM, [office_a.pk, "1"])
        assert as_public == login()
        assert stored() == {"greged": ["t-2"]}
        assert alarms() == [(office_a.pk, "1")]


class TestRollbacks:
    def test_the_whole_transaction_round_several_entries(self, office_a: Office, office_b: Office) -> None:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            for target in (office_a, office_b):
                with office(target):
                    write(f"t-{target.code}")
                    rows(ALARM, [target.pk, "x"])
            _ = 1 / 0
        assert (stored(), alarms()) == ({}, [])

    def test_two_offices_after_each_other_in_one_transaction(
        self, office_a: Office, office_b: Office
    ) -> None:
        with transaction.atomic():
            for target in (office_a, office_b, office_a):
                with office(target):
                    write(f"t-{len(names())}")
        assert stored() == {"greged": ["t-0", "t-1"], "jenawi": ["t-0"]}

    def test_giving_up_in_the_second_office_gives_both_up(self, office_a: Office, office_b: Office) -> None:
        with office(office_a):
            write("t-a")
            with office(office_b, cross=True):
                write("t-b")
                give_up()
        assert stored() == {}

    def test_set_rollback(self, office_a: Office) -> None:
        with pytest.raises(TransactionLost), office(office_a):
            write("t-1")
            transaction.set_rollback(True)
        assert stored() == {}


class Stop(BaseException):
    """Like the exceptions that end a process or a generator, which `except Exception` lets through."""


class TestExceptionsInTheMiddle:
    @pytest.mark.parametrize("error", [ValueError, Stop, KeyboardInterrupt, GeneratorExit])
    @pytest.mark.parametrize("where", ["office", "public", "cross", "same", "savepoint"])
    def test_anywhere_takes_everything_back(
        self, office_a: Office, office_b: Office, where: str, error: type[BaseException]
    ) -> None:
        inner = {
            "office": lambda: transaction.atomic(savepoint=False),
            "public": public,
            "cross": lambda: office(office_b, cross=True),
            "same": lambda: office(office_a),
            "savepoint": transaction.atomic,
        }[where]
        with pytest.raises(error), office(office_a):
            write("t-1")
            with inner():
                if where != "public":
                    write("t-2")
                raise error
        assert stored() == {}

    def test_one_that_is_caught_in_the_office_leaves_the_rest(
        self, office_a: Office, office_b: Office
    ) -> None:
        with office(office_a):
            write("t-1")
            for inner in (public, lambda: office(office_a), lambda: office(office_b, cross=True)):
                with pytest.raises(DatabaseError), transaction.atomic(), inner():
                    rows("SELECT 1/0")
                assert who()[0] == f"o_main_{office_a.pk}"
            write("t-2")
        assert stored() == {"greged": ["t-1", "t-2"]}

    def test_at_the_commit_itself(self, office_a: Office) -> None:
        """Foreign keys are checked there: after everything else has gone well."""
        with pytest.raises(IntegrityError), office(office_a):
            write("t-1")
            rows("UPDATE organization_unit SET parent_id = 999999 WHERE code = 't-1'")
        assert stored() == {}

    def test_in_a_generator_that_is_left_alone(self, office_a: Office) -> None:
        def pages() -> Iterator[list[str]]:
            with office(office_a):
                write("t-1")
                yield names()

        begun = pages()
        assert next(begun) == ["t-1"]
        begun.close()
        assert stored() == {}


class TestCommitHooks:
    def test_those_of_a_savepoint_that_was_taken_back_do_not_run(self, office_a: Office) -> None:
        seen: list[str] = []
        with office(office_a):
            write("t-1")
            transaction.on_commit(lambda: seen.append("kept"))
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                transaction.on_commit(lambda: seen.append("taken back"))
                _ = 1 / 0
        assert seen == ["kept"]

    @pytest.mark.parametrize("end", [give_up, lambda: rows("SELECT 1/0")])
    def test_none_runs_for_work_that_is_lost(self, office_a: Office, end: Callable[[], object]) -> None:
        seen: list[str] = []

        def work() -> None:
            with office(office_a):
                transaction.on_commit(lambda: seen.append("ran"))
                end()

        refused_by(work)
        assert seen == []

    def test_each_enters_its_own_office(self, office_a: Office, office_b: Office) -> None:
        def later(target: Office) -> None:
            assert (current_office(), who()) == (None, (login(), "public"))
            with office(target):
                write(f"t-later-{target.code}")

        with office(office_a):
            transaction.on_commit(lambda: later(office_b))
            with office(office_b, cross=True):
                transaction.on_commit(lambda: later(office_a))
        assert stored() == {"greged": ["t-later-greged"], "jenawi": ["t-later-jenawi"]}

    def test_one_that_fails_takes_nothing_back_and_leaves_no_office(self, office_a: Office) -> None:
        def fail() -> None:
            with office(office_a):
                write("t-hook")
                _ = 1 / 0

        with pytest.raises(ZeroDivisionError), office(office_a):
            write("t-1")
            transaction.on_commit(fail)
        assert stored() == {"greged": ["t-1"]}


class TestAnotherOffice:
    """An office that is changed inside a transaction: for another one, or what it is."""

    def test_one_that_is_refused_leaves_the_first_as_it_was(self, office_a: Office, office_b: Office) -> None:
        with office(office_a):
            write("t-1")
            with pytest.raises(OfficeAccessError), office(office_b):
                write("t-wrong")
            write("t-2")
        assert stored() == {"greged": ["t-1", "t-2"]}

    def test_crossing_stores_in_both_or_in_none(self, office_a: Office, office_b: Office) -> None:
        for fails in (True, False):
            with office(office_a):
                write(f"t-a-{fails}")
                rows(ALARM, [office_a.pk, f"a-{fails}"])
                with office(office_b, cross=True):
                    write(f"t-b-{fails}")
                    rows(ALARM, [office_b.pk, f"b-{fails}"])
                write(f"t-after-{fails}")
                if fails:
                    give_up()
        assert stored() == {"greged": ["t-a-False", "t-after-False"], "jenawi": ["t-b-False"]}
        assert alarms() == [(office_a.pk, "a-False"), (office_b.pk, "b-False")]

    @pytest.mark.parametrize("changed", ["pk", "schema_name", "cell"])
    def test_the_object_that_is_made_another_office_is_refused(
        self, office_a: Office, office_b: Office, changed: str
    ) -> None:
        before = office_a.pk
        with pytest.raises(OfficeAccessError, match="into another one"), office(office_a):
            write("t-1")
            setattr(office_a, changed, "x" if changed == "cell" else getattr(office_b, changed))
            write("t-2")
        assert stored() == {}
        assert before != office_b.pk

    def test_the_other_office_is_not_taken_for_the_changed_one(
        self, office_a: Office, office_b: Office
    ) -> None:
        with office(office_a):
            office_a.pk, office_a.schema_name = office_b.pk, office_b.schema_name
            with pytest.raises(OfficeAccessError, match="cannot be entered inside"), office(office_b):
                write("t-1")
            give_up()
        assert stored() == {}

    def test_one_that_is_suspended_meanwhile_ends_what_it_began(self, office_a: Office) -> None:
        def suspend() -> None:
            suspend_office(Office.objects.get(pk=office_a.pk), reason="test")
            connections.close_all()

        with office(office_a):
            write("t-1")
            other = threading.Thread(target=suspend)
            other.start()
            other.join()
            write("t-2")
        assert stored() == {"greged": ["t-1", "t-2"]}
        assert Office.objects.get(pk=office_a.pk).status == Office.Status.SUSPENDED

    def test_one_is_not_removed_under_a_transaction(
        self, office_a: Office, test_server: TestServer, real_commits: str
    ) -> None:
        """The removal waits for it, and then finds its rows gone with the schema."""
        target = create_office(government=office_a.government, code="sebentar", name="Sebentar")
        failed: list[Exception] = []

        def remove() -> None:
            try:
                remove_office(suspend_office(target, reason="test"), confirm="sebentar")
            except (psycopg.Error, DatabaseError) as error:
                failed.append(error)
            connections.close_all()

        with office(target):
            write("t-1")
            other = threading.Thread(target=remove)
            other.start()
            wait_for_a_lock(test_server, real_commits)
            write("t-2")
            assert names() == ["t-1", "t-2"]
        other.join()
        assert failed == []
        assert as_owner("SELECT 1 FROM pg_namespace WHERE nspname = %s", [target.schema_name]) == []


def wait_for_a_lock(server: TestServer, database: str) -> None:
    """Until a session of the owner stands before a lock; the owner gives up after some seconds."""
    query = "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock' AND usename = %s"
    deadline = time.monotonic() + 30
    with server.superuser() as watcher:
        while watcher.execute(query, [database, OWNER]).fetchone() is None:
            assert time.monotonic() < deadline
