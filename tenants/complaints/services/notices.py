"""What a step has the platform say to people, written as messages; sending is the delivery's work.

Texts come from the office's settings. `{url}` stays in the text until the message goes out: an office may
have moved to another address by then.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from central.coordination.services import tell_desk
from central.delivery.services import enqueue
from central.offices.models import Office
from central.rows import Ref, Rows
from tenants.complaints import words
from tenants.complaints.chain import MESSAGE, message_digest, new_salt
from tenants.complaints.contacts import takes_texts
from tenants.complaints.models import CallTask, Complaint, Message, Reporter
from tenants.organization.queries import Person, holders
from tenants.procedure.queries import Rules
from workflows.cases import ActorKind, ClockState, Scope
from workflows.coordination import ASKED
from workflows.decision import Audience, Decision
from workflows.decision import Message as Telling
from workflows.texts import TextEntry, fill

EMAIL = "email"
CALL = "call"
SMS = "sms"
BY_TELEPHONE = "phone"
"""The intake channel of whoever called."""

_STAFF_LANGUAGE = "id"
_DESK_NOTICES = {"due_soon": "warn", "overdue": "due", "escalated": "due", "work_reminder": "remind"}


@dataclass(slots=True)
class Notices:
    """Messages of one step, ready to be stored: first the rows, then what sends them."""

    rows: list[Message] = field(default_factory=list)
    desk: list[tuple[str, str]] = field(default_factory=list)
    """(role, notice) for the government's central desk."""

    def contents(self) -> dict[str, str]:
        """Salted digests for the chain."""
        return {
            f"{MESSAGE}{row.uid.hex}": message_digest(row.salt, row.subject, row.body) for row in self.rows
        }


@dataclass(frozen=True, slots=True)
class Scene:
    """What the texts of a step may speak of."""

    office: Office
    rules: Rules
    complaint: Complaint
    reporter: Reporter | None
    decision: Decision
    clocks: Mapping[str, ClockState]
    unit_name: str = ""


Audiences = Mapping[tuple[tuple[str, ...], str | None, int | None], list[Person]]
"""Who is meant by roles, unit and member."""


def recipients(scene: Scene) -> Audiences:
    """The staff whom a decision has something to say to. One statement for each different group."""
    found: dict[tuple[tuple[str, ...], str | None, int | None], list[Person]] = {}
    for telling in scene.decision.messages:
        if telling.audience is Audience.ROLE and telling.scope is Scope.OFFICE:
            group = (telling.roles, telling.unit, telling.member)
            if group not in found:
                found[group] = holders(telling.roles, unit=telling.unit, member=telling.member)
    return found


def compose(scene: Scene, now: datetime, audiences: Audiences) -> Notices:
    """Writes the messages that a decision asks for; reads nothing."""
    notices = Notices()
    news: dict[tuple[int, str, str], _News] = {}
    for telling in scene.decision.messages:
        if telling.audience is Audience.REPORTER:
            _to_reporter(scene, telling, now, notices)
        elif telling.scope is Scope.GOVERNMENT:
            notices.desk.extend((role, _desk_notice(telling)) for role in telling.roles)
        else:
            for person in audiences[telling.roles, telling.unit, telling.member]:
                if person.id is not None and person.email and not _is_actor(scene, person):
                    told = news.setdefault((person.id, telling.key, telling.clock), _News(person))
                    told.of.append(telling)
    _to_staff(scene, news.values(), now, notices)
    return notices


@dataclass(slots=True)
class _News:
    """What one person is told in one message: all the work that a step gives them, or about one limit."""

    person: Person
    of: list[Telling] = field(default_factory=list)


def _desk_notice(telling: Telling) -> str:
    return _DESK_NOTICES.get(telling.key, "opened")


def _entry(scene: Scene, telling: Telling) -> TextEntry:
    entry = scene.rules.settings.text(telling.key)
    if entry is None:
        raise LookupError(f"There is no text {telling.key!r}.")
    return entry


