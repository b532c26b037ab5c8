"""The front page of a government's host: its offices, with a search, and the way to the desk's sign-in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from central.offices.middleware import public_side
from central.onboarding.queries import directory

LONGEST_SEARCH = 100


@public_side
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "")[:LONGEST_SEARCH].strip()
    government = request.government  # type: ignore[attr-defined]  # set by OfficeHost
    values = {"words": words, "directory": directory(words, government=government)}
    return render(request, "desk/front.html", values)
