"""Where a person works on the host that they came to, and how a host's pages are written as a full
address.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from central.offices.middleware import host_name
from central.offices.models import Office

HOMES = {"office": "/kantor/", "government": "/meja/"}


def home_path(request: HttpRequest) -> str:
    """The page that opens after signing in: the office's portal, the government's desk, else the front
    page.
    """
    return HOMES.get(getattr(request, "site_kind", ""), "/")


def office_of(request: HttpRequest) -> Office | None:
    """The office whose host the request came to; None on a government's and on the platform's host."""
    return getattr(request, "office", None)


def full_address(host: str, path: str = "/") -> str:
    """A page of one of our hosts as it is given to people, with scheme and port."""
    port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""
    return f"{settings.PUBLIC_SCHEME}://{host}{port}{path}"


def public_address(request: HttpRequest, path: str) -> str:
    """A page of the host that was called, for people and programs to come back to. Scheme and port are the
    settings', not the Host header's, in which the caller writes whatever they like.
    """
    return full_address(host_name(request.get_host()), path)
