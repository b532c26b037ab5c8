"""Every log line says which office it is about, and none holds what opens a complaint or an account."""

from __future__ import annotations

import logging
import re

_SECRET = re.compile(r"/(lacak|t|undangan|akun/password/reset/key|api/v1/complaints)/[^/\s?\"']+")
"""Addresses that hold a tracking code, a sign-up link's token or a key for a new password."""


class OfficeFilter(logging.Filter):
    """Adds ``office`` to a record: the code of the office that the thread is in, or a dash. Codes and keys
    in addresses become ``***``: a log of them would be a list of keys.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        from central.offices.access import current_office

        office = current_office()
        record.office = office.code if office else "-"
        if isinstance(record.args, tuple):
            record.args = tuple(_hidden(value) if isinstance(value, str) else value for value in record.args)
        return True


def _hidden(text: str) -> str:
    return _SECRET.sub(r"/\1/***", text)
