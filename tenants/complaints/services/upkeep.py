"""What an office's alarms have it do, and what changes of people and calendar mean for open work."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from central.coordination.services import clear_alarm, set_alarm
from tenants.complaints import files
from tenants.complaints.models import Attachment, DraftFile, IntakeKey, WorkItem
from workflows.cases import Actor

from .step import here, recompute, ring

FILES_ALARM = files.SWEEP

KEEP_KEYS = timedelta(days=7)
"""How long a sent Idempotency-Key is remembered."""


def on_case_alarm(key: str, now: datetime) -> None:
    """A moment of a complaint has come. `key`: its uid."""
    ring(UUID(key), now)


def on_files_alarm(key: str, now: datetime) -> None:
    """Sweeps the store and old keys; comes back while there are files that could be left behind."""
    files.sweep(now)
    IntakeKey.objects.filter(created_at__lt=now - KEEP_KEYS).delete()
    office = here()
    if DraftFile.objects.exists() or Attachment.objects.filter(created_at__gt=now - KEEP_KEYS).exists():
        set_alarm(office, kind=files.SWEEP, key=key, due_at=now + files.KEEP_UNREFERENCED)
    else:
        clear_alarm(office, kind=files.SWEEP, key=key)


def release_work_of(member_id: int, *, actor: Actor) -> int:
    """Open work that was meant for one person goes back to the roles that own it. Returns how many items.

    Called when somebody leaves: nobody else could act on it.
    """
    return WorkItem.objects.filter(member_id=member_id, closed_at=None).update(member=None)


def recompute_open(now: datetime | None = None) -> int:
    """Reckons the clocks of every open complaint anew, after the calendar was changed. Returns how many
    moved.

    In pages by key; each complaint is locked only as long as the office's transaction lasts.
    """
    now = now or timezone.now()
    moved = 0
    uids = WorkItem.objects.filter(closed_at=None).values_list("complaint__uid", flat=True).distinct()
    for uid in list(uids):
        moved += recompute(uid, now)
    return moved
