"""Two offices in turn on the same connections, with failures: nobody ever sees a row of the other.

The last tests show that these would notice: with stock django-tenants behind the same pooler they do, and
with each part of our own protection taken out.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import ProgrammingError, connections
from django_tenants.postgresql_backend.base import DatabaseWrapper as StockWrapper
from pytest_django import Settings

from central.offices import access
from central.offices.access import Frame, office
from central.offices.models import Office
from central.offices.postgresql.base import DatabaseWrapper, Mode
from config.launch.postgres import APP
from tests.databases import TestServer
from tests.plugins import tools
from tests.plugins.figures import Keep
from tests.proof import Subject, scaled

from . import pooler
from .support import as_owner
from .turns import STORES, Answer, Site

pytestmark = pytest.mark.slow

THREADS = 8
POOL = 2  # server connections: far fewer than threads, so that each is passed on all the time
KILL_EVERY = 40  # answers

Ask = Callable[[Office, int], Answer]


@dataclass
class Findings:
    answers: list[Answer] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)

    @property
    def foreign(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.foreign]

    @property
    def astray(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.astray]

    @property
    def stored(self) -> set[tuple[str, str]]:
        return {row for answer in self.answers for row in answer.stored}


def alternate(
    offices: list[Office], requests: int, ask: Ask, kill: Callable[[], None] = lambda: None
) -> Findings:
    """Sends so many requests from several threads, to the offices in turn."""
    findings = Findings()
    lock = threading.Lock()

    def work(thread: int) -> None:
        try:
            for number in range(thread, requests, THREADS):
                answer = ask(offices[(number // THREADS) % len(offices)], number)
                with lock:
                    findings.answers.append(answer)
                    if len(findings.answers) % KILL_EVERY == 0:
                        kill()
        except BaseException as error:
            findings.errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(thread,)) for thread in range(THREADS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert findings.errors == []
    assert len(findings.answers) == requests
    return findings


@dataclass
class Books:
    """What is in the tables afterwards, as the owner sees it."""

    units: set[tuple[str, str]]
    alarms: set[tuple[str, str]]
    misplaced: list[tuple[str, str, str]]

    @classmethod
    def of(cls, offices: list[Office]) -> Books:
        units, misplaced = set(), []
        for target in offices:
            for code, name in as_owner(
                f"SELECT code, name FROM {target.schema_name}.organization_unit WHERE code LIKE 't-%'"
            ):
                units.add((target.code, code))
                if name != target.code:
                    misplaced.append((target.code, code, name))
        alarms = as_owner(
            "SELECT o.code, a.key FROM coordination_alarm a JOIN offices_office o ON o.id = a.office_id "
            "WHERE a.kind = 'turn'"
        )
        return cls(units, set(alarms), misplaced)


def check(findings: Findings, offices: list[Office], *, unexpected: int) -> Books:
    """Nothing foreign was read or written; every row that was answered for is there, and what was given up is
    not. `unexpected`: how many requests may have lost their connection to a kill.
    """
    books = Books.of(offices)
    assert findings.foreign == []
    assert findings.astray == []
    assert books.misplaced == []
    assert books.units == books.alarms, "written in one transaction"
    assert findings.stored <= books.units
    lost = [answer for answer in findings.answers if answer.unexpected]
    assert len(lost) <= unexpected, Counter((answer.kind, answer.status) for answer in lost)
    # A kill may come after the commit was taken and before it was answered; nothing else is unsure.
    assert len(books.units - findings.stored) <= sum(answer.kind in STORES for answer in lost) * 2
    return books


@pytest.fixture
def marked(
    real_commits: str, offices: list[Office], settings: Settings, test_server: TestServer
) -> Iterator[list[Office]]:
    """The two offices, each with a row that names it, and one that somebody keeps locked."""
    from tenants.organization.models import Unit

    settings.URLCONFS = {**settings.URLCONFS, "office": "tests.isolation.site"}
    for target in offices:
        with office(target):
            Unit.objects.create(code="marker", name=target.code)
            Unit.objects.create(code="held", name=target.code)
    with test_server.superuser(real_commits) as keeper, keeper.transaction():
        for target in offices:
            keeper.execute(
                f"SELECT 1 FROM {target.schema_name}.organization_unit WHERE code = 'held' FOR UPDATE"
            )
        yield offices


@pytest.fixture
def pooled(marked: list[Office], test_server: TestServer, real_commits: str) -> Iterator[list[Office]]:
    """The same, with the run-time login behind PgBouncer."""
    with pooler.pgbouncer(tools.pgbouncer(), test_server.server, real_commits, size=POOL) as folder:
        place = connections["default"].settings_dict
        before = dict(place)
        connections.close_all()
        place.update(HOST=folder, PORT=pooler.PORT)
        yield marked
        connections.close_all()
        place.update(before)


class Killer:
    """Ends a server connection of the run-time login, wherever it is in its work."""

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
    for name in ("django.request", "django.security"):
        caplog.set_level(logging.CRITICAL, logger=name)


def test_offices_in_turn_on_a_direct_connection(marked: list[Office]) -> None:
    check(alternate(marked, 500, Site(APP).ask), marked, unexpected=0)


def test_offices_in_turn_through_a_pooler_with_failures(
    pooled: list[Office], killer: Killer, figure: Keep
) -> None:
    requests = scaled(2_000, 20_000)
    findings = alternate(pooled, requests, Site(APP).ask, killer)
    kinds = Counter((answer.kind, answer.status) for answer in findings.answers)
    timeouts = kinds["statement_timeout", 503] + kinds["lock_timeout", 503]
    books = Books.of(pooled)
    for name, value in {
        "requests": requests,
        "foreign rows": sum(len(answer.foreign) for answer in findings.answers),
        "rows in the wrong office": len(books.misplaced),
        "requests in the wrong role": len(findings.astray),
        "rows stored": len(books.units),
        "connections killed": killer.killed,
        "time-outs": timeouts,
        "errors and rollbacks": sum(
            kinds[kind] for kind in (("error", 500), ("swallowed", 500), ("gone", 500), ("rollback", 200))
        ),
    }.items():
        figure(Subject.ALTERNATION, name, value)
    check(findings, pooled, unexpected=4 * killer.killed)
    assert killer.killed > requests // KILL_EVERY // 2
    assert timeouts > requests // 25
    assert len(books.units) > requests // 5


# --- the same without the protection -----------------------------------------------------------------------


def test_with_stock_django_tenants_the_same_test_finds_foreign_rows(
    pooled: list[Office], figure: Keep
) -> None:
    """The path is set for the session, which the pooler hands to somebody else."""
    local = threading.local()
    place = {**connections["owner"].settings_dict, **_address()}
    requests = 400

    def ask(target: Office, number: int) -> Answer:
        stock = getattr(local, "stock", None)
        if stock is None:
            stock = local.stock = StockWrapper(place, "stock")
        stock.set_tenant(target)
        try:
            with stock.cursor() as cursor:
                cursor.execute("SELECT name FROM organization_unit WHERE code = 'marker'")
                found = [(target.code, name) for (name,) in cursor.fetchall()]
        except ProgrammingError:  # the path was public: no such table
            found = []
        if number + THREADS >= requests:
            stock.close()
        return Answer("read", 200, found)

    findings = alternate(pooled, requests, ask)
    figure(Subject.ALTERNATION, "foreign rows with stock django-tenants", len(findings.foreign))
    assert len(findings.foreign) > 40


def _address() -> dict[str, Any]:
    return {name: connections["default"].settings_dict[name] for name in ("HOST", "PORT")}


def _for_the_session(patch: pytest.MonkeyPatch) -> None:
    """Path and role are set on entering and taken back on leaving, for the session and without a
    transaction.
    """

    def become(self: Any, mode: Mode) -> None:
        self.ensure_connection()
        self.connection.pgconn.exec_(mode.commands().replace(" LOCAL", "").encode())
        self._remember(mode)

    @contextmanager
    def inside(self: Any, frame: Frame) -> Iterator[None]:
        outer = self.mode
        become(self, Mode.of(frame.office))
        self.frames.append(frame)
        try:
            yield
        finally:
            self.frames.pop()
            become(self, outer)

    patch.setattr(DatabaseWrapper, "_become", become)
    patch.setattr(DatabaseWrapper, "inside", inside)
    patch.setattr(DatabaseWrapper, "_cursor", StockWrapper.__mro__[1]._cursor)
    patch.setattr(DatabaseWrapper, "transaction_is_lost", lambda self: False)
    patch.setattr(
        access, "transaction", SimpleNamespace(atomic=nullcontext, set_rollback=lambda rollback: None)
    )


def _not_for_the_transaction_alone(patch: pytest.MonkeyPatch) -> None:
    """As it is, but what is set outlives the commit."""
    commands = Mode.commands
    patch.setattr(Mode, "commands", lambda self: commands(self).replace(" LOCAL", ""))


def _no_way_back(patch: pytest.MonkeyPatch) -> None:
    """Leaving the second office remembers the first without telling the database."""
    become = DatabaseWrapper._become

    def forgetful(self: Any, mode: Mode) -> None:
        if mode.office is not None and any(frame.pk == mode.office.pk for frame in self.frames):
            self._remember(mode)
        else:
            become(self, mode)

    patch.setattr(DatabaseWrapper, "_become", forgetful)


def _no_row_security(patch: pytest.MonkeyPatch) -> None:
    as_owner("ALTER TABLE coordination_alarm DISABLE ROW LEVEL SECURITY")


@pytest.mark.parametrize(
    ("take_out", "foreign", "astray", "misplaced"),
    [
        (_for_the_session, True, True, True),
        (_not_for_the_transaction_alone, False, True, False),
        (_no_way_back, True, True, False),  # row security refuses the write
        (_no_row_security, True, False, False),
    ],
)
def test_without_a_part_of_the_protection_the_same_test_finds_it(
    pooled: list[Office],
    monkeypatch: pytest.MonkeyPatch,
    figure: Keep,
    take_out: Callable[[pytest.MonkeyPatch], None],
    foreign: bool,
    astray: bool,
    misplaced: bool,
) -> None:
    site = Site(APP, {"lock_timeout": "write"})  # without a transaction nothing would end that wait
    for target in pooled:
        site.get(target, "/outside/", "")  # the host is known for some seconds, whatever happens to the reads
    take_out(monkeypatch)
    findings = alternate(pooled, 240, site.ask)
    monkeypatch.undo()
    books = Books.of(pooled)
    name = take_out.__name__.strip("_").replace("_", " ")
    figure(Subject.ALTERNATION, f"requests with foreign rows: {name}", len(findings.foreign))
    figure(Subject.ALTERNATION, f"requests in the wrong role: {name}", len(findings.astray))
    figure(Subject.ALTERNATION, f"rows in the wrong office: {name}", len(books.misplaced))
    assert bool(findings.foreign) == foreign
    assert bool(findings.astray) == astray
    assert bool(books.misplaced) == misplaced
