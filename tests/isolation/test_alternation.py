"""Two offices in turn on the same connections, with failures: nobody ever sees a row of the other.

The last test shows that these would notice: with stock django-tenants behind the same pooler they do.
"""

from __future__ import annotations

import io
import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import ProgrammingError, connections
from django_tenants.postgresql_backend.base import DatabaseWrapper as StockWrapper
from pytest_django import Settings

from central.offices.access import office
from central.offices.models import Office
from config.launch.postgres import APP
from tests.databases import TestServer
from tests.plugins import tools

from . import pooler
from .support import names

THREADS = 8
POOL = 2  # server connections: far fewer than threads, so that each is passed on all the time

Ask = Callable[[Office, int, random.Random], "Answer"]


@dataclass
class Answer:
    """What one request found and did: the markers that it read, its status, and the row that it stored."""

    markers: list[str]
    status: int
    stored: str = ""


@dataclass
class Findings:
    foreign: list[tuple[str, Answer]] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    stored: dict[str, set[str]] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)
    errors: list[BaseException] = field(default_factory=list)


def alternate(
    offices: list[Office], requests: int, ask: Ask, meanwhile: Callable[[], None] = lambda: None
) -> Findings:
    """Sends so many requests from several threads, to the offices in turn, and judges each answer."""
    findings = Findings(stored={target.code: set() for target in offices})
    lock = threading.Lock()

    def work(thread: int) -> None:
        dice = random.Random(thread)
        try:
            for number in range(thread, requests, THREADS):
                target = offices[(number // THREADS) % len(offices)]
                answer = ask(target, number, dice)
                with lock:
                    findings.statuses[answer.status] += 1
                    if set(answer.markers) - {target.code}:
                        findings.foreign.append((target.code, answer))
                    if answer.stored and answer.status == 200:
                        findings.stored[target.code].add(answer.stored)
                    elif answer.stored:
                        findings.unsure.add(answer.stored)
        except BaseException as error:
            findings.errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(thread,)) for thread in range(THREADS)]
    for each in threads:
        each.start()
    while any(each.is_alive() for each in threads):
        meanwhile()
        threads[0].join(0.1)
    for each in threads:
        each.join()
    assert findings.errors == []
    return findings


class Site:
    """The real WSGI handler. A tenth of the requests is for the public side, a third stores, some fail."""

    def __init__(self) -> None:
        self.handler = WSGIHandler()

    def ask(self, target: Office, number: int, dice: random.Random) -> Answer:
        if dice.random() < 0.1:
            status, body = self.get(target, "/outside/", "")
            public = status != 200 or json.loads(body)["role"] == APP
            return Answer([target.code] if public else ["not public"], status)
        writes = dice.random() < 0.33
        fails = writes and dice.random() < 0.3
        query = f"n={number}" + ("&fail=1" if fails else "")
        status, body = self.get(target, "/own-rows/", query, method="POST" if writes else "GET")
        stored = f"t-{number}" if writes and not fails else ""
        if status != 200:
            return Answer([], status, stored)
        first, second, role = json.loads(body)["found"]
        own = [target.code] if role == f"o_main_{target.pk}" else [role]
        return Answer([first, second, *own], status, stored)

    def get(self, target: Office, path: str, query: str, method: str = "GET") -> tuple[int, bytes]:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
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


@pytest.fixture
def marked(real_commits: str, offices: list[Office], settings: Settings) -> list[Office]:
    """The two offices, each with a row that names it."""
    from tenants.organization.models import Unit

    settings.URLCONFS = {**settings.URLCONFS, "office": "tests.isolation.site"}
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "Csrf" not in name]
    for target in offices:
        with office(target):
            Unit.objects.create(code="marker", name=target.code)
    return offices


@pytest.fixture
def pooled(marked: list[Office], test_server: TestServer, real_commits: str) -> Iterator[list[Office]]:
    """The same, with both databases behind PgBouncer."""
    with pooler.pgbouncer(tools.pgbouncer(), test_server.server, real_commits, size=POOL) as folder:
        places = [connections[alias].settings_dict for alias in ("default", "owner")]
        before = [dict(place) for place in places]
        connections.close_all()
        for place in places:
            place.update(HOST=folder, PORT=pooler.PORT)
        yield marked
        connections.close_all()
        for place, old in zip(places, before, strict=True):
            place.update(old)


def check(findings: Findings, offices: list[Office], *, least: int) -> None:
    assert findings.foreign == []
    assert findings.statuses[200] >= least
    assert findings.statuses.keys() <= {200, 500}
    for target in offices:
        with office(target):
            there = set(names())
        assert findings.stored[target.code] <= there
        assert there - findings.stored[target.code] <= findings.unsure
        assert len(there) > 30


class Killer:
    """Ends server connections of the run-time login now and then, wherever they are in their work."""

    def __init__(self, server: TestServer, database: str) -> None:
        self.superuser = server.superuser()
        self.database = database
        self.killed = 0

    def __call__(self) -> None:
        row = self.superuser.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity "
            "WHERE datname = %s AND usename = %s ORDER BY random() LIMIT 1) one",
            [self.database, APP],
        ).fetchone()
        self.killed += row[0] if row else 0


@pytest.fixture
def killer(test_server: TestServer, real_commits: str) -> Iterator[Killer]:
    killer = Killer(test_server, real_commits)
    yield killer
    killer.superuser.close()


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Thousands of expected errors are not worth a log line each."""
    import logging

    for name in ("django.request", "django.security"):
        caplog.set_level(logging.CRITICAL, logger=name)


@pytest.mark.slow
def test_offices_in_turn_on_a_direct_connection(marked: list[Office]) -> None:
    check(alternate(marked, 500, Site().ask), marked, least=380)


@pytest.mark.slow
def test_offices_in_turn_through_a_pooler_with_failures(pooled: list[Office], killer: Killer) -> None:
    findings = alternate(pooled, 2000, Site().ask, meanwhile=killer)
    check(findings, pooled, least=1400)
    assert killer.killed > 0


@pytest.mark.slow
def test_without_the_protection_the_same_test_finds_foreign_rows(pooled: list[Office]) -> None:
    """Stock django-tenants: the path is set for the session, which the pooler hands to somebody else."""
    local = threading.local()

    def ask(target: Office, number: int, dice: random.Random) -> Answer:
        stock = getattr(local, "stock", None)
        if stock is None:
            stock = local.stock = StockWrapper(dict(connections["owner"].settings_dict), "stock")
        stock.set_tenant(target)
        try:
            with stock.cursor() as cursor:
                cursor.execute("SELECT name FROM organization_unit WHERE code = 'marker'")
                found = [name for (name,) in cursor.fetchall()]
        except ProgrammingError:  # the path was public: no such table
            found = []
        if number + THREADS >= 400:
            stock.close()
        return Answer(found, 200)

    findings = alternate(pooled, 400, ask)
    assert len(findings.foreign) > 40
