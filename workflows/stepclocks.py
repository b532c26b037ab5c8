"""The clocks of one step.

A clock runs while its line is in one of its live stages, stands still in its pausing stages, and stops
elsewhere. A clock from receipt keeps its base however often its stages are entered again; only a reopened
case counts from the reopening. Other clocks begin a new round. A step taken back gives its clocks back as if
it had not been taken; what the government's queue holds stands still, the whole-process clock apart.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

from workflows.cases import WITH_GOVERNMENT, Case, ClockState, Pause
from workflows.clockwork import reckoned, started
from workflows.conditions import Facts
from workflows.decision import ClockChange, ClockEvent
from workflows.index import ClockIndex, Index
from workflows.settings import Settings

Mode = Literal["step", "undo", "hand_up", "return", "reopen"]
"""How a line moves: by a step, by taking one back, to the government's queue, back from there, by an
objection.
"""


class ClockKeeper:
    """The clocks of a case while a step is worked out."""

    def __init__(self, index: Index, settings: Settings, case: Case, now: datetime, action: str) -> None:
        self.index, self.case, self.now, self.action = index, case, now, action
        self.calendar = settings.work_calendar(case.timezone)
        self.memory = case.memory
        self.lines = dict(case.lines)
        self.clocks = dict(case.clocks)
        self.clock_changes: list[ClockChange] = []
        self.guards: dict[str, str | None] = {
            "case_class": case.case_class,
            "complexity": case.complexity,
            "visibility": case.visibility.value,
        }

    def apply_guarded_limits(self) -> None:
        """Running clocks whose limit depends on what has just become known get their new moments."""
        facts: Facts = self.guards
        for code, state in list(self.clocks.items()):
            clock = self.index.clocks.get(code)
            if clock is None or len(clock.limits) == 1 or state.stopped_at is not None:
                continue
            self.put_clock(ClockEvent.MOVE, reckoned(state, clock, self.calendar, facts))

    def put_clock(self, event: ClockEvent, state: ClockState) -> None:
        """Note a change of a clock; a MOVE that changes nothing is none. One that leaves the end of the limit
        where it is has no previous moment.
        """
        previous = self.clocks.get(state.code)
        moved_from = None
        if event is ClockEvent.MOVE and previous is not None:
            if previous == state:
                return
            moved_from = previous.due_at if previous.due_at != state.due_at else None
        self.clocks[state.code] = state
        self.clock_changes.append(ClockChange(event, state, moved_from))

    def follow(self, line: str, stage: str, mode: Mode) -> None:
        """Let the clocks of a line follow it into a stage."""
        for clock in self.index.lines[line].clocks:
            state = self.clocks.get(clock.spec.code)
            stops = self.action in clock.stops_by and mode in ("step", "hand_up")
            if state is not None and state.stopped_at is None:
                self._follow_active(clock, state, stage, mode)
            elif stage in clock.live and not stops and self._originates(clock, mode):
                self._begin(clock, state, mode)

    def _originates(self, clock: ClockIndex, mode: Mode) -> bool:
        """A clock that counts from an action begins with nothing else, but comes back with a step taken
        back.
        """
        origin = clock.spec.counts_from
        return origin.kind != "action" or origin.action == self.action or mode in ("undo", "return")

    def stop_by_action(self) -> None:
        """End the clocks that this action fulfils, wherever its line goes."""
        for code, clock in self.index.clocks.items():
            state = self.clocks.get(code)
            if self.action in clock.stops_by and state is not None and state.stopped_at is None:
                self.stop_clock(state)

    def restart_by_action(self, line: str) -> None:
        """Start the clocks that count from this action, although the line stays."""
        for clock in self.index.lines[line].clocks:
            origin = clock.spec.counts_from
            if origin.action == self.action and self.lines[line].stage in clock.live:
                state = self.clocks.get(clock.spec.code)
                if state is not None and state.stopped_at is None:
                    self.stop_clock(state)
                self._begin(clock, self.clocks.get(clock.spec.code), "step")

    def start_by_action(self, line: str) -> None:
        """Start the clocks that count from this action and do not run yet, although the line stays."""
        for clock in self.index.lines[line].clocks:
            state = self.clocks.get(clock.spec.code)
            if clock.spec.counts_from.action != self.action or self.lines[line].stage not in clock.live:
                continue
            if state is None or state.stopped_at is not None:
                self._begin(clock, state, "step")

    def _follow_active(self, clock: ClockIndex, state: ClockState, stage: str, mode: Mode) -> None:
        if stage in clock.live:
            origin = clock.spec.counts_from
            if mode == "step" and origin.kind == "action" and origin.action == self.action:
                self.stop_clock(state)
                self._begin(clock, self.clocks[state.code], mode)
            elif state.paused_at is not None:
                self.resume_clock(clock, state)
        elif stage in clock.pauses or mode == "hand_up":
            if state.paused_at is None:
                self.put_clock(ClockEvent.PAUSE, replace(state, paused_at=self.now, paused_in=stage))
        else:
            self.stop_unless_missed(state, cancelled=mode in ("undo", "return"))

    def stop_unless_missed(self, state: ClockState, cancelled: bool = True) -> None:
        """End a clock that is no longer wanted. A limit that was missed by then stays one that was missed."""
        self.stop_clock(state, cancelled=cancelled and not state.overdue(self.now))

    def stop_clock(self, state: ClockState, cancelled: bool = False) -> None:
        """End a clock; one that is paused ends with its pause, which does not count either."""
        clock = self.index.clocks.get(state.code)
        ended = replace(state, paused_at=None, paused_in="", pauses=self._with_pause(state))
        if clock is not None and state.paused_at is not None:
            ended = reckoned(ended, clock, self.calendar, self.guards)
        ended = replace(ended, stopped_at=self.now)
        event = ClockEvent.CANCEL if cancelled else ClockEvent.STOP
        self.put_clock(event, replace(ended, cancelled=cancelled))

    def give_back(self) -> None:
        """Give back what the step that is taken back had stopped and its line's way back does not: clocks of
        other lines, and those that stood still.
        """
        undo = self.memory.undo
        for code in undo.clocks_stopped if undo is not None else ():
            clock, state = self.index.clocks.get(code), self.clocks.get(code)
            line = self.lines.get(clock.spec.line) if clock is not None else None
            if clock is None or state is None or state.stopped_at is None or line is None or line.closed:
                continue
            again = replace(state, stopped_at=None, cancelled=False)
            if line.stage in clock.live:
                self.put_clock(ClockEvent.RESUME, reckoned(again, clock, self.calendar, self.guards))
            elif line.stage in clock.pauses and state.pauses:
                *before, last = state.pauses
                again = replace(again, paused_at=last.begin, paused_in=last.stage)
                paused = reckoned(again, clock, self.calendar, self.guards, tuple(before))
                self.put_clock(ClockEvent.PAUSE, paused)

    def resume_clock(self, clock: ClockIndex, state: ClockState) -> None:
        """End the pause of a clock."""
        assert state.paused_at is not None
        going = replace(state, paused_at=None, paused_in="")
        resumed = reckoned(going, clock, self.calendar, self.guards, self._with_pause(state))
        self.put_clock(ClockEvent.RESUME, resumed)

    def _with_pause(self, state: ClockState) -> tuple[Pause, ...]:
        """The pauses of a clock, the one that runs ended now."""
        if state.paused_at is None:
            return state.pauses
        return (*state.pauses, Pause(state.paused_at, self.now, state.paused_in))

    def _begin(self, clock: ClockIndex, state: ClockState | None, mode: Mode) -> None:
        """Start a clock, or give a stopped one back."""
        if state is not None and self._goes_on(clock, state, mode):
            pauses = state.pauses
            if mode == "return" and state.stopped_at is not None:
                pauses = (*pauses, Pause(state.stopped_at, self.now, WITH_GOVERNMENT))
            again = replace(state, stopped_at=None, cancelled=False)
            self.put_clock(ClockEvent.RESUME, reckoned(again, clock, self.calendar, self.guards, pauses))
            return
        base = self.now
        if clock.spec.counts_from.kind == "receipt":
            base = self.memory.reopened_at or self.case.received_at
        number = state.round + 1 if state is not None else 1
        self.put_clock(ClockEvent.START, started(clock, self.calendar, self.guards, base, self.now, number))

    def _goes_on(self, clock: ClockIndex, state: ClockState, mode: Mode) -> bool:
        if mode == "undo" and self.memory.undo and state.code in self.memory.undo.clocks_stopped:
            return True
        # What has come back from another office is received anew, as is what was opened again.
        began = self.memory.reopened_at or self.case.received_at
        return clock.spec.counts_from.kind == "receipt" and state.base_at >= began
