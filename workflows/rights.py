"""Who may work at a stage: role, scope, unit and person."""

from __future__ import annotations

from workflows.cases import Actor, ActorKind, LineState, Scope
from workflows.index import ActionIndex, Index, StageIndex


def roles_of(index: Index, actor: Actor, wanted: frozenset[str]) -> frozenset[str]:
    """Those of the wanted roles that the person holds, each on the side of the desk where it belongs."""
    held = actor.roles & wanted
    if not held:
        return held
    side = Scope.GOVERNMENT if actor.kind is ActorKind.GOVERNMENT else Scope.OFFICE
    return frozenset(role for role in held if index.scope.get(role) is side)


def assigned_to(line: LineState | None, actor: Actor) -> bool:
    """Whether the line's work is for this person: the member named, else anybody in the unit named."""
    if line is None or (line.member is None and line.unit is None):
        return True
    if line.member is not None:
        return actor.kind is ActorKind.MEMBER and actor.id == line.member
    return line.unit in actor.units


def may_work(index: Index, stage: StageIndex, line: LineState | None, actor: Actor) -> bool:
    """Whether the work of a stage is this person's. `line` None: whoever it is assigned to at present."""
    if actor.kind not in (ActorKind.MEMBER, ActorKind.GOVERNMENT):
        return False
    if not roles_of(index, actor, frozenset(stage.owners)):
        return False
    return not stage.assigned or assigned_to(line, actor)


def needs_another(action: ActionIndex, line: LineState | None, actor: Actor) -> bool:
    """Whether the step demands four eyes and this person's own step brought the line to where it stands."""
    return action.spec.four_eyes and line is not None and line.by in actor.keys


def may_take(
    index: Index, stage: StageIndex, action: ActionIndex, line: LineState | None, actor: Actor
) -> bool:
    """Whether a step of the procedure is this person's.

    At a stage that is assigned, owners act only if the work is theirs; other roles that the step names are
    not bound.
    """
    if actor.kind is ActorKind.REPORTER:
        return action.by_reporter
    if actor.kind is ActorKind.SYSTEM:
        return False
    held = roles_of(index, actor, action.roles)
    if not held or needs_another(action, line, actor):
        return False
    if stage.assigned and held <= frozenset(stage.owners):
        return assigned_to(line, actor)
    return True
