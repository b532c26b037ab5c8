"""The report form: one question a page, a page to check, and sending."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from central.offices.access import public
from central.onboarding.queries import place_of_case
from tenants.channels.website.report import report_of
from tenants.complaints import files
from tenants.complaints.masking import holds_number
from tenants.complaints.models import Draft
from tenants.complaints.report import Report
from tenants.errors import ServiceError
from tenants.portal.forms.questions import PREFIX
from tenants.procedure.queries import rules_in_force
from workflows.intake import answer_field

from .. import drafts, limits
from ..entry import entry
from ..forms.report import StepForm, category_hint, words
from ..pages import GONE, INVALID, SEE_OTHER, private_page, see_other, too_many
from ..steps import DESCRIPTION, FILES, REPORTER, Step, Wizard
from ..story import ticket

TRAP = "situs_web"
"""A field that people do not see and robots fill in."""


def _start(request: HttpRequest) -> str:
    return entry(request).base


def _check(request: HttpRequest) -> str:
    return f"{entry(request).base}periksa/"


def _sent(request: HttpRequest) -> str:
    return f"{entry(request).base}terkirim/"


def _token(request: HttpRequest) -> str:
    return request.COOKIES.get(settings.DRAFT_COOKIE_NAME, "")


def _with_cookie(request: HttpRequest, response: HttpResponse, token: str) -> HttpResponse:
    response.set_cookie(
        settings.DRAFT_COOKIE_NAME,
        token,
        max_age=drafts.LIFETIME,
        path=_start(request),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


def _address(request: HttpRequest, step: Step, *, changing: bool = False) -> str:
    return f"{entry(request).base}{step.name}/" + ("?ubah=1" if changing else "")


def _wizard(request: HttpRequest, draft: Draft | None) -> Wizard:
    return Wizard(rules_in_force(), draft, entry(request))


def _begin(request: HttpRequest, answers: dict[str, Any] | None = None) -> tuple[Draft, str]:
    """A new draft, unless this sender has begun far too many. Raises `limits.TooMany`."""
    limits.take("draft", limits.sender(request), limits.intake_rate().times(4))
    return drafts.begin(answers)


@private_page
@require_http_methods(["GET", "HEAD"])
def start(request: HttpRequest) -> HttpResponse:
    """The first question itself (a redirect costs a slow line half a page), or a report that was begun.

    One that was sent is not shown: whoever holds the telephone now may be somebody else.
    """
    draft = drafts.find(_token(request))
    if draft is None or draft.sent_uid:
        wizard = _wizard(request, None)
        return _page(request, wizard, wizard.first, wizard.form(wizard.first))
    wizard = _wizard(request, draft)
    following = wizard.first_open()
    context = {
        "draft": draft,
        "rows": [row for row in wizard.rows() if row["value"]],
        "go_on": _address(request, following) if following else _check(request),
    }
    return render(request, "site/report/resume.html", context)


@private_page
@require_POST
def anew(request: HttpRequest) -> HttpResponse:
    """Begins another report. What was said about the reporter is carried over, nothing else."""
    old = drafts.find(_token(request), lock=True)
    answers = {name: old.answers[name] for name in drafts.CARRIED if old.answers.get(name)} if old else {}
    if old and not old.sent_uid:
        drafts.discard(old)
    try:
        _draft, token = _begin(request, answers)
    except limits.TooMany as reason:
        return too_many(request, reason, _("Anda sudah membuat banyak laporan dalam waktu singkat."))
    return _with_cookie(request, see_other(_address(request, _wizard(request, None).first)), token)


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, name: str) -> HttpResponse:
    """One page of the form. The first one begins anew where the report before it was sent: several people
    may share a browser. A later page belongs to the report that was sent, and says so.
    """
    token = _token(request)
    draft = drafts.find(token, lock=request.method == "POST")
    if draft and draft.sent_uid:
        if name != _wizard(request, None).first.name:
            return see_other(f"{_sent(request)}?sudah=1")
        draft = None
    wizard = _wizard(request, draft)
    step = wizard.step(name)
    if step is None:  # a page that this report does not have
        return see_other(_check(request))
    if request.method == "POST":
        return _answer(request, wizard, step)
    if draft is None and token and step is not wizard.first:
        return _expired(request, kept=False)
    ahead = wizard.first_open(until=step)
    if ahead is not None:
        return see_other(_address(request, ahead))
    kept = wizard.form(step, wizard.answers)
    if _changing(request) and wizard.done(step) and not kept.is_valid():
        return _page(request, wizard, step, kept)  # the rules have changed since: say what is missing
    return _page(request, wizard, step, wizard.form(step))


def _answer(request: HttpRequest, wizard: Wizard, step: Step) -> HttpResponse:
    """Takes what one page sent in. What was typed is kept even where the draft's day is over."""
    form = wizard.form(step, request.POST, request.FILES)
    late = wizard.draft is None and step is not wizard.first
    token = ""
    if wizard.draft is None and (form.is_valid() or late):
        try:
            wizard.draft, token = _begin(request)
        except limits.TooMany as reason:
            text = _("Jawaban Anda belum tersimpan. Tekan Kembali di peramban lalu kirim lagi nanti.")
            return too_many(request, reason, text, _address(request, step))
    if wizard.draft is None:
        response = _page(request, wizard, step, form)
    elif step is FILES:
        response = _take_files(request, wizard, form)
    elif not form.is_valid():
        response = _page(request, wizard, step, form, late=late)
    else:
        drafts.keep(wizard.draft, wizard.take(step, form.kept()))
        response = see_other(_following(request, wizard, step))
    if late and response.status_code == SEE_OTHER:
        response = _expired(request, kept=True)
    return _with_cookie(request, response, token) if token else response


