"""What every page of the desk needs beside its own content: the menu, one place that renders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from central.accounts.typed import typed_texts
from central.offices.access import public
from tenants.errors import ServiceError
from tenants.portal.pages import STATUS

from . import queries

if TYPE_CHECKING:
    from .door import DeskRequest

LAYOUT = "layouts/desk.html"


def page(
    request: DeskRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Renders a page of the desk (`desk/<template>.html`) with the menu around it."""
    return _drawn(request, f"desk/{template}.html", context or {}, status)


def portal_page(
    request: DeskRequest, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Renders a page that the desk shares with the offices' portals (`portal/<template>.html`)."""
    return _drawn(request, f"portal/{template}.html", context, status)


def refusal_page(request: DeskRequest, error: ServiceError) -> HttpResponse:
    """The page that says why something was refused and what to do; what was typed is given back."""
    typed = typed_texts(request.POST) if request.method == "POST" else []
    status = {**STATUS, "office_halted": 503}.get(error.code, 400)
    return page(request, "refused", {"error": error, "typed": typed}, status=status)


def _drawn(request: DeskRequest, template: str, context: Mapping[str, Any], status: int) -> HttpResponse:
    around = {
        "layout": LAYOUT,
        "person": request.person,
        "user_label": request.person.name,
        "nav_more": _entries(request.person.is_admin),
    }
    values = {**around, **context}
    if "nav_counts" not in values:
        with public():
            waiting = queries.open_work(request.government, request.person).count()
        values["nav_counts"] = {"work": waiting}
    return render(request, template, values, status=status)


def _entries(admin: bool) -> list[dict[str, str]]:
    everybody = [{"url": reverse("desk:watch"), "label": _("Semua aduan"), "icon": "list"}]
    admins = [
        {"url": reverse("desk:looks"), "label": _("Catatan akses"), "icon": "eye"},
        {"url": reverse("desk:members"), "label": _("Anggota meja"), "icon": "users"},
        {"url": reverse("desk:appointments"), "label": _("Penunjukan"), "icon": "user"},
        {"url": reverse("desk:visits"), "label": _("Kunjungan dukungan"), "icon": "eye"},
        {"url": reverse("desk:rules"), "label": _("Aturan dan pintu masuk"), "icon": "list"},
    ]
    return [*everybody, *admins] if admin else everybody
