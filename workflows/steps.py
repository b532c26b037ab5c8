"""One step being worked out: lines move, clocks follow, work opens and closes; `decision` puts it
together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from workflows.cases import (
    MAIN,
    WITH_GOVERNMENT,
    Actor,
    ActorKind,
    Alarm,
    AlarmKind,
    Case,
    ClockState,
    LineState,
    Undo,
)
from workflows.clockwork import promised
from workflows.decision import (
    Audience,
    Decision,
    Fact,
    LineChange,
    LineEvent,
    Message,
    WorkClosed,
    WorkItem,
    WorkMoved,
)
from workflows.index import StageIndex
from workflows.procedure import Procedure
from workflows.rights import needs_another
from workflows.settings import Settings
from workflows.stepclocks import ClockKeeper, Mode


class Step(ClockKeeper):
    """Collects what one step changes. Nothing outside sees it before `decision`."""

    def __init__(
        self,
        procedure: Procedure,
        settings: Settings,
        case: Case,
        actor: Actor,
        now: datetime,
        action: str,
        line: str = MAIN,
    ) -> None:
        super().__init__(procedure.index, settings, case, now, action)
        self.settings, self.actor, self.line = settings, actor, line
        self.status, self.outcome = case.status, case.outcome
        self.unit, self.member = case.unit, case.member
        self.facts: dict[Fact, Any] = {}
        self.line_changes: list[LineChange] = []
        self.closed: list[WorkClosed] = []
        self.entered: set[str] = set()
        self.reassigned: set[str] = set()
        self.lines_started: list[str] = []
        self.reminded: dict[str, int] = {}
        self.escalated: list[Alarm] = []
        self.fired: frozenset[Alarm] = frozenset()
        self.messages: list[Message] = []
        self.taken_back: Undo | None = None
        self.first_role: str | None = None
        self.quiet = False
        """Nobody is told of work that is opened."""

    # Facts

    def set_fact(self, fact: Fact, value: Any) -> None:
        """Store a fact; guards and limits see it at once."""
        self.facts[fact] = value
        if fact in (Fact.CASE_CLASS, Fact.COMPLEXITY):
            self.guards[fact.value] = value
        elif fact is Fact.UNIT:
            self.unit = value
        elif fact is Fact.MEMBER:
            self.member = value

    # Lines

    def stage_of(self, line: str) -> StageIndex:
        """Where a line stands now."""
        return self.index.lines[line].stages[self.lines[line].stage]

    def begin_main(self) -> None:
        """Begin the main line: the report is received."""
        first = self.index.lines[MAIN].first
        self._enter(MAIN, first, LineEvent.START, "", "step")
        self.status = self.index.lines[MAIN].stages[first].status or self.status

    def open_line(self, code: str) -> None:
        """Begin a side line, unless it is open already."""
        state = self.lines.get(code)
        if state is not None and not state.closed:
            return
        self._enter(code, self.index.lines[code].first, LineEvent.START, "", "step")
        self.lines_started.append(code)

    def move(self, line: str, to: str, mode: Mode = "step") -> None:
        """Move a line to a stage of its own; with the main line's end the side lines end or begin."""
        before = self.lines[line]
        reopens = mode == "reopen"
        if not before.closed:
            self.closed.append(WorkClosed(line, before.stage, cancelled=mode == "undo"))
        stage = self.index.lines[line].stages[to]
        event = LineEvent.CLOSE if stage.final else LineEvent.REOPEN if reopens else LineEvent.MOVE
        self._enter(line, to, event, before.stage, mode)
        if line != MAIN:
            return
        if stage.status is not None:
            self.status = stage.status
        self.outcome = stage.final
        if stage.final is not None:
            for code, state in list(self.lines.items()):
                if code != MAIN and not state.closed and not self.index.lines[code].spec.outlives:
                    self.cancel_line(code)
            for code in self.index.lines_by_outcome[stage.final]:
                self.open_line(code)

    def _enter(self, line: str, to: str, event: LineEvent, before: str, mode: Mode) -> None:
        stage = self.index.lines[line].stages[to]
        state = LineState(
            stage=to,
            entered_at=self.now,
            unit=self.unit if stage.assigned else None,
            member=self.member if stage.assigned else None,
            closed=stage.final is not None,
            by=self._whose(line, to, mode),
        )
        oneself = self.actor.kind is ActorKind.MEMBER and self.actor.id == state.member
        if oneself and any(needs_another(action, state, self.actor) for action in stage.actions.values()):
            state = replace(state, member=None)  # a second pair of eyes is not looked for in one person
        self.lines[line] = state
        self.line_changes.append(LineChange(line, event, before, state))
        self.follow(line, to, mode)
        if not state.closed:
            self.entered.add(line)

    def _whose(self, line: str, to: str, mode: Mode) -> str:
        """Whose step counts as having brought the line there: the way to the government's queue and back is
        nobody's second look at what lies there.
        """
        if mode == "undo" and self.memory.undo is not None:
            return self.memory.undo.by
        up = self.memory.handed_up
        if mode == "hand_up" or (mode == "return" and up is not None and up.from_stage == to):
            return self.lines[line].by
        return self.actor.key

    def cancel_line(self, code: str) -> None:
        """End a side line that is no longer wanted."""
        before = self.lines[code]
        state = replace(before, closed=True, cancelled=True)
        self.lines[code] = state
        self.entered.discard(code)
        self.line_changes.append(LineChange(code, LineEvent.CANCEL, before.stage, state))
        self.closed.append(WorkClosed(code, before.stage, cancelled=True))
        for clock in self.index.lines[code].clocks:
            running = self.clocks.get(clock.spec.code)
            if running is not None and running.stopped_at is None:
                self.stop_unless_missed(running)

    def leave(self, to: str) -> None:
        """End the case here at a reserved stage: all lines with it, without what an end begins."""
        for code, state in list(self.lines.items()):
            if code != MAIN and not state.closed:
                self.cancel_line(code)
        before = self.lines[MAIN]
        if not before.closed:
            self.closed.append(WorkClosed(MAIN, before.stage, cancelled=True))
        stage = self.index.lines[MAIN].stages[to]
        self._enter(MAIN, to, LineEvent.CLOSE, before.stage, "step")
        self.status, self.outcome = stage.status or self.status, stage.final

    def reassign(self, line: str) -> None:
        """Hand the open work of a line to the unit and person that are assigned now."""
        if self.stage_of(line).assigned and line not in self.entered:
            self.lines[line] = replace(self.lines[line], unit=self.unit, member=self.member)
            self.reassigned.add(line)

    # Work and alarms

    def work(self, line: str) -> WorkItem:
        """The open work of a line as it stands now."""
        state, stage = self.lines[line], self.stage_of(line)
        waits = stage.spec is not None and stage.spec.waits is not None
        due = warn = remind = None
        clock = None if waits or stage.no_limit else self._stage_clock(line, stage.code)
        if clock is not None:
            due, warn = clock.due_at, clock.warn_at
        elif not waits:
            remind = self._remind_at(line, stage)
        roles = stage.owners
        if self.first_role in roles:
            roles = (self.first_role,) if self.first_role else roles
        return WorkItem(
            line, stage.code, roles, stage.scope, state.unit, state.member, due, warn, remind, waits
        )

    def _reminders(self, line: str, stage: str) -> int:
        """How many reminders the work of a line has had."""
        if line in self.entered:
            return 0
        if line in self.reminded:
            return self.reminded[line]
        before = (a for a in self.case.alarms if a.kind is AlarmKind.REMIND and a.line == line)
        return next((alarm.count for alarm in before if alarm.stage == stage), 0)

    def _remind_at(self, line: str, stage: StageIndex) -> datetime:
        """A reminder that is set already stays where it is: only entering and reminding set a new one."""
        if line not in self.entered and line not in self.reminded:
            for alarm in self.case.alarms:
                if alarm.kind is AlarmKind.REMIND and alarm.line == line and alarm.stage == stage.code:
                    return alarm.at
        span = (stage.spec and stage.spec.remind_after) or self.settings.remind_after
        return self.calendar.add(self.now, span)

    def _stage_clock(self, line: str, stage: str) -> ClockState | None:
        whole, best = None, None
        for clock in self.index.lines[line].clocks:
            state = self.clocks.get(clock.spec.code)
            if state is None or not state.running or stage not in clock.live:
                continue
            if clock.spec.whole:
                whole = state
            elif best is None or state.due_at < best.due_at:
                best = state
        return best or whole

    def _stays_missed(self, code: str) -> bool:
        """Whether a clock had run out before this step and has still: what that set off goes on, and does not
        begin again.
        """
        before, state = self.case.clocks.get(code), self.clocks[code]
        same = before is not None and before.round == state.round
        return before is not None and same and before.ran_out(self.now) and state.ran_out(self.now)

    def _of_taken_back(self, code: str) -> list[Alarm] | None:
        """What a clock had set off that had run out before the step which is taken back now; None for any
        other clock.
        """
        before, state, undo = self.case.clocks.get(code), self.clocks[code], self.taken_back
        if undo is None or undo.alarms is None or before is None or before.round != state.round:
            return None
        stopped = before.stopped_at
        if stopped is None or before.due_at > stopped or not state.ran_out(self.now):
            return None
        return [alarm for alarm in undo.alarms if alarm.clock == code and alarm.kind is not AlarmKind.WARN]

    def _alarms(self, items: Mapping[str, WorkItem]) -> tuple[Alarm, ...]:
        changed = {change.state.code for change in self.clock_changes}
        changed -= {code for code in changed if self._stays_missed(code)}
        found = [
            alarm
            for alarm in self.case.alarms
            if alarm not in self.fired and self._still(alarm, changed, items)
        ]
        for code in changed:
            state = self.clocks[code]
            again = self._of_taken_back(code)
            found.extend(again or ())
            if again is not None or not state.running:
                continue
            stage = self.lines[state.line].stage
            if state.warn_at is not None and self.now < state.warn_at < state.due_at:
                found.append(Alarm(AlarmKind.WARN, state.warn_at, state.line, stage, code))
            found.append(Alarm(AlarmKind.DUE, max(state.due_at, self.now), state.line, stage, code))
        found.extend(self.escalated)
        for line, item in items.items():
            if item.remind_at is not None:
                count = self._reminders(line, item.stage)
                found.append(Alarm(AlarmKind.REMIND, item.remind_at, line, item.stage, count=count))
            wait = self.stage_of(line).spec
            if wait is not None and wait.waits is not None and line in self.entered:
                cap = self.calendar.add(self.lines[line].entered_at, wait.waits.cap)
                found.append(Alarm(AlarmKind.TIMEOUT, cap, line, item.stage))
        return tuple(sorted(found, key=lambda a: (a.at, a.line, a.kind, a.clock)))

    def _still(self, alarm: Alarm, changed: set[str], items: Mapping[str, WorkItem]) -> bool:
        if alarm.clock:
            state = self.clocks.get(alarm.clock)
            goes_on = state is not None and (state.running or state.ran_out(self.now))
            return goes_on and alarm.clock not in changed
        line = self.lines.get(alarm.line)
        if line is None or line.closed or line.stage != alarm.stage or alarm.line in self.entered:
            return False
        return alarm.kind is AlarmKind.TIMEOUT or alarm.line not in items

    # The whole

    def tell_owners(self, key: str, item: WorkItem, clock: str = "", also: tuple[str, ...] = ()) -> None:
        """A message to those who have the work; `also`: further roles, wherever they are."""
        self.messages.append(
            Message(
                key=key,
                audience=Audience.ROLE,
                roles=item.roles,
                scope=item.scope,
                unit=item.unit,
                member=item.member,
                line=item.line,
                stage=item.stage,
                clock=clock,
            )
        )
        for role in also:
            self.tell_role(key, role, item, clock)

    def tell_role(self, key: str, role: str, item: WorkItem, clock: str = "") -> None:
        """A message to every holder of a role about some work, whosever it is."""
        self.messages.append(
            Message(
                key=key,
                audience=Audience.ROLE,
                roles=(role,),
                scope=self.index.scope[role],
                line=item.line,
                stage=item.stage,
                clock=clock,
            )
        )

    def tell_reporter(self, key: str, body: str | None = None) -> None:
        """A message to the reporter; `body`: the input that is its body."""
        self.messages.append(Message(key=key, audience=Audience.REPORTER, line=self.line, body_input=body))

    def _end_coordinations(self) -> tuple[int, ...]:
        """What was asked of others waits no longer once the main line has ended or lies with the desk."""
        main = self.lines[MAIN]
        if not main.closed and main.stage != WITH_GOVERNMENT:
            return ()
        self.memory = replace(self.memory, coordinations=())
        return self.case.memory.coordinations

    def decision(self, **rest: Any) -> Decision:
        """Everything collected, with `rest` as further fields of the decision."""
        opened = [self.work(line) for line in self.index.lines if line in self.entered]
        for item in opened:
            if not self.quiet and not item.waiting and not _does_it_oneself(self.actor, item):
                by_reporter = self.actor.kind is ActorKind.REPORTER and self.action != "start"
                self.tell_owners("reporter_acted" if by_reporter else "work_new", item)
        touched = {change.state.line for change in self.clock_changes}
        touched |= self.reassigned | self.reminded.keys()
        moved = [
            self.work(line)
            for line in self.index.lines
            if line in touched and line not in self.entered and not self.lines[line].closed
        ]
        fresh = {item.line: item for item in opened}
        fresh.update({item.line: item for item in moved})
        waiting = self._end_coordinations()
        return Decision(
            action=self.action,
            line=self.line,
            actor=self.actor,
            at=self.now,
            status=self.status,
            due_at=promised(self.index, self.clocks, self.lines[MAIN].closed),
            memory=self.memory,
            alarms=self._alarms(fresh),
            outcome=self.outcome,
            lines=tuple(self.line_changes),
            clocks=tuple(self.clock_changes),
            work_opened=tuple(opened),
            work_closed=tuple(self.closed),
            work_moved=tuple(
                WorkMoved(i.line, i.stage, i.due_at, i.warn_at, i.remind_at, i.unit, i.member) for i in moved
            ),
            facts=MappingProxyType(self.facts),
            messages=tuple(self.messages),
            coordinations_ended=waiting,
            closes=any(c.line == MAIN and c.event is LineEvent.CLOSE for c in self.line_changes),
            reopens=any(c.event is LineEvent.REOPEN for c in self.line_changes),
            **rest,
        )


def _does_it_oneself(actor: Actor, item: WorkItem) -> bool:
    if actor.kind is not ActorKind.MEMBER or actor.roles.isdisjoint(item.roles):
        return False
    return item.member in (None, actor.id) and (item.unit is None or item.unit in actor.units)


def still_undo(step: Step) -> Undo | None:
    """The last revocable step stays revocable until its own line, or one that it began, is acted on."""
    undo = step.memory.undo
    if undo is None or step.line == undo.line or step.line in undo.lines_started:
        return None
    return undo
