"""Answering what another office or a colleague asks, and what time does to a question."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from central.coordination.services import clear_alarm, set_alarm
from central.offices.access import office as inside
from central.offices.models import Office
from central.plaintext import clean_text
from tenants.complaints.errors import FIELD_ERRORS, ComplaintError
from tenants.complaints.models import Complaint, Coordination
from tenants.complaints.queries.coordination import question_for
from tenants.complaints.snapshot import case_of
from tenants.organization.queries import Person
from tenants.procedure.queries import rules_of
from workflows import coordination
from workflows.cases import ActorKind
from workflows.decision import FieldError

from .asking import ALARM, answerers_of, close, office_by_id, tell
from .passing import give_back_from
from .people import as_now
from .step import apply, here, locked

log = logging.getLogger(__name__)

LONGEST, SHORTEST = 10_000, 5
"""Characters of an answer, and of the reason why there is none."""

State = Coordination.State


def answer(uid: UUID, text: str, *, actor: Person) -> Coordination:
    """Answers a question that was put to this office or to this person. One transaction with the other
    office, whose people hear of it.

    Raises `ComplaintError`: `not_found` (also for whoever is not to answer it), `bad_input`, `stale` (it was
    answered or taken back meanwhile), `office_halted`; then nothing has changed anywhere.
    """
    return _speak(uid, text, actor, "answer", declined=False)


def decline(uid: UUID, reason: str, *, actor: Person) -> Coordination:
    """Says why a question cannot be answered here. As `answer`."""
    return _speak(uid, reason, actor, "reason", declined=True)


def _speak(uid: UUID, text: str, actor: Person, field: str, *, declined: bool) -> Coordination:
    office, person = here(), as_now(actor)
    assert isinstance(person, Person)
    row = question_for(uid, person)
    said = clean_text(text).strip()
    if not SHORTEST <= len(said) <= LONGEST:
        short = FieldError.REQUIRED if not said else FieldError.TOO_SHORT
        wrong = FieldError.TOO_LONG if len(said) > LONGEST else short
        raise ComplaintError(
            "bad_input",
            _("Ada isian yang belum lengkap atau keliru. Perbaiki isian yang ditandai."),
            {field: FIELD_ERRORS[wrong]},
        )
    if not row.is_open:
        raise stale(row)
    asker = _asker(office, row)
    now = timezone.now()
    with inside(asker, cross=True):
        _record(asker, uid, said, person, office, declined=declined)
    if row.direction == Coordination.Direction.RECEIVED:
        state = State.DECLINED if declined else State.ANSWERED
        close(office, row, state, text=said, by=person.name, now=now)
    log.info("question %s of office %s was answered by office %s", uid, asker.pk, office.pk)
    return row


def stale(row: Coordination) -> ComplaintError:
    """What somebody reads who is late with an answer."""
    if row.state == State.WITHDRAWN:
        text = _("Pertanyaan ini sudah ditarik kembali, jadi tidak perlu dijawab lagi.")
    elif row.is_open or not row.ended_by_name:
        text = _("Pertanyaan ini tidak lagi menunggu jawaban Anda.")
    else:
        text = _("Pertanyaan ini sudah dijawab oleh %(name)s.") % {"name": row.ended_by_name}
    return ComplaintError("stale", text)


def _asker(office: Office, row: Coordination) -> Office:
    if row.direction == Coordination.Direction.ASKED:
        return office
    found = office_by_id(row.office)
    if found is None or not found.serves:
        raise ComplaintError(
            "office_halted",
            _("Layanan %(name)s sedang tidak berjalan, jadi jawaban belum dapat dikirim. Coba lagi nanti.")
            % {"name": row.office_name},
        )
    return found


def _record(asker: Office, uid: UUID, text: str, person: Person, office: Office, *, declined: bool) -> None:
    """The answer at the office that has asked, in its complaint's chain. In that office."""
    found = _asked_here(uid)
    if found is None:
        raise ComplaintError(
            "stale", _("Pertanyaan ini sudah ditarik kembali, jadi tidak perlu dijawab lagi.")
        )
    complaint, row = found
    if not row.is_open:
        raise stale(row)
    own = office.pk == asker.pk
    if own and row.member_id != person.id:
        raise stale(row)  # it went to somebody else while this waited
    title = person.title if own else ", ".join(part for part in (person.title, office.name) if part)
    author = Person(
        ActorKind.MEMBER, id=person.id if own else None, name=person.name, roles=frozenset(), title=title
    )
    rules, now = rules_of(complaint), timezone.now()
    case = case_of(complaint, asker.timezone)
    decision = coordination.answered(
        rules.procedure,
        rules.settings,
        case,
        row.seq,
        author,
        now,
        by=person.name if own else office.name,
        text=text,
        declined=declined,
    )
    asked = coordination.speech_offer(decision.action).offer.inputs
    apply(asker, complaint, case, rules, decision, asked=asked, more={"coordination": row.seq})
    state = State.DECLINED if declined else State.ANSWERED
    by = person.name if own else f"{person.name}, {office.name}"
    close(asker, row, state, text=text, by=by, now=now)


