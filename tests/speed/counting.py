"""How many statements each page sends, counted in the protocol: BEGIN with SET LOCAL is one, COMMIT one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.http import HttpResponse
from django.test import override_settings

from central.offices import directory
from tests.acceptance.cast import Player
from tests.inventory import Caller, Endpoint, World, endpoints
from tests.isolation.support import messages_sent

SENT = ("Execute", "Query")
REFUSING = {"account_not_at_home": 403, "api/^.*$": 404}
"""Pages whose very purpose is to say no."""


@dataclass(frozen=True, slots=True)
class Opened:
    """How a page was answered. `size`: bytes of the page; 0 for a file."""

    statements: int
    status: int
    size: int


def counted(act: Callable[[], object]) -> int:
    """Statements that the call sends."""
    with messages_sent() as sent:
        act()
    return sum(message in SENT for message in sent)


def opened(opener: Player | Caller, path: str) -> Opened:
    """Opens a page as somebody who is signed in, at a host that is known, as on a working day."""
    if isinstance(opener, Player):
        opener.sign_in()
    directory.forget()
    directory.find(opener.host)
    with messages_sent() as sent:
        answer: HttpResponse = opener.get(path)
    size = 0 if answer.streaming else len(answer.content)
    return Opened(sum(message in SENT for message in sent), answer.status_code, size)


def every_page(world: World) -> dict[str, Opened]:
    """Every address that answers GET, by its key, opened by somebody for whom it works."""
    found: dict[str, Opened] = {}
    with override_settings(DEMO=True):
        for endpoint in _reading():
            place = world.main(endpoint)
            page = found[endpoint.key] = opened(place.opener(endpoint), place.path(endpoint))
            expected = REFUSING.get(endpoint.name, 200)
            assert page.status in (expected, 302), f"{endpoint}: {page.status}"
    return found


def _reading() -> Iterator[Endpoint]:
    return (endpoint for endpoint in endpoints() if "GET" in endpoint.methods)


def as_people(world: World, key: str, names: Iterable[str]) -> dict[str, int]:
    """One page, opened by people of its host: statements by the person's name."""
    endpoint = next(found for found in endpoints() if found.key == key)
    place = world.main(endpoint)
    return {name: opened(place.person(name), place.path(endpoint)).statements for name in names}
