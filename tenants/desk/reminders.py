"""The desk's commands towards an office: reminders, at once or at a time set, and the log of calls.

Each but the alarm's is called in public mode. They read nothing of what a complaint says.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from central.coordination import reminders as ledger
from central.coordination.models import CaseIndex, DeskCall, Reminder
from central.coordination.services import clear_alarm, set_alarm, tell_desk
from central.offices.access import office as inside
from central.offices.models import Government, Office
from central.plaintext import clean_line, clean_text
from tenants.complaints.masking import mask
from tenants.complaints.models import Complaint
from tenants.complaints.services import reminders as at_the_office
from tenants.complaints.services.step import here
from tenants.errors import ServiceError
from tenants.procedure.queries import rules_of
from workflows.cases import Actor, ActorKind

from .queries import DeskPerson

PAUSE = timedelta(hours=1)
"""How long after a reminder nobody may send the next one: a second click, or a colleague who did not look."""

FARTHEST = timedelta(days=366)
"""How far ahead a reminder may be set."""


class ReminderError(ServiceError):
    """A reminder that was refused; nothing was changed. Codes: `not_found`, `office_halted`, `bad_time`,
    `too_soon`, `not_allowed`, `wrong_stage`, `stale` (it has been sent or cancelled meanwhile).
    """


def case_at(government: Government, code: str, uid: UUID) -> CaseIndex | None:
    """The index row of a complaint that an office of this government has."""
    rows = CaseIndex.objects.filter(uid=uid, government=government, office__code=code)
    return rows.select_related("office").first()


def remind_office(
    case: CaseIndex,
    *,
    person: DeskPerson,
    ring_at: datetime | None = None,
    follow_at: datetime | None = None,
) -> Reminder:
    """Reminds the office of a complaint, now or at `ring_at`. If it has done nothing by `follow_at`, its head
    and the desk will hear of it. One transaction over ledger and office. Raises `ReminderError`, and
    `ComplaintError` with `not_found`, `not_allowed` or `wrong_stage`.
    """
    now = timezone.now()
    _demand_times(ring_at, follow_at, now)
    target = case.office
    if target.status != Office.Status.READY:
        raise ReminderError(
            "office_halted",
            _("Layanan %(name)s sedang dihentikan sementara. Hubungi instansi itu lewat telepon.")
            % {"name": target.name},
        )
    with inside(target):
        complaint, rules, actor = at_the_office.check(case.uid, actor=person)
        if ring_at is not None:
            _demand_no_other(target, case.uid, ring_at)
        else:
            _demand_pause(case.uid, now)
            at_the_office.remind(complaint, rules, actor=actor)
        role = rules.procedure.platform.remind
        return ledger.open_reminder(
            target,
            uid=case.uid,
            number=complaint.number,
            by=(person.user_id, person.name),
            role=role.role if role is not None else "",
            ring_at=ring_at,
            follow_at=follow_at,
            now=timezone.now(),
        )


@transaction.atomic
def cancel_reminder(case: CaseIndex, pk: int, *, person: DeskPerson) -> Reminder:
    """Takes back a reminder that has not been sent yet: for whoever set it, holds the role for it, or is an
    admin of the desk. Raises `ReminderError`: `not_found`, `not_allowed`, `stale`.
    """
    found = ledger.locked_reminder(pk, case.office_id)
    if found is None or found.uid != case.uid:
        raise ReminderError("not_found", _("Pengingat ini tidak ditemukan."))
    if not (person.is_admin or found.by_id == person.user_id or found.role in person.roles):
        raise ReminderError(
            "not_allowed", _("Pengingat ini hanya dibatalkan oleh yang berwenang mengirimnya.")
        )
    if found.state != Reminder.State.SCHEDULED:
        raise ReminderError("stale", _("Pengingat ini sudah terkirim atau sudah dibatalkan."))
    ledger.ended(found, case.office, Reminder.State.CANCELLED, timezone.now())
    return found


def note_call(case: CaseIndex, *, person: DeskPerson, called: str, outcome: str, note: str) -> DeskCall:
    """Notes a call to the office. Names, numbers and addresses in the note are hidden before it is stored."""
    return ledger.note_call(
        case.office,
        uid=case.uid,
        number=case.number,
        by=(person.user_id, person.name),
        called=clean_line(called),
        outcome=DeskCall.Outcome(outcome),
        note=mask(clean_text(note)).text[:500],
        now=timezone.now(),
    )


def on_reminder_alarm(key: str, now: datetime) -> None:
    """A reminder's time has come: it goes out, or what came of it is looked at. Inside the office; twice does
    no more than once.
    """
    office = here()
    row = ledger.locked_reminder(int(key), office.pk)
    if row is None or row.ended_at is not None:
        clear_alarm(office, kind=ledger.ALARM, key=key)
        return
    due_at = row.ring_at if row.state == Reminder.State.SCHEDULED else row.follow_at
    if due_at is None:
        clear_alarm(office, kind=ledger.ALARM, key=key)
    elif due_at > now:
        set_alarm(office, kind=ledger.ALARM, key=key, due_at=due_at)
    elif row.state == Reminder.State.SCHEDULED:
        _ring(row, office, now)
    else:
        _follow(row, office, now)


def _ring(row: Reminder, office: Office, now: datetime) -> None:
    complaint = _locked(row)
    if complaint is None or not at_the_office.waits_here(complaint):
        ledger.ended(row, office, Reminder.State.DROPPED, now)
        return
    at_the_office.remind(complaint, rules_of(complaint), actor=_author(row))
    ledger.sent(row, office, now)


def _follow(row: Reminder, office: Office, now: datetime) -> None:
    complaint, since = _locked(row), row.sent_at or row.made_at
    if (
        complaint is None
        or at_the_office.acted_since(complaint, since)
        or not at_the_office.waits_here(complaint)
    ):
        ledger.ended(row, office, Reminder.State.HEEDED, now)
        return
    at_the_office.remind(complaint, rules_of(complaint), actor=_author(row), escalate=True)
    ledger.ended(row, office, Reminder.State.ESCALATED, now)
    tell_desk(office, role=row.role, notice="escalated", number=row.number)


def _locked(row: Reminder) -> Complaint | None:
    rows = Complaint.objects.select_for_update(no_key=True, of=("self",)).select_related("unit")
    return rows.filter(uid=row.uid).first()


def _author(row: Reminder) -> Actor:
    """Whoever set the reminder, as the record names them."""
    return Actor(ActorKind.GOVERNMENT, id=row.by_id, name=row.by_name)


def _demand_times(ring_at: datetime | None, follow_at: datetime | None, now: datetime) -> None:
    wrong: dict[str, str] = {}
    if ring_at is not None and not now < ring_at <= now + FARTHEST:
        wrong["ring_at"] = _("Pilih waktu setelah sekarang dan dalam satu tahun.")
    elif follow_at is not None and not (ring_at or now) < follow_at <= now + FARTHEST:
        wrong["follow_at"] = _("Pilih waktu setelah pengingat dikirim dan dalam satu tahun.")
    if wrong:
        raise ReminderError("bad_time", _("Waktu yang dipilih belum tepat."), wrong)


def _demand_no_other(target: Office, uid: UUID, ring_at: datetime) -> None:
    """A second click sets no second reminder."""
    known = ledger.scheduled(uid, target, ring_at)
    if known is not None:
        text = _("Pengingat pada waktu itu sudah dijadwalkan oleh %(name)s.") % {"name": known.by_name}
        raise ReminderError("bad_time", text, {"ring_at": text})


def _demand_pause(uid: UUID, now: datetime) -> None:
    last = ledger.reminded_since(uid, now - PAUSE)
    if last is not None:
        raise ReminderError(
            "too_soon",
            _("Instansi ini baru saja diingatkan oleh %(name)s. Tunggu satu jam sebelum mengingatkan lagi.")
            % {"name": last.by_name},
        )
