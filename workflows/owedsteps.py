"""W19 of stages and steps that are still there: who may take them, for which complaints, what they ask and
what the reporter hears of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from workflows.actions import REASON, Action, GuardedTarget
from workflows.cases import REPORTER_ROLE
from workflows.common import Text
from workflows.conditions import Condition, Facts, compiled
from workflows.labels import label
from workflows.owing import Length, cases_of, compared, names, roles, short, warning
from workflows.problems import Problem
from workflows.procedure import Procedure, Stage
from workflows.strictyaml import Path


def check_steps(old: Procedure, new: Procedure) -> Iterator[Problem]:
    """The findings about every stage that both have."""
    places = {line.code: number for number, line in enumerate(new.lines)}
    for line in old.lines:
        number = places.get(line.code)
        if number is None:
            continue
        kept = {stage.code: (place, stage) for place, stage in enumerate(new.lines[number].stages)}
        for stage in line.stages:
            if stage.code in kept:
                place, after = kept[stage.code]
                yield from _stage(old, new, line.code, stage, after, ("lines", number, "stages", place))


def _stage(
    old: Procedure, new: Procedure, line: str, before: Stage, after: Stage, path: Path
) -> Iterator[Problem]:
    if before == after:
        return
    name = short(after.name)
    if before.final is not after.final:
        key = "W19-goes-on" if after.final is None else "W19-ends" if before.final is None else "W19-final"
        yield warning(key, path, stage=name)
    if before.status is not None and after.status is not None and before.status is not after.status:
        yield warning("W19-status", (*path, "status"), stage=name)
    if more := _more_roles(old, new, before.owner, after.owner):
        yield warning("W19-owner", (*path, "owner"), stage=name, roles=roles(new, more))
    if before.waits and after.waits:
        was, now = before.waits.cap, after.waits.cap
        if compared(was, now) is not Length.SAME:
            yield warning("W19-wait", (*path, "waits"), stage=name, before=was, after=now)
    places = {action.code: place for place, action in enumerate(after.actions)}
    for action in before.actions:
        place = places.get(action.code)
        if place is None:
            yield warning("W19-step", path, action=short(action.name), stage=name)
        elif action != after.actions[place] or before.owner != after.owner:
            pair = _Pair(old, new, line, before, after, action, after.actions[place])
            yield from pair.findings((*path, "actions", place))


def _more(old: Sequence[str], new: Sequence[str]) -> list[str]:
    return [code for code in new if code not in old]


def _more_roles(old: Procedure, new: Procedure, was: Sequence[str], now: Sequence[str]) -> list[str]:
    """As `_more`, without a role that only has another code now."""
    more = _more(was, now)
    if not more:
        return more
    names_now = {role.code: role.name.id for role in new.roles if role.code in more}
    known = {role.name.id for role in old.roles if role.code in was}
    return [code for code in more if names_now.get(code) not in known]


@dataclass(frozen=True, slots=True)
class _Pair:
    """One step before and after, with its stages."""

    old: Procedure
    new: Procedure
    line: str
    stage: Stage
    stage_now: Stage
    before: Action
    after: Action

    def findings(self, path: Path) -> Iterator[Problem]:
        names_of = {"action": short(self.after.name), "stage": short(self.stage_now.name)}
        for key in self._given_up():
            yield warning(key, path, **names_of)
        if more := self._takers():
            yield warning("W19-roles", path, **names_of, roles=roles(self.new, more))
        if asked := self._asked_no_longer():
            yield warning("W19-input", path, **names_of, inputs=names(asked))
        if hidden := self._read_no_longer():
            yield warning("W19-read", path, **names_of, inputs=names(hidden))

    def _given_up(self) -> Iterator[str]:
        old, new = self.before, self.after
        silent = new.tells is None and (
            old.tells is not None or (old.timeline is not None and new.timeline is None)
        )
        otherwise = old.publication is not new.publication
        later = self._put_after() if silent or otherwise else []
        tells_later = bool(later) and all(step.tells == old.tells for step in later)
        shows_later = bool(later) and all(step.publication is old.publication for step in later)
        less = {
            "W19-eyes": old.four_eyes and not new.four_eyes,
            "W19-reason": old.reason_required and not new.reason_required,
            "W19-told": silent and not tells_later,
            "W19-papers": bool(_more(new.documents, old.documents)),
            "W19-public": otherwise and not shows_later,
            "W19-reporter": REPORTER_ROLE in old.roles and REPORTER_ROLE not in new.roles,
            "W19-when": self._fewer(),
            "W19-branches": self._branches_otherwise(),
        }
        return (key for key, is_so in less.items() if is_so)

    def _put_after(self) -> list[Action]:
        """The steps that lead on from a stage that was put in behind this one: what they do is only later."""
        to = self.after.to
        if not isinstance(to, str) or self.old.stage(to, self.line) is not None:
            return []
        stage = self.new.stage(to, self.line)
        return [step for step in stage.actions if step.to is not None] if stage else []

    def _takers(self) -> list[str]:
        """Who could not take the step before. Where it is simply the stage's, the stage tells."""
        if not self.after.roles and not self.before.roles:
            return []
        before = self.before.roles or self.stage.owner
        told = () if self.after.roles else _more(self.stage.owner, self.stage_now.owner)
        after = self.after.roles or self.stage_now.owner
        more = _more_roles(self.old, self.new, before, after)
        return [code for code in more if code != REPORTER_ROLE and code not in told]

    def _asked_no_longer(self) -> list[Text]:
        asked = {item.code for item in self.after.inputs if item.required}
        mine = (item for item in self.before.inputs if item.required and item.code != REASON)
        return [item.label for item in mine if item.code not in asked]

    def _read_no_longer(self) -> list[Text]:
        """What is written for the reporter and reaches them no more. Of a step that no longer tells them
        anything that is said already.
        """
        old, new = self.before, self.after
        if old.tells is not None and new.tells is None:
            return []
        kept = {item.code: item for item in new.inputs}
        body = new.tells.body if new.tells else None
        lost = [
            item.label
            for item in old.inputs
            if (item.to_reporter and not (item.code in kept and kept[item.code].to_reporter))
            or (old.tells is not None and old.tells.body == item.code and body is None)
        ]
        if old.reason_to_reporter and not new.reason_to_reporter:
            lost.append(label(f"input.{REASON}"))
        return lost

    def _fewer(self) -> bool:
        """Whether there is a complaint for which the step was there and is no more."""
        old, new = self.before.when, self.after.when
        if new is None or new == old:
            return False
        cases = cases_of(self.new, [old, new])
        was, now = _test(old), compiled(new)
        return cases is None or any(was(facts) and not now(facts) for facts in cases)

    def _branches_otherwise(self) -> bool:
        """Whether there is a complaint that goes another of the ways that there were before."""
        old, new = _branches(self.before), _branches(self.after)
        if old == new or len(self.before.targets()) < 2:
            return False
        known = set(self.before.targets())
        cases = cases_of(self.new, [branch.when for branch in (*old, *new)])
        if cases is None:
            return True
        tests = [[(_test(branch.when), branch.to) for branch in part] for part in (old, new)]
        for facts in cases:
            was, now = (next((to for holds, to in part if holds(facts)), None) for part in tests)
            if was != now and now in known:
                return True
        return False


def _test(condition: Condition | None) -> Callable[[Facts], bool]:
    return (lambda facts: True) if condition is None else compiled(condition)


def _branches(action: Action) -> tuple[GuardedTarget, ...]:
    if action.to is None:
        return ()
    return (GuardedTarget(to=action.to),) if isinstance(action.to, str) else action.to
