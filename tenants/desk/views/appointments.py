"""Roles of the offices that an SOP keeps for the government: its admins say who holds them.

Of an office's people only their names and the positions in question are shown here, and only of offices
whose procedure says so. Each look and each change is in the audit log.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from central.accounts import audit
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.errors import not_found
from tenants.desk import queries
from tenants.desk.door import DeskRequest, desk_admins
from tenants.desk.pages import page
from tenants.errors import ServiceError
from tenants.organization import queries as people
from tenants.organization import services
from tenants.organization.models import Holding, Position
from tenants.portal.forms.organization import HoldingForm
from tenants.portal.pages import refuse, status_of
from workflows.procedure import Assigner


@require_safe
@desk_admins
def appointments(request: DeskRequest) -> HttpResponse:
    """The offices where the government gives a role."""
    rows = [
        {"office": target, "roles": roles} for target, roles in queries.appointing_offices(request.government)
    ]
    return page(request, "appointments", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_admins
def office_appointments(request: DeskRequest, code: str) -> HttpResponse:
    """Who holds the government's roles in one office; gives one to somebody."""
    target = _office(request, code)
    audit.line("desk-appointments", request, by=request.person.id, office=target.code)
    with inside(target):
        day = people.today()
        positions = _kept_positions()
        form = HoldingForm(
            request.POST if request.method == "POST" else None,
            members=people.members(),
            positions=positions,
            initial={"starts_on": day},
        )
        if request.method == "POST" and form.is_valid():
            try:
                holding = services.assign(actor=request.person, **form.cleaned_data)
            except ServiceError as error:
                refuse(form, error)
            else:
                audit.line(
                    "desk-appointed", request, by=request.person.id, office=target.code, holding=holding.pk
                )
                messages.success(
                    request,
                    _("%(name)s bertugas sebagai %(title)s.")
                    % {"name": holding.member.name, "title": holding.position.title},
                )
                return redirect("desk:office_appointments", code=target.code)
        rows = people.holdings().filter(position__in=[position.pk for position in positions])
        context = {
            "office": target,
            "form": form,
            "rows": [row for row in rows if row.ends_on is None or row.ends_on >= day],
        }
        return page(request, "office_appointments", context, status=status_of(form))


@require_POST
@desk_admins
def end_appointment(request: DeskRequest, code: str, pk: int) -> HttpResponse:
    """Takes a role of the government's from somebody, from now on."""
    target = _office(request, code)
    with inside(target):
        found = get_object_or_404(Holding.objects.select_related("member", "position"), pk=pk)
        services.end_holding(found, actor=request.person)
    audit.line("desk-dismissed", request, by=request.person.id, office=target.code, holding=pk)
    messages.success(request, _("Akhir penugasan disimpan."))
    return redirect("desk:office_appointments", code=target.code)


def _office(request: DeskRequest, code: str) -> Office:
    target = queries.appointing_office(request.government, code)
    if target is None:
        raise not_found()
    return target


def _kept_positions() -> list[Position]:
    """The positions whose roles only the government gives."""
    found = people.kept_positions()
    return [position for position, by in found.items() if by == {Assigner.GOVERNMENT}]
