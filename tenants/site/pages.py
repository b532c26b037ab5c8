"""What several pages of the public site share: headers, answers to too many requests, the way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from . import limits

Answer = TypeVar("Answer", bound=HttpResponseBase)

SEE_OTHER = 303
INVALID = 422
GONE = 410
TOO_MANY = 429


def see_other(address: str) -> HttpResponse:
    """Sends the browser on after a POST, so that reloading the next page sends nothing again."""
    response = redirect(address)
    response.status_code = SEE_OTHER
    return response


def public_page(view: Callable[..., Answer]) -> Callable[..., Answer]:
    """A page of the office's site: its dates and hours are the office's own."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> Answer:
        office = request.office  # type: ignore[attr-defined]  # set by OfficeHost
        with timezone.override(ZoneInfo(office.timezone)):
            return view(request, *args, **kwargs)

    return wrapped


def private_page(view: Callable[..., Answer]) -> Callable[..., Answer]:
    """A public page for one reporter: not stored, not indexed, and its address is not told to another site.

    `same-origin`, not `no-referrer`: with the latter browsers send `Origin: null` with every form of the
    page, which the protection against forged requests must refuse.
    """
    inner = public_page(view)

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> Answer:
        return kept_private(inner(request, *args, **kwargs))

    return wrapped


def kept_private(response: Answer) -> Answer:
    """The headers of a page for one reporter."""
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def too_many(
    request: HttpRequest, reason: limits.TooMany, text: str, back: str = "/", **around: Any
) -> HttpResponse:
    """The page for somebody who asked too often; `text` says what became of what was typed."""
    again = timezone.now() + timedelta(seconds=reason.seconds)
    response = render(
        request,
        "site/too_many.html",
        {"again": again, "text": text, "back": back, **around},
        status=TOO_MANY,
    )
    response["Retry-After"] = str(reason.seconds)
    return response


def tracking_address(code: str) -> str:
    """The address that QR codes and messages hold: the platform sends it on to whoever has the complaint."""
    return f"{settings.PLATFORM_URL}t/{code}"
