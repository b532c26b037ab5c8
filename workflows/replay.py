"""Carry a `Decision` out on a `Case` in memory: what the shell does in the database, without one.

For simulation and tests. A case that was replayed equals the case that the shell builds from its rows.
"""

from __future__ import annotations

from dataclasses import replace

from workflows.cases import MAIN, Case, Intake
from workflows.decision import Decision, Fact, PublicationEffect


def received(intake: Intake, decision: Decision) -> Case:
    """The case that `engine.start` made."""
    blank = Case(
        received_at=min(intake.received_at, decision.at),
        timezone=intake.timezone,
        status=decision.status,
        lines={},
        visibility=intake.visibility,
        intake_channel=intake.intake_channel,
    )
    return applied(blank, decision)


def applied(case: Case, decision: Decision) -> Case:
    """The case after a decision."""
    lines, clocks = dict(case.lines), dict(case.clocks)
    for change in decision.lines:
        lines[change.line] = change.state
    for item in decision.work_moved:
        lines[item.line] = replace(lines[item.line], unit=item.unit, member=item.member)
    for clock in decision.clocks:
        clocks[clock.state.code] = clock.state
    facts = decision.facts
    closed_at = decision.at if decision.closes else None if decision.reopens else case.closed_at
    return replace(
        case,
        lines=lines,
        clocks=clocks,
        status=decision.status,
        outcome=decision.outcome,
        alarms=decision.alarms,
        memory=decision.memory,
        closed_at=closed_at if lines[MAIN].closed else None,
        category=facts.get(Fact.CATEGORY, case.category),
        case_class=facts.get(Fact.CASE_CLASS, case.case_class),
        complexity=facts.get(Fact.COMPLEXITY, case.complexity),
        unit=facts.get(Fact.UNIT, case.unit),
        member=facts.get(Fact.MEMBER, case.member),
        published=_published(case, decision),
        version=case.version + 1,
    )


def _published(case: Case, decision: Decision) -> bool:
    if decision.publication is PublicationEffect.RELEASE:
        return True
    return case.published and decision.publication is not PublicationEffect.WITHHOLD
