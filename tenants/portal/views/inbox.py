"""The inbox: what waits for whom, sorted by time left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tenants.complaints.models import Complaint, WorkItem
from tenants.complaints.queries import condition, my_work
from tenants.organization.queries import units
from tenants.portal import queries, rows
from tenants.portal.door import StaffRequest, staff
from tenants.portal.forms.filters import FilterForm
from tenants.portal.pages import hidden_for, page
from tenants.portal.paging import Order, Page, paged_ids
from tenants.portal.routing_words import broken_words
from tenants.procedure.targets import broken_targets

STEP = _("Sisa waktu langkah")
WHOLE = _("Sisa waktu aduan")
RESULT = _("Hasil")


BY_DUE = Order("due_at", may_lack=True)


@dataclass(frozen=True, slots=True)
class Tab:
    """One side of the inbox. `work`: rows are work items, else complaints."""

    code: str
    key: str
    label: str | Promise
    time: str | Promise
    work: Callable[[StaffRequest], Q] | None = None
    complaints: Callable[[StaffRequest], Q] | None = None
    order: Order = BY_DUE


TABS = (
    Tab("saya", "mine", _("Kerja saya"), STEP, work=lambda request: my_work(request.person)),
    Tab("unit", "unit", _("Unit saya"), STEP, work=lambda request: queries.unit_work(request.person)),
    Tab("terbuka", "open", _("Semua terbuka"), WHOLE, complaints=lambda _request: Q(closed_at=None)),
    Tab(
        "terlambat",
        "late",
        _("Terlambat"),
        WHOLE,
        complaints=lambda _request: queries.late_complaints(timezone.now()),
    ),
    Tab(
        "menunggu",
        "waiting",
        _("Menunggu pelapor"),
        WHOLE,
        complaints=lambda _request: Q(closed_at=None, status=queries.AWAITING),
    ),
    Tab(
        "selesai",
        "done",
        _("Selesai"),
        RESULT,
        complaints=lambda _request: Q(closed_at__isnull=False),
        order=Order("closed_at", newest_first=True),
    ),
)
_BY_CODE = {tab.code: tab for tab in TABS}


@require_safe
@staff
def inbox(request: StaffRequest) -> HttpResponse:
    """My work now, and the other sides of it; a number in the search box goes straight to its complaint."""
    words = request.GET.get("q", "").strip()
    if words:
        found = queries.by_number(words)
        if found is not None:
            return redirect(rows.complaint_url(found))
    tab = _BY_CODE.get(request.GET.get("tab", ""), TABS[0])
    names = rows.Names(request.person)
    form = FilterForm(request.GET, settings=names.settings, units=units())
    counts = queries.tab_counts(request.person)
    shown, listed = _rows(request, tab, form, names)
    return page(
        request,
        "inbox",
        {
            "tab": tab,
            "tabs": _tabs(tab, counts, request.GET),
            "rows": listed,
            "form": form,
            "active": form.active,
            "reset_url": f"{request.path}?tab={tab.code}",
            "shown": rows.page_words(len(listed), None if form.active else counts[tab.key]),
            "broken": broken_words(broken_targets()) if request.person.is_admin else [],
            "nav_counts": queries.menu_of(counts),
            "nav_hidden": hidden_for(request.person, names.procedure),
            **shown.links(request.path, dict(request.GET.lists())),
        },
    )


def _rows(
    request: StaffRequest, tab: Tab, form: FilterForm, names: rows.Names
) -> tuple[Page[Any], list[rows.Row]]:
    filters, now = form.filters(), timezone.now()
    if tab.work is not None:
        narrowed = condition(filters, names.reader, of="complaint__", now=now)
        work = paged_ids(WorkItem.objects.filter(tab.work(request) & narrowed), tab.order, request.GET)
        return work, rows.of_work(work.ids, names)
    assert tab.complaints is not None
    narrowed = condition(filters, names.reader, now=now)
    found = Complaint.objects.filter(tab.complaints(request) & narrowed)
    complaints = paged_ids(found, tab.order, request.GET)
    return complaints, rows.of_complaints(complaints.ids, names)


def _tabs(current: Tab, counts: Mapping[str, int], query: Mapping[str, str]) -> list[dict[str, Any]]:
    kept = {key: value for key, value in query.items() if key not in ("tab", "sesudah", "sebelum")}
    return [
        {
            "url": f"?{urlencode({**kept, 'tab': tab.code})}",
            "label": tab.label,
            "count": counts[tab.key],
            "current": tab is current,
        }
        for tab in TABS
    ]
