"""How a person gets from an account into an office: by an accepted invitation. And who is a member of which
office.

`central` knows no office's tables; at start-up `connect()` gives it these two functions.
"""

from __future__ import annotations

from django.utils import timezone

from central.accounts import second_factor
from central.accounts.models import User
from central.accounts.second_factor import Membership
from central.offices.access import office
from central.offices.models import Office
from central.onboarding import services as onboarding
from central.onboarding.models import Invitation

from .models import Member
from .queries import member_of_user
from .services import OrganizationError, end_tokens, link_user


def membership(target: Office, user_id: int) -> Membership | None:
    """The active member of an office whom an account belongs to. Enters the office."""
    with office(target):
        member = member_of_user(user_id)
    return Membership(member.pk, member.is_admin) if member is not None else None


def join(invitation: Invitation, user: User) -> None:
    """Makes the invited person a member who can sign in; an admin's invitation makes an admin.

    Called in public mode, within the transaction that uses the invitation up; enters the office.

    Raises:
        InvitationProblem: `no_longer`, where the office took the expected member out again.
    """
    assert invitation.office is not None
    # A row that waits says itself what the person is: it may have changed since the invitation went out.
    is_admin = invitation.kind == Invitation.Kind.OFFICE_ADMIN and invitation.member_id is None
    with office(invitation.office):
        present = member_of_user(user.pk)
        if present is not None:
            _raise_to_admin(present, is_admin)
            return
        member = _expected(invitation, is_admin, user)
        try:
            link_user(member.pk, user.pk)
        except OrganizationError as error:
            raise onboarding.problem("no_longer") from error
        if member.name != user.name:
            Member.objects.filter(pk=member.pk).update(name=user.name)
        _raise_to_admin(member, is_admin)


def _expected(invitation: Invitation, is_admin: bool, user: User) -> Member:
    """The row that waits for the person: the one the invitation names, else one with their address, else a
    new one.
    """
    if invitation.member_id is not None:
        named = Member.objects.filter(pk=invitation.member_id, is_active=True).first()
        if named is None:
            raise onboarding.problem("no_longer")
        return named
    waiting = Member.objects.filter(email__iexact=invitation.email, is_active=True).first()
    return waiting or Member.objects.create(
        name=user.name, email=invitation.email, is_admin=is_admin, joined_at=timezone.now()
    )


def _raise_to_admin(member: Member, is_admin: bool) -> None:
    if is_admin and not member.is_admin:
        member.is_admin = True
        member.save(update_fields=["is_admin"])
        end_tokens(member)


def connect() -> None:
    """Called once, when the app is ready."""
    second_factor.register_memberships(membership)
    onboarding.register_join_office(join)