def _to_reporter(scene: Scene, telling: Telling, now: datetime, notices: Notices) -> None:
    reporter = scene.reporter
    if reporter is None or not (reporter.email or reporter.phone):
        return
    language = reporter.language
    subject, body = _text(scene, [telling], language, reporter.name)
    ways = [(EMAIL, reporter.email)] if reporter.email else []
    # Who telephoned is answered by telephone, whatever else they gave.
    if reporter.phone and (not ways or (scene.complaint.channel == BY_TELEPHONE and telling.body_input)):
        ways.append((_by_phone(scene, reporter.phone), reporter.phone))
    for channel, recipient in ways:
        notices.rows.append(
            message_row(
                scene.complaint,
                subject,
                body,
                language,
                now,
                channel=channel,
                recipient=recipient,
                to_reporter=True,
            )
        )


def _by_phone(scene: Scene, phone: str) -> str:
    """A text message where the office uses them and a gateway is there, else a call."""
    texts = settings.SMS_URL and SMS in scene.rules.settings.channels
    called = scene.complaint.channel == BY_TELEPHONE
    return SMS if texts and not called and takes_texts(phone) else CALL


def _to_staff(scene: Scene, news: Iterable[_News], now: datetime, notices: Notices) -> None:
    written: set[tuple[str, str, int | None]] = set()
    for told in news:
        person = told.person
        subject, body = _text(scene, told.of, _STAFF_LANGUAGE, person.name)
        # Two limits may have the same news.
        if (subject, body, person.id) in written:
            continue
        written.add((subject, body, person.id))
        notices.rows.append(
            message_row(
                scene.complaint,
                subject,
                body,
                _STAFF_LANGUAGE,
                now,
                channel=EMAIL,
                recipient=person.email,
                member_id=person.id,
            )
        )


def _is_actor(scene: Scene, person: Person) -> bool:
    """Nobody is told what they have just done themselves."""
    actor = scene.decision.actor
    return actor.kind is ActorKind.MEMBER and actor.id == person.id


def message_row(
    complaint: Complaint,
    subject: str,
    body: str,
    language: str,
    now: datetime,
    *,
    channel: str,
    recipient: str,
    to_reporter: bool = False,
    member_id: int | None = None,
) -> Message:
    """A message of the platform, not stored yet."""
    return Message(
        uid=uuid.uuid4(),
        complaint=complaint,
        kind=Message.Kind.NOTICE,
        salt=new_salt(),
        to_reporter=to_reporter,
        channel=channel,
        recipient=recipient,
        member_id=member_id,
        language=language,
        subject=subject[:200],
        body=body,
        created_at=now,
    )


def _text(scene: Scene, tellings: Sequence[Telling], language: str, name: str) -> tuple[str, str]:
    """Subject and body. `tellings`: what is told in it, all by the same text and about the same limit."""
    entry = _entry(scene, tellings[0])
    with translation.override(language):
        values = _values(scene, tellings, name)
        subject = entry.subject.get(language) if entry.subject else _("Aduan {number}")
        body = entry.body.get(language) if entry.body else "{body}"
        return fill(subject, values), fill(body, values).strip()


def _values(scene: Scene, tellings: Sequence[Telling], name: str) -> dict[str, str]:
    complaint, decision, telling = scene.complaint, scene.decision, tellings[0]
    clock = scene.clocks.get(telling.clock)
    to_reporter = telling.audience is Audience.REPORTER
    work = list(dict.fromkeys((_stage(scene, each), *_limit(scene, each)) for each in tellings))
    return {
        "number": complaint.number,
        "code": complaint.tracking_code if to_reporter else "",
        "url": "{url}",
        "office": scene.office.name,
        "name": name or _("Bapak/Ibu"),
        "category": words.category_words(scene.rules.settings, complaint.category),
        "stage": words.listed(list(dict.fromkeys(stage for stage, _moment, _whole in work))),
        "due": _due_words(scene, work, to_reporter=to_reporter),
        "body": str(decision.inputs.get(telling.body_input or "", "")),
        "reason": decision.reason,
        "limit": words.limit_words(clock.limit) if clock else "",
        "unit": scene.unit_name,
        "status": words.status_words(decision.status),
        "authority": str(decision.inputs.get("authority") or decision.inputs.get(ASKED, "")),
        "contact": str(decision.inputs.get("contact", "")),
    }


