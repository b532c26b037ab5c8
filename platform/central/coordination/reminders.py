"""Commands on the ledger of reminders, and on the log of the desk's calls to offices. In public mode, within
the transaction of whoever calls them.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from central.offices.access import public
from central.offices.models import Office

from .models import CaseIndex, DeskCall, Reminder
from .services import clear_alarm, set_alarm

ALARM = "desk-reminder"
"""Kind of the alarm of a reminder, set in the office; its key is the reminder's."""

CALL_PAUSE = timedelta(minutes=1)


def open_reminder(
    office: Office,
    *,
    uid: uuid.UUID,
    number: str,
    by: tuple[int, str],
    role: str,
    ring_at: datetime | None,
    follow_at: datetime | None,
    now: datetime,
) -> Reminder:
    """Enters a reminder that has just been sent, or is to be sent at `ring_at`. `by`: account and name."""
    with public():
        row = Reminder.objects.create(
            uid=uid,
            government_id=office.government_id,
            office_id=office.pk,
            number=number,
            by_id=by[0],
            by_name=by[1][:150],
            role=role,
            state=Reminder.State.SCHEDULED if ring_at else Reminder.State.SENT,
            made_at=now,
            ring_at=ring_at,
            sent_at=None if ring_at else now,
            follow_at=follow_at,
        )
    next_at = ring_at or follow_at
    if next_at is not None:
        set_alarm(office, kind=ALARM, key=str(row.pk), due_at=next_at)
    return row


def locked_reminder(pk: int, office_id: int) -> Reminder | None:
    """A reminder to this office, locked until the transaction ends."""
    with public():
        rows = Reminder.objects.select_for_update(no_key=True)
        return rows.filter(pk=pk, office_id=office_id).first()


def sent(reminder: Reminder, office: Office, now: datetime) -> None:
    """A scheduled reminder has gone out; what comes of it is looked at when the desk said."""
    reminder.state, reminder.sent_at = Reminder.State.SENT, now
    with public():
        reminder.save(update_fields=["state", "sent_at"])
    if reminder.follow_at is None:
        clear_alarm(office, kind=ALARM, key=str(reminder.pk))
    else:
        set_alarm(office, kind=ALARM, key=str(reminder.pk), due_at=reminder.follow_at)


def ended(reminder: Reminder, office: Office, state: str, now: datetime) -> None:
    """Nothing more comes of a reminder."""
    reminder.state, reminder.ended_at = state, now
    with public():
        reminder.save(update_fields=["state", "ended_at"])
    clear_alarm(office, kind=ALARM, key=str(reminder.pk))


def reminded_since(uid: uuid.UUID, since: datetime) -> Reminder | None:
    """The last reminder about a complaint that went out after a moment."""
    with public():
        rows = Reminder.objects.filter(uid=uid, sent_at__gt=since)
        return rows.order_by("-sent_at").first()


def scheduled(uid: uuid.UUID, office: Office, ring_at: datetime) -> Reminder | None:
    """The reminder to an office that waits for this very moment."""
    with public():
        rows = Reminder.objects.filter(uid=uid, office_id=office.pk, ring_at=ring_at)
        return rows.filter(state=Reminder.State.SCHEDULED).first()


def note_call(
    office: Office,
    *,
    uid: uuid.UUID,
    number: str,
    by: tuple[int, str],
    called: str,
    outcome: str,
    note: str,
    now: datetime,
) -> DeskCall:
    """Notes a call of the desk to an office. The same note of the same person within `CALL_PAUSE` is the same
    call: a second click.
    """
    said = {"called": called, "outcome": outcome, "note": note, "by_id": by[0]}
    with public(), transaction.atomic():
        list(CaseIndex.objects.select_for_update(no_key=True, of=("self",)).filter(uid=uid, office=office))
        twice = DeskCall.objects.filter(uid=uid, office_id=office.pk, at__gt=now - CALL_PAUSE, **said)
        return twice.first() or DeskCall.objects.create(
            uid=uid,
            government_id=office.government_id,
            office_id=office.pk,
            number=number,
            by_name=by[1][:150],
            at=now,
            **said,
        )
