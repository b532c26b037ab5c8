"""The office's front page, and what it does with personal data."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tenants.complaints.queries import public_list
from tenants.complaints.words import said
from tenants.procedure.queries import rules_in_force

from ..pages import public_page
from ..promises import opening, promises
from .published import cards

NEWEST = 3


@public_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the office takes, the way to report and to follow, what it promises, what it has published."""
    office = request.office  # type: ignore[attr-defined]  # set by OfficeHost
    rules = rules_in_force()
    whole, steps = promises(rules.procedure)
    newest = public_list(size=NEWEST)
    context = {
        "categories": [said(category.name) for category in rules.settings.categories if category.in_use],
        "whole": whole,
        "promises": steps,
        "promise": said(rules.procedure.intake.promise),
        "opening": opening(rules.settings.calendar, office.timezone, timezone.now()),
        "takes_phone": "phone" in rules.settings.channels,
        "takes_counter": "counter" in rules.settings.channels,
        "anonymous": rules.procedure.intake.anonymous,
        "newest": cards(newest.items, rules.settings),
    }
    return render(request, "site/home.html", context)


@public_page
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Who sees what of a report, and how long it is kept."""
    intake = rules_in_force().procedure.intake
    context = {"anonymous": intake.anonymous, "confidential": intake.confidential}
    return render(request, "site/privacy.html", context)
