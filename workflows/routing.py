"""Routing: ordered rules over what was sent in; the first that holds wins and says why.

A rule whose target is no more is passed over, and the result says so: whoever sends cases there hears of it,
and no case is lost to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from zoneinfo import ZoneInfo

from workflows.cases import Intake
from workflows.decision import RoutingResult
from workflows.labels import label
from workflows.problems import Problem, problem, sentence
from workflows.settings import RoutingCondition, RoutingRule, RoutingTarget, Settings
from workflows.strictyaml import Path

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

BY_CATEGORY = "category"
"""Stands for a rule where the category's own unit decided."""

BY_NOTHING = "none"
"""Stands for a rule where none matched: the first stage's owners take the case."""


@dataclass(frozen=True, slots=True)
class Targets:
    """What exists now: codes of units that work, of roles, ids of members, codes of other offices. None: not
    known here, and not looked at.
    """

    units: frozenset[str] | None = None
    roles: frozenset[str] | None = None
    members: frozenset[int] | None = None
    offices: frozenset[str] | None = None

    def missing(self, target: RoutingTarget) -> tuple[str, str | int] | None:
        """The kind and code of what a target names and is no more."""
        for kind, value, known in (
            ("unit", target.unit, self.units),
            ("role", target.role, self.roles),
            ("member", target.member, self.members),
            ("office", target.office, self.offices),
        ):
            if value is not None and known is not None and value not in known:
                return kind, value
        return None


EVERYTHING = Targets()
"""Nothing is looked at."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One rule tried on one report: which of its conditions hold, and whether it is the one that wins."""

    rule: RoutingRule
    holds: tuple[bool, ...]
    wins: bool
    broken: bool = False


def route(settings: Settings, intake: Intake, targets: Targets = EVERYTHING) -> RoutingResult:
    """Where a report goes first: by the first rule that holds, else by its category, else to nobody in
    particular.

    A rule that names no unit leaves the category's.
    """
    by_category = settings.unit_of(intake.category)
    broken: list[str] = []
    for rule in settings.routing:
        if not rule.in_use or not all(_holds(condition, settings, intake) for condition in rule.when):
            continue
        if targets.missing(rule.target) is None:
            return replace(_result(rule, by_category), broken=tuple(broken))
        broken.append(rule.code)
    if by_category is not None and (targets.units is None or by_category in targets.units):
        found = RoutingResult(by_category, None, None, BY_CATEGORY, label("routing.category"))
    else:
        found = RoutingResult(None, None, None, BY_NOTHING, label("routing.none"))
    return replace(found, broken=tuple(broken))


def tried(settings: Settings, intake: Intake, targets: Targets = EVERYTHING) -> list[Trial]:
    """Every rule that is in use, tried on a report, in their order."""
    winner = route(settings, intake, targets).rule
    return [
        Trial(
            rule,
            tuple(_holds(condition, settings, intake) for condition in rule.when),
            rule.code == winner,
            targets.missing(rule.target) is not None,
        )
        for rule in settings.routing
        if rule.in_use
    ]


def check_targets(
    settings: Settings,
    targets: Targets,
    called: Callable[[str, str | int], str] = lambda kind, code: str(code),
) -> Iterator[Problem]:
    """R01 for every rule in use, and every category, that names what cannot take a case now. `called` gives
    the name of a target of a kind.
    """
    for number, rule in enumerate(settings.routing):
        missing = targets.missing(rule.target) if rule.in_use else None
        if missing is not None:
            kind, code = missing
            path: Path = ("routing", number, "target", kind)
            kind_of, detail = sentence(f"kind.{kind}"), called(kind, code)
            yield problem("R01-rule", path, name=rule.why, kind=kind_of, detail=detail)
    for category, _ in settings.walk():
        unit = category.unit
        if unit is not None and targets.units is not None and category.in_use and unit not in targets.units:
            kind_of, detail = sentence("kind.unit"), called("unit", unit)
            yield problem("R01-category", ("categories",), name=category.name, kind=kind_of, detail=detail)


def _result(rule: RoutingRule, by_category: str | None) -> RoutingResult:
    target = rule.target
    unit = target.unit or (by_category if target.office is None else None)
    return RoutingResult(unit, target.member, target.role, rule.code, rule.why, target.office)


def _holds(condition: RoutingCondition, settings: Settings, intake: Intake) -> bool:
    wanted, field = condition.value, condition.field
    if field == "category":
        path = settings.paths.get(intake.category or "", ())
        return any(category.code in wanted for category in path)
    if field == "intake_channel":
        return intake.intake_channel in wanted
    if field == "visibility":
        return intake.visibility.value in wanted
    if field == "region":
        return bool(intake.region) and intake.region.startswith(wanted)
    if field == "words":
        return _words(wanted).search(intake.description) is not None
    if field == "answer":
        return intake.answers.get(condition.question or "") in wanted
    local = intake.received_at.astimezone(ZoneInfo(intake.timezone))
    if field == "hour":
        return str(local.hour) in wanted
    return WEEKDAYS[local.weekday()] in wanted


@lru_cache(maxsize=4096)
def _words(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(re.escape(word) for word in words)})\b", re.IGNORECASE)
