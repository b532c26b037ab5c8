"""What the centre knows of the offices' complaints: codes, times and counts; no text, no personal data."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from central.offices.models import Government, Office


class CaseIndex(models.Model):
    """One row a complaint, wherever it is now. Written by the office in the transaction of its own change.

    `category` and its name are from the office's own catalogue, as it was at the last change; the name is
    Indonesian. `taken_at`: when somebody of the office that has it first took a step; None: nobody has.
    `hop`: how often it had changed offices before it was handed on the last time. `remind_by_at`: until when
    the desk should remind the office, where the SOP says so and the desk was alerted; None afterwards.
    """

    uid = models.UUIDField(primary_key=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, db_index=False)
    government = models.ForeignKey(Government, on_delete=models.PROTECT, db_index=False)
    number = models.CharField(max_length=80)
    tracking_digest = models.CharField(max_length=64)
    status = models.CharField(max_length=30)
    stage = models.CharField(max_length=49)
    received_at = models.DateTimeField()
    promised_due_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()
    category = models.CharField(max_length=60, blank=True, db_default="")
    category_name = models.CharField(max_length=150, blank=True, db_default="")
    taken_at = models.DateTimeField(null=True)
    hop = models.PositiveSmallIntegerField(default=0, db_default=0)
    remind_by_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tracking_digest"], name="case_code_once")]
        # The desk's worklist, by each of its sides and filters: an open row is found where it stands in the
        # order, and what it is narrowed by stands beside it. No index speaks of the stage, which changes most
        # often: such a change touches none of them.
        indexes = [
            models.Index(
                fields=["government", "due_at", "uid"],
                name="case_open_due",
                include=["office", "category", "received_at"],
                condition=models.Q(closed_at=None),
            ),
            models.Index(
                fields=["office", "due_at", "uid"],
                name="case_open_of_office",
                include=["category", "received_at"],
                condition=models.Q(closed_at=None),
            ),
            models.Index(
                fields=["government", "category", "due_at", "uid"],
                name="case_open_category",
                include=["office", "received_at"],
                condition=models.Q(closed_at=None),
            ),
            models.Index(
                fields=["government", "received_at", "uid"],
                name="case_open_age",
                include=["office", "category"],
                condition=models.Q(closed_at=None),
            ),
            models.Index(
                fields=["government", "due_at", "uid"],
                name="case_open_unowned",
                include=["office", "category", "received_at"],
                condition=models.Q(closed_at=None, taken_at=None),
            ),
            models.Index(
                fields=["government", "due_at", "uid"],
                name="case_open_bounced",
                include=["office", "category", "received_at"],
                condition=models.Q(closed_at=None, hop__gt=0),
            ),
            models.Index(
                fields=["government", "due_at", "uid"],
                name="case_open_to_remind",
                include=["office", "category", "received_at"],
                condition=models.Q(closed_at=None, remind_by_at__isnull=False),
            ),
            models.Index(fields=["office", "received_at"], name="case_by_office"),
        ]

    def __str__(self) -> str:
        return self.number


class GovernmentWork(models.Model):
    """Work that waits at a government's central desk: an SOP step of a government role, or a case handed
    up.
    """

    class Kind(models.TextChoices):
        STEP = "step", _("langkah SOP")
        HANDED_UP = "handed_up", _("diserahkan ke pusat")
        FOLLOW_UP = "follow_up", _("tindak lanjut rujukan")

    uid = models.UUIDField(help_text="The complaint.")
    office = models.ForeignKey(Office, on_delete=models.PROTECT)
    government = models.ForeignKey(Government, on_delete=models.PROTECT, db_index=False)
    number = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind)
    role = models.CharField(
        max_length=49, help_text="The government role whose work it is; empty: any admin."
    )
    line = models.CharField(max_length=49)
    stage = models.CharField(max_length=49)
    procedure_digest = models.CharField(
        max_length=64, blank=True, help_text="Of the procedure that the complaint is pinned to."
    )
    reason_code = models.CharField(max_length=40, blank=True)
    due_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["uid", "line", "stage", "office"],
                condition=models.Q(closed_at=None),
                name="government_work_open_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["government", "role", "due_at"],
                name="government_work_open",
                condition=models.Q(closed_at=None),
            ),
            models.Index(fields=["uid"], name="government_work_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.line}/{self.stage}"


class Handover(models.Model):
    """Ledger: a complaint on its way from one office to another. Codes, times and names of staff; no text.

    Opened by the office that hands it up (or straight to another office, where the government allows it),
    decided by the central desk, delivered, and accepted or given back. `hop`: how often the complaint had
    changed offices before. `how`: what ended it, a code of the engine's actions.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("menunggu keputusan meja pusat")
        DELIVERED = "delivered", _("dikirim, menunggu diterima")
        ACCEPTED = "accepted", _("diterima")
        RETURNED = "returned", _("dikembalikan")
        ENDED = "ended", _("tidak jadi dialihkan")

    OPEN = (State.WAITING, State.DELIVERED)

    uid = models.UUIDField(help_text="The complaint.")
    government = models.ForeignKey(Government, on_delete=models.PROTECT, db_index=False)
    from_office = models.ForeignKey(Office, on_delete=models.PROTECT, db_index=False, related_name="+")
    to_office = models.ForeignKey(
        Office, null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    number = models.CharField(max_length=80, help_text="In the register of the office that gives it away.")
    number_there = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    how = models.CharField(max_length=40, blank=True)
    direct = models.BooleanField(default=False)
    hop = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField()
    opened_by_name = models.CharField(max_length=150, blank=True)
    due_at = models.DateTimeField(null=True, help_text="The desk's own limit.")
    desk_limit = models.CharField(
        max_length=20, blank=True, db_default="", help_text="As it was when this was opened, such as 60 WM."
    )
    decided_by_id = models.BigIntegerField(null=True)
    decided_by_name = models.CharField(max_length=150, blank=True)
    delivered_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    key = models.UUIDField(null=True, unique=True, help_text="Of the request that had it delivered.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["uid"],
                condition=models.Q(state__in=["waiting", "delivered"]),
                name="handover_open_once",
            )
        ]
        indexes = [
            models.Index(fields=["uid"], name="handover_of_case"),
            models.Index(fields=["government", "-opened_at", "-id"], name="handover_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.state}"


class DeskLook(models.Model):
    """Log: somebody of the central desk opened a complaint's content. Written before the content is read."""

    user_id = models.BigIntegerField()
    user_name = models.CharField(max_length=150)
    government = models.ForeignKey(Government, on_delete=models.PROTECT, db_index=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT)
    uid = models.UUIDField()
    purpose = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["government", "-at", "-id"], name="look_newest")]

    def __str__(self) -> str:
        return f"{self.user_name} {self.uid}"


