"""A lost tracking code comes back by the contact that was given, and by no other way."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenants.complaints.contacts import normal_email, normal_phone
from tenants.complaints.errors import ComplaintError
from tenants.complaints.services import send_lost_codes

from .. import limits
from ..forms.track import LostCodeForm
from ..pages import INVALID, private_page, see_other, too_many


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def lost_code(request: HttpRequest) -> HttpResponse:
    """Sends the codes; says the same whether or not there were any."""
    if request.method != "POST":
        return _page(request, LostCodeForm())
    form = LostCodeForm(request.POST)
    if form.is_valid():
        contact = form.cleaned_data["contact"]
        try:
            limits.take("recovery", limits.sender(request), limits.RECOVERY_RATE)
            _send(contact)
        except limits.TooMany as reason:
            return too_many(request, reason, _("Belum ada yang dikirim."), "/kode-hilang/")
        except ComplaintError as refused:
            form.add_error("contact", str(next(iter(refused.fields.values()), refused.message)))
        else:
            return see_other("/kode-hilang/terkirim/")
    return _page(request, form)


def _send(contact: str) -> None:
    """Sends codes to a contact, but not over and over: nobody's mailbox is flooded by somebody else."""
    written = normal_email(contact) if "@" in contact else normal_phone(contact)
    try:
        limits.take("recovery-contact", written or contact, limits.RECOVERY_CONTACT_RATE)
    except limits.TooMany:
        return
    send_lost_codes(contact)


def _page(request: HttpRequest, form: LostCodeForm) -> HttpResponse:
    return render(request, "site/lost_code.html", {"form": form}, status=INVALID if form.errors else 200)


@private_page
@require_http_methods(["GET", "HEAD"])
def lost_code_sent(request: HttpRequest) -> HttpResponse:
    """What happens now."""
    return render(request, "site/lost_code_sent.html")
