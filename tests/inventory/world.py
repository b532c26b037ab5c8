"""A populated world: three offices, their governments' desks, and a real object for every address.

    world = build_world()                       # with the fixture `db` or `real_commits`; about two seconds
    office = world("greged")                    # a Place; also by Office or Government, and "platform"
    office.path("portal:complaint")             # a real path on that host
    office.path("portal:complaint", "waiting")  # ... of the complaint of that name
    office.body("portal:unit")                  # what a form of it posts and is accepted
    office.opener("portal:complaint").get(path) # somebody who may open it
    office.person("clerk")                      # a Player, signed in, at that host

Complaints are named in `tests.inventory.stories`, people below in `ROLES`; the recipes of addresses, bodies
and openers are in `tests.inventory.recipes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from central.accounts.services import create_token
from central.offices.access import office as inside
from central.offices.models import Government, GovernmentMember, Office
from tenants.organization.queries import Person, actor_for_member
from tests.acceptance.cast import Cast, Player, host_of
from workflows.cases import REPORTER, Actor, ActorKind

from . import belongings
from .cases import Case, make_case
from .endpoints import Endpoint
from .stories import STORIES

OFFICES = ("greged", "jenawi", "dishub-mojokerto")
"""All offices of the world; each government of them has a desk. A further desk is that of `jogja`."""

GOVERNMENTS = ("cirebon", "karanganyar", "mojokerto", "jogja")

ROLES: dict[str, dict[str, tuple[str, str | None]]] = {
    "greged": {
        "clerk": ("complaint_clerk", None),
        "secretary": ("district_secretary", None),
        "head": ("district_head", None),
        "unit": ("unit_officer", "trantib"),
        "other_unit": ("unit_officer", "kesejahteraan"),
    },
    "jenawi": {
        "clerk": ("web_admin", None),
        "unit": ("data_officer", None),
        "head": ("information_officer", None),
    },
    "dishub-mojokerto": {
        "clerk": ("operator", None),
        "unit": ("responsible_official", None),
        "head": ("agency_head", None),
    },
}
"""People of each office by what they are called here: role of the SOP and unit. Beside them every office has
`admin`, `plain` (a member without a role), `ended` (whose only position ended), `former` (who left) and
`hasty` (an admin whose session has shown no second factor).
"""

DESK = ("admin", "central_admin", "editor", "press_coordinator")
"""People of each desk by their role. Beside them: `former`, `hasty` without a second factor, and `visitor`,
an admin who is on a support visit to each office of the government.
"""


class Caller(Client):
    """A browser that nobody has signed in with, or a program with a token, at one host."""

    def __init__(self, host: str, **defaults: Any) -> None:
        super().__init__(HTTP_HOST=host, **defaults)
        self.host = host


@dataclass
class Place:
    """One host with what is there. `cases`, `things` are empty on hosts without complaints."""

    world: World
    site: str
    code: str
    host: str
    office: Office | None = None
    government: Government | None = None
    cases: dict[str, Case] = field(default_factory=dict)
    things: belongings.Things = field(default_factory=belongings.Things)
    people: dict[str, Player] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def person(self, name: str) -> Player:
        """Somebody of this host (see `ROLES` and `DESK`), signed in here."""
        return self.people[name]

    def caller(self, token: str = "") -> Caller:
        """Nobody, or a program that calls with the API token of a person here (`clerk`, `admin`)."""
        return Caller(self.host, **({"HTTP_AUTHORIZATION": f"Bearer {self.tokens[token]}"} if token else {}))

    def reporter(self) -> Caller:
        """Somebody with a begun report in the browser, complete up to sending it."""
        caller = self.caller()
        caller.cookies[settings.DRAFT_COOKIE_NAME] = self.things.draft
        return caller

    def reporter_after(self) -> Caller:
        """Somebody whose browser has just sent a report."""
        caller = self.caller()
        caller.cookies[settings.DRAFT_COOKIE_NAME] = self.things.sent_draft
        return caller

    # --- addresses ----------------------------------------------------------------------------------------

    def path(self, name: str | Endpoint, case: str = "", **query: str) -> str:
        """A real path of a route of this host; of the named complaint where it is about one."""
        recipe = self._recipe(name)
        return recipe.path(self, self._case(recipe, case), query)

    def body(self, name: str | Endpoint, case: str = "") -> dict[str, Any]:
        """What its form posts, so that it is accepted. Keyword arguments of `post` beside the path."""
        recipe = self._recipe(name)
        return recipe.posts(self, self._case(recipe, case))

    def opener(self, name: str | Endpoint) -> Player | Caller:
        """Somebody new-come with a browser of their own for whom the route works."""
        return self._recipe(name).by(self)

    def reverse(self, name: str, /, **values: Any) -> str:
        """Django's `reverse` on this host."""
        return reverse(name, urlconf=settings.URLCONFS[self.site], kwargs=values)

    def _recipe(self, name: str | Endpoint) -> Any:
        from .recipes import recipe

        return recipe(self.site, name.name if isinstance(name, Endpoint) else name)

    def _case(self, recipe: Any, case: str) -> Case | None:
        wanted = case or recipe.case
        return self.shown.get(wanted) or next(iter(self.shown.values()), None) if wanted else None

    @property
    def shown(self) -> dict[str, Case]:
        """The complaints that addresses of this host are about: a desk's are those of its offices."""
        if self.site != "government":
            return self.cases
        offices = [place for place in self.world.offices if place.government == self.government]
        return offices[0].cases if offices else {}


