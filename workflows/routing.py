"""Routing: ordered rules over what was sent in; the first that holds wins and says why."""

from __future__ import annotations

import re
from functools import lru_cache
from zoneinfo import ZoneInfo

from workflows.cases import Intake
from workflows.decision import RoutingResult
from workflows.labels import label
from workflows.settings import RoutingCondition, RoutingRule, Settings

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

BY_CATEGORY = "category"
"""Stands for a rule where the category's own unit decided."""

BY_NOTHING = "none"
"""Stands for a rule where none matched: the first stage's owners take the case."""


def route(settings: Settings, intake: Intake) -> RoutingResult:
    """Where a report goes first: by the first rule that holds, else by its category, else to nobody in
    particular.

    A rule that names no unit leaves the category's.
    """
    by_category = settings.unit_of(intake.category)
    for rule in settings.routing:
        if rule.in_use and all(_holds(condition, settings, intake) for condition in rule.when):
            return _result(rule, by_category)
    if by_category is not None:
        return RoutingResult(by_category, None, None, BY_CATEGORY, label("routing.category"))
    return RoutingResult(None, None, None, BY_NOTHING, label("routing.none"))


def _result(rule: RoutingRule, by_category: str | None) -> RoutingResult:
    target = rule.target
    return RoutingResult(target.unit or by_category, target.member, target.role, rule.code, rule.why)


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
    local = intake.received_at.astimezone(ZoneInfo(intake.timezone))
    if field == "hour":
        return str(local.hour) in wanted
    return _WEEKDAYS[local.weekday()] in wanted


@lru_cache(maxsize=4096)
def _words(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(re.escape(word) for word in words)})\b", re.IGNORECASE)
