"""What happened to a complaint, what was said and sent, and its files."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.organization.models import Member

from .case import Complaint


class Event(models.Model):
    """One thing that happened. Append-only: the office's database role may not update or delete a row.

    `digest` chains the events of a complaint. It covers the salted digests of the contents that came with the
    event (`contents`: reference -> digest), never the contents, so that a person's data can be erased and the
    chain still verifies. `data` holds codes and times, no personal data.
    """

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, db_index=False, related_name="events")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    line = models.CharField(max_length=49, blank=True)
    action = models.CharField(max_length=60, blank=True)
    from_stage = models.CharField(max_length=49, blank=True)
    to_stage = models.CharField(max_length=49, blank=True)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150, blank=True)
    actor_title = models.CharField(max_length=150, blank=True)
    public = models.BooleanField(default=False, help_text="The reporter may read it.")
    data = models.JSONField(default=dict)
    contents = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["complaint", "seq"], name="event_seq_once")]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"


class Message(models.Model):
    """Words of somebody: a note, a question, a reply, a report, an answer, or a notice that is sent.

    The texts of a step are kept here, not in the event: they can be erased.
    """

    class Kind(models.TextChoices):
        NOTE = "note", _("catatan internal")
        STEP = "step", _("isian langkah")
        QUESTION = "question", _("pertanyaan kepada pelapor")
        REPLY = "reply", _("balasan pelapor")
        RESPONSE = "response", _("tanggapan pertama")
        ANSWER = "answer", _("jawaban resmi")
        NOTICE = "notice", _("pemberitahuan")

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="messages")
    event = models.ForeignKey(
        Event, null=True, on_delete=models.PROTECT, db_index=False, related_name="messages"
    )
    kind = models.CharField(max_length=12, choices=Kind)
    field = models.CharField(max_length=49, blank=True, help_text="Which input of the step it is.")
    salt = models.CharField(max_length=32, blank=True)
    to_reporter = models.BooleanField(default=False)
    channel = models.CharField(max_length=20, blank=True, help_text="For notices: email, call, …")
    recipient = models.CharField(max_length=254, blank=True)
    member = models.ForeignKey(
        Member,
        null=True,
        on_delete=models.PROTECT,
        db_index=False,
        help_text="The recipient, if staff.",
    )
    language = models.CharField(max_length=5, default="id")
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    author_name = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"


class Attachment(models.Model):
    """A file of a complaint, stored by content address under the office's prefix."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="attachments")
    event = models.ForeignKey(
        Event, null=True, on_delete=models.PROTECT, db_index=False, related_name="attachments"
    )
    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content; the name in the store.")
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    by_reporter = models.BooleanField(default=False)
    to_reporter = models.BooleanField(default=False, help_text="Part of an answer: the reporter may open it.")
    purpose = models.CharField(max_length=40, blank=True, help_text="Such as before, after, evidence.")
    released = models.BooleanField(default=False, help_text="The public may see a copy without its metadata.")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["digest"], name="attachment_by_content")]

    def __str__(self) -> str:
        return self.name


class CallTask(models.Model):
    """A call to make instead of a message: the reporter left a telephone number only."""

    complaint = models.ForeignKey(
        Complaint, on_delete=models.CASCADE, db_index=False, related_name="call_tasks"
    )
    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="call_task")
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["opened_at"], name="call_open", condition=models.Q(done_at=None))]

    def __str__(self) -> str:
        return f"{self.complaint} {self.opened_at:%Y-%m-%d}"


class CallLog(models.Model):
    """One attempt to call. Nothing of it changes, but that what was noted can be erased."""

    class Outcome(models.TextChoices):
        REACHED = "reached", _("tersambung, pesan disampaikan")
        NO_ANSWER = "no_answer", _("tidak diangkat")
        WRONG_NUMBER = "wrong_number", _("nomor salah")

    task = models.ForeignKey(CallTask, on_delete=models.CASCADE, related_name="calls")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, db_index=False)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=20, choices=Outcome)
    note = models.CharField(max_length=1000, blank=True)

    def __str__(self) -> str:
        return self.outcome


class Publication(models.Model):
    """What the public may read of a complaint: the released, masked text; nothing is public without a row
    here.
    """

    complaint = models.OneToOneField(Complaint, on_delete=models.CASCADE, related_name="publication")
    title = models.CharField(max_length=150)
    text = models.TextField()
    answer = models.TextField(blank=True)
    place = models.CharField(max_length=250, blank=True)
    released_by_name = models.CharField(max_length=150)
    released_at = models.DateTimeField(null=True, help_text="Empty: edited, not released yet.")

    def __str__(self) -> str:
        return self.title
