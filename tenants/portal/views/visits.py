"""Support visits as the office sees them: who of the desk looked at what, and when; ending one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from central.accounts import audit
from central.coordination import support
from central.coordination.models import SupportVisit
from central.offices.access import public
from central.offices.middleware import public_side
from tenants.portal.door import StaffRequest, admins
from tenants.portal.pages import page
from tenants.portal.paging import Order, paged
from tenants.portal.rows import page_words
from tenants.portal.visiting import PAGES

NEWEST = Order("begun_at", newest_first=True)
LAST_LOOK_FIRST = Order("at", newest_first=True)


@require_safe
@admins
def visits(request: StaffRequest) -> HttpResponse:
    """All visits to this office, the newest first."""
    now = timezone.now()
    with public():
        shown = paged(support.visits_of(request.office), NEWEST, request.GET)
    rows = [{"visit": found, "standing": support.standing(found, now)} for found in shown.rows]
    links = shown.links(request.path, dict(request.GET.lists()))
    return page(request, "settings/visits", {"rows": rows, "shown": page_words(len(rows)), **links})


@require_safe
@admins
def visit(request: StaffRequest, pk: int) -> HttpResponse:
    """One visit: why, until when, and every page that was opened."""
    with public():
        found = _visit(request, pk)
        shown = paged(support.looks_of(found), LAST_LOOK_FIRST, request.GET)
    context = {
        "found": found,
        "standing": support.standing(found, timezone.now()),
        "rows": [{"look": look, "page": PAGES.get(look.page, look.page)} for look in shown.rows],
        "shown": page_words(len(shown.rows)),
        **shown.links(request.path, dict(request.GET.lists())),
    }
    return page(request, "settings/visit", context)


@require_POST
@admins
def end(request: StaffRequest, pk: int) -> HttpResponse:
    """Ends a visit from now on."""
    found = _visit(request, pk)
    if support.end_visit(found, request.person.name, timezone.now()):
        audit.line("support-visit-ended", request, member=request.person.id, visit=pk)
        messages.success(request, _("Kunjungan %(name)s diakhiri.") % {"name": found.user_name})
    else:
        messages.info(request, _("Kunjungan ini sudah berakhir."))
    return redirect("portal:visit", pk)


@public_side
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """The visitor ends the visit. No office is entered, so that it works whatever else is shut to them."""
    user, office = request.user, getattr(request, "office", None)
    assert user.is_authenticated
    assert office is not None
    now = timezone.now()
    found = support.running(now).filter(office_id=office.pk, user_id=user.pk)
    for visit_ in found:
        support.end_visit(visit_, visit_.user_name, now)
        audit.line("support-visit-ended", request, user=user.pk, visit=visit_.pk)
        messages.success(request, _("Kunjungan dukungan diakhiri."))
    return redirect("account_not_at_home")


def _visit(request: StaffRequest, pk: int) -> SupportVisit:
    with public():
        found = support.visits_of(request.office).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