def _following(request: HttpRequest, wizard: Wizard, step: Step) -> str:
    """Where a page leads: to the next one, or back to the check, by way of what the change has made wrong."""
    following = None if _changing(request) else wizard.after(step)
    if following is not None:
        return _address(request, following)
    wrong = wizard.first_wrong()
    return _address(request, wrong, changing=wizard.done(wrong)) if wrong else _check(request)


def _changing(request: HttpRequest) -> bool:
    return "ubah" in request.GET


def _take_files(request: HttpRequest, wizard: Wizard, form: StepForm) -> HttpResponse:
    """Stores the files that are good and says of the others what is wrong; or takes one away."""
    draft = wizard.draft
    assert draft is not None
    here = _address(request, FILES, changing=_changing(request))
    removed = request.POST.get("hapus", "")
    if removed:
        with suppress(ValueError):  # no page of ours sends such a name: there is nothing to remove
            drafts.detach(draft, UUID(removed))
        return see_other(here)
    form.is_valid()
    if form.cleaned_data.get("uploads"):
        try:
            limits.take_files(request)
        except limits.TooMany as reason:
            return too_many(request, reason, _("Berkas yang sudah ada tetap tersimpan."), here)
    room = wizard.rules.procedure.intake.max_files - len(wizard.files)
    for place, upload in enumerate(form.cleaned_data.get("uploads", [])):
        if place >= room:
            text = _("“%(name)s” tidak disimpan: paling banyak %(most)d berkas. Hapus yang tidak perlu.")
            name = files.clean_name(upload.name or "")
            form.add_error("uploads", text % {"name": name, "most": room + len(wizard.files)})
            continue
        try:
            drafts.attach(draft, upload)
        except files.FileRefused as refused:
            form.add_error("uploads", str(refused.message))
    wizard.forget_files()
    if "files" in wizard.rules.procedure.intake.required and not wizard.files and not form.errors:
        form.add_error("uploads", _("Lampirkan paling sedikit satu foto atau dokumen."))
    if form.errors:
        return _page(request, wizard, FILES, form)
    if "tambah" in request.POST:
        return see_other(here)
    drafts.keep(draft, wizard.take(FILES, {}))
    return see_other(_following(request, wizard, FILES))


def _page(
    request: HttpRequest, wizard: Wizard, step: Step, form: StepForm, *, late: bool = False
) -> HttpResponse:
    before = wizard.before(step)
    changing = _changing(request)
    hint = category_hint(wizard.rules, wizard.answers.get("category", "")) if step is DESCRIPTION else ""
    context = {
        "form": form,
        "step": step,
        "address": _address(request, step, changing=changing),
        "number": wizard.number(step),
        "total": len(wizard.steps) + 1,
        "back": _check(request) if changing else _address(request, before) if before else entry(request).home,
        "changing": changing,
        "late": late,
        "hint": hint,
        "promise": words(wizard.rules.procedure.intake.promise) if before is None else "",
        "draft": wizard.draft,
        "sent_before": before is None and wizard.draft is None and _sent_before(request),
        "files": wizard.files if step is FILES else [],
        "room": wizard.rules.procedure.intake.max_files - len(wizard.files) if step is FILES else 0,
        "most": wizard.rules.procedure.intake.max_files,
        "megabytes": files.MAX_BYTES // (1024 * 1024),
    }
    refused = form.errors and request.method == "POST"
    return render(request, step.template, context, status=INVALID if refused else 200)


def _sent_before(request: HttpRequest) -> bool:
    """Whether this browser sent a report within the last day; which one is for its tracking code to open."""
    draft = drafts.find(_token(request))
    return draft is not None and draft.sent_uid is not None


