"""When the office works: the ordinary week, periods with other hours, and the nation's days off."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from central.numbers import Grouped
from tenants.complaints.queries.deadlines import Moved, deadlines_moved
from tenants.complaints.words import hours_words
from tenants.errors import ServiceError
from tenants.organization.queries import today
from tenants.portal.changing import Change, new_code, text_data, told
from tenants.portal.door import StaffRequest, admins
from tenants.portal.forms.timetable import HoursForm, OpeningForm, PeriodForm, week_initial
from workflows.calendar import Calendar, Period
from workflows.holidays_id import decreed_until
from workflows.loading import settings_from
from workflows.problems import DocumentRefused
from workflows.worktime import NoWorkingTime

PREVIEW = "pratinjau"
REMOVE = "hapus"


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def hours(request: StaffRequest) -> HttpResponse:
    """The ordinary week; tells how many open complaints get other deadlines before and after saving."""
    change, effect = Change(request), ""
    posted = request.POST if request.method == "POST" else None
    form = HoursForm(posted, initial=_hours_initial(change.settings.calendar))
    if request.method == "POST" and form.is_valid():
        data, document = form.cleaned_data, change.document
        calendar = document["calendar"]
        calendar |= {name: data[name] for name in ("national_holidays", "joint_leave")}
        calendar |= {"week": form.week, "decreed_until": data["decreed_until"]}
        effect = _effect(document)
        if PREVIEW not in request.POST and change.put_by(form, document):
            messages.success(request, " ".join([_("Jam kerja disimpan."), effect]))
            return redirect("portal:hours")
    calendar_now = change.settings.calendar
    context = {
        "periods": [_period_row(period) for period in calendar_now.periods],
        "holidays": _holidays(calendar_now),
        "decreed": calendar_now.decreed_until or decreed_until(),
        "effect": effect if PREVIEW in request.POST else "",
    }
    return change.page(
        "settings/hours", form, context, now=lambda: HoursForm(initial=_hours_initial(calendar_now))
    )


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def period_new(request: StaffRequest) -> HttpResponse:
    """Adds a period with other hours."""
    return _period_page(request, Change(request), None)


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def period(request: StaffRequest, code: str) -> HttpResponse:
    """One period: changes it or takes it out."""
    change = Change(request)
    found = next((item for item in change.settings.calendar.periods if item.code == code), None)
    if found is None:
        raise ServiceError("not_found", _("Masa itu sudah tidak ada. Buka lagi halaman jam kerja."))
    return _period_page(request, change, found)


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def openings(request: StaffRequest) -> HttpResponse:
    """Days on which the office works although it would not, or in other hours: adds one, takes one out."""
    change, effect = Change(request), ""
    if request.method == "POST" and REMOVE in request.POST:
        return _without_opening(request, change)
    taken = {item.on for item in change.settings.calendar.openings}
    form = OpeningForm(request.POST if request.method == "POST" else None, taken=taken)
    if request.method == "POST" and form.is_valid():
        data, document = form.cleaned_data, change.document
        row = {
            "on": data["on"].isoformat(),
            "frames": data["frames"],
            "name": text_data(data["name"], data["name_en"]),
        }
        rows = [*document["calendar"].get("openings", []), row]
        document["calendar"]["openings"] = sorted(rows, key=lambda one: one["on"])
        effect = _effect(document)
        if PREVIEW not in request.POST and change.put_by(form, document):
            messages.success(request, " ".join([_("Hari buka ditambahkan."), effect]))
            return redirect("portal:openings")
    rows = opening_rows(change.settings.calendar)
    context = {"rows": rows, "effect": effect if PREVIEW in request.POST else ""}
    return change.page("settings/openings", form, context)


def _without_opening(request: StaffRequest, change: Change) -> HttpResponse:
    document = change.document
    rows = document["calendar"].get("openings", [])
    kept = [row for row in rows if row["on"] != request.POST[REMOVE]]
    if len(kept) == len(rows):
        raise ServiceError("not_found", _("Hari buka itu sudah tidak ada. Buka lagi halaman hari buka."))
    document["calendar"]["openings"] = kept
    effect = _effect(document)
    change.put(document)
    messages.success(request, " ".join([_("Hari buka dihapus."), effect]))
    return redirect("portal:openings")


def opening_rows(calendar: Calendar, *, past: bool = True) -> list[dict[str, Any]]:
    """Those to come first, the nearest on top; then, if `past`, those since last year, the newest on top."""
    day = today()
    found = [one for one in calendar.openings if one.on >= (date(day.year - 1, 1, 1) if past else day)]
    found.sort(key=lambda one: (one.on < day, abs((one.on - day).days)))
    return [
        {"on": one.on, "name": told(one.name), "frames": hours_words(one.frames), "past": one.on < day}
        for one in found
    ]


def _period_page(request: StaffRequest, change: Change, found: Period | None) -> HttpResponse:
    removing = found is not None and REMOVE in request.POST
    others = tuple(item for item in change.settings.calendar.periods if item != found)
    form = PeriodForm(
        request.POST if request.method == "POST" else None, others=others, initial=_period_initial(found)
    )
    if request.method == "POST" and (form.is_valid() or removing):
        document = change.document
        rows = [
            row for row in document["calendar"].get("periods", []) if not found or row["code"] != found.code
        ]
        if not removing:
            rows.append(_period_data(form, found, {row["code"] for row in rows}))
            rows.sort(key=lambda row: row["starts_on"])
        document["calendar"]["periods"] = rows
        effect = _effect(document)
        if change.put_by(form, document):
            done = _("Masa dihapus.") if removing else _("Masa dengan jam kerja lain disimpan.")
            messages.success(request, " ".join([done, effect]))
            return redirect("portal:hours")
    return change.page(
        "settings/period",
        form,
        {"period": found, "period_name": told(found.name) if found else ""},
        now=lambda: PeriodForm(initial=_period_initial(found)),
    )


def _period_data(form: PeriodForm, found: Period | None, taken: set[str]) -> dict[str, Any]:
    data = form.cleaned_data
    return {
        "code": found.code if found else new_code(data["name"], taken, "masa"),
        "name": text_data(data["name"], data["name_en"]),
        "starts_on": data["starts_on"].isoformat(),
        "ends_on": data["ends_on"].isoformat(),
        "week": form.week,
    }


def _hours_initial(calendar: Calendar) -> dict[str, Any]:
    return {
        **week_initial(calendar.week),
        "national_holidays": calendar.national_holidays,
        "joint_leave": calendar.joint_leave,
        "decreed_until": calendar.decreed_until,
    }


def _period_initial(found: Period | None) -> dict[str, Any]:
    if found is None:
        return {}
    return {
        **week_initial(found.week),
        "name": found.name.id,
        "name_en": found.name.en,
        "starts_on": found.starts_on,
        "ends_on": found.ends_on,
    }


def _period_row(found: Period) -> dict[str, Any]:
    return {
        "code": found.code,
        "name": told(found.name),
        "starts_on": found.starts_on,
        "ends_on": found.ends_on,
        "week": sorted({hours_words(frames) for frames in found.week.days() if frames}),
    }


def _effect(document: dict[str, Any]) -> str:
    """What the new hours do to open complaints, in a sentence; "" for a document that cannot be read, or by
    which a limit has no end: that is refused when it is put in effect.
    """
    try:
        return effect_words(deadlines_moved(settings_from(document)))
    except (DocumentRefused, NoWorkingTime):
        return ""


def effect_words(moved: Moved) -> str:
    """How many open complaints get another deadline, and who is told."""
    values = {
        "count": Grouped(moved.count),
        "looked_at": Grouped(moved.looked_at),
        "open": Grouped(moved.open),
    }
    if moved.open == 0:
        return _("Tidak ada aduan terbuka, jadi tidak ada batas waktu yang berubah.")
    if moved.count == 0:
        return _("Tidak ada batas waktu aduan terbuka yang berubah.")
    if moved.complete:
        said = ngettext(
            "%(count)s aduan terbuka mendapat batas waktu baru.",
            "%(count)s aduan terbuka mendapat batas waktu baru.",
            moved.count,
        )
    else:
        said = _(
            "Dari %(looked_at)s aduan terbaru, %(count)s mendapat batas waktu baru; semuanya ada %(open)s."
        )
    more = _(
        "Pelapor dikabari bila tanggal jawabannya bergeser; tanggal yang dijanjikan semula tetap tercatat."
    )
    return f"{said % values} {more}"


def _holidays(calendar: Calendar) -> list[dict[str, Any]]:
    """The days off of the rest of this year and of the next, year by year; those not decreed are marked."""
    day = today()
    last = calendar.last_decreed
    years = []
    for year in (day.year, day.year + 1):
        first = day if year == day.year else date(year, 1, 1)
        dates = (date.fromordinal(n) for n in range(first.toordinal(), date(year, 12, 31).toordinal() + 1))
        rows = [(on, name) for on in dates if (name := calendar.holiday_name(on))]
        years.append({"year": year, "rows": rows, "provisional": last is not None and year > last})
    return years
