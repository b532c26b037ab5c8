"""The front page of a government's host: its offices, with a search, and the way to the desk's sign-in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from central.offices.middleware import public_side
from central.onboarding.queries import directory

from .intake import choices, takes_unknown

LONGEST_SEARCH = 100


@public_side
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "")[:LONGEST_SEARCH].strip()
    government = request.government  # type: ignore[attr-defined]  # set by OfficeHost
    reports = bool(choices(government, "id")) or takes_unknown(government)
    values = {"words": words, "directory": directory(words, government=government), "reports": reports}
    return render(request, "desk/front.html", values)
