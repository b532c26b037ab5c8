"""A citizen's unfinished report: kept for a day in the office's own schema, known by a random cookie.

Only the cookie's digest is stored. Every function is called inside `central.offices.access.office()`.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from central.coordination.services import clear_alarm, set_alarm
from central.offices.access import current_office
from tenants.complaints import files
from tenants.complaints.models import Complaint, Draft, DraftFile
from tenants.complaints.report import Report
from tenants.complaints.services import put_before_desk, receive

LIFETIME = timedelta(hours=24)
ALARM = "draft"
"""Kind of the alarm that sweeps a draft; its key is the draft's uid."""

CARRIED = ("name", "address", "email", "phone")
"""Answers that a person need not give again in a next report."""


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find(token: str, *, lock: bool = False) -> Draft | None:
    """The draft that the cookie names; None if there is none, or its day is over.

    `lock`: wait until nobody else changes it, for a request that will.
    """
    if not token:
        return None
    drafts = Draft.objects.select_for_update() if lock else Draft.objects.all()
    return drafts.filter(cookie_digest=digest_of(token), expires_at__gt=timezone.now()).first()


def begin(answers: dict[str, Any] | None = None) -> tuple[Draft, str]:
    """A new draft and the token for its cookie."""
    office = current_office()
    assert office is not None
    token = secrets.token_urlsafe(32)
    now = timezone.now()
    draft = Draft.objects.create(
        cookie_digest=digest_of(token), answers=answers or {}, created_at=now, expires_at=now + LIFETIME
    )
    set_alarm(office, kind=ALARM, key=draft.uid.hex, due_at=draft.expires_at)
    return draft, token


def keep(draft: Draft, answers: dict[str, Any]) -> None:
    """Stores the answers as they are now."""
    draft.answers = answers
    draft.save(update_fields=["answers"])


def attach(draft: Draft, upload: UploadedFile[Any]) -> DraftFile:
    """Validates and stores a file, and keeps it with the draft. Raises `files.FileRefused`."""
    stored = files.accept(upload)
    return DraftFile.objects.create(
        draft=draft,
        digest=stored.digest,
        name=stored.name,
        content_type=stored.content_type,
        size=stored.size,
    )


def detach(draft: Draft, uid: UUID) -> None:
    """Forgets a file of the draft; one that is not there is no error, for it may have been removed before."""
    draft.files.filter(uid=uid).delete()


def discard(draft: Draft) -> None:
    """The reporter begins anew: what was typed is deleted."""
    office = current_office()
    assert office is not None
    clear_alarm(office, kind=ALARM, key=draft.uid.hex)
    draft.delete()


def send(draft: Draft, report: Report, *, unsorted: bool = False) -> Complaint:
    """Makes the draft a complaint. Of what it held only what a next report begins with is kept. `unsorted`:
    the office receives it in the government's name; it goes before the central desk at once.

    The draft is locked by the caller, so that a second send finds it sent. Raises what `receive` raises.
    """
    complaint = receive(report, for_desk=unsorted).complaint
    if unsorted:
        put_before_desk(complaint.uid)
    draft.sent_uid = complaint.uid
    draft.answers = {name: draft.answers[name] for name in CARRIED if draft.answers.get(name)}
    draft.save(update_fields=["sent_uid", "answers"])
    draft.files.all().delete()
    return complaint


def became(draft: Draft) -> Complaint | None:
    """The complaint that the draft was sent as: the draft's cookie opens its receipt. None if not sent."""
    if draft.sent_uid is None:
        return None
    return Complaint.objects.select_related("reporter").filter(uid=draft.sent_uid).first()


def sweep(key: str, now: datetime) -> None:
    """Deletes a draft whose day is over; called inside the office by the draft's alarm."""
    office = current_office()
    assert office is not None
    Draft.objects.filter(uid=UUID(key), expires_at__lte=now).delete()
    clear_alarm(office, kind=ALARM, key=key)
