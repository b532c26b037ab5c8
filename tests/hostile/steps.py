"""Every step of every SOP: a complaint brought to where it can be taken, and somebody who may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.report import intake_of, normal_report
from tests.databases import OFFICES
from tests.races.arena import Arena, Brought, Somebody
from tests.races.hands import address
from tests.races.ways import Place, Way
from workflows import engine
from workflows.cases import Case
from workflows.decision import Offer
from workflows.replay import applied, received


@dataclass(frozen=True)
class Open:
    """A step that somebody may take now."""

    arena: Arena
    place: Place
    brought: Brought
    who: Somebody
    offer: Offer

    def __str__(self) -> str:
        return f"{self.arena.office.code} {self.place}"

    @cached_property
    def version(self) -> int:
        """Of the complaint, as a page or the API shows it now."""
        with inside(self.arena.office):
            return self.brought.row().version

    @property
    def page(self) -> str:
        return address(self.brought, self.place, self.who)

    @cached_property
    def inputs(self) -> dict[str, Any]:
        """What the step takes."""
        return dict(self.arena.inputs(self.offer))


def steps(seen: set[Any], *, every: bool = False) -> Iterator[Open]:
    """The steps of all SOPs, or one of each kind that `seen` does not hold yet: whose it is, and what kinds
    of inputs it asks for.
    """
    for code, *_more in OFFICES.values():
        arena = Arena(Office.objects.select_related("government").get(code=code))
        for place, way in arena.ways.to.items():
            kind = _kind(arena, place, way)
            if kind in seen and not every:
                continue
            seen.add(kind)
            brought = arena.brought(way)
            who = arena.may(brought, place)[0]
            offer = arena.offer(brought.case(), place, who.actor)
            assert offer is not None
            yield Open(arena, place, brought, who, offer)


def _kind(arena: Arena, place: Place, way: Way) -> Any:
    """What makes the form of a step different from others. Asks the engine alone."""
    case, offer = _case_at(arena, way), None
    for one in arena.world.people:
        offer = arena.offer(case, place, one)
        if offer is not None:
            return one.kind, frozenset(item.kind for item in offer.inputs)
    raise AssertionError(f"nobody may {place}")


def _case_at(arena: Arena, way: Way) -> Case:
    now, world = timezone.now(), arena.world
    intake = intake_of(normal_report(arena.report(), now), timezone=arena.office.timezone, now=now)
    case = received(intake, engine.start(world.procedure, world.settings, intake, now))
    for move in way:
        step = engine.decide(
            world.procedure,
            world.settings,
            case,
            move.place.action,
            move.who,
            now,
            move.place.line,
            move.inputs,
        )
        case = applied(case, step)
    return case
