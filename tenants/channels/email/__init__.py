"""E-mail: the door by which most messages leave; what comes to the office's address is entered by hand."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenants.channels.registry import IntakeChannel

CHANNEL = IntakeChannel(
    code="email",
    label=_("surel"),
    by_staff=True,
    contact_fields=("name", "email", "address", "phone"),
)
