"""The page of one step, for whoever takes it: exactly the inputs that the engine asks for, with a preview.

The office's portal and the government's desk both use it; they differ in how a page is drawn (`Render`) and
in where it leads afterwards. Everything is called inside the office.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from central.accounts import typed
from central.offices.access import give_up
from tenants.complaints.errors import REFUSALS, ComplaintConflict, ComplaintError
from tenants.complaints.models import Reporter
from tenants.complaints.queries import input_choices, prefilled
from tenants.complaints.queries.coordination import questions_of
from tenants.complaints.services import act
from tenants.complaints.services.asking import shared
from tenants.complaints.services.publication import suggest
from tenants.complaints.services.referral import NOWHERE, directory_of
from tenants.organization.queries import present_members
from tenants.procedure.targets import other_offices
from workflows.cases import ActorKind
from workflows.coordination import COORDINATE, END_COORDINATION, NUMBER
from workflows.decision import Offer, PublicationEffect, Refusal
from workflows.own import REFER

from . import case as cases
from .asked import asked_name
from .case import Opened
from .forms.actions import StepForm
from .forms.coordination import CoordinationForm, EndCoordinationForm
from .forms.publication import PUBLIC, PublicationForm
from .forms.referral import ReferForm
from .preview import Trial, draft, preview
from .publishing import public_place, review
from .story import Teller, actor_words

PICTURES = "foto"
PREVIEW = "pratinjau"
VERSION = "versi"
KEY = "kunci"
QUESTION = "koordinasi"


class Render(Protocol):
    """Draws one of the portal's templates with what is around it on this host."""

    def __call__(self, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse: ...


def step(
    request: HttpRequest,
    case: Opened,
    line: str,
    action: str,
    *,
    render: Render,
    after: Callable[[], str] | None = None,
) -> HttpResponse:
    """Shows a step and takes it. What was typed comes back after an error, a preview or somebody else's step.

    `after`: the address that follows a step that was taken; None: the complaint's page.
    """
    offer = case.offer(line, action)
    if offer is None:
        return _not_offered(request, case, line, action, render)
    form = _form(request, case, offer)
    shown = _Page(request, case, offer, form, render)
    if request.method != "POST":
        return shown()
    if not form.is_valid():
        return shown(status=422)
    if PREVIEW in request.POST:
        return shown()
    try:
        act(
            case.complaint.uid,
            offer.action,
            actor=case.person,
            line=offer.line,
            inputs=form.inputs(),
            expected_version=version_of(request),
            released=form.released() if isinstance(form, PublicationForm) else (),
            public_place=form.place() if isinstance(form, PublicationForm) else None,
            referral=form.referral() if isinstance(form, ReferForm) else NOWHERE,
            key=key_of(request) if offer.action == COORDINATE else None,
        )
    except ComplaintConflict as conflict:
        give_up()
        return shown(status=409, conflict=conflict)
    except ComplaintError as error:
        give_up()
        if error.fields:
            form.refuse(error.fields)
        else:
            form.add_error(None, str(error))
        return shown(status=422)
    messages.success(request, _done(offer))
    return redirect(after() if after is not None else case.addresses.case(case.complaint))


def draft_of(request: HttpRequest, case: Opened, line: str, action: str) -> str | None:
    """The message to the reporter with what is written so far; None where the step sends none."""
    offer = case.offer(line, action)
    if offer is None or not offer.body_input:
        return None
    written = request.POST.get(f"{StepForm.prefix}-{offer.body_input}", "")[:20_000]
    return draft(_trial(case), offer, {offer.body_input: written})


def typed_texts(request: HttpRequest) -> list[str]:
    """What was typed into a step's form that cannot be shown any more, to be given back and kept."""
    return typed.typed_texts(request.POST, f"{StepForm.prefix}-")


def _form(request: HttpRequest, case: Opened, offer: Offer) -> StepForm:
    publishes = offer.publication is PublicationEffect.RELEASE or any(
        item.sets in PUBLIC for item in offer.inputs
    )
    kind: type[StepForm] = PublicationForm if publishes else StepForm
    posted = request.method == "POST"
    more: dict[str, Any] = {}
    if offer.action == REFER:
        kind = ReferForm
        by_desk = case.person.kind is ActorKind.GOVERNMENT
        more = {"directory": directory_of(case.office), "follows_up": by_desk}
    if offer.action == COORDINATE:
        kind = CoordinationForm
        people = [one for one in present_members() if one.pk != case.person.id]
        more = {"offices": other_offices(), "people": people}
    elif offer.action == END_COORDINATION:
        kind = EndCoordinationForm
        more = {"named": {f"k{row.seq}": asked_name(row) for row in questions_of(case.complaint)}}
    proposal = suggest(case.complaint, case.rules.settings) if publishes else None
    if proposal is not None:
        more = {"proposal": proposal, "place": public_place(case, proposal)}
    return kind(
        offer,
        get_language() or "id",
        request.POST if posted else None,
        request.FILES if posted else None,
        choices=input_choices([offer]),
        owner=f"{case.office.pk}:{request.user.pk}",
        initial={
            **_named_in(request, offer),
            **prefilled(case.complaint, offer, case.rules, proposal=proposal),
        },
        **more,
    )


def _named_in(request: HttpRequest, offer: Offer) -> dict[str, str]:
    """The question that the address names, of those that may be taken back."""
    named = request.GET.get(QUESTION, "")
    return {NUMBER: f"k{named}"} if offer.action == END_COORDINATION and named.isdecimal() else {}


class _Page:
    """The step's page, drawn once or again with what went wrong."""

    def __init__(
        self, request: HttpRequest, case: Opened, offer: Offer, form: StepForm, render: Render
    ) -> None:
        self.request, self.case, self.offer, self.form, self.render = request, case, offer, form, render

    def __call__(self, *, status: int = 200, conflict: ComplaintConflict | None = None) -> HttpResponse:
        case, offer, form = self.case, self.offer, self.form
        language = get_language() or "id"
        shown = None
        if offer.tells_reporter or form.for_reporter:
            given = form.inputs() if form.is_bound and form.is_valid() else form.given()
            shown = preview(_trial(case), offer, case.person, given)
        where, complaint = case.addresses, case.complaint
        context = {
            "complaint": complaint,
            "office": case.office,
            "case_url": where.case(complaint),
            "action_url": where.step(complaint, offer.line, offer.action),
            "preview_url": where.live_preview(complaint, offer.line, offer.action),
            "head": cases.head_of(case),
            "offer": offer,
            "label": offer.label.get(language),
            "help": offer.help.get(language) if offer.help else "",
            "form": form,
            "version": conflict.current_version if conflict else complaint.version,
            "conflict": conflict,
            "preview": shown,
            "previewed": PREVIEW in self.request.POST,
            "reachable": case.reporter_is_reachable,
            "review": review(case, form) if isinstance(form, PublicationForm) else None,
            "releases": offer.publication is PublicationEffect.RELEASE,
            "reporter_rows": cases.reporter_rows(case),
            "story_rows": cases.story_rows(case),
            "story": case.told(complaint.description),
            "recent": Teller(case).recent(),
            "key": key_of(self.request) if offer.action == COORDINATE else None,
            "sent_along": shared(complaint, case.rules.settings) if offer.action == COORDINATE else None,
            "asks": any(code != PICTURES for code in form.fields),
        }
        template = "publish" if isinstance(form, PublicationForm) else "action"
        return self.render(template, context, status=status)


def _not_offered(request: HttpRequest, case: Opened, line: str, action: str, render: Render) -> HttpResponse:
    """A step that does not exist here, or no longer, or that is a colleague's to take: says so, and shows
    what was typed, to be kept.
    """
    last = Teller(case).entries[-1]
    others = {(step.line, step.action.spec.code) for step in cases.colleague_steps(case)}
    why = Refusal.FOUR_EYES if (line, action) in others else Refusal.WRONG_STAGE
    context = {
        "complaint": case.complaint,
        "case_url": case.addresses.case(case.complaint),
        "text": REFUSALS[why],
        "last": {"who": actor_words(last), "what": last.what, "when": last.event.at},
        "typed": typed_texts(request),
        "steps": cases.acts(case)[0],
    }
    return render("not_offered", context, status=409 if request.method == "POST" else 404)


def _trial(case: Opened) -> Trial:
    reporter: Reporter | None = getattr(case.complaint, "reporter", None)
    if reporter is not None and case.reporter is None:
        # The preview must not tell a name that the page keeps back.
        reporter = Reporter(email=reporter.email, phone=reporter.phone, language=reporter.language)
    return Trial(case.office, case.rules, case.case, case.complaint, reporter, case.host)


def key_of(request: HttpRequest) -> UUID:
    """The key of a form as it was shown, by which it is done once; a new one for a new form."""
    try:
        return UUID(hex=request.POST.get(KEY, ""))
    except ValueError:
        return uuid4()


def version_of(request: HttpRequest) -> int:
    """The version that the page was made for; one that cannot be read fits none."""
    text = request.POST.get(VERSION, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _done(offer: Offer) -> str:
    name = offer.label.get(get_language() or "id")
    return _("Langkah “%(name)s” sudah dicatat.") % {"name": name}
