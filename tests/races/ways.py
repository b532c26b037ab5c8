"""Every step that an SOP knows, and the shortest way of a complaint to where it can be taken.

Nothing is written down by hand: the engine is asked what everybody may do, state after state, until it has
nothing new to offer. An action that is added to a preset tomorrow is found by itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations, product
from typing import Any

from workflows import engine
from workflows.actions import CORRECTION
from workflows.cases import MAIN, Actor, ActorKind, Case, Intake, Scope
from workflows.coordination import ASKED
from workflows.decision import ActionRefused, Fact, InputKind, Offer, OfferedInput
from workflows.procedure import Procedure
from workflows.replay import applied, received
from workflows.settings import Settings

BRANCHING = {Fact.CASE_CLASS, Fact.COMPLEXITY}
"""Answers on which the way depends: every value of these is tried."""


@dataclass(frozen=True, order=True)
class Place:
    """A step where it can be taken."""

    line: str
    stage: str
    action: str

    def __str__(self) -> str:
        return f"{self.line}/{self.stage}/{self.action}"


@dataclass(frozen=True)
class Move:
    """One step of a way: `who` takes it, with these inputs."""

    who: Actor
    place: Place
    inputs: Mapping[str, Any]


Way = tuple[Move, ...]


@dataclass(frozen=True)
class World:
    """An office as the search sees it. `people`: one of each role. `units`: codes. `holders`: ids of members
    by role.
    """

    procedure: Procedure
    settings: Settings
    people: Sequence[Actor]
    units: Sequence[str]
    holders: Mapping[str, int]


@dataclass
class Ways:
    """`to`: the shortest way to each step. `pairs`: to each two steps that are open at the same moment."""

    to: dict[Place, Way]
    pairs: dict[tuple[Place, Place], Way]


def ways(world: World, intake: Intake, now: datetime) -> Ways:
    """Searches breadth first from the receipt on. Deterministic."""
    begun = received(intake, engine.start(world.procedure, world.settings, intake, now))
    seen = {_key(begun)}
    todo: deque[tuple[Case, Way]] = deque([(begun, ())])
    found = Ways({}, {})
    while todo:
        case, way = todo.popleft()
        open_now: set[Place] = set()
        for who in world.people:
            for offer in engine.offers(world.procedure, world.settings, case, who, now):
                place = Place(offer.line, offer.stage, offer.action)
                open_now.add(place)
                if offer.internal:
                    continue  # nothing moves
                for inputs in answers(world, offer):
                    after = _after(world, case, who, offer, inputs, now)
                    if after is not None and _key(after) not in seen:
                        seen.add(_key(after))
                        todo.append((after, (*way, Move(who, place, inputs))))
        for place in sorted(open_now):
            found.to.setdefault(place, way)
        for pair in combinations(sorted(open_now), 2):
            found.pairs.setdefault(pair, way)
    return found


def _after(
    world: World, case: Case, who: Actor, offer: Offer, inputs: Mapping[str, Any], now: datetime
) -> Case | None:
    try:
        decision = engine.decide(
            world.procedure, world.settings, case, offer.action, who, now, offer.line, inputs
        )
    except ActionRefused:
        return None  # a line that must end first
    return applied(case, decision)


def _key(case: Case) -> tuple[Any, ...]:
    """What makes two states different: what could be offered there."""
    lines = tuple(sorted((code, s.stage, s.unit, s.member, s.closed) for code, s in case.lines.items()))
    memory = case.memory
    undo = memory.undo and (memory.undo.line, memory.undo.action)
    facts = (case.case_class, case.complexity, case.published, case.outcome)
    asked = bool(memory.coordinations)
    return lines, facts, undo, memory.handed_up is not None, memory.rated, memory.objections, asked


def answers(world: World, offer: Offer) -> Iterator[dict[str, Any]]:
    """What may be answered to a step: the least, once for every value on which the way depends."""
    asked = [item for item in offer.inputs if item.required or item.code == CORRECTION]
    choices = [_values(world, item) for item in asked]
    for values in product(*choices):
        yield {item.code: value for item, value in zip(asked, values, strict=True)}


def _colleague(world: World) -> int:
    """A member whom those who may ask somebody else can ask."""
    index = world.procedure.index
    askers = {role for code in index.coordinate_stages for role in index.lines[MAIN].stages[code].owners}
    return next(
        pk
        for role, pk in world.holders.items()
        if role not in askers and index.scope.get(role) is Scope.OFFICE
    )


def _values(world: World, item: OfferedInput) -> Sequence[Any]:
    if item.choices:
        every = [value for value, _label in item.choices]
        return every if item.sets in BRANCHING else every[:1]
    if item.code == ASKED:
        return [f"member:{_colleague(world)}"]
    match item.kind:
        case InputKind.CATEGORY:
            return [next(iter(world.settings.selectable))]
        case InputKind.UNIT:
            return world.units[:1]
        case InputKind.MEMBER:
            return [next(world.holders[role] for role in item.roles)]
        case InputKind.CHECKBOX:
            return [True]
        case InputKind.NUMBER:
            return [item.minimum]
        case _:
            return ["Seperlunya, menurut SOP kami."]


def declared(procedure: Procedure) -> set[Place]:
    """Every step that the SOP's own text names."""
    return {
        Place(line.code, stage.code, action.code)
        for line in procedure.lines
        for stage in line.stages
        for action in stage.actions
    }


def by_reporter(who: Actor) -> bool:
    return who.kind is ActorKind.REPORTER
