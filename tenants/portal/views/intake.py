"""Entering a complaint on somebody's behalf, and the receipt."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tenants.channels.registry import staff_channels
from tenants.complaints.errors import not_found, not_recorder
from tenants.complaints.services import receive
from tenants.errors import ServiceError
from tenants.organization.models import Member
from tenants.portal import case as cases
from tenants.portal.door import StaffRequest, staff
from tenants.portal.forms.intake import ASKED, OnBehalfForm
from tenants.portal.pages import page, refuse, status_of
from tenants.portal.preview import lasting_address, tracking_address
from tenants.portal.sheets import has_receipt, qr_code
from tenants.procedure.queries import rules_in_force
from workflows.intake import may_record

KEY = "kunci"
"""Names the form's key: the same form sent twice makes one complaint."""


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def enter(request: StaffRequest) -> HttpResponse:
    """The form in "atas nama" mode; sent, it leads to the receipt."""
    rules = rules_in_force()
    if not may_record(rules.procedure, request.person):
        raise not_recorder()
    channels = staff_channels(rules.settings.channels)
    posted = request.method == "POST"
    form = OnBehalfForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        channels=channels,
        rules=rules.procedure.intake,
        settings=rules.settings,
        member=get_object_or_404(Member, pk=request.person.id),
        owner=f"{request.office.pk}:{request.user.pk}",
    )
    key = request.POST.get(KEY, "")[:64] or uuid.uuid4().hex
    if posted and form.is_valid() and not form.asks_more:
        try:
            receipt = receive(form.report(), actor=request.person, idempotency_key=f"portal:{key}")
        except ServiceError as error:
            if error.code == "idempotency_mismatch":
                key = uuid.uuid4().hex
            refuse(form, error)
        else:
            messages.success(
                request, _("Aduan dicatat dengan nomor %(number)s.") % {"number": receipt.number}
            )
            return redirect("portal:entered", uid=receipt.complaint.slug)
    return page(
        request,
        "enter",
        {"form": form, "key": key, "key_name": KEY, "asked_name": ASKED, "channels": channels},
        status=status_of(form),
    )


@require_safe
@staff
def entered(request: StaffRequest, uid: uuid.UUID) -> HttpResponse:
    """What the reporter is told and given: number, code, QR; with the way to the printed receipt."""
    case = cases.opened(request, uid)
    if not has_receipt(case):
        raise not_found()
    complaint = case.complaint
    sheet = reverse("portal:sheet", args=[complaint.slug, "receipt"])
    return page(
        request,
        "entered",
        {
            "complaint": complaint,
            "number": complaint.number,
            "code": complaint.tracking_code,
            "track_url": tracking_address(request.get_host(), complaint),
            "qr": qr_code(lasting_address(complaint)),
            "sheet_url": sheet,
            "pdf_url": f"{sheet}?format=pdf",
            "reachable": case.reporter_is_reachable,
        },
    )
