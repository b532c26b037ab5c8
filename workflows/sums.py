"""W11: the limits of the stages fit into the limit of the whole, and no limit exceeds what the law allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from workflows.calendar import Week
from workflows.cases import MAIN
from workflows.common import Span, TimeUnit
from workflows.guards import every_case
from workflows.problems import Problem, Severity, problem
from workflows.procedure import Clock, Line, Procedure
from workflows.settings import Settings

_USUAL_WEEK = (5.0, 37.5)
"""Working days and hours a week where no calendar is known."""
_PATIENCE = 20_000
"""Stages visited in the search for the longest way; then every limit is taken together."""

Facts = Mapping[str, str | None]


def check_sums(procedure: Procedure, settings: Settings | None = None) -> Iterator[Problem]:
    """The findings: limits beyond the law (errors), sums beyond the whole, limits without their basis
    (warnings). Limits of different units are compared by the office's working week, holidays aside.
    """
    week = _week(settings)
    for number, clock in enumerate(procedure.clocks):
        most = clock.legal_maximum
        for branch in clock.limits():
            if most is not None and _longer(branch.limit, most, week):
                path = ("clocks", number, "limit")
                yield problem("W11-legal", path, clock=clock.code, limit=branch.limit, detail=most)
                break
        if not clock.legal_basis or clock.since is None:
            yield problem("W11-basis", ("clocks", number), Severity.WARNING, clock=clock.code)
    yield from _whole(procedure, week)


def _whole(procedure: Procedure, week: tuple[float, float]) -> Iterator[Problem]:
    whole = next((c for c in procedure.clocks if c.whole and c.line == MAIN), None)
    line = next((ln for ln in procedure.lines if ln.code == MAIN), None)
    if whole is None or line is None:
        return
    parts = [clock for clock in procedure.clocks if clock.line == MAIN and not clock.whole]
    ways = _ways(line, parts)
    for facts in every_case(procedure):
        most = hours(_limit(whole, facts), week)
        for way in ways:
            spans = [_limit(clock, facts) for clock in parts if clock.code in way]
            if sum(hours(span, week) for span in spans) > most:
                path = ("clocks", procedure.clocks.index(whole), "limit")
                shown = " + ".join(str(span) for span in spans)
                limit = _limit(whole, facts)
                yield problem("W11", path, Severity.WARNING, detail=shown, limit=limit)
                return


def _ways(line: Line, clocks: list[Clock]) -> set[frozenset[str]]:
    """The sets of clocks that run along the ways through a line on which no stage comes twice."""
    live = {stage.code: frozenset(c.code for c in clocks if stage.code in c.live) for stage in line.stages}
    targets = {
        stage.code: {to for action in stage.actions for to in action.targets()}
        | ({stage.waits.to} if stage.waits else set())
        for stage in line.stages
    }
    finals = {stage.code for stage in line.stages if stage.final is not None}
    found: set[frozenset[str]] = set()
    patience = _PATIENCE
    first = line.stages[0].code
    todo: list[tuple[str, frozenset[str], frozenset[str]]] = [(first, frozenset([first]), live[first])]
    while todo:
        patience -= 1
        if not patience:
            return {frozenset(clock.code for clock in clocks)}
        here, seen, running = todo.pop()
        if here in finals:
            found.add(running)
        for to in targets[here] - seen:
            todo.append((to, seen | {to}, running | live[to]))
    return found


def _limit(clock: Clock, facts: Facts) -> Span:
    branches = clock.limits()
    hit = (branch for branch in branches if branch.when is None or branch.when.holds(facts))
    return next(hit, branches[-1]).limit


def _longer(one: Span, other: Span, week: tuple[float, float]) -> bool:
    if one.unit is other.unit:
        return one.value > other.value
    return hours(one, week) > hours(other, week)


def hours(span: Span, week: tuple[float, float]) -> float:
    """About how many hours by the clock a limit lasts, by the working days and hours of a week."""
    days_a_week, hours_a_week = week
    by_the_week = 7 * 24 / hours_a_week
    match span.unit:
        case TimeUnit.WORKING_DAYS:
            return span.value * 7 * 24 / days_a_week
        case TimeUnit.WORKING_HOURS:
            return span.value * by_the_week
        case TimeUnit.WORKING_MINUTES:
            return span.value / 60 * by_the_week
        case TimeUnit.DAYS:
            return span.value * 24.0
    return float(span.value)


def _week(settings: Settings | None) -> tuple[float, float]:
    if settings is None:
        return _USUAL_WEEK
    week: Week = settings.calendar.week
    frames = [day for day in week.days() if day]
    day = date(2000, 1, 1)
    worked = sum(
        (datetime.combine(day, end) - datetime.combine(day, begin) for one in frames for begin, end in one),
        timedelta(),
    )
    return float(len(frames)), worked / timedelta(hours=1)
