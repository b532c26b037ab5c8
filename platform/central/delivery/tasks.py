"""Sending, in the worker. Nothing here holds a transaction while it talks to the network."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from central.accounts.sites import full_address
from central.offices.access import office
from central.offices.models import Domain, Office

from . import registry, services
from .models import CentralMessage, Outbox

log = logging.getLogger(__name__)

SWEEP_LIMIT = 100
"""How many messages one sweep sends, so that it ends before the next one begins to pile up."""


@shared_task(central=True, manual=True)  # type: ignore[untyped-decorator]  # celery has no type hints
def send(uids: list[str]) -> int:
    """Sends those of the messages that are pending and due; returns how many went out."""
    sent = 0
    for uid in uids:
        row = services.claim(UUID(uid), timezone.now())
        if row is not None:
            sent += deliver(row)
    return sent


@shared_task(central=True, manual=True)  # type: ignore[untyped-decorator]  # celery has no type hints
def sweep() -> int:
    """Finds due messages whose nudge was lost or whose sender died, and sends them."""
    sent = 0
    for _ in range(SWEEP_LIMIT):
        row = services.claim_lost(timezone.now())
        if row is None:
            break
        sent += deliver(row)
    return sent


def deliver(row: Outbox) -> bool:
    """One attempt with a claimed row. Whatever happens is written to the row; nothing is raised.

    If the worker dies after the door took the message and before that is written, the message goes out
    again, with the same identity: at least once.
    """
    if row.attempts > len(services.RETRIES) + 1:
        services.mark_failed(row, "attempts used up", timezone.now(), permanent=True)
        return False
    try:
        outgoing = _read(row)
        if outgoing is None:
            services.mark_cancelled(row)
            return False
        registry.channel(row.channel)(outgoing)
    except _NotNow as later:
        services.postpone(row, timezone.now() + later.wait)
        return False
    except registry.DeliveryError as error:
        services.mark_failed(row, str(error), timezone.now(), permanent=error.permanent)
        return False
    except Exception as error:
        # One broken message must not keep the others from going out; it is tried again, later each time.
        log.exception("message %s could not be sent", row.message_uid)
        services.mark_failed(row, f"{type(error).__name__}: {error}", timezone.now())
        return False
    services.mark_sent(row, timezone.now())
    return True


class _NotNow(Exception):
    """The office is closed at present, or the message has just become another office's."""

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait


def _read(row: Outbox) -> registry.Outgoing | None:
    if row.office_id is None:
        message = CentralMessage.objects.filter(uid=row.message_uid).first()
        if message is None or not message.body:  # the words are forgotten once they are sent
            return None
        return registry.Outgoing(
            message.uid, message.recipient, message.subject, message.body, message.language
        )
    target = Office.objects.select_related("government").get(pk=row.office_id)
    if not target.serves:
        raise _NotNow(timedelta(hours=1))
    host = (
        Domain.objects.filter(office_id=row.office_id, kind=Domain.Kind.OFFICE)
        .order_by("-is_primary", "id")
        .values_list("host", flat=True)
        .first()
    )
    with office(target):
        outgoing = registry.office_message(row.message_uid)
    if outgoing is None:
        if Outbox.objects.filter(pk=row.pk).exclude(office_id=row.office_id).exists():
            raise _NotNow(timedelta(0))  # its complaint was handed over after the message was claimed
        return None
    return _addressed(outgoing, host or settings.BASE_HOST)


def _addressed(outgoing: registry.Outgoing, host: str) -> registry.Outgoing:
    """The link is filled in last, so that a message that waited leads to where the office answers now."""
    url = full_address(host, outgoing.path) if outgoing.path else ""
    return registry.Outgoing(
        outgoing.uid,
        outgoing.recipient,
        outgoing.subject,
        outgoing.body.replace("{url}", url),
        outgoing.language,
        outgoing.sender,
        outgoing.reply_to,
    )
