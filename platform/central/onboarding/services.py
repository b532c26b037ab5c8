"""Commands: invite somebody, accept an invitation, register a government or office that wants to join."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from central.accounts import post
from central.accounts import services as accounts
from central.accounts.models import User
from central.accounts.sites import full_address
from central.offices.access import public
from central.offices.models import Domain, Government, GovernmentMember, Office
from central.onboarding.models import Invitation, Registration
from central.plaintext import clean_line

LIFETIME = timedelta(hours=72)
Kind = Invitation.Kind
OFFICE_KINDS = frozenset({Kind.OFFICE_ADMIN, Kind.OFFICE_MEMBER})

JoinOffice = Callable[[Invitation, User], None]
_join_office: list[JoinOffice] = []


class InvitationProblem(Exception):
    """A link cannot be used, or an invitation cannot be made. Codes:

    `unknown`, `used`, `expired` (of a link); `no_longer` (the office took the invited person out again),
    `other_account` (the link is for another address than the signed-in one); `no_address` (the place has no
    host name).
    """

    def __init__(self, code: str, message: str | Promise) -> None:
        super().__init__(str(message))
        self.code = code


PROBLEMS: dict[str, str | Promise] = {
    "unknown": gettext_lazy("Tautan undangan ini tidak dikenal."),
    "used": gettext_lazy("Tautan undangan ini sudah dipakai."),
    "expired": gettext_lazy("Tautan undangan ini sudah lewat masa berlakunya."),
    "no_longer": gettext_lazy("Undangan ini sudah tidak berlaku. Minta undangan baru kepada admin instansi."),
}


def problem(code: str) -> InvitationProblem:
    return InvitationProblem(code, PROBLEMS[code])


def register_join_office(join: JoinOffice) -> None:
    """The office side says here how an invited person becomes a member; it enters the office itself, and
    raises `InvitationProblem` ("no_longer") where the office does not expect the person any more."""
    _join_office[:] = [join]


# --- inviting -----------------------------------------------------------------------------------------------


@transaction.atomic
def invite(
    kind: str,
    email: str,
    *,
    office: Office | None = None,
    government: Government | None = None,
    role: str = "",
    member_id: int | None = None,
    name: str = "",
    invited_by: int | None = None,
    by_mail: bool = True,
    now: datetime | None = None,
) -> str:
    """Makes a sign-up link, valid once and for 72 hours, mails it unless told not to, and returns it.

    The link is the only place where its token is; the database keeps the digest. Earlier links to the same
    address for the same place stop working. May be called inside the office that invites: it goes to public
    mode by itself.

    Args:
        role: a government member's role of the SOP; an admin's is set by the kind.
        member_id: the office's own row of the person; without it accepting makes one.
        invited_by: the account that invites; None for a command of the operator.

    Raises:
        InvitationProblem: `no_address`, where the office or government has no host name to send the person
            to.
    """
    now = now or timezone.now()
    email = email.strip().lower()
    token = secrets.token_urlsafe(32)
    with public():
        link = full_address(host_of(office, government), f"/undangan/{token}/")
        Invitation.objects.filter(
            kind=kind, email=email, office=office, government=government, used_at=None, expires_at__gt=now
        ).update(expires_at=now)
        invitation = Invitation.objects.create(
            kind=kind,
            email=email,
            name=clean_line(name),
            office=office,
            government=government,
            role=GovernmentMember.ADMIN if kind == Kind.GOVERNMENT_ADMIN else role,
            member_id=member_id,
            token_digest=accounts.digest_of(token),
            created_at=now,
            created_by_id=invited_by,
            expires_at=now + LIFETIME,
        )
        if by_mail:
            _mail_invitation(invitation, link)
    return link


def host_of(office: Office | None, government: Government | None) -> str:
    """Where the invited person will work: sessions belong to one host, so the link leads there at once."""
    place = Domain.objects.filter(office=office) if office else Domain.objects.filter(government=government)
    host = place.order_by("-is_primary", "id").values_list("host", flat=True).first()
    if host is None:
        raise InvitationProblem("no_address", _("Tempat ini belum punya alamat situs."))
    return host


def _mail_invitation(invitation: Invitation, link: str) -> None:
    values = {
        "invitation": invitation,
        "place": invitation.office or invitation.government,
        "link": link,
        "hours": LIFETIME // timedelta(hours=1),
        "needs_second_factor": invitation.kind != Kind.OFFICE_MEMBER,
    }
    with override(settings.LANGUAGE_CODE):
        subject = render_to_string("onboarding/email/invitation_subject.txt", values)
        body = render_to_string("onboarding/email/invitation_message.txt", values)
    post.send("invitation", invitation.email, subject, body)


# --- accepting ----------------------------------------------------------------------------------------------


def find(token: str, *, now: datetime | None = None) -> Invitation:
    """The invitation of a link that can still be accepted.

    Raises:
        InvitationProblem: `unknown`, `used` or `expired`.
    """
    found = _by_token(token)
    _demand_open(found, now or timezone.now())
    return found


def _by_token(token: str, *, lock: bool = False) -> Invitation:
    rows = Invitation.objects.select_related("office", "government")
    if lock:
        # FOR NO KEY UPDATE of the invitation alone: of two accepts at once the second waits, and then sees
        # "used".
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = rows.filter(token_digest=accounts.digest_of(token)).first()
    if found is None:
        raise problem("unknown")
    return found


def _demand_open(invitation: Invitation, now: datetime) -> None:
    if invitation.used_at is not None:
        raise problem("used")
    if invitation.expires_at <= now:
        raise problem("expired")


def account_of(invitation: Invitation) -> User | None:
    """The account that the invited address has already, with a password of its own; else None.

    Whoever has one proves it with that password: a link in a mailbox must not change it.
    """
    user = User.objects.filter(email=invitation.email).first()
    return user if user is not None and user.has_usable_password() else None


@transaction.atomic
def accept(
    token: str, *, name: str = "", password: str = "", now: datetime | None = None
) -> tuple[User, Invitation]:
    """Makes the account (or takes the one that the address has) and the membership, and uses the link up.

    One transaction over the public side and the office. `name` and `password` are for somebody without an
    account; for an existing one the caller has checked the password already.

    Raises:
        InvitationProblem: `unknown`, `used`, `expired` or `no_longer`; then nothing was changed.
    """
    now = now or timezone.now()
    invitation = _by_token(token, lock=True)
    _demand_open(invitation, now)
    user = account_of(invitation)
    if user is None:
        user = _account(invitation.email, name, password)
    invitation.used_at = now
    invitation.save(update_fields=["used_at"])
    if invitation.kind in OFFICE_KINDS:
        (join,) = _join_office
        join(invitation, user)
    else:
        GovernmentMember.objects.update_or_create(
            user=user,
            government=invitation.government,
            role=invitation.role or GovernmentMember.ADMIN,
            defaults={"is_active": True},
        )
    return user, invitation


def _account(email: str, name: str, password: str) -> User:
    user = User.objects.filter(email=email).first()
    if user is None:
        return accounts.create_person(email, name, password)
    user.name = clean_line(name) or user.name
    user.set_password(password)
    user.save(update_fields=["name", "password"])
    accounts.revoke_tokens(user.pk)
    return user


# --- registering --------------------------------------------------------------------------------------------


@transaction.atomic
def register(
    *,
    government_name: str,
    office_name: str,
    contact_name: str,
    contact_position: str,
    email: str,
    phone: str,
    note: str,
) -> Registration:
    """Stores a wish to join, thanks its sender by mail and tells the platform's operators."""
    registration = Registration.objects.create(
        government_name=government_name,
        office_name=office_name,
        contact_name=contact_name,
        contact_position=contact_position,
        email=email.strip().lower(),
        phone=phone,
        note=note,
        created_at=timezone.now(),
    )
    values = {"registration": registration}
    with override(settings.LANGUAGE_CODE):
        thanks = [
            render_to_string(f"onboarding/email/registered_{part}.txt", values)
            for part in ("subject", "message")
        ]
        news = [
            render_to_string(f"onboarding/email/new_registration_{part}.txt", values)
            for part in ("subject", "message")
        ]
    post.send("registered", registration.email, thanks[0], thanks[1])
    for operator in settings.OPERATORS:
        post.send("new_registration", operator, news[0], news[1])
    return registration
