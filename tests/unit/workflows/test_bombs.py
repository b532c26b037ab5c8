"""Documents that are small and would keep the proof busy, and times that no calendar ends."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.unit.workflows.test_unsound import LIMIT, more, text_of, to
from workflows.checking import check
from workflows.preset import load_preset


def values(prefix: str, count: int) -> str:
    return "".join(f"  - {{code: {prefix}{n}, name: A}}\n" for n in range(count))


def domains() -> str:
    both = "{when: {all: [{case_class: c1}, {complexity: x1}]}, to: first}"
    return text_of(
        ("case_classes:\n", f"complexities:\n{values('x', 1_500)}case_classes:\n{values('c', 1_500)}"),
        to(f"to: [{both}, {{else: closed}}]}}"),
    )


def combinations() -> str:
    pairs = ", ".join(
        f"{{when: {{all: [{{case_class: c{n}}}, {{complexity: x{n}}}]}}, to: first}}" for n in range(300)
    )
    return text_of(
        ("case_classes:\n", f"complexities:\n{values('x', 300)}case_classes:\n{values('c', 300)}"),
        to(
            "inputs: [{code: a, kind: choice, sets: complexity, label: A}], "
            f"to: [{pairs}, {{else: closed}}]}}"
        ),
    )


def diamonds() -> str:
    """Ways that part and meet again, each with a limit of its own: 2 to the power of 13."""
    stages = clocks = ""
    for n in range(13):
        after = f"d{n + 1}" if n < 12 else "last"
        stages += (
            f"      - {{code: d{n}, name: A, owner: [clerk], status: in_process, "
            f"actions: [{{code: u{n}, name: A, to: p{n}}}, {{code: v{n}, name: A, to: q{n}}}]}}\n"
        )
        for way in "pq":
            stages += (
                f"      - {{code: {way}{n}, name: A, owner: [clerk], status: in_process, "
                f"actions: [{{code: {way}z{n}, name: A, to: {after}}}]}}\n"
            )
        for way in "dpq":
            pairs = "".join(
                f"{{when: {{all: [{{case_class: c{k}}}, {{visibility: open}}]}}, limit: 1 h}}, "
                for k in range(40)
            )
            limit = f"[{pairs}{{else: 1 h}}]" if n < 3 and way == "p" else "1 h"
            clocks += (
                f"  - {{code: k{way}{n}, name: A, limit: {limit}, counts_from: entering, live: [{way}{n}], "
                "escalate_to: head}\n"
            )
    stages += (
        "      - {code: last, name: A, owner: [clerk], status: in_process, within_whole: true, "
        "actions: [{code: finish, name: A, tells: {text: finished}, to: closed}]}\n      - code: waiting"
    )
    clocks += (
        "  - {code: whole, name: A, whole: true, limit: 900 WD, counts_from: receipt, escalate_to: head}\n"
    )
    return text_of(
        ("case_classes:\n", f"case_classes:\n{values('c', 40)}"),
        to("to: d0}"),
        ("      - code: waiting", stages),
        ("platform:", clocks + "platform:"),
    )


def one_long_limit() -> str:
    stages = "".join(
        f"      - {{code: d{n}, name: A, owner: [clerk], status: in_process, "
        f"actions: [{{code: u{n}, name: A, to: d{(n + 1) % 600}}}]}}\n"
        for n in range(600)
    )
    clock = (
        "  - {code: long, name: A, limit: 9 WD, counts_from: {action: go}, escalate_to: head, live: ["
        + ", ".join(f"d{n}" for n in range(600))
        + "]}\nplatform:"
    )
    return text_of(
        more("{code: go, name: A, to: d0}"),
        ("      - code: waiting", stages + "      - code: waiting"),
        ("platform:", clock),
    )


def guarded_stages() -> str:
    """Many stages, each with a way for one class and a step that changes it."""
    stages = "".join(
        f"      - {{code: d{n}, name: A, owner: [clerk], status: in_process, no_limit: true, "
        f"actions: [{{code: u{n}, name: A, when: {{case_class: c{n % 30}}}, to: d{n + 1}, "
        "inputs: [{code: a, kind: choice, sets: case_class, label: A, required: false}]}]}\n"
        for n in range(350)
    )
    return text_of(
        ("case_classes:\n", f"case_classes:\n{values('c', 30)}"),
        more("{code: go, name: A, to: d0}"),
        (
            "      - code: waiting",
            stages + "      - {code: d350, name: A, final: declined}\n      - code: waiting",
        ),
    )


def settings_of(categories: str) -> str:
    return f'calendar: {{week: {{mon: ["07:30-16:00"]}}}}\ncategories:\n{categories}'


def many_categories() -> str:
    return settings_of(values("c", 3_200))


def many_below_one() -> str:
    below = ", ".join(f"{{code: c{n}, name: A, unit: nobody}}" for n in range(2_400))
    return settings_of(f"  - {{code: top, name: A, children: [{below}]}}\n")


@pytest.mark.parametrize(
    "bomb",
    [domains, combinations, diamonds, one_long_limit, guarded_stages, many_categories, many_below_one],
)
def test_no_document_keeps_the_proof_busy(bomb: Callable[[], str]) -> None:
    text = bomb()
    assert len(text) < 150_000
    begin = time.process_time()
    check(text, procedure=load_preset("greged").procedure)
    assert time.process_time() - begin < 2


def test_an_office_that_is_closed_for_years_is_refused() -> None:
    years = ", ".join(
        f"{{starts_on: {year}-01-01, ends_on: {year}-12-31, name: Tutup}}" for year in range(2026, 2046)
    )
    week = 'week: {mon: ["07:30-16:00"]}'
    text = f"calendar:\n  {week}\n  closings: [{years}]\ncategories: [{{code: a, name: A}}]\n"
    (found,) = check(text).errors
    assert (found.code, found.line) == ("W11", 3)
    apart = ", ".join(
        f"{{starts_on: {year}-01-02, ends_on: {year}-12-31, name: Tutup}}" for year in range(2026, 2046)
    )
    assert check(text.replace(years, apart)).sound


def test_limits_are_reckoned_by_the_offices_own_hours() -> None:
    """Forty working hours are a week, or a year for an office that opens one hour a week."""
    text = text_of((LIMIT, "    limit: 600 WH\n"))
    hour = check(settings_of("  - {code: a, name: A}\n").replace("07:30-16:00", "08:00-09:00")).settings
    assert hour is not None
    assert check(text).sound
    assert [found.code for found in check(text, settings=hour).errors] == ["W11"]
