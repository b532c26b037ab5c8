"""What a log line says, and what it must not."""

from __future__ import annotations

import io
import logging
import sys
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from gunicorn.config import Config
from gunicorn.glogging import Logger

from config import web
from config.logs import OfficeFilter, OneLine


@pytest.mark.parametrize(
    ("address", "logged"),
    [
        ("/lacak/K7QM-3WXD-9PHT-RAEF/tanda-terima/", "/lacak/***/tanda-terima/"),
        ("/t/K7QM-3WXD-9PHT-RAEF", "/t/***"),
        ("/api/v1/complaints/K7QM-3WXD-9PHT-RAEF/", "/api/v1/complaints/***/"),
        ("/undangan/4Jh7-token_/", "/undangan/***/"),
        ("/akun/password/reset/key/1-abc/", "/akun/password/reset/key/***/"),
        ("/lacak/", "/lacak/"),
        ("/kantor/aduan/", "/kantor/aduan/"),
    ],
)
def test_what_opens_something_is_not_in_the_log(address: str, logged: str) -> None:
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "%s: %s", ("Not Found", address), None
    )
    assert OfficeFilter().filter(record)
    assert record.getMessage() == f"Not Found: {logged}"
    assert record.office == "-"  # type: ignore[attr-defined]  # set by the filter


UID = "00000000-0000-0000-0000-00000000c0de"
INSERT = (
    "INSERT INTO delivery_centralmessage (uid, kind, recipient, language, created_at, subject, body) "
    "VALUES (%s, 'x', 'siti@contoh.id', 'id', now(), %s, %s)"
)


def refused(subject: str, body: str | None) -> IntegrityError:
    """What the database says of a row that it does not take."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, [UID, subject, body])
    return caught.value


@pytest.fixture
def key_taken(db: None) -> IntegrityError:
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [UID, "a", ""])
    return refused("b", "")


@pytest.fixture
def row_refused(db: None) -> IntegrityError:
    return refused("kata\n\npelapor", None)


@pytest.mark.parametrize("fixture", ["key_taken", "row_refused"])
def test_values_that_the_database_quotes_are_not_in_the_log(
    fixture: str, request: pytest.FixtureRequest
) -> None:
    error = request.getfixturevalue(fixture)
    assert "c0de" in str(error)
    try:
        raise error
    except IntegrityError:
        record = logging.LogRecord("celery", logging.ERROR, "", 0, "failed: %r", (error,), sys.exc_info())
    line = OneLine("%(message)s").format(record)
    assert "delivery_centralmessage" in line
    assert "IntegrityError" in line
    assert "The above exception was the direct cause" in line
    for word in ("c0de", "siti@contoh.id", "pelapor"):
        assert word not in line


def test_the_web_server_hides_what_opens_something_too() -> None:
    """It writes lines of its own, such as of a file that broke off half-way."""
    log, written = Logger(Config()), io.StringIO()
    (handler,) = log.error_log.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    web.post_worker_init(SimpleNamespace(log=log))
    log.error("Error handling request %s", "/lacak/K7QM-3WXD-9PHT-RAEF/berkas/00ff/")
    assert "Error handling request /lacak/***/berkas/00ff/" in written.getvalue()
