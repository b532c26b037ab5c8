"""`office()`: what is whose, when it is stored and when not."""

from __future__ import annotations

import os
import socket

import pytest
from django.db import (
    DatabaseError,
    IntegrityError,
    InternalError,
    OperationalError,
    connection,
    transaction,
)

from central.accounts.models import User
from central.offices.access import (
    OfficeAccessError,
    TransactionLost,
    current_office,
    give_up,
    office,
    public,
)
from central.offices.models import Office
from tenants.organization.models import Unit

from .support import login, messages_sent, names, refused_by, rows, who, write

ONE_DATABASE = True


def test_inside_an_office_the_database_uses_its_role_and_its_schema(
    office_a: Office, office_b: Office
) -> None:
    for target in (office_a, office_b):
        with office(target):
            assert who() == (f"o_main_{target.pk}", f"o_{target.pk}, public")
            assert current_office() == target
    assert who() == (login(), "public")
    assert current_office() is None


def test_an_office_does_not_see_what_another_one_stored(office_a: Office, office_b: Office) -> None:
    with office(office_a):
        write("t-a")
    with office(office_b):
        assert names() == []
        write("t-b")
    with office(office_a):
        assert names() == ["t-a"]


@pytest.mark.usefixtures("db")
def test_without_an_office_its_tables_cannot_be_asked_for() -> None:
    with pytest.raises(OfficeAccessError, match="none was entered"):
        Unit.objects.exists()
    with pytest.raises(OfficeAccessError, match="none was entered"):
        Unit(code="t-x").save()


def test_inside_an_office_central_tables_are_closed(office_a: Office) -> None:
    with office(office_a), pytest.raises(OfficeAccessError, match="is central"):
        User.objects.exists()
    with pytest.raises(DatabaseError, match="permission denied"), office(office_a):
        rows("SELECT 1 FROM public.accounts_user")


def test_an_office_that_is_only_remembered_is_refused(office_a: Office) -> None:
    """`set_tenant` of django-tenants, and everything of it that calls that, enters nothing."""
    connection.set_tenant(office_a)
    try:
        with pytest.raises(OfficeAccessError, match="was entered"):
            rows("SELECT 1")
    finally:
        connection.set_schema_to_public()


def test_remembering_something_else_inside_an_office_is_refused(office_a: Office, office_b: Office) -> None:
    with office(office_a):
        connection.set_tenant(office_b)
        with pytest.raises(OfficeAccessError, match="was entered"):
            rows("SELECT 1")
        connection.set_tenant(office_a)


def test_a_second_office_is_not_entered_inside_the_first(office_a: Office, office_b: Office) -> None:
    with office(office_a):
        with pytest.raises(OfficeAccessError, match="cannot be entered inside"), office(office_b):
            pass
        with public(), pytest.raises(OfficeAccessError, match="cannot be entered inside"), office(office_b):
            pass
        assert who()[0] == f"o_main_{office_a.pk}"


def test_an_office_that_was_never_stored_is_not_entered() -> None:
    with pytest.raises(OfficeAccessError, match="never stored"), office(Office(code="x")):
        pass


def test_crossing_is_for_whoever_says_so_and_leads_back(office_a: Office, office_b: Office) -> None:
    with office(office_a):
        write("t-a")
        with office(office_b, cross=True):
            assert names() == []
            write("t-b")
        assert who()[0] == f"o_main_{office_a.pk}"
        assert names() == ["t-a"]
    with office(office_b):
        assert names() == ["t-b"]


def test_crossing_that_fails_leads_back_too(office_a: Office, office_b: Office) -> None:
    with office(office_a):
        for error, do in ((ValueError, lambda: int("x")), (DatabaseError, lambda: rows("SELECT 1/0"))):
            with pytest.raises(error), office(office_b, cross=True):
                write("t-b")
                do()
            assert who() == (f"o_main_{office_a.pk}", f"o_{office_a.pk}, public")
        write("t-a")
    with office(office_b):
        assert names() == []


def test_the_same_office_inside_itself_is_a_savepoint(office_a: Office) -> None:
    with office(office_a):
        write("t-1")
        with pytest.raises(ZeroDivisionError), office(office_a):
            write("t-2")
            _ = 1 / 0
        with office(office_a):
            write("t-3")
        assert names() == ["t-1", "t-3"]


def test_public_mode_within_an_office_and_back(office_a: Office) -> None:
    with office(office_a):
        with public():
            assert who() == (login(), "public")
            assert current_office() is None
            User.objects.count()
            with pytest.raises(OfficeAccessError):
                Unit.objects.exists()
        assert who()[0] == f"o_main_{office_a.pk}"
        with pytest.raises(DatabaseError), transaction.atomic(), public():
            rows("SELECT 1/0")
        assert who()[0] == f"o_main_{office_a.pk}"


@pytest.mark.usefixtures("db")
def test_public_mode_without_an_office_changes_nothing() -> None:
    with public():
        assert who() == (login(), "public")


def test_a_savepoint_of_another_mode_does_not_bring_the_mode_back(office_a: Office) -> None:
    """PostgreSQL takes SET LOCAL back with the savepoint; we are still in the office."""
    with office(office_a):
        with public():
            savepoint = transaction.savepoint()
        transaction.savepoint_rollback(savepoint)
        assert who() == (f"o_main_{office_a.pk}", f"o_{office_a.pk}, public")
        with public():
            inner = transaction.savepoint()
        transaction.savepoint_commit(inner)
        assert who()[0] == f"o_main_{office_a.pk}"


