"""Where complaints go: the rules in their order, each rule, and what they would do with a report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenants.complaints.models import Complaint
from tenants.complaints.queries import complaint_for_staff
from tenants.complaints.report import intake_again
from tenants.complaints.words import said
from tenants.errors import ServiceError
from tenants.portal import queries
from tenants.portal.changing import Change, new_code
from tenants.portal.door import StaffRequest, admins
from tenants.portal.forms.routing import RuleForm, TrialForm
from tenants.portal.pages import page, status_of
from tenants.portal.routing_words import (
    Named,
    broken_words,
    by_rule,
    named,
    result_words,
    rule_rows,
    trial_rows,
)
from tenants.procedure.queries import Rules, rules_in_force
from tenants.procedure.targets import broken_targets, targets_now
from workflows.cases import Intake, Visibility
from workflows.loading import settings_from
from workflows.problems import DocumentRefused
from workflows.routing import BY_CATEGORY, route, tried
from workflows.settings import RoutingRule, Settings

TRY = "coba"
TRIAL = "contoh"
"""Prefix of the fields of the report to try."""


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def rules(request: StaffRequest) -> HttpResponse:
    """All rules in their order; moves one up or down, switches one on or off."""
    change = Change(request)
    if request.method == "POST":
        document = change.document
        done = _moved(document.setdefault("routing", []), request)
        change.put(document)
        messages.success(request, done)
        return redirect("portal:routing")
    now = rules_in_force()
    broken = broken_targets(now)
    context = {"rows": rule_rows(now, named(now), broken), "broken": broken_words(broken), **change.mark}
    return page(request, "settings/routing", context)


def _moved(rows: list[dict[str, Any]], request: StaffRequest) -> str:
    """Does what the button says to the document's rules; returns what was done. Raises `ServiceError`."""
    for button in ("naik", "turun", "nyala", "mati"):
        code = request.POST.get(button)
        place = next((n for n, row in enumerate(rows) if row["code"] == code), None)
        if place is None:
            continue
        if button in ("nyala", "mati"):
            rows[place]["in_use"] = button == "nyala"
            return _("Aturan dinyalakan.") if button == "nyala" else _("Aturan dimatikan.")
        other = place - 1 if button == "naik" else place + 1
        if 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]
        return _("Urutan aturan diubah.")
    raise ServiceError("bad_input", _("Aturan itu tidak ada lagi. Buka lagi halaman penyaluran."))


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def rule_new(request: StaffRequest) -> HttpResponse:
    """Adds a rule at the end."""
    return _rule_page(request, Change(request), None)


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def rule(request: StaffRequest, code: str) -> HttpResponse:
    """One rule: tries it before it takes effect, changes it."""
    change = Change(request)
    return _rule_page(request, change, _rule(change, code))


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def rule_drop(request: StaffRequest, code: str) -> HttpResponse:
    """Takes a rule out, after saying what becomes of the reports that it sent on."""
    change = Change(request)
    found = _rule(change, code)
    form = Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and change.put_by(form, _with_rule(change.document, None, found)):
        messages.success(request, _("Aturan dihapus."))
        return redirect("portal:routing")
    return change.page("settings/rule_drop", form, {"rule": found, "rule_name": said(found.why)})


def _rule(change: Change, code: str) -> RoutingRule:
    found = _again(change.settings, code)
    if found is None:
        raise ServiceError("not_found", _("Aturan itu tidak ada lagi. Buka lagi halaman penyaluran."))
    return found


def _rule_page(request: StaffRequest, change: Change, found: RoutingRule | None) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    now = rules_in_force()
    names = named(now)
    form = RuleForm(posted, settings=change.settings, names=names, rule=found)
    trying = posted is not None and TRY in posted
    trial = TrialForm(posted if trying else None, prefix=TRIAL, settings=change.settings)
    if posted is not None and not trying:
        trial.initial = {name: posted.get(trial.add_prefix(name), "") for name in trial.fields}
    outcome = None
    if posted is not None and form.is_valid():
        document = _with_rule(change.document, form, found)
        if trying and trial.is_valid():
            outcome = _outcome(
                request, replace(now, settings=_settings(document, now.settings)), trial, names
            )
        elif not trying and change.put_by(form, document):
            messages.success(request, _("Aturan penyaluran disimpan."))
            return redirect("portal:routing")
    response = change.page(
        "settings/rule",
        form,
        {
            "rule": found,
            "when": [form[name] for name in form.when],
            "further": [names.condition(condition) for condition in form.further_conditions()],
            "trial": trial,
            "errors": _errors(trial) if trying else [],
            "outcome": outcome,
        },
        now=lambda: RuleForm(settings=change.settings, names=names, rule=_stored(change, found)),
    )
    if trying and trial.errors:
        response.status_code = 422
    return response


