"""Whether guards can hold and cover every case: decided by trying every value of the declared finite
domains.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from workflows.cases import Visibility
from workflows.conditions import GUARD_FIELDS, Condition, Facts
from workflows.problems import Problem, problem
from workflows.procedure import Procedure
from workflows.strictyaml import Path


def domains(procedure: Procedure) -> dict[str, tuple[str, ...]]:
    """The values that each guard field can have."""
    return {
        "case_class": tuple(value.code for value in procedure.case_classes),
        "complexity": tuple(value.code for value in procedure.complexities),
        "visibility": tuple(visibility.value for visibility in Visibility),
    }


def every_case(procedure: Procedure, settled: frozenset[str] = frozenset()) -> Iterator[Facts]:
    """Every combination of values. A field that is not `settled` may also be unknown still."""
    known = domains(procedure)
    values = [
        known[field] if field in settled or field == "visibility" else (*known[field], None)
        for field in GUARD_FIELDS
    ]
    return (dict(zip(GUARD_FIELDS, combination, strict=True)) for combination in product(*values))


def can_hold(procedure: Procedure, condition: Condition) -> bool:
    """Whether there is a case in which the condition is fulfilled."""
    return any(condition.holds(facts) for facts in every_case(procedure))


def check_branches(
    procedure: Procedure,
    guards: Sequence[Condition | None],
    path: Path,
    settled: frozenset[str] = frozenset(),
) -> Iterator[Problem]:
    """W05: the branches, tried in their order, cover every case. W04: each of them is taken in some case."""
    taken: set[int] = set()
    for facts in every_case(procedure, settled):
        hit = next((n for n, guard in enumerate(guards) if guard is None or guard.holds(facts)), None)
        if hit is None:
            yield problem("W05", path)
            return
        taken.add(hit)
    for number in range(len(guards)):
        if number not in taken:
            yield problem("W04-branch", (*path, number), number=number + 1)
