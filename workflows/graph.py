"""W01, W02, W03, W06, W10 and W12: the graph of each line."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

from workflows.cases import CENTRAL_ADMIN, MAIN, CitizenStatus, Outcome, Scope
from workflows.problems import Problem, problem
from workflows.procedure import Line, Procedure, Stage
from workflows.strictyaml import Path

Edges = Mapping[str, frozenset[str]]
Node = TypeVar("Node", bound=Hashable)

_RANK = {
    CitizenStatus.RECEIVED: 0,
    CitizenStatus.IN_PROCESS: 1,
    CitizenStatus.AWAITING_REPORTER: 1,
    CitizenStatus.FORWARDED: 1,
    CitizenStatus.ANSWERED: 2,
    CitizenStatus.CLOSED: 3,
}

_UNDER_WAY = frozenset({CitizenStatus.RECEIVED, CitizenStatus.IN_PROCESS, CitizenStatus.AWAITING_REPORTER})
"""What no reporter may read of a complaint that has ended."""


def check_main(procedure: Procedure) -> list[Problem]:
    """W01: exactly one main line, which nothing starts but the receipt."""
    mains = [line for line in procedure.lines if line.code == MAIN]
    if len(mains) != 1 or mains[0].starts is not None:
        return [problem("W01-main", ("lines",))]
    return []


def check_graph(procedure: Procedure) -> Iterator[Problem]:
    """The findings about lines and stages of a procedure that has its main line."""
    for i, line in enumerate(procedure.lines):
        yield from _line(procedure, line, ("lines", i))


def _line(procedure: Procedure, line: Line, path: Path) -> Iterator[Problem]:
    if line.code != MAIN and line.starts is None:
        yield problem("W01-side", path, line=line.code)
    finals = {stage.code for stage in line.stages if stage.final is not None}
    if not finals:
        yield problem("W01-final", path, line=line.code)
        return
    if line.stages[0].code in finals:
        yield problem("W01-first", path, line=line.code)
        return
    edges = {stage.code: frozenset(_targets(stage)) for stage in line.stages}
    leaving = (
        set(procedure.platform.refer.stages) if procedure.platform.refer and line.code == MAIN else set()
    )
    reached = _reached(procedure, line, edges)
    ending = closure(finals | leaving, turned(edges))
    for j, stage in enumerate(line.stages):
        at: Path = (*path, "stages", j)
        if stage.code not in reached:
            yield problem("W02", at, stage=stage.code)
        if stage.code not in ending:
            yield problem("W03", at, stage=stage.code)
        yield from _stage(procedure, line, stage, at)
    yield from _loops(line, path)


def _targets(stage: Stage) -> Iterator[str]:
    for action in stage.actions:
        yield from action.targets()
    if stage.waits is not None:
        yield stage.waits.to


def _reached(procedure: Procedure, line: Line, edges: Edges) -> set[str]:
    """What can be reached from the start. The platform's and the reporter's ways into the main line count
    once what they come after is reached: an objection a resolved end, a return a stage that hands up.
    """
    found = closure({line.stages[0].code}, edges)
    if line.code != MAIN:
        return found
    resolved = {stage.code for stage in line.stages if stage.final is Outcome.RESOLVED}
    hand_up, objection = procedure.platform.hand_up, procedure.reporter.object
    while True:
        more: set[str] = set()
        if objection is not None and found & resolved:
            more.add(objection.to)
        if hand_up is not None and hand_up.returns_to and found & set(hand_up.stages):
            more.add(hand_up.returns_to)
        if more <= found:
            return found
        found |= closure(more, edges)


def closure(starts: Iterable[Node], edges: Mapping[Node, Iterable[Node]]) -> set[Node]:
    """What can be reached from some nodes over the edges, they themselves among it."""
    found, todo = set(starts), list(starts)
    while todo:
        for target in edges.get(todo.pop(), ()):
            if target not in found:
                found.add(target)
                todo.append(target)
    return found


def turned(edges: Mapping[Node, Iterable[Node]]) -> dict[Node, set[Node]]:
    """The edges the other way round."""
    back: dict[Node, set[Node]] = {}
    for start, targets in edges.items():
        for target in targets:
            back.setdefault(target, set()).add(start)
    return back


def _stage(procedure: Procedure, line: Line, stage: Stage, path: Path) -> Iterator[Problem]:
    if line.code == MAIN and stage.status is None:
        yield problem("W12", path, stage=stage.code)
    if stage.final is not None:
        if line.code == MAIN and stage.status in _UNDER_WAY:
            yield problem("W12-final", path, stage=stage.code)
        if stage.actions or stage.waits or stage.owner:
            yield problem("W01-way-out", path, stage=stage.code)
        return
    for k, action in enumerate(stage.actions):
        if action.to == stage.code:
            yield problem("W10-self", (*path, "actions", k), action=action.code, stage=stage.code)
    if not stage.owner:
        yield problem("W06", path, stage=stage.code)
    scopes = {_scope(procedure, role) for role in stage.owner}
    if len(scopes) > 1:
        yield problem("W06-scope", path, stage=stage.code)
    if line.code == MAIN and stage.status is not None and stage.waits is None:
        for target in _targets(stage):
            after = procedure.stage(target)
            if after and after.status and _RANK[after.status] < _RANK[stage.status]:
                yield problem("W12-back", path, stage=stage.code, to=target)


def _scope(procedure: Procedure, code: str) -> Scope:
    role = procedure.role(code)
    return role.scope if role else Scope.GOVERNMENT if code == CENTRAL_ADMIN else Scope.OFFICE


def _loops(line: Line, path: Path) -> Iterator[Problem]:
    """A loop that time alone turns."""
    next_by_time = {stage.code: stage.waits.to for stage in line.stages if stage.waits is not None}
    for j, stage in enumerate(line.stages):
        here, seen = stage.code, set()
        while here in next_by_time and here not in seen:
            seen.add(here)
            here = next_by_time[here]
        if here == stage.code and seen:
            yield problem("W10", (*path, "stages", j), stage=stage.code)
