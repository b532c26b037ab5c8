"""What a log line says, and what it must not."""

from __future__ import annotations

import logging

import pytest

from config.logs import OfficeFilter


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
