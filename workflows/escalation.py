"""W09: whoever lets a limit pass is heard of further up, until somebody hears who answers for it."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.cases import CENTRAL_ADMIN, Scope
from workflows.problems import Problem, problem
from workflows.procedure import Procedure
from workflows.strictyaml import Path


def check_ladder(procedure: Procedure) -> Iterator[Problem]:
    """The findings about the ladder: no role twice, and its end is the government's desk or the head of the
    office.
    """
    seen: set[str] = set()
    for number, rung in enumerate(procedure.ladder):
        if rung.role in seen:
            yield problem("W09", ("ladder", number), detail=rung.role)
        seen.add(rung.role)
    for number, clock in enumerate(procedure.clocks):
        path: Path = ("clocks", number, "escalate_to")
        rungs = procedure.ladder_of(clock)
        last = rungs[-1].role if rungs else clock.escalate_to
        if not _answers(procedure, last):
            yield problem("W09-end", path, clock=clock.code, detail=last)
    if procedure.ladder:
        last = procedure.ladder[-1].role
        if not procedure.clocks and not _answers(procedure, last):
            yield problem("W09-end", ("ladder",), clock="-", detail=last)
        return
    for i, line in enumerate(procedure.lines):
        for j, stage in enumerate(line.stages):
            if stage.final is None and stage.no_limit and stage.waits is None:
                yield problem("W09-none", ("lines", i, "stages", j), stage=stage.code)
                return


def _answers(procedure: Procedure, code: str) -> bool:
    """Whether a role is one at which a ladder may end."""
    role = procedure.role(code)
    if role is None:
        return code == CENTRAL_ADMIN
    return role.head or role.scope is Scope.GOVERNMENT
