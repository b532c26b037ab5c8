"""What a complaint takes along to another office, and what it leaves behind.

Everything goes: what was reported, by whom, the whole history with its chain, every text, the files' rows.
The office that lets it go keeps its events and the codes of a stub; nothing that anybody wrote, and nobody's
data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _

from tenants.complaints.models import (
    Attachment,
    CallLog,
    CallTask,
    Complaint,
    Coordination,
    Draft,
    Event,
    Message,
    Publication,
    Reporter,
)
from workflows.cases import Case

Row = TypeVar("Row", bound=models.Model)

SAID: Mapping[str, Any] = {
    "description": "",
    "answers": [],
    "salt": "",
    "place": "",
    "region": "",
    "latitude": None,
    "longitude": None,
    "occurred_at": "",
    "rating_comment": "",
}
"""The columns of a complaint that hold what was said in it, with what a stub has there."""

_ALONG = (
    "uid",
    "tracking_code",
    "channel",
    "visibility",
    "received_at",
    "category",
    "promised_due_at",
    "rating",
    "rated_at",
    "chain",
    *SAID,
)
"""The columns that are the complaint's, whichever office has it."""


@dataclass(frozen=True, slots=True)
class Luggage:
    """A complaint on its way. Rows are as they stood at the office that lets it go; keys in them are its own.

    `calls`: by the message that they speak of, when they were made; None: not yet. `numbers`: of the events,
    by their key there.
    """

    values: Mapping[str, Any]
    journey: Sequence[Mapping[str, Any]]
    case: Case
    reporter: Reporter | None
    events: Sequence[Event]
    messages: Sequence[Message]
    attachments: Sequence[Attachment]
    publication: Publication | None
    calls: Mapping[UUID, datetime | None]
    numbers: Mapping[int, int]


def pack(complaint: Complaint, case: Case, journey: Sequence[Mapping[str, Any]]) -> Luggage:
    """Reads everything that goes along. In the office, with the complaint locked; eight statements."""
    events = list(Event.objects.filter(complaint=complaint).order_by("seq"))
    # Held, so that nobody notes a call while what was noted is read.
    held = CallTask.objects.select_for_update(no_key=True, of=("self",)).filter(complaint=complaint)
    calls = dict(held.values_list("message__uid", "done_at"))
    return Luggage(
        values={name: getattr(complaint, name) for name in _ALONG},
        journey=journey,
        case=case,
        reporter=Reporter.objects.filter(complaint=complaint).first(),
        events=events,
        messages=[*Message.objects.filter(complaint=complaint).order_by("id"), *_noted_of_calls(complaint)],
        attachments=list(Attachment.objects.filter(complaint=complaint).order_by("id")),
        publication=Publication.objects.filter(complaint=complaint).first(),
        calls=calls,
        numbers={event.pk: event.seq for event in events},
    )


def _noted_of_calls(complaint: Complaint) -> list[Message]:
    """What officers noted of their calls, as notes beside the news that they called about. The log of calls
    itself stays: it says which member called, and none of them is anybody at the other office.
    """
    noted = CallLog.objects.filter(task__complaint=complaint).exclude(note="")
    with translation.override("id"):
        return [
            Message(
                uid=uuid4(),
                complaint=complaint,
                event_id=call.task.message.event_id,
                kind=Message.Kind.NOTE,
                body=_("Hasil telepon: %(outcome)s. %(note)s")
                % {"outcome": call.get_outcome_display(), "note": call.note},
                author_name=call.member.name,
                created_at=call.at,
            )
            for call in noted.select_related("member", "task__message").order_by("at", "id")
        ]


def empty(complaint: Complaint, journey: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Leaves a stub of a locked complaint: its events, its codes, and where it went."""
    for name, value in SAID.items():
        setattr(complaint, name, value)
    complaint.journey, complaint.gone_at, complaint.published_at = list(journey), now, None
    complaint.save(update_fields=[*SAID, "journey", "gone_at", "published_at"])
    CallTask.objects.filter(complaint=complaint, done_at=None).update(done_at=now)
    CallLog.objects.filter(task__complaint=complaint).exclude(note="").update(note="")
    Message.objects.filter(complaint=complaint).update(subject="", body="", salt="", recipient="")
    Attachment.objects.filter(complaint=complaint).delete()
    Publication.objects.filter(complaint=complaint).delete()
    Coordination.objects.filter(complaint=complaint).delete()
    Reporter.objects.filter(complaint=complaint).delete()
    # Kept for a day, so that who reports again need not say once more who they are.
    Draft.objects.filter(sent_uid=complaint.uid).update(answers={})


def note_where(complaint: Complaint, office: str, number: str) -> None:
    """The stub says which office has it now, and under which number."""
    complaint.journey[-1]["went"] = {"office": office, "number": number}
    complaint.save(update_fields=["journey"])


def unpack(luggage: Luggage, complaint: Complaint) -> None:
    """Stores what came along, all but the complaint's own row, which is stored already. In the office that
    takes it on; where a stub was left, what it has is filled again.
    """
    here = dict(Event.objects.filter(complaint=complaint).values_list("seq", "pk"))
    arrived = [_copy(row, complaint=complaint) for row in luggage.events if row.seq not in here]
    here.update((row.seq, row.pk) for row in Event.objects.bulk_create(arrived))
    _put_messages(luggage, complaint, here)
    Attachment.objects.bulk_create(
        _copy(row, complaint=complaint, event_id=_event(luggage, row.event_id, here))
        for row in luggage.attachments
    )
    if luggage.reporter is not None:
        _copy(luggage.reporter, complaint=complaint).save(force_insert=True)
    if luggage.publication is not None:
        # Nothing is public before somebody here has released it.
        _copy(luggage.publication, complaint=complaint, released_at=None).save(force_insert=True)


def _put_messages(luggage: Luggage, complaint: Complaint, here: Mapping[int, int]) -> None:
    left = set(Message.objects.filter(complaint=complaint).values_list("uid", flat=True))
    for row in luggage.messages:
        if row.uid in left:
            words = {"subject": row.subject, "body": row.body, "salt": row.salt, "recipient": row.recipient}
            Message.objects.filter(uid=row.uid).update(**words)
    stored = Message.objects.bulk_create(
        # A member of the other office is nobody here; who wrote it stands in `author_name`.
        _copy(row, complaint=complaint, event_id=_event(luggage, row.event_id, here), member_id=None)
        for row in luggage.messages
        if row.uid not in left
    )
    CallTask.objects.bulk_create(
        CallTask(complaint=complaint, message=row, opened_at=row.created_at, done_at=luggage.calls[row.uid])
        for row in stored
        if row.uid in luggage.calls
    )
    for uid in left.intersection(luggage.calls):
        CallTask.objects.filter(message__uid=uid).update(done_at=luggage.calls[uid])


def _event(luggage: Luggage, key: int | None, here: Mapping[int, int]) -> int | None:
    return here[luggage.numbers[key]] if key is not None else None


def _copy(row: Row, **other: Any) -> Row:
    """The same row for another table: all columns but a key that the database gives."""
    fields = [field for field in row._meta.concrete_fields if not isinstance(field, models.AutoField)]
    values = {field.attname: getattr(row, field.attname) for field in fields}
    if "complaint" in other:
        values.pop("complaint_id", None)
    return type(row)(**{**values, **other})
