"""Who a request comes from, and how often they may ask for something, counted in the cache."""

from __future__ import annotations

import re
import time
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

_WITH_PORT = re.compile(r"\[(?P<six>[^\]]+)\](?::[0-9]+)?|(?P<four>[0-9.]+):[0-9]+")
OWN_BITS = 64
"""Of an IPv6 address, those that follow are the sender's own to choose: a telephone has 2**64 addresses."""


def client_address(request: HttpRequest) -> str:
    """The sender's network address, as the outermost trusted proxy saw it; "" where nobody told it."""
    hops: int = settings.TRUSTED_PROXIES
    header = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    forwarded = [part.strip() for part in header.split(",") if part.strip()]
    if hops and forwarded:
        found = forwarded[-min(hops, len(forwarded))]
    else:
        found = str(request.META.get("REMOTE_ADDR", ""))
    match = _WITH_PORT.fullmatch(found)
    return (match["six"] or match["four"] if match else found).partition("%")[0]


def sender(request: HttpRequest) -> str:
    """Whom a brake counts: an IPv4 address, or the network of an IPv6 one."""
    text = client_address(request)
    try:
        address = ip_address(text)
    except ValueError:
        return text
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return f"{IPv6Address(int(address) >> OWN_BITS << OWN_BITS)}/{OWN_BITS}"


def allowed(request: HttpRequest, act: str, *, most: int, seconds: int) -> bool:
    """Counts this request; False once its sender did `act` more than `most` times in the present window.

    Windows are fixed spans of `seconds`.
    """
    window = int(time.time()) // seconds
    key = f"limit:{act}:{sender(request)[:60]}:{window}"
    if cache.add(key, 1, timeout=seconds):
        return True
    try:
        return int(cache.incr(key)) <= most
    except ValueError:  # the window ended between the two calls
        return True
