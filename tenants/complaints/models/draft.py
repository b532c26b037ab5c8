"""A citizen's unfinished form, and the keys that make sending it twice harmless."""

from __future__ import annotations

import uuid

from django.db import models


class Draft(models.Model):
    """An unfinished form under a random cookie, of which only the digest is kept. Swept after a day."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    cookie_digest = models.CharField(max_length=64)
    answers = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    sent_uid = models.UUIDField(
        null=True, help_text="The complaint that it became; kept so that a second send finds it."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cookie_digest"], name="draft_cookie_once")]

    def __str__(self) -> str:
        return str(self.uid)


class DraftFile(models.Model):
    """A file of a draft, already validated and stored."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files")
    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.name


class IntakeKey(models.Model):
    """An Idempotency-Key of the API: the same key with the same request gives the same complaint."""

    key_digest = models.CharField(max_length=64)
    request_digest = models.CharField(max_length=64)
    uid = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key_digest"], name="intake_key_once")]

    def __str__(self) -> str:
        return self.key_digest[:12]
