"""A lost tracking code comes back by the contact that was given, and by no other way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from central.offices.middleware import public_side
from tenants.complaints.errors import ComplaintError

from .. import limits
from ..forms.track import LostCodeForm
from ..pages import INVALID, private_page, see_other, too_many
from ..recovery import ask_office

HERE = "/kode-hilang/"
"""The page's address, at an office's host and at a government's."""


@public_side
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def lost_code(request: HttpRequest) -> HttpResponse:
    """Has the codes sent; says the same whether or not there were any. Enters each office for itself."""
    office = request.office  # type: ignore[attr-defined]  # set by OfficeHost
    return asked(request, lambda contact: ask_office(office, contact, limits.sender(request)))


def asked(request: HttpRequest, ask: Callable[[str], None], **around: Any) -> HttpResponse:
    """The page on which somebody asks for their codes. `ask`: has them sent; `around`: for the templates."""
    form = LostCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            ask(form.cleaned_data["contact"])
        except limits.TooMany as reason:
            return too_many(request, reason, _("Belum ada yang dikirim."), HERE, **around)
        except ComplaintError as refused:
            form.add_error("contact", str(next(iter(refused.fields.values()), refused.message)))
        else:
            return see_other(f"{HERE}terkirim/")
    status = INVALID if form.errors else 200
    return render(request, "site/lost_code.html", {"form": form, **around}, status=status)


@private_page
@require_http_methods(["GET", "HEAD"])
def lost_code_sent(request: HttpRequest) -> HttpResponse:
    """What happens now."""
    return render(request, "site/lost_code_sent.html", {"track_url": "/lacak/"})
