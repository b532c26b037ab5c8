"""The office's procedure: its versions and drafts, a version in plain words, going back to an earlier one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tenants.portal import queries
from tenants.portal.door import StaffRequest, admins
from tenants.portal.forms.procedure import SignForm
from tenants.portal.pages import STATUS, page, refuse, status_of
from tenants.portal.procedure_difference import difference_rows
from tenants.portal.procedure_problems import proof_of, signed_rows
from tenants.portal.procedure_words import in_words
from tenants.procedure.models import ProcedureDraft, ProcedureMove, ProcedureVersion
from tenants.procedure.queries import procedures, rules_in_force
from tenants.procedure.services import ProcedureError, proved_again, roll_back
from workflows.loading import as_yaml, procedure_from

IN_FORCE = ProcedureVersion.State.IN_FORCE


@require_safe
@admins
def procedures_list(request: StaffRequest) -> HttpResponse:
    """All versions with how many complaints are open on each, all drafts, and moves of complaints."""
    open_on = queries.open_by_version()
    versions = list(procedures())
    rows = [
        {"version": version, "open": open_on.get(version.pk, 0), "in_force": version.state == IN_FORCE}
        for version in versions
    ]
    return page(
        request,
        "procedure/list",
        {
            "rows": rows,
            "drafts": ProcedureDraft.objects.defer("text").order_by("-updated_at"),
            "moves": _moves(),
        },
    )


@require_safe
@admins
def version(request: StaffRequest, number: int) -> HttpResponse:
    """What a version says, in plain words."""
    found = version_or_404(number)
    procedure = procedure_from(found.document, found.digest)
    return page(
        request,
        "procedure/version",
        {
            "version": found,
            "in_force": found.state == IN_FORCE,
            "open": queries.open_by_version().get(found.pk, 0),
            "procedure": in_words(procedure),
            "warnings": signed_rows(found.warnings, procedure),
        },
    )


@require_safe
@admins
def version_yaml(request: StaffRequest, number: int) -> HttpResponse:
    """A version as a YAML file."""
    found = version_or_404(number)
    text = as_yaml(procedure_from(found.document, found.digest))
    return yaml_file(text, _("prosedur-versi-%(number)d.yaml") % {"number": number})


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def go_back(request: StaffRequest, number: int) -> HttpResponse:
    """Puts what an earlier version says in force again."""
    found = version_or_404(number)
    if found.state == IN_FORCE:
        raise Http404("It is in force.")
    rules = rules_in_force()
    checked = proved_again(procedure_from(found.document, found.digest))
    data = request.POST if request.method == "POST" else None
    form = SignForm(data, warned=checked.problems, current=rules.procedure_id)
    status = status_of(form)
    if data is not None and (form.is_valid() or form.followed != form.current):
        try:
            new = roll_back(number, actor=request.person, signed=form.signed, follows=form.followed)
        except ProcedureError as error:
            rules = rules_in_force()
            checked = proved_again(procedure_from(found.document, found.digest))
            again = data.copy()
            again["follows"] = str(rules.procedure_id)
            form = SignForm(again, warned=checked.problems, current=rules.procedure_id)
            refuse(form, error)
            status = STATUS.get(error.code, 422)
        else:
            words = _("Versi %(number)d berlaku mulai sekarang untuk aduan yang baru.")
            messages.success(request, words % {"number": new.number})
            return redirect("portal:procedures")
    context = {
        "version": found,
        "form": form,
        "proof": proof_of(checked, ""),
        "rows": difference_rows(rules.procedure, checked.procedure) if checked.procedure else [],
    }
    return page(request, "procedure/go_back", context, status=status)


def version_or_404(number: int) -> ProcedureVersion:
    """A version of this office by its number."""
    return get_object_or_404(ProcedureVersion, number=number)


def yaml_file(text: str, name: str) -> HttpResponse:
    """Text as a file to keep."""
    return HttpResponse(
        text,
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _moves() -> list[dict[str, Any]]:
    """The last moves of complaints, with how many are still to come."""
    latest = ProcedureMove.objects.select_related("source", "target").order_by("-created_at")[:10]
    return [
        {"move": move, "left": queries.left_to_move(move) if move.finished_at is None else 0}
        for move in latest.defer("source__document", "target__document")
    ]
