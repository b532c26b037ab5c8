"""Everybody who asks, host by host, and what each of them may know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django.conf import settings
from django.utils import timezone

from central.accounts.models import ApiToken
from central.accounts.services import create_token
from central.coordination.models import GovernmentWork
from tests.acceptance.cast import Player
from tests.inventory import Endpoint, Place, World
from tests.inventory.belongings import DRAFT_NAMES, SECRET
from tests.inventory.cases import Case
from tests.inventory.parts import half_signed_in, visitor, with_reset_key
from tests.inventory.recipes import recipe

MADE_UP = "ZZZZ-ZZZZ-ZZZZ-ZZZZ"
"""A tracking code that nobody has."""

NO_LINK = "x" * 43
"""The token of a sign-up link that was never sent."""

ROUTED = frozenset({"Cempaka"})
"""A place of complaints that one of the office's routing rules names, too: so it stands in the set-up."""

Address = Callable[[Place, Endpoint], str]


def without_secrets(place: Place, endpoint: Endpoint) -> str:
    """The address as somebody has it who knows neither tracking codes nor sign-up links: they make one up."""
    path = place.path(endpoint)
    for known in place.world.places.values():
        path = path.replace(known.things.invitation, NO_LINK) if known.things.invitation else path
        for case in known.cases.values():
            path = path.replace(case.code, MADE_UP)
    return path


def by_code(place: Place, endpoint: Endpoint) -> str:
    """The address as the reporter has it."""
    link = place.things.invitation
    path = place.path(endpoint)
    return path.replace(link, NO_LINK) if link else path


def by_anothers_code(place: Place, endpoint: Endpoint) -> str:
    """With the code of one's own report; files and steps stay those of the other."""
    case = place.cases.get(recipe(endpoint.site, endpoint.name).case)
    path = by_code(place, endpoint)
    return path.replace(case.code, place.cases["waiting"].code) if case else path


def by_link(place: Place, endpoint: Endpoint) -> str:
    """The address as somebody has it who got the mail with the sign-up link."""
    return place.path(endpoint) if endpoint.name == "invitation" else without_secrets(place, endpoint)


@dataclass(frozen=True)
class Actor:
    """Somebody at one host. `place`: that host. `knows`: secrets that may stand in their answers.

    `address`: how they know what an address names.
    """

    name: str
    place: Place
    cookies: Mapping[str, str] = field(default_factory=dict)
    token: str = ""
    knows: frozenset[str] = frozenset()
    address: Address = without_secrets

    def path(self, endpoint: Endpoint) -> str:
        """The route's address as this person has it."""
        return self.address(self.place, endpoint)

    def asks(self, endpoint: Endpoint, method: str) -> dict[str, Any]:
        """Keyword arguments of `Asker.ask` for this person's request."""
        body = self.place.body(endpoint) if method == "POST" else {}
        return {"cookies": self.cookies, "token": self.token, **body}


# --- secrets ------------------------------------------------------------------------------------------------


def secrets_of(cases: Iterable[Case]) -> frozenset[str]:
    """What stands in complaints and not in public."""
    return frozenset(secret for case in cases for secret in case.secrets)


def secrets(world: World) -> frozenset[str]:
    """Everything in the world that is not for everybody: complaints, begun reports, people's addresses."""
    found: set[str] = set(DRAFT_NAMES.values())
    for place in world.places.values():
        published = {case.number for name, case in place.cases.items() if name == "published"}
        found |= secrets_of(place.cases.values()) - published
        found |= {player.user.email for player in place.people.values()}
        if place.office:
            found |= {f"calon@{place.code}.example.id", f"lama@{place.code}.example.id"}
    return frozenset(found)


def found(content: bytes, secrets: Iterable[str]) -> list[str]:
    """Which of the secrets stand in an answer, however they are capitalised, as words of their own."""
    text = content.decode("utf-8", "replace").lower()
    return [secret for secret in secrets if _stands(text, secret.lower())]