def _asked_here(uid: UUID) -> tuple[Complaint, Coordination] | None:
    """A question of this office with its complaint locked, as it stands then; None if it is no more."""
    rows = Coordination.objects.filter(uid=uid, direction=Coordination.Direction.ASKED)
    slug = rows.values_list("complaint__uid", flat=True).first()
    if slug is None:
        return None
    complaint = locked(slug)
    row = rows.select_related("member").select_for_update(no_key=True, of=("self",)).first()
    return (complaint, row) if row is not None else None


def send_back(office: Office) -> None:
    """An office that serves no more answers nothing: those who have asked it are called, and take their
    questions back. In public mode.
    """
    rows = Coordination.objects.filter(direction=Coordination.Direction.RECEIVED, state=State.OPEN)
    with inside(office):
        waiting = list(rows.values_list("office", "uid"))
    for asker, uid in waiting:
        found = office_by_id(asker)
        if found is not None:
            set_alarm(found, kind=ALARM, key=uid.hex, due_at=timezone.now())


def on_alarm(key: str, now: datetime) -> None:
    """A moment of a question has come. `key`: its uid. At the office that is asked those who are to answer
    are warned, and told when it is late; at the one that asks those who wait for it. Where the office that is
    asked serves no more, the question goes back to who asked.
    """
    office, uid = here(), UUID(key)
    direction = Coordination.objects.filter(uid=uid).values_list("direction", flat=True).first()
    if direction == Coordination.Direction.RECEIVED:
        rows = Coordination.objects.select_for_update(no_key=True)
        _ring(office, rows.filter(uid=uid).first(), now)
        return
    found = _asked_here(uid) if direction is not None else None
    if found is None:
        clear_alarm(office, kind=ALARM, key=key)
        return
    complaint, row = found
    there = office_by_id(row.office)
    if row.is_open and row.office is not None and (there is None or not there.serves):
        give_back_from(office, complaint, row, there)
        return
    if row.member is not None:
        _ring(office, row, now)
    if row.is_open and now >= row.due_at:
        _tell_askers(office, complaint, row)
        clear_alarm(office, kind=ALARM, key=key)
    elif row.is_open and row.member is None:
        set_alarm(office, kind=ALARM, key=key, due_at=row.due_at)
    elif not row.is_open:
        clear_alarm(office, kind=ALARM, key=key)


def _ring(office: Office, row: Coordination | None, now: datetime) -> None:
    if row is None:
        return
    if not row.is_open:
        clear_alarm(office, kind=ALARM, key=row.uid.hex)
    elif now >= row.due_at:
        tell(office, answerers_of(row), "due", row)
        clear_alarm(office, kind=ALARM, key=row.uid.hex)
    else:
        if now >= row.warn_at:
            tell(office, answerers_of(row), "warn", row)
        set_alarm(office, kind=ALARM, key=row.uid.hex, due_at=row.due_at)


def _tell_askers(office: Office, complaint: Complaint, row: Coordination) -> None:
    rules, now = rules_of(complaint), timezone.now()
    case = case_of(complaint, office.timezone)
    by = row.office_name or (row.member.name if row.member else "")
    decision = coordination.late(rules.procedure, rules.settings, case, now, by=by, number=row.seq)
    asked = coordination.speech_offer(decision.action).offer.inputs
    apply(office, complaint, case, rules, decision, asked=asked, more={"coordination": row.seq})
