"""The office's own data and its calendar, kept by its admins."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from central.offices.models import Office
from tenants.complaints.models import NumberCounter
from tenants.complaints.words import hours_words
from tenants.errors import ServiceError
from tenants.organization.queries import today
from tenants.portal.door import StaffRequest, admins
from tenants.portal.editing import edit_page, seen_by
from tenants.portal.forms.office import ClosingForm, OfficeForm
from tenants.portal.pages import STATUS, page, refuse, status_of
from tenants.portal.services import change_office, fingerprint, stored
from tenants.portal.views.timetable import opening_rows
from tenants.procedure.queries import numbered_settings
from tenants.procedure.services import put_settings
from workflows.calendar import Calendar
from workflows.loading import as_data
from workflows.numbering import register_number
from workflows.settings import Settings

PREVIEW = "pratinjau"
VERSION = "versi"


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def office(request: StaffRequest) -> HttpResponse:
    """Name, address, colour, logo, number pattern; shows the next number before it is saved."""
    here, (version, settings) = stored(request.office), numbered_settings()
    posted, refused = request.method == "POST", ""
    form = _office_form(request, here, settings)
    if posted and form.is_valid() and PREVIEW not in request.POST:
        data = dict(form.cleaned_data)
        pattern = data.pop("number_pattern")
        try:
            if pattern != settings.number_pattern:
                put_settings(
                    {**as_data(settings), "number_pattern": pattern},
                    actor=request.person,
                    expected_version=_seen(request, version),
                )
            change_office(here, actor=request.person, seen=seen_by(request), **data)
        except ServiceError as error:
            refuse(form, error)
            refused = error.code
            here, (version, settings) = stored(request.office), numbered_settings()
        else:
            messages.success(request, _("Data instansi disimpan."))
            return redirect("portal:office")
    pattern = form.cleaned_data.get("number_pattern") if posted and form.is_bound else None
    return edit_page(
        request,
        "settings/office",
        form,
        {
            "example": _example(request, pattern or settings.number_pattern),
            "version": version if refused == "conflict" else _seen(request, version),
        },
        mark=fingerprint(here),
        refused=refused,
        now=lambda: _office_form(request, here, settings, anew=True),
    )


def _office_form(
    request: StaffRequest, here: Office, settings: Settings, *, anew: bool = False
) -> OfficeForm:
    posted = request.method == "POST" and not anew
    return OfficeForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        has_logo=bool(here.logo),
        initial={
            "name": here.name,
            "address": here.address,
            "phone": here.phone,
            "email": here.email,
            "colour": here.colour,
            "number_pattern": settings.number_pattern,
        },
    )


def _example(request: StaffRequest, pattern: str) -> str:
    """The next number by a pattern."""
    day = today()
    last = NumberCounter.objects.filter(year=day.year).values_list("last", flat=True).first() or 0
    return register_number(pattern, last + 1, day, request.office.code)


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def calendar(request: StaffRequest) -> HttpResponse:
    """Working hours, holidays, and the office's own closing days; adds one."""
    version, settings = numbered_settings()
    form, status = ClosingForm(request.POST if request.method == "POST" else None), 0
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        closing = {
            "name": data["name"],
            "starts_on": data["starts_on"].isoformat(),
            "ends_on": (data["ends_on"] or data["starts_on"]).isoformat(),
        }
        document = as_data(settings)
        document["calendar"]["closings"] = [*document["calendar"].get("closings", []), closing]
        try:
            put_settings(document, actor=request.person, expected_version=_seen(request, version))
        except ServiceError as error:
            refuse(form, error)
            status = STATUS.get(error.code, 0)
            version, settings = numbered_settings()
        else:
            messages.success(
                request,
                _("Hari tutup ditambahkan. Batas waktu aduan yang masih terbuka dihitung ulang."),
            )
            return redirect("portal:calendar")
    return page(
        request,
        "settings/calendar",
        {
            "form": form,
            "version": version,
            "week": _week(settings.calendar),
            "closings": _closings(settings.calendar),
            "openings": opening_rows(settings.calendar, past=False),
            "periods": settings.calendar.periods,
            "holidays": _holidays(settings.calendar),
        },
        status=status or status_of(form),
    )


@require_POST
@admins
def drop_closing(request: StaffRequest, number: int) -> HttpResponse:
    """Takes a closing out again. `number`: its place in the list, with its first day as a check."""
    version, settings = numbered_settings()
    closings = settings.calendar.closings
    if number >= len(closings) or closings[number].starts_on.isoformat() != request.POST.get("mulai"):
        raise ServiceError("conflict", _("Daftar hari tutup sudah berubah. Buka lagi halaman kalender."))
    document = as_data(settings)
    del document["calendar"]["closings"][number]
    put_settings(document, actor=request.person, expected_version=version)
    messages.success(request, _("Hari tutup dihapus. Batas waktu aduan yang masih terbuka dihitung ulang."))
    return redirect("portal:calendar")


def _seen(request: StaffRequest, present: int) -> int:
    """The version of the settings that the person saw when they filled in the form."""
    text = request.POST.get(VERSION, "")
    return int(text) if text.isdecimal() and len(text) < 10 else present


def _week(calendar: Calendar) -> list[dict[str, Any]]:
    names = [_("Senin"), _("Selasa"), _("Rabu"), _("Kamis"), _("Jumat"), _("Sabtu"), _("Minggu")]
    return [
        {"name": name, "frames": hours_words(frames)}
        for name, frames in zip(names, calendar.week.days(), strict=True)
    ]


def _closings(calendar: Calendar) -> list[dict[str, Any]]:
    """Closings with their place in the list, the newest first; those long past are left out."""
    language, year = get_language() or "id", today().year
    rows = [
        {
            "number": number,
            "name": closing.name.get(language),
            "starts_on": closing.starts_on,
            "ends_on": closing.ends_on,
        }
        for number, closing in enumerate(calendar.closings)
        if closing.ends_on.year >= year - 1
    ]
    return sorted(rows, key=lambda row: row["starts_on"], reverse=True)


def _holidays(calendar: Calendar) -> list[tuple[date, str]]:
    """National holidays and joint leave of this year that are still to come."""
    day = today()
    rest = (date.fromordinal(n) for n in range(day.toordinal(), date(day.year, 12, 31).toordinal() + 1))
    return [(on, name) for on in rest if (name := calendar.holiday_name(on))]
