"""Every page that there is to look at: all of the URL configuration, and what no address alone leads to.

A `Visit` is one page as one person sees it. `plain()` gives one for every route that shows a page, so that a
new route is looked at as soon as it exists; `special()` gives the faces that a route has beside its usual.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.acceptance.cast import Player
from tests.inventory import DEMO, Caller, Place, World, endpoints
from tests.proof import FULL

Browser = Player | Caller
Opening = Callable[[World], tuple[Place, Browser | None, str]]


@dataclass(frozen=True)
class Visit:
    """One page. `opening`: the host, who looks, and the address; `act`: what is done there before looking."""

    name: str
    opening: Opening
    status: int = 200
    act: Callable[[Page], None] | None = None
    demo: bool = False

    def __str__(self) -> str:
        return self.name


NO_BY_PURPOSE = {"account_not_at_home": 403}
"""Pages that say no because that is what they are for."""


def plain() -> list[Visit]:
    """One visit for every page of the URL configuration.

    The short form leaves out the account's pages on a government's host: the same, by the same names, stand
    on an office's.
    """
    found = []
    elsewhere = {one.name for one in endpoints("office")} if not FULL else set()
    for one in endpoints():
        if one.is_page and not (one.site == "government" and one.name in elsewhere):
            found.append(
                Visit(
                    one.key.replace(" ", "-").replace(":", "-"),
                    _usual(one.key),
                    NO_BY_PURPOSE.get(one.name, 200),
                    demo=one.name in DEMO,
                )
            )
    return found


def _usual(key: str) -> Opening:
    def opening(world: World) -> tuple[Place, Browser | None, str]:
        one = next(found for found in endpoints() if found.key == key)
        place = world.main(one)
        return place, place.opener(one), place.path(one)

    return opening
