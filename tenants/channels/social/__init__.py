"""A message on one of the office's social media accounts, entered by hand."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenants.channels.registry import IntakeChannel

CHANNEL = IntakeChannel(
    code="social_media",
    label=_("media sosial"),
    by_staff=True,
    contact_fields=("name", "phone", "email"),
    received_hint=_("Saat pesan masuk ke akun instansi."),
    icon="chat",
)
