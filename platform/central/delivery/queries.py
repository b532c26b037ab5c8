"""Reads of the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q, QuerySet

from .models import Outbox


def delivery_log(office_id: int) -> QuerySet[Outbox]:
    """What an office has sent or tried to, newest first. In the office or in public mode."""
    return Outbox.objects.filter(office_id=office_id).order_by("-created_at", "-id")


@dataclass(frozen=True, slots=True)
class Health:
    """How an office's messages of the last `days` fare: numbers and times, no text and no recipient."""

    days: int
    sent: int
    pending: int
    failed: int
    last_sent_at: datetime | None
    waiting_since: datetime | None


def delivery_health(office_id: int, now: datetime, days: int = 7) -> Health:
    """In the office or in public mode. One statement."""
    rows = Outbox.objects.filter(office_id=office_id, created_at__gte=now - timedelta(days=days))
    states = Outbox.State
    found = rows.aggregate(
        sent=Count("pk", filter=Q(state=states.SENT)),
        pending=Count("pk", filter=Q(state=states.PENDING)),
        failed=Count("pk", filter=Q(state=states.FAILED)),
        last_sent_at=Max("sent_at"),
        waiting_since=Min("created_at", filter=Q(state=states.PENDING)),
    )
    return Health(days, **found)
