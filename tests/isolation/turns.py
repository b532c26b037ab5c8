"""What the alternation of offices sends, and the view that answers: reads and writes of every kind, and each
way in which one can fail.
"""

from __future__ import annotations

import io
import json
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from wsgiref.util import setup_testing_defaults

from django.core.handlers.wsgi import WSGIHandler
from django.db import IntegrityError, OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from psycopg.errors import LockNotAvailable, QueryCanceled

from central.offices.access import give_up, office, public
from central.offices.models import Office
from tenants.organization.models import Unit

from .support import rows

KINDS = {
    "public": 8,  # a view of the public side
    "read": 38,
    "write": 20,
    "savepoint": 6,  # writes, with savepoints of every mode taken back in between
    "cross": 5,  # writes in the other office too, as a handover does
    "error": 7,  # writes, then the database refuses a statement
    "rollback": 5,  # writes, then gives up
    "swallowed": 3,  # writes, and hides the database's error
    "statement_timeout": 4,
    "lock_timeout": 3,
    "gone": 1,  # the connection is closed in the middle
}
STORES = {"write", "savepoint", "cross"}
FAILS = {"error": 500, "swallowed": 500, "statement_timeout": 503, "lock_timeout": 503, "gone": 500}

ALARM = (
    "INSERT INTO coordination_alarm (office_id, kind, key, due_at, attempts) "
    "VALUES (%s, 'turn', %s, now(), 0)"
)
SEEN = """
SELECT current_user::text, ARRAY(
    SELECT DISTINCT name FROM organization_unit WHERE code LIKE 't-%%' OR code = 'marker'
    UNION SELECT office_id::text FROM coordination_alarm WHERE kind = 'turn')
"""
LONG = "SELECT count(*) FROM generate_series(1, 2000000)"

_here = threading.local()  # what the request of this thread saw, also where it failed


def kind_of(number: int) -> str:
    """What the request of this number is; always the same."""
    return random.Random(number).choices(list(KINDS), list(KINDS.values()))[0]


@dataclass
class Answer:
    """What one request found and did.

    `seen`: pairs of the office that was asked and an office whose row was found there, in requests that
    failed too. `roles`: pairs of the database role that was due and the one there was. `stored`: the office
    and key of each row that the request says it stored.
    """

    kind: str
    status: int
    seen: list[tuple[str, str]] = field(default_factory=list)
    roles: list[tuple[str, str]] = field(default_factory=list)
    stored: list[tuple[str, str]] = field(default_factory=list)

    @property
    def foreign(self) -> list[tuple[str, str]]:
        return [pair for pair in self.seen if pair[0] != pair[1]]

    @property
    def astray(self) -> list[tuple[str, str]]:
        return [pair for pair in self.roles if pair[0] != pair[1]]

    @property
    def unexpected(self) -> bool:
        """Whether it ended otherwise than its kind does when nobody kills its connection."""
        return self.status != FAILS.get(self.kind, 200)


# --- the view ----------------------------------------------------------------------------------------------


class Turn:
    """One request in its office."""

    def __init__(self, request: HttpRequest) -> None:
        self.target: Office = request.office  # type: ignore[attr-defined]  # set by OfficeHost
        self.key = f"t-{request.GET['n']}"
        self.seen: list[tuple[str, str]] = []
        self.roles: list[tuple[str, str]] = []
        self.stored: list[tuple[str, str]] = []

    def look(self, target: Office) -> None:
        """Reads whatever there is to see, in the office that should be this one."""
        ((role, found),) = rows(SEEN)
        self.roles.append((f"o_main_{target.pk}", role))
        for name in found:
            self.seen.append((target.code, target.code if name == str(target.pk) else name))

    def write(self, target: Office) -> None:
        Unit.objects.create(code=self.key, name=target.code)
        rows(ALARM, [target.pk, self.key])
        self.stored.append((target.code, self.key))

    def take_back(self, target: Office) -> None:
        """Savepoints of the office and of public mode, each rolled back after something was written."""
        with public():
            outer = transaction.savepoint()
        inner = transaction.savepoint()
        Unit.objects.create(code=f"{self.key}-x", name=target.code)
        transaction.savepoint_rollback(inner)
        Unit.objects.create(code=f"{self.key}-y", name=target.code)
        transaction.savepoint_rollback(outer)

    def cross(self) -> None:
        with public():
            other = Office.objects.exclude(pk=self.target.pk).get(code__in=("greged", "jenawi"))
        with office(other, cross=True):
            self.look(other)
            self.write(other)

    def answer(self) -> HttpResponse:
        return JsonResponse({"stored": self.stored})


