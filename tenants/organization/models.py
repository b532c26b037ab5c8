"""An office's own people: units, positions, who holds them and who acts for whom."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Unit(models.Model):
    """An organisational unit such as a section; complaints are assigned to units."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("nama unit"), max_length=150)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Position(models.Model):
    """A position. SOP roles attach to positions: people come and go."""

    code = models.SlugField(max_length=40, unique=True)
    title = models.CharField(_("nama jabatan"), max_length=150)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="positions")
    roles = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class Member(models.Model):
    """A person of this office. `user_id` is the public account, without a foreign key across schemas."""

    user_id = models.BigIntegerField(unique=True, null=True, blank=True)
    name = models.CharField(_("nama"), max_length=150)
    email = models.EmailField(_("alamat surel"))
    phone = models.CharField(_("nomor telepon"), max_length=40, blank=True)
    is_admin = models.BooleanField(_("admin instansi"), default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=models.Q(is_active=True),
                name="member_email_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Absence(models.Model):
    """Days (office-local, both included) on which a member is away: leave or illness.

    No work is given to them meanwhile; the `substitute` acts in their positions. No two of one member share a
    day: whoever notes one has the member locked. What is over stays: it says why somebody acted.
    """

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="absences")
    starts_on = models.DateField(_("tidak hadir mulai"))
    ends_on = models.DateField(_("tidak hadir sampai"))
    substitute = models.ForeignKey(
        Member,
        verbose_name=_("pengganti"),
        null=True,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="+",
    )

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="absence_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.starts_on} - {self.ends_on}"


class Holding(models.Model):
    """Who holds a position from when to when (office-local dates, both included). `absence`: during which
    they act in it for somebody else.
    """

    class Acting(models.TextChoices):
        NONE = "", _("pejabat definitif")
        PLT = "plt", _("Plt. (pelaksana tugas)")
        PLH = "plh", _("Plh. (pelaksana harian)")

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="holdings")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="holdings")
    acting_kind = models.CharField(max_length=3, choices=Acting, blank=True, default="")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    absence = models.ForeignKey(
        Absence, null=True, blank=True, on_delete=models.SET_NULL, related_name="holdings"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="holding_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member} / {self.position}"
