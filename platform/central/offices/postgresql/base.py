"""The run-time connection: one office at a time, within a transaction, or none.

Stock django-tenants sets the search path for the session before each cursor. Behind a pooler in transaction
mode that read another office's rows in 89 of 100 queries. Here the path and the role are set for the
transaction (`SET LOCAL`), in the message that begins it; a cursor for an office that was not entered is
refused.

Only the `default` database uses this backend. Migrations and provisioning (`owner`) use django-tenants' own.
"""

from __future__ import annotations

import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django_tenants.postgresql_backend import base
from psycopg import OperationalError, errors
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus

from ..access import Frame, OfficeAccessError
from ..names import PUBLIC_SCHEMA, office_role, quoted
from .cursor import GuardedCursor, no_server_cursor

if TYPE_CHECKING:
    from ..models import Office


class Mode(NamedTuple):
    """Whose a transaction is: an office's, as it was when it was entered, or nobody's (public)."""

    office: Office | None = None
    key: tuple[int, str, str] | None = None

    @classmethod
    def of(cls, office: Office | None) -> Mode:
        return cls(office, _key(office))

    def check(self) -> None:
        """Raises `OfficeAccessError` if the object was made to mean another office since."""
        if _key(self.office) != self.key:
            raise OfficeAccessError("The office was changed into another one after it had been entered.")

    def commands(self) -> str:
        """What makes the rest of a transaction of this mode.

        On a Citus cell (`OFFICE_ROLES` is false) the path alone is set: Citus would hold a worker connection
        a role.
        """
        path = f"SET LOCAL search_path = {quoted(PUBLIC_SCHEMA)}"
        role = "NONE"
        if self.office is not None:
            path = f"SET LOCAL search_path = {quoted(self.office.schema_name)}, {quoted(PUBLIC_SCHEMA)}"
            role = quoted(office_role(self.office))
        return f"{path}; SET LOCAL ROLE {role}" if settings.OFFICE_ROLES else path


def _key(office: Office | None) -> tuple[int, str, str] | None:
    return None if office is None else (office.pk, office.schema_name, office.cell)


