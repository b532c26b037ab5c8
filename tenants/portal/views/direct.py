"""Handing a complaint straight to another office, where the government allows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from central.coordination.ledger import Around
from central.offices.access import give_up
from tenants.complaints.errors import REFUSALS, ComplaintConflict, ComplaintError
from tenants.complaints.services.direct import Way, around_of, hand_over_directly, way_of
from tenants.errors import ServiceError
from tenants.portal import case as cases
from tenants.portal.case import Opened
from tenants.portal.door import StaffRequest, staff
from tenants.portal.forms.actions import StepForm
from tenants.portal.pages import STATUS, page, refuse
from tenants.portal.steps import key_of, version_of
from tenants.procedure.targets import offices_named
from workflows.cases import MAIN
from workflows.decision import Refusal
from workflows.own import HAND_OVER, HAND_UP, own_action


def around(case: Opened, more: Iterable[str]) -> Around | None:
    """What is to be known of other offices for the complaint's page: of those that the office's rules name,
    where it may be handed straight on, and of those with `more` codes. None where that is nothing.
    """
    mine = case.offer(MAIN, HAND_UP) is not None and offices_named(case.rules.settings)
    return around_of(case.office, case.complaint, case.rules, more) if mine or more else None


def direct(case: Opened, around: Around | None) -> dict[str, Any] | None:
    """What the complaint's page says about handing it straight on: the way, or that the desk alone decides.
    None where neither is this person's.
    """
    if around is None or case.offer(MAIN, HAND_UP) is None:
        return None
    way = way_of(case.office, case.complaint, case.rules, around)
    if way.refused is None and way.to is not None:
        return {"url": reverse("portal:hand_over", args=[case.complaint.slug]), "office": way.to.name}
    if way.refused is not None and way.refused.code == "desk_decides":
        return {"note": way.refused.message}
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def hand_over(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Asks for the reason, and hands the complaint to the office that the routing rules name. Sending the
    same page again delivers once.
    """
    case = cases.opened(request, uid)
    posted = request.method == "POST"
    if not posted and case.offer(MAIN, HAND_UP) is None:
        raise ComplaintError(Refusal.WRONG_STAGE.value, REFUSALS[Refusal.WRONG_STAGE])
    way = way_of(case.office, case.complaint, case.rules)
    if not posted and way.refused is not None:
        raise way.refused
    form = StepForm(
        own_action(case.rules.procedure, HAND_OVER).offer,
        get_language() or "id",
        request.POST if posted else None,
        choices={},
        owner=f"{case.office.pk}:{request.user.pk}",
    )
    if not posted:
        return _page(request, case, way, form)
    if not form.is_valid():
        return _page(request, case, way, form, status=422)
    given = form.inputs()
    try:
        done = hand_over_directly(
            uid,
            actor=request.person,
            reason=given["reason"],
            consent=given.get("consent"),
            key=key_of(request),
            expected_version=version_of(request),
        )
    except ComplaintConflict as conflict:
        give_up()
        return _page(request, case, way, form, status=409, conflict=conflict)
    except ServiceError as error:
        refuse(form, error)
        return _page(request, case, way, form, status=STATUS.get(error.code, 422))
    messages.success(
        request,
        _("Aduan diserahkan langsung ke %(name)s dengan nomor %(number)s. Pelapor dikabari.")
        % {"name": done.to.name, "number": done.number},
    )
    return redirect(case.addresses.case(case.complaint))


def _page(
    request: StaffRequest,
    case: Opened,
    way: Way,
    form: StepForm,
    *,
    status: int = 200,
    conflict: ComplaintConflict | None = None,
) -> HttpResponse:
    complaint = case.complaint
    context = {
        "complaint": complaint,
        "case_url": case.addresses.case(complaint),
        "to": way.to.name if way.to else "",
        "form": form,
        "key": key_of(request),
        "version": conflict.current_version if conflict else complaint.version,
        "conflict": conflict,
    }
    return page(request, "hand_over", context, status=status)
