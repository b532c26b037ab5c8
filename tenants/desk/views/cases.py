"""A complaint at the desk: its page, its files, and the steps that are the desk's own."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from central.coordination.models import GovernmentWork
from central.offices.access import public
from tenants.complaints import words
from tenants.complaints.errors import not_found
from tenants.complaints.queries import history
from tenants.desk import queries, services
from tenants.desk.cases import DeskCase, opened
from tenants.desk.door import DeskRequest, desk
from tenants.desk.pages import page, portal_page
from tenants.desk.queries.names import REASON
from tenants.portal.case import page_values
from tenants.portal.steps import draft_of, step, typed_texts
from tenants.portal.story import Teller
from tenants.portal.views.complaint import file_answer
from workflows.own import HAND_UP


@require_safe
@desk
def case(request: DeskRequest, code: str, uid: UUID) -> HttpResponse:
    """Story, evidence, history, and exactly the steps that are this person's now."""
    with opened(request, code, uid, to_read=True) as found:
        values = page_values(found.opened, Teller(found.opened))
        own = {
            "office": found.opened.office,
            "desk_work": _desk_work(found),
            "handed_up": _handed_up(found),
            "hand_over_url": _hand_over_url(request, found),
            "follow_up": found.follow_up,
            "follow_up_url": reverse("desk:follow_up", args=[code, uid]),
            "queue_url": reverse("desk:queue"),
            "halted": found.halted,
        }
        return page(request, "case", {**values, **own})


@require_safe
@desk
def file(request: DeskRequest, code: str, uid: UUID, file_uid: UUID) -> HttpResponse:
    """A file of the complaint; with `kecil=1` a small copy of a picture, as the page shows it."""
    small = request.GET.get("kecil") == "1"
    with opened(request, code, uid, purpose=services.FILE, again=not small, to_read=True) as found:
        return file_answer(request, found.opened.complaint, found.opened.person, file_uid)


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def action(request: DeskRequest, code: str, uid: UUID, line: str, action: str) -> HttpResponse:
    """The page of one step, and the step itself. Afterwards back to the complaint while there is more to
    do.
    """
    if request.method == "POST" and not queries.work_on(request.government, request.person, code, uid):
        return _overtaken(request, code, uid, line)
    with opened(request, code, uid, again=request.method != "POST") as found:

        def after() -> str:
            with public():
                more = queries.work_on(request.government, request.person, code, uid)
            return found.opened.addresses.case(found.opened.complaint) if more else reverse("desk:queue")

        return step(request, found.opened, line, action, render=partial(portal_page, request), after=after)


@require_POST
@desk
def live_preview(request: DeskRequest, code: str, uid: UUID, line: str, action: str) -> HttpResponse:
    """The message to the reporter with what is written so far, for the page's script. Stores nothing.

    Without content (204) where the step was this desk's and is no longer: it was taken while the script was
    asking. Nothing of the complaint is read for that.
    """
    if not queries.work_on(request.government, request.person, code, uid) and queries.done_before(
        request.government, request.person, code, uid, line
    ):
        return HttpResponse(status=204)
    with opened(request, code, uid, again=False) as found:
        text = draft_of(request, found.opened, line, action)
        if text is None:
            return HttpResponse(status=204)
        return portal_page(request, "preview", {"text": text, "nav_counts": {}})


def _overtaken(request: DeskRequest, code: str, uid: UUID, line: str) -> HttpResponse:
    """Somebody else took the step while this person was writing: says so and gives back what was typed.

    Nothing of the complaint is read: it is no longer theirs to see.
    """
    work = queries.done_before(request.government, request.person, code, uid, line)
    if work is None:
        raise not_found()
    context: dict[str, Any] = {"work": work, "typed": typed_texts(request)}
    return page(request, "overtaken", context, status=409)


def _desk_work(found: DeskCase) -> list[dict[str, Any]]:
    """The steps for which the complaint is open here, with their own limits."""
    procedure = found.opened.rules.procedure
    return [
        {"step": words.stage_words(procedure, row.stage, row.line), "due_at": row.due_at}
        for row in found.work
        if row.kind == GovernmentWork.Kind.STEP
    ]


def _hand_over_url(request: DeskRequest, found: DeskCase) -> str:
    """Where the complaint is given to another office; "" for whoever may not decide on that."""
    row = found.handed_up
    if row is None or (row.role and row.role not in request.person.roles):
        return ""
    return reverse("desk:hand_over", args=[found.opened.office.code, row.uid])


def _handed_up(found: DeskCase) -> dict[str, Any] | None:
    """Who handed it up, when and why; None for steps of the SOP."""
    if found.handed_up is None:
        return None
    entries = history(found.opened.complaint, procedure=found.opened.rules.procedure)
    entry = next((entry for entry in reversed(entries) if entry.event.action == HAND_UP), None)
    reasons = [message.body for message in entry.messages if message.field == REASON] if entry else []
    return {
        "who": entry.event.actor_name if entry else "",
        "when": found.handed_up.opened_at,
        "due_at": found.handed_up.due_at,
        "reason": "\n\n".join(reasons),
    }
