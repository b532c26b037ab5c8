"""Support visits: beginning one, the log of all, ending one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from central.accounts import audit
from central.coordination import support as log
from tenants.desk import queries, support
from tenants.desk.door import DeskRequest, desk_admins
from tenants.desk.pages import page
from tenants.desk.visit_forms import VisitForm
from tenants.errors import ServiceError
from tenants.portal.pages import STATUS, refuse, status_of
from tenants.portal.paging import Order, paged
from tenants.portal.rows import page_words

NEWEST = Order("begun_at", newest_first=True)


@require_safe
@desk_admins
def visits(request: DeskRequest) -> HttpResponse:
    """All visits to the government's offices, the newest first; one's own that run, with the way in."""
    now = timezone.now()
    shown = paged(log.visits_of(request.government), NEWEST, request.GET)
    mine = list(
        log.running(now)
        .filter(government=request.government, user_id=request.person.user_id)
        .select_related("office")
        .order_by("until_at")
    )
    addresses = support.set_up_addresses({row.office_id for row in mine}) if mine else {}
    context = {
        "rows": [{"visit": row, "standing": log.standing(row, now)} for row in shown.rows],
        "mine": [{"visit": row, "url": addresses.get(row.office_id, "")} for row in mine],
        "shown": page_words(len(shown.rows)),
        **shown.links(request.path, dict(request.GET.lists())),
    }
    return page(request, "visits", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_admins
def begin(request: DeskRequest) -> HttpResponse:
    """Begins a visit; the office's admins are told."""
    posted = request.method == "POST"
    offices = queries.open_offices(request.government)
    form, status = VisitForm(request.POST if posted else None, offices=offices), 0
    if posted and form.is_valid():
        data = form.cleaned_data
        try:
            begun = support.begin_visit(
                request.government,
                data["office"],
                person=request.person,
                reason=data["reason"],
                minutes=data["minutes"],
            )
        except ServiceError as error:
            refuse(form, error)
            status = STATUS.get(error.code, 0)
        else:
            audit.line("support-visit-begun", request, by=request.person.id, visit=begun.pk)
            messages.success(request, _("Kunjungan dimulai. Admin instansi dikabari lewat surel."))
            return redirect("desk:visits")
    return page(request, "visit_begin", {"form": form}, status=status or status_of(form))


@require_POST
@desk_admins
def end(request: DeskRequest, pk: int) -> HttpResponse:
    """Ends a visit of one's own before its time."""
    rows = log.visits_of(request.government).filter(user_id=request.person.user_id)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise support.VisitError("not_found", _("Kunjungan ini tidak ditemukan."))
    if log.end_visit(found, request.person.name, timezone.now()):
        audit.line("support-visit-ended", request, by=request.person.id, visit=pk)
        messages.success(request, _("Kunjungan dukungan diakhiri."))
    else:
        messages.info(request, _("Kunjungan ini sudah berakhir."))
    return redirect("desk:visits")
