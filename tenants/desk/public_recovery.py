"""A lost tracking code, asked for at the government's own address."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from central.offices.middleware import public_side
from tenants.site import limits
from tenants.site.pages import kept_private
from tenants.site.recovery import ask_government
from tenants.site.views.recovery import asked

from . import intake, queries
from .public_intake import LAYOUT


def _for_one_reporter(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A page that is nobody else's, with the hours of the government's offices."""

    def inner(request: HttpRequest) -> HttpResponse:
        government = request.government  # type: ignore[attr-defined]  # set by OfficeHost
        with timezone.override(queries.zone_of(government)):
            return kept_private(view(request))

    update_wrapper(inner, view)
    return public_side(inner)


@_for_one_reporter
@require_http_methods(["GET", "HEAD", "POST"])
def lost_code(request: HttpRequest) -> HttpResponse:
    """Has the codes sent of what was reported at this address, whichever office has it by now."""
    government = request.government  # type: ignore[attr-defined]  # set by OfficeHost

    def ask(contact: str) -> None:
        ask_government(government, intake.offices(government), contact, limits.sender(request))

    return asked(request, ask, layout=LAYOUT)


@_for_one_reporter
@require_http_methods(["GET", "HEAD"])
def lost_code_sent(request: HttpRequest) -> HttpResponse:
    """What happens now."""
    context = {"layout": LAYOUT, "track_url": f"{settings.PLATFORM_URL}lacak/"}
    return render(request, "site/lost_code_sent.html", context)
