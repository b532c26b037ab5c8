"""A cursor through which one statement goes at a time, and only of a kind that cannot change who we are.

The run-time login may become every office of its cell (`SET ROLE`), so the statement's text must not be able
to. Three things together hold that: the extended protocol (the server refuses a second statement in a
message), the list of first words below, and the functions that `harden.sql` takes away.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NoReturn

from django.db.backends.postgresql.base import Cursor

from ..access import OfficeAccessError

if TYPE_CHECKING:
    from psycopg._queries import PostgresQuery

# White space as PostgreSQL's scanner has it, and the bracket that opens a UNION's first part. A comment in
# front is refused rather than skipped: PostgreSQL nests comments, and a scanner of ours would have to agree
# with it.
_LEADING = rb"[ \t\n\r\f\v(]*"

_ALLOWED = re.compile(
    _LEADING
    + rb"(?:(?:SELECT|INSERT|UPDATE|DELETE|WITH|VALUES|MERGE)\b"
    + rb"|SET[ ]CONSTRAINTS\b"
    # A shorter patience is fine; 0 would lift the login's own limit.
    + rb"|SET[ ]LOCAL[ ](?:statement_timeout|lock_timeout)[ ]=[ ][1-9][0-9]{0,4}\Z)",
    re.IGNORECASE,
)
_SAVEPOINT = re.compile(rb'(?:SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT) "[A-Za-z0-9_]+"\Z')


class GuardedCursor(Cursor):
    """Django's cursor, guarded. `steers` is set by the backend alone, on the cursors of its own savepoints:
    rolling back to a savepoint of before the office was entered would leave the office."""

    steers = False

    def _execute_send(
        self, query: PostgresQuery, *, force_extended: bool = False, binary: bool | None = None
    ) -> None:
        # A private method of psycopg, and the one place that every statement of a cursor passes; the version
        # is pinned and tests/isolation holds both the place and its effect.
        text = query.query
        if not _ALLOWED.match(text) and not (self.steers and _SAVEPOINT.match(text)):
            raise OfficeAccessError(f"This kind of statement is not sent to the database: {_start(text)}")
        send = super()._execute_send  # type: ignore[misc]  # django-stubs do not know this cursor's base
        send(query, force_extended=True, binary=binary)

    def _send_prepare(self, *args: Any) -> None:
        raise OfficeAccessError("Prepared statements are not used: they would pass the check of statements.")


def no_server_cursor(*_args: Any, **_kwargs: Any) -> NoReturn:
    """In the place of psycopg's cursors on the server, which send their DECLARE past the check, and WITH HOLD
    outlive the transaction on a pooled connection.
    """
    raise OfficeAccessError("Cursors on the server are not used; long reads page by key.")


def _start(text: bytes) -> str:
    return repr(text[:40].decode("utf-8", "replace"))
