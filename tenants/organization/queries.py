"""Who is who in the office we are in: the only reads of units, positions, members and holdings.

Every function is called inside `central.offices.access.office()`. Who holds what is asked for a date in the
office's own time zone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from central.offices.access import OfficeAccessError, current_office
from workflows.cases import Actor, ActorKind, Scope
from workflows.procedure import Assigner, Role

from .models import Absence, Holding, Member, Position, Unit


@runtime_checkable
class Present(Protocol):
    """An actor whose rights can be looked up again."""

    def at_present(self) -> Actor | None:
        """The same person with the rights of this moment; None if they work here no longer. Inside the
        office.
        """
        ...


@dataclass(frozen=True, slots=True)
class Person(Actor):
    """A member as an actor of the engine, with what the record keeps beside the name.

    `title`: the positions held, an acting officer's with `Plt.` or `Plh.` before it. `position_roles`: the
    roles that come from positions, without those that a first admin stands in for. `absent`: they are away,
    and nothing is given to them.
    """

    title: str = ""
    user_id: int | None = None
    email: str = ""
    position_roles: frozenset[str] = frozenset()
    absent: bool = False

    @property
    def key(self) -> str:
        """As in `Actor`; by the account, which may also be one of the government's desk."""
        if self.user_id is not None:
            return f"user:{self.user_id}"
        return f"{self.kind.value}:{self.id}" if self.id is not None else ""

    @property
    def keys(self) -> frozenset[str]:
        """As in `Actor`."""
        found = {self.key, f"{self.kind.value}:{self.id}" if self.id is not None else ""}
        found |= {f"government:{self.user_id}"} if self.user_id is not None else set()
        return frozenset(found - {""})

    def at_present(self) -> Person | None:
        """As in `Present`. One statement; three for an admin."""
        return actor_for_member(self.id) if self.id is not None else None


_SHOWN: dict[type[Model], tuple[str, ...]] = {
    Unit: ("name", "parent_id", "is_active"),
    Position: ("title", "unit_id", "roles", "is_active"),
    Member: ("name", "phone", "is_admin", "is_active"),
    Holding: ("starts_on", "ends_on"),
}
"""What an admin sees of a row and may change."""


def fingerprint(row: Unit | Position | Member | Holding) -> str:
    """Tells whether a row is as it was shown: two that differ in what an admin can change differ here."""
    values = [getattr(row, name) for name in _SHOWN[type(row)]]
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


def local_zone() -> ZoneInfo:
    """The time zone of the office we are in."""
    office = current_office()
    if office is None:
        raise OfficeAccessError("The office's time zone was asked for outside an office.")
    return ZoneInfo(office.timezone)


def today() -> date:
    """The date in the office we are in."""
    return timezone.now().astimezone(local_zone()).date()


@dataclass(slots=True)
class _Entry:
    """A member with the positions held on a date, while it is gathered from rows.

    Who was invited and has not joined yet (no `user_id`) holds nothing: they cannot sign in.
    """

    id: int
    name: str
    email: str
    user_id: int | None
    is_admin: bool
    roles: set[str]
    units: set[str]
    titles: list[str]
    absent: bool


_ROWS = """
SELECT m.id, m.name, m.email, m.user_id, m.is_admin, h.acting_kind, p.title, p.roles, u.code,
    EXISTS (SELECT FROM organization_absence a
        WHERE a.member_id = m.id AND %(on)s BETWEEN a.starts_on AND a.ends_on)
FROM organization_member m
LEFT JOIN organization_holding h ON h.member_id = m.id
    AND h.starts_on <= %(on)s AND (h.ends_on IS NULL OR h.ends_on >= %(on)s)
LEFT JOIN organization_position p ON p.id = h.position_id AND p.is_active
LEFT JOIN organization_unit u ON u.id = p.unit_id
WHERE m.is_active AND {condition}
ORDER BY m.id, h.acting_kind, h.id
"""
_EVERYBODY = "TRUE"
_ADMINS = "m.is_admin"
_OF_USER = "m.user_id = %(user)s"
_OF_ID = "m.id = %(member)s"
_WITH_ROLES = "(m.is_admin OR p.roles && %(roles)s::varchar[] OR m.id = %(member)s)"


