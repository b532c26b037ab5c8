"""The office's SOP as data: versions of its procedure and of its settings."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ProcedureDraft(models.Model):
    """A procedure that is being written. What is typed is kept as it is, sound or not; it is nobody's rule.

    `checked_digest`: of the content that was last proved without an error; the draft is *checked* as long as
    it has this content. `version` counts the changes.
    """

    title = models.CharField(_("nama konsep"), max_length=150)
    text = models.TextField(help_text="YAML, as it was typed or written by the forms.")
    digest = models.CharField(max_length=64)
    checked_digest = models.CharField(max_length=64, blank=True)
    checked_at = models.DateTimeField(null=True)
    origin = models.CharField(max_length=60, blank=True, help_text="A preset's code, or a version's number.")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    created_by_name = models.CharField(max_length=150, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)
    updated_by_name = models.CharField(max_length=150, blank=True)

    def __str__(self) -> str:
        return self.title

    @property
    def is_checked(self) -> bool:
        """Whether it was proved as it stands."""
        return bool(self.digest) and self.checked_digest == self.digest


class ProcedureVersion(models.Model):
    """One version of the office's procedure. Each complaint is pinned to the version it began with.

    The office's database role may add a version and change its state, and nothing that it says. `warnings`:
    those that whoever put it in force has signed for: code and sentence in both languages.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("konsep")
        IN_FORCE = "in_force", _("berlaku")
        RETIRED = "retired", _("tidak berlaku")

    number = models.PositiveIntegerField(unique=True)
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    in_force_from = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True, help_text="What changed, in the office's words.")
    warnings = models.JSONField(default=list)
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


class ProcedureMove(models.Model):
    """Open complaints being moved from one version to another, a page at a time.

    `mapping`: pairs of "line/stage" of the old version and the stage of the new. `last_id`: the complaint up
    to which it is done.
    """

    source = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="+")
    mapping = models.JSONField(default=dict)
    last_id = models.BigIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    created_by_name = models.CharField(max_length=150, blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=models.Q(finished_at=None), name="procedure_one_move_from"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_id} > {self.target_id}"


class StaffGap(models.Model):
    """Work that nobody is there for: what the proof of the people (W06, W14) finds at a procedure in use.

    One row from the day on which it was found to the day on which it was mended; `told_at`: when the admins
    heard of it last.
    """

    code = models.CharField(max_length=10, help_text="Of the rule.")
    text_id = models.TextField(help_text="What is missing, in Indonesian.")
    text_en = models.TextField(help_text="What is missing, in English.")
    found_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "text_id"], condition=models.Q(ended_at=None), name="staff_gap_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text_id}"


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
