"""The reporter's pages: what the tracking code opens, and what the reporter may do there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from central.accounts.typed import typed_texts
from central.offices.access import public
from central.onboarding.queries import place_of_case
from tenants.complaints import queries, services
from tenants.complaints.codes import normal_code
from tenants.complaints.errors import ComplaintError
from tenants.complaints.models import Complaint
from workflows.decision import Offer

from .. import limits
from ..forms.report import words
from ..forms.track import FindForm, ReporterStepForm
from ..pages import INVALID, private_page, see_other, too_many
from ..serving import serve
from ..story import ACTION_ICONS, happened, story_page, ticket

NOT_FOUND = 404
REFUSED_NOW = {"wrong_stage", "not_allowed", "too_late"}
"""Refusals that mean: what the page offered is over, most often because it was done already."""


class Unknown(Exception):
    """No complaint has this code here. `response` says so, in the same words whether or not it ever existed;
    or it leads to the office that has taken the complaint over.
    """

    def __init__(self, response: HttpResponse) -> None:
        self.response = response
        super().__init__("unknown code")


def _open(request: HttpRequest, code: str) -> Complaint:
    """The complaint of a code. Whoever has tried too many wrong ones gets no further for a while."""
    who = limits.sender(request)
    try:
        limits.check("lookup", who, limits.LOOKUP_RATE)
        complaint = queries.by_tracking_code(code)
    except limits.TooMany as reason:
        raise Unknown(too_many(request, reason, "", "/lacak/")) from reason
    except ComplaintError as refused:
        limits.count("lookup", who, limits.LOOKUP_RATE)
        form = FindForm({"code": code})
        form.add_error("code", _unknown_words())
        raise Unknown(_find_page(request, form, NOT_FOUND)) from refused
    if complaint.gone_at is not None:
        raise Unknown(_led_on(request, complaint))
    return complaint


def _led_on(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    """To the office that has the complaint now: the code is the same there.

    A browser does not let a form lead to another host, not even by a redirect: who has sent one gets a page
    that leads on. What was typed for a step stands on it.
    """
    with public():
        place = place_of_case(complaint.tracking_code)
    if place is None:
        raise Http404
    if request.method != "POST":
        return see_other(place.address)
    typed = typed_texts(request.POST) if request.path != "/lacak/" else []
    context = {"place": place, "typed": typed}
    return render(request, "site/track/led_on.html", context, status=409 if typed else 200)


def _unknown_words() -> str:
    return _(
        "Tidak ada laporan dengan kode atau nomor itu di sini. Periksa tulisannya. "
        "Nomor registrasi saja hanya membuka laporan yang sudah diterbitkan."
    )


def _find_page(request: HttpRequest, form: FindForm, status: int = 200) -> HttpResponse:
    return render(request, "site/track/find.html", {"form": form}, status=status)


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Takes a code to its page, a number to what is published of it."""
    if request.method != "POST":
        return _find_page(request, FindForm())
    form = FindForm(request.POST)
    if not form.is_valid():
        return _find_page(request, form, INVALID)
    typed = form.cleaned_data["code"]
    code = normal_code(typed)
    try:
        if code is not None:
            return see_other(f"/lacak/{_open(request, code).tracking_code}/")
        limits.check("lookup", limits.sender(request), limits.LOOKUP_RATE)
        return see_other(f"/aduan/{queries.public_by_number(typed).complaint.slug}/")
    except Unknown as unknown:
        return unknown.response
    except limits.TooMany as reason:
        return too_many(request, reason, "", "/lacak/")
    except ComplaintError:
        limits.count("lookup", limits.sender(request), limits.LOOKUP_RATE)
        form.add_error("code", _unknown_words())
        return _find_page(request, form, NOT_FOUND)


@private_page
@require_safe
def story(request: HttpRequest, code: str) -> HttpResponse:
    """The whole story of a complaint, and what the reporter may do now."""
    try:
        complaint = _open(request, code)
    except Unknown as unknown:
        return unknown.response
    if code != complaint.tracking_code:
        return see_other(f"/lacak/{complaint.tracking_code}/")
    return _story(request, complaint)


def _story(request: HttpRequest, complaint: Complaint, status: int = 200, **more: Any) -> HttpResponse:
    context = story_page(complaint, timezone.now())
    context["happened"] = happened(request.GET.get("selesai", ""))
    return render(request, "site/track/story.html", {**context, **more}, status=status)


@private_page
@require_safe
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """The receipt, for as long as the code lives: to save, to print, to show."""
    try:
        complaint = _open(request, code)
    except Unknown as unknown:
        return unknown.response
    return render(request, "site/track/receipt.html", ticket(complaint, timezone.now()))


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, code: str, line: str, action: str) -> HttpResponse:
    """Something that the reporter may do now: answer, withdraw, rate, object."""
    try:
        complaint = _open(request, code)
    except Unknown as unknown:
        return unknown.response
    found = [
        offer for offer in queries.reporter_offers(complaint) if (offer.line, offer.action) == (line, action)
    ]
    if not found:
        return _over(request, complaint)
    offer = found[0]
    owner = complaint.uid.hex
    if request.method != "POST":
        return _step_page(request, complaint, offer, ReporterStepForm(offer, owner=owner))
    try:
        limits.take_files(request)
    except limits.TooMany as reason:
        text = _("Isian Anda belum terkirim. Tekan Kembali di peramban lalu kirim lagi nanti.")
        return too_many(request, reason, text, f"/lacak/{complaint.tracking_code}/")
    form = ReporterStepForm(offer, request.POST, request.FILES, owner=owner)
    if not form.is_valid():
        return _step_page(request, complaint, offer, form)
    try:
        services.reporter_act(complaint.uid, action, line=line, inputs=form.inputs())
    except ComplaintError as refused:
        if refused.code in REFUSED_NOW:
            return _over(request, complaint)
        form.refuse(refused.fields or {"": refused.message})
        return _step_page(request, complaint, offer, form)
    return see_other(f"/lacak/{complaint.tracking_code}/?selesai={action}")


def _over(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    """Says that a step is over, shows the complaint as it is now, and gives back what was typed for it."""
    complaint.refresh_from_db()
    text = _(
        "Langkah itu sudah dilakukan atau waktunya sudah lewat. Di bawah ini keadaan laporan Anda sekarang."
    )
    return _story(request, complaint, status=409, warning=text, typed=typed_texts(request.POST))


def _step_page(
    request: HttpRequest, complaint: Complaint, offer: Offer, form: ReporterStepForm
) -> HttpResponse:
    question = ""
    if any(field == "reply" for field in form.fields):
        question = queries.timeline_for_reporter(complaint, now=timezone.now()).question
    context = {
        "form": form,
        "complaint": complaint,
        "title": words(offer.label),
        "help": words(offer.help),
        "icon": ACTION_ICONS.get(offer.action, "chat"),
        "closes": offer.closes,
        "question": question,
        "back": f"/lacak/{complaint.tracking_code}/",
    }
    return render(request, "site/track/step.html", context, status=INVALID if form.errors else 200)


@private_page
@require_safe
def file(request: HttpRequest, code: str, uid: UUID) -> HttpResponseBase:
    """A file that the reporter sent, or that came with an answer."""
    try:
        attachment = queries.attachment_for_reporter(_open(request, code), uid)
    except Unknown as unknown:
        return unknown.response
    except ComplaintError as refused:
        raise Http404 from refused
    return serve(attachment, small="kecil" in request.GET)
