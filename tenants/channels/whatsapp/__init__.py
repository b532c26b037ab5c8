"""A message on the office's WhatsApp number, entered by hand."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenants.channels.registry import IntakeChannel

CHANNEL = IntakeChannel(
    code="whatsapp",
    label=_("WhatsApp"),
    by_staff=True,
    contact_fields=("name", "phone", "address", "email"),
)
