"""What every page of the portal needs beside its own content: the menu's counts, one place that renders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render

from central.offices.access import give_up
from tenants.errors import ServiceError
from tenants.organization.queries import Person, may_assign_some
from tenants.procedure.queries import NoProcedure, Rules, current_rules, procedure_in_force
from workflows.intake import may_record
from workflows.procedure import Procedure

from . import queries
from .visiting import Visitor

if TYPE_CHECKING:
    from .door import StaffRequest

STATUS = {
    "not_found": 404,
    "conflict": 409,
    "not_allowed": 403,
    "not_admin": 403,
    "not_assigner": 403,
    "wrong_stage": 409,
    "too_late": 409,
    "stale": 409,
    "desk_decides": 409,
    "no_route": 409,
    "not_direct": 403,
    "visit_only_looks": 403,
    "visit_not_here": 403,
}
TOO_LARGE = 413


def page(
    request: StaffRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Renders a page of the portal (`portal/<template>.html`) with the menu around it; for who visits, with
    the visit's banner and with nothing that can be filled in or sent.
    """
    person = request.person
    around = {
        "person": person,
        "user_label": person.name,
    }
    values = {**around, **(context or {})}
    if isinstance(person, Visitor):
        values["visit"] = person.visit
        return render(request, f"portal/{template}.html", values, status=status)
    if "nav_hidden" not in values:
        values["nav_hidden"] = hidden_for(person, _procedure())
    if "nav_counts" not in values:
        values["nav_counts"] = queries.menu_counts(person)
    return render(request, f"portal/{template}.html", values, status=status)


def hidden_for(person: Person, procedure: Procedure | None) -> tuple[str, ...]:
    """Entries of the menu that are not for this person."""
    assigns = person.is_admin or may_assign_some(person, procedure.roles if procedure else ())
    hidden = () if assigns else ("settings",)
    records = procedure is not None and may_record(procedure, person)
    return hidden if records else ("intake", *hidden)


def procedure_now(rules: Rules) -> Procedure | None:
    """The procedure in force, for whoever has a complaint's rules."""
    try:
        return current_rules(rules).procedure
    except NoProcedure:
        return None


def _procedure() -> Procedure | None:
    try:
        return procedure_in_force()
    except NoProcedure:
        return None


def refusal_page(request: StaffRequest, error: ServiceError) -> HttpResponse:
    """The page that says why something was refused and what to do."""
    return page(request, "refused", {"error": error}, status=STATUS.get(error.code, 400))


def refuse(form: Form, error: Exception) -> None:
    """Puts a service's refusal on the form, beside the inputs it speaks of; nothing is stored."""
    give_up()
    beside = [(name, text) for name, text in getattr(error, "fields", {}).items() if name in form.fields]
    for name, text in beside:
        form.add_error(name, text)
    if not beside:
        form.add_error(None, str(error))


def status_of(form: Form) -> int:
    """422 for a form that comes back with errors."""
    return 422 if form.errors else 200
