"""The office's SOP as data: versions of its procedure and of its settings."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ProcedureVersion(models.Model):
    """One version of the office's procedure. Each complaint is pinned to the version it began with."""

    class State(models.TextChoices):
        DRAFT = "draft", _("konsep")
        IN_FORCE = "in_force", _("berlaku")
        RETIRED = "retired", _("tidak berlaku")

    number = models.PositiveIntegerField(unique=True)
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    in_force_from = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by_id = models.BigIntegerField(null=True)
    created_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="in_force"), name="procedure_one_in_force"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.state})"


class SettingsVersion(models.Model):
    """One version of the office's settings; the highest number is in effect, at once."""

    number = models.PositiveIntegerField(unique=True)
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    created_by_id = models.BigIntegerField(null=True)
    created_by_name = models.CharField(max_length=150, blank=True)

    def __str__(self) -> str:
        return str(self.number)
