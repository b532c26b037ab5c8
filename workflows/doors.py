"""W01, W02, W06, W08 and W13: the ways into and out of the lines that no step of the procedure is: what the
platform and the reporter may do, how side lines begin, and who moves a stage on.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflows.cases import CENTRAL_ADMIN, MAIN, REPORTER_ROLE, Outcome, Scope
from workflows.problems import Problem, problem
from workflows.procedure import Line, Procedure, Stage
from workflows.strictyaml import Path


def check_doors(procedure: Procedure) -> Iterator[Problem]:
    """The findings; every reference holds."""
    yield from _desk(procedure)
    yield from _way_out(procedure)
    hand_up, objection = procedure.platform.hand_up, procedure.reporter.object
    if hand_up is not None and hand_up.returns_to:
        yield from _back(procedure, ("platform", "hand_up", "returns_to"), hand_up.returns_to)
    if objection is not None:
        yield from _back(procedure, ("reporter", "object", "to"), objection.to)
    yield from _beginnings(procedure)
    for i, line in enumerate(procedure.lines):
        for j, stage in enumerate(line.stages):
            if _only_the_reporter(procedure, line, stage):
                yield problem("W08-reporter", ("lines", i, "stages", j), stage=stage.code)


def _desk(procedure: Procedure) -> Iterator[Problem]:
    """W06: what lies at the government's desk is for somebody there."""
    hand_up, remind = procedure.platform.hand_up, procedure.platform.remind
    for path, role in (
        (("platform", "hand_up", "role"), hand_up.role if hand_up else None),
        (("platform", "remind", "role"), remind.role if remind else None),
    ):
        found = procedure.role(role) if role else None
        if role and (found.scope if found else Scope.GOVERNMENT) is not Scope.GOVERNMENT:
            yield problem("W06-desk", path, detail=role, name=CENTRAL_ADMIN)


def _way_out(procedure: Procedure) -> Iterator[Problem]:
    """W13: what is not the office's duty leaves it, at one stage at least at which somebody works."""
    hand_up, refer = procedure.platform.hand_up, procedure.platform.refer
    offered = {*(hand_up.stages if hand_up else ()), *(refer.stages if refer else ())}
    stages = (stage for line in procedure.lines if line.code == MAIN for stage in line.stages)
    if not any(stage.code in offered and stage.final is None for stage in stages):
        yield problem("W13-way-out", ("platform",))


def _back(procedure: Procedure, path: Path, code: str) -> Iterator[Problem]:
    """W01: a complaint comes back to a stage at which somebody works."""
    stage = procedure.stage(code)
    if stage is not None and (stage.final is not None or stage.waits is not None):
        yield problem("W01-back", path, name=".".join(str(part) for part in path), stage=code)


def _beginnings(procedure: Procedure) -> Iterator[Problem]:
    """W02: what begins a side line can come about."""
    steps = {
        line.code: {action.code for stage in line.stages for action in stage.actions}
        for line in procedure.lines
    }
    ends = {stage.final for line in procedure.lines if line.code == MAIN for stage in line.stages}
    # The desk can close or refer whatever comes before it, whether the procedure hands up or not.
    ends |= {Outcome.DECLINED, Outcome.REFERRED}
    ends |= {Outcome.WITHDRAWN} if procedure.reporter.withdraw else set()
    waiting = {number: line for number, line in enumerate(procedure.lines) if line.starts is not None}
    possible = set(steps[MAIN])
    while True:
        begun = [
            number
            for number, line in waiting.items()
            if line.starts is not None and (line.starts.action in possible or ends & {*line.starts.closing})
        ]
        if not begun:
            break
        for number in begun:
            possible |= steps[waiting.pop(number).code]
    for number, line in waiting.items():
        yield problem("W02-line", ("lines", number, "starts"), line=line.code)


def _only_the_reporter(procedure: Procedure, line: Line, stage: Stage) -> bool:
    """W08: whether a stage waits for the reporter alone, and without an end."""
    if stage.final is not None or stage.waits is not None:
        return False
    onward = [action for action in stage.actions if {*action.targets()} - {stage.code}]
    if not onward or any({*action.roles} != {REPORTER_ROLE} for action in onward):
        return False
    hand_up, refer = procedure.platform.hand_up, procedure.platform.refer
    leaving = {*(hand_up.stages if hand_up else ()), *(refer.stages if refer else ())}
    return line.code != MAIN or stage.code not in leaving
