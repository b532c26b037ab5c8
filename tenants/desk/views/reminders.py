"""One complaint as the index knows it, with the desk's reminders and calls to the office that has it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from central.accounts import audit
from central.coordination.models import CaseIndex, DeskCall, Reminder
from tenants.complaints import words
from tenants.complaints.errors import not_found
from tenants.complaints.services import reminders as at_the_office
from tenants.desk import reminders
from tenants.desk.door import DeskRequest, desk
from tenants.desk.pages import page
from tenants.desk.queries import watch
from tenants.desk.reminder_forms import DeskCallForm, ReminderForm
from tenants.errors import ServiceError
from tenants.portal.pages import STATUS, refuse, status_of
from workflows import reminding
from workflows.procedure import Procedure

SHOWN = 50
"""So many reminders and calls of one complaint are shown, the newest."""


@require_safe
@desk
def watched(request: DeskRequest, code: str, uid: UUID) -> HttpResponse:
    """Where the complaint stands by the index, and what the desk has done. Nothing of its content."""
    case = _case(request, code, uid)
    procedure = _procedure(request, case)
    context = {
        "case": case,
        "office": case.office,
        "code": code,
        "stage": words.stage_words(procedure, case.stage) if procedure is not None else case.stage,
        "status_words": words.status_words(case.status),
        "age": (timezone.now() - case.received_at).days,
        "may_remind": case.closed_at is None and _may(request, procedure),
        "openable": bool(watch.openable(request.government, request.person, [uid])),
        "reminders": Reminder.objects.filter(uid=uid, government=request.government).order_by("-id")[:SHOWN],
        "calls": DeskCall.objects.filter(uid=uid, government=request.government).order_by("-id")[:SHOWN],
        "scheduled": Reminder.State.SCHEDULED,
    }
    return page(request, "watched", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def remind(request: DeskRequest, code: str, uid: UUID) -> HttpResponse:
    """Reminds the office now, or sets a time for it."""
    case = _case(request, code, uid)
    if not _may(request, _procedure(request, case)):
        raise at_the_office.not_allowed()
    form, status = ReminderForm(request.POST if request.method == "POST" else None), 0
    if request.method == "POST" and form.is_valid():
        try:
            made = reminders.remind_office(case, person=request.person, **form.cleaned_data)
        except ServiceError as error:
            refuse(form, error)
            status = STATUS.get(error.code, 0)
        else:
            audit.line("office-reminded", request, by=request.person.id, office=code, reminder=made.pk)
            text = _("Pengingat untuk %(name)s dijadwalkan.") if made.ring_at else _("%(name)s diingatkan.")
            messages.success(request, text % {"name": case.office.name})
            return redirect("desk:watched", code, uid)
    return page(request, "remind", _around(case, code, form), status=status or status_of(form))


@require_POST
@desk
def cancel(request: DeskRequest, code: str, uid: UUID, pk: int) -> HttpResponse:
    """Takes back a reminder that was set for later."""
    case = _case(request, code, uid)
    reminders.cancel_reminder(case, pk, person=request.person)
    audit.line("reminder-cancelled", request, by=request.person.id, office=code, reminder=pk)
    messages.success(request, _("Pengingat dibatalkan."))
    return redirect("desk:watched", code, uid)


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def call(request: DeskRequest, code: str, uid: UUID) -> HttpResponse:
    """Notes a call to the office."""
    case = _case(request, code, uid)
    form = DeskCallForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reminders.note_call(case, person=request.person, **form.cleaned_data)
        messages.success(request, _("Telepon dicatat."))
        return redirect("desk:watched", code, uid)
    return page(request, "call", _around(case, code, form), status=status_of(form))


def _procedure(request: DeskRequest, case: CaseIndex) -> Procedure | None:
    """What is in force at the office; the complaint's own decides when it is reminded of."""
    return watch.procedures(request.government, [case.office]).get(case.office.procedure_digest)


def _may(request: DeskRequest, procedure: Procedure | None) -> bool:
    return procedure is not None and reminding.may_remind(procedure, request.person)


def _around(case: CaseIndex, code: str, form: Any) -> dict[str, Any]:
    return {"case": case, "office": case.office, "code": code, "form": form}


def _case(request: DeskRequest, code: str, uid: UUID) -> CaseIndex:
    found = reminders.case_at(request.government, code, uid)
    if found is None:
        raise not_found()
    return found
