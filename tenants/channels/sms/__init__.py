"""Text messages: those to the office's number are entered by hand; those to reporters go out by a gateway
(`sending`), where the operator has named one.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenants.channels.registry import IntakeChannel

CHANNEL = IntakeChannel(
    code="sms",
    label=_("SMS"),
    by_staff=True,
    contact_fields=("name", "phone", "address", "email"),
)
