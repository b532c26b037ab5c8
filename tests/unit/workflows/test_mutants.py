"""Whoever breaks a sound procedure is told: every place of every preset, every operator, no sample.

A mutant is *caught* by a rule that its operator names: it is unsound and refused, or it is sound and takes
from complaints what they were owed under the version in force (W19), for which somebody signs by name. What
is left is *harmless*: the same people lead the same lives in it, step for step. That is at most a tenth.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.proof import Subject
from tests.unit.workflows.mutants import OPERATORS, Data
from tests.unit.workflows.simulate import PRESETS
from tests.unit.workflows.test_random import live
from workflows.decision import Decision
from workflows.loading import as_data, build, canonical
from workflows.owed import check_owed
from workflows.preset import Preset, load_preset
from workflows.problems import DocumentRefused, Problem, Severity
from workflows.procedure import Procedure
from workflows.soundness import check_procedure
from workflows.strictyaml import YamlDocument

LIVES, STEPS = 60, 40


def findings(data: Data, preset: Preset) -> tuple[Procedure | None, list[Problem]]:
    try:
        procedure = build(Procedure, YamlDocument(data, {}))
    except DocumentRefused as refused:
        return None, list(refused.problems)
    found = check_procedure(procedure, preset.settings)
    return procedure, [problem for problem in found if problem.severity is Severity.ERROR]


def harmless(preset: Preset, procedure: Procedure, lived: dict[int, list[Decision]]) -> bool:
    """Whether the same people lead the same lives under both, step for step. `lived`: those known already."""
    changed = replace(preset, procedure=procedure)
    for seed in range(LIVES):
        if seed not in lived:
            lived[seed] = live(preset, seed, STEPS)
        if live(changed, seed, STEPS, known=preset) != lived[seed]:
            return False
    return True


@pytest.mark.parametrize("code", PRESETS)
def test_every_mutant_is_caught_or_harmless(code: str, figure: Callable[[Subject, str, float], None]) -> None:
    preset = load_preset(code)
    document = as_data(preset.procedure)
    counts: Counter[str] = Counter()
    left: list[str] = []
    lived: dict[int, list[Decision]] = {}
    for operator in OPERATORS:
        for place, broken in operator.apply(document):
            assert canonical(broken) != canonical(document), (operator.name, place)
            procedure, found = findings(broken, preset)
            refused = bool(found)
            if procedure is not None and not refused:
                found = check_owed(preset.procedure, procedure)
            if found:
                codes = {problem.code for problem in found}
                assert codes & operator.rules, f"{operator.name} at {place}: {codes}"
                assert all(problem.text.id and problem.text.en for problem in found)
                counts["refused" if refused else "signed for"] += 1
                continue
            assert procedure is not None
            assert harmless(preset, procedure, lived), f"{operator.name} at {place}"
            counts["harmless"] += 1
            left.append(f"{operator.name}: {place} (harmless)")
    for name, count in counts.items():
        figure(Subject.PROCEDURE, f"mutants, {name}", count)
    sys.stdout.write(f"{code}: {dict(counts)}\n" + "".join(f"  {line}\n" for line in left))
    assert len(left) <= counts.total() / 10


def test_every_operator_finds_a_place() -> None:
    documents = [as_data(load_preset(code).procedure) for code in PRESETS]
    for operator in OPERATORS:
        assert any(True for document in documents for _ in operator.apply(document)), operator.name
