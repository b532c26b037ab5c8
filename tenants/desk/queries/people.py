"""Who works at a government's desk, and which roles there are to hold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from central.accounts.models import User
from central.offices.access import OfficeAccessError, current_office, public
from central.offices.access import office as inside
from central.offices.models import Government, GovernmentMember, Office
from central.onboarding.models import Invitation
from tenants.complaints.words import said
from tenants.procedure.queries import kept_procedure, procedure_in_force
from workflows.cases import Actor, ActorKind, Scope
from workflows.labels import label
from workflows.procedure import Procedure

from .work import IN_SERVICE


@dataclass(frozen=True, slots=True)
class DeskPerson(Actor):
    """Somebody of the desk as an actor of the engine.

    `roles` are roles of SOPs alone: being the desk's admin (`is_admin`) allows no step. `title`: what stands
    behind the name in the record of a step.
    """

    title: str = ""

    @property
    def user_id(self) -> int:
        """The person's account."""
        assert self.id is not None
        return self.id

    def at_present(self) -> DeskPerson | None:
        """The same person with the roles of this moment, asked inside an office of their government; None if
        they work at its desk no longer.
        """
        office = current_office()
        if office is None:
            raise OfficeAccessError("Whoever acts on a complaint is looked up inside its office.")
        with public():
            roles = _roles_of(office.government_id, self.user_id)
        return replace(self, **_rights(roles)) if roles else None


@dataclass(frozen=True, slots=True)
class DeskMember:
    """An account with its roles at the desk. `roles`: codes held now; empty for a former member."""

    user: User
    roles: frozenset[str]

    @property
    def is_admin(self) -> bool:
        return GovernmentMember.ADMIN in self.roles


def person_at(government: Government, user: User) -> DeskPerson | None:
    """The person with the roles held at this desk; None for somebody who does not work here."""
    roles = _roles_of(government.pk, user.pk)
    if not roles:
        return None
    return DeskPerson(ActorKind.GOVERNMENT, id=user.pk, name=user.name or user.email, **_rights(roles))


def _roles_of(government_id: int, user_id: int) -> frozenset[str]:
    rows = GovernmentMember.objects.filter(
        government_id=government_id, user_id=user_id, is_active=True, user__is_active=True
    )
    return frozenset(rows.values_list("role", flat=True))


def _rights(roles: frozenset[str]) -> dict[str, Any]:
    """Being the desk's admin is no role of an SOP."""
    admin = GovernmentMember.ADMIN
    return {"roles": roles - {admin}, "is_admin": admin in roles}


def members(government: Government, *, with_former: bool = False) -> list[DeskMember]:
    """Everybody who works here, by name; on request those who did, too. One statement."""
    rows = GovernmentMember.objects.filter(government=government).select_related("user")
    if not with_former:
        rows = rows.filter(is_active=True)
    people: dict[int, User] = {}
    roles: dict[int, set[str]] = {}
    for row in rows.order_by("user__name", "user__email"):
        people[row.user_id] = row.user
        roles.setdefault(row.user_id, set())
        if row.is_active:
            roles[row.user_id].add(row.role)
    found = [DeskMember(user, frozenset(roles[pk])) for pk, user in people.items()]
    return sorted(found, key=lambda known: not known.roles)


def member(government: Government, user_id: int) -> DeskMember | None:
    """One person of the desk; None for somebody who does not work here now."""
    rows = list(
        GovernmentMember.objects.filter(
            government=government, user_id=user_id, is_active=True
        ).select_related("user")
    )
    return DeskMember(rows[0].user, frozenset(row.role for row in rows)) if rows else None


def open_invitations(government: Government, now: datetime) -> QuerySet[Invitation]:
    """Invitations to the desk that can still be accepted, the newest first."""
    return Invitation.objects.filter(government=government, used_at=None, expires_at__gt=now).order_by(
        "-created_at", "-id"
    )


def desk_roles(government: Government) -> dict[str, str]:
    """The roles that somebody can hold at this desk, by code, in words: the admin's, and those that the
    procedures in force at the government's offices give to the government. However many offices there are,
    each procedure is read once a process, in one of the offices where it is in force.
    """
    found = {GovernmentMember.ADMIN: _("Admin meja pusat")}
    for target in _one_of_each_procedure(government):
        procedure = kept_procedure(target.procedure_digest)
        if procedure is None:
            with inside(target):
                procedure = procedure_in_force()
        for code, name in government_roles(procedure).items():
            found.setdefault(code, name)
    return found


def in_service(government: Government) -> QuerySet[Office]:
    """The government's offices that have a procedure in force."""
    rows = Office.objects.filter(government=government, status__in=IN_SERVICE)
    return rows.exclude(procedure_digest="")


def _one_of_each_procedure(government: Government) -> list[Office]:
    rows = in_service(government)
    return sorted(
        rows.order_by("procedure_digest", "id").distinct("procedure_digest"), key=lambda row: row.pk
    )


def government_roles(procedure: Procedure) -> dict[str, str]:
    """The government's roles in a procedure, by code, in words."""
    found = {role.code: said(role.name) for role in procedure.roles if role.scope is Scope.GOVERNMENT}
    queue = procedure.platform.hand_up
    if queue is not None:
        found.setdefault(queue.role, role_words(procedure, queue.role))
    return found


def role_words(procedure: Procedure | None, code: str) -> str:
    """A role's name in a procedure, else the platform's, else its code."""
    role = procedure.role(code) if procedure is not None else None
    if role is not None:
        return said(role.name)
    try:
        return said(label(f"role.{code}"))
    except KeyError:
        return code
