"""Reporting at the government's address: the citizen says what it is about, the government's rules say whose
it is. From there on it is that office's own form, under this address.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from central.offices.access import office as inside
from central.offices.middleware import public_side
from tenants.site import drafts
from tenants.site.entry import Entry
from tenants.site.pages import INVALID, see_other
from tenants.site.views import report

from . import intake

LAYOUT = "layouts/platform.html"


class AboutForm(forms.Form):
    """What the report is about, by the government's own choices."""

    about = forms.TypedChoiceField(
        label=gettext_lazy("Laporan Anda tentang apa?"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Pilih salah satu."),
            "invalid_choice": gettext_lazy("Pilihan itu tidak ada lagi. Pilih salah satu di bawah."),
        },
    )

    def __init__(self, *args: Any, listed: list[intake.Choice], unknown: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["about"]
        assert isinstance(field, forms.TypedChoiceField)
        known: list[tuple[Any, Any]] = [(str(choice.number), choice.name) for choice in listed]
        self._groups = {str(choice.number): choice.group for choice in listed}
        field.choices = [*known, (str(intake.UNKNOWN), _("Saya tidak tahu"))] if unknown else known

    def groups(self) -> list[tuple[str, list[Any]]]:
        """The choices under their headings, those without one last."""
        grouped: dict[str, list[Any]] = {}
        alone: list[Any] = []
        for option in self["about"].options:  # type: ignore[attr-defined]  # the renderer's bound field
            group = self._groups.get(str(option.widget.data["value"]), "")
            (grouped.setdefault(group, []) if group else alone).append(option)
        rest = _("Lain-lain") if grouped else ""
        return [*grouped.items(), (rest, alone)] if alone else list(grouped.items())


@public_side
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Asks what the report is about, and leads to the form of the office whose it is."""
    government = request.government  # type: ignore[attr-defined]  # set by OfficeHost
    listed = intake.choices(government, get_language() or "id")
    unknown = intake.takes_unknown(government)
    form = AboutForm(request.POST if request.method == "POST" else None, listed=listed, unknown=unknown)
    if request.method == "POST" and form.is_valid():
        return see_other(reverse("government_report_start", args=[form.cleaned_data["about"]]))
    context = {"form": form, "any": bool(listed) or unknown}
    return render(request, "desk/about.html", context, status=INVALID if form.errors else 200)


def at_door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of the office's form, under the government's address. The office to which the choice leads now
    is entered for it; a choice that leads nowhere any more begins anew.
    """

    def inner(request: HttpRequest, door: int, **more: Any) -> HttpResponse:
        government = request.government  # type: ignore[attr-defined]  # set by OfficeHost
        found = intake.door_of(government, door)
        if found is None:
            return see_other(reverse("government_report"))
        home = reverse("government_report")
        request.entry = Entry(  # type: ignore[attr-defined]  # read by the form's pages
            base=f"{home}{door}/", home=home, category=found.category, unsorted=found.unsorted, layout=LAYOUT
        )
        request.session.keys()  # read before the office is entered, as is who asks
        _ = request.user.pk
        request.office = found.office  # type: ignore[attr-defined]  # whose form it is
        with inside(found.office):
            return view(request, **more)

    update_wrapper(inner, view)
    return public_side(inner)


@require_POST
def _anew(request: HttpRequest) -> HttpResponse:
    """Another report is about something else: the citizen chooses again."""
    draft = drafts.find(request.COOKIES.get(settings.DRAFT_COOKIE_NAME, ""), lock=True)
    if draft is not None and not draft.sent_uid:
        drafts.discard(draft)
    response = see_other(reverse("government_report"))
    base = request.entry.base  # type: ignore[attr-defined]  # set by at_door
    response.delete_cookie(settings.DRAFT_COOKIE_NAME, path=base, samesite="Lax")
    return response


start = at_door(report.start)
question = at_door(report.question)
check = at_door(report.check)
sent = at_door(report.sent)
anew = at_door(_anew)
