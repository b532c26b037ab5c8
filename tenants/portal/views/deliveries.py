"""What the office has sent: which message, by which way, with which result; sending again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from central.delivery.models import Outbox
from central.delivery.queries import delivery_health, delivery_log
from central.delivery.services import resend
from tenants.complaints.models import Message
from tenants.errors import ServiceError
from tenants.portal.door import StaffRequest, admins, staff
from tenants.portal.pages import page
from tenants.portal.paging import Order, paged

TONES = {
    Outbox.State.PENDING: "quiet",
    Outbox.State.SENT: "ok",
    Outbox.State.FAILED: "danger",
    Outbox.State.CANCELLED: "quiet",
}
NEWEST = Order("created_at", newest_first=True)


@require_safe
@staff
def deliveries(request: StaffRequest) -> HttpResponse:
    """The delivery log, newest first; `keadaan` narrows it to one state."""
    chosen = request.GET.get("keadaan", "")
    log = delivery_log(request.office.pk)
    if chosen in Outbox.State.values:
        log = log.filter(state=chosen)
    shown = paged(log, NEWEST, request.GET)
    texts = {
        message.uid: message
        for message in Message.objects.filter(uid__in=[row.message_uid for row in shown.rows])
        .select_related("complaint", "member")
        .defer("body")
    }
    rows = [
        {"outbox": row, "tone": TONES[Outbox.State(row.state)], "message": texts.get(row.message_uid)}
        for row in shown.rows
    ]
    tabs = [
        {
            "url": f"{request.path}?keadaan={value}" if value else request.path,
            "label": label,
            "count": None,
            "current": chosen == value,
        }
        for value, label in [
            ("", _("Semua")),
            (Outbox.State.FAILED.value, _("Gagal")),
            (Outbox.State.PENDING.value, _("Menunggu")),
            (Outbox.State.SENT.value, _("Terkirim")),
        ]
    ]
    links = shown.links(request.path, dict(request.GET.lists()))
    return page(
        request,
        "deliveries",
        {"rows": rows, "tabs": tabs, "chosen": chosen, "may_send": _may_send(request), **links},
    )


@require_safe
@admins
def health(request: StaffRequest) -> HttpResponse:
    """How many messages went out, wait and failed; nothing of any one of them."""
    found = delivery_health(request.office.pk, timezone.now())
    return page(request, "settings/delivery_health", {"health": found})


def _may_send(request: StaffRequest) -> bool:
    return bool(request.person.roles) or request.person.is_admin


@require_POST
@staff
def send_again(request: StaffRequest, pk: int) -> HttpResponse:
    """Sends one message once more. For members with a role, who know what it is about, and admins."""
    if not _may_send(request):
        raise ServiceError(
            "not_allowed", _("Mengirim ulang adalah tugas petugas yang memegang peran dalam SOP.")
        )
    if not resend(pk, member_id=request.person.id):
        raise ServiceError("not_found", _("Pesan ini tidak ditemukan pada catatan pengiriman."))
    messages.success(request, _("Pesan akan dikirim ulang dalam beberapa saat."))
    return redirect("portal:deliveries")
