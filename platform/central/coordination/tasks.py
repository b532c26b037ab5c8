"""What is due in any office, found by index; nothing here loops over offices."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from celery import shared_task
from django.utils import timezone

from central.offices.access import office
from central.offices.models import Office

from .registry import alarm_handler
from .services import claim_due_alarms

log = logging.getLogger(__name__)

DISPATCH_LIMIT = 200


@shared_task(central=True, manual=True)  # type: ignore[untyped-decorator]  # celery has no type hints
def dispatch_alarms() -> int:
    """Claims what is due and has each office do its own, one task an office."""
    due = claim_due_alarms(timezone.now(), limit=DISPATCH_LIMIT)
    by_office: dict[int, list[tuple[str, str]]] = {}
    for office_id, kind, key in due:
        by_office.setdefault(office_id, []).append((kind, key))
    for office_id, alarms in by_office.items():
        ring.delay(office_id, alarms)
    return len(due)


@shared_task(central=True, manual=True)  # type: ignore[untyped-decorator]  # celery has no type hints
def ring(office_id: int, alarms: Iterable[tuple[str, str]]) -> int:
    """Has one office answer its alarms, each in a transaction of its own; returns how many it answered.

    An alarm that meets an error stays claimed and comes back later; the others are not held up.
    """
    target = Office.objects.select_related("government").get(pk=office_id)
    if not target.serves:
        return 0
    answered = 0
    for kind, key in alarms:
        try:
            with office(target):
                alarm_handler(kind)(key, timezone.now())
        except Exception:
            log.exception("alarm %s of office %s was not answered", kind, office_id)
            continue
        answered += 1
    return answered
