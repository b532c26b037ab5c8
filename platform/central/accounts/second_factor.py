"""Who must show a second factor, and whether this session has.

Obliged are the admins of an office, on their office's host, and everybody at a government's central desk.
Others may set it up. A session counts as having shown it when a time code or a recovery code was accepted in
it: at sign-in, when asked again, or when the factor was set up.

What only an office knows (who its admins are) comes through a registry, because this package knows no
office's tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from central.accounts.models import User

if TYPE_CHECKING:
    from central.offices.models import Office


@dataclass(frozen=True)
class Membership:
    """What an office says of a person: the member's row there, and whether they are an admin of the
    office.
    """

    member_id: int
    is_admin: bool


MembershipOf = Callable[["Office", int], Membership | None]
OfficesOf = Callable[[User], Iterable["Office"]]

_membership_of: list[MembershipOf] = []
_offices_of: list[OfficesOf] = []


def register_memberships(membership_of: MembershipOf) -> None:
    """The office side says here how to find an active member by the account's id; it enters the office
    itself.
    """
    _membership_of[:] = [membership_of]


def register_offices(offices_of: OfficesOf) -> None:
    """Says here how to find the offices that a person ever joined."""
    _offices_of[:] = [offices_of]


def membership(office: Office, user: User) -> Membership | None:
    """What the office says of the person; None for somebody who is no active member. Enters the office."""
    (membership_of,) = _membership_of
    return membership_of(office, user.pk)


def works_at_desk(request: HttpRequest, user: User) -> bool:
    """Whether the person belongs to the central desk of the government whose host this is."""
    government = getattr(request, "government", None)
    return (
        government is not None
        and user.government_roles.filter(government=government, is_active=True).exists()
    )


def is_obliged(request: HttpRequest, user: User) -> bool:
    """Whether some task of the person, here or in another office, demands a second factor.

    It looks into every office that the person joined; meant for rare acts such as switching the factor off.
    """
    if user.government_roles.filter(is_active=True).exists():
        return True
    offices = {office.pk: office for find in _offices_of for office in find(user)}
    here = getattr(request, "office", None)
    if here is not None:
        offices[here.pk] = here
    found = (membership(office, user) for office in offices.values())
    return any(member is not None and member.is_admin for member in found)


def was_shown(request: HttpRequest) -> bool:
    """Whether the second factor was accepted in this session. Reads the session only."""
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)


def is_set_up(user: User) -> bool:
    """Whether the person has a time-code app paired with the account."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def _note_shown(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Setting the factor up takes a code from it: the session has shown it."""
    if authenticator.type == Authenticator.Type.TOTP:
        record_authentication(request, user, method="mfa", type="totp", reauthenticated=True)


def _forget_shown(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """After the factor was switched off, this session has shown none."""
    if authenticator.type == Authenticator.Type.TOTP:
        records = get_authentication_records(request, user)
        kept = [record for record in records if record.get("method") != "mfa"]
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = kept


def connect() -> None:
    """Called once, when the app is ready."""
    signals.authenticator_added.connect(_note_shown, dispatch_uid="second-factor")
    signals.authenticator_removed.connect(_forget_shown, dispatch_uid="second-factor")
