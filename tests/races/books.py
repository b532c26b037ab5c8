"""The books of a complaint before and after: whatever two people did, they must agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from central.coordination.models import Alarm, CaseIndex, GovernmentWork
from central.delivery.models import CentralMessage, Outbox
from central.offices.access import office as inside
from tenants.complaints.chain import verify_chain
from tenants.complaints.models import Event, Message, WorkItem
from tenants.complaints.snapshot import case_of
from tests.races.arena import Arena, Brought
from tests.races.hands import Hand
from workflows import engine
from workflows.cases import Case, Scope
from workflows.decision import ActionRefused
from workflows.replay import applied

SAID = ("channel", "recipient", "subject", "field", "body")
"""What makes two messages of one event the same news."""


@dataclass
class Books:
    """What stood there before the race."""

    arena: Arena
    brought: Brought
    case: Case
    events: int
    messages: set[str]
    desk_mail: set[int]

    @classmethod
    def of(cls, arena: Arena, brought: Brought) -> Books:
        with inside(arena.office):
            row = brought.row()
            case = case_of(row, arena.office.timezone)
            events = row.events.count()
            messages = {str(uid) for uid in row.messages.values_list("uid", flat=True)}
        mail = set(CentralMessage.objects.values_list("id", flat=True))
        return cls(arena, brought, case, events, messages, mail)

    def wrong(self, winners: Sequence[Hand]) -> list[str]:
        """What does not agree, if exactly these have acted since, in this order; empty: all is well."""
        with inside(self.arena.office):
            row = self.brought.row()
            events = list(row.events.order_by("seq"))[self.events :]
            now = case_of(row, self.arena.office.timezone)
            report = verify_chain(row)
        found = [] if report.intact else [f"the chain is broken: {report}"]
        done = [(event.action, event.actor_kind, event.actor_id) for event in events]
        wanted = [(hand.place.action, hand.actor.kind.value, hand.actor.id) for hand in winners]
        if done != wanted:
            return [*found, f"events: {done}, not {wanted}"]
        if [event.seq for event in events] != list(range(self.events + 1, self.events + len(events) + 1)):
            found.append(f"numbers of events: {[event.seq for event in events]}")
        try:
            expected = self._replayed(winners, events)
        except ActionRefused as refused:
            return [*found, f"steps that cannot follow one another: {refused}"]
        if now != expected:
            found.append(f"the state is not that of the steps: {_difference(now, expected)}")
        return found + self._work(now) + self._messages(events) + self._centre(now)

    def _replayed(self, winners: Sequence[Hand], events: Sequence[Event]) -> Case:
        """The state by the engine alone."""
        case, rules = self.case, self.arena.rules
        for hand, event in zip(winners, events, strict=True):
            decision = engine.decide(
                rules.procedure,
                rules.settings,
                case,
                hand.place.action,
                hand.actor,
                event.at,
                hand.place.line,
                hand.inputs,
            )
            case = applied(case, decision)
        return case

    def _work(self, now: Case) -> list[str]:
        """One piece of work for each line that is open, and the desk's share at the desk."""
        with inside(self.arena.office):
            items = list(WorkItem.objects.filter(complaint__uid=self.brought.uid, closed_at=None))
        open_lines = Counter((code, line.stage) for code, line in now.lines.items() if not line.closed)
        found = []
        if Counter((item.line, item.stage) for item in items) != open_lines:
            found.append(f"work: {items}, lines: {sorted(open_lines)}")
        desk = GovernmentWork.objects.filter(uid=self.brought.uid, closed_at=None)
        at_desk = Counter((item.line, item.stage) for item in items if item.scope == Scope.GOVERNMENT.value)
        if Counter(desk.values_list("line", "stage")) != at_desk:
            found.append(f"work at the desk: {list(desk)}, not {sorted(at_desk)}")
        return found

    def _messages(self, events: Sequence[Event]) -> list[str]:
        """Each new message belongs to one of the events, lies in the outbox once, and nobody is told the same
        thing twice by one event.
        """
        with inside(self.arena.office):
            rows = Message.objects.filter(complaint__uid=self.brought.uid).exclude(uid__in=self.messages)
            new = list(
                rows.values_list("uid", "event_id", "channel", "recipient", "subject", "field", "body")
            )
            lying = Counter(Outbox.objects.values_list("message_uid", flat=True))
        found = []
        ours = {event.pk for event in events}
        if any(event not in ours for _uid, event, *_rest in new):
            found.append("a message of no event")
        twice = [key for key, times in Counter(row[1:] for row in new).items() if times > 1]
        if twice:
            found.append(f"told twice: {twice}")
        for uid, _event, channel, *_rest in new:
            if lying[uid] != (1 if channel == "email" else 0):
                found.append(f"message {uid} by {channel or 'nobody'} lies {lying[uid]} times in the outbox")
        mail = CentralMessage.objects.exclude(id__in=self.desk_mail).values_list("recipient", "subject")
        told = Counter(mail)
        if any(times > len(events) for times in told.values()):
            found.append(f"the desk was told twice: {told}")
        return found

    def _centre(self, now: Case) -> list[str]:
        """The index and the alarm say what the complaint says."""
        index = CaseIndex.objects.get(uid=self.brought.uid)
        found = []
        if (index.status, index.stage) != (now.status.value, now.main.stage):
            found.append(f"the index says {index.stage}, the complaint {now.main.stage}")
        first = min((alarm.at for alarm in now.alarms), default=None)
        alarms = Alarm.objects.filter(kind="case", key=self.brought.uid.hex)
        if list(alarms.values_list("due_at", flat=True)) != ([first] if first else []):
            found.append(f"alarm: {list(alarms)}, not at {first}")
        return found


def _difference(now: Case, expected: Case) -> dict[str, object]:
    names = [name for name in Case.__dataclass_fields__ if getattr(now, name) != getattr(expected, name)]
    return {name: (getattr(now, name), getattr(expected, name)) for name in names}
