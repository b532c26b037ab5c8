"""How complaints go between the government's offices, and its own report form; kept by the desk's admins."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from central.accounts import audit
from central.coordination.models import IntakeRule
from central.offices.models import Government, Office
from tenants.desk import doors, services
from tenants.desk.door import DeskRequest, desk_admins
from tenants.desk.pages import page
from tenants.desk.rule_forms import DoorForm, IntakeRuleForm, RulesForm
from tenants.errors import ServiceError
from tenants.portal.pages import refuse, status_of


@require_http_methods(["GET", "HEAD", "POST"])
@desk_admins
def rules(request: DeskRequest) -> HttpResponse:
    """The rules for handovers; below them the choices of the government's own form."""
    government = Government.objects.get(pk=request.government.pk)
    form = RulesForm(
        request.POST if request.method == "POST" else None, initial=RulesForm.initial_of(government)
    )
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.change_rules(government, **form.rules())
        except ServiceError as error:
            refuse(form, error)
        else:
            if changed:
                audit.line("desk-rules", request, by=request.person.id, **changed)
            messages.success(request, _("Aturan disimpan dan berlaku sekarang."))
            return redirect("desk:rules")
    listed = doors.intake_rules(government)
    context = {
        "form": form,
        "rows": listed,
        "front": doors.front_of(government),
        "outside": len(doors.outside_offices(government)),
    }
    return page(request, "rules", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_admins
def front(request: DeskRequest) -> HttpResponse:
    """The office that receives what the form's choices send nowhere."""
    row = doors.front_of(request.government)
    initial = {"office": row.office.code if row.office else "", "category": row.category}
    form = DoorForm(
        request.POST if request.method == "POST" else None,
        offices=_offices(request),
        categories=doors.categories_of(row.office, _language()),
        initial=initial,
        nothing=_("Belum ditentukan"),
    )
    if request.method == "POST" and form.is_valid():
        try:
            saved = doors.keep_front(request.government, form.cleaned_data)
        except ServiceError as error:
            refuse(form, error)
        else:
            code = saved.office.code if saved.office else ""
            audit.line("desk-front", request, by=request.person.id, office=code, category=saved.category)
            messages.success(request, _("Instansi penerima disimpan."))
            again = saved.office is not None and saved.office != row.office
            return redirect("desk:front" if again else "desk:rules")
    return page(request, "front_office", {"form": form, "row": row}, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_admins
def new_choice(request: DeskRequest) -> HttpResponse:
    """Adds a choice to the form."""
    return _choice(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_admins
def choice(request: DeskRequest, pk: int) -> HttpResponse:
    """Changes a choice of the form."""
    return _choice(request, doors.intake_rule(request.government, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_admins
def drop_choice(request: DeskRequest, pk: int) -> HttpResponse:
    """Asks, then takes a choice off the form."""
    row = doors.intake_rule(request.government, pk)
    if request.method == "POST":
        name = doors.drop_rule(request.government, pk)
        audit.line("desk-choice-dropped", request, by=request.person.id, choice=pk)
        messages.success(request, _("Pilihan “%(name)s” dihapus.") % {"name": name})
        return redirect("desk:rules")
    back = reverse("desk:choice", args=[pk])
    return page(request, "choice_drop", {"row": row, "back": back})


def _choice(request: DeskRequest, row: IntakeRule | None) -> HttpResponse:
    government, office = request.government, row.office if row else None
    initial: dict[str, Any] = {"position": doors.next_position(government)}
    form = IntakeRuleForm(
        request.POST if request.method == "POST" else None,
        offices=_offices(request),
        categories=doors.categories_of(office, _language()),
        initial=IntakeRuleForm.initial_of(row) if row else initial,
    )
    if request.method == "POST" and form.is_valid():
        try:
            saved = doors.keep_rule(government, row.pk if row else None, form.cleaned_data)
        except ServiceError as error:
            refuse(form, error)
        else:
            code = saved.office.code if saved.office else ""
            facts = {"choice": saved.pk, "office": code, "category": saved.category}
            audit.line("desk-choice", request, by=request.person.id, **facts)
            if saved.office is not None and saved.office != office:
                messages.success(request, _("Pilihan disimpan. Tentukan kategorinya di instansi itu."))
                return redirect("desk:choice", saved.pk)
            messages.success(request, _("Pilihan disimpan."))
            return redirect("desk:rules")
    return page(request, "choice", {"form": form, "row": row}, status=status_of(form))


def _offices(request: DeskRequest) -> list[tuple[str, str]]:
    rows = Office.objects.filter(government=request.government, status=Office.Status.READY)
    return list(rows.order_by("name").values_list("code", "name"))


def _language() -> str:
    return get_language() or "id"
