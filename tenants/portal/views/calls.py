"""Calls to make where a reporter left only a telephone number, and the log of attempts."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tenants.complaints.contacts import shown_phone
from tenants.complaints.models import CallLog, CallTask, Complaint, Reporter
from tenants.complaints.queries import may_read_reporter
from tenants.complaints.services import record_call
from tenants.errors import ServiceError
from tenants.portal.door import StaffRequest, note_look, staff
from tenants.portal.forms.fields import text_area
from tenants.portal.pages import page, refuse, status_of
from tenants.portal.paging import Order, paged
from tenants.portal.preview import tracking_address

OPEN_ORDER = Order("opened_at")
DONE_ORDER = Order("done_at", newest_first=True)


class CallForm(forms.Form):
    """What came of one attempt to call."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Hasil telepon"), choices=CallLog.Outcome.choices, widget=forms.RadioSelect
    )
    note = text_area(1000, label=gettext_lazy("Catatan"), required=False, rows=3)


@require_safe
@staff
def calls(request: StaffRequest) -> HttpResponse:
    """Calls that wait, the oldest first; with `selesai=1` those that were made."""
    done = request.GET.get("selesai") == "1"
    tasks = CallTask.objects.select_related("complaint", "message").prefetch_related("calls__member")
    found = tasks.exclude(done_at=None) if done else tasks.filter(done_at=None)
    shown = paged(found, DONE_ORDER if done else OPEN_ORDER, request.GET)
    rows = [
        {"task": task, "calls": sorted(task.calls.all(), key=lambda call: call.at)} for task in shown.rows
    ]
    tabs = [
        {"url": request.path, "label": _("Perlu ditelepon"), "count": None, "current": not done},
        {"url": f"{request.path}?selesai=1", "label": _("Sudah ditelepon"), "count": None, "current": done},
    ]
    links = shown.links(request.path, dict(request.GET.lists()))
    return page(request, "calls", {"rows": rows, "done": done, "tabs": tabs, **links})


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def call(request: StaffRequest, pk: int) -> HttpResponse:
    """One call: whom, what to say, what was tried; notes an attempt."""
    task = get_object_or_404(CallTask.objects.select_related("complaint__reporter", "message"), pk=pk)
    complaint = task.complaint
    shows = may_read_reporter(complaint, request.person)
    if request.method == "POST" and not shows:
        raise ServiceError("not_allowed", _("Telepon ini hanya untuk petugas yang menangani aduannya."))
    form = CallForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            record_call(task.pk, actor=request.person, **form.cleaned_data)
        except ServiceError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Hasil telepon dicatat."))
            return redirect("portal:calls")
    reporter: Reporter | None = getattr(complaint, "reporter", None) if shows else None
    if reporter is not None and complaint.visibility == Complaint.Visibility.CONFIDENTIAL:
        note_look(request, complaint.number, "call")
    # What is to be said names the reporter and opens their page.
    body = (
        task.message.body.replace("{url}", tracking_address(request.get_host(), complaint)) if shows else ""
    )
    return page(
        request,
        "call",
        {
            "task": task,
            "complaint": complaint,
            "reporter": reporter,
            "shows": shows,
            "phone": shown_phone(task.message.recipient) if shows else "",
            "phone_link": task.message.recipient if shows else "",
            "message_body": body,
            "calls": task.calls.select_related("member").order_by("at"),
            "form": form,
        },
        status=status_of(form),
    )
