"""A letter that the post or somebody brought."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenants.channels.registry import IntakeChannel

CHANNEL = IntakeChannel(
    code="letter",
    label=_("surat"),
    by_staff=True,
    contact_fields=("name", "address", "phone", "email"),
    received_hint=_("Saat surat diterima kantor, menurut cap terima."),
    icon="mail",
)