def test_after_a_savepoint_of_the_office_it_is_still_the_office(office_a: Office) -> None:
    with office(office_a):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows("SELECT 1/0")
        assert who()[0] == f"o_main_{office_a.pk}"
        with transaction.atomic():
            write("t-1")
        assert who()[0] == f"o_main_{office_a.pk}"


@pytest.mark.usefixtures("real_commits")
class TestStored:
    """With real commits."""

    def test_leaving_stores(self, office_a: Office) -> None:
        with office(office_a):
            write("t-1")
        connection.close()
        with office(office_a):
            assert names() == ["t-1"]

    def test_an_exception_takes_everything_back(self, office_a: Office) -> None:
        with pytest.raises(ZeroDivisionError), office(office_a):
            write("t-1")
            _ = 1 / 0
        with office(office_a):
            assert names() == []
        assert who() == (login(), "public")

    def test_giving_up_takes_everything_back_without_an_exception(self, office_a: Office) -> None:
        with office(office_a):
            write("t-1")
            assert give_up()
        with office(office_a):
            assert names() == []
        assert not give_up()

    def test_giving_up_within_a_savepoint_gives_the_whole_transaction_up(self, office_a: Office) -> None:
        with office(office_a):
            write("t-1")
            with transaction.atomic():
                write("t-2")
                give_up()
        with office(office_a):
            assert names() == []

    def test_a_swallowed_error_is_never_answered_with_ok(self, office_a: Office) -> None:
        with office(office_a):
            write("t-1")
        with pytest.raises(TransactionLost), office(office_a):
            write("t-2")
            assert isinstance(refused_by(lambda: write("t-1")), IntegrityError)
        with pytest.raises(TransactionLost), office(office_a):
            write("t-3")
            assert isinstance(refused_by(lambda: rows("SELECT 1/0")), DatabaseError)
        with office(office_a):
            assert names() == ["t-1"]

    def test_an_error_with_a_savepoint_round_it_may_be_caught(self, office_a: Office) -> None:
        with office(office_a):
            write("t-1")
            with pytest.raises(IntegrityError), transaction.atomic():
                write("t-1")
            write("t-2")
        with office(office_a):
            assert names() == ["t-1", "t-2"]

    def test_a_lost_connection_is_a_lost_transaction(self, office_a: Office) -> None:
        with pytest.raises(TransactionLost), office(office_a):
            write("t-1")
            connection.close()
            assert isinstance(refused_by(lambda: rows("SELECT 1")), Exception)
        assert who() == (login(), "public")
        with office(office_a):
            assert names() == []

    def test_an_office_entered_within_a_public_transaction_is_left_before_its_end(
        self, office_a: Office
    ) -> None:
        with transaction.atomic():
            with office(office_a):
                write("t-1")
            assert who() == (login(), "public")
        with office(office_a):
            assert names() == ["t-1"]

    def test_commit_hooks_run_in_public_mode_and_may_enter_again(self, office_a: Office) -> None:
        seen: list[object] = []

        def hook() -> None:
            seen.extend([who()[0], current_office(), refused_by(Unit.objects.exists)])
            with office(office_a):
                seen.append(names())

        with office(office_a):
            write("t-1")
            transaction.on_commit(hook)
        assert seen[:2] == [login(), None]
        assert isinstance(seen[2], OfficeAccessError)
        assert seen[3] == ["t-1"]

    def test_what_was_not_read_in_the_office_cannot_be_read_after_it(self, office_a: Office) -> None:
        with office(office_a):
            later = Unit.objects.all()
        with pytest.raises(OfficeAccessError):
            list(later)

    def test_entering_costs_no_message_of_its_own(self, office_a: Office) -> None:
        with messages_sent() as plain, transaction.atomic():
            rows("SELECT 1")
        with messages_sent() as entered, office(office_a):
            rows("SELECT 1")
        assert len(entered) == len(plain)
        assert entered.count("Query") == plain.count("Query")

    def test_a_public_transaction_afterwards_knows_nothing_of_it(self, office_a: Office) -> None:
        with office(office_a):
            rows("SELECT 1")
        with messages_sent() as sent, transaction.atomic():
            savepoint = transaction.savepoint()
            transaction.savepoint_rollback(savepoint)
        assert sent.count("Query") == 2  # BEGIN and COMMIT


def test_who_enters_to_read_changes_nothing_here_or_in_public(office_a: Office) -> None:
    with office(office_a):
        write("t-before")
    with pytest.raises(InternalError, match="read-only"), office(office_a, read_only=True):
        assert names() == ["t-before"]
        write("t-while")
    with pytest.raises(InternalError, match="read-only"), office(office_a, read_only=True), public():
        User.objects.create(email="siapa@example.id")
    with office(office_a, read_only=True):
        with pytest.raises(InternalError, match="read-only"), transaction.atomic():
            write("t-in-a-savepoint")
        assert names() == ["t-before"], "the savepoint took back the error, and no more"
        with pytest.raises(InternalError, match="read-only"), transaction.atomic():
            write("t-again")
    with office(office_a):
        write("t-after")
        assert names() == ["t-after", "t-before"]


def asked_of(target: Office) -> int:
    with office(target):
        return Unit.objects.filter(code="t-a").count()


def test_a_server_that_is_gone_when_an_office_is_entered_passes_as_any_other_outage(
    real_commits: str, office_a: Office
) -> None:
    """Its socket is as silent as that of a server which was killed: libpq finds it out, without a code."""
    assert asked_of(office_a) == 0
    with socket.socket(fileno=os.dup(connection.connection.fileno())) as wire:
        wire.shutdown(socket.SHUT_RDWR)
    with pytest.raises(OperationalError):
        asked_of(office_a)
    connection.close()
    assert asked_of(office_a) == 0
