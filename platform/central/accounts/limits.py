"""How often an address may ask for something, counted in the cache."""

from __future__ import annotations

import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def allowed(request: HttpRequest, act: str, *, most: int, seconds: int) -> bool:
    """Counts this request; False once its sender did `act` more than `most` times in the present window.

    Windows are fixed spans of `seconds`. The sender is the client's address as the trusted proxies report it.
    """
    try:
        sender = str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        sender = "-"
    window = int(time.time()) // seconds
    key = f"limit:{act}:{sender}:{window}"
    if cache.add(key, 1, timeout=seconds):
        return True
    try:
        return int(cache.incr(key)) <= most
    except ValueError:  # the window ended between the two calls
        return True
