"""How a lost tracking code comes back: by the contact that was given, and by no other way."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from central.delivery.services import enqueue
from tenants.complaints.chain import new_salt
from tenants.complaints.contacts import normal_email, normal_phone
from tenants.complaints.errors import ComplaintError
from tenants.complaints.models import CallTask, Complaint, Message, Reporter

from .notices import CALL, EMAIL
from .step import here

AT_MOST = 5
"""How many codes go out on one request: the newest, so that nobody can have a mailbox flooded."""


@dataclass(frozen=True, slots=True)
class Contact:
    """What a reporter gave: an e-mail address or a telephone number, as they are stored."""

    email: str = ""
    phone: str = ""

    @property
    def written(self) -> str:
        """Whichever it is."""
        return self.email or self.phone


def contact_of(text: str) -> Contact:
    """Reads what somebody typed. Raises `ComplaintError("bad_contact")` if it can be neither."""
    email = normal_email(text) if "@" in text else None
    phone = normal_phone(text) if email is None else None
    if not email and not phone:
        raise ComplaintError(
            "bad_contact",
            _("Tulis alamat surel atau nomor telepon yang dulu Anda berikan."),
            {"contact": _("Contoh: nama@contoh.id atau 0812 3456 7890")},
        )
    return Contact(email or "", phone or "")


def send_lost_codes(
    contact: str,
    *,
    by_way_of: Collection[str] = (),
    most: int = AT_MOST,
    allowed: Callable[[str], bool] | None = None,
) -> int:
    """Sends the tracking codes of the reports that this office has and that were made with an e-mail address
    or telephone number, to that very contact and nowhere else. Returns how many; the page must say the same
    whatever it is.

    `by_way_of`: only reports that one of the offices with these codes had before. `allowed`: is asked with
    the contact before anything goes out, and not where nothing would.

    Open complaints first, then the newest. Raises `bad_contact` if it can be neither.
    """
    known = contact_of(contact)
    by = Q(reporter__email=known.email) if known.email else Q(reporter__phone=known.phone)
    if by_way_of:
        by &= reduce(or_, (Q(journey__contains=[{"office": code}]) for code in by_way_of))
    found = list(
        Complaint.objects.filter(by)
        .select_related("reporter")
        .order_by(F("closed_at").desc(nulls_first=True), "-received_at")[:most]
    )
    if not found or (allowed is not None and not allowed(known.written)):
        return 0
    _send(found, EMAIL if known.email else CALL, known.written)
    return len(found)


def _send(complaints: Sequence[Complaint], channel: str, recipient: str) -> None:
    """One message for each complaint, so that a call task knows what it speaks of. No event: nothing
    happened.
    """
    office, now = here(), timezone.now()
    rows = []
    for complaint in complaints:
        reporter: Reporter = complaint.reporter
        with translation.override(reporter.language):
            subject = _("Kode lacak untuk laporan %(number)s") % {"number": complaint.number}
            body = _(
                "Kode lacak laporan nomor %(number)s adalah %(code)s.\n\n"
                "Buka perkembangannya di sini: {url}\n\n"
                "Abaikan pesan ini bila Anda tidak memintanya."
            ) % {"number": complaint.number, "code": complaint.tracking_code}
        rows.append(
            Message(
                uid=uuid.uuid4(),
                complaint=complaint,
                kind=Message.Kind.NOTICE,
                salt=new_salt(),
                to_reporter=True,
                channel=channel,
                recipient=recipient,
                language=reporter.language,
                subject=subject,
                body=body,
                created_at=now,
            )
        )
    with transaction.atomic(savepoint=False):
        Message.objects.bulk_create(rows)
        if channel == CALL:
            CallTask.objects.bulk_create(
                [CallTask(complaint=row.complaint, message=row, opened_at=now) for row in rows]
            )
        else:
            enqueue(office, [(row.uid, channel) for row in rows], now=now)
