"""Preparing a PostgreSQL server, and what is said while something is missing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import StringIO

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections
from pytest_django import DjangoDbBlocker, Settings

from central.offices import checks
from central.offices.services import create_government, create_office
from tests.databases import TestServer

NAME = f"tanggap_boot_{os.getpid()}"
APP, OWNER = f"{NAME}_app", f"{NAME}_owner"
CELL = f"boot{os.getpid()}"
SECRETS = {"default": "app's word'%", "owner": "owner's word"}


@pytest.fixture
def empty_server(
    test_server: TestServer, settings: Settings, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[TestServer]:
    """The settings name logins and a database that are not there yet."""
    settings.CELL_KEY = CELL
    before = {alias: dict(connections[alias].settings_dict) for alias in ("default", "owner")}
    with django_db_blocker.unblock():
        connections.close_all()
        for alias, user in (("default", APP), ("owner", OWNER)):
            connections[alias].settings_dict.update(NAME=NAME, USER=user, PASSWORD=SECRETS[alias])
        try:
            yield test_server
        finally:
            connections.close_all()
            for alias, place in before.items():
                connections[alias].settings_dict.update(place)
            with test_server.superuser() as server:
                server.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
                roles = server.execute(
                    "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s) OR starts_with(rolname, %s)",
                    [f"o_{CELL}", NAME],
                ).fetchall()
                for (role,) in sorted(roles):
                    server.execute(f"DROP ROLE {role}")


def bootstrap(server: TestServer) -> str:
    said = StringIO()
    call_command("database", "bootstrap", superuser_url=server.server.superuser_url, stdout=said)
    return said.getvalue()


def as_superuser(server: TestServer, statement: str) -> None:
    with server.superuser(NAME) as inside:
        inside.execute(statement)


def test_a_server_of_ones_own_is_ready_in_two_commands(empty_server: TestServer) -> None:
    with pytest.raises(CommandError, match="database bootstrap --superuser-url"):
        call_command("database", "check")
    with pytest.raises(CommandError, match="database bootstrap --superuser-url"):
        call_command("database", "migrate")
    said = bootstrap(empty_server)
    assert f"Login {APP} made." in said
    assert not any(secret in said for secret in SECRETS.values())
    with pytest.raises(CommandError, match="database migrate"):
        call_command("database", "check")
    call_command("database", "migrate", verbosity=0)
    assert checks.missing() == []
    call_command("check", databases=["default"])
    government = create_government(code="g", name="G", subdomain="g")
    assert create_office(government=government, code="x", name="X").status == "ready"

    # both may run again at any time
    assert f"Login {APP} is there." in bootstrap(empty_server)
    call_command("database", "migrate", verbosity=0)
    assert checks.missing() == []


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ("GRANT EXECUTE ON FUNCTION set_config(text, text, boolean) TO PUBLIC", "not hardened"),
        ("GRANT EXECUTE ON FUNCTION setseed(double precision) TO PUBLIC", "not hardened"),
        ("GRANT EXECUTE ON FUNCTION set_limit(real) TO PUBLIC", "not hardened"),
        ("GRANT EXECUTE ON FUNCTION pg_stat_get_live_tuples(oid) TO PUBLIC", "not hardened"),
        ("GRANT SELECT ON pg_class TO PUBLIC", "not hardened"),
        ("GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC", "not hardened"),
        ("ALTER ROLE {app} SET timezone = 'Asia/Jakarta'", "UTC"),
        ("ALTER ROLE {app} INHERIT", "NOINHERIT"),
        ("ALTER ROLE {app} BYPASSRLS", "rights over the server"),
        ("DROP EXTENSION unaccent", "unaccent"),
    ],
)
def test_what_is_missing_is_named_and_mended_by_another_bootstrap(
    empty_server: TestServer, damage: str, sentence: str
) -> None:
    bootstrap(empty_server)
    as_superuser(empty_server, damage.replace("{app}", APP))
    connections.close_all()
    (problem,) = checks.missing(tables=False)
    assert sentence in problem
    assert "bootstrap" in problem
    bootstrap(empty_server)
    connections.close_all()
    assert checks.missing(tables=False) == []


def test_a_database_that_does_not_answer_is_named(empty_server: TestServer) -> None:
    place = connections["default"].settings_dict
    place.update(HOST="127.0.0.1", PORT="1")
    try:
        (problem,) = checks.missing()
    finally:
        place.update(HOST=connections["owner"].settings_dict["HOST"], PORT="")
    assert "127.0.0.1" in problem


@pytest.mark.parametrize(
    ("alias", "name", "value", "sentence"),
    [
        ("owner", "USER", "the other's", "two different logins"),
        ("owner", "NAME", "another", "same database"),
        ("default", "USER", "postgres", "is a superuser"),
    ],
)
def test_settings_that_cannot_be_right_are_refused(
    empty_server: TestServer, alias: str, name: str, value: str, sentence: str
) -> None:
    connections[alias].settings_dict[name] = APP if value == "the other's" else value
    with pytest.raises(CommandError, match=sentence):
        bootstrap(empty_server)


def test_only_a_superuser_prepares_a_server(empty_server: TestServer) -> None:
    server = empty_server.server
    with pytest.raises(CommandError, match="no superuser"):
        call_command(
            "database",
            "bootstrap",
            superuser_url=server.url("tanggap_owner", server.owner_password, "postgres"),
        )


def test_without_the_owners_address_nothing_is_migrated(empty_server: TestServer) -> None:
    connections["owner"].settings_dict.update(USER=APP)
    with pytest.raises(CommandError, match="DATABASE_ADMIN_URL is missing"):
        call_command("database", "migrate")


def test_two_databases_on_one_server_need_two_cell_keys(empty_server: TestServer, settings: Settings) -> None:
    bootstrap(empty_server)
    settings.CELL_KEY = "main"
    with pytest.raises(CommandError, match="CELL_KEY"):
        call_command("database", "migrate", verbosity=0)


def test_passwords_reach_the_server_hashed(empty_server: TestServer) -> None:
    bootstrap(empty_server)
    with empty_server.superuser() as server:
        (stored,) = server.execute(
            "SELECT rolpassword FROM pg_authid WHERE rolname = %s", [APP]
        ).fetchone() or ("",)
    assert stored.startswith("SCRAM-SHA-256$")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(empty_server.server.url(APP, "guess", NAME))
