"""A complaint by HTTP against an empty view of the same worker, and how many a second."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.benchmarks.client import Client, in_parallel
from tests.benchmarks.figures import Figure, Report, p50, p95
from tests.benchmarks.stage import Stage
from tests.benchmarks.statements import statements_of

if TYPE_CHECKING:
    from central.offices.models import Office

WARM_UP = 20
PAIRS = 200
RATE_REQUESTS = 600
CLIENTS = 8
PATH = "/api/v1/complaints/"

_numbers = itertools.count(1)


def body() -> dict[str, Any]:
    """A complaint with everything that a citizen usually tells."""
    number = next(_numbers)
    return {
        "category": "road",
        "description": f"Jalan di depan balai desa berlubang dan membahayakan pengendara motor ({number}).",
        "place": "Depan balai desa, RT 04 RW 02",
        "name": "Warga Penguji",
        "email": "warga@contoh.id",
        "phone": "0812 0000 1234",
        "visibility": "confidential",
    }


def measure(report: Report, stage: Stage, office: Office, host: str) -> None:
    empty, intake = Client(stage.port, "localhost"), Client(stage.port, host)
    for _ in range(WARM_UP):
        empty.get("/kosong/")
        intake.post_json(PATH, body())
    empties, intakes = [], []
    for _ in range(PAIRS):
        empties.append(empty.get("/kosong/"))
        intakes.append(intake.post_json(PATH, body())[0])
    report.add(Figure("empty view: p50, one client", p50(empties) * 1000, "ms"))
    report.add(Figure("intake: p50, one client", p50(intakes) * 1000, "ms"))
    report.add(Figure("intake: times the empty view", p50(intakes) / p50(empties), "x", aim=15, gate=30))
    count = statements_of("post", PATH, host, data=json.dumps(body()), content_type="application/json")
    report.add(Figure("intake: SQL statements", count, "", aim=15, gate=15))
    latencies, wall = in_parallel(CLIENTS, _sender(stage, host), RATE_REQUESTS)
    report.add(Figure("intake: complaints a second, eight clients", len(latencies) / wall, "/s"))
    report.add(Figure("intake: p95, eight clients", p95(latencies) * 1000, "ms"))


def _sender(stage: Stage, host: str) -> Callable[[int], Callable[[], float]]:
    def make(index: int) -> Callable[[], float]:
        client = Client(stage.port, host)
        return lambda: client.post_json(PATH, body())[0]

    return make
