"""The desk's queue: what waits for this person, sorted by time left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from central.coordination.models import GovernmentWork
from central.offices.models import Office
from tenants.desk import queries, services
from tenants.desk.door import DeskRequest, desk
from tenants.desk.forms import KINDS, QueueFilter
from tenants.desk.pages import page
from tenants.desk.queries import Counts, Names
from tenants.portal.paging import Order, paged
from tenants.portal.rows import page_words, summary
from workflows.cases import MAIN

BY_DUE = Order("due_at", may_lack=True)
KIND = "jenis"
HANDED_UP = GovernmentWork.Kind.HANDED_UP.value
NEWEST, LONG = 5, 10
"""So many cases that were just handed up stand above a queue of more rows than that."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue. `halted`: its office is suspended. `url`: "" where that keeps the desk from it.
    `reason`: of a hand-up, where it was read.
    """

    url: str
    number: str
    office: str
    halted: bool
    handed_up: bool
    step: str
    line: str
    role: str
    due_at: datetime | None
    opened_at: datetime
    reason: str


@require_safe
@desk
def queue(request: DeskRequest) -> HttpResponse:
    """Open work of my roles; handed-up cases have a side of their own, with the reasons."""
    name = request.GET.get(KIND, "")
    kind = KINDS.get(name, "")
    now, government, person = timezone.now(), request.government, request.person
    names = Names(person)
    samples = list(_one_of_each_role(request))
    names.read((work.office, work.uid, work.procedure_digest) for work in samples)
    form = QueueFilter(
        request.GET,
        offices=_offices(request),
        roles=sorted({work.role: names.role(work.uid, work.role) for work in samples if work.role}.items()),
    )
    filters = form.filters(kind)
    found = queries.counts(government, person, filters, now)
    shown = paged(queries.filtered(government, person, filters, now), BY_DUE, request.GET)
    rows = _rows(request, shown.rows, names, reasons=kind == HANDED_UP)
    begins = len(shown.rows) > LONG and not shown.previous and not kind and not form.active
    newest = queries.newest_handed_up(government, person, NEWEST) if begins and found.handed_up else []
    return page(
        request,
        "queue",
        {
            "kind": name if kind else "",
            "tabs": _tabs(name if kind else "", found, request),
            "counts": found,
            "rows": rows,
            "newest": _rows(request, newest, names, reasons=False),
            "handed_up_url": f"{request.path}?{urlencode({KIND: 'diserahkan'})}",
            "form": form,
            "active": form.active,
            "reset_url": f"{request.path}?{urlencode({KIND: name})}" if kind else request.path,
            "shown": page_words(len(rows), found.shown),
            "nav_counts": {"work": found.total},
            **shown.links(request.path, dict(request.GET.lists())),
        },
    )


def _rows(request: DeskRequest, work: Sequence[GovernmentWork], names: Names, *, reasons: bool) -> list[Row]:
    """The reasons are content: that they are read here is noted, one look a complaint."""
    wanted = [(row.office, row.uid) for row in work if reasons]
    services.note_looks(request.person, request.government, wanted, services.REASON)
    cases = ((row.office, row.uid, row.procedure_digest) for row in work)
    names.read(cases, reasons_of={uid for _office, uid in wanted})
    return [_row(row, names) for row in work]


def _row(work: GovernmentWork, names: Names) -> Row:
    halted, handed_up = work.office.status != Office.Status.READY, work.kind == HANDED_UP
    opens = handed_up or not halted
    return Row(
        url=reverse("desk:case", args=[work.office.code, work.uid]) if opens else "",
        number=work.number,
        office=work.office.name,
        halted=halted,
        handed_up=handed_up,
        step=_step(work, names),
        line=names.line(work.uid, work.line) if work.line != MAIN else "",
        role=names.role(work.uid, work.role) if work.role else _("siapa saja di meja ini"),
        due_at=work.due_at,
        opened_at=work.opened_at,
        reason=summary(names.reason(work.uid)),
    )


def _step(work: GovernmentWork, names: Names) -> str:
    if work.kind == GovernmentWork.Kind.FOLLOW_UP:
        return _("Tindak lanjuti rujukan")
    return names.stage(work.uid, work.stage, work.line)


def _one_of_each_role(request: DeskRequest) -> Iterable[GovernmentWork]:
    """One row of work for each role in the queue: its office says what the role is called."""
    rows = queries.open_work(request.government, request.person).select_related("office")
    return rows.order_by("role", "id").distinct("role")


def _offices(request: DeskRequest) -> list[tuple[str, str]]:
    rows = queries.open_work(request.government, request.person).order_by("office__name")
    return list(rows.values_list("office__code", "office__name").distinct())


def _tabs(current: str, counts: Counts, request: DeskRequest) -> list[dict[str, Any]]:
    kept = [
        (key, value)
        for key, values in request.GET.lists()
        if key not in (KIND, "sesudah", "sebelum")
        for value in values
    ]
    sides = (
        ("", _("Semua tugas"), counts.total),
        ("langkah", _("Langkah SOP"), counts.steps),
        ("diserahkan", _("Diserahkan ke meja pusat"), counts.handed_up),
    )
    return [
        {
            "url": f"{request.path}?{urlencode([*kept, (KIND, name)] if name else kept)}",
            "label": label,
            "count": count,
            "current": name == current,
        }
        for name, label, count in sides
    ]
