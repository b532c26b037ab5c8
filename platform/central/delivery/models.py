"""The outbox: what is to go out, by which channel, and what became of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from central.offices.models import Office


class Outbox(models.Model):
    """One message that is to be sent. Text and recipient stay in the office's `Message` (or in
    `CentralMessage`).
    """

    class State(models.TextChoices):
        PENDING = "pending", _("menunggu")
        SENT = "sent", _("terkirim")
        FAILED = "failed", _("gagal")
        CANCELLED = "cancelled", _("dibatalkan")

    office = models.ForeignKey(
        Office,
        null=True,
        on_delete=models.CASCADE,
        db_index=False,
        help_text="Empty: a message of the platform itself.",
    )
    message_uid = models.UUIDField(unique=True)
    channel = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=250, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="outbox_due", condition=models.Q(state="pending")),
            models.Index(fields=["office", "-created_at"], name="outbox_by_office"),
            # Counted beside the menu on every page of staff.
            models.Index(fields=["office"], name="outbox_failed", condition=models.Q(state="failed")),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.message_uid} {self.state}"


class CentralMessage(models.Model):
    """A message of the platform itself: sign-in, invitation, desk. Never a complaint's content.

    `body` is emptied once it is sent, for it may hold a link that opens something.
    """

    uid = models.UUIDField(unique=True, default=uuid.uuid4)
    kind = models.CharField(max_length=40)
    recipient = models.EmailField()
    language = models.CharField(max_length=5, default="id")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.subject
