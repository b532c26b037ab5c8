"""W19: what complaints were owed under the version in force, and would no longer be under the next.

Nothing of it makes a procedure unsound: an office may change its procedure. But whoever puts it in force
signs for it by name: a step that can now be left out or has to be gone through once more, an end that cannot
be reached any more or now can, a right of the reporter, the second pair of eyes, who hears of a missed limit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from workflows.actions import Action
from workflows.cases import MAIN, Outcome
from workflows.common import Text
from workflows.labels import label
from workflows.passing import Passing, Steps, numbered, ways_of
from workflows.problems import Problem, Severity, problem, sentence
from workflows.procedure import Clock, Line, Procedure, Stage
from workflows.strictyaml import Path

_NAMED = 4
"""Of several parts that one finding is about, those that are named; of the others the number is told."""

_LONGEST = 80
"""Characters of a name."""


def check_owed(old: Procedure, new: Procedure) -> list[Problem]:
    """The findings, all of them warnings; `old` is what is in force. Empty for equals."""
    return list(dict.fromkeys([*_lines(old, new), *_limits(old, new), *_rights(old, new)]))


def _warning(key: str, path: Path, **values: object) -> Problem:
    return problem(key, path, Severity.WARNING, **values)


def _short(name: Text) -> Text:
    """A name as it fits into a sentence among others."""
    return Text(id=_cut(name.id), en=_cut(name.en))


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


# Lines


def _lines(old: Procedure, new: Procedure) -> Iterator[Problem]:
    places = {line.code: number for number, line in enumerate(new.lines)}
    for line in old.lines:
        number = places.get(line.code)
        if number is None:
            yield _warning("W19-line", ("lines",), line=_short(line.name))
            continue
        after = new.lines[number]
        path: Path = ("lines", number)
        if line.starts != after.starts:
            yield _warning("W19-starts", (*path, "starts"), line=_short(after.name))
        if line.joins and line.joins != after.joins:
            stage = old.stage(line.joins)
            yield _warning(
                "W19-joins", path, line=_short(after.name), stage=_short(stage.name) if stage else line.joins
            )
        yield from _steps(line, after, path)
        yield from _passed(old, new, line, after, path)


def _steps(old: Line, new: Line, path: Path) -> Iterator[Problem]:
    """Steps that are no longer there, or that ask or tell less than they did."""
    kept = {stage.code: (number, stage) for number, stage in enumerate(new.stages)}
    for stage in old.stages:
        if stage.code not in kept:
            continue
        number, after = kept[stage.code]
        here: Path = (*path, "stages", number)
        places = {action.code: place for place, action in enumerate(after.actions)}
        for action in stage.actions:
            place = places.get(action.code)
            if place is None:
                yield _warning("W19-step", here, action=_short(action.name), stage=_short(after.name))
            else:
                yield from _less((*here, "actions", place), after, action, after.actions[place])


def _less(path: Path, stage: Stage, old: Action, new: Action) -> Iterator[Problem]:
    given_up = {
        "W19-eyes": old.four_eyes and not new.four_eyes,
        "W19-reason": old.reason_required and not new.reason_required,
        "W19-told": old.tells is not None and new.tells is None,
    }
    for key, is_so in given_up.items():
        if is_so:
            yield _warning(key, path, action=_short(new.name), stage=_short(stage.name))


# What has to be passed


@dataclass(frozen=True, slots=True)
class _Compared:
    """What had and has to be passed from a place on; None: no such end can be reached from there.

    `after`: the place in words, made where there is something to say. `obliges`: whether people went this way
    before, so that what is more on it counts.
    """

    path: Path
    after: Callable[[], Text]
    had: Steps | None
    has: Steps | None
    obliges: bool = True


def _passed(old: Procedure, new: Procedure, before: Line, after: Line, path: Path) -> Iterator[Problem]:
    """What has to be passed follows from the edges alone: it is enough to look at those that are new or lead
    elsewhere, at stages that have lost one, and at the entries.
    """
    bits = numbered(before, after)
    existed = sum(numbered(before).values())
    found: dict[tuple[str, Path, Steps], tuple[Text, list[Outcome]]] = {}
    for outcome in Outcome:
        was, now = Passing(before, outcome, bits), Passing(after, outcome, bits)
        if not was.ends and not now.ends:
            continue
        entries = _by_entries(old, new, was, now) if before.code == MAIN else ()
        for one in (*_by_ways(was, now, path), *_by_stages(was, now, path), *entries):
            for key, steps in _judged(one, existed, outcome):
                found.setdefault((key, one.path, steps), (one.after(), []))[1].append(outcome)
    both = (before, after)
    names = {(s.code, a.code): (a.name, s.name) for line in both for s in line.stages for a in s.actions}
    rows = list(names.values())  # in the order of the bits
    for (key, at, steps), (place, outcomes) in found.items():
        ends = _all([_quoted(_end(outcome, after, before)) for outcome in outcomes])
        shown = [_step(*rows[n]) for n in _first(steps)]
        yield _warning(key, at, after=place, ends=ends, steps=_all(shown, steps.bit_count()))


def _first(steps: Steps) -> Iterator[int]:
    """The numbers of the first few of a set."""
    for _ in range(_NAMED):
        if steps:
            lowest = steps & -steps
            yield lowest.bit_length() - 1
            steps ^= lowest


def _end(outcome: Outcome, *lines: Line) -> Text:
    """What a line is called that ended so."""
    return next(stage.name for line in lines for stage in line.stages if stage.final is outcome)


def _judged(one: _Compared, existed: Steps, outcome: Outcome) -> Iterator[tuple[str, Steps]]:
    if one.had is None and one.has is not None:
        yield "W19-opens", 0
    elif one.had is not None and one.has is None and one.obliges:
        yield "W19-end", 0
    elif one.had is not None and one.has is not None:
        if lost := one.had & ~one.has:
            yield "W19", lost
        # Steps that did not exist before are no surprise to who has just written them.
        more = one.has & ~one.had & existed
        if one.obliges and outcome is Outcome.RESOLVED and more:
            yield "W19-more", more


def _by_ways(was: Passing, now: Passing, path: Path) -> Iterator[_Compared]:
    known = {stage.code for stage in was.line.stages}
    for number, stage in enumerate(now.line.stages):
        if stage.code not in known:
            continue
        places = {action.code: place for place, action in enumerate(stage.actions)}
        for way, to in ways_of(stage):
            if was.ways.get(way) == to:
                continue
            place, there = places.get(way[1]), way in was.ways
            part: Path = ("waits",) if place is None else ("actions", place)
            had = was.by(way) if there else was.from_stage(stage.code)
            after = partial(_after, stage, place)
            yield _Compared((*path, "stages", number, *part), after, had, now.by(way), obliges=there)


def _after(stage: Stage, place: int | None) -> Text:
    if place is None:
        return sentence("detail.after_wait", stage=_short(stage.name))
    return sentence("detail.after_step", action=_short(stage.actions[place].name), stage=_short(stage.name))


def _by_stages(was: Passing, now: Passing, path: Path) -> Iterator[_Compared]:
    """Stages that have lost a way: what is left may be longer, or not lead there any more; it is never
    shorter.
    """
    shorter = {way[0] for way in was.ways.keys() - now.ways.keys()}
    for number, stage in enumerate(now.line.stages):
        if stage.code in shorter:
            after = partial(sentence, "detail.from_stage", stage=_short(stage.name))
            had, has = was.from_stage(stage.code), now.from_stage(stage.code)
            still = None if has is None else has | (had or 0)
            yield _Compared((*path, "stages", number), after, had, still)


def _by_entries(old: Procedure, new: Procedure, was: Passing, now: Passing) -> Iterator[_Compared]:
    """The start, an objection, and the way back from the government's desk."""
    entries: tuple[tuple[str, Path, str | None, str | None], ...] = (
        ("start", ("lines",), was.line.stages[0].code, now.line.stages[0].code),
        ("objection", ("reporter", "object"), _objected(old), _objected(new)),
        ("return", ("platform", "hand_up"), _returned(old), _returned(new)),
    )
    for key, at, before, after in entries:
        if before and after and before != after:
            words = partial(sentence, f"detail.after_{key}")
            yield _Compared(at, words, was.from_stage(before), now.from_stage(after))


