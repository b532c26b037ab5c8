"""Personal API tokens, looked up before the office is entered: inside, the table of tokens is closed."""

from __future__ import annotations

import hashlib
from typing import cast

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from central.accounts.models import ApiToken

from .models import Office
from .requests import SiteRequest

SCHEMES = ("token ", "bearer ")


def digest(key: str) -> str:
    """What is stored of a token: the SHA-256 of its text, as hexadecimal digits."""
    return hashlib.sha256(key.encode()).hexdigest()


def key_of(request: HttpRequest) -> str:
    """The token in the Authorization header (`Token …` or `Bearer …`), or an empty text."""
    header = request.META.get("HTTP_AUTHORIZATION", "")
    for scheme in SCHEMES:
        if header.lower().startswith(scheme):
            return str(header[len(scheme) :].strip())
    return ""


def find_token(key: str, office: Office) -> ApiToken | None:
    """The valid token of this key for this office, with its active user; None for any other."""
    return (
        ApiToken.objects.select_related("user")
        .filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))
        .filter(digest=digest(key), office_id=office.pk, revoked_at=None, user__is_active=True)
        .first()
    )


def preload_token(request: HttpRequest, office: Office) -> None:
    """Sets `request.api_token`: the valid token, None for a wrong one. Without a token it is not set.

    Costs one query when a token was sent, none otherwise.
    """
    key = key_of(request)
    if key:
        cast(SiteRequest, request).api_token = find_token(key, office)
