"""Commands on the outbox: put in, take out, try again.

A message and its outbox row are written in one transaction with the change they tell of. After the commit
the task queue is nudged; if the nudge is lost, the sweep finds the row by its due time. So the broker may
lose everything.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable
from contextlib import nullcontext
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from central.offices.models import Office
from central.rows import Rows

from .models import CentralMessage, Outbox

log = logging.getLogger(__name__)

CLAIM = timedelta(seconds=settings.CLAIM_SECONDS)
"""How long an attempt may take before the row is free again: the sender may have died."""

RETRIES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
)
"""Waiting times after the first, second, … failed attempt. After the last the message has failed."""

GRACE = timedelta(seconds=settings.SWEEP_GRACE_SECONDS)
"""How long the sweep leaves a due row to the nudge."""


def enqueue(
    office: Office, messages: Iterable[tuple[UUID, str]], *, now: datetime, rows: Rows | None = None
) -> None:
    """Puts messages of an office, as (uid, channel), into the outbox, inside the office.

    With `rows` they are stored together with them, else at once. Sends nothing: that is done after the
    commit, by a worker.
    """
    waiting = [
        Outbox(office_id=office.pk, message_uid=uid, channel=code, due_at=now, created_at=now)
        for uid, code in messages
    ]
    if not waiting:
        return
    if rows is None:
        Outbox.objects.bulk_create(waiting)
    else:
        rows.add(waiting)
    nudge([row.message_uid for row in waiting])


def send_central(
    *, kind: str, recipient: str, subject: str, body: str, language: str = "id"
) -> CentralMessage:
    """Sends a message of the platform itself by e-mail: sign-in, invitation, desk. In public mode.

    Never put a complaint's content into it. One transaction with the caller's, if there is one.
    """
    now = timezone.now()
    with transaction.atomic():
        message = CentralMessage.objects.create(
            kind=kind, recipient=recipient, subject=subject, body=body, language=language, created_at=now
        )
        Outbox.objects.create(message_uid=message.uid, channel="email", due_at=now, created_at=now)
        nudge([message.uid])
    return message


def follow_complaint(uids: Iterable[UUID], to: Office, *, to_staff: Collection[UUID]) -> None:
    """Messages whose complaint has another office now are that office's to send. Those `to_staff` of the one
    that had it go to nobody any more: their work is gone, and the link would lead to the other office. In
    public mode.
    """
    Outbox.objects.filter(message_uid__in=list(uids)).update(office_id=to.pk)
    waiting = Outbox.objects.filter(message_uid__in=to_staff, state=Outbox.State.PENDING)
    waiting.update(state=Outbox.State.CANCELLED, claimed_until=None)


def nudge(uids: list[UUID]) -> None:
    """Has a worker send these messages once the transaction is stored. One task for all of them."""
    transaction.on_commit(partial(_nudge, [str(uid) for uid in uids]))


def _nudge(uids: list[str]) -> None:
    from .tasks import send

    try:
        send.delay(uids)
    except Exception as error:
        # The rows are stored, whatever ails the queue: the sweep sends them. An error from here would tell
        # somebody whose change is stored that it failed.
        log.warning("The task queue was not reached, %d messages wait for the sweep: %r", len(uids), error)


def claim(uid: UUID, now: datetime) -> Outbox | None:
    """Takes a pending message that is due for this worker; None if another has it or it is done. Public
    mode.
    """
    return next(iter(Outbox.objects.raw(_CLAIM, {"uid": uid, "now": now, "until": now + CLAIM})), None)


_CLAIM = """
UPDATE delivery_outbox SET claimed_until = %(until)s, attempts = attempts + 1
WHERE message_uid = %(uid)s AND state = 'pending' AND due_at <= %(now)s
    AND (claimed_until IS NULL OR claimed_until < %(now)s)
RETURNING *
"""
_CLAIM_LOST = """
UPDATE delivery_outbox SET claimed_until = %(until)s, attempts = attempts + 1
WHERE id IN (
    SELECT id FROM delivery_outbox
    WHERE state = 'pending' AND due_at <= %(before)s AND (claimed_until IS NULL OR claimed_until < %(now)s)
    ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING *
"""


def claim_lost(now: datetime) -> Outbox | None:
    """Takes the longest-due message that nobody works on. Public mode; safe among many workers."""
    found = Outbox.objects.raw(_CLAIM_LOST, {"now": now, "before": now - GRACE, "until": now + CLAIM})
    return next(iter(found), None)


def mark_sent(row: Outbox, now: datetime) -> None:
    """The door has taken the message. The words of the platform's own are forgotten: they held a sign-up link
    or one for a new password, of which the database keeps digests only.
    """
    row.state, row.sent_at, row.claimed_until, row.last_error = Outbox.State.SENT, now, None, ""
    with transaction.atomic() if row.office_id is None else nullcontext():
        row.save(update_fields=["state", "sent_at", "claimed_until", "last_error"])
        if row.office_id is None:
            CentralMessage.objects.filter(uid=row.message_uid).update(body="")


def mark_cancelled(row: Outbox) -> None:
    """There is nothing to send any more."""
    row.state, row.claimed_until = Outbox.State.CANCELLED, None
    row.save(update_fields=["state", "claimed_until"])


_ADDRESS = re.compile(r"[^\s<>()'\"]+@[^\s<>()'\"]+")


def mark_failed(row: Outbox, reason: str, now: datetime, *, permanent: bool = False) -> None:
    """Plans the next attempt, later each time; after the last one, or if it is useless, the message has
    failed. The reason is kept without the addresses that mail servers quote: no personal data lies here.
    """
    row.last_error, row.claimed_until = _ADDRESS.sub("…", reason)[:250], None
    if permanent or row.attempts > len(RETRIES):
        row.state = Outbox.State.FAILED
    else:
        row.due_at = now + RETRIES[row.attempts - 1]
    row.save(update_fields=["last_error", "claimed_until", "state", "due_at"])


def postpone(row: Outbox, until: datetime) -> None:
    """Not now, and no fault of the message: the attempt is not counted."""
    row.due_at, row.claimed_until, row.attempts = until, None, max(0, row.attempts - 1)
    row.save(update_fields=["due_at", "claimed_until", "attempts"])


def resend(outbox_id: int, *, member_id: int | None) -> bool:
    """Sends a message once more, under the same identity, whatever became of it. Inside its office.

    False if this office has no such message. `member_id`, who wants it, goes into the log.
    """
    now = timezone.now()
    row = Outbox.objects.filter(pk=outbox_id).first()
    if row is None:
        return False
    row.state, row.due_at, row.claimed_until, row.attempts = Outbox.State.PENDING, now, None, 0
    row.save(update_fields=["state", "due_at", "claimed_until", "attempts"])
    log.info("message %s is sent again on the word of member %s", row.message_uid, member_id)
    nudge([row.message_uid])
    return True