def _objected(procedure: Procedure) -> str | None:
    return procedure.reporter.object.to if procedure.reporter.object else None


def _returned(procedure: Procedure) -> str | None:
    return procedure.platform.hand_up.returns_to if procedure.platform.hand_up else None


def _quoted(name: Text) -> Text:
    return sentence("detail.quoted", name=_short(name))


def _step(action: Text, stage: Text) -> Text:
    return sentence("detail.step", action=_short(action), stage=_short(stage))


def _all(texts: Sequence[Text], count: int | None = None) -> Text:
    """Several in a row; of many the first, and how many more of the `count` there are."""
    shown, every = list(texts[:_NAMED]), len(texts) if count is None else count
    if every > len(shown):
        shown.append(sentence("detail.more", count=every - len(shown)))
    if not shown:  # the sentence names none
        return Text(id="-")
    return Text(id=", ".join(one.id for one in shown), en=", ".join(one.get("en") for one in shown))


# Limits and rights


def _limits(old: Procedure, new: Procedure) -> Iterator[Problem]:
    places = {clock.code: number for number, clock in enumerate(new.clocks)}
    gone = [rung.role for rung in old.ladder if rung.role not in {one.role for one in new.ladder}]
    if gone:
        yield _warning("W19-ladder", ("ladder",), roles=_all([_quoted(_role(old, role)) for role in gone]))
    for clock in old.clocks:
        number = places.get(clock.code)
        if number is None:
            yield _warning("W19-limit", ("clocks",), clock=_short(clock.name))
            continue
        after, path = new.clocks[number], ("clocks", number)
        yield from _longer((*path, "limit"), clock, after)
        hear = {*_hearing(new, after), *gone}
        silent = [role for role in _hearing(old, clock) if role not in hear]
        if silent:
            names = _all([_quoted(_role(old, role)) for role in silent])
            yield _warning("W19-heard", (*path, "escalate_to"), clock=_short(after.name), roles=names)