def _entries(condition: str, on: date, **values: Any) -> dict[int, _Entry]:
    """Active members that meet the condition (one of the constants above), each with the positions held on
    that date. One statement, written out: it runs in every request of staff and with every message to them.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ROWS.format(condition=condition), {"on": on, **values})
        rows = cursor.fetchall()
    found: dict[int, _Entry] = {}
    for pk, name, email, user_id, is_admin, acting, title, roles, unit, absent in rows:
        entry = found.setdefault(pk, _Entry(pk, name, email, user_id, is_admin, set(), set(), [], absent))
        if title is None or user_id is None:
            continue
        entry.roles.update(roles)
        if unit:
            entry.units.add(unit)
        entry.titles.append(f"{acting.capitalize()}. {title}" if acting else title)
    return found


def _person(entry: _Entry, extra_roles: Iterable[str] = (), extra_units: Iterable[str] = ()) -> Person:
    return Person(
        ActorKind.MEMBER,
        id=entry.id,
        name=entry.name,
        roles=frozenset(entry.roles).union(extra_roles),
        units=frozenset(entry.units).union(extra_units),
        is_admin=entry.is_admin,
        title=", ".join(entry.titles),
        user_id=entry.user_id,
        email=entry.email,
        position_roles=frozenset(entry.roles),
        absent=entry.absent,
    )


def actor_for(user_id: int, on: date | None = None) -> Person | None:
    """The member whom a public account belongs to, ready to act; None if they are no active member here.

    The office's first admin holds every office role of the procedure in force, and stands for every unit,
    that nobody else holds: a new office runs unstaffed. One statement; three for an admin.
    """
    return _acting(_OF_USER, on, user=user_id)


def actor_for_member(member_id: int, on: date | None = None) -> Person | None:
    """As `actor_for`, by the member's own id."""
    return _acting(_OF_ID, on, member=member_id)


def _acting(condition: str, on: date | None, **values: Any) -> Person | None:
    on = on or today()
    entry = next(iter(_entries(condition, on, **values).values()), None)
    if entry is None:
        return None
    if not entry.is_admin:
        return _person(entry)
    return _with_vacancies(entry, on)


def _with_vacancies(entry: _Entry, on: date) -> Person:
    from tenants.procedure.queries import office_roles

    everybody = _entries(_EVERYBODY, on)
    if first_admin(everybody.values()) != entry.id:
        return _person(entry)
    present = [other for other in everybody.values() if not other.absent]
    held = {role for other in present for role in other.roles}
    staffed = {unit for other in present for unit in other.units}
    units = set(Unit.objects.filter(is_active=True).values_list("code", flat=True))
    return _person(entry, office_roles() - held, units - staffed)


def first_admin(entries: Iterable[_Entry]) -> int | None:
    """The longest-standing active admin who has joined and is not away: who stands in for roles that nobody
    holds. Where there is none such, the first of those who have joined, else the first who was invited.
    """
    found = sorted((entry.user_id is None, entry.absent, entry.id) for entry in entries if entry.is_admin)
    return found[0][2] if found else None


def holders(
    roles: Sequence[str], *, unit: str | None = None, member: int | None = None, on: date | None = None
) -> list[Person]:
    """Who is to be told or offered work of these roles: their holders, narrowed by unit or to one person.
    Whoever is away is left out, unless the work is meant for them alone.

    Where that leaves nobody, the first admin. One statement.
    """
    on = on or today()
    found = _entries(_WITH_ROLES, on, roles=list(roles), member=member)
    if member is not None and member in found:
        return [_person(found[member])]
    wanted = set(roles)
    chosen = [
        entry
        for entry in found.values()
        if entry.roles & wanted and not entry.absent and (unit is None or unit in entry.units)
    ]
    if not chosen:
        admin = first_admin(found.values())
        chosen = [found[admin]] if admin is not None else []
    return [_person(entry) for entry in chosen]


def admins() -> list[Person]:
    """The office's active admins."""
    found = _entries(_ADMINS, today())
    return [_person(entry) for entry in found.values()]


def members_by_id(ids: Iterable[int]) -> dict[int, Member]:
    """Members, whether active or not, by id."""
    return Member.objects.in_bulk(list(ids))


def member_of_user(user_id: int) -> Member | None:
    """The active member of a public account."""
    return Member.objects.filter(user_id=user_id, is_active=True).first()


