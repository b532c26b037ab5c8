"""Every form that is sent from a page, found from the URL configuration and the pages themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.urls import resolve

from tenants.site.steps import STEPS
from tests.acceptance.sops.page import Field, Form, Page
from tests.hostile.forms import Target, client_of
from tests.hostile.steps import Open
from tests.inventory import Endpoint, Place, World, endpoints
from tests.inventory.endpoints import Gives

SAMPLES = {"style_guide"}
"""Pages whose forms only show what forms look like."""

Key = tuple[str, str, str, frozenset[str]]


def targets(world: World, *, every_host: bool) -> list[Target]:
    """The forms of all pages, and the addresses that take one without having a page of their own. What is the
    same on several hosts comes once, unless `every_host`.
    """
    found: dict[Key, Target] = {}
    for endpoint in endpoints():
        if is_api(endpoint) or endpoint.name in SAMPLES:
            continue
        place = world.main(endpoint)
        for path in _paths(place, endpoint):
            for target in _at(place, endpoint, path):
                urlconf = settings.URLCONFS[endpoint.site]
                target.takes = resolve(target.action.partition("?")[0], urlconf).view_name
                site = endpoint.site if every_host else ""
                key = (site, target.takes, _shape(target.action), frozenset(target.form.fields))
                found.setdefault(key, target)
    return list(found.values())


def is_api(endpoint: Endpoint) -> bool:
    """It takes JSON and has tests of its own."""
    return endpoint.name.startswith("api")


def _paths(place: Place, endpoint: Endpoint) -> list[str]:
    if endpoint.name == "site:report_question":
        return [place.reverse(endpoint.name, name=step.name) for step in STEPS]
    return [place.path(endpoint)]


def _shape(path: str) -> str:
    """An address without what names one object."""
    return re.sub(r"[0-9a-f]{32}|\d+|[A-Z0-9-]{16,}", "*", path.partition("?")[0])


def _at(place: Place, endpoint: Endpoint, path: str) -> Iterator[Target]:
    client = client_of(place.opener(endpoint))
    takes = "POST" in endpoint.methods
    valid: Mapping[str, Any] = place.body(endpoint)["data"] if takes else {}
    others = [
        name
        for other in place.world.offices
        if other is not place
        for case in [*other.cases.values()][:2]
        for name in (case.slug, str(case.uid), case.code)
    ]

    def target(form: Form) -> Target:
        known = Target(endpoint.key, place.host, path, form, client, place.office, valid)
        known.others = tuple(others)
        return known

    if endpoint.is_page:
        page = Page(client.get(path, HTTP_HOST=place.host))
        yield from (target(form) for form in page.forms if form.method == "post")
    elif takes:
        yield target(_bare(valid, fragment=endpoint.gives is Gives.PART))


def _bare(valid: Mapping[str, Any], *, fragment: bool) -> Form:
    """The form of an address that no page of its own shows."""
    fields = {name: Field("hidden" if fragment else "text", values=[value]) for name, value in valid.items()}
    return Form("", fields, method="post")


def step_target(step: Open) -> Target:
    """The form of a step's page, open before whoever may take it."""
    player = step.who.player
    if player is None:
        client, host = step.brought.citizen.client, step.arena.host
        client.raise_request_exception = False
    else:
        client, host = client_of(player), player.host
    page = Page(client.get(step.page, HTTP_HOST=host))
    form = next(form for form in page.forms if form.method == "post" and _own(form, step.page))
    prefix = "" if player is None else "isi-"
    valid = {f"{prefix}{code}": value for code, value in step.inputs.items()}
    ticked = {name: "on" if value is True else value for name, value in valid.items()}
    return Target(str(step), host, step.page, form, client, step.arena.office, ticked)


def _own(form: Form, page: str) -> bool:
    return form.action in ("", page)
