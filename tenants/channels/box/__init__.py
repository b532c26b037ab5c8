"""A slip of paper from the suggestion box."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenants.channels.registry import IntakeChannel

CHANNEL = IntakeChannel(
    code="box",
    label=_("kotak saran"),
    by_staff=True,
    contact_fields=("name", "phone", "address", "email"),
    received_hint=_("Saat kotak saran dibuka."),
    icon="inbox",
)
