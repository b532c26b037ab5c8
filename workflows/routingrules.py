"""R01, R02, R03 and R07: routing rules that can come true, and that send a case to somebody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from workflows.cases import MAIN, Visibility
from workflows.common import REGION_CODE
from workflows.problems import Problem, problem, unknown
from workflows.procedure import Procedure
from workflows.routing import BY_CATEGORY, BY_NOTHING, WEEKDAYS
from workflows.settings import Channel, Question, QuestionKind, RoutingCondition, RoutingRule, Settings
from workflows.strictyaml import Path

_VALUES = {
    "hour": frozenset(str(hour) for hour in range(24)),
    "weekday": frozenset(WEEKDAYS),
    "visibility": frozenset(visibility.value for visibility in Visibility),
    "intake_channel": frozenset(get_args(Channel)),
}
"""What each field of a condition can be, where that does not follow from the settings."""


def check_routing(
    settings: Settings, procedure: Procedure | None, units: frozenset[str] | None
) -> Iterator[Problem]:
    """The findings about the rules; with a procedure and the office's units, what they refer to there."""
    seen: set[str] = set()
    for number, rule in enumerate(settings.routing):
        at: Path = ("routing", number)
        if rule.code in seen:
            yield problem("R02", at, detail=rule.code)
        elif rule.code in (BY_CATEGORY, BY_NOTHING):
            yield problem("R03", at, detail=rule.code)
        seen.add(rule.code)
        for place, condition in enumerate(rule.when):
            yield from _condition(settings, condition, (*at, "when", place))
        if units is not None and rule.target.unit and rule.target.unit not in units:
            yield unknown((*at, "target", "unit"), "unit", rule.target.unit)
        if procedure is not None:
            yield from _role(procedure, rule, (*at, "target", "role"))


def _condition(settings: Settings, condition: RoutingCondition, path: Path) -> Iterator[Problem]:
    """A value that nothing can have keeps a rule silent for ever."""
    question = settings.questions.get(condition.question or "")
    if condition.question and question is None:
        yield unknown((*path, "question"), "question", condition.question)
        return
    for value in condition.value:
        if condition.field == "category":
            if value not in settings.paths:
                yield unknown((*path, "value"), "category", value)
        elif not _can_be(condition.field, value, question):
            yield unknown((*path, "value"), "value", value)


def _can_be(field: str, value: str, question: Question | None) -> bool:
    if field == "region":
        return REGION_CODE.fullmatch(value) is not None
    if question is not None:
        return question.kind is QuestionKind.LINE or question.accepts(value)
    return value in _VALUES.get(field, (value,))


def _role(procedure: Procedure, rule: RoutingRule, path: Path) -> Iterator[Problem]:
    """A role by itself gets a case only where it works at the first stage; a unit or person beside it has the
    case later.
    """
    role = rule.target.role
    if role is None:
        return
    if procedure.role(role) is None:
        yield unknown(path, "role", role)
        return
    if without_effect(procedure, rule):
        yield problem("R07", path, name=rule.why, detail=role)


def without_effect(procedure: Procedure, rule: RoutingRule) -> bool:
    """Whether a rule sends cases to a role alone that does not work where they arrive."""
    target = rule.target
    if target.role is None or target.unit is not None or target.member is not None:
        return False
    return all(target.role not in line.stages[0].owner for line in procedure.lines if line.code == MAIN)
