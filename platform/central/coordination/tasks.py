"""What is due, found by index: alarms of offices, and work of which a central desk has not been told."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from central.accounts.sites import full_address
from central.delivery.services import send_central
from central.offices.access import office
from central.offices.models import Domain, GovernmentMember, Office

from .models import GovernmentWork
from .registry import alarm_handler
from .services import claim_due_alarms

log = logging.getLogger(__name__)

DISPATCH_LIMIT = 200


@shared_task(central=True, manual=True)
def dispatch_alarms() -> int:
    """Claims what is due and has each office do its own, one task an office."""
    due = claim_due_alarms(timezone.now(), limit=DISPATCH_LIMIT)
    by_office: dict[int, list[tuple[str, str]]] = {}
    for office_id, kind, key in due:
        by_office.setdefault(office_id, []).append((kind, key))
    for office_id, alarms in by_office.items():
        ring.delay(office_id, alarms)
    return len(due)


@shared_task(central=True, manual=True)
def ring(office_id: int, alarms: Iterable[tuple[str, str]]) -> int:
    """Has one office answer its alarms, each in a transaction of its own; returns how many it answered.

    An alarm that meets an error stays claimed and comes back later; the others are not held up.
    """
    target = Office.objects.select_related("government").get(pk=office_id)
    if target.status != Office.Status.READY:
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


TELL_LIMIT = 100


@shared_task(central=True, manual=True)
def tell_desks() -> int:
    """Tells central desks of work that waits for them, by e-mail, without a word of the complaint's
    content.
    """
    told = 0
    while told < TELL_LIMIT and _tell_one():
        told += 1
    return told


def _tell_one() -> bool:
    """One piece of work: its messages and the mark that they were written, in one transaction."""
    with transaction.atomic():
        work = (
            GovernmentWork.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .select_related("government", "office")
            .filter(notified_at=None, closed_at=None)
            .order_by("opened_at")
            .first()
        )
        if work is None:
            return False
        host = (
            Domain.objects.filter(government_id=work.government_id).values_list("host", flat=True).first()
            or settings.BASE_HOST
        )
        wanted = Q(role=work.role) | Q(role=GovernmentMember.ADMIN)
        members = GovernmentMember.objects.filter(wanted, government_id=work.government_id, is_active=True)
        people = {member.user_id: member.user for member in members.select_related("user")}
        for user in people.values():
            if user.is_active:
                _tell(work, user.email, user.language, full_address(host, "/meja/"))
        work.notified_at = timezone.now()
        work.save(update_fields=["notified_at"])
    return True


def _tell(work: GovernmentWork, recipient: str, language: str, url: str) -> None:
    with translation.override(language):
        subjects = {
            "opened": _("Aduan %(number)s menunggu di meja pusat"),
            "warn": _("Aduan %(number)s mendekati batas waktu"),
            "due": _("Aduan %(number)s melewati batas waktu"),
            "remind": _("Aduan %(number)s masih menunggu di meja pusat"),
        }
        subject = subjects.get(work.notice, subjects["opened"]) % {"number": work.number}
        body = _(
            "Aduan nomor %(number)s dari %(office)s menunggu langkah Anda di meja pusat.\n\n"
            "Masuk untuk membukanya: %(url)s"
        ) % {"number": work.number, "office": work.office.name, "url": url}
    send_central(kind="desk_work", recipient=recipient, subject=subject, body=body, language=language)
