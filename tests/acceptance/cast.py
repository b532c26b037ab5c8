"""The cast of the acceptance tests: everybody by the role of the SOP that they hold.

Nobody here knows the code: they have a browser each, at the host where they work.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from central.accounts.models import User
from central.offices.access import office as inside
from central.offices.models import Domain, Government, GovernmentMember, Office
from tenants.organization.models import Holding, Member, Position

REFRESH = timedelta(hours=6)


def host_of(place: Office | Government) -> str:
    """The host name of an office or a government."""
    by = {"office": place} if isinstance(place, Office) else {"government": place}
    return Domain.objects.get(**by).host


def neighbour_of(office: Office, code: str) -> Office:
    """The office of that code, from now on of the same government as `office`."""
    other = Office.objects.get(code=code)
    other.government = office.government
    other.save(update_fields=["government"])
    return other


@dataclass
class Player:
    """A person of the staff with a browser at one host, signed in with the second factor unless it is said
    otherwise.

    The session is renewed where the test's clock has moved on, as a person would sign in again next morning.
    """

    user: User
    host: str
    role: str = ""
    member_id: int | None = None
    client: Client = field(default_factory=Client)
    _signed_in_at: Any = None
    second_factor: bool = True

    def sign_in(self) -> None:
        """By force: what the sign-in pages do is tested elsewhere."""
        now = timezone.now()
        store = import_module(settings.SESSION_ENGINE).SessionStore()
        store[SESSION_KEY] = str(self.user.pk)
        store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        store[HASH_SESSION_KEY] = self.user.get_session_auth_hash()
        shown = [{"method": "password", "at": now.timestamp()}]
        if self.second_factor:
            shown.append({"method": "mfa", "type": "totp", "at": now.timestamp()})
        store[AUTHENTICATION_METHODS_SESSION_KEY] = shown
        store[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = str(self.user.pk)
        store.save()
        self.client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
        self._signed_in_at = now

    def _fresh(self) -> None:
        since = self._signed_in_at
        if since is None or not timedelta(0) <= timezone.now() - since < REFRESH:
            self.sign_in()

    def get(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> HttpResponse:
        self._fresh()
        return self.client.get(path, data or {}, HTTP_HOST=self.host, **more)

    def post(self, path: str, data: Any = None, **more: Any) -> HttpResponse:
        self._fresh()
        return self.client.post(path, data if data is not None else {}, HTTP_HOST=self.host, **more)

    def at(self, place: Office | Government) -> Player:
        """The same person with the same session cookie at another host."""
        self._fresh()
        other = Player(self.user, host_of(place), self.role, None, Client(), second_factor=self.second_factor)
        other.client.cookies[settings.SESSION_COOKIE_NAME] = self.client.cookies[
            settings.SESSION_COOKIE_NAME
        ].value
        other._signed_in_at = self._signed_in_at
        return other


class Cast:
    """Everybody who plays in one test. An office's staff is hired when the first of them is called for."""

    def __init__(self) -> None:
        self._staff: dict[int, list[tuple[Position, Player]]] = {}
        self._players: dict[tuple[int, str], Player] = {}

    def member(self, office: Office, role: str, unit: str | None = None) -> Player:
        """A member of the office who holds the role, in a unit if one is named. The same person each time."""
        for position, player in self._hired(office):
            fits = unit is None or (position.unit is not None and position.unit.code == unit)
            if role in position.roles and fits:
                player.role = role
                return player
        raise LookupError(f"Nobody at {office.code} holds {role} in unit {unit}.")

    def admin(self, office: Office) -> Player:
        """The office's admin, who holds no position."""
        key = (office.pk, "admin")
        if key not in self._players:
            user = _user(f"admin@{office.code}.example.id", f"Admin {office.name}")
            with inside(office):
                member = Member.objects.create(
                    user_id=user.pk, name=user.name, email=user.email, is_admin=True
                )
            self._players[key] = Player(user, host_of(office), "admin", member.pk)
        return self._players[key]

    def desk(self, government: Government, role: str) -> Player:
        """Somebody of the government's central desk."""
        key = (-government.pk, role)
        if key not in self._players:
            user = _user(f"{role}@{government.code}.example.id", f"{role} {government.name}")
            GovernmentMember.objects.create(user=user, government=government, role=role)
            self._players[key] = Player(user, host_of(government), role)
        return self._players[key]

    def _hired(self, office: Office) -> list[tuple[Position, Player]]:
        if office.pk not in self._staff:
            self._staff[office.pk] = _hire(office)
        return self._staff[office.pk]


def _user(email: str, name: str) -> User:
    user = User(email=email, name=name)
    user.set_unusable_password()
    user.save()
    return user


def _hire(office: Office) -> list[tuple[Position, Player]]:
    """One member for each position of the office, since long ago."""
    with inside(office):
        positions = list(Position.objects.select_related("unit").order_by("id"))
    users = []
    for position in positions:
        user = User(email=f"{position.code}@{office.code}.example.id", name=f"{position.title} {office.code}")
        user.set_unusable_password()
        users.append(user)
    User.objects.bulk_create(users)
    host = host_of(office)
    with inside(office):
        members = Member.objects.bulk_create(
            [Member(user_id=user.pk, name=user.name, email=user.email) for user in users]
        )
        long_ago = timezone.now().date() - timedelta(days=20 * 365)
        Holding.objects.bulk_create(
            [
                Holding(member=member, position=position, starts_on=long_ago)
                for member, position in zip(members, positions, strict=True)
            ]
        )
    return [
        (position, Player(user, host, "", member.pk))
        for position, user, member in zip(positions, users, members, strict=True)
    ]
