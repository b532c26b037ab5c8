"""Gives the delivery the messages of an office."""

from __future__ import annotations

from uuid import UUID

from central.delivery.registry import Outgoing
from central.offices.access import OfficeAccessError, current_office

from .models import Message


def outgoing(uid: UUID) -> Outgoing | None:
    """A message ready to go; None if it was erased or its complaint is here no longer. Inside the office."""
    office = current_office()
    if office is None:
        raise OfficeAccessError("A message is read inside its office.")
    message = Message.objects.select_related("complaint").filter(uid=uid).first()
    if message is None or not message.recipient or not message.body:
        return None
    complaint = message.complaint
    path = f"/lacak/{complaint.tracking_code}/" if message.to_reporter else f"/kantor/aduan/{complaint.slug}/"
    return Outgoing(
        uid=message.uid,
        recipient=message.recipient,
        subject=message.subject,
        body=message.body,
        language=message.language,
        sender=office.name,
        reply_to=office.email,
        path=path,
    )