def _stands(text: str, secret: str) -> bool:
    at = text.find(secret)
    while at >= 0:
        before = text[at - 1] if at else " "
        if not secret[0].isalpha() or not (before.isalnum() or before in "._-"):
            return True
        at = text.find(secret, at + 1)
    return False


def _all_of(place: Place) -> frozenset[str]:
    """What an active member of an office may read there, names apart: those are `test_agreement`'s."""
    return secrets_of(place.cases.values()) | _staff_of(place)


def _staff_of(place: Place) -> frozenset[str]:
    """Who works at an office, and who is to: what its admin's list shows, and a visitor reads."""
    people = {player.user.email for player in place.people.values()}
    return frozenset(people | {f"calon@{place.code}.example.id", f"lama@{place.code}.example.id"})


# --- an office's host ---------------------------------------------------------------------------------------


def at_office(world: World, code: str = "greged", elsewhere: str = "jenawi") -> list[Actor]:
    """Everybody at an office's host. `elsewhere`: the office that strangers come from."""
    place, other = world(code), world(elsewhere)
    assert place.government is not None
    desk, other_desk = world(place.government), world("mojokerto")
    everything = _all_of(place)
    guest = visitor(place)

    def member(name: str, knows: frozenset[str] = everything) -> Actor:
        return Actor(name, place, _session(place.person(name)), knows=knows | _own(place.person(name)))

    def carried(name: str, player: Player) -> Actor:
        return Actor(name, place, _session(player), knows=_own(player))

    return [
        Actor("anonymous", place),
        Actor("half", place, _jar(half_signed_in(place))),
        Actor("resetting", place, _jar(with_reset_key(place))),
        Actor("invited", place, knows=frozenset({f"calon@{place.code}.example.id"}), address=by_link),
        Actor("reporter", place, {_DRAFT: place.things.draft}, knows=_reporters(place), address=by_code),
        Actor("sender", place, {_DRAFT: place.things.sent_draft}, knows=_sent(place)),
        Actor("other_reporter", place, {_DRAFT: other.things.draft},
              knows=secrets_of([place.cases["waiting"]]), address=by_anothers_code),
        *(member(name) for name in ("plain", "ended", "clerk", "secretary", "head", "unit", "other_unit")),
        *(member(name) for name in ("paired", "admin")),
        member("hasty", frozenset()),
        member("former", frozenset()),
        carried("stranger", other.person("clerk")),
        carried("stranger_admin", other.person("admin")),
        carried("desk", desk.person("central_admin")),
        carried("desk_admin", desk.person("admin")),
        carried("other_desk", other_desk.person("editor")),
        Actor("on_visit", place, _session(guest), knows=_staff_of(place) | ROUTED | _own(guest)),
        Actor("token", place, token=place.tokens["clerk"], knows=everything),
        Actor("token_admin", place, token=place.tokens["admin"], knows=everything),
        Actor("token_elsewhere", place, token=other.tokens["clerk"]),
        Actor("token_revoked", place, token=_token(place, revoked_at=timezone.now())),
        Actor("token_expired", place, token=_token(place, expires_at=timezone.now() - timedelta(days=1))),
        Actor("token_former", place, token=_token_of_former(place)),
    ]  # fmt: skip


_DRAFT = settings.DRAFT_COOKIE_NAME


def _session(player: Player) -> dict[str, str]:
    """A session of its own; it has the page open that pairs a time-code app."""
    fresh = Player(player.user, player.host, second_factor=player.second_factor)
    fresh.sign_in()
    session = fresh.client.session
    session[SECRET_SESSION_KEY] = SECRET
    session.save()
    return _jar(fresh.client)


def _jar(client: Any) -> dict[str, str]:
    return {name: morsel.value for name, morsel in client.cookies.items()}


def _own(player: Player) -> frozenset[str]:
    return frozenset({player.user.email})