class Reminder(models.Model):
    """Ledger: the central desk reminds an office of a complaint. Codes, times and names of staff; no text.

    `ring_at`: when it is to be sent; None: at once. `follow_at`: if the office has done nothing by then, its
    head and the desk hear of it.
    """

    class State(models.TextChoices):
        SCHEDULED = "scheduled", _("dijadwalkan")
        SENT = "sent", _("terkirim")
        HEEDED = "heeded", _("ditindaklanjuti")
        ESCALATED = "escalated", _("belum ditindaklanjuti; kepala instansi diberi tahu")
        DROPPED = "dropped", _("batal, aduan tidak lagi menunggu instansi ini")
        CANCELLED = "cancelled", _("dibatalkan")

    uid = models.UUIDField(help_text="The complaint.")
    government = models.ForeignKey(Government, on_delete=models.PROTECT, db_index=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, db_index=False)
    number = models.CharField(max_length=80)
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=150)
    role = models.CharField(max_length=49, blank=True, help_text="By which they may; empty: as an admin.")
    state = models.CharField(max_length=10, choices=State)
    made_at = models.DateTimeField()
    ring_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    follow_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["uid", "-id"], name="reminder_of_case"),
            models.Index(fields=["government", "-made_at", "-id"], name="reminder_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.state}"


class DeskCall(models.Model):
    """Log: somebody of the desk called an office about a complaint. The note holds nothing of a citizen."""

    class Outcome(models.TextChoices):
        REACHED = "reached", _("tersambung")
        CALL_BACK = "call_back", _("tersambung, akan menelepon kembali")
        NO_ANSWER = "no_answer", _("tidak diangkat")
        WRONG_NUMBER = "wrong_number", _("nomor salah")

    uid = models.UUIDField(help_text="The complaint.")
    government = models.ForeignKey(Government, on_delete=models.PROTECT, db_index=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, db_index=False)
    number = models.CharField(max_length=80)
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=150)
    called = models.CharField(max_length=150, help_text="Whom of the office, such as a name and position.")
    outcome = models.CharField(max_length=12, choices=Outcome)
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["uid", "-id"], name="desk_call_of_case"),
            models.Index(fields=["government", "-at", "-id"], name="desk_call_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.outcome}"


class SupportVisit(models.Model):
    """Log: an admin of the desk may look at an office's set-up from `begun_at` until `until_at`, and why.

    It ends by itself, for it is asked at every page whether it runs still; `SupportVisitEnd` ends it before.
    """

    government = models.ForeignKey(Government, on_delete=models.PROTECT, db_index=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, db_index=False)
    user_id = models.BigIntegerField()
    user_name = models.CharField(max_length=150)
    reason = models.CharField(max_length=500)
    begun_at = models.DateTimeField()
    until_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["government", "-begun_at", "-id"], name="support_visit_newest"),
            models.Index(fields=["office", "-begun_at", "-id"], name="support_visit_of_office"),
            models.Index(fields=["office", "user_id", "until_at"], name="support_visit_runs"),
        ]

    def __str__(self) -> str:
        return f"{self.user_name} {self.begun_at:%Y-%m-%d %H:%M}"

    def runs_at(self, now: datetime) -> bool:
        """Whether it lasts still. Whether its visitor works at the desk still, is not asked."""
        return self.until_at > now and not hasattr(self, "end")


