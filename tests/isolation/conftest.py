"""A database that the tests of one module share, for modules with many small tests that commit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.databases import TestServer

from .support import as_owner

EMPTY = "DELETE FROM {schema}.organization_unit WHERE code LIKE 't-%'"
PUBLIC = (
    "UPDATE offices_office SET status = 'ready', status_reason = '' WHERE status = 'suspended'",
    "DELETE FROM coordination_alarm WHERE kind = 'test'",
    "DELETE FROM django_session",
    "DELETE FROM accounts_apitoken",
    "DELETE FROM account_emailaddress",
    "DELETE FROM accounts_user",
)


@pytest.fixture(scope="module")
def module_database(
    django_db_setup: None, test_server: TestServer, first_office_id: int, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    with (
        django_db_blocker.unblock(),
        test_server.using_fresh_clone(first_office_id=first_office_id + 500) as name,
    ):
        yield name


@pytest.fixture
def real_commits(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    test_server: TestServer,
    first_office_id: int,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[str]:
    """As everywhere; where a module says ONE_DATABASE, its tests find the same one, without what tests of
    this folder wrote. They must not change anything else.
    """
    with django_db_blocker.unblock():
        if getattr(request.module, "ONE_DATABASE", False):
            name: str = request.getfixturevalue("module_database")
            yield name
            empty()
            return
        with test_server.using_fresh_clone(first_office_id=first_office_id + 500) as name:
            yield name


def empty() -> None:
    """Takes away what the tests of this folder write."""
    schemas = as_owner("SELECT schema_name FROM offices_office WHERE status IN ('ready', 'suspended')")
    statements = [EMPTY.format(schema=schema) for (schema,) in schemas]
    as_owner("; ".join([*PUBLIC, *statements]))