def _stage(scene: Scene, telling: Telling) -> str:
    return words.stage_words(scene.rules.procedure, telling.stage or scene.complaint.stage, telling.line)


def _limit(scene: Scene, telling: Telling) -> tuple[str, bool]:
    """By when, and whether that is the limit of the whole process; "" without a limit. The reporter is told
    the moment of the complaint; staff the limit of the work, or of the whole where the step has none.
    """
    clock = scene.clocks.get(telling.clock)
    if clock is None and telling.audience is not Audience.REPORTER:
        clock = _clock_of_work(scene, telling)
    due_at = clock.due_at if clock is not None else None
    if telling.audience is Audience.REPORTER and clock is None:
        due_at = scene.complaint.due_at
    provisional = any(state.provisional and state.due_at == due_at for state in scene.clocks.values())
    whole = clock is not None and clock.code == scene.rules.procedure.index.whole
    return words.due_words(due_at, scene.office.timezone, provisional=provisional), whole


def _clock_of_work(scene: Scene, telling: Telling) -> ClockState | None:
    """The limit under which a step stands: what ends first of its own, else the whole process'."""
    line = scene.rules.procedure.index.lines.get(telling.line)
    stage = telling.stage or scene.complaint.stage
    states = {
        clock: scene.clocks[clock.spec.code]
        for clock in (line.clocks if line is not None else ())
        if stage in clock.live and clock.spec.code in scene.clocks
    }
    running = [(clock.spec.whole, state.due_at, state) for clock, state in states.items() if state.running]
    return min(running, key=lambda found: found[:2])[2] if running else None


def _due_words(scene: Scene, work: Sequence[tuple[str, str, bool]], *, to_reporter: bool) -> str:
    """By when each stage of the work is due; one sentence where all have the same limit."""
    _first, moment, whole = work[0]
    if any((due, of_all) != (moment, whole) for _stage, due, of_all in work):
        sentences = {
            False: _("%(stage)s: paling lambat %(moment)s."),
            True: _("%(stage)s: tanpa batas sendiri, seluruh penanganan paling lambat %(moment)s."),
        }
        told = [sentences[of_all] % {"stage": stage, "moment": due} for stage, due, of_all in work if due]
        return " ".join(told)
    return _due_sentence(scene, whole, to_reporter=to_reporter) % {"moment": moment} if moment else ""


def _due_sentence(scene: Scene, whole: bool, *, to_reporter: bool) -> str:
    """What is to be done by `%(moment)s`: everybody must be told of what it is the limit."""
    if not to_reporter:
        return _("Seluruh penanganan paling lambat %(moment)s.") if whole else _("Paling lambat %(moment)s.")
    if scene.rules.procedure.promises_whole:
        return _("Penanganan selesai paling lambat %(moment)s.")
    return _("Langkah sekarang paling lambat %(moment)s; ini bukan batas seluruh penanganan.")


def add_calls(
    rows: Rows, notices: Notices, stored: Ref, now: datetime, *, complaint: Ref | None = None
) -> None:
    """Tasks for the messages that go by telephone. `stored`: the messages among the rows; `complaint`: the
    complaint, where it is stored with them.
    """
    refs = {"complaint_id": complaint} if complaint is not None else {}
    for row in notices.rows:
        if row.channel == CALL:
            task = CallTask(complaint=row.complaint, opened_at=now)
            rows.add([task], **refs, message_id=stored.where("uid", row.uid))


def send(rows: Rows, office: Office, notices: Notices, complaint: Complaint, now: datetime) -> None:
    """Has messages delivered: by the outbox, among the rows, or at the government's desk."""
    by_outbox = [(row.uid, row.channel) for row in notices.rows if row.channel != CALL]
    enqueue(office, by_outbox, now=now, rows=rows)
    for role, notice in unique(notices.desk):
        tell_desk(office, role=role, notice=notice, number=complaint.number)


def unique(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Each pair once, in the order of their first coming."""
    return list(dict.fromkeys(pairs))
