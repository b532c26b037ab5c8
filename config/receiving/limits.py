"""How much one request may bring, told from its head alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FILES_BYTES = 60 * 1024 * 1024
"""A report with all of its photos. `deploy/nginx.conf` names the same number."""

TEXT_BYTES = 2 * 1024 * 1024
"""Everything but a form with files: it is held in memory as a whole."""

TOO_SLOW, LENGTH_MISSING, TOO_LARGE, BUSY = 408, 411, 413, 503

REFUSED = "refused"
"""Attribute of the WSGI input with which the web server's worker says that it has refused a request."""


def most_bytes(content_type: str) -> int:
    """How long the body of a request with this Content-Type may be."""
    kind = content_type.partition(";")[0].strip().lower()
    return FILES_BYTES if kind == "multipart/form-data" else TEXT_BYTES


def refusal(environ: Mapping[str, Any]) -> int:
    """The status with which a request is refused; 0 for one that is taken.

    A body that does not say how long it is is not taken: no browser sends one, and a reverse proxy that waits
    for the whole of it sends its length.
    """
    found = getattr(environ.get("wsgi.input"), REFUSED, 0)
    if found:
        return int(found)
    if environ.get("HTTP_TRANSFER_ENCODING"):
        return LENGTH_MISSING
    too_large = _length(environ) > most_bytes(str(environ.get("CONTENT_TYPE") or ""))
    return TOO_LARGE if too_large else 0


def is_long(environ: Mapping[str, Any]) -> bool:
    """Whether a body is longer than any text may be; only one with files may be so."""
    return _length(environ) > TEXT_BYTES


def _length(environ: Mapping[str, Any]) -> int:
    length = str(environ.get("CONTENT_LENGTH") or "0")
    return int(length) if length.isdecimal() else 0
