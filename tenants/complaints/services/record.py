"""What a step leaves behind: its event in the chain, the words and the files that came with it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tenants.complaints.chain import FILE, MESSAGE, message_digest, new_salt, seal
from tenants.complaints.files import StoredFile
from tenants.complaints.models import Attachment, Complaint, Event, Message
from workflows.cases import Actor, ActorKind, CitizenStatus
from workflows.coordination import LATE
from workflows.decision import (
    ClockEvent,
    Decision,
    Fact,
    InputKind,
    LineEvent,
    OfferedInput,
    RoutingResult,
)
from workflows.reminding import ESCALATE, REMIND

_TEXTS = (InputKind.TEXT, InputKind.LINE)


@dataclass(slots=True)
class Written:
    """What somebody wrote and attached in one step, and the codes among the inputs."""

    messages: list[Message] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    codes: dict[str, Any] = field(default_factory=dict)

    def contents(self) -> dict[str, str]:
        """Digests for the chain, by reference."""
        found = {
            f"{MESSAGE}{row.uid.hex}": message_digest(row.salt, row.subject, row.body)
            for row in self.messages
        }
        found.update({f"{FILE}{row.uid.hex}": row.digest for row in self.attachments})
        return found


def written(
    complaint: Complaint, decision: Decision, asked: Iterable[OfferedInput], *, author: str, now: datetime
) -> Written:
    """Sorts a step's cleaned inputs: texts and files can be erased, codes go into the event."""
    found = Written()
    by_code = {item.code: item for item in asked}
    for code, value in decision.inputs.items():
        item = by_code[code]
        shown = code in decision.timeline_inputs
        if item.kind in _TEXTS:
            found.messages.append(
                Message(
                    uid=uuid.uuid4(),
                    complaint=complaint,
                    kind=_kind(decision, item, shown),
                    field=code,
                    salt=new_salt(),
                    to_reporter=shown,
                    body=value,
                    author_name=author,
                    created_at=now,
                )
            )
        elif item.kind is InputKind.FILES:
            by_reporter = decision.actor.kind is ActorKind.REPORTER
            found.attachments += attachments(
                complaint, value, now=now, purpose=code, by_reporter=by_reporter, to_reporter=shown
            )
        else:
            found.codes[code] = value.isoformat() if isinstance(value, date) else value
    return found


def _kind(decision: Decision, item: OfferedInput, shown: bool) -> str:
    if decision.action == "note":
        return Message.Kind.NOTE
    if decision.actor.kind is ActorKind.REPORTER:
        return Message.Kind.REPLY
    if item.sets is Fact.ANSWER:
        return Message.Kind.ANSWER
    if not shown:
        return Message.Kind.STEP
    if decision.status is CitizenStatus.AWAITING_REPORTER:
        return Message.Kind.QUESTION
    return Message.Kind.RESPONSE


def attachments(
    complaint: Complaint,
    files: Iterable[StoredFile],
    *,
    now: datetime,
    purpose: str = "",
    by_reporter: bool = False,
    to_reporter: bool = False,
) -> list[Attachment]:
    """Rows for files that were stored already."""
    return [
        Attachment(
            uid=uuid.uuid4(),
            complaint=complaint,
            digest=file.digest,
            name=file.name,
            content_type=file.content_type,
            size=file.size,
            by_reporter=by_reporter,
            to_reporter=to_reporter or by_reporter,
            purpose=purpose[:40],
            created_at=now,
        )
        for file in files
    ]


def event_kind(decision: Decision) -> str:
    """`received`, `note`, `notice`, `timeout`, `recompute`, else `step`. The desk's reminders and
    a question that is late are notices."""
    if decision.action == "start":
        return "received"
    if decision.action in (REMIND, ESCALATE, LATE):
        return "notice"
    return decision.action if decision.action in ("note", "notice", "timeout", "recompute") else "step"


def event_of(
    complaint: Complaint,
    decision: Decision,
    *,
    seq: int,
    contents: Mapping[str, str],
    codes: Mapping[str, Any],
    more: Mapping[str, Any] | None = None,
    actor: Actor | None = None,
) -> Event:
    """The event of a decision, sealed into the complaint's chain; the complaint remembers its digest.

    `actor`: whose hand it was, where that is not the decision's actor.
    """
    moved = next((change for change in decision.lines if change.line == decision.line), None)
    actor = actor or decision.actor
    event = Event(
        complaint=complaint,
        seq=seq,
        at=decision.at,
        kind=event_kind(decision),
        line=decision.line,
        action=decision.action,
        from_stage=moved.from_stage if moved else "",
        to_stage=moved.state.stage if moved else "",
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        actor_name=actor_name(actor),
        actor_title=getattr(actor, "title", "")[:150],
        public=decision.timeline_key is not None,
        data={**_data(decision, codes), **(more or {})},
        contents=dict(contents),
    )
    complaint.chain = seal(complaint.uid.hex, event, complaint.chain)
    return event


def plain_event(
    complaint: Complaint, action: str, *, actor: Actor, at: datetime, data: Mapping[str, Any]
) -> Event:
    """An event of something that the procedure knows nothing of, sealed into the chain, not stored yet."""
    event = Event(
        complaint=complaint,
        seq=Event.objects.filter(complaint=complaint).count() + 1,
        at=at,
        kind="step",
        action=action,
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        actor_name=actor_name(actor),
        actor_title=getattr(actor, "title", "")[:150],
        data={"status": complaint.status, **data},
    )
    complaint.chain = seal(complaint.uid.hex, event, complaint.chain)
    return event


def actor_name(actor: Actor) -> str:
    """Staff stand in the record with their name; a reporter never does."""
    return actor.name[:150] if actor.kind in (ActorKind.MEMBER, ActorKind.GOVERNMENT) else ""


def _data(decision: Decision, codes: Mapping[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {
        "status": decision.status.value,
        "due_at": decision.due_at.isoformat() if decision.due_at else None,
    }
    if decision.timeline_key is not None:
        data["text"] = decision.timeline_key
    if codes:
        data["inputs"] = dict(codes)
    if decision.sop_row:
        data["sop_row"] = decision.sop_row
    if decision.coordinations_ended:
        data["coordinations_ended"] = list(decision.coordinations_ended)
    if decision.documents:
        data["documents"] = [document.value for document in decision.documents]
    if decision.routing is not None:
        data["routing"] = _routing(decision.routing)
    side = [
        {"line": change.line, "event": change.event.value, "stage": change.state.stage}
        for change in decision.lines
        if change.line != decision.line or change.event is LineEvent.REOPEN
    ]
    if side:
        data["lines"] = side
    clocks = [
        {
            "code": change.state.code,
            "event": change.event.value,
            "due_at": change.state.due_at.isoformat(),
            **(
                {"previous": change.previous_due_at.isoformat()}
                if change.event is ClockEvent.MOVE and change.previous_due_at
                else {}
            ),
        }
        for change in decision.clocks
    ]
    if clocks:
        data["clocks"] = clocks
    return data


def _routing(found: RoutingResult) -> dict[str, Any]:
    """Which rule won and why, in the words of that day: the rule may read otherwise tomorrow."""
    data: dict[str, Any] = {
        "rule": found.rule,
        "unit": found.unit,
        "why": found.why.model_dump(mode="json", exclude_defaults=True),
        "role": found.role,
        "member": found.member,
        "office": found.office,
        "broken": list(found.broken),
    }
    return {key: value for key, value in data.items() if value or key in ("rule", "unit")}
