"""One step on a complaint: exactly the inputs that the engine asks for, with a preview."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from central.offices.access import give_up
from tenants.complaints.errors import REFUSALS, ComplaintConflict, ComplaintError
from tenants.complaints.models import Reporter
from tenants.complaints.queries import input_choices, prefilled
from tenants.complaints.services import act
from tenants.portal import case as cases
from tenants.portal.case import Opened
from tenants.portal.door import StaffRequest, staff
from tenants.portal.forms.actions import StepForm
from tenants.portal.forms.publication import PublicationForm
from tenants.portal.pages import page
from tenants.portal.preview import Trial, draft, preview
from tenants.portal.publishing import review
from tenants.portal.story import Teller, actor_words
from workflows.decision import Fact, Offer, Refusal

PUBLIC = (Fact.PUBLIC_TITLE, Fact.PUBLIC_COMPLAINT, Fact.PUBLIC_ANSWER)
PREVIEW = "pratinjau"
VERSION = "versi"


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def action(request: StaffRequest, uid: UUID, line: str, action: str) -> HttpResponse:
    """The page of one step. What was typed comes back after an error, a preview or somebody else's step."""
    case = cases.opened(request, uid)
    offer = case.offer(line, action)
    if offer is None:
        return _not_offered(request, case)
    form = _form(request, case, offer)
    if request.method != "POST":
        return _page(request, case, offer, form)
    if not form.is_valid():
        return _page(request, case, offer, form, status=422)
    if PREVIEW in request.POST:
        return _page(request, case, offer, form)
    try:
        act(
            uid,
            offer.action,
            actor=request.person,
            line=offer.line,
            inputs=form.inputs(),
            expected_version=_version(request),
            released=form.released() if isinstance(form, PublicationForm) else (),
        )
    except ComplaintConflict as conflict:
        give_up()
        return _page(request, case, offer, form, status=409, conflict=conflict)
    except ComplaintError as error:
        give_up()
        if error.fields:
            form.refuse(error.fields)
        else:
            form.add_error(None, str(error))
        return _page(request, case, offer, form, status=422)
    messages.success(request, _done(offer))
    return redirect("portal:complaint", uid=case.complaint.slug)


@require_POST
@staff
def live_preview(request: StaffRequest, uid: UUID, line: str, action: str) -> HttpResponse:
    """The message to the reporter with what is written so far, for the page's script. Stores nothing."""
    case = cases.opened(request, uid)
    offer = case.offer(line, action)
    if offer is None or not offer.body_input:
        return HttpResponse(status=404)
    written = request.POST.get(f"{StepForm.prefix}-{offer.body_input}", "")[:20_000]
    text = draft(_trial(request, case), offer, {offer.body_input: written})
    return page(request, "preview", {"text": text, "nav_counts": {}})


def _form(request: StaffRequest, case: Opened, offer: Offer) -> StepForm:
    publishes = any(item.sets in PUBLIC for item in offer.inputs)
    kind = PublicationForm if publishes else StepForm
    posted = request.method == "POST"
    more: dict[str, Any] = {"complaint": case.complaint} if publishes else {}
    return kind(
        offer,
        get_language() or "id",
        request.POST if posted else None,
        request.FILES if posted else None,
        choices=input_choices([offer]),
        owner=f"{request.office.pk}:{request.user.pk}",
        initial=prefilled(case.complaint, offer, case.rules),
        **more,
    )


def _page(
    request: StaffRequest,
    case: Opened,
    offer: Offer,
    form: StepForm,
    *,
    status: int = 200,
    conflict: ComplaintConflict | None = None,
) -> HttpResponse:
    language = get_language() or "id"
    shown = None
    if offer.tells_reporter or form.for_reporter:
        given = form.inputs() if form.is_bound and form.is_valid() else form.given()
        shown = preview(_trial(request, case), offer, request.person, given)
    publishes = isinstance(form, PublicationForm)
    return page(
        request,
        "publish" if publishes else "action",
        {
            "complaint": case.complaint,
            "head": cases.head_of(case),
            "offer": offer,
            "label": offer.label.get(language),
            "help": offer.help.get(language) if offer.help else "",
            "form": form,
            "version": conflict.current_version if conflict else case.complaint.version,
            "conflict": conflict,
            "preview": shown,
            "previewed": PREVIEW in request.POST,
            "reachable": case.reporter_is_reachable,
            "review": review(case, form) if isinstance(form, PublicationForm) else None,
            "reporter_rows": cases.reporter_rows(case),
            "story_rows": cases.story_rows(case),
            "story": case.complaint.description,
        },
        status=status,
    )


def _not_offered(request: StaffRequest, case: Opened) -> HttpResponse:
    """A step that does not exist here, or no longer: says so, and shows what was typed, to be kept."""
    prefix = f"{StepForm.prefix}-"
    typed = [
        text
        for name in request.POST
        if name.startswith(prefix)
        for text in request.POST.getlist(name)
        if len(text) > 20 and not name.endswith("-ada")
    ]
    last = Teller(case).entries[-1]
    return page(
        request,
        "not_offered",
        {
            "complaint": case.complaint,
            "text": REFUSALS[Refusal.WRONG_STAGE],
            "last": {"who": actor_words(last), "what": last.what, "when": last.event.at},
            "typed": typed,
            "steps": cases.acts(case)[0],
        },
        status=409 if request.method == "POST" else 404,
    )


def _trial(request: StaffRequest, case: Opened) -> Trial:
    reporter: Reporter | None = getattr(case.complaint, "reporter", None)
    if reporter is not None and case.reporter is None:
        # The preview must not tell a name that the page keeps back.
        reporter = Reporter(email=reporter.email, phone=reporter.phone, language=reporter.language)
    return Trial(request.office, case.rules, case.case, case.complaint, reporter, request.get_host())


def _version(request: StaffRequest) -> int:
    """The version that the page was made for; one that cannot be read fits none."""
    text = request.POST.get(VERSION, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _done(offer: Offer) -> str:
    name = offer.label.get(get_language() or "id")
    return _("Langkah “%(name)s” sudah dicatat.") % {"name": name}
