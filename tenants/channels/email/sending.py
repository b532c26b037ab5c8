"""Hands a message to the mail server. Outside any transaction: this talks to the network."""

from __future__ import annotations

import smtplib
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMessage

from central.delivery.registry import DeliveryError, Outgoing
from central.plaintext import clean_line


def message_id(outgoing: Outgoing) -> str:
    """The message's identity, the same in every attempt, so that a mail program shows a repeated one once."""
    return f"<{outgoing.uid}@{settings.BASE_HOST}>"


def compose(outgoing: Outgoing) -> EmailMessage:
    """The mail. It comes from the platform's address in the office's name; answers go to the office."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    sender = _head(outgoing.sender)
    return EmailMessage(
        subject=_head(outgoing.subject),
        body=outgoing.body,
        from_email=formataddr((sender, address)) if sender else settings.DEFAULT_FROM_EMAIL,
        to=[outgoing.recipient],
        reply_to=[outgoing.reply_to] if outgoing.reply_to else None,
        headers={
            "Message-ID": message_id(outgoing),
            "Auto-Submitted": "auto-generated",
            "Content-Language": outgoing.language,
        },
    )


def _head(words: str) -> str:
    """Words fit for the head of a mail: one line, and nothing that programs decode into other words."""
    return clean_line(words).replace("=?", "= ?")


def send(outgoing: Outgoing) -> None:
    """Hands the mail over. Raises `DeliveryError`; permanent where the server refuses the recipient for
    good.
    """
    try:
        compose(outgoing).send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _words in error.recipients.values()]
        raise DeliveryError(f"recipient refused: {codes}", permanent=all(c >= 500 for c in codes)) from error
    except smtplib.SMTPResponseException as error:
        raise DeliveryError(f"mail server: {error.smtp_code} {error.smtp_error!r}") from error
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryError(f"mail server: {type(error).__name__}: {error}") from error
