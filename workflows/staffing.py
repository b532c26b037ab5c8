"""W06 and W14: there are people for the work, and two of them where a step demands four eyes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflows.actions import Action
from workflows.cases import MAIN, REPORTER_ROLE, Scope
from workflows.problems import Problem, problem
from workflows.procedure import Assigner, Line, Procedure, Stage
from workflows.strictyaml import Path

Holders = Mapping[str, frozenset[int]]
"""Role to the ids of the members who hold it now. A role of the government is not in it and not looked at."""

_SOMEBODY = frozenset({0})
"""Stands for the holders of a role that is not the office's."""


def always_by_somebody(procedure: Procedure, line: Line, stage: Stage) -> bool:
    """Whether a stage is entered by steps of officers alone: neither by time, nor by the reporter, nor by the
    receipt.
    """
    if line.stages[0].code == stage.code and (line.starts is None or line.starts.action is None):
        return False
    if line.code == MAIN and procedure.reporter.object and procedure.reporter.object.to == stage.code:
        return False
    for before in line.stages:
        if before.waits is not None and before.waits.to == stage.code:
            return False
        for action in before.actions:
            if stage.code in action.targets() and REPORTER_ROLE in action.roles:
                return False
    return True


def check_assigners(procedure: Procedure) -> Iterator[Problem]:
    """The findings about who gives roles to people: somebody must be able to, other than by holding it."""
    heads = {role.code for role in procedure.roles if role.head and role.scope is Scope.OFFICE}
    for number, role in enumerate(procedure.roles):
        path: Path = ("roles", number, "assigned_by")
        if role.scope is Scope.GOVERNMENT and role.assigned_by is not Assigner.ADMIN:
            yield problem("W06-assigned", path, detail=role.code)
        elif role.assigned_by is Assigner.HEAD and not heads - {role.code}:
            yield problem("W06-assigner", path, detail=role.code)


def check_staff(procedure: Procedure, holders: Holders) -> Iterator[Problem]:
    """The findings about the people of an office: a role that owns work and that nobody holds, a step that
    nobody may take, a four-eyes step for which the second person is missing.
    """
    missing: set[str] = set()
    for i, line in enumerate(procedure.lines):
        for j, stage in enumerate(line.stages):
            path: Path = ("lines", i, "stages", j)
            wanted = [(role, (*path, "owner")) for role in stage.owner]
            wanted += [
                (action.roles[0], (*path, "actions", k, "roles"))
                for k, action in enumerate(stage.actions)
                if action.roles and all(holders.get(role, _SOMEBODY) == frozenset() for role in action.roles)
            ]
            for role, where in wanted:
                if role in holders and not holders[role] and role not in missing:
                    missing.add(role)
                    yield problem("W06-holder", where, detail=_name(procedure, role))
            for k, action in enumerate(stage.actions):
                if action.four_eyes and not _two(line, stage, action, holders):
                    roles = ", ".join(_name(procedure, role) for role in action.roles or stage.owner)
                    yield problem("W14-people", (*path, "actions", k), action=action.code, detail=roles)


def _name(procedure: Procedure, code: str) -> str:
    role = procedure.role(code)
    return role.name.id if role else code


def _two(line: Line, stage: Stage, action: Action, holders: Holders) -> bool:
    """Whether somebody else is there for this step, whoever took the one into the stage. A role without
    anybody is W06's to find.
    """
    here = _who(stage, action, holders)
    for before in line.stages:
        for step in before.actions:
            there = _who(before, step, holders) if stage.code in step.targets() else None
            if here and there and not all(here - {who} for who in there):
                return False
    return True


def _who(stage: Stage, action: Action, holders: Holders) -> frozenset[int] | None:
    """Members who may take a step; None where a role of it is not the office's."""
    roles = action.roles or stage.owner
    if not all(role in holders for role in roles):
        return None
    return frozenset().union(*(holders[role] for role in roles))
