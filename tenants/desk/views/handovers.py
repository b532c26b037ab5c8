"""Where a complaint goes that an office has handed up."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from central.accounts import audit
from central.coordination.models import GovernmentWork, Handover
from tenants.complaints.errors import not_found
from tenants.complaints.services.handover import deliver, demand_target
from tenants.complaints.words import said
from tenants.desk import queries
from tenants.desk.door import DeskRequest, desk
from tenants.desk.forms import HandOverForm
from tenants.desk.pages import page
from tenants.errors import ServiceError
from tenants.portal.pages import STATUS, refuse, status_of
from tenants.portal.steps import key_of
from workflows.texts import default_texts, fill


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def hand_over(request: DeskRequest, code: str, uid: UUID) -> HttpResponse:
    """Chooses the office, and has the complaint delivered to it. Sending the same page again delivers once.

    Nothing of the complaint's content is read here.
    """
    handover = _waiting(request, code, uid)
    offices = queries.other_offices(request.government, handover.from_office)
    posted = request.method == "POST"
    form, status = HandOverForm(request.POST if posted else None, offices=offices), 0
    key = key_of(request)
    if posted and form.is_valid():
        try:
            done = deliver(
                handover.pk,
                form.cleaned_data["office"],
                government=request.government,
                actor=request.person,
                key=key,
                message=form.cleaned_data["message"],
            )
        except ServiceError as error:
            refuse(form, error)
            status = STATUS.get(error.code, 400)
        else:
            audit.line("handed-over", request, by=request.person.id, office=done.to.code)
            messages.success(
                request,
                _("Aduan dialihkan ke %(name)s dengan nomor %(number)s. Pelapor dikabari.")
                % {"name": done.to.name, "number": done.number},
            )
            return redirect("desk:queue")
    elif posted and form["office"].value():
        _say_why(form, handover)
    context = {"form": form, "handover": handover, "key": key, "code": code, "any": bool(offices)}
    context["read"] = _read_by_reporter(handover)
    return page(request, "hand_over", context, status=status or status_of(form))


def _read_by_reporter(handover: Handover) -> list[str]:
    """The lines that the move leaves on the reporter's tracking page, in the platform's words."""
    values = {"office": handover.from_office.name}
    there = {"office": _("(instansi yang Anda pilih)"), "number": _("(nomor barunya)")}
    lines = (("desk_assigned", values), ("handed_over", there))
    return [fill(said(default_texts()[key].line), told) for key, told in lines]


def _say_why(form: HandOverForm, handover: Handover) -> None:
    """In the place of “not one of the choices”: what is the matter with the office that was chosen."""
    try:
        demand_target(handover, form["office"].value())
    except ServiceError as error:
        form.errors.pop("office", None)
        form.add_error(None, str(error))


def _waiting(request: DeskRequest, code: str, uid: UUID) -> Handover:
    """The ledger's row of a complaint that this person may decide on. One that has been decided is found for
    whoever sends the page again.
    """
    work = queries.work_on(request.government, request.person, code, uid)
    mine = any(row.kind == GovernmentWork.Kind.HANDED_UP for row in work)
    rows = Handover.objects.filter(government=request.government, from_office__code=code, uid=uid)
    found = rows.select_related("from_office", "government").order_by("-opened_at", "-id").first()
    if found is None or not (mine or found.decided_by_id == request.person.id):
        raise not_found()
    return found
