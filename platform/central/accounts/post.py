"""The one place where the platform's own mail (sign-in, invitation, registration) is handed to the outbox."""

from __future__ import annotations

from django.conf import settings

from central.delivery import services as delivery
from central.plaintext import clean_line

LONGEST_SUBJECT = 200


def send(kind: str, recipient: str, subject: str, body: str, *, language: str = "") -> None:
    """Puts a message into the outbox, in the transaction that is open. Never with a complaint's content.

    `kind` names the occasion in the delivery log, such as "invitation"; line breaks are taken out of the
    subject.
    """
    delivery.send_central(
        kind=kind[:40],
        recipient=recipient,
        subject=clean_line(subject)[:LONGEST_SUBJECT],
        body=body.strip() + "\n",
        language=language or settings.LANGUAGE_CODE,
    )