def members(*, with_former: bool = False) -> QuerySet[Member]:
    """Everybody of the office by name, with their holdings."""
    found = Member.objects.prefetch_related("holdings__position__unit")
    return found if with_former else found.filter(is_active=True)


def present_members() -> QuerySet[Member]:
    """The active members who are not away today, by name."""
    away = absences_between(today(), today()).filter(member=OuterRef("pk"))
    return Member.objects.filter(~Exists(away), is_active=True)


def absences(members: Iterable[Member] | None = None) -> QuerySet[Absence]:
    """What was noted and is not over, of all or of these members, the next one first, with the substitute."""
    found = Absence.objects.filter(ends_on__gte=today()).select_related("substitute")
    found = found.order_by("starts_on", "pk")
    return found if members is None else found.filter(member__in=members)


def absences_between(starts_on: date, ends_on: date) -> QuerySet[Absence]:
    """Those that have at least one of these days."""
    return Absence.objects.filter(starts_on__lte=ends_on, ends_on__gte=starts_on)


def units(*, with_closed: bool = False) -> QuerySet[Unit]:
    """The office's units by name."""
    return Unit.objects.all() if with_closed else Unit.objects.filter(is_active=True)


def positions(*, with_closed: bool = False) -> QuerySet[Position]:
    """The office's positions by title, with their unit."""
    found = Position.objects.select_related("unit")
    return found if with_closed else found.filter(is_active=True)


def holdings(*, on: date | None = None) -> QuerySet[Holding]:
    """Who holds which position; all of them, or those of one date."""
    found = Holding.objects.select_related("member", "position__unit").order_by(
        "position__title", "starts_on"
    )
    if on is None:
        return found
    return found.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)


def role_holders(on: date | None = None) -> dict[str, frozenset[int]]:
    """Role to the ids of the active members who hold it on the date, have joined, and are not away. One
    statement.
    """
    found: dict[str, set[int]] = {}
    for entry in _entries(_EVERYBODY, on or today()).values():
        if entry.absent:
            continue
        for role in entry.roles:
            found.setdefault(role, set()).add(entry.id)
    return {role: frozenset(ids) for role, ids in found.items()}


def kept_roles(roles: Iterable[str]) -> list[Role]:
    """Those of the roles that the procedure in force lets only some give to people."""
    wanted = set(roles)
    return [r for r in _roles() if r.code in wanted and r.assigned_by is not Assigner.ADMIN]


def kept_positions() -> dict[Position, set[Assigner]]:
    """The positions with a role that only some give to people, with who does. Two statements."""
    by: dict[str, Assigner] = {
        role.code: role.assigned_by for role in _roles() if role.assigned_by is not Assigner.ADMIN
    }
    found: dict[Position, set[Assigner]] = {}
    for position in positions():
        who = {by[role] for role in position.roles if role in by}
        if who:
            found[position] = who
    return found


def head_roles() -> frozenset[str]:
    """The office's roles that answer for it, by the procedure in force."""
    return _heads(_roles())


def may_assign_some(person: Person, roles: Sequence[Role] | None = None) -> bool:
    """Whether somebody who is no admin gives at least one role to people: a head, of whom the SOP demands it.
    `roles`: those of the procedure in force, where they were read already.
    """
    known = _roles() if roles is None else roles
    by_head = any(role.assigned_by is Assigner.HEAD for role in known)
    return by_head and not _heads(known).isdisjoint(person.roles)


def _heads(roles: Iterable[Role]) -> frozenset[str]:
    return frozenset(role.code for role in roles if role.head and role.scope is Scope.OFFICE)


def _roles() -> Sequence[Role]:
    """Of the procedure in force; none without one."""
    from tenants.procedure.queries import NoProcedure, procedure_in_force

    try:
        return procedure_in_force().roles
    except NoProcedure:
        return ()


def everybody() -> list[Person]:
    """The active members with what they hold by positions today, whether they are away or not. One
    statement.
    """
    return [_person(entry) for entry in _entries(_EVERYBODY, today()).values()]


def roles_without_holder(roles: Iterable[str], on: date | None = None) -> set[str]:
    """Those of the roles that nobody who is there holds on the date; the first admin stands in for them."""
    return set(roles) - role_holders(on).keys()
