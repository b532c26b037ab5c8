"""The staff's inbox with 10,000 open complaints in one office."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.benchmarks.client import Client
from tests.benchmarks.crowd import crowd, signed_in
from tests.benchmarks.figures import Figure, Report, p50, p95
from tests.benchmarks.stage import Stage
from tests.benchmarks.statements import statements_of

if TYPE_CHECKING:
    from central.offices.models import Office

OPEN = 10_000
WARM_UP = 10
REQUESTS = 150
PATH = "/kantor/"


def measure(report: Report, stage: Stage, office: Office, host: str) -> None:
    crowd(office, OPEN)
    cookies = signed_in(office, role="complaint_clerk")
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    empty, inbox = Client(stage.port, "localhost"), Client(stage.port, host, {"Cookie": header})
    _, page = inbox.request("GET", PATH)
    assert re.search(rb"10[.,]?\d{3}", page), "the inbox does not count the crowd"
    for _ in range(WARM_UP):
        empty.get("/kosong/")
        inbox.get(PATH)
    empties, pages = [], []
    for _ in range(REQUESTS):
        empties.append(empty.get("/kosong/"))
        pages.append(inbox.get(PATH))
    report.add(Figure("inbox of 10,000 open: p50, one client", p50(pages) * 1000, "ms"))
    report.add(Figure("inbox of 10,000 open: p95, one client", p95(pages) * 1000, "ms", aim=100, gate=200))
    report.add(Figure("inbox: times the empty view", p50(pages) / p50(empties), "x"))
    count = statements_of("get", PATH, host, cookies=cookies)
    report.add(Figure("inbox: SQL statements", count, "", aim=12, gate=12))