def _stored(change: Change, found: RoutingRule | None) -> RoutingRule | None:
    """The rule as it is stored by now."""
    return _again(change.settings, found.code) if found else None


def _again(settings: Settings, code: str) -> RoutingRule | None:
    return next((item for item in settings.routing if item.code == code), None)


def _with_rule(document: dict[str, Any], form: RuleForm | None, found: RoutingRule | None) -> dict[str, Any]:
    rows: list[dict[str, Any]] = document.setdefault("routing", [])
    code = found.code if found else ""
    place = next((n for n, row in enumerate(rows) if row["code"] == code), len(rows))
    if form is None:
        document["routing"] = [row for row in rows if row["code"] != code]
    else:
        taken = {row["code"] for row in rows} | {BY_CATEGORY, "none"}
        code = code or new_code(form.cleaned_data["why"], taken, "aturan")
        rows[place : place + 1] = [form.data_of(code)]
    return document


def _settings(document: dict[str, Any], otherwise: Settings) -> Settings:
    try:
        return settings_from(document)
    except DocumentRefused:
        return otherwise


def _errors(form: TrialForm) -> list[dict[str, str]]:
    return [
        {"text": text, "href": f"#{field.id_for_label}"}
        for field in form
        for text in field.messages  # type: ignore[attr-defined]  # the renderer's bound field
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def trial(request: StaffRequest) -> HttpResponse:
    """Tries the rules in effect on a report; nothing is stored."""
    now = rules_in_force()
    form = TrialForm(request.POST if request.method == "POST" else None, prefix=TRIAL, settings=now.settings)
    outcome = None
    if request.method == "POST" and form.is_valid():
        outcome = _outcome(request, now, form, named(now))
    context = {"form": form, "outcome": outcome}
    return page(request, "settings/routing_trial", context, status=status_of(form))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rules make of a report. `about`: which."""

    about: str
    where: str
    why: str
    by_rule: bool
    rows: list[dict[str, Any]]


def _outcome(request: StaffRequest, now: Rules, form: TrialForm, names: Named) -> Outcome | None:
    """None where the form names a complaint that there is not; then it says so."""
    data = form.cleaned_data
    if data["number"]:
        known = queries.by_number(data["number"])
        if known is None:
            form.add_error("number", _("Tidak ada aduan dengan nomor ini."))
            return None
        complaint = complaint_for_staff(known.uid, request.person)
        intake, about = _intake_of(complaint, request.office.timezone), complaint.number
    else:
        about = _("uraian contoh")
        intake = Intake(
            received_at=data["at"] or timezone.now(),
            timezone=request.office.timezone,
            description=data["text"],
            category=data["category"] or None,
            visibility=Visibility(data["visibility"] or Visibility.OPEN),
            intake_channel=data["channel"] or now.settings.channels[0],
            region=data["region"],
            answers=form.answers,
        )
    targets = targets_now(now)
    result = route(now.settings, intake, targets)
    found = tried(now.settings, intake, targets)
    return Outcome(
        about,
        result_words(result, names),
        said(result.why),
        by_rule(result),
        trial_rows(found, names),
    )


def _intake_of(complaint: Complaint, zone: str) -> Intake:
    """A complaint as it came to this office."""
    events = complaint.events.order_by("seq").values_list("data", flat=True)
    if complaint.arrived_at is not None:
        events = events.filter(at__gte=complaint.arrived_at)
    corrections = (data["corrected"].get("category") for data in events if "corrected" in data)
    first = next((change[0] for change in corrections if change), complaint.category)
    return intake_again(complaint, timezone=zone, category=first)