def _token(place: Place, **state: Any) -> str:
    made, secret = create_token(place.person("clerk").user, _office(place), "Aplikasi lama")
    ApiToken.objects.filter(pk=made.pk).update(**state)
    return secret


def _token_of_former(place: Place) -> str:
    """One that was, against the rules, not taken back when its owner left."""
    return create_token(place.person("former").user, _office(place), "Aplikasi lama")[1]


def _office(place: Place) -> Any:
    assert place.office is not None
    return place.office


def _reporters(place: Place) -> frozenset[str]:
    """A reporter holds the codes that the recipes name, and a begun report."""
    mine = secrets_of(place.cases[name] for name in ("answered", "new"))
    return mine | {DRAFT_NAMES[place.code]}


def _sent(place: Place) -> frozenset[str]:
    return secrets_of([place.cases["new"]])


# --- a government's host, the platform's --------------------------------------------------------------------


def at_government(world: World, code: str = "mojokerto", elsewhere: str = "jogja") -> list[Actor]:
    """Everybody at a government's host, where its desk works."""
    place, other = world(code), world(elsewhere)
    office = next(found for found in world.offices if found.government == place.government)
    people = {player.user.email for player in place.people.values()}

    def member(name: str, role: str | None) -> Actor:
        player = place.person(name)
        knows = _open_to(office, place, role) | _own(player)
        invited = {f"baru@{place.code}.example.id"}
        return Actor(
            name, place, _session(player), knows=knows | (people | invited if role is None else set())
        )

    def carried(name: str, player: Player) -> Actor:
        return Actor(name, place, _session(player), knows=_own(player))

    return [
        Actor("anonymous", place),
        Actor("half", place, _jar(half_signed_in(place))),
        Actor("resetting", place, _jar(with_reset_key(place))),
        Actor("invited", place, knows=frozenset({f"baru@{place.code}.example.id"}), address=by_link),
        member("admin", None),
        *(member(role, role) for role in ("central_admin", "editor", "press_coordinator")),
        member("paired", "central_admin"),
        Actor("hasty", place, _session(place.person("hasty")), knows=_own(place.person("hasty"))),
        carried("former", place.person("former")),
        carried("other_desk", other.person("editor")),
        carried("other_desk_admin", other.person("admin")),
        carried("clerk", office.person("clerk")),
        carried("office_admin", office.person("admin")),
        carried("office_paired", office.person("paired")),
        carried("stranger", world("greged").person("clerk")),
        Actor("token", place, token=office.tokens["clerk"]),
        Actor("reporter", place, {_DRAFT: place.things.draft}, knows=frozenset({DRAFT_NAMES[place.code]})),
        Actor("sender", place, {_DRAFT: place.things.sent_draft}, knows=_sent(office)),
    ]


def _open_to(office: Place, desk: Place, role: str | None) -> frozenset[str]:
    """Secrets of the complaints that wait for a role at the desk; for its admin those of all that wait. The
    numbers of all are no secret there: the worklist shows them, and nothing else of them.
    """
    work = GovernmentWork.objects.filter(government=desk.government, closed_at=None)
    if role is not None:
        work = work.filter(role=role)
    uids = set(work.values_list("uid", flat=True))
    numbers = frozenset(case.number for case in office.cases.values())
    return numbers | secrets_of(case for case in office.cases.values() if case.uid in uids)


def at_platform(world: World) -> list[Actor]:
    """Everybody at the platform's own host, where nobody signs in."""
    place = world("platform")
    return [
        Actor("anonymous", place),
        Actor("holder", place, address=Place.path),
        *(
            Actor(name, place, _session(player), knows=_own(player))
            for name, player in (
                ("clerk", world("greged").person("clerk")),
                ("office_admin", world("greged").person("admin")),
                ("desk_admin", world("cirebon").person("admin")),
            )
        ),
        Actor("token", place, token=world("greged").tokens["clerk"]),
    ]


ACTORS: dict[str, Callable[[World], list[Actor]]] = {
    "office": at_office,
    "government": at_government,
    "platform": at_platform,
}