def _hearing(procedure: Procedure, clock: Clock) -> tuple[str, ...]:
    return (clock.escalate_to, *(rung.role for rung in procedure.ladder_of(clock)))


def _role(procedure: Procedure, code: str) -> Text:
    found = procedure.role(code)
    return found.name if found else label(f"role.{code}")


def _longer(path: Path, old: Clock, new: Clock) -> Iterator[Problem]:
    """A branch that grew, or that is counted in another unit: without a calendar nobody can compare those."""
    pairs = [(a.limit, b.limit) for a, b in zip(old.limits(), new.limits(), strict=False)]
    for was, now in pairs:
        key = "W19-longer" if was.unit is now.unit else "W19-unit"
        if was.unit is not now.unit or was.value < now.value:
            yield _warning(key, path, clock=_short(new.name), before=was, after=now)


def _rights(old: Procedure, new: Procedure) -> Iterator[Problem]:
    """What the reporter could do, and the ways out for what is not the office's duty."""
    lost = {
        ("W19-withdraw", "reporter"): old.reporter.withdraw and not new.reporter.withdraw,
        ("W19-object", "reporter"): bool(old.reporter.object) and not new.reporter.object,
        ("W19-rate", "reporter"): bool(old.reporter.rate) and not new.reporter.rate,
        ("W19-hand-up", "platform"): bool(old.platform.hand_up) and not new.platform.hand_up,
        ("W19-refer", "platform"): bool(old.platform.refer) and not new.platform.refer,
    }
    for (key, part), is_lost in lost.items():
        if is_lost:
            yield _warning(key, (part,))
