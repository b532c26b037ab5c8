"""The worklist over all offices of the government."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from central.coordination.models import CaseIndex
from central.offices.models import Office
from tenants.complaints import words
from tenants.desk.door import DeskRequest, desk
from tenants.desk.forms import SIDES, WatchFilter
from tenants.desk.pages import page
from tenants.desk.queries import watch
from tenants.portal.paging import paged
from tenants.portal.rows import page_words
from workflows.procedure import Procedure

SIDE = "sisi"

_LABELS: Mapping[str, Promise] = {
    "all": gettext_lazy("Semua aduan terbuka"),
    "late": gettext_lazy("Terlambat"),
    "soon": gettext_lazy("Hampir terlambat"),
    "handed_up": gettext_lazy("Diserahkan ke meja pusat"),
    "bounced": gettext_lazy("Berpindah-pindah"),
    "unowned": gettext_lazy("Belum ditangani"),
    "to_remind": gettext_lazy("Perlu diingatkan"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One complaint. `url`: of its page at the desk, where work lets this person open it, else of what the
    index knows.
    """

    case: CaseIndex
    url: str
    office: Office
    status: str
    stage: str
    age: int
    offices_before: int


@require_safe
@desk
def worklist(request: DeskRequest) -> HttpResponse:
    """Every open complaint of the government by its index row; what cannot wait has sides of its own."""
    now, government = timezone.now(), request.government
    side = SIDES.get(request.GET.get(SIDE, ""), "all")
    form = WatchFilter(request.GET, categories=watch.categories(government))
    cases = watch.open_cases(government, form.asked(), now)
    counts = watch.side_counts(cases, government, now)
    order = watch.BY_AGE if form.by_age else watch.BY_DUE
    shown = paged(cases.filter(watch.of_side(side, government, now)), order, request.GET)
    listed = _rows(request, shown.rows, now)
    total = counts[side]
    return page(
        request,
        "watch",
        {
            "side": request.GET.get(SIDE, "") if side != "all" else "",
            "side_name": _LABELS[side],
            "tabs": _tabs(side, counts, request),
            "late": count_words(counts["late"]),
            "soon": count_words(counts["soon"]),
            "all": count_words(counts["all"]),
            "rows": listed,
            "form": form,
            "active": form.active,
            "reset_url": _address(request, []),
            "shown": page_words(len(listed), total if total <= watch.MOST else None),
            **shown.links(request.path, dict(request.GET.lists())),
        },
    )


def count_words(count: int) -> str:
    """A count that may have ended early."""
    return _("lebih dari %(n)d") % {"n": watch.MOST} if count > watch.MOST else str(count)


def _rows(request: DeskRequest, cases: Sequence[CaseIndex], now: datetime) -> list[Row]:
    offices = watch.offices_of(cases)
    procedures = watch.procedures(request.government, offices.values())
    openable = watch.openable(request.government, request.person, [case.uid for case in cases])
    return [
        Row(
            case=case,
            url=reverse(
                "desk:case" if case.uid in openable else "desk:watched",
                args=[offices[case.office_id].code, case.uid],
            ),
            office=offices[case.office_id],
            status=words.status_words(case.status),
            stage=_stage(procedures.get(offices[case.office_id].procedure_digest), case.stage),
            age=(now - case.received_at).days,
            offices_before=case.hop,
        )
        for case in cases
    ]


def _stage(procedure: Procedure | None, stage: str) -> str:
    return words.stage_words(procedure, stage) if procedure is not None else stage


def _tabs(current: str, counts: Mapping[str, int], request: DeskRequest) -> list[dict[str, Any]]:
    kept = [
        (key, value)
        for key, values in request.GET.lists()
        if key not in (SIDE, "sesudah", "sebelum")
        for value in values
    ]
    names = {side: name for name, side in SIDES.items()}
    return [
        {
            "url": _address(request, [*kept, (SIDE, names[side])] if side in names else kept),
            "label": _LABELS[side],
            "count": counts[side] if counts[side] <= watch.MOST else f"{watch.MOST}+",
            "current": side == current,
        }
        for side in watch.SIDES
    ]


def _address(request: DeskRequest, query: Sequence[tuple[str, Any]]) -> str:
    return f"{request.path}?{urlencode(query)}" if query else request.path
