"""Brings the demo's governments, offices and people in. What is there already stays as it is."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password
from django.db import transaction

from central.accounts.models import User
from central.accounts.services import digest_of
from central.offices.access import office as inside
from central.offices.models import Government, GovernmentMember, Office
from central.offices.provisioning import provision
from central.offices.services import create_government, create_office
from central.onboarding.models import Invitation
from tenants.demo import past
from tenants.demo.cast import Cast, DemoGovernment, DemoOffice
from tenants.organization import services as organization
from tenants.organization.models import Member, Position
from workflows.cases import SYSTEM

BEFORE = timedelta(days=400)  # how long ago the demo's offices began


def bring_in(cast: Cast, now: datetime) -> list[tuple[DemoOffice, Office]]:
    """Makes what is missing, and gives every demo office with its row."""
    users = _accounts(cast)
    governments = {plan.code: _government(plan, users, now) for plan in cast.governments}
    return [(plan, _office(plan, governments[plan.government], users, now)) for plan in cast.offices]


@transaction.atomic
def _accounts(cast: Cast) -> dict[str, User]:
    """Everybody's account. One password for all, so that it is hashed once: hashing is slow on purpose."""
    people = cast.people
    there = {user.email: user for user in User.objects.filter(email__in=[person.email for person in people])}
    missing = [person for person in people if person.email not in there]
    if not missing:
        return there
    password = make_password(cast.password)
    made = User.objects.bulk_create(
        [User(email=person.email, name=person.name, password=password) for person in missing]
    )
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in made]
    )
    for person, user in zip(missing, made, strict=True):
        if person.second_factor:
            RecoveryCodes.activate(user)
            TOTP.activate(user, person.secret)
    return there | {user.email: user for user in made}


def _government(plan: DemoGovernment, users: dict[str, User], now: datetime) -> Government:
    government = Government.objects.filter(code=plan.code).first()
    if government is None:
        government = create_government(
            code=plan.code,
            name=plan.name,
            subdomain=plan.code,
            region_code=plan.region,
            created_at=now - BEFORE,
        )
    for person in plan.people:
        for role in person.roles:
            GovernmentMember.objects.get_or_create(
                user=users[person.email],
                government=government,
                role=role,
                defaults={"created_at": now - BEFORE},
            )
    return government


def _office(plan: DemoOffice, government: Government, users: dict[str, User], now: datetime) -> Office:
    office = Office.objects.select_related("government").filter(code=plan.code).first()
    if office is None:
        office = create_office(
            government=government,
            code=plan.code,
            name=plan.name,
            kind=plan.kind,
            preset=plan.preset,
            region_code=plan.region,
            colour=plan.colour,
            address=plan.address,
            phone=plan.phone,
            created_at=now - BEFORE,
            seed={"preset": plan.preset, "variant": plan.variant},
        )
    if office.status in (Office.Status.REQUESTED, Office.Status.PROVISIONING, Office.Status.FAILED):
        provision(office)  # an earlier load was interrupted
    with past.moment(now - BEFORE), inside(office):
        _members(plan, users)
    _joined(plan, office, users, now)
    return office


def _members(plan: DemoOffice, users: dict[str, User]) -> None:
    """The people of the office we are in, each in the position that the plan names."""
    there = set(Member.objects.values_list("email", flat=True))
    positions = {position.code: position for position in Position.objects.all()}
    for person in plan.people:
        if person.email in there:
            continue
        member = organization.add_member(
            actor=SYSTEM,
            name=person.name,
            email=person.email,
            is_admin=person.admin,
            user_id=users[person.email].pk,
        )
        if person.position:
            organization.assign(actor=SYSTEM, member=member, position=positions[person.position])


def _joined(plan: DemoOffice, office: Office, users: dict[str, User], now: datetime) -> None:
    """The used invitations: by them the centre knows which offices somebody belongs to."""
    there = set(Invitation.objects.filter(office=office).values_list("email", flat=True))
    Invitation.objects.bulk_create(
        [
            Invitation(
                kind=Invitation.Kind.OFFICE_ADMIN if person.admin else Invitation.Kind.OFFICE_MEMBER,
                email=person.email,
                name=person.name,
                office=office,
                token_digest=digest_of(f"demo {office.code} {person.email}"),
                created_at=now - BEFORE,
                expires_at=now - BEFORE,
                used_at=now - BEFORE,
            )
            for person in plan.people
            if person.email not in there
        ]
    )
