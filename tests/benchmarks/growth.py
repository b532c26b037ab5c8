"""Nothing grows with the number of offices: 10 against 300, in turn, in the same run.

Each figure is the ratio of the medians; pairs alternate who comes first, so that both sides meet the same
machine. A ratio beyond its gate is measured anew: what disturbed it passes, what grows stays. Both sides
show the same: lists of all offices, which have more to show where there are more, are measured by
themselves. What PostgreSQL itself makes grow (a login's list of memberships, a connection's catalogue
cache) is measured too.
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from tests.benchmarks.figures import Figure, Report, p50
from tests.benchmarks.intake import PATH as INTAKE
from tests.benchmarks.intake import body
from tests.benchmarks.sides import EMAIL, FIRST, PASSWORD, Side, add_offices, furnish, two_sides, using

FEW, MANY = 10, 300
PAIRS = 80
WARM_UP = 8
AIM, GATE = 1.15, 1.3
TRIES = 3
LIST_GATE = 100  # milliseconds

Send = Callable[[], float]
Taken = tuple[list[float], list[float]]  # seconds, with few offices and with many
_senders = itertools.count(1)


def measure(report: Report) -> None:
    with two_sides("few", "many") as (few, many):
        for side, count in ((few, FEW), (many, MANY)):
            with using(side):
                add_offices(side, count)
                furnish(side)
        _requests(report, few, many)
        _lists_of_all(report, few, many)
        _every_office_in_turn(report, few, many)
        _by_the_clock(report, few, many)
        _connections(report, few, many)
        _making_offices(report, few, many)
        _release(report, few, many)


# --- requests -----------------------------------------------------------------------------------------------


def _requests(report: Report, few: Side, many: Side) -> None:
    for name, make in _REQUESTS.items():
        _compare(report, name, partial(_pairs, make(few), make(many)))


def _pairs(few: Send, many: Send, pairs: int = PAIRS) -> Taken:
    for _ in range(WARM_UP):
        few()
        many()
    taken: Taken = ([], [])
    for number in range(pairs):
        order = ((0, few), (1, many)) if number % 2 else ((1, many), (0, few))
        for place, send in order:
            taken[place].append(send())
    return taken


def _compare(report: Report, name: str, measure: Callable[[], Taken]) -> None:
    for _ in range(TRIES):
        few, many = map(p50, measure())
        if many <= GATE * few:
            break
    report.add(Figure(f"{name}: p50, {FEW} offices", few * 1000, "ms"))
    report.add(Figure(f"{name}: {MANY} offices against {FEW}", many / few, "x", aim=AIM, gate=GATE))


def _get(path: str, *, host: str = "", staff: bool = False, status: int = 200) -> Callable[[Side], Send]:
    def make(side: Side) -> Send:
        client = side.staff() if staff else side.client(host or "localhost")
        address = path.format(code=side.code)
        return lambda: client.request("GET", address, headers=_sender(), expected=status)[0]

    return make


def _at_the_office(path: str) -> Callable[[Side], Send]:
    def make(side: Side) -> Send:
        client = side.client(side.first)
        address = path.format(code=side.code)
        return lambda: client.request("GET", address, headers=_sender())[0]

    return make


def _intake(side: Side) -> Send:
    client = side.client(side.first)
    return lambda: client.post_json(INTAKE, body())[0]


def _sign_in(side: Side) -> Send:
    """The form with its token is fetched first; only its sending is measured."""
    client = side.client(side.first)

    def send() -> float:
        _, page = client.request("GET", "/akun/login/", headers=_sender())
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        fields = f"csrfmiddlewaretoken={token[1].decode()}&login={quote(EMAIL)}&password={quote(PASSWORD)}"
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies, **_sender()}
        return client.request("POST", "/akun/login/", fields.encode(), headers, expected=302)[0]

    return send


def _sender() -> dict[str, str]:
    """Another network address each time: brakes count by it."""
    number = next(_senders)
    return {"X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}


_REQUESTS: dict[str, Callable[[Side], Send]] = {
    "empty view": _get("/kosong/"),
    "intake": _intake,
    "inbox": _get("/kantor/", staff=True),
    "tracking page": _at_the_office("/lacak/{code}/"),
    "sign-in": _sign_in,
    "directory, search": _get(f"/?q={FIRST}"),
    "where to sign in, search": _get(f"/masuk/?q={FIRST}"),
    "/t/CODE": _get("/t/{code}", status=302),
    "API, offices of a government": _get("/api/v1/offices/?government=kab-0"),
    "a government's own front page": _get("/", host="kab-0.localhost"),
}


def _lists_of_all(report: Report, few: Side, many: Side) -> None:
    """With 300 offices the directory lists their governments: up to a page there is more to show."""
    for name, path in (("directory, all", "/"), ("where to sign in, all", "/masuk/")):
        make = _get(path)
        for side, taken in zip((few, many), _pairs(make(few), make(many)), strict=True):
            gate = LIST_GATE if side is many else None
            title = f"{name}: p50, {len(side.offices)} offices"
            report.add(Figure(title, p50(taken) * 1000, "ms", gate=gate))


def _every_office_in_turn(report: Report, few: Side, many: Side) -> None:
    """Another office with each request: caches by office would show here."""

    def make(side: Side) -> Send:
        clients = itertools.cycle([side.client(f"{office.code}.localhost") for office in side.offices])
        for _ in side.offices:
            next(clients).get("/")
        return lambda: next(clients).get("/")

    measure = partial(_pairs, make(few), make(many), MANY)
    _compare(report, "front page, another office each time", measure)


# --- commands -----------------------------------------------------------------------------------------------


def _in_turn(few: Side, many: Side, rounds: int) -> Iterator[Side]:
    for number in range(rounds):
        yield from (few, many) if number % 2 else (many, few)


def _making_offices(report: Report, few: Side, many: Side) -> None:
    def measure() -> Taken:
        made: dict[str, list[float]] = {few.name: [], many.name: []}
        for side in _in_turn(few, many, 10):
            with using(side):
                add_offices(side, 2)
            made[side.name] += side.made[-2:]
        return made[few.name], made[many.name]

    _compare(report, "make an office, with its contents", measure)


def _release(report: Report, few: Side, many: Side) -> None:
    """A release that adds a table, and one that takes it away: seconds an office."""

    def measure() -> Taken:
        taken: dict[str, list[float]] = {few.name: [], many.name: []}
        for side in _in_turn(few, many, 4):
            with using(side):
                taken[side.name] += _releases()
        return taken[few.name], taken[many.name]

    _compare(report, "a release, one office", measure)


def _releases() -> Iterator[float]:
    from central.offices.models import Office, OfficeTemplate
    from central.offices.rollout import advance
    from central.offices.template import current_template

    now = current_template()
    steps = [
        OfficeTemplate(
            version=version,
            ddl=now.ddl,
            append_only=now.append_only,
            change=[{"sql": [f"{statement} bench_release {columns}"]}],
        )
        for version, statement, columns in (
            ("bench", "CREATE TABLE", "(id bigint PRIMARY KEY, name text)"),
            (now.version, "DROP TABLE", ""),
        )
    ]
    for office in Office.objects.order_by("pk")[:5]:
        for step in steps:
            began = time.perf_counter()
            advance(office, step)
            yield time.perf_counter() - began


def _by_the_clock(report: Report, few: Side, many: Side) -> None:
    from central.coordination.tasks import dispatch_alarms
    from central.delivery.models import Outbox
    from central.delivery.tasks import sweep

    def measure(task: Any) -> Taken:
        taken: dict[str, list[float]] = {few.name: [], many.name: []}
        for side in _in_turn(few, many, 20):
            with using(side):
                Outbox.objects.filter(state=Outbox.State.PENDING).update(state=Outbox.State.SENT)
                task.run()
                for _ in range(5):
                    began = time.perf_counter()
                    task.run()
                    taken[side.name].append(time.perf_counter() - began)
        return taken[few.name], taken[many.name]

    _compare(report, "sweep of the outbox, nothing lost", partial(measure, sweep))
    _compare(report, "call of alarms, nothing due", partial(measure, dispatch_alarms))


# --- connections --------------------------------------------------------------------------------------------


def _connections(report: Report, few: Side, many: Side) -> None:
    fresh: Taken = ([], [])
    for _ in range(10):
        for place, side in enumerate((few, many)):
            with _connected(side) as connection:
                fresh[place].append(_entered(connection, side, 0))
    first = "enter an office, by a new connection"
    for side, taken in zip((few, many), fresh, strict=True):
        aim, gate = (5, 20) if side is many else (None, None)
        figure = Figure(f"{first}: p50, {len(side.offices)} offices", p50(taken) * 1000, "ms", aim, gate)
        report.add(figure)
    with _connected(few) as one, _connected(many) as other:
        taken = _pairs(_enters(one, few), _enters(other, many), 200)
    # Some hundredths of a millisecond: a ratio of two such figures is the machine's noise.
    for side, waited in zip((few, many), taken, strict=True):
        name = f"enter an office, by a connection in use: p50, {len(side.offices)} offices"
        gate = 1 if side is many else None
        report.add(Figure(name, p50(waited) * 1000, "ms", None, gate))
    _memory(report, many)


def _enters(connection: psycopg.Connection[Any], side: Side) -> Send:
    turns = itertools.cycle(range(FEW))
    return lambda: _entered(connection, side, next(turns))


def _connected(side: Side) -> psycopg.Connection[Any]:
    return psycopg.connect(side.server.app_url, autocommit=True)


def _entered(connection: psycopg.Connection[Any], side: Side, number: int) -> float:
    """Seconds of the message that enters an office."""
    schema = side.offices[number].schema_name
    from central.offices.names import office_role, quoted

    role = quoted(office_role(side.offices[number]))
    enter = f'BEGIN; SET LOCAL search_path = "{schema}", public; SET LOCAL ROLE {role}; SELECT 1'
    began = time.perf_counter()
    connection.pgconn.exec_(enter.encode())
    seconds = time.perf_counter() - began
    connection.pgconn.exec_(b"ROLLBACK")
    return seconds


def _memory(report: Report, side: Side) -> None:
    """What a connection keeps of each office that it has touched. It is given back with the connection."""
    with _connected(side) as connection:
        process = connection.info.backend_pid
        sizes = []
        for count in (1, FEW, MANY):
            for office in side.offices[:count]:
                _touch(connection, office)
            sizes.append((count, _private(process)))
    (_, first), (_, few), (most, all_) = sizes
    report.add(Figure(f"a connection's memory, {FEW} offices touched", few / 2**20, "MiB"))
    report.add(Figure(f"a connection's memory, {MANY} offices touched", all_ / 2**20, "MiB"))
    each = (all_ - first) / (most - 1) / 2**20
    report.add(Figure("a connection's memory, each office more", each, "MiB", gate=0.6))


def _touch(connection: psycopg.Connection[Any], office: Any) -> None:
    """Reads what a page of staff reads."""
    from central.offices.names import office_role, quoted

    tables = (
        *("complaints_complaint", "complaints_workitem", "complaints_reporter", "complaints_clock"),
        *("complaints_event", "complaints_message", "complaints_attachment", "complaints_calltask"),
        *("organization_member", "organization_holding", "organization_absence"),
        *("organization_position", "organization_unit"),
        *("procedure_procedureversion", "procedure_settingsversion"),
    )
    role, schema = quoted(office_role(office)), office.schema_name
    connection.pgconn.exec_(
        f'BEGIN; SET LOCAL search_path = "{schema}", public; SET LOCAL ROLE {role}'.encode()
    )
    for table in tables:
        connection.pgconn.exec_(f"SELECT * FROM {table} LIMIT 1".encode())
    connection.pgconn.exec_(b"COMMIT")


def _private(process: int) -> int:
    """Bytes of memory that are the process's alone."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_"))
