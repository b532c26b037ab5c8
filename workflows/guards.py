"""Whether guards can hold and cover every case: decided by trying every value of the declared finite
domains.

Values that the looked-at guards do not tell apart are tried once, so that the number of trials follows from
the guards and not from how many values are declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from workflows.cases import Visibility
from workflows.conditions import GUARD_FIELDS, Condition, Facts, compiled
from workflows.decision import Fact
from workflows.problems import Problem, problem
from workflows.procedure import Procedure
from workflows.strictyaml import Path

MOST = 2_000
"""Cases that guards may tell apart; far more than any SOP needs, and tried in an instant."""

Sets = Iterable[frozenset[str]]


class TooManyCases(Exception):
    """Guards tell more cases apart than are tried."""


def domains(procedure: Procedure) -> dict[str, tuple[str, ...]]:
    """The values that each guard field can have."""
    return {
        "case_class": tuple(value.code for value in procedure.case_classes),
        "complexity": tuple(value.code for value in procedure.complexities),
        "visibility": tuple(visibility.value for visibility in Visibility),
    }


def values_told_apart(
    procedure: Procedure, guards: Iterable[Condition | None], more: Iterable[tuple[str, frozenset[str]]] = ()
) -> dict[str, list[str]]:
    """For each guard field one value of every group that the guards treat alike. `more`: further sets of a
    field's values that are kept apart. A complexity that no step gives is no value that a case can have.
    """
    groups: dict[str, list[frozenset[str]]] = {field: [] for field in GUARD_FIELDS}
    for guard in guards:
        for field, group in guard.compared() if guard is not None else ():
            groups[field].append(group)
    for field, group in more:
        groups[field].append(group)
    known = domains(procedure) | {"complexity": procedure.complexities_given}
    found: dict[str, list[str]] = {}
    for field, declared in known.items():
        marks: dict[str, list[int]] = {value: [] for value in declared}
        for number, group in enumerate(dict.fromkeys(groups[field])):
            for value in group & marks.keys():
                marks[value].append(number)
        first: dict[tuple[int, ...], str] = {}
        for value in declared:
            first.setdefault(tuple(marks[value]), value)
        found[field] = list(first.values())
    return found


def every_case(
    procedure: Procedure, guards: Sequence[Condition | None], settled: frozenset[str] = frozenset()
) -> list[Facts]:
    """Every combination of values that the guards tell apart. A field that is not `settled` may also be
    unknown still. Raises `TooManyCases`.
    """
    told = values_told_apart(procedure, guards)
    values: list[list[str | None]] = [
        [*told[field]] if field in settled or field == "visibility" else [*told[field], None]
        for field in GUARD_FIELDS
    ]
    count = 1
    for part in values:
        count *= len(part)
    if count > MOST:
        raise TooManyCases
    return [dict(zip(GUARD_FIELDS, combination, strict=True)) for combination in product(*values)]


def check_action(procedure: Procedure, condition: Condition, path: Path, action: str) -> Iterator[Problem]:
    """W04: there is a case in which the condition of an action is fulfilled."""
    try:
        cases = every_case(procedure, [condition])
    except TooManyCases:
        yield problem("W05-many", path)
        return
    holds = compiled(condition)
    if not any(holds(facts) for facts in cases):
        yield problem("W04-action", path, action=action)


def check_branches(
    procedure: Procedure,
    guards: Sequence[Condition | None],
    path: Path,
    settled: frozenset[str] = frozenset(),
) -> Iterator[Problem]:
    """W05: the branches, tried in their order, cover every case. W04: each of them is taken in some case."""
    try:
        cases = every_case(procedure, guards, settled)
    except TooManyCases:
        yield problem("W05-many", path)
        return
    tests = [None if guard is None else compiled(guard) for guard in guards]
    taken: set[int] = set()
    for facts in cases:
        hit = next((n for n, test in enumerate(tests) if test is None or test(facts)), None)
        if hit is None:
            yield problem("W05", path)
            return
        taken.add(hit)
    for number in range(len(guards)):
        if number not in taken:
            yield problem("W04-branch", (*path, number), number=number + 1)


def given_by(procedure: Procedure, fact: Fact, choices: Iterable[str]) -> frozenset[str]:
    """The values that an input can give a case: those that it names, else all that are declared."""
    return frozenset(choices) or frozenset(domains(procedure)[fact.value])