class World:
    """All hosts. `world(place)` gives one by code, office or government; `world.places` all of them."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.places: dict[str, Place] = {
            "platform": Place(self, "platform", "platform", settings.BASE_HOST),
        }

    def __call__(self, place: str | Office | Government) -> Place:
        return self.places[place if isinstance(place, str) else place.code]

    @property
    def offices(self) -> Iterable[Place]:
        return [place for place in self.places.values() if place.site == "office"]

    def main(self, endpoint: Endpoint) -> Place:
        """The host on which a route is tried first: the one with the most in it."""
        return self({"office": "greged", "government": "mojokerto", "platform": "platform"}[endpoint.site])

    def address(self, endpoint: Endpoint, place: str | Office | Government = "") -> str:
        """A real path of a route, on the named host or the one with the most in it."""
        return (self(place) if place else self.main(endpoint)).path(endpoint)


def build_world(cast: Cast | None = None, offices: Iterable[str] = OFFICES) -> World:
    """Populates the database. In a transaction that is taken back, or for good with `real_commits`."""
    world = World(cast or Cast())
    for code in GOVERNMENTS:
        _government(world, Government.objects.get(code=code))
    for code in offices:
        _office(world, Office.objects.select_related("government").get(code=code))
    for place in list(world.places.values()):
        belongings.give(place)
    if {"greged", "dishub-mojokerto"} <= set(world.places):
        belongings.open_doors(world)
    return world


def _government(world: World, government: Government) -> None:
    place = Place(world, "government", government.code, host_of(government), government=government)
    for role in (*DESK, "hasty", "former", "visitor"):
        place.people[role] = world.cast.desk(government, role)
    GovernmentMember.objects.filter(government=government, role="visitor").update(role=GovernmentMember.ADMIN)
    GovernmentMember.objects.filter(government=government, role="hasty").update(role="central_admin")
    GovernmentMember.objects.filter(government=government, role="former").update(
        role="central_admin", is_active=False
    )
    place.people["hasty"].second_factor = False
    world.places[government.code] = place


def _office(world: World, office: Office) -> None:
    place = Place(world, "office", office.code, host_of(office), office, office.government)
    world.places[office.code] = place
    for name, (role, unit) in ROLES[office.code].items():
        place.people[name] = world.cast.member(office, role, unit)
    place.people["admin"] = world.cast.admin(office)
    belongings.hire(place)
    if office.code == "dishub-mojokerto":
        belongings.let_the_desk_write(place)
    actor = _actors(world, place)
    with inside(office):
        for number, story in enumerate(STORIES[office.code], start=1):
            place.cases[story.case] = make_case(office.code, story, 100 * office.pk + number, actor)
    for name in ("clerk", "admin"):
        place.tokens[name] = create_token(place.people[name].user, office, "Aplikasi loket")[1]


def _actors(world: World, place: Place) -> Callable[[str, str | None], Actor]:
    """Finds who takes a step: a member by role and unit, somebody of the desk, or the reporter."""
    known: dict[tuple[str, str | None], Actor] = {}
    assert place.office is not None
    assert place.government is not None
    office, desk = place.office, world(place.government)

    def actor(by: str, unit: str | None) -> Actor:
        if by == "reporter":
            return REPORTER
        if (by, unit) not in known:
            if by.startswith("desk:"):
                user, role = desk.person(by.removeprefix("desk:")).user, by.removeprefix("desk:")
                known[by, unit] = Actor(
                    ActorKind.GOVERNMENT, id=user.pk, name=user.name, roles=frozenset({role})
                )
            else:
                member_id = world.cast.member(office, by, unit).member_id
                assert member_id is not None
                found: Person | None = actor_for_member(member_id)
                assert found is not None
                known[by, unit] = found
        return known[by, unit]

    return actor


def answered(response: HttpResponse) -> bool:
    """2xx or the way elsewhere."""
    return 200 <= response.status_code < 400
