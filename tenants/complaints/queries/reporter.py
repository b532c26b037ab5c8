"""What the tracking code opens: the story in plain words, the reporter's files and what they may do now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from central.offices.access import OfficeAccessError, current_office
from central.offices.models import Office
from tenants.complaints import words
from tenants.complaints.codes import normal_code
from tenants.complaints.errors import not_found
from tenants.complaints.journey import Elsewhere
from tenants.complaints.models import Attachment, Complaint, Event, Message
from tenants.procedure.queries import Rules, rules_of
from workflows.cases import REPORTER, CitizenStatus
from workflows.decision import Offer, PublicationEffect
from workflows.texts import fill

from .deadlines import is_provisional
from .staff import offers_for


def by_tracking_code(code: str) -> Complaint:
    """The complaint of a code, however it was typed. Raises `not_found`."""
    written = normal_code(code)
    found = (
        Complaint.objects.select_related("unit", "reporter").filter(tracking_code=written).first()
        if written
        else None
    )
    if found is None:
        raise not_found()
    return found


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the reporter's story. `texts`: what the office wrote to them, or they to the office.

    `by_reporter` tells the two apart; `files` are theirs to open. `public`: the texts are what was released
    for everybody, not what was written to them. `rated`: their rating was given here.
    """

    at: datetime
    text: str
    texts: tuple[str, ...]
    files: tuple[Attachment, ...]
    by_reporter: bool
    status: str
    public: bool = False
    rated: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """What the tracking page tells. `next_step`: what happens now, in a sentence. `question`: what the
    office waits to hear. `due_at`: by when; None where nothing is promised. `provisional`: joint leave may
    still move that date. `of_whole`: the date is that of the whole process; else of the step it is at.
    `answer`: the moment of the answer with which the handling ended; None while it goes on, or without one.
    """

    moments: tuple[Moment, ...]
    status: str
    status_words: str
    next_step: str
    due_at: datetime | None
    promised_due_at: datetime | None
    late: bool
    question: str
    provisional: bool = False
    of_whole: bool = True
    answer: Moment | None = None


def timeline_for_reporter(complaint: Complaint, *, now: datetime, rules: Rules | None = None) -> Story:
    """The story of a complaint in plain words, oldest first. Four statements; three with its `rules`."""
    office = _here()
    rules = rules or rules_of(complaint)
    events = list(complaint.events.filter(public=True).order_by("seq"))
    texts: dict[int | None, list[Message]] = {}
    shown = complaint.messages.filter(to_reporter=True).exclude(kind=Message.Kind.NOTICE)
    for message in shown.order_by("id"):
        texts.setdefault(message.event_id, []).append(message)
    files: dict[int | None, list[Attachment]] = {}
    for attachment in complaint.attachments.filter(to_reporter=True).order_by("id"):
        files.setdefault(attachment.event_id, []).append(attachment)
    elsewhere = Elsewhere(complaint)
    moments = tuple(
        Moment(
            at=event.at,
            text=elsewhere.says(event, "line") or line_of(event, complaint, rules, office),
            texts=tuple(message.body for message in texts.get(event.pk, ())),
            files=tuple(files.get(event.pk, ())),
            by_reporter=event.actor_kind == "reporter",
            status=str(event.data.get("status", "")),
            public=event.data.get("publication") == PublicationEffect.RELEASE.value,
            rated=complaint.rating is not None and event.at == complaint.rated_at,
        )
        for event in events
    )
    due_at = complaint.due_at if complaint.closed_at is None else None
    return Story(
        moments=moments,
        status=complaint.status,
        status_words=words.standing_words(complaint),
        next_step=_next_step(complaint, rules),
        due_at=due_at,
        promised_due_at=complaint.promised_due_at,
        late=due_at is not None and due_at < now,
        question=_question(complaint, events, texts),
        provisional=is_provisional(complaint, due_at, rules),
        of_whole=rules.procedure.promises_whole,
        answer=_answer(moments, events, texts) if complaint.closed_at is not None else None,
    )


def _answer(
    moments: Sequence[Moment], events: Sequence[Event], texts: Mapping[int | None, list[Message]]
) -> Moment | None:
    """The newest moment that gave the reporter the official answer."""
    for moment, event in zip(reversed(moments), reversed(events), strict=True):
        if any(message.kind == Message.Kind.ANSWER for message in texts.get(event.pk, ())):
            return moment
    return None


def _here() -> Office:
    office = current_office()
    if office is None:
        raise OfficeAccessError("A complaint is read inside its office.")
    return office


def line_of(event: Event, complaint: Complaint, rules: Rules, office: Office) -> str:
    """An event of this office in the words of the reporter's story, in the language in use."""
    entry = rules.settings.text(str(event.data.get("text", "")))
    if entry is None or entry.line is None:
        return words.action_words(rules.procedure, event)
    due = event.data.get("due_at")
    values = {
        "number": complaint.number,
        "office": office.name,
        "category": words.category_words(rules.settings, complaint.category),
        "stage": words.stage_words(rules.procedure, event.to_stage or complaint.stage, event.line),
        "due": words.moment_words(datetime.fromisoformat(due), office.timezone) if due else "",
        "unit": complaint.unit.name if complaint.unit else "",
        "status": words.status_words(str(event.data.get("status", ""))),
    }
    return fill(entry.line.get(get_language() or "id"), values).strip()


def _next_step(complaint: Complaint, rules: Rules) -> str:
    if complaint.closed_at is not None:
        return _("Penanganan sudah selesai.")
    stage = words.stage_words(rules.procedure, complaint.stage)
    match complaint.status:
        case CitizenStatus.AWAITING_REPORTER.value:
            return _("Kami menunggu jawaban Anda.")
        case CitizenStatus.RECEIVED.value:
            return _("Laporan Anda akan diperiksa. Langkah sekarang: %(stage)s.") % {"stage": stage}
        case CitizenStatus.FORWARDED.value:
            return _("Laporan Anda ada di meja pusat pemerintah daerah.")
        case _:
            return _("Laporan Anda sedang ditangani. Langkah sekarang: %(stage)s.") % {"stage": stage}


def _question(complaint: Complaint, events: list[Event], texts: dict[int | None, list[Message]]) -> str:
    """The newest question, while the office waits for its answer."""
    if complaint.status != CitizenStatus.AWAITING_REPORTER.value:
        return ""
    for event in reversed(events):
        for message in texts.get(event.pk, ()):
            if message.kind == Message.Kind.QUESTION:
                return message.body
    return ""


def reporter_offers(complaint: Complaint, *, rules: Rules | None = None) -> list[Offer]:
    """What the reporter may do now: answer, withdraw, rate, object."""
    return offers_for(complaint, REPORTER, rules=rules)


def attachment_for_reporter(complaint: Complaint, uid: UUID) -> Attachment:
    """A file that the reporter sent, or that came with an answer. Raises `not_found`."""
    found = complaint.attachments.filter(uid=uid, to_reporter=True).first()
    if found is None:
        raise not_found()
    return found
