"""Fixtures of all tests: a real PostgreSQL server with two real offices in it.

An ordinary test (`db`, or the fixtures below) runs in a transaction that is taken back; `office()` is then a
savepoint with the office's real role. A test that has to commit, or to see two connections, takes
`real_commits`: a database of its own. `transactional_db` does not work here: it would empty tables, which the
run-time login may not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.databases import TestServer

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

    from central.offices.models import Government, Office


@pytest.fixture(scope="session")
def test_server(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[TestServer]:
    """The embedded server with the template database."""
    server = TestServer()
    with django_db_blocker.unblock():
        server.ensure_template()
    yield server
    server.lease.close()


@pytest.fixture(scope="session")
def first_office_id(request: pytest.FixtureRequest) -> int:
    """Offices that this test process makes have ids from here on."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "gw0")
    return 1000 * (1 + int(worker.removeprefix("gw")))


@pytest.fixture(scope="session")
def django_db_setup(
    test_server: TestServer, first_office_id: int, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Takes the place of pytest-django's: a clone of the template for this process."""
    from django.db import connections

    with django_db_blocker.unblock():
        name = test_server.clone(first_office_id=first_office_id)
        test_server.use(name)
        yield
        connections.close_all()
        test_server.drop(name)


@pytest.fixture
def real_commits(
    django_db_setup: None,
    test_server: TestServer,
    first_office_id: int,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[str]:
    """A database of the test's own, in which it may commit. Gives the database's name."""
    with (
        django_db_blocker.unblock(),
        test_server.using_fresh_clone(first_office_id=first_office_id + 500) as name,
    ):
        yield name


@pytest.fixture(autouse=True)
def _directory_is_read_anew() -> Iterator[None]:
    """Host names are kept for some seconds; what one test stored must not answer in the next."""
    from central.offices import directory

    directory.forget()
    yield
    directory.forget()


@pytest.fixture
def _some_database(request: pytest.FixtureRequest) -> None:
    """`real_commits` where the test takes it, else the transaction that is taken back."""
    if "real_commits" in request.fixturenames:
        request.getfixturevalue("real_commits")
    else:
        request.getfixturevalue("db")


@pytest.fixture
def office_a(_some_database: None) -> Office:
    """Kecamatan Greged at greged.localhost, of Kabupaten Cirebon."""
    return _office("greged")


@pytest.fixture
def office_b(_some_database: None) -> Office:
    """Kecamatan Jenawi at jenawi.localhost, of another government."""
    return _office("jenawi")


@pytest.fixture
def offices(office_a: Office, office_b: Office) -> list[Office]:
    return [office_a, office_b]


@pytest.fixture
def government(office_a: Office) -> Government:
    """The government of `office_a`, at cirebon.localhost."""
    return office_a.government


def _office(code: str) -> Office:
    from central.offices.models import Office

    return Office.objects.select_related("government").get(code=code)
