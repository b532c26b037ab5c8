"""A page of complaints, each against its own events, work, messages, and what the centre knows of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from central.coordination.models import Alarm, CaseIndex
from central.delivery.models import Outbox
from tenants.complaints import chain
from tenants.complaints.codes import code_digest
from tenants.complaints.models import Attachment, CallTask, Complaint, Event, Message, Reporter, WorkItem
from tenants.complaints.services.notices import CALL
from tenants.complaints.services.store import CASE_ALARM
from tenants.complaints.snapshot import lines_of
from workflows.cases import MAIN, alarms_from_json

from .findings import Finding

SIZE = 200
_INDEXED = ("number", "status", "stage", "received_at", "promised_due_at", "due_at", "closed_at")

Row = TypeVar("Row", Event, Message, Attachment, WorkItem)


@dataclass(slots=True)
class Page:
    """What a page holds and what is wrong in it. `last`: the key after which the next page begins."""

    last: int
    complaints: int
    events: int
    messages: int
    findings: list[Finding] = field(default_factory=list)


def read(after: int) -> Page | None:
    """The page after the complaint with this key; None where there are no more. In the office, ten
    statements.
    """
    rows = list(Complaint.objects.filter(pk__gt=after).order_by("pk")[:SIZE])
    if not rows:
        return None
    keys = [row.pk for row in rows]
    events = _by_complaint(Event.objects.filter(complaint_id__in=keys).order_by("seq"))
    messages = _by_complaint(Message.objects.filter(complaint_id__in=keys))
    files = _by_complaint(Attachment.objects.filter(complaint_id__in=keys))
    work = _by_complaint(WorkItem.objects.filter(complaint_id__in=keys, closed_at=None))
    reporters = Reporter.objects.in_bulk(keys)
    centre = _Centre(rows)
    ways = _Ways([message for found in messages.values() for message in found if message.channel])
    page = Page(keys[-1], len(rows), sum(map(len, events.values())), sum(map(len, messages.values())))
    for row in rows:
        sentences = [
            *_history(row, events[row.pk], reporters.get(row.pk), messages[row.pk], files[row.pk]),
            *_present(row, work[row.pk]),
            *centre.about(row),
            *(_left_behind(row, reporters, messages[row.pk], files[row.pk]) if row.gone_at else ()),
            *(() if row.gone_at else ways.about(messages[row.pk])),
        ]
        page.findings += [Finding(row.number, sentence) for sentence in sentences]
    return page


def _by_complaint(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.complaint_id].append(row)
    return found


def _history(
    row: Complaint,
    events: list[Event],
    reporter: Reporter | None,
    messages: list[Message],
    files: list[Attachment],
) -> Iterator[str]:
    report = chain.verify(row, events, reporter, messages, files)
    if report.broken:
        yield f"the chain of its events is broken at {_listed(report.broken)}"
    if report.changed:
        yield f"not what it was when it was recorded: {_listed(report.changed)}"
    if len(events) != row.version:
        yield f"it has {len(events)} events after {row.version} steps"
    if events and row.number not in {event.data.get("number") for event in events}:
        yield f"it was received as {events[0].data.get('number')}"


def _present(row: Complaint, work: list[WorkItem]) -> Iterator[str]:
    """Each line that is open is somebody's work at the stage where it stands, and nothing else is."""
    lines = lines_of(row)
    wanted = {(code, line.stage) for code, line in lines.items() if not line.closed}
    open_work = {(item.line, item.stage) for item in work}
    for line, stage in sorted(wanted - open_work):
        yield f"line {line} stands at {stage}, and that is nobody's work"
    for line, stage in sorted(open_work - wanted):
        yield f"work is open at {line}/{stage}, where it does not stand"
    if lines[MAIN].closed != (row.closed_at is not None):
        yield "its closing and its main line do not agree"


def _left_behind(
    row: Complaint, reporters: dict[int, Reporter], messages: list[Message], files: list[Attachment]
) -> Iterator[str]:
    """Of what another office has taken over, nothing that anybody said is here."""
    said = (
        row.description
        or row.place
        or row.region
        or any(message.body or message.recipient for message in messages)
    )
    if said or files or row.pk in reporters:
        yield "another office has it, and its content is still here"


class _Centre:
    """What the public schema knows of these complaints: index and alarms."""

    def __init__(self, rows: list[Complaint]) -> None:
        self.index = CaseIndex.objects.in_bulk([row.uid for row in rows])
        keys = [row.uid.hex for row in rows]
        self.alarms = dict(Alarm.objects.filter(kind=CASE_ALARM, key__in=keys).values_list("key", "due_at"))

    def about(self, row: Complaint) -> Iterator[str]:
        entry = self.index.get(row.uid)
        if row.gone_at is not None:
            if entry is not None:
                yield "another office has it, and the case index leads here"
        elif entry is None:
            yield "it is missing in the case index"
        else:
            other = [name for name in _INDEXED if getattr(entry, name) != getattr(row, name)]
            if entry.tracking_digest != code_digest(row.tracking_code):
                other.append("tracking_digest")
            if other:
                yield f"the case index has another {_listed(other)}"
        first = min((alarm.at for alarm in alarms_from_json(row.state["alarms"])), default=None)
        if self.alarms.get(row.uid.hex) != first:
            yield f"it is to be called at {first}, and its alarm is set to {self.alarms.get(row.uid.hex)}"


class _Ways:
    """By which way each message goes to somebody: a row of the outbox, or a call to make."""

    def __init__(self, messages: list[Message]) -> None:
        uids = [message.uid for message in messages]
        self.outbox: dict[UUID, Any] = dict(
            Outbox.objects.filter(message_uid__in=uids).values_list("message_uid", "channel")
        )
        self.calls = set(CallTask.objects.filter(message__in=messages).values_list("message__uid", flat=True))

    def about(self, messages: list[Message]) -> Iterator[str]:
        for message in messages:
            if message.channel == CALL:
                if message.uid not in self.calls:
                    yield f"nobody is to make the call of message {message.uid}"
            elif message.channel and self.outbox.get(message.uid) != message.channel:
                yield f"message {message.uid} is not in the outbox"


def _listed(names: Iterable[object]) -> str:
    return ", ".join(str(name) for name in names)
