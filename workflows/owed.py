"""W19: what complaints were owed under the version in force, and would no longer be under the next.

Nothing of it makes a procedure unsound: an office may change its procedure. But whoever puts it in force
signs for it by name: a step that can now be left out or has to be gone through once more, an end that cannot
be reached any more or now can (here); what a step asks, tells and is open to (`workflows.owedsteps`); a limit
and who hears that it was missed (`workflows.owedtimes`); a right of the reporter (`workflows.owedrights`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from workflows.cases import MAIN, Outcome
from workflows.common import Text
from workflows.owedcodes import with_old_codes
from workflows.owedrights import check_rights
from workflows.owedsteps import check_steps
from workflows.owedtimes import check_times_owed
from workflows.owing import NAMED, listed, quoted, short, warning
from workflows.passing import Passing, Steps, numbered, ways_of
from workflows.problems import Problem, sentence
from workflows.procedure import Line, Procedure, Stage
from workflows.strictyaml import Path

MOST = 40
"""Findings that are told one by one: nobody reads more. The last then says how many there are beside them."""


def check_owed(old: Procedure, new: Procedure) -> list[Problem]:
    """The findings, all of them warnings, the gravest first; `old` is what is in force. Empty for equals."""
    if old == new:
        return []
    new = with_old_codes(old, new)
    every = [*_lines(old, new), *check_rights(old, new), *check_times_owed(old, new), *check_steps(old, new)]
    found = list(dict.fromkeys(every))
    if len(found) <= MOST:
        return found
    return [*found[: MOST - 1], warning("W19-rest", (), count=len(found) - MOST + 1)]


# Lines


def _lines(old: Procedure, new: Procedure) -> Iterator[Problem]:
    places = {line.code: number for number, line in enumerate(new.lines)}
    for line in old.lines:
        number = places.get(line.code)
        if number is None:
            yield warning("W19-line", ("lines",), line=short(line.name))
            continue
        after = new.lines[number]
        path: Path = ("lines", number)
        if line.starts != after.starts:
            yield warning("W19-starts", (*path, "starts"), line=short(after.name))
        if line.joins and line.joins != after.joins:
            stage = old.stage(line.joins)
            yield warning(
                "W19-joins", path, line=short(after.name), stage=short(stage.name) if stage else line.joins
            )
        if line.outlives and not after.outlives:
            yield warning("W19-outlives", path, line=short(after.name))
        yield from _passed(old, new, line, after, path)


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
        entries = _by_entries(old, new, was, now, path)
        for one in (*_by_ways(was, now, path), *_by_stages(was, now, path), *entries):
            for key, steps in _judged(one, existed, outcome):
                found.setdefault((key, one.path, steps), (one.after(), []))[1].append(outcome)
    both = (before, after)
    names = {(s.code, a.code): (a.name, s.name) for line in both for s in line.stages for a in s.actions}
    rows = list(names.values())  # in the order of the bits
    for (key, at, steps), (place, outcomes) in found.items():
        ends = listed([quoted(_end(outcome, after, before)) for outcome in outcomes])
        shown = [_step(*rows[n]) for n in _first(steps)]
        yield warning(key, at, after=place, ends=ends, steps=listed(shown, steps.bit_count()))


def _first(steps: Steps) -> Iterator[int]:
    """The numbers of the first few of a set."""
    for _ in range(NAMED):
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
    """Ways that a step did not have. Which of its ways a complaint takes is told with the step itself."""
    known = {stage.code for stage in was.line.stages}
    for number, stage in enumerate(now.line.stages):
        if stage.code not in known:
            continue
        places = {action.code: place for place, action in enumerate(stage.actions)}
        for way, to in ways_of(stage):
            before = was.targets.get(way[:2], frozenset())
            if to in before:
                continue
            place = places.get(way[1])
            part: Path = ("waits",) if place is None else ("actions", place)
            if not before:
                had = was.from_stage(stage.code)
            elif was.ways.get(way) in before - now.targets[way[:2]]:
                had = was.by(way)  # this branch leads elsewhere
            else:
                had = was.by_step(way[:2])
            after = partial(_after, stage, place)
            yield _Compared((*path, "stages", number, *part), after, had, now.by(way), obliges=bool(before))


def _after(stage: Stage, place: int | None) -> Text:
    if place is None:
        return sentence("detail.after_wait", stage=short(stage.name))
    return sentence("detail.after_step", action=short(stage.actions[place].name), stage=short(stage.name))


def _by_stages(was: Passing, now: Passing, path: Path) -> Iterator[_Compared]:
    """Stages that have lost a way: what is left may be longer, or not lead there any more; it is never
    shorter.
    """
    shorter = {way[0] for way in was.ways.keys() - now.ways.keys()}
    for number, stage in enumerate(now.line.stages):
        if stage.code in shorter:
            after = partial(sentence, "detail.from_stage", stage=short(stage.name))
            had, has = was.from_stage(stage.code), now.from_stage(stage.code)
            still = None if has is None else has | (had or 0)
            yield _Compared((*path, "stages", number), after, had, still)


def _by_entries(
    old: Procedure, new: Procedure, was: Passing, now: Passing, path: Path
) -> Iterator[_Compared]:
    """The start; of the main line an objection, too, and the way back from the government's desk."""
    entries: list[tuple[str, Path, str | None, str | None]] = [
        ("start", ("lines",), was.line.stages[0].code, now.line.stages[0].code)
    ]
    if now.line.code == MAIN:
        entries.append(("objection", ("reporter", "object"), _objected(old), _objected(new)))
        entries.append(("return", ("platform", "hand_up"), _returned(old), _returned(new)))
    else:
        entries[0] = ("line", path, *entries[0][2:])
    for key, at, before, after in entries:
        if before and after and before != after:
            words = partial(sentence, f"detail.after_{key}", line=short(now.line.name))
            yield _Compared(at, words, was.from_stage(before), now.from_stage(after))


def _objected(procedure: Procedure) -> str | None:
    return procedure.reporter.object.to if procedure.reporter.object else None


def _returned(procedure: Procedure) -> str | None:
    return procedure.platform.hand_up.returns_to if procedure.platform.hand_up else None


def _step(action: Text, stage: Text) -> Text:
    return sentence("detail.step", action=short(action), stage=short(stage))
