"""Every log line says which office it is about, is one line, and holds nothing that opens a complaint or an
account.
"""

from __future__ import annotations

import logging
import re
from typing import Any

_SECRET = re.compile(r"/(lacak|t|undangan|akun/password/reset/key|api/v1/complaints)/[^/\s?\"']+")
"""Addresses that hold a tracking code, a sign-up link's token or a key for a new password."""


_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What would begin a new line, or have a terminal do something."""


_DETAIL = re.compile(
    r"DETAIL:  .*?(?=\\n(?:HINT|CONTEXT):  |\n(?:HINT|CONTEXT):  |\n\n(?:The above|During handling)|\Z)",
    re.DOTALL,
)
"""What PostgreSQL adds to a refusal: the row, or the key that is taken. It is somebody's words, or a code."""


class OneLine(logging.Formatter):
    """Writes what a message quotes so that it cannot look like another one. A traceback keeps its lines, but
    not the values that the database quotes.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:
        told = _DETAIL.sub("DETAIL: …", record.message)
        record.message = _UNSEEN.sub(lambda found: ascii(found[0])[1:-1], told)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:
        return _DETAIL.sub("DETAIL: …", super().formatException(ei))


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
