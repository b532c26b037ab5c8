"""All complaints of the office, and the board that watches over them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenants.complaints import words
from tenants.complaints.models import Complaint, WorkItem
from tenants.complaints.queries import condition
from tenants.organization.queries import units
from tenants.portal import queries, rows
from tenants.portal.door import StaffRequest, staff
from tenants.portal.forms.filters import FilterForm
from tenants.portal.pages import hidden_for, page
from tenants.portal.paging import Order, paged_ids
from workflows.cases import MAIN

NEWEST = Order("received_at", newest_first=True)


@require_safe
@staff
def complaints(request: StaffRequest) -> HttpResponse:
    """Every complaint, newest first. A search for a number that exists goes straight to its page."""
    wanted = request.GET.get("q", "").strip()
    if wanted:
        found = queries.by_number(wanted)
        if found is not None:
            return redirect(rows.complaint_url(found))
    names = rows.Names(request.person)
    form = FilterForm(request.GET, settings=names.settings, units=units())
    narrowed = condition(form.filters(), names.reader, now=timezone.now())
    shown = paged_ids(Complaint.objects.filter(narrowed), NEWEST, request.GET)
    return page(
        request,
        "complaints",
        {
            "rows": rows.of_complaints(shown.ids, names),
            "form": form,
            "active": form.active,
            "words": wanted,
            "reset_url": request.path,
            "tabs": tabs("list"),
            "nav_hidden": hidden_for(request.person, names.procedure),
            **shown.links(request.path, dict(request.GET.lists())),
        },
    )


@require_safe
@staff
def board(request: StaffRequest) -> HttpResponse:
    """The monitor board: what is late, what soon will be, and how much lies where."""
    names, now = rows.Names(request.person), timezone.now()
    totals = Complaint.objects.filter(closed_at=None).aggregate(
        open=Count("pk"),
        waiting=Count("pk", filter=Q(status=queries.AWAITING)),
        late=Count("pk", filter=queries.late_complaints(now)),
    )
    work = WorkItem.objects.filter(closed_at=None)
    soon = work.filter(due_at__gte=now, due_at__lte=now + queries.SOON)
    late = work.filter(due_at__lt=now)
    return page(
        request,
        "board",
        {
            "totals": {**totals, "soon": soon.count()},
            "late": rows.of_work(_first(late), names),
            "soon": rows.of_work(_first(soon), names),
            "stages": _stages(names, now),
            "units": _units(now),
            "tabs": tabs("board"),
            "nav_hidden": hidden_for(request.person, names.procedure),
        },
    )


def tabs(current: str) -> list[dict[str, Any]]:
    """The two sides of the list of complaints."""
    sides = (("list", "portal:complaints", _("Daftar")), ("board", "portal:board", _("Papan pantau")))
    return [
        {"url": reverse(name), "label": label, "count": None, "current": current == code}
        for code, name, label in sides
    ]


def _first(work: QuerySet[WorkItem]) -> list[int]:
    return list(work.order_by("due_at", "pk").values_list("pk", flat=True)[:10])


def _stages(names: rows.Names, now: Any) -> list[dict[str, Any]]:
    """Open work by line and stage: how many, how many late."""
    counted = (
        WorkItem.objects.filter(closed_at=None)
        .values("line", "stage")
        .annotate(count=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)))
        .order_by("line", "-count")
    )
    procedure = names.procedure
    found = [
        {
            "name": words.stage_words(procedure, row["stage"], row["line"]),
            "line": names.line(row["line"]) if row["line"] != MAIN else "",
            "count": row["count"],
            "late": row["late"],
        }
        for row in counted
    ]
    return sorted(found, key=lambda row: bool(row["line"]))


def _units(now: Any) -> list[dict[str, Any]]:
    """Open complaints by unit: how many, how many late; the way to each list."""
    counted = (
        Complaint.objects.filter(closed_at=None)
        .values("unit__code", "unit__name")
        .annotate(count=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)))
        .order_by("-count")
    )
    return [
        {
            "name": row["unit__name"] or _("Belum ada unit"),
            "url": _unit_url(row["unit__code"]),
            "count": row["count"],
            "late": row["late"],
        }
        for row in counted
    ]


def _unit_url(code: str | None) -> str:
    if not code:
        return ""
    return f"{reverse('portal:inbox')}?{urlencode({'tab': 'terbuka', 'unit': code})}"
