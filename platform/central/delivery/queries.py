"""Reads of the outbox."""

from __future__ import annotations

from django.db.models import QuerySet

from .models import Outbox


def delivery_log(office_id: int) -> QuerySet[Outbox]:
    """What an office has sent or tried to, newest first. In the office or in public mode."""
    return Outbox.objects.filter(office_id=office_id).order_by("-created_at", "-id")
