"""Questions to another office or to an official of this one: whom, what they get to know, and their end.

Whoever calls has the complaint at the office that asks locked. The rows at the office that is asked are
reached only by holders of that lock, so that nobody waits for another in a circle.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.utils import translation
from django.utils.translation import gettext as _

from central.accounts.sites import full_address
from central.coordination.services import clear_alarm, set_alarm
from central.delivery.services import send_central
from central.offices.access import office as inside
from central.offices.access import public
from central.offices.models import Domain, Office
from tenants.complaints.errors import FIELD_ERRORS, ComplaintError
from tenants.complaints.masking import Known, mask
from tenants.complaints.models import Complaint, Coordination, Reporter
from tenants.complaints.words import moment_words
from tenants.organization import holds
from tenants.organization.models import Member
from tenants.organization.queries import Person, holders
from tenants.procedure.queries import Rules, procedure_in_force
from workflows.cases import Actor
from workflows.coordination import REPORT, answerers
from workflows.decision import Decision, FieldError
from workflows.settings import Settings

from .publication import known_of

ALARM = "coordination"
"""Kind of a question's alarm, at either office; its key is the question's uid in hexadecimal."""

OFFICE, MEMBER = "office:", "member:"
"""How the input `asked` names somebody: by an office's code, or by a member's id."""

_CODE = re.compile(r"[a-z0-9_-]{1,60}", re.IGNORECASE)

WARN_SHARE = 0.75
"""Whoever is to answer is warned when this share of the time is used."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked: another office, or an official of the own one."""

    name: str
    office: Office | None = None
    member: Member | None = None


def asked_of(office: Office, actor: Actor, value: Any) -> Asked:
    """Whom the input means. An official stays one of the office until the step is stored.

    Raises `ComplaintError("bad_input")`.
    """
    text = str(value or "")
    if text.startswith(OFFICE):
        return _other_office(office, text.removeprefix(OFFICE))
    known = text.removeprefix(MEMBER)
    if not text.startswith(MEMBER) or not (known.isascii() and known.isdecimal()) or len(known) > 18:
        raise _wrong(FIELD_ERRORS[FieldError.REQUIRED if not text else FieldError.NOT_A_CHOICE])
    pk = int(known)
    if pk == actor.id:
        raise _wrong(_("Anda tidak dapat bertanya kepada diri sendiri. Pilih orang lain."))
    if not holds.present([pk]):
        raise _wrong(_("Orang itu tidak lagi bertugas di sini. Pilih orang lain."))
    member = Member.objects.get(pk=pk)
    return Asked(member.name, member=member)


def _other_office(office: Office, code: str) -> Asked:
    found = None
    if _CODE.fullmatch(code):
        with public():
            found = Office.objects.select_related("government").filter(code=code).first()
    if found is None or found.government_id != office.government_id:
        raise _wrong(_("Instansi itu bukan bagian dari pemerintah daerah ini. Pilih dari daftar."))
    if found.pk == office.pk:
        raise _wrong(_("Instansi ini tidak dapat bertanya kepada dirinya sendiri. Pilih instansi lain."))
    if not found.serves:
        raise _wrong(
            _("Layanan %(name)s sedang tidak berjalan, jadi tidak dapat menjawab. Pilih instansi lain.")
            % {"name": found.name}
        )
    return Asked(found.name, office=found)


def _wrong(text: Any) -> ComplaintError:
    return ComplaintError(
        "bad_input",
        _("Ada isian yang belum lengkap atau keliru. Perbaiki isian yang ditandai."),
        {"asked": text},
    )


def shared(complaint: Complaint, settings: Settings) -> tuple[str, str]:
    """Text and place of the report as they are sent along: with everything masked that tells who reported it,
    as before a publication.
    """
    reporter: Reporter | None = getattr(complaint, "reporter", None)
    known, rules = known_of(reporter) if reporter else Known(), settings.masking

    def masked(text: str) -> str:
        return mask(text, known=known, words=rules.hide, allow=rules.keep).text

    return masked(complaint.description), masked(complaint.place)[:250]


def uid_of(complaint: Complaint, key: UUID) -> UUID:
    """The question that this request makes of this complaint, however often it is sent."""
    return uuid5(complaint.uid, key.hex)


def asked_before(complaint: Complaint, key: UUID) -> bool:
    """Whether the same request has asked already."""
    return Coordination.objects.filter(uid=uid_of(complaint, key), complaint=complaint).exists()


def put(
    office: Office, complaint: Complaint, rules: Rules, decision: Decision, asked: Asked, uid: UUID
) -> None:
    """Stores the question that a decision asks, at both offices, and tells those who are to answer it."""
    coordinate = rules.procedure.platform.coordinate
    assert coordinate is not None
    now, limit = decision.at, coordinate.limit
    calendar = rules.settings.work_calendar(office.timezone)
    due_at = calendar.add(now, limit)
    warn_at = calendar.share(now, due_at, WARN_SHARE, limit.unit)
    report, place = shared(complaint, rules.settings) if decision.inputs.get(REPORT) else ("", "")
    row = Coordination(
        uid=uid,
        direction=Coordination.Direction.ASKED,
        complaint=complaint,
        seq=decision.memory.coordinated,
        number=complaint.number,
        office=asked.office.pk if asked.office else None,
        office_name=asked.office.name if asked.office else "",
        member=asked.member,
        asked_by_name=decision.actor.name[:150],
        asked_by_title=getattr(decision.actor, "title", "")[:150],
        question=decision.inputs["question"],
        report=report,
        place=place,
        asked_at=now,
        warn_at=warn_at,
        due_at=due_at,
    )
    row.save(force_insert=True)
    if asked.office is None:
        set_alarm(office, kind=ALARM, key=uid.hex, due_at=warn_at)
        tell(office, answerers_of(row), "asked", row)
        return
    set_alarm(office, kind=ALARM, key=uid.hex, due_at=due_at)
    with inside(asked.office, cross=True):
        _receive(office, asked.office, row)


