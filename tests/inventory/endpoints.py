"""Every address of the platform, read from its three URL configurations.

`endpoints()` gives one `Endpoint` for each pattern of each kind of host. Nothing here knows an object: real
addresses come from `tests.inventory.world`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
"""What is tried. OPTIONS is left to the frameworks; it reads and changes nothing."""

READING = frozenset({"GET", "HEAD"})


class Gives(StrEnum):
    """What a successful answer is."""

    PAGE = "a page"
    PART = "a piece of a page"
    FILE = "a file"
    JSON = "JSON"
    TEXT = "plain text"
    REDIRECT = "the way elsewhere"


NOT_PAGES: dict[str, Gives] = {
    "account_token_revoke": Gives.REDIRECT,
    "api-action": Gives.JSON,
    "api-areas": Gives.JSON,
    "api-case": Gives.JSON,
    "api-case-questions": Gives.JSON,
    "api-categories": Gives.JSON,
    "api-complaints": Gives.JSON,
    "api-hand-over": Gives.JSON,
    "api-offices": Gives.JSON,
    "api-outside": Gives.JSON,
    "api-question-answer": Gives.JSON,
    "api-question-decline": Gives.JSON,
    "api-questions": Gives.JSON,
    "api-schema": Gives.FILE,
    "api-sop-checks": Gives.JSON,
    "api-sop-schema": Gives.JSON,
    "api-tracking": Gives.JSON,
    "api-work": Gives.JSON,
    "api/^.*$": Gives.JSON,
    "demo_codes": Gives.JSON,
    "desk:file": Gives.FILE,
    "desk:invitation_cancel": Gives.REDIRECT,
    "desk:live_preview": Gives.PART,
    "desk:remind_cancel": Gives.REDIRECT,
    "desk:visit_end": Gives.REDIRECT,
    "empty": Gives.TEXT,
    "mfa_download_recovery_codes": Gives.FILE,
    "office_logo": Gives.FILE,
    "portal:closing_drop": Gives.REDIRECT,
    "portal:draft_check": Gives.REDIRECT,
    "portal:draft_yaml": Gives.FILE,
    "portal:file": Gives.FILE,
    "portal:live_preview": Gives.PART,
    "portal:member_invite": Gives.REDIRECT,
    "portal:send_again": Gives.REDIRECT,
    "portal:settings_yaml": Gives.FILE,
    "portal:tokens": Gives.REDIRECT,
    "portal:version_yaml": Gives.FILE,
    "portal:visit_end": Gives.REDIRECT,
    "portal:visit_leave": Gives.REDIRECT,
    "platform invitation": Gives.REDIRECT,  # to the host where the person will work
    "set_language": Gives.REDIRECT,
    "sign_in": Gives.REDIRECT,
    "site:published_picture": Gives.FILE,
    "site:report_anew": Gives.REDIRECT,
    "site:reporter_file": Gives.FILE,
    "t/<str:code>/": Gives.REDIRECT,
    "track": Gives.REDIRECT,
}
"""What the addresses give that have no page to show, by name or by key; all others show one."""

UNDECLARED: dict[str, frozenset[str]] = {
    "api/^.*$": frozenset(METHODS),  # not found, however it is asked
    "set_language": frozenset({"GET", "HEAD", "POST"}),  # Django's: by GET it changes nothing
}
"""Methods of views that answer every method alike, because nothing in them says which."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One pattern at one kind of host (`site`: platform, government or office).

    `name`: the route's with its namespace, or its pattern where it has none. `methods`: those it answers with
    anything but 405.
    """

    site: str
    name: str
    pattern: str
    view: Callable[..., Any]
    methods: frozenset[str]
    gives: Gives
    named: bool

    @property
    def key(self) -> str:
        """Names it among all hosts, such as `office portal:complaint`."""
        return f"{self.site} {self.name}"

    @property
    def is_page(self) -> bool:
        """It shows a whole HTML page by GET."""
        return self.gives is Gives.PAGE and "GET" in self.methods

    def __str__(self) -> str:
        return self.key


@cache
def endpoints(site: str = "") -> tuple[Endpoint, ...]:
    """Every address of one kind of host, or of all three, in the order of the URL configuration."""
    found: list[Endpoint] = []
    for kind, module in settings.URLCONFS.items():
        if site in ("", kind):
            patterns = import_module(module).urlpatterns
            found.extend(_endpoint(kind, *row) for row in _walk(patterns))
    return tuple(found)


def endpoint(key: str) -> Endpoint:
    """One address by its key, such as `office portal:complaint`."""
    return next(found for found in endpoints() if found.key == key)


def _walk(
    patterns: list[URLPattern | URLResolver], path: str = "", names: tuple[str, ...] = ()
) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for pattern in patterns:
        here = f"{path}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, here, (*names, *filter(None, [pattern.namespace])))
        else:
            yield here, ":".join([*names, pattern.name]) if pattern.name else "", pattern.callback


def _endpoint(site: str, pattern: str, name: str, view: Callable[..., Any]) -> Endpoint:
    known = name or pattern
    methods = methods_of(view) or UNDECLARED.get(known) or frozenset(METHODS)
    gives = NOT_PAGES.get(f"{site} {known}") or NOT_PAGES.get(known, Gives.PAGE)
    return Endpoint(site, known, pattern, view, methods, gives, bool(name))


def methods_of(view: Callable[..., Any]) -> frozenset[str] | None:
    """The methods that a view says it answers; None for one that says nothing and so answers all.

    Read from the class (Django's and DRF's) or from `require_http_methods` and its kin around a function.
    """
    of_class = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if of_class is not None:
        names = [name for name in of_class.http_method_names if hasattr(of_class, name)]
        return frozenset(name.upper() for name in names if name.upper() in METHODS) | (
            {"HEAD"} if "get" in names else set()
        )
    inner: Any = view
    while inner is not None:
        cells = dict(zip(inner.__code__.co_freevars, inner.__closure__ or (), strict=True))
        if "request_method_list" in cells:
            return frozenset(cells["request_method_list"].cell_contents)
        inner = getattr(inner, "__wrapped__", None)
    return None
