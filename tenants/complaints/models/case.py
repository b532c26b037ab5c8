"""A complaint and its present state: work that is open, clocks that run."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from tenants.organization.models import Member, Unit
from tenants.procedure.models import ProcedureVersion


class Complaint(models.Model):
    """What a citizen sent, and where it stands. All times UTC.

    Foreign keys that nothing is looked up by have no index: each costs every intake and every office.

    `version` counts the steps: a step that was prepared on an older version is refused. `promised_due_at` is
    what the citizen was told and never changes; `due_at` follows the calendar in effect. `state` is what only
    the engine reads (where each line stands, its alarms, its memory); what anybody searches by is a column.
    """

    class Visibility(models.TextChoices):
        OPEN = "open", _("nama saya boleh ditampilkan")
        CONFIDENTIAL = "confidential", _("nama saya dirahasiakan")
        ANONYMOUS = "anonymous", _("tanpa nama")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=80)
    register_year = models.PositiveSmallIntegerField()
    register_seq = models.PositiveIntegerField()
    tracking_code = models.CharField(max_length=24)
    version = models.PositiveIntegerField(default=1)

    procedure = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, db_index=False)
    channel = models.CharField(
        max_length=20, help_text="By which channel it came, such as website, counter, phone."
    )
    entered_by = models.ForeignKey(
        Member,
        null=True,
        on_delete=models.PROTECT,
        db_index=False,
        help_text="Who entered it on the reporter's behalf.",
    )
    visibility = models.CharField(max_length=12, choices=Visibility, default=Visibility.OPEN)
    received_at = models.DateTimeField(
        help_text="From when the reporter waits, whichever office had it first."
    )
    arrived_at = models.DateTimeField(null=True, help_text="When it came here from another office.")
    gone_at = models.DateTimeField(
        null=True, help_text="When another office took it over; what was said in it is no longer here."
    )
    journey = models.JSONField(
        default=list,
        db_default=models.Value([], models.JSONField()),
        help_text="The offices that had it, as `handover.journey` writes them.",
    )

    category = models.CharField(max_length=60, blank=True)
    case_class = models.CharField(max_length=49, blank=True)
    complexity = models.CharField(max_length=49, blank=True)
    urgency = models.CharField(max_length=49, blank=True)
    description = models.TextField()
    answers = models.JSONField(
        default=list,
        db_default=models.Value([], models.JSONField()),
        help_text="To the category's questions, as `answers.kept` writes them.",
    )
    salt = models.CharField(max_length=32, blank=True, help_text="Of the description's digest in the chain.")
    place = models.CharField(max_length=250, blank=True)
    region = models.CharField(
        max_length=20,
        blank=True,
        default="",
        db_default="",
        help_text="Official code of the region in which the place lies, such as 32.09.38.2005.",
    )
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    occurred_at = models.CharField(
        max_length=100, blank=True, help_text="In the reporter's own words or a date."
    )

    status = models.CharField(max_length=30, help_text="The citizen's status.")
    stage = models.CharField(max_length=49, help_text="The main line's stage.")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, db_index=False)
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    promised_due_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True, help_text="How the main line ended.")
    state = models.JSONField(default=dict, help_text="Lines, alarms and memory, as `snapshot` writes them.")

    rating = models.PositiveSmallIntegerField(null=True)
    rating_comment = models.CharField(max_length=1000, blank=True)
    rated_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    chain = models.CharField(max_length=64, blank=True, help_text="Digest of the newest event.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["register_year", "register_seq"], name="register_number_once"),
            # Not `unique=True`, which makes a second index for LIKE on each.
            # People look a number up with capitals or without.
            models.UniqueConstraint(Upper("number"), name="complaint_number_once"),
            models.UniqueConstraint(fields=["tracking_code"], name="complaint_code_once"),
        ]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="complaint_newest"),
            models.Index(
                fields=["-published_at", "-id"],
                name="complaint_published",
                condition=models.Q(published_at__isnull=False),
            ),
            # What the inbox counts stands in it whole: no open complaint is looked at for a count.
            models.Index(
                fields=["due_at", "id"],
                include=["status", "unit"],
                name="complaint_open_due",
                condition=models.Q(closed_at=None),
            ),
            models.Index(
                fields=["-closed_at", "-id"],
                name="complaint_closed",
                condition=models.Q(closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def slug(self) -> str:
        """The complaint's name in URLs: a number may hold '/'."""
        return self.uid.hex


class Reporter(models.Model):
    """Who reported it; kept apart from the complaint so that it can be erased."""

    complaint = models.OneToOneField(Complaint, primary_key=True, on_delete=models.CASCADE)
    name = models.CharField(max_length=150, blank=True)
    address = models.CharField(max_length=250, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True, help_text="E.164, such as +6281234567890.")
    language = models.CharField(max_length=5, default="id")
    salt = models.CharField(max_length=32, blank=True, help_text="Of these data's digest in the chain.")

    class Meta:
        indexes = [models.Index(fields=["phone"]), models.Index(fields=["email"])]

    def __str__(self) -> str:
        return self.name


class NumberCounter(models.Model):
    """The register's last number of an office-local year. Its row is the last lock that intake takes."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class WorkItem(models.Model):
    """Work that waits for somebody: a stage of a line, for the roles that own it, a unit or a person."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="work_items")
    line = models.CharField(max_length=49)
    stage = models.CharField(max_length=49)
    scope = models.CharField(max_length=10, default="office", help_text="office or government")
    roles = ArrayField(models.CharField(max_length=49))
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, db_index=False)
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, db_index=False)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    waiting = models.BooleanField(
        default=False, help_text="For somebody outside, such as the reporter's answer."
    )
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "line"], condition=models.Q(closed_at=None), name="work_item_open_once"
            )
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="work_open_by_due", condition=models.Q(closed_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.line}/{self.stage}"


class Clock(models.Model):
    """A limit of the SOP that runs, ran or waits, in one of its rounds. `pauses` lists finished ones as
    [from, to, stage]; a pause that runs has begun at `paused_at` in the stage `paused_in`.
    """

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, db_index=False, related_name="clocks")
    code = models.CharField(max_length=49)
    round = models.PositiveSmallIntegerField(default=1)
    line = models.CharField(max_length=49)
    limit = models.CharField(max_length=20, blank=True, help_text="As it applied, such as 14 WD.")
    base_at = models.DateTimeField(help_text="From when the limit counts.")
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    warn_at = models.DateTimeField(null=True)
    provisional = models.BooleanField(default=False, help_text="Reckoned without that year's joint leave.")
    paused_at = models.DateTimeField(null=True)
    paused_in = models.CharField(
        max_length=49, blank=True, default="", db_default="", help_text="The stage in which it stands still."
    )
    pauses = models.JSONField(default=list)
    stopped_at = models.DateTimeField(null=True)
    cancelled = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "code", "round"], name="clock_round_once")
        ]

    def __str__(self) -> str:
        return self.code