def _receive(asker: Office, office: Office, sent: Coordination) -> None:
    row = Coordination(
        uid=sent.uid,
        direction=Coordination.Direction.RECEIVED,
        number=sent.number,
        office=asker.pk,
        office_name=asker.name,
        roles=list(answerers(procedure_in_force())),
        asked_by_name=sent.asked_by_name,
        asked_by_title=sent.asked_by_title,
        question=sent.question,
        report=sent.report,
        place=sent.place,
        asked_at=sent.asked_at,
        warn_at=sent.warn_at,
        due_at=sent.due_at,
    )
    row.save(force_insert=True)
    set_alarm(office, kind=ALARM, key=row.uid.hex, due_at=row.warn_at)
    tell(office, answerers_of(row), "asked", row)


def end(
    office: Office,
    complaint: Complaint,
    numbers: Collection[int],
    *,
    now: datetime,
    by: str = "",
    reason: str = "",
) -> None:
    """These questions of a locked complaint wait for no answer any more; who was asked is told."""
    waiting = Coordination.objects.select_for_update(no_key=True, of=("self",)).select_related("member")
    for row in waiting.filter(complaint=complaint, seq__in=numbers, state=Coordination.State.OPEN):
        _end(office, row, now, by, reason)
        if row.member is not None:
            tell(office, answerers_of(row), "withdrawn", row)
        there = office_by_id(row.office)
        if there is not None:
            end_there(there, row, now=now, by=by, reason=reason)


def end_there(there: Office, row: Coordination, *, now: datetime, by: str = "", reason: str = "") -> None:
    """The office that was asked need not answer any more, and is told. `row`: the asker's, locked."""
    with inside(there, cross=True):
        theirs = Coordination.objects.filter(uid=row.uid).first()
        if theirs is not None and theirs.is_open:
            _end(there, theirs, now, by, reason)
            tell(there, answerers_of(theirs), "withdrawn", theirs)


def _end(office: Office, row: Coordination, now: datetime, by: str, reason: str) -> None:
    close(office, row, Coordination.State.WITHDRAWN, text=reason, by=by, now=now)


def close(office: Office, row: Coordination, state: str, *, text: str, by: str, now: datetime) -> None:
    """A question has its answer, or none. What was sent with it of the report is forgotten."""
    row.state, row.answer, row.ended_by_name, row.ended_at = state, text, by[:150], now
    row.report = row.place = ""
    row.save(update_fields=["state", "answer", "ended_by_name", "ended_at", "report", "place"])
    clear_alarm(office, kind=ALARM, key=row.uid.hex)


def office_by_id(pk: int | None) -> Office | None:
    """The other office of a question; None if it is no more, or there is none."""
    if pk is None:
        return None
    with public():
        rows = Office.objects.select_related("government").exclude(status=Office.Status.REMOVED)
        return rows.filter(pk=pk).first()


def answerers_of(row: Coordination) -> list[Person]:
    """The people of this office who are to answer a question."""
    if row.member is not None:
        return holders((), member=row.member.pk)
    return holders(row.roles)


_LANGUAGE = "id"
_NOTICES = ("asked", "warn", "due", "moved", "withdrawn")


def tell(office: Office, people: Iterable[Person], notice: str, row: Coordination) -> None:
    """Mails those who are to answer: that there is a question, and where. Never what it says.

    `notice`: one of `_NOTICES`.
    """
    addresses = {person.email: person.name for person in people if person.email}
    if not addresses:
        return
    assert notice in _NOTICES
    with public(), translation.override(_LANGUAGE):
        host = Domain.objects.filter(office=office).order_by("-is_primary", "id").first()
        url = full_address(host.host, f"/kantor/koordinasi/{row.slug}/") if host else ""
        subject, body = _words(office, notice, row, url)
        for email, name in addresses.items():
            send_central(
                kind="coordination",
                recipient=email,
                subject=subject,
                body=body % {"name": name},
                language=_LANGUAGE,
            )


def _words(office: Office, notice: str, row: Coordination, url: str) -> tuple[str, str]:
    subjects = {
        "asked": _("Tugas baru: koordinasi dari %(office)s"),
        "warn": _("Mendekati batas waktu: koordinasi dari %(office)s"),
        "due": _("Lewat batas waktu: koordinasi dari %(office)s"),
        "moved": _("Batas waktu berubah: koordinasi dari %(office)s"),
        "withdrawn": _("Tidak perlu dijawab lagi: koordinasi dari %(office)s"),
    }
    bodies = {
        "asked": _("Ada pertanyaan yang menunggu jawaban Anda."),
        "warn": _("Batas waktu untuk menjawab pertanyaan ini sudah dekat."),
        "due": _("Pertanyaan ini belum dijawab dan batas waktunya sudah lewat."),
        "moved": _(
            "Batas waktu untuk menjawab pertanyaan ini berubah, karena kalender kerja penanya berubah."
        ),
        "withdrawn": _("Pertanyaan ini ditarik kembali. Tidak ada yang perlu Anda kerjakan."),
    }
    due = moment_words(row.due_at, office.timezone)
    body = _("Yth. %(name)s,") + f"\n\n{bodies[notice]}".replace("%", "%%")
    if notice != "withdrawn":
        body += "\n" + (_("Paling lambat %(moment)s.") % {"moment": due}).replace("%", "%%")
    body += f"\n\n{url}".replace("%", "%%")
    return (subjects[notice] % {"office": row.office_name or office.name})[:200], body
