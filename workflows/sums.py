"""W11: the limits of the stages fit into the limit of the whole, and no limit exceeds what the law allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from workflows.calendar import Week
from workflows.cases import MAIN
from workflows.common import Span, TimeUnit
from workflows.guards import TooManyCases, every_case
from workflows.problems import Problem, Severity, problem
from workflows.procedure import Clock, Line, Procedure
from workflows.settings import Settings
from workflows.strictyaml import Path

_USUAL_WEEK = (5.0, 37.5)
"""Working days and hours a week where no calendar is known."""
_PATIENCE = 20_000
"""Stages visited in the search for the longest way, and sums that are made; then every limit is taken
together.
"""

LONGEST = 10
"""Years that any time of a document may last: what is longer cannot be reckoned by every calendar."""

_CLOSED = 366
"""Days without a break on which an office may be closed."""

_HOURS_A_YEAR = 365.25 * 24

Facts = Mapping[str, str | None]


def check_sums(procedure: Procedure, settings: Settings | None = None) -> Iterator[Problem]:
    """The findings: limits beyond the law (errors), sums beyond the whole, limits without their basis
    (warnings). Limits of different units are compared by the office's working week, holidays aside.
    """
    week = working_week(settings)
    for number, clock in enumerate(procedure.clocks):
        most = clock.legal_maximum
        for branch in clock.limits():
            if most is not None and _longer(branch.limit, most, week):
                yield problem(
                    "W11-legal",
                    ("clocks", number, "limit"),
                    clock=clock.code,
                    limit=branch.limit,
                    detail=most,
                )
                break
        if not clock.legal_basis or clock.since is None:
            yield problem("W11-basis", ("clocks", number), Severity.WARNING, clock=clock.code)
    for path, span in _spans(procedure):
        if too_long(span, week):
            yield problem("W11-long", path, limit=span, detail=LONGEST)
    yield from _whole(procedure, week)


def check_times(settings: Settings) -> Iterator[Problem]:
    """The findings about times in the settings that have no end within reach."""
    if too_long(settings.remind_after, working_week(settings)):
        yield problem("W11-long", ("remind_after",), limit=settings.remind_after, detail=LONGEST)
    begin: date | None = None
    until = date.min
    closings = sorted(enumerate(settings.calendar.closings), key=lambda one: one[1].starts_on)
    for number, closing in closings:
        if begin is None or closing.starts_on > until + timedelta(days=1):
            begin = closing.starts_on
        until = max(until, closing.ends_on)
        if (until - begin).days > _CLOSED:
            path: Path = ("calendar", "closings", number)
            yield problem("W11-closed", path, detail=f"{begin:%d-%m-%Y} - {until:%d-%m-%Y}")
            return


def too_long(span: Span, week: tuple[float, float]) -> bool:
    """Whether the end of such a time lies too far away to be reckoned."""
    return hours(span, week) > LONGEST * _HOURS_A_YEAR


def _spans(procedure: Procedure) -> Iterator[tuple[Path, Span]]:
    """Every time of a procedure with its path in the document."""
    for i, clock in enumerate(procedure.clocks):
        for n, branch in enumerate(clock.limits()):
            at: Path = ("clocks", i, "limit")
            yield ((*at, n) if isinstance(clock.limit, tuple) else at), branch.limit
    for i, line in enumerate(procedure.lines):
        for j, stage in enumerate(line.stages):
            if stage.waits is not None:
                yield ("lines", i, "stages", j, "waits"), stage.waits.cap
            if stage.remind_after is not None:
                yield ("lines", i, "stages", j, "remind_after"), stage.remind_after
    for i, rung in enumerate(procedure.ladder):
        yield ("ladder", i), rung.after
    reporter, platform = procedure.reporter, procedure.platform
    for path, span in (
        (("reporter", "rate"), reporter.rate.within if reporter.rate else None),
        (("reporter", "object"), reporter.object.within if reporter.object else None),
        (("platform", "coordinate", "limit"), platform.coordinate.limit if platform.coordinate else None),
        (("platform", "remind", "limit"), platform.remind.limit if platform.remind else None),
    ):
        if span is not None:
            yield path, span


def _whole(procedure: Procedure, week: tuple[float, float]) -> Iterator[Problem]:
    whole = next((c for c in procedure.clocks if c.whole and c.line == MAIN), None)
    line = next((ln for ln in procedure.lines if ln.code == MAIN), None)
    if whole is None or line is None:
        return
    parts = [clock for clock in procedure.clocks if clock.line == MAIN and not clock.whole]
    try:
        cases = every_case(procedure, [one.when for clock in (whole, *parts) for one in clock.limits()])
    except TooManyCases:
        yield problem("W05-many", ("clocks", procedure.clocks.index(whole), "limit"))
        return
    ways = _ways(line, parts)
    if len(ways) * len(cases) > _PATIENCE:
        ways = {frozenset(clock.code for clock in parts)}
    for facts in cases:
        limits = {clock.code: _limit(clock, facts) for clock in parts}
        lasting = {code: hours(span, week) for code, span in limits.items()}
        most = hours(_limit(whole, facts), week)
        sums = {way: sum(lasting[clock.code] for clock in parts if clock.code in way) for way in ways}
        # Whoever signs for it is shown the same way again, whatever the order of a set.
        way = max(sums, key=lambda one: (sums[one], sorted(one)), default=frozenset())
        if sums.get(way, 0) > most:
            path = ("clocks", procedure.clocks.index(whole), "limit")
            shown = " + ".join(str(limits[clock.code]) for clock in parts if clock.code in way)
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


def working_week(settings: Settings | None) -> tuple[float, float]:
    """Working days and hours of an office's week; of a usual one where no calendar is known."""
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
