"""Somebody calls the office."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenants.channels.registry import IntakeChannel

CHANNEL = IntakeChannel(
    code="phone",
    label=_("telepon"),
    by_staff=True,
    contact_fields=("name", "phone", "address", "email"),
    received_hint=_("Saat telepon diterima."),
    icon="phone",
)
