"""Which races are run every time: one of each kind, and some of every SOP; the full size runs all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.proof import scaled
from tests.races.arena import Arena
from tests.races.ways import Place, Way
from workflows.index import ActionIndex
from workflows.preset import preset_codes

PRESETS: Sequence[tuple[str, ...]] = scaled([preset_codes()], [(code,) for code in preset_codes()])
"""All in one test in the short form, which knows then what kinds it has had."""

OWN = 3
"""How many steps of each SOP the short form races whatever their kind."""

Kind = tuple[Any, ...]


def kind(arena: Arena, place: Place) -> Kind:
    """What makes a step different from others for those who take it: an action of the platform by its code,
    one of the SOP by what it does.
    """
    stage = arena.rules.procedure.index.stage(place.line, place.stage)
    found: ActionIndex | None = stage.actions.get(place.action) if stage is not None else None
    if stage is None or found is None:
        return (place.action,)
    spec = found.spec
    moves, lines = bool(spec.targets()), bool(found.starts_lines)
    who = "reporter" if found.by_reporter else stage.scope.value
    effect = spec.publication and spec.publication.value
    return who, effect, spec.claims, spec.revocable, stage.assigned, moves, lines, len(spec.targets()) > 1


def places(arena: Arena, seen: set[Kind]) -> dict[Place, Way]:
    """The steps to race at this office, with the way to each. Adds their kinds to `seen`."""
    every = arena.ways.to
    declared = [place for place in every if len(kind(arena, place)) > 1]
    chosen = set(declared[:OWN])
    for place in every:
        if kind(arena, place) not in seen:
            seen.add(kind(arena, place))
            chosen.add(place)
    return scaled({place: way for place, way in every.items() if place in chosen}, every)


def pairs(arena: Arena, most: int) -> dict[tuple[Place, Place], Way]:
    """Different steps that are open at the same moment: in the short form so many, evenly spread."""
    every = arena.ways.pairs
    stride = max(1, len(every) // most)
    return scaled(dict(list(every.items())[::stride][:most]), every)
