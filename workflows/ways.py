"""W03 and W04 with their guards: whatever a case is, it gets on from wherever it can come to stand.

Where a line has guards, its stages are looked at together with what is known of a case: each pair of the two
that can be reached is followed forwards from the start and backwards from the ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from math import prod

from workflows.actions import Action, Input
from workflows.cases import MAIN, Outcome
from workflows.conditions import GUARD_FIELDS, Condition, Facts, compiled
from workflows.decision import Fact
from workflows.graph import closure
from workflows.guards import given_by, values_told_apart
from workflows.problems import Problem, problem
from workflows.procedure import Line, Procedure
from workflows.strictyaml import Path

MOST = 200_000
"""Ways between pairs of stage and case that are followed; many times what any SOP has."""

Case = tuple[str | None, ...]
"""A value for each of `GUARD_FIELDS`."""

Place = tuple[str, Case]
Test = Callable[[Facts], bool]

_SET: Mapping[Fact | None, int] = {Fact.CASE_CLASS: 0, Fact.COMPLEXITY: 1}
"""Position among the fields of those that a step can set."""

_AS_IT_IS = ""


def check_ways(procedure: Procedure, dead_ends: Iterable[tuple[str, str]] = ()) -> Iterator[Problem]:
    """The findings about lines that have guards. `dead_ends`: lines with their stages from which no way leads
    to an end at all, as is known already.
    """
    known = frozenset(dead_ends)
    for number, line in enumerate(procedure.lines):
        if any(True for _ in _guards(line)):
            dead = {stage for code, stage in known if code == line.code}
            yield from _Ways(procedure, line).findings(("lines", number), dead)


def _guards(line: Line) -> Iterator[Condition]:
    for stage in line.stages:
        for action in stage.actions:
            if action.when is not None:
                yield action.when
            for branch in action.to if isinstance(action.to, tuple) else ():
                if branch.when is not None:
                    yield branch.when


def _inputs(lines: Iterable[Line]) -> list[Input]:
    return [item for ln in lines for stage in ln.stages for a in stage.actions for item in a.inputs]


@dataclass(slots=True)
class _Step:
    """An action as it is followed. `options`: for each field what it can become, `_AS_IT_IS` where it can
    stay. `taken`: the branches that some case takes; `live`: some case can take the step.
    """

    test: Test | None
    options: tuple[tuple[str | None, ...], ...]
    branches: tuple[tuple[Test | None, str], ...]
    taken: set[int] = field(default_factory=set)
    live: bool = False


class _Ways:
    """One line, with every case that its guards tell apart."""

    def __init__(self, procedure: Procedure, line: Line) -> None:
        self.procedure, self.line = procedure, line
        sets = [
            (GUARD_FIELDS[_SET[item.sets]], self._given(item))
            for item in _inputs(procedure.lines)
            if item.sets in _SET
        ]
        told = values_told_apart(procedure, list(_guards(line)), sets)
        self.values: tuple[tuple[str | None, ...], ...] = (
            (*told["case_class"], None),
            (*told["complexity"], None),
            tuple(told["visibility"]),
        )
        self.waits = {stage.code: stage.waits.to for stage in line.stages if stage.waits is not None}
        self.resolved = {stage.code for stage in line.stages if stage.final is Outcome.RESOLVED}
        self.steps = {stage.code: [self._step(one) for one in stage.actions] for stage in line.stages}
        self.loose = self._set_elsewhere()

    def _given(self, item: Input) -> frozenset[str]:
        assert item.sets is not None
        return given_by(self.procedure, item.sets, (choice.value for choice in item.choices))

    def _set_elsewhere(self) -> frozenset[int]:
        """Positions of the fields that steps on other lines can set meanwhile."""
        items = _inputs(part for part in self.procedure.lines if part is not self.line)
        found = {_SET[item.sets] for item in items if item.sets in _SET}
        return frozenset(found | {0 for item in items if item.sets is Fact.CATEGORY})

    def _step(self, action: Action) -> _Step:
        options: list[tuple[str | None, ...]] = [(_AS_IT_IS,)] * len(GUARD_FIELDS)
        for item in action.inputs:
            if item.sets is Fact.CATEGORY and options[0] == (_AS_IT_IS,):
                options[0] = (_AS_IT_IS, *(value for value in self.values[0] if value is not None))
        for item in action.inputs:
            if item.sets in _SET:
                place, given = _SET[item.sets], self._given(item)
                chosen = tuple(value for value in self.values[place] if value in given)
                options[place] = chosen if item.required else (_AS_IT_IS, *chosen)
        to = action.to
        return _Step(
            compiled(action.when) if action.when is not None else None,
            tuple(options),
            ((None, to),)
            if isinstance(to, str)
            else tuple((compiled(one.when) if one.when else None, one.to) for one in to or ()),
        )

    def findings(self, path: Path, dead_ends: set[str]) -> Iterator[Problem]:
        """W03 for each stage at which some case stands for ever, W04 for what no case takes."""
        if self._ways() > MOST:
            yield problem("W05-many", path)
            return
        back: dict[Place, set[Place]] = {}
        reached = self._followed(back)
        ending = self._ending(reached, back)
        seen = {stage for stage, _ in reached}
        stuck: dict[str, list[Case]] = {}
        for stage, case in reached - ending:
            stuck.setdefault(stage, []).append(case)
        for j, found in enumerate(self.line.stages):
            here: Path = (*path, "stages", j)
            if found.code in stuck and found.code not in dead_ends:
                detail = _words(min(stuck[found.code], key=_order))
                yield problem("W03-case", here, stage=found.code, detail=detail)
            for k, step in enumerate(self.steps[found.code] if found.code in seen else ()):
                action = found.actions[k]
                if step.test is not None and not step.live:
                    yield problem("W04-action", (*here, "actions", k, "when"), action=action.code)
                    continue
                for n in range(len(step.branches) if step.live else 0):
                    if n not in step.taken:
                        yield problem("W04-branch", (*here, "actions", k, "to", n), number=n + 1)

    def _ways(self) -> int:
        """At most so many ways have to be followed."""
        cases = prod(len(part) for part in self.values)
        each = sum(
            prod(len(part) for part in step.options) for steps in self.steps.values() for step in steps
        )
        others = sum(len(self.values[place]) for place in self.loose)
        return cases * (each + len(self.steps) * (1 + others))

    def _followed(self, back: dict[Place, set[Place]]) -> set[Place]:
        """Every place that can be reached; `back` gets the line's own ways, turned round."""
        complexities = (None,) if self.line.code == MAIN else self.values[1]
        first = self.line.stages[0].code
        found: set[Place] = {(first, case) for case in product(self.values[0], complexities, self.values[2])}
        todo = list(found)
        while todo:
            place = todo.pop()
            own = list(self._own(place))
            for target in own:
                back.setdefault(target, set()).add(place)
            for target in (*own, *self._others(place)):
                if target not in found:
                    found.add(target)
                    todo.append(target)
        return found

    def _own(self, place: Place) -> Iterator[Place]:
        """Where the line's steps, and time, lead from there."""
        code, case = place
        if code in self.waits:
            yield self.waits[code], case
        facts = _facts(case)
        for step in self.steps[code]:
            if step.test is not None and not step.test(facts):
                continue
            for chosen in product(*step.options):
                step.live = True
                after = tuple(old if new == _AS_IT_IS else new for old, new in zip(case, chosen, strict=True))
                if not step.branches:
                    yield code, after
                    continue
                changed = _facts(after)
                for number, (test, to) in enumerate(step.branches):
                    if test is None or test(changed):
                        step.taken.add(number)
                        yield to, after
                        break

    def _others(self, place: Place) -> Iterator[Place]:
        """Where the platform, the reporter and steps on other lines lead from there."""
        code, case = place
        for position in self.loose:
            for value in self.values[position]:
                yield code, (*case[:position], value, *case[position + 1 :])
        if self.line.code != MAIN:
            return
        hand_up, objection = self.procedure.platform.hand_up, self.procedure.reporter.object
        if hand_up is not None and hand_up.returns_to and code in hand_up.stages:
            yield hand_up.returns_to, case
        if objection is not None and code in self.resolved:
            yield objection.to, case

    def _ending(self, reached: set[Place], back: dict[Place, set[Place]]) -> set[Place]:
        """Every place from which the line's own ways lead to an end, or from which the case may be
        referred.
        """
        refer = self.procedure.platform.refer
        ends = {stage.code for stage in self.line.stages if stage.final is not None}
        ends |= set(refer.stages) if refer is not None and self.line.code == MAIN else set()
        return closure({place for place in reached if place[0] in ends}, back)


def _facts(case: Case) -> Facts:
    return dict(zip(GUARD_FIELDS, case, strict=True))


def _order(case: Case) -> tuple[bool | str, ...]:
    """Cases of which something is known come first."""
    return (*(value is None for value in case), *(value or "" for value in case))


def _words(case: Case) -> str:
    return ", ".join(f"{name}: {value or '-'}" for name, value in zip(GUARD_FIELDS, case, strict=True))
