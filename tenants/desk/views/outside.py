"""The directory of offices outside the platform, kept by the desk's admins."""

from __future__ import annotations

from django.contrib import messages
from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from central.accounts import audit
from central.coordination.models import OutsideOffice
from tenants.desk import doors
from tenants.desk.door import DeskRequest, desk_admins
from tenants.desk.pages import page
from tenants.desk.rule_forms import OutsideForm
from tenants.errors import ServiceError
from tenants.portal.pages import refuse, status_of


@require_safe
@desk_admins
def outside(request: DeskRequest) -> HttpResponse:
    """The whole directory."""
    return page(request, "outside", {"rows": doors.outside_offices(request.government)})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_admins
def new(request: DeskRequest) -> HttpResponse:
    """Adds an office."""
    return _keep(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_admins
def edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Changes what is known of an office."""
    return _keep(request, doors.outside_office(request.government, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_admins
def remove(request: DeskRequest, pk: int) -> HttpResponse:
    """Asks, then takes an office off the directory."""
    row = doors.outside_office(request.government, pk)
    if request.method == "POST":
        name = doors.drop_outside(request.government, pk)
        audit.line("desk-outside-dropped", request, by=request.person.id, outside=pk)
        messages.success(request, _("%(name)s dihapus dari daftar.") % {"name": name})
        return redirect("desk:outside")
    return page(request, "outside_drop", {"row": row, "back": reverse("desk:outside_edit", args=[pk])})


def _keep(request: DeskRequest, row: OutsideOffice | None) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = OutsideForm(posted, initial=model_to_dict(row) if row else {})
    if request.method == "POST" and form.is_valid():
        try:
            saved = doors.keep_outside(request.government, row.pk if row else None, form.cleaned_data)
        except ServiceError as error:
            refuse(form, error)
        else:
            audit.line("desk-outside", request, by=request.person.id, outside=saved.pk)
            messages.success(request, _("%(name)s disimpan.") % {"name": saved.name})
            return redirect("desk:outside")
    return page(request, "outside_edit", {"form": form, "row": row}, status=status_of(form))
