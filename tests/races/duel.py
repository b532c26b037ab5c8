"""Two hands at one complaint: what must come of it, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from tests.acceptance.sops.page import Page
from tests.races.arena import Arena
from tests.races.books import Books
from tests.races.gate import Gate, Outcome
from tests.races.hands import Hand, ready
from tests.races.ways import Place, Way
from workflows import engine
from workflows.decision import ActionRefused
from workflows.replay import applied

CONFLICT = "Aduan ini sudah berubah sejak halaman Anda dibuka"
OVER = "Langkah itu sudah dilakukan atau waktunya sudah lewat."
DONE = {302, 303}


@dataclass
class Duel:
    """One race. `wrong`: everything that is not as promised, in words."""

    first: Hand
    second: Hand
    statuses: tuple[int, ...] = ()
    won: int = 0
    expected: int = 1
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        who = f"{self.first.place} ({self.first.name}) x {self.second.place} ({self.second.name})"
        return f"{who}: {self.statuses}: {'; '.join(self.wrong)}"


def prepared(arena: Arena, way: Way, first: Place, second: Place) -> tuple[Hand, Hand]:
    """A complaint on its place, and two who have filled in what they are about to send."""
    brought = arena.brought(way)
    one, other = arena.two(brought, first, second)
    return ready(arena, brought, first, one, "pertama"), ready(arena, brought, second, other, "kedua")


def fought(arena: Arena, gate: Gate, way: Way, first: Place, second: Place) -> Duel:
    """Both press the button; the first is a little earlier at the complaint's row."""
    hands = prepared(arena, way, first, second)
    books = Books.of(arena, hands[0].brought)
    results = gate.at_row(arena.complaints, "uid", hands[0].brought.uid, *hands)
    duel = judged(arena, books, hands, results)
    if gate.queued != 2:
        duel.wrong.append(f"{gate.queued} stood at the gate, not both")
    return duel


def judged(arena: Arena, books: Books, hands: tuple[Hand, Hand], results: Sequence[Outcome]) -> Duel:
    """What is not as promised, after both have their answer."""
    duel = Duel(*hands, statuses=tuple(result.status for result in results))
    _judge(arena, books, duel, results)
    return duel


def _judge(arena: Arena, books: Books, duel: Duel, results: Sequence[Outcome]) -> None:
    expected = [duel.first]
    if duel.second.by_reporter and _still_possible(arena, books, duel):
        expected.append(duel.second)  # who reports has no form of an older state: the step stands by itself
    winners = [hand for hand, result in zip((duel.first, duel.second), results, strict=True) if _won(result)]
    duel.won, duel.expected = len(winners), len(expected)
    if winners != expected:
        duel.wrong.append(f"{[hand.name for hand in winners]} won, not {[hand.name for hand in expected]}")
    for result in results:
        if result.error is not None:
            duel.wrong.append(f"{type(result.error).__name__}: {result.error}"[:300])
    if duel.second not in winners and results[1].error is None:
        duel.wrong += told(duel, results[1])
    duel.wrong += books.wrong(winners)


def _won(result: Outcome) -> bool:
    return result.status in DONE


def _still_possible(arena: Arena, books: Books, duel: Duel) -> bool:
    """Whether the engine takes the second step after the first."""
    case, rules = books.case, arena.rules
    for hand in (duel.first, duel.second):
        try:
            decision = engine.decide(
                rules.procedure,
                rules.settings,
                case,
                hand.place.action,
                hand.actor,
                timezone.now(),
                hand.place.line,
                hand.inputs,
            )
        except ActionRefused:
            return False
        case = applied(case, decision)
    return True


def told(duel: Duel, result: Outcome) -> list[str]:
    """What the page of whoever was second lacks: who was quicker, with what, and every word that was
    typed.
    """
    page = Page(result.response)
    if page.status != 409:
        return [f"the second was answered {page.status}: {page.text[:200]}"]
    found = []
    if duel.second.by_reporter:
        if OVER not in page:
            found.append("the reporter is not told that it is over")
        missing = [text for text in duel.second.typed if text not in page]
    else:
        for words in (CONFLICT, duel.first.name, duel.first.label):
            if words not in page:
                found.append(f"the page does not say {words!r}")
        form = page.form("versi")
        kept = [str(value) for one in form.fields.values() for value in one.values]
        missing = [text for text in duel.second.typed if text not in kept]
    if missing:
        found.append(f"lost what was typed: {missing}")
    return found
