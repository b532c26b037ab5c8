"""How governments, offices and their first people come in."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from central.offices.models import Government, Office


class Invitation(models.Model):
    """A sign-up link: valid once and until `expires_at`. Only the digest of its token is kept."""

    class Kind(models.TextChoices):
        GOVERNMENT_ADMIN = "government_admin", _("admin pemerintah daerah")
        GOVERNMENT_MEMBER = "government_member", _("petugas meja pusat")
        OFFICE_ADMIN = "office_admin", _("admin instansi")
        OFFICE_MEMBER = "office_member", _("anggota instansi")

    kind = models.CharField(max_length=20, choices=Kind)
    email = models.EmailField()
    name = models.CharField(max_length=150, blank=True)
    government = models.ForeignKey(Government, null=True, blank=True, on_delete=models.CASCADE)
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.CASCADE)
    role = models.CharField(max_length=40, blank=True, help_text="A government member's role.")
    member_id = models.BigIntegerField(null=True, blank=True, help_text="The office's own row of the person.")
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by_id = models.BigIntegerField(null=True, blank=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.email} ({self.kind})"


class Registration(models.Model):
    """A government or office that asks to join, as it was typed on the platform's page."""

    class State(models.TextChoices):
        NEW = "new", _("baru")
        ACCEPTED = "accepted", _("diterima")
        DECLINED = "declined", _("ditolak")

    government_name = models.CharField(max_length=150)
    office_name = models.CharField(max_length=150, blank=True)
    contact_name = models.CharField(max_length=150)
    contact_position = models.CharField(max_length=150, blank=True)
    email = models.EmailField()
    phone = models.CharField(max_length=40, blank=True)
    note = models.TextField(max_length=2000, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.government_name
