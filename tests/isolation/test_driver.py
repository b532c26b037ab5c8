"""Ways round the text of a statement: what the driver and Django's cursors offer beside `execute`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from psycopg import sql

from central.offices.access import OfficeAccessError, office
from central.offices.models import Office
from tenants.organization.models import Unit

from .support import messages_sent, names, refused_by, rows, who, write

OTHER_TEXT = "RESET ROLE"


def _raw(**options: Any) -> psycopg.Cursor[Any]:
    """A cursor that whoever takes psycopg's connection out of Django's gets."""
    found: psycopg.Cursor[Any] = connection.connection.cursor(**options)
    return found


def left_behind() -> list[tuple[str]]:
    """What the session keeps by a name; the statement that asks has a portal without one."""
    return rows(
        "SELECT name FROM pg_prepared_statements UNION ALL SELECT name FROM pg_cursors WHERE name <> ''"
    )


WAYS: dict[str, Callable[[], Any]] = {
    "execute": lambda: _raw().execute(OTHER_TEXT),
    "execute of the connection": lambda: connection.connection.execute(OTHER_TEXT),
    "composed": lambda: _raw().execute(sql.SQL("RESET {}").format(sql.Identifier("role"))),
    "bytes": lambda: _raw().execute(OTHER_TEXT.encode()),
    "binary": lambda: _raw().execute(OTHER_TEXT, binary=True),
    "binary cursor": lambda: _raw(binary=True).execute(OTHER_TEXT),
    "many": lambda: _raw().executemany(OTHER_TEXT, [(), ()]),
    "many with results": lambda: _raw().executemany(OTHER_TEXT, [(), ()], returning=True),
    "stream": lambda: list(_raw().stream(OTHER_TEXT)),
    "copy": lambda: _raw().copy("COPY organization_unit TO STDOUT").__enter__(),
    "copy in": lambda: _raw().copy("COPY organization_unit FROM STDIN").__enter__(),
    "copy of a query": lambda: _raw().copy("COPY (SELECT 1) TO STDOUT").__enter__(),
    "prepared by hand": lambda: _raw()._send_prepare(b"mine", None),
    "named": lambda: _raw(name="mine").execute("SELECT 1"),
    "named, kept": lambda: _raw(name="mine", withhold=True).execute("SELECT 1"),
    "Django's many": lambda: connection.cursor().executemany(OTHER_TEXT, [(), ()]),
    "Django's procedure": lambda: connection.cursor().callproc("set_config", ["role", "none", "true"]),
    "Django's chunks": lambda: connection.chunked_cursor().execute(OTHER_TEXT),
    "Django's debugging": lambda: connection.make_debug_cursor(connection._cursor()).execute(OTHER_TEXT),
    "Django's schema editor": lambda: connection.schema_editor(atomic=False).execute("DROP TABLE x"),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_of_the_driver_passes_the_guard(office_a: Office, way: str) -> None:
    with office(office_a):
        with transaction.atomic():
            error = refused_by(WAYS[way])
            assert isinstance(error, OfficeAccessError | DatabaseError), way
            transaction.set_rollback(True)
        assert who()[0] == f"o_main_{office_a.pk}"
        assert left_behind() == []


def test_a_pipeline_is_guarded_and_keeps_the_office(office_a: Office) -> None:
    with office(office_a):
        raw = connection.connection
        with raw.pipeline(), pytest.raises(OfficeAccessError):
            raw.execute(OTHER_TEXT)
        with raw.pipeline():
            found = raw.execute("SELECT current_user::text").fetchone()
        assert found == (f"o_main_{office_a.pk}",)
        assert who()[0] == f"o_main_{office_a.pk}"


def test_a_statement_that_is_asked_for_often_is_not_prepared(office_a: Office) -> None:
    """A prepared statement would stay on the pooled connection, with the office's tables in it."""
    for _ in range(3):
        with office(office_a):
            for _ in range(10):
                rows("SELECT code FROM organization_unit WHERE code = %s", ["x"])
                _raw().execute("SELECT 1", prepare=True)
            assert left_behind() == []


def test_long_reads_have_no_cursor_on_the_server(office_a: Office) -> None:
    with office(office_a):
        for number in range(5):
            write(f"t-{number}")
        with messages_sent() as sent:
            units = Unit.objects.filter(code__startswith="t-").order_by("code")
            assert [unit.code for unit in units.iterator(chunk_size=2)] == names()
        assert "Query" not in sent
        assert left_behind() == []


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