class SupportVisitEnd(models.Model):
    """Log: a support visit was ended before its time. A row of its own, so that nobody can take it back."""

    visit = models.OneToOneField(SupportVisit, on_delete=models.PROTECT, primary_key=True, related_name="end")
    at = models.DateTimeField()
    by_name = models.CharField(max_length=150)

    def __str__(self) -> str:
        return f"{self.visit_id} {self.by_name}"


class SupportLook(models.Model):
    """Log: a page that a visitor opened, written before it is drawn. `page`: the name of its address."""

    visit = models.ForeignKey(SupportVisit, on_delete=models.PROTECT, db_index=False, related_name="looks")
    page = models.CharField(max_length=60)
    path = models.CharField(max_length=250)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["visit", "-at", "-id"], name="support_look_newest")]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.path}"


class Alarm(models.Model):
    """Something an office must do at a time: a limit's warning, a pause's cap, a draft's end.

    Due alarms are found here by index; nothing ever loops over schemas. `key` names the thing inside the
    office (a complaint's uid, a draft's uid). A claimed alarm that was not finished comes back after its
    claim ends.
    """

    office = models.ForeignKey(Office, on_delete=models.CASCADE, db_index=False)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "kind", "key"], name="alarm_once")]
        indexes = [models.Index(fields=["due_at"], name="alarm_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class OutsideOffice(models.Model):
    """An office that is not on the platform, in the directory that a government's desk keeps: what it is for
    and how to reach it.
    """

    government = models.ForeignKey(Government, on_delete=models.CASCADE, db_index=False)
    name = models.CharField(max_length=150)
    purpose = models.CharField(max_length=250, blank=True)
    address = models.CharField(max_length=250, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    website = models.URLField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["government", "name"], name="outside_office_once")]

    def __str__(self) -> str:
        return self.name


class CentralIntake(models.Model):
    """Which office of a government receives, in its name, what its rules send nowhere; the desk sorts that.

    `category`: the office's own, for an office whose procedure demands one.
    """

    government = models.OneToOneField(Government, on_delete=models.CASCADE, primary_key=True)
    office = models.ForeignKey(Office, null=True, on_delete=models.SET_NULL, db_index=False, related_name="+")
    category = models.CharField(max_length=49, blank=True)

    def __str__(self) -> str:
        return str(self.government)


class IntakeRule(models.Model):
    """One choice of the government's own form, in its order: what it is called, and to which office it goes.
    Without an office the desk decides.

    `group`: the heading above it. `category`: the office's own, by which it is received there.
    """

    government = models.ForeignKey(Government, on_delete=models.CASCADE, db_index=False)
    position = models.PositiveSmallIntegerField()
    group = models.CharField(max_length=100, blank=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    office = models.ForeignKey(Office, null=True, on_delete=models.SET_NULL, db_index=False, related_name="+")
    category = models.CharField(max_length=49, blank=True)

    class Meta:
        indexes = [models.Index(fields=["government", "position", "id"], name="intake_rule_order")]

    def __str__(self) -> str:
        return self.name