def _expired(request: HttpRequest, *, kept: bool) -> HttpResponse:
    return render(request, "site/report/expired.html", {"kept": kept}, status=GONE)


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Shows every answer with a way to change it; its button sends the report."""
    token = _token(request)
    draft = drafts.find(token, lock=request.method == "POST")
    if draft is None:
        begun = token or request.method == "POST"
        return _expired(request, kept=False) if begun else see_other(_start(request))
    if draft.sent_uid:
        return see_other(_sent(request) + ("" if request.method == "POST" else "?sudah=1"))
    wizard = _wizard(request, draft)
    wrong = wizard.first_wrong()
    if wrong is not None:
        return see_other(_address(request, wrong, changing=wizard.done(wrong)))
    if request.method == "POST":
        return _send(request, wizard, draft)
    return _check_page(request, wizard)


def _check_page(request: HttpRequest, wizard: Wizard, **more: Any) -> HttpResponse:
    context = {
        "rows": wizard.rows(),
        "private_rows": wizard.private_rows(),
        "total": len(wizard.steps) + 1,
        "draft": wizard.draft,
        "trap": TRAP,
        "back": _address(request, wizard.steps[-1]),
        "visibility": wizard.visibility,
        "number_told": holds_number(wizard.answers.get("description", "")),
        "description_url": _address(request, DESCRIPTION, changing=True),
        **more,
    }
    return render(request, "site/report/check.html", context, status=INVALID if more else 200)


def _send(request: HttpRequest, wizard: Wizard, draft: Draft) -> HttpResponse:
    if request.POST.get(TRAP):
        text = _(
            "Kosongkan kolom “Situs web”, lalu kirim lagi. Kolom itu hanya untuk menangkal program otomatis."
        )
        error = {"text": text, "href": f"#{TRAP}"}
        return _check_page(request, wizard, has_errors=True, errors=[error], trapped=request.POST[TRAP])
    if timezone.now() - draft.created_at < timedelta(seconds=settings.INTAKE_SECONDS):
        error = {"text": _("Periksa jawaban Anda sekali lagi, lalu tekan “Kirim laporan”."), "href": "#kirim"}
        return _check_page(request, wizard, has_errors=True, errors=[error])
    try:
        limits.take("intake", limits.sender(request), limits.intake_rate())
        drafts.send(draft, _report(wizard), unsorted=entry(request).unsorted)
    except limits.TooMany as reason:
        text = _(
            "Jawaban Anda tetap tersimpan. Kirim lagi setelah waktu di atas, atau hubungi kami langsung."
        )
        return too_many(request, reason, text, _check(request))
    except ServiceError as refused:
        return _check_page(request, wizard, has_errors=True, errors=_errors(request, wizard, refused))
    return see_other(_sent(request))


def _report(wizard: Wizard) -> Report:
    stored = _stored(wizard)
    return report_of(wizard.answers, wizard.visibility, stored, _language(), asked=wizard.asked())


def _stored(wizard: Wizard) -> list[files.StoredFile]:
    return [files.StoredFile(file.digest, file.name, file.content_type, file.size) for file in wizard.files]


def _language() -> str:
    """In which the reporter is written to: that of the form."""
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def _errors(request: HttpRequest, wizard: Wizard, refused: ServiceError) -> list[dict[str, Any]]:
    """A refusal, each line with the way to the page where it is mended."""
    pages = {name: step for step in wizard.steps for name in wizard.form(step).fields}
    pages |= {"contact": REPORTER, "files": FILES}
    fields = {_field_of(name): text for name, text in refused.fields.items()}
    lines = [
        {
            "text": f"{pages[name].title}: {text}" if name in pages else text,
            "href": _address(request, pages[name], changing=True) if name in pages else "",
        }
        for name, text in fields.items()
    ]
    return lines or [{"text": refused.message, "href": ""}]


def _field_of(name: str) -> str:
    """The form's name of what the service found wrong."""
    question = name.removeprefix(answer_field(""))
    return name if question == name else f"{PREFIX}{question}"


@private_page
@require_http_methods(["GET", "HEAD"])
def sent(request: HttpRequest) -> HttpResponse:
    """The receipt, as long as the draft's cookie lives; `sudah` says that somebody came back to a form. Of
    what another office has by now: the way there.
    """
    draft = drafts.find(_token(request))
    complaint = drafts.became(draft) if draft else None
    if complaint is None:
        return see_other(_start(request)) if draft else _expired(request, kept=False)
    if complaint.gone_at is not None:
        with public():
            place = place_of_case(complaint.tracking_code)
        if place is not None:
            return render(request, "site/track/led_on.html", {"place": place})
    context = {**ticket(complaint, timezone.now()), "again": "sudah" in request.GET}
    return render(request, "site/report/sent.html", context)
