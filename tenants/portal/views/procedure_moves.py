"""Moving the open complaints of an old version to the one in force: first tried, then begun."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenants.errors import ServiceError
from tenants.portal.door import StaffRequest, admins
from tenants.portal.forms.procedure_moves import MoveForm
from tenants.portal.pages import STATUS, page, refuse, status_of
from tenants.portal.procedure_problems import problem_rows
from tenants.portal.views.procedure import IN_FORCE, version_or_404
from tenants.procedure.queries import places_of, rules_in_force
from tenants.procedure.services import MovePlan, begin_move, plan_move
from workflows.loading import procedure_from

BEGIN = "mulai"
SHOWN = 200
"""Complaints of which the page shows what changes."""


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def procedure_move(request: StaffRequest, number: int) -> HttpResponse:
    """Names the stages, tries the move, and begins it once it has been tried."""
    source = version_or_404(number)
    if source.state == IN_FORCE:
        raise Http404("It is in force.")
    posted, status = request.method == "POST", 0
    form = MoveForm(
        request.POST if posted else None,
        old=procedure_from(source.document, source.digest),
        new=rules_in_force().procedure,
        live=places_of(source),
    )
    plan: MovePlan | None = None
    if posted and form.is_valid():
        try:
            if BEGIN in request.POST:
                begin_move(number, form.mapping(), actor=request.person)
                messages.success(request, _("Pemindahan aduan dimulai. Kemajuannya tampil di halaman ini."))
                return redirect("portal:procedures")
            plan = plan_move(number, form.mapping(), actor=request.person)
        except ServiceError as error:
            refuse(form, error)
            status = STATUS.get(error.code, 0)
    context: dict[str, Any] = {"version": source, "form": form, "plan": plan, "begin": BEGIN}
    if plan is not None:
        context["problems"] = problem_rows(plan.problems, "")
        context["cases"] = plan.cases[:SHOWN]
        context["more"] = max(0, len(plan.cases) - SHOWN)
    return page(request, "procedure/move", context, status=status or status_of(form))
