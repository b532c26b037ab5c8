"""Questions that offices put to one another, or to an official of their own, while a complaint stays."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.organization.models import Member

from .case import Complaint


class Coordination(models.Model):
    """One question. Between two offices each has a row of its own under the same `uid`; of one that is put
    to an official of the own office there is one row, with `member`.

    The office that is asked knows what stands here and nothing else of the complaint: no key, no reporter.
    `report` and `place` are there only where the asker sent them, with the reporter's data masked, and are
    forgotten when the question ends.
    """

    class Direction(models.TextChoices):
        ASKED = "asked", _("ditanyakan instansi ini")
        RECEIVED = "received", _("ditanyakan kepada instansi ini")

    class State(models.TextChoices):
        OPEN = "open", _("menunggu jawaban")
        ANSWERED = "answered", _("sudah dijawab")
        DECLINED = "declined", _("tidak dapat dijawab")
        WITHDRAWN = "withdrawn", _("ditarik kembali")

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    direction = models.CharField(max_length=10, choices=Direction)
    complaint = models.ForeignKey(
        Complaint,
        null=True,
        on_delete=models.CASCADE,
        db_index=False,
        related_name="coordinations",
        help_text="At the office that asks.",
    )
    seq = models.PositiveSmallIntegerField(
        default=0, help_text="Which of the complaint's questions, as the engine numbers them."
    )
    number = models.CharField(max_length=80, help_text="The complaint's, at the office that asks.")
    office = models.BigIntegerField(null=True, help_text="Id of the other office.")
    office_name = models.CharField(max_length=150, blank=True)
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    roles = ArrayField(
        models.CharField(max_length=49), default=list, help_text="Who of the office that is asked answers."
    )
    asked_by_name = models.CharField(max_length=150)
    asked_by_title = models.CharField(max_length=150, blank=True)
    question = models.TextField()
    report = models.TextField(blank=True)
    place = models.CharField(max_length=250, blank=True)
    asked_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answer = models.TextField(blank=True, help_text="Or why there is none.")
    ended_by_name = models.CharField(max_length=150, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "seq"],
                condition=models.Q(complaint__isnull=False),
                name="coordination_seq_once",
            )
        ]
        indexes = [
            models.Index(fields=["-asked_at", "-id"], name="coordination_newest"),
            # Counted beside the menu on every page of staff.
            models.Index(fields=["due_at", "id"], name="coordination_open", condition=models.Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.seq}"

    @property
    def slug(self) -> str:
        """The question's name in URLs."""
        return self.uid.hex

    @property
    def is_open(self) -> bool:
        """Somebody is to answer it."""
        return self.state == self.State.OPEN

    @property
    def sent_report(self) -> bool:
        """The report's text goes with it."""
        return bool(self.report)
