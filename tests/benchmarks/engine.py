"""`decide()` over all presets: random walks by everybody who is offered something, every step timed."""

from __future__ import annotations

import random
import time
from typing import Any

from tests.benchmarks.figures import Figure, Report, p50, p95
from tests.unit.workflows.simulate import PRESETS, Life, everybody
from workflows.actions import CORRECTION
from workflows.decision import InputKind, OfferedInput

CASES = 40
STEPS = 25
WARM_UP = 5


def measure(report: Report) -> None:
    """A walk is the same in every run: its choices come from a seeded generator."""
    for preset in PRESETS:
        for number in range(WARM_UP):
            _walk(preset, number)
    seconds = [taken for preset in PRESETS for number in range(CASES) for taken in _walk(preset, number)]
    report.add(Figure(f"decide(), all presets, {len(seconds)} steps: p50", p50(seconds) * 1e6, "us"))
    report.add(Figure("decide(): p95", p95(seconds) * 1e6, "us", aim=200, gate=1000))


def _walk(preset: str, number: int) -> list[float]:
    """Seconds of each step of one complaint's life."""
    choose = random.Random(f"{preset} {number}")
    life = Life.begins(preset, "2025-06-02 10:00")
    people = everybody(life.preset)
    taken: list[float] = []
    for step in range(STEPS):
        life.at(f"2025-06-{3 + step:02} 10:00")
        ways = [(who, offer) for who in people for offer in life.offered(who) if offer.action != "withdraw"]
        if not ways:
            break
        who, offer = choose.choice(ways)
        asked = [item for item in offer.inputs if item.required or item.code == CORRECTION]
        inputs = {item.code: _value(life, item, choose) for item in asked}
        begin = time.perf_counter()
        life.does(who, offer.action, offer.line, **inputs)
        taken.append(time.perf_counter() - begin)
    return taken


def _value(life: Life, item: OfferedInput, choose: random.Random) -> Any:
    match item.kind:
        case InputKind.CHOICE | InputKind.ROLE | InputKind.CATEGORY if item.choices:
            return choose.choice(item.choices)[0]
        case InputKind.UNIT:
            return choose.choice(life.preset.organisation.units).code
        case InputKind.MEMBER:
            return 10
        case InputKind.DATE:
            return life.now.date()
        case InputKind.CHECKBOX:
            return True
        case InputKind.NUMBER:
            return 3
        case InputKind.FILES:
            return ["a picture"]
        case _:
            return "Keterangan yang cukup panjang untuk langkah ini."
