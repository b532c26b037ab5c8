"""Who stands at the portal's door without being a member: somebody on a support visit, or nobody."""

from __future__ import annotations

from contextlib import ExitStack
from typing import cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from central.accounts import audit, second_factor
from central.accounts.middleware import ask_for_second_factor
from central.accounts.models import User
from central.coordination import support
from central.coordination.models import SupportVisit
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.errors import ServiceError
from workflows.cases import ActorKind

from .door import StaffRequest
from .pages import refusal_page
from .visiting import READS, Visitor, may_look

HOME = "portal:inbox"


class VisitRefused(ServiceError):
    """A visitor asked for something else than to look at the set-up. Codes: `visit_only_looks`,
    `visit_not_here`.
    """


def let_in(request: HttpRequest) -> HttpResponseBase | None:
    """Lets somebody in whose visit runs now, to look at one page of `visiting.PAGES`; all others get an
    answer that says why not.

    The office is left first, so that the look is stored whatever becomes of the page, and entered again to
    read alone: PostgreSQL refuses every change while a visitor's page is made.
    """
    asked = cast("StaffRequest", request)
    target, user = asked.office, cast("User", asked.user)
    stack: ExitStack = asked.office_stack  # type: ignore[attr-defined]  # set by `EnterOffice`
    stack.close()
    now = timezone.now()
    visit = support.running_visit(target.pk, user.pk, now)
    if visit is None:
        return redirect("account_not_at_home")
    if not second_factor.was_shown(request):
        return ask_for_second_factor(request, user)
    refused = _refusal(request)
    if refused is None:
        support.note_look(visit, _name(request), request.path_info, now)
    elif _name(request) == HOME and request.method in READS:
        return redirect("portal:settings")
    else:
        audit.line("support-visit-refused", request, user=user.pk, visit=visit.pk, page=_name(request))
    stack.enter_context(inside(target, read_only=True))
    asked.person = _visitor(visit, user)
    return _answer(asked, target, refused) if refused is not None else None


def _refusal(request: HttpRequest) -> VisitRefused | None:
    if may_look(request):
        return None
    if request.method not in READS:
        return VisitRefused(
            "visit_only_looks", _("Anda masuk untuk melihat; perubahan dilakukan admin instansi.")
        )
    return VisitRefused(
        "visit_not_here",
        _(
            "Halaman ini tidak terbuka bagi kunjungan dukungan. Yang dapat dilihat hanya pengaturan "
            "instansi, bukan aduan, berkas, register, atau data orang."
        ),
    )


def _answer(request: StaffRequest, target: Office, refused: VisitRefused) -> HttpResponseBase:
    with timezone.override(ZoneInfo(target.timezone)):
        return refusal_page(request, refused)


def _visitor(visit: SupportVisit, user: User) -> Visitor:
    return Visitor(ActorKind.GOVERNMENT, name=visit.user_name, user_id=user.pk, visit=visit)


def _name(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name if match is not None else ""
