"""The only way into an office.

`office(target)` opens one transaction in which the connection uses the office's schema and its database role.
Nothing outside it can reach an office's tables: the database backend refuses a query for an office that was
not entered (`central.offices.postgresql`), and PostgreSQL refuses the run-time login.

This module must not import the database backend: it is needed before Django's apps are loaded (Celery).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, cast

from django.db import DEFAULT_DB_ALIAS, connections, transaction

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from .models import Office


class OfficeAccessError(RuntimeError):
    """Code asked for an office's data outside that office, or for central data inside one. A bug, never a
    user's fault.
    """


class TransactionLost(RuntimeError):
    """A database error was swallowed inside an office: the transaction cannot be stored, and nobody said so.

    Raised when the office is left, so that a request whose work is gone never answers "ok". Whoever means to
    throw the work away calls `give_up()`.
    """


class Frame:
    """One entry into an office, from `with office(...)` to its end."""

    __slots__ = ("given_up", "office", "pk", "read_only")

    def __init__(self, office: Office, *, read_only: bool = False) -> None:
        self.office = office
        self.read_only = read_only
        self.pk = office.pk  # as it was then: the object may be changed inside
        self.given_up = False


class OfficeConnection(Protocol):
    """What this module needs of the database backend."""

    frames: list[Frame]
    in_atomic_block: bool

    @property
    def office(self) -> Office | None: ...

    def inside(self, frame: Frame) -> AbstractContextManager[None]: ...
    def in_public(self) -> AbstractContextManager[None]: ...
    def transaction_is_lost(self) -> bool: ...
    def validate_no_broken_transaction(self) -> None: ...


def _connection() -> OfficeConnection:
    return cast(OfficeConnection, connections[DEFAULT_DB_ALIAS])


@contextmanager
def office(target: Office, *, cross: bool = False, read_only: bool = False) -> Iterator[Office]:
    """Enters an office for one transaction; leaving stores it, an exception takes it back.

    Inside, `current_office()` is the target, unqualified tables are the office's, and PostgreSQL allows what
    the office's role may do. Entering the same office again is a savepoint.

    The commit hooks of the transaction run after the office was left; a hook that needs it enters it again.

    `read_only`: PostgreSQL refuses whatever would change a row, in public mode too, until the office is left.

    Raises:
        OfficeAccessError: inside another office, unless `cross` is set. Only the delivery of a handover sets
        it, and a question between offices with its answer.
        TransactionLost: on leaving, when an error that the database refused to go on after was swallowed.
    """
    connection = _connection()
    if target.pk is None:
        raise OfficeAccessError("An office that was never stored cannot be entered.")
    if not cross and any(frame.pk != target.pk for frame in connection.frames):
        inside = connection.frames[-1].pk
        raise OfficeAccessError(f"Office {target.pk} cannot be entered inside office {inside}.")
    if connection.in_atomic_block:
        connection.validate_no_broken_transaction()
    frame = Frame(target, read_only=read_only)
    with transaction.atomic():
        with connection.inside(frame):
            yield target
        if frame.given_up:
            transaction.set_rollback(True)
        elif connection.transaction_is_lost():
            raise TransactionLost(
                "A database error was swallowed; what was done in the office since then is lost. "
                "Put a savepoint (transaction.atomic) round the statement that may fail."
            )


def current_office() -> Office | None:
    """The office that this thread is in; None in public mode, also within `public()`."""
    return _connection().office


@contextmanager
def public() -> Iterator[None]:
    """Public mode for a moment inside an office, in the same transaction. Costs two round trips.

    Outside an office it changes nothing.
    """
    connection = _connection()
    if connection.office is None:
        yield
        return
    with connection.in_public():
        yield


def give_up() -> bool:
    """Marks the transaction of the office we are in to be taken back when the office is left.

    For whoever turns an exception into an answer (an error page, an API problem). Returns whether there was
    an office to leave; outside one it does nothing.
    """
    frames = _connection().frames
    for frame in frames:
        frame.given_up = True
    return bool(frames)
