"""W19 of limits: what is longer, runs at fewer stages or begins and ends otherwise, and who hears that it was
missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from workflows.common import Span, Text
from workflows.conditions import Facts, compiled
from workflows.labels import label
from workflows.owing import NAMED, Length, cases_of, compared, growth, names, roles, short, warning
from workflows.problems import Problem
from workflows.procedure import Clock, Procedure
from workflows.strictyaml import Path


def check_times_owed(old: Procedure, new: Procedure) -> Iterator[Problem]:
    """The findings about the ladder, every clock, and the time in which who is asked has to answer."""
    codes = _codes(old, new)
    kept = {codes.get(rung.role, rung.role) for rung in new.ladder}
    gone = [rung.role for rung in old.ladder if rung.role not in kept]
    if gone:
        yield warning("W19-ladder", ("ladder",), roles=roles(old, gone))
    yield from _later(old, new)
    places = {clock.code: number for number, clock in enumerate(new.clocks)}
    known = {clock.code for clock in old.clocks}
    # One that only has another code now is known by its name.
    names_now = {one.name.id: number for number, one in enumerate(new.clocks) if one.code not in known}
    for clock in old.clocks:
        number = places.get(clock.code, names_now.get(clock.name.id))
        if number is None:
            yield warning("W19-limit", ("clocks",), clock=short(clock.name))
        else:
            yield from _clock(old, new, clock, new.clocks[number], ("clocks", number))
            hear = {*(codes.get(role, role) for role in _hearing(new, new.clocks[number])), *gone}
            silent = [role for role in _hearing(old, clock) if role not in hear]
            if silent:
                who = {"clock": short(new.clocks[number].name), "roles": roles(old, silent)}
                yield warning("W19-heard", ("clocks", number, "escalate_to"), **who)
    asked, asks = old.platform.coordinate, new.platform.coordinate
    if asked is not None and asks is not None:
        name = short(asks.name or label("part.Coordinate"))
        yield from _spans([(asked.limit, asks.limit)], ("platform", "coordinate", "limit"), name)


def _codes(old: Procedure, new: Procedure) -> dict[str, str]:
    """The codes of before of roles that have another one now, known by their names."""
    before = {role.name.id: role.code for role in old.roles}
    known = {role.code for role in old.roles}
    return {
        role.code: before[role.name.id]
        for role in new.roles
        if role.code not in known and role.name.id in before
    }


def _later(old: Procedure, new: Procedure) -> Iterator[Problem]:
    kept = {rung.role: rung for rung in old.ladder}
    for number, rung in enumerate(new.ladder):
        before = kept.get(rung.role)
        if before and compared(before.after, rung.after) in (Length.LONGER, Length.OTHER):
            spans = {"before": before.after, "after": rung.after}
            yield warning("W19-later", ("ladder", number), roles=roles(new, [rung.role]), **spans)


def _clock(old: Procedure, new: Procedure, clock: Clock, after: Clock, path: Path) -> Iterator[Problem]:
    name = short(after.name)
    if clock.limit != after.limit:
        yield from _spans(_pairs(new, clock, after), (*path, "limit"), name)
    if clock.whole and not after.whole:
        yield warning("W19-whole", path, clock=name)
    here = {stage.code: stage for line in new.lines if line.code == after.line for stage in line.stages}
    if not after.whole:  # the clock of the whole process runs at every stage
        codes = [code for code in clock.live if code in here and code not in after.live]
        if left := [here[code].name for code in codes if here[code].final is None]:
            yield warning("W19-live", (*path, "live"), clock=name, stages=names(left))
    if _begins_later(old, clock, after):
        yield warning("W19-counts", (*path, "counts_from"), clock=name)
    still = [here[code].name for code in after.pauses_in if code in here and code not in clock.pauses_in]
    if still:
        yield warning("W19-stands", (*path, "pauses_in"), clock=name, stages=names(still))
    if ended := [code for code in after.stops_by if code not in clock.stops_by]:
        steps = names([_step(new, code) for code in ended[:NAMED]], len(ended))
        yield warning("W19-stops", (*path, "stops_by"), clock=name, steps=steps)


def _step(procedure: Procedure, code: str) -> Text:
    steps = (action for line in procedure.lines for stage in line.stages for action in stage.actions)
    found = next((action.name for action in steps if action.code == code), None)
    if found is not None:
        return found
    try:
        return label(f"action.{code}")
    except KeyError:  # an unknown step is a finding of its own
        return Text(id=code)


def _hearing(procedure: Procedure, clock: Clock) -> tuple[str, ...]:
    return (clock.escalate_to, *(rung.role for rung in procedure.ladder_of(clock)))


def _begins_later(old: Procedure, before: Clock, after: Clock) -> bool:
    """Not by a step that is put in between: that is no less than before."""
    was, now = before.counts_from, after.counts_from
    if was == now or now.kind == "receipt":
        return False
    steps = {action.code for line in old.lines for stage in line.stages for action in stage.actions}
    return was.kind == "receipt" or now.action in steps


def _pairs(procedure: Procedure, old: Clock, new: Clock) -> list[tuple[Span, Span]]:
    """The limit before and after, of every case that the branches tell apart."""
    cases = cases_of(procedure, [branch.when for branch in (*old.limits(), *new.limits())])
    if cases is None:  # too many to be tried: one branch beside the other
        one, other = old.limits(), new.limits()
        return [(a.limit, b.limit) for a, b in [*zip(one, other, strict=False), (one[-1], other[-1])]]
    was, now = ([limit(facts) for facts in cases] for limit in (_limit_of(old), _limit_of(new)))
    return list(dict.fromkeys(zip(was, now, strict=True)))


def _limit_of(clock: Clock) -> Callable[[Facts], Span]:
    branches = [(compiled(one.when) if one.when else None, one.limit) for one in clock.limits()]

    def limit(facts: Facts) -> Span:
        return next((span for holds, span in branches if holds is None or holds(facts)), branches[-1][1])

    return limit


def _spans(pairs: list[tuple[Span, Span]], path: Path, name: Text) -> Iterator[Problem]:
    """Of what is longer that which grew most, and of what is counted in another unit the first."""
    longer = [pair for pair in pairs if compared(*pair) is Length.LONGER]
    other = [pair for pair in pairs if compared(*pair) is Length.OTHER]
    if longer:
        before, after = max(longer, key=lambda pair: growth(*pair))
        yield warning("W19-longer", path, clock=name, before=before, after=after)
    if other:
        before, after = other[0]
        yield warning("W19-unit", path, clock=name, before=before, after=after)
