"""Hostile values and broken bodies in every form of every page; `tests.hostile.forms` says what must hold."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import partial

import pytest
from django.test import Client, override_settings

from tests.hostile.attacks import attacks
from tests.hostile.forms import Outcome, Target, attacked
from tests.hostile.found import is_api, step_target, targets
from tests.hostile.programs import Program, calls
from tests.hostile.steps import steps
from tests.hostile.tries import try_each
from tests.inventory import build_world, endpoints
from tests.plugins.figures import Keep
from tests.proof import FULL, Subject, scaled
from workflows.cases import ActorKind

pytestmark = pytest.mark.slow


def attack(every: Iterable[Target], examples: int) -> list[Outcome]:
    """So many attacks on each."""
    outcomes: list[Outcome] = []
    for target in every:
        attacked_so = partial(attacked, target)
        try_each(
            attacks(target.form, target.valid, target.others),
            examples,
            lambda attack, send=attacked_so: outcomes.append(send(attack)),  # type: ignore[misc]  # a lambda
        )
    return outcomes


def hold(forms: int, outcomes: list[Outcome], figure: Keep) -> None:
    failures = [outcome for outcome in outcomes if outcome.failed]
    problems = [problem for outcome in outcomes for problem in outcome.problems]
    figure(Subject.HOSTILE, "forms", forms)
    figure(Subject.HOSTILE, "form posts", len(outcomes))
    figure(Subject.HOSTILE, "5xx", len(failures))
    assert problems == [], "\n\n".join(problems[:20])
    assert {300 <= outcome.status < 400 for outcome in outcomes} == {True, False}


def test_every_form_of_every_page_stands_what_is_sent(db: None, figure: Keep) -> None:
    with override_settings(DEMO=True):
        every = targets(build_world(), every_host=FULL)
        outcomes = attack(every, scaled(3, 40))
    hold(len(every), outcomes, figure)
    take_forms = {found.name for found in endpoints() if "POST" in found.methods and not is_api(found)}
    # The page that gives somebody's work away has a form only where there is work.
    assert {target.takes for target in every} == take_forms - {"portal:handover"}


def test_every_step_stands_what_is_sent_by_its_page_and_by_programs(db: None, figure: Keep) -> None:
    described = json.loads(
        Client(HTTP_HOST="greged.localhost").get("/api/schema/", {"format": "json"}).content
    )
    opened = list(steps(set(), every=FULL))
    forms = [step_target(step) for step in opened]
    hold(len(forms), attack(forms, scaled(3, 12)), figure)
    by_members = [step for step in opened if step.who.actor.kind is ActorKind.MEMBER]
    secrets: dict[tuple[int, int], str] = {}
    programs = [Program(step, described, secrets) for step in by_members]
    for program in programs:
        try_each(calls(program.step), scaled(5, 25), program.send)
    answers = [status for program in programs for status in program.statuses]
    problems = [problem for program in programs for problem in program.problems]
    undocumented = [problem for problem in problems if "not documented" in problem]
    figure(Subject.HOSTILE, "API calls", len(answers))
    figure(Subject.HOSTILE, "5xx", len([status for status in answers if status >= 500]))
    figure(Subject.HOSTILE, "undocumented answers", len(undocumented))
    assert problems == [], "\n\n".join(problems[:20])
    assert {200, 400} <= set(answers)
