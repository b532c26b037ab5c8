"""Somebody comes to the office in person."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenants.channels.registry import IntakeChannel

CHANNEL = IntakeChannel(
    code="counter",
    label=_("loket"),
    by_staff=True,
    contact_fields=("name", "address", "phone", "email"),
    received_hint=_("Saat pelapor datang ke loket."),
    icon="user",
)
