"""W07: wherever a line can come to stand, and whatever was done there, one of the limits runs.

A clock that counts from receipt or from entering, and that no step ends, runs wherever it is live. Of the
others every set that can run together is followed through the line.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflows.cases import MAIN, Outcome
from workflows.coordination import COORDINATE
from workflows.problems import Problem, problem
from workflows.procedure import Clock, Line, Procedure, Stage
from workflows.strictyaml import Path

MOST = 5_000
"""States that are followed; many times what any SOP has."""

Running = frozenset[str]
State = tuple[str, Running]
_How = tuple[str, bool]
"""By which action a state came about, and whether that led into the stage."""

_BY_ITSELF = frozenset({"start", "timeout", "object", "return"})


def check_running(procedure: Procedure) -> Iterator[Problem]:
    """The findings about stages at which every limit can be over, or never have begun."""
    for number, line in enumerate(procedure.lines):
        own = [clock for clock in procedure.clocks if clock.line == line.code]
        whole = any(clock.whole and not clock.stops_by for clock in own)
        clocks = [clock for clock in own if not clock.whole or clock.stops_by]
        found = _Line(procedure, line, clocks, whole)
        wanting = {
            stage.code
            for stage in line.stages
            if _wants_a_limit(stage, whole) and found.is_doubtful(stage.code)
        }
        if wanting:
            yield from found.findings(("lines", number), wanting)


def _wants_a_limit(stage: Stage, whole: bool) -> bool:
    return stage.final is None and not stage.no_limit and not (stage.within_whole and whole)


class _Line:
    """One line and its clocks, of which some do not run by themselves wherever they are live. `whole`: one of
    the whole process runs everywhere, whatever is done.
    """

    def __init__(self, procedure: Procedure, line: Line, clocks: list[Clock], whole: bool) -> None:
        self.procedure, self.line, self.whole = procedure, line, whole
        self.at: dict[str, list[Clock]] = {}
        going = frozenset(stage.code for stage in line.stages if stage.final is None)
        live = {
            clock.code: going - {*clock.pauses_in} if clock.whole else frozenset(clock.live)
            for clock in clocks
        }
        for clock in clocks:
            for code in live[clock.code]:
                self.at.setdefault(code, []).append(clock)
        doubtful = [clock for clock in clocks if clock.counts_from.action is not None or clock.stops_by]
        self.doubtful = [
            (clock.code, live[clock.code], frozenset(clock.pauses_in), clock) for clock in doubtful
        ]
        self.states_of = {clock.code for clock in doubtful}
        self.stages = {stage.code: stage for stage in line.stages}

    def is_doubtful(self, stage: str) -> bool:
        """Whether every limit of a stage may not run there. Beside the limit of the whole process only a
        single one is asked for: several that begin and end with steps are further limits.
        """
        own = self.at.get(stage, [])
        if not own or (self.whole and len(own) > 1):
            return False
        return all(clock.code in self.states_of for clock in own)

    def findings(self, path: Path, wanting: set[str]) -> Iterator[Problem]:
        states = self._followed()
        if states is None:
            yield problem("W05-many", path)
            return
        told: set[str] = set()
        for (code, running), (action, entered) in states.items():
            if code not in wanting or code in told:
                continue
            if running & {clock.code for clock in self.at[code]} or action == COORDINATE:
                continue
            if self.whole and (not entered or action in _BY_ITSELF):
                continue  # the limit of the whole process runs there
            told.add(code)
            where: Path = (*path, "stages", self.line.stages.index(self.stages[code]))
            clock = self.at[code][0].code
            if entered and action in _BY_ITSELF:
                yield problem("W07-begun", where, stage=code, clock=clock)
            elif entered:
                yield problem("W07-entry", where, stage=code, action=action, clock=clock)
            else:
                yield problem("W07-stopped", where, stage=code, action=action)

    def _followed(self) -> dict[State, _How] | None:
        """Every state with how it came about first; None where there are too many."""
        found: dict[State, _How] = {}
        todo: list[State] = []

        def reach(state: State, action: str, entered: bool) -> None:
            if state not in found:
                todo.append(state)
            elif found[state][0] != COORDINATE:
                return
            found[state] = (action, entered)

        for state, begun_by in self._starts():
            reach(state, begun_by, True)
        elsewhere = self._steps_elsewhere()
        while todo:
            if len(found) > MOST:
                return None
            code, running = todo.pop()
            stage = self.stages[code]
            if stage.waits is not None:
                reach(self._entering(stage.waits.to, running, "timeout"), "timeout", True)
            for action in stage.actions:
                left = self._without(running, action.code)
                for to in action.targets():
                    reach(self._entering(to, left, action.code), action.code, True)
                if action.to is None:
                    reach((code, left | self._begun_at(code, action.code)), action.code, False)
            for other in elsewhere:
                reach((code, self._without(running, other)), other, False)
            if self._asks(code):
                left = self._without(running, COORDINATE)
                reach((code, left | self._begun_at(code, COORDINATE)), COORDINATE, False)
        return found

    def _starts(self) -> Iterator[tuple[State, str]]:
        """How the line begins, and how the platform and the reporter lead into it."""
        first, nothing = self.line.stages[0].code, frozenset[str]()
        if self.line.starts is not None:
            for code in self._beginners():
                yield self._entering(first, nothing, code), code
            return
        yield self._entering(first, nothing, "start"), "start"
        objection, hand_up = self.procedure.reporter.object, self.procedure.platform.hand_up
        if objection is not None and objection.to in self.stages:
            yield self._entering(objection.to, nothing, "object"), "object"
        for code in hand_up.stages if hand_up is not None else ():
            back = (hand_up.returns_to if hand_up is not None else None) or code
            yield (back, frozenset(name for name, live, _, _ in self.doubtful if back in live)), "return"

    def _beginners(self) -> set[str]:
        """The actions with which a side line begins."""
        starts = self.line.starts
        assert starts is not None
        if starts.action is not None:
            return {starts.action}
        found = {"timeout"}
        for line in self.procedure.lines:
            ends = {stage.code for stage in line.stages if stage.final in starts.closing}
            if line.code == MAIN:
                found |= {a.code for s in line.stages for a in s.actions if ends & {*a.targets()}}
                timed = any(s.waits is not None and s.waits.to in ends for s in line.stages)
                found -= set() if timed else {"timeout"}
        if {Outcome.REFERRED, Outcome.WITHDRAWN} & {*starts.closing}:
            found.add("start")
        return found

    def _steps_elsewhere(self) -> list[str]:
        """Actions of other lines that end a clock of this one."""
        ending = {code for _, _, _, clock in self.doubtful for code in clock.stops_by}
        others = (line for line in self.procedure.lines if line is not self.line)
        return sorted({a.code for ln in others for s in ln.stages for a in s.actions} & ending)

    def _asks(self, code: str) -> bool:
        rules = self.procedure.platform.coordinate
        return self.line.code == MAIN and rules is not None and code in rules.stages

    def _without(self, running: Running, action: str) -> Running:
        return running - {name for name, _, _, clock in self.doubtful if action in clock.stops_by}

    def _begun_at(self, code: str, action: str) -> Running:
        return frozenset(
            name
            for name, live, _, clock in self.doubtful
            if code in live and clock.counts_from.action == action
        )

    def _entering(self, to: str, running: Running, action: str) -> State:
        """The state after a way into a stage, as `stepclocks.ClockKeeper.follow` has it."""
        kept = set()
        for name, live, pauses, clock in self.doubtful:
            if name in running:
                if to in live or to in pauses:
                    kept.add(name)
            elif to in live and action not in clock.stops_by and clock.counts_from.action in (None, action):
                kept.add(name)
        return to, frozenset(kept)
