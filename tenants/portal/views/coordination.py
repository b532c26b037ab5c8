"""Questions that other offices or colleagues put: a list, and the page on which one is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tenants.complaints.models import Coordination
from tenants.complaints.queries.coordination import mine, question_for
from tenants.complaints.services.answering import answer, decline
from tenants.errors import ServiceError
from tenants.portal.asked import TONES
from tenants.portal.door import StaffRequest, staff
from tenants.portal.forms.coordination import AnswerForm, DeclineForm
from tenants.portal.pages import STATUS, page, refuse, status_of
from tenants.portal.paging import Order, paged

OPEN_ORDER = Order("due_at")
DONE_ORDER = Order("ended_at", newest_first=True)


@require_safe
@staff
def questions(request: StaffRequest) -> HttpResponse:
    """Questions that wait for this person's answer, the soonest first; with `selesai=1` the others."""
    done = request.GET.get("selesai") == "1"
    rows = mine(request.person)
    waiting = Coordination.State.OPEN
    found = rows.exclude(state=waiting) if done else rows.filter(state=waiting)
    shown = paged(found, DONE_ORDER if done else OPEN_ORDER, request.GET)
    tabs = [
        {"url": request.path, "label": _("Perlu dijawab"), "count": None, "current": not done},
        {"url": f"{request.path}?selesai=1", "label": _("Sudah selesai"), "count": None, "current": done},
    ]
    links = shown.links(request.path, dict(request.GET.lists()))
    return page(request, "questions", {"rows": shown.rows, "done": done, "tabs": tabs, **links})


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def question(request: StaffRequest, uid: UUID) -> HttpResponse:
    """One question with its limit, and its answer."""
    form = AnswerForm(request.POST if request.method == "POST" else None)
    return _page(request, uid, form, "question", answer, "answer", _("Jawaban Anda sudah dikirim."))


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def decline_question(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Says why a question cannot be answered here."""
    form = DeclineForm(request.POST if request.method == "POST" else None)
    done = _("Penanya diberi tahu bahwa pertanyaan ini tidak dapat dijawab.")
    return _page(request, uid, form, "question_decline", decline, "reason", done)


def _page(
    request: StaffRequest,
    uid: UUID,
    form: forms.Form,
    template: str,
    command: Callable[..., Coordination],
    field: str,
    done: str,
) -> HttpResponse:
    status = status_of(form)
    if request.method == "POST" and form.is_valid():
        try:
            command(uid, form.cleaned_data[field], actor=request.person)
        except ServiceError as error:
            if error.code == "not_found":
                raise
            refuse(form, error)
            status = STATUS.get(error.code, 422)
        else:
            messages.success(request, done)
            return redirect("portal:inquiries")
    row = question_for(uid, request.person)
    context: dict[str, Any] = {
        "row": row,
        "form": form,
        "rows": _rows(row),
        "tone": TONES.get(row.state, "quiet"),
    }
    return page(request, template, context, status=status)


def _rows(row: Coordination) -> list[dict[str, str]]:
    """The facts of a question."""
    asker = ", ".join(part for part in (row.asked_by_name, row.asked_by_title) if part)
    known = [
        {"key": _("Dari"), "value": row.office_name if row.direction == row.Direction.RECEIVED else ""},
        {"key": _("Ditanyakan oleh"), "value": asker},
        {"key": _("Nomor aduan di sana"), "value": row.number}
        if row.direction == row.Direction.RECEIVED
        else {"key": _("Nomor aduan"), "value": row.number},
    ]
    return [fact for fact in known if fact["value"]]
