"""One step on a complaint in the portal."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from tenants.portal import case as cases
from tenants.portal.door import StaffRequest, staff
from tenants.portal.pages import page
from tenants.portal.steps import draft_of, step


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def action(request: StaffRequest, uid: UUID, line: str, action: str) -> HttpResponse:
    """The page of one step, and the step itself."""
    return step(request, cases.opened(request, uid), line, action, render=partial(page, request))


@require_POST
@staff
def live_preview(request: StaffRequest, uid: UUID, line: str, action: str) -> HttpResponse:
    """The message to the reporter with what is written so far, for the page's script. Stores nothing.

    Without content (204) where the step is not this person's to take: it was taken, perhaps by this very
    page, while the script was asking.
    """
    text = draft_of(request, cases.opened(request, uid), line, action)
    if text is None:
        return HttpResponse(status=204)
    return page(request, "preview", {"text": text, "nav_counts": {}})
