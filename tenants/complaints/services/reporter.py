"""What a reporter may do with the tracking code in hand, and how a lost code comes back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from central.delivery.services import enqueue
from tenants.complaints.chain import new_salt
from tenants.complaints.contacts import normal_email, normal_phone
from tenants.complaints.errors import ComplaintError
from tenants.complaints.models import CallTask, Complaint, Message, Reporter
from workflows.cases import REPORTER

from .notices import CALL, EMAIL
from .step import act, here

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_AT_MOST = 5
"""How many codes go out on one request: the newest, so that nobody can have a mailbox flooded."""


def reporter_act(
    uid: UUID,
    action: str,
    *,
    line: str = "main",
    inputs: Mapping[str, Any] = _NOTHING,
    expected_version: int | None = None,
) -> Complaint:
    """A step of the reporter: answering a question, or whatever else the SOP gives them."""
    return act(uid, action, actor=REPORTER, line=line, inputs=inputs, expected_version=expected_version)


def withdraw(uid: UUID, *, reason: str = "") -> Complaint:
    """The reporter withdraws the complaint."""
    return reporter_act(uid, "withdraw", inputs={"reason": reason} if reason else {})


def rate(uid: UUID, score: int, *, comment: str = "") -> Complaint:
    """The reporter rates the service, 1 to 5, once."""
    inputs: dict[str, Any] = {"score": score}
    if comment:
        inputs["comment"] = comment
    return reporter_act(uid, "rate", inputs=inputs)


def object_to(uid: UUID, reason: str) -> Complaint:
    """The reporter objects to the answer; the complaint is opened again."""
    return reporter_act(uid, "object", inputs={"reason": reason})


def send_lost_codes(contact: str) -> int:
    """Sends the tracking codes of the reports that were made with an e-mail address or telephone number,
    to that very contact and nowhere else. Returns how many; the page must say the same whatever it is.

    Open complaints first, then the newest. Raises `bad_contact` if it can be neither.
    """
    email = normal_email(contact) if "@" in contact else None
    phone = normal_phone(contact) if email is None else None
    if not email and not phone:
        raise ComplaintError(
            "bad_contact",
            _("Tulis alamat surel atau nomor telepon yang dulu Anda berikan."),
            {"contact": _("Contoh: nama@contoh.id atau 0812 3456 7890")},
        )
    by = Q(reporter__email=email) if email else Q(reporter__phone=phone)
    found = list(
        Complaint.objects.filter(by)
        .select_related("reporter")
        .order_by(F("closed_at").desc(nulls_first=True), "-received_at")[:_AT_MOST]
    )
    _send(found, EMAIL if email else CALL, email or phone or "")
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
    if not rows:
        return
    with transaction.atomic(savepoint=False):
        Message.objects.bulk_create(rows)
        if channel == CALL:
            CallTask.objects.bulk_create(
                [CallTask(complaint=row.complaint, message=row, opened_at=now) for row in rows]
            )
        else:
            enqueue(office, [(row.uid, channel) for row in rows], now=now)