def turn(request: HttpRequest) -> HttpResponse:
    this = _here.turn = Turn(request)
    this.look(this.target)
    kind = request.GET["kind"]
    if kind != "read":
        if kind == "savepoint":
            this.take_back(this.target)
        if kind == "cross":
            this.cross()
            this.look(this.target)
        this.write(this.target)
        end = ENDS.get(kind)
        if end is not None:
            return end(this)
    this.look(this.target)
    return this.answer()


def _error(this: Turn) -> HttpResponse:
    rows("SELECT 1/0")
    return this.answer()


def _rollback(this: Turn) -> HttpResponse:
    give_up()
    this.stored.clear()
    return this.answer()


def _swallowed(this: Turn) -> HttpResponse:
    try:
        Unit.objects.create(code="marker", name="again")
    except IntegrityError:
        return this.answer()
    raise AssertionError


def _gone(this: Turn) -> HttpResponse:
    connection.close()
    return this.answer()


def _timeout(setting: str, statement: str) -> Callable[[Turn], HttpResponse]:
    def end(this: Turn) -> HttpResponse:
        rows(f"SET LOCAL {setting} = 1")
        try:
            rows(statement)
        except OperationalError as error:
            if isinstance(error.__cause__, QueryCanceled | LockNotAvailable):
                return HttpResponse(status=503)
            raise
        return this.answer()

    return end


ENDS: dict[str, Callable[[Turn], HttpResponse]] = {
    "error": _error,
    "rollback": _rollback,
    "swallowed": _swallowed,
    "gone": _gone,
    "statement_timeout": _timeout("statement_timeout", LONG),
    "lock_timeout": _timeout("lock_timeout", "UPDATE organization_unit SET name = name WHERE code = 'held'"),
}


# --- the client --------------------------------------------------------------------------------------------


class Site:
    """The real WSGI handler. Requests of the kinds in `instead` are of another kind."""

    def __init__(self, app: str, instead: dict[str, str] | None = None) -> None:
        self.handler = WSGIHandler()
        self.app = app
        self.instead = instead or {}

    def ask(self, target: Office, number: int) -> Answer:
        kind = kind_of(number)
        kind = self.instead.get(kind, kind)
        path = "/outside/" if kind == "public" else "/turn/"
        _here.turn = None
        status, body = self.get(target, path, f"n={number}&kind={kind}")
        answer = Answer(kind, status)
        this: Turn | None = _here.turn
        if this is not None:
            answer.seen, answer.roles = this.seen, this.roles
        if status == 200:
            found = json.loads(body)
            if kind == "public":
                answer.roles = [(self.app, found["role"])]
            else:
                answer.stored = [(code, key) for code, key in found["stored"]]
        return answer

    def get(self, target: Office, path: str, query: str) -> tuple[int, bytes]:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_HOST": f"{target.code}.localhost",
            "wsgi.input": io.BytesIO(),
            "CONTENT_LENGTH": "0",
        }
        setup_testing_defaults(environ)
        begun: list[str] = []
        response = self.handler(environ, lambda status, headers, info=None: begun.append(status))
        try:
            body = b"".join(response)
        finally:
            response.close()
        return int(begun[0].split()[0]), body
