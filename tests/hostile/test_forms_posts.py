"""Hostile values and broken bodies in every form of every page; `tests.hostile.forms` says what must hold."""

from __future__ import annotations

from collections.abc import Iterable

from django.test import override_settings
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis

from tests.hostile.attacks import Attack, attacks
from tests.hostile.forms import Outcome, Target, attacked
from tests.hostile.found import is_api, step_target, targets
from tests.hostile.steps import steps
from tests.inventory import build_world, endpoints
from tests.plugins.figures import Keep
from tests.proof import FULL, Subject, scaled


def attack_all(every: Iterable[Target], examples: int) -> list[Outcome]:
    """So many attacks on each. The same ones each time."""
    return [outcome for target in every for outcome in attack(target, examples)]


def attack(target: Target, examples: int) -> list[Outcome]:
    outcomes: list[Outcome] = []

    @hypothesis(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(attacks(target.form, target.valid, target.others))
    def once(attack: Attack) -> None:
        outcomes.append(attacked(target, attack))

    once()
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
        outcomes = attack_all(every, scaled(4, 40))
    hold(len(every), outcomes, figure)
    take_forms = {found.name for found in endpoints() if "POST" in found.methods and not is_api(found)}
    assert {target.takes for target in every} == take_forms


def test_the_form_of_every_step_stands_what_is_sent(db: None, figure: Keep) -> None:
    every = [step_target(step) for step in steps(set(), every=FULL)]
    hold(len(every), attack_all(every, scaled(4, 12)), figure)