PUBLIC = Mode()
ASK_AGAIN_SECONDS = 30


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc]  # django-tenants has no type hints
    """django-tenants' wrapper, where `set_tenant` only remembers and `inside` is what enters."""

    mode = PUBLIC  # whose schema and role the transaction has now
    _switches = 0  # how often the transaction changed them
    _asked = 0.0  # when the server was last known to answer

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.frames: list[Frame] = []
        super().__init__(*args, **kwargs)
        # A server-side cursor lives as long as its transaction, or is WITH HOLD and outlives it on a pooled
        # connection. Long reads page by key instead.
        self.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = True

    # Remembering -----------------------------------------------------------------------------------------

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        """Remembers whose the next queries are meant to be. Sends nothing and opens nothing."""
        self.tenant = tenant
        self.schema_name = tenant.schema_name
        self.include_public_schema = include_public

    @property
    def office(self) -> Office | None:
        """The office that was entered, None in public mode."""
        return self.mode.office

    def _remember(self, mode: Mode) -> None:
        self.mode = mode
        if mode.office is None:
            self.set_schema_to_public()
        else:
            self.set_tenant(mode.office)

    def _forget(self) -> None:
        self._remember(PUBLIC)
        self._switches = 0

    def connect(self) -> None:
        self._forget()
        super().connect()
        self._asked = time.monotonic()

    def is_usable(self) -> bool:
        """Whether the server still answers; Django wants to know before each request.

        A server that has ended the connection has told the socket so: while that is silent, asking would cost
        every request a round trip for nothing. Now and then it is asked all the same, for a way between the
        two that was cut in silence.
        """
        if self.connection is None or self.connection.closed:
            return False
        socket = select.poll()
        socket.register(self.connection.pgconn.socket, select.POLLIN)
        if not socket.poll(0) and time.monotonic() - self._asked < ASK_AGAIN_SECONDS:
            return True
        self._asked = time.monotonic()
        return bool(super().is_usable())

    def close(self) -> None:
        self._forget()
        super().close()

    # Entering --------------------------------------------------------------------------------------------

    @contextmanager
    def inside(self, frame: Frame) -> Iterator[None]:
        """The transaction that was just opened belongs to the frame's office until the end of the block."""
        outer = self.mode
        begins = not self.frames and len(self.atomic_blocks) == 1
        self._become(Mode.of(frame.office))
        self.frames.append(frame)
        try:
            if frame.read_only:
                self._send("SET TRANSACTION READ ONLY")
            yield
        except BaseException:
            # The rollback that follows takes SET LOCAL back as well.
            self._remember(outer)
            raise
        else:
            if begins or self.transaction_is_lost():
                # COMMIT and ROLLBACK end SET LOCAL; the commit hooks run in public mode.
                self._remember(outer)
            else:
                self._become(outer)  # RELEASE SAVEPOINT keeps SET LOCAL
        finally:
            self.frames.pop()
            if begins:
                self._switches = 0

    @contextmanager
    def in_public(self) -> Iterator[None]:
        """Public mode within an office's transaction."""
        outer = self.mode
        self._become(PUBLIC)
        try:
            yield
        finally:
            if self.transaction_is_lost():
                self._remember(outer)  # nothing can be sent; the rollback to come takes SET LOCAL back
            else:
                self._become(outer)

    def _become(self, mode: Mode) -> None:
        """Sets path and role for the rest of the transaction; with BEGIN in one message if it begins here."""
        if not self.in_atomic_block:
            raise OfficeAccessError(
                "An office is entered in a transaction; use central.offices.access.office()."
            )
        mode.check()
        if mode.key != self.mode.key:
            self._send(mode.commands())
            self._switches += 1
        self._remember(mode)

    def _send(self, commands: str) -> None:
        """Sends our own commands, past the cursors and their list of allowed statements."""
        self.ensure_connection()
        with self.wrap_database_errors:
            pgconn = self.connection.pgconn
            if pgconn.transaction_status == TransactionStatus.IDLE:
                self._switches = 0
                commands = f"{self._begin()}; {commands}"
            result = pgconn.exec_(commands.encode())
            if pgconn.status == ConnStatus.BAD:
                # The server went without a word: a message of libpq's own has no SQLSTATE to tell it by.
                raise OperationalError(result.get_error_message())
            if result.status == ExecStatus.FATAL_ERROR:
                raise errors.error_from_result(result)

    def _begin(self) -> str:
        # psycopg sees that a transaction runs and sends no BEGIN of its own.
        level = self.connection.isolation_level
        return f"BEGIN ISOLATION LEVEL {level.name.replace('_', ' ')}" if level is not None else "BEGIN"

    def transaction_is_lost(self) -> bool:
        """Whether what was done so far can no longer be stored."""
        return bool(
            self.needs_rollback
            or self.closed_in_transaction
            or self.connection is None
            or self.connection.pgconn.transaction_status != TransactionStatus.INTRANS
        )

    # Queries ---------------------------------------------------------------------------------------------

    def _cursor(self, name: str | None = None) -> Any:
        self.mode.check()
        entered = PUBLIC_SCHEMA if self.office is None else self.office.schema_name
        if self.schema_name != entered:
            raise OfficeAccessError(
                f"A query for schema {self.schema_name}, but schema {entered} was entered. "
                "Use central.offices.access.office()."
            )
        if self.office is not None and not self.in_atomic_block:
            raise OfficeAccessError("An office's queries run in a transaction.")
        return super()._cursor(name)

    def _handle_search_path(self, cursor: Any = None) -> None:
        """Nothing: the path was set when the office was entered."""

    def get_connection_params(self) -> dict[str, Any]:
        return {**super().get_connection_params(), "cursor_factory": GuardedCursor}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.server_cursor_factory = no_server_cursor
        return connection

    # Savepoints ------------------------------------------------------------------------------------------

    def _steer(self, command: str) -> None:
        with self.cursor() as cursor:
            cursor.cursor.steers = True
            cursor.execute(command)

    def _savepoint(self, sid: str) -> None:
        self._steer(self.ops.savepoint_create_sql(sid))

    def _savepoint_commit(self, sid: str) -> None:
        self._steer(self.ops.savepoint_commit_sql(sid))

    def _savepoint_rollback(self, sid: str) -> None:
        self._steer(self.ops.savepoint_rollback_sql(sid))
        if self._switches:
            # The savepoint may be of a time in another mode; PostgreSQL went back to that mode with it.
            self._send(self.mode.commands())
