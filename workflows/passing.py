"""What a complaint has to pass on its way to an end: the steps that lie on every way there.

On the graph of one line these are the post-dominators of a stage: a greatest fixed point over sets of steps.
A set is a whole number with a bit for each step, so that a document of thousands of steps takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from workflows.cases import Outcome
from workflows.graph import closure, turned
from workflows.procedure import Line, Stage

Step = tuple[str, str]
"""A stage's code and an action's."""

Way = tuple[str, str, int]
"""One edge: stage, action and the number of its branch. The action of a wait that ends by itself is ""."""

Steps = int
"""A set of steps."""


def numbered(*lines: Line) -> dict[Step, Steps]:
    """A bit for every step of the lines: versions of a line that share them can be compared."""
    steps = dict.fromkeys((s.code, a.code) for line in lines for s in line.stages for a in s.actions)
    return {step: 1 << number for number, step in enumerate(steps)}


def ways_of(stage: Stage) -> Iterator[tuple[Way, str]]:
    """The edges that begin at a stage, each with the stage that it leads to."""
    for action in stage.actions:
        for number, to in enumerate(action.targets()):
            yield (stage.code, action.code, number), to
    if stage.waits is not None:
        yield (stage.code, "", 0), stage.waits.to


@dataclass(frozen=True)
class Passing:
    """A line, asked what lies on every way to those of its ends that have this outcome. `bits`: of its
    steps.
    """

    line: Line
    outcome: Outcome
    bits: Mapping[Step, Steps]

    @cached_property
    def ways(self) -> dict[Way, str]:
        """Every edge with the stage that it leads to."""
        return {way: to for stage in self.line.stages for way, to in ways_of(stage)}

    @cached_property
    def targets(self) -> dict[Step, frozenset[str]]:
        """The stages that each step can lead to; a wait counts as a step without a code."""
        found: dict[Step, set[str]] = {}
        for way, to in self.ways.items():
            found.setdefault(way[:2], set()).add(to)
        return {step: frozenset(stages) for step, stages in found.items()}

    @cached_property
    def ends(self) -> frozenset[str]:
        """The stages that end the line so."""
        return frozenset(stage.code for stage in self.line.stages if stage.final is self.outcome)

    def from_stage(self, stage: str) -> Steps | None:
        """What a complaint that stands there has to pass; None where it cannot end so."""
        return self._needed.get(stage)

    def by(self, way: Way) -> Steps | None:
        """What a complaint passes that goes this way, its own step among it; None where it cannot end so."""
        beyond = self._needed.get(self.ways[way])
        return None if beyond is None else beyond | self.bits.get(way[:2], 0)

    def by_step(self, step: Step) -> Steps | None:
        """What a complaint passes on whichever way the step leads it; None where none ends so."""
        beyond = [self._needed[to] for to in self.targets.get(step, ()) if to in self._needed]
        if not beyond:
            return None
        needed = beyond[0]
        for one in beyond[1:]:
            needed &= one
        return needed | self.bits.get(step, 0)

    @cached_property
    def _needed(self) -> dict[str, Steps]:
        """Of every stage from which such an end can be reached, what lies on all ways there."""
        reaching = closure(self.ends, self._back)
        onward: dict[str, list[tuple[Steps, str]]] = {}
        for (start, action, _), to in self.ways.items():
            if to in reaching and start not in self.ends:
                onward.setdefault(start, []).append((self.bits.get((start, action), 0), to))
        everything = sum(self.bits.values())
        needed = {stage: 0 if stage in self.ends else everything for stage in reaching}
        todo = {start: None for end in sorted(self.ends) for start in self._before(end)}
        while todo:
            stage = next(iter(todo))  # first come, first served: what is nearer to the end is settled first
            del todo[stage]
            on_all = everything
            for bit, to in onward[stage]:
                on_all &= bit | needed[to]
            if on_all != needed[stage]:
                needed[stage] = on_all
                todo.update(dict.fromkeys(self._before(stage)))
        return needed

    def _before(self, stage: str) -> set[str]:
        """The stages that lead there and are no ends themselves."""
        return self._back.get(stage, set()) - self.ends

    @cached_property
    def _back(self) -> dict[str, set[str]]:
        """From each stage to those that lead to it."""
        return turned({stage.code: [to for _, to in ways_of(stage)] for stage in self.line.stages})
