"""Procedures of any size are compared while whoever changes them looks on."""

from __future__ import annotations

import time

import pytest

from tests.unit.workflows.mutants import Data
from workflows.loading import as_data, procedure_from
from workflows.owed import MOST, check_owed
from workflows.preset import load_preset
from workflows.procedure import Procedure


def chain(count: int, step: int) -> Procedure:
    data = as_data(load_preset("greged").procedure)
    codes = [f"d{n}" for n in range(count)] + ["done"]
    stages: list[Data] = [
        {"code": code, "name": "A", "owner": ["clerk"], "status": "received", "no_limit": True}
        for code in codes[:-1]
    ]
    for number, one in enumerate(stages):
        ways = [codes[min(count, number + step + further)] for further in (0, 1)]
        one["actions"] = [{"code": f"a{n}", "name": "A", "to": to} for n, to in enumerate(ways)]
    stages.append({"code": "done", "name": "A", "status": "closed", "final": "resolved"})
    data["lines"] = [{"code": "main", "name": "A", "stages": stages}]
    data["clocks"], data["platform"], data["reporter"] = [], {}, {}
    return procedure_from(data)


def test_a_long_procedure_is_compared_at_once() -> None:
    one, other = chain(1_200, 1), chain(1_200, 2)
    begin = time.process_time()
    check_owed(one, other)
    check_owed(other, one)
    assert time.process_time() - begin < 2


def guarded(count: int, values: int, shift: int) -> Procedure:
    """Steps and limits with branches over every pair of values that few guards can tell apart."""
    data = {**as_data(chain(count, 1)), "clocks": []}
    data["case_classes"] = [{"code": f"c{n}", "name": "A"} for n in range(values)]
    data["complexities"] = [{"code": f"x{n}", "name": "A"} for n in range(values)]
    for number, one in enumerate(data["lines"][0]["stages"][:-1]):
        guards = [{"case_class": f"c{n}"} for n in range(values)]
        guards += [{"complexity": f"x{n}"} for n in range(values)]
        one["actions"][0]["when"] = {"any": guards[shift:]}
        data["clocks"].append(
            {
                "code": f"k{number}",
                "name": "A",
                "live": [one["code"]],
                "counts_from": "entering",
                "escalate_to": "head",
                "limit": [{"limit": f"{n + shift + 1} WD", "when": guard} for n, guard in enumerate(guards)]
                + [{"limit": "9 WD"}],
            }
        )
    return procedure_from(data)


@pytest.mark.parametrize(("count", "values"), [(40, 18), (30, 40)])
def test_branches_over_many_cases_are_compared_at_once(count: int, values: int) -> None:
    one, other = guarded(count, values, 0), guarded(count, values, 1)
    begin = time.process_time()
    assert check_owed(one, other)
    assert time.process_time() - begin < 2


def side_by_side(count: int, limit: str) -> Procedure:
    """Very many side lines, each with a limit, a role and a step of its own."""
    data = as_data(load_preset("greged").procedure)
    for number in range(count):
        work: Data = {"code": f"w{number}", "name": "A", "owner": [f"r{number}"]}
        end = {"code": f"e{number}", "name": "A", "final": "resolved"}
        work["actions"] = [{"code": f"go{number}", "name": "A", "to": end["code"]}]
        data["lines"].append({"code": f"l{number}", "name": "A", "starts": {"closing": ["resolved"]}})
        data["lines"][-1]["stages"] = (
            [work, end] if limit == "1 WD" else [{**work, "code": f"x{number}"}, end]
        )
        data["roles"].append({"code": f"r{number}", "name": "A"})
        ears = {"name": "A", "counts_from": "entering", "escalate_to": "district_head"}
        data["clocks"].append({**ears, "code": f"k{number}", "line": f"l{number}", "limit": limit})
        data["clocks"][-1]["live"] = [work["code"] if limit == "1 WD" else f"x{number}"]
    return procedure_from(data)


def test_very_many_lines_are_compared_at_once() -> None:
    one, other = side_by_side(400, "1 WD"), side_by_side(400, "2 WD")
    begin = time.process_time()
    assert len(check_owed(one, other)) == MOST
    assert len(check_owed(other, one)) == MOST
    assert time.process_time() - begin < 2
