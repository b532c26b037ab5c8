"""W18: what an office asks of others while a case stays is asked by its own people, and answered by them."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.cases import MAIN, Scope
from workflows.coordination import COORDINATE, END_COORDINATION
from workflows.problems import Problem, problem
from workflows.procedure import Procedure, Stage
from workflows.strictyaml import Path


def _limited(procedure: Procedure, stage: Stage) -> bool:
    """Whether a limit runs on at a stage once somebody was asked: one that asking does not end, perhaps one
    that begins with it.
    """
    for clock in procedure.clocks:
        if clock.line != MAIN or COORDINATE in clock.stops_by:
            continue
        if stage.code in clock.live or (clock.whole and stage.within_whole):
            return True
    return False


def check_coordination(procedure: Procedure) -> Iterator[Problem]:
    """The findings about questions to other offices and officials."""
    scope = {role.code: role.scope for role in procedure.roles}
    rules = procedure.platform.coordinate
    if rules is None:
        for i, clock in enumerate(procedure.clocks):
            for field, codes in (("stops_by", clock.stops_by), ("counts_from", (clock.counts_from.action,))):
                for code in codes:
                    if code in (COORDINATE, END_COORDINATION):
                        yield problem("W18-clock", ("clocks", i, field), clock=clock.code, action=code)
        return
    if not rules.stages:
        yield problem("W18-stages", ("platform", "coordinate", "stages"))
    for number, code in enumerate(rules.stages):
        stage = procedure.stage(code)
        owners = stage.owner if stage is not None else ()
        where: Path = ("platform", "coordinate", "stages", number)
        if not any(scope.get(role) is Scope.OFFICE for role in owners):
            yield problem("W18", where, stage=code)
        elif stage is not None and not stage.no_limit and not _limited(procedure, stage):
            yield problem("W07-asked", where, stage=code)
    for number, code in enumerate(rules.answered_by):
        if scope.get(code) is not Scope.OFFICE:
            yield problem("W18-answered", ("platform", "coordinate", "answered_by", number), detail=code)
