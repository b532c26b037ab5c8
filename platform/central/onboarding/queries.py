"""Reads of the front doors: who is on the platform, where somebody works, which office has a complaint
now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from central.accounts.models import User
from central.accounts.sites import full_address
from central.coordination.models import CaseIndex
from central.offices.models import Domain, Government, Office
from central.onboarding.models import Invitation

MOST_FOUND = 60

ReadCode = Callable[[str], str | None]
DigestCode = Callable[[str], str]
_codes: list[Any] = []


def register_codes(normal_code: ReadCode, code_digest: DigestCode) -> None:
    """The complaints' side says here how a typed tracking code is read, and what the case index keeps of
    one.
    """
    _codes[:] = [normal_code, code_digest]


OPEN_OFFICE = Q(offices__status=Office.Status.READY)
OPEN = Q(status=Office.Status.READY, government__status=Government.Status.ACTIVE)


@dataclass(frozen=True)
class Place:
    """A host that people can go to: an office or a government, with its address as a link."""

    name: str
    kind: str
    government: str
    address: str


@dataclass(frozen=True)
class Listed:
    """A government with those of its offices that are shown."""

    government: Place
    offices: list[Place]
    office_count: int


@dataclass(frozen=True)
class Directory:
    """What the directory shows; `more` where there are further offices that a narrower search would find."""

    listed: list[Listed]
    more: bool
    shown: int


@dataclass(frozen=True)
class CasePlace:
    """The office that has a complaint now, its host, and the tracking code as that office writes it."""

    host: str
    code: str
    office: str

    @property
    def address(self) -> str:
        """The page that the code opens."""
        return full_address(self.host, f"/lacak/{self.code}/")


def _hosts(*, offices: Iterable[int] = (), governments: Iterable[int] = ()) -> dict[tuple[str, int], str]:
    rows = Domain.objects.filter(
        Q(office_id__in=list(offices)) | Q(government_id__in=list(governments)), is_primary=True
    ).values_list("kind", "office_id", "government_id", "host")
    return {(kind, office_id or government_id): host for kind, office_id, government_id, host in rows}


def _matches(words: str, *fields: str) -> Q:
    """Every word is in one of the fields, in any order and case."""
    found = Q()
    for word in words.split()[:8]:
        found &= Q(*[(f"{field}__icontains", word) for field in fields], _connector=Q.OR)
    return found


def directory(words: str = "", *, government: Government | None = None) -> Directory:
    """Who is here, by name.

    With `words`: the offices whose name, kind or government has them all, and the governments whose name has
    them.
    Without: everybody, where that fits a page; else the governments with the number of their offices.
    Never more than a page of either.
    """
    words = words.replace("\x00", "").strip()
    offices = Office.objects.filter(OPEN).select_related("government").order_by("government__name", "name")
    governments = Government.objects.filter(status=Government.Status.ACTIVE)
    if government is not None:
        offices, governments = offices.filter(government=government), governments.filter(pk=government.pk)
    if words:
        offices = offices.filter(_matches(words, "name", "kind", "government__name"))
        governments = governments.filter(_matches(words, "name"))
    found = list(offices[: MOST_FOUND + 1])
    fits = len(found) <= MOST_FOUND
    if not fits and not words and government is None:
        found = []
    counted = governments.annotate(open_offices=Count("offices", filter=OPEN_OFFICE)).order_by("name")
    owners = list(counted[: MOST_FOUND + 1])
    return Directory(
        _listed(owners[:MOST_FOUND], found[:MOST_FOUND]),
        more=len(found) > MOST_FOUND or len(owners) > MOST_FOUND,
        shown=len(found[:MOST_FOUND]),
    )


def _listed(governments: Sequence[Government], offices: Sequence[Office]) -> list[Listed]:
    owners = {government.pk: government for government in governments}
    owners |= {
        office.government_id: office.government for office in offices if office.government_id not in owners
    }
    hosts = _hosts(offices=[office.pk for office in offices], governments=owners)
    listed = {
        pk: Listed(_government_place(owner, hosts), [], getattr(owner, "open_offices", 0))
        for pk, owner in sorted(owners.items(), key=lambda item: item[1].name)
    }
    for office in offices:
        host = hosts.get(("office", office.pk))
        if host is not None:
            owner = office.government.name
            listed[office.government_id].offices.append(
                Place(office.name, office.kind, owner, full_address(host))
            )
    return list(listed.values())


def _government_place(government: Government, hosts: dict[tuple[str, int], str]) -> Place:
    host = hosts.get(("government", government.pk))
    return Place(government.name, "", government.name, full_address(host) if host else "")


def counts() -> dict[str, int]:
    """How many governments and open offices the platform has."""
    found = Office.objects.filter(OPEN).aggregate(
        offices=Count("pk"), governments=Count("government", distinct=True)
    )
    return {name: int(count) for name, count in found.items()}


def place_of_case(typed: str) -> CasePlace | None:
    """Which office has the complaint with this tracking code now; None where the code is wrong or unknown.

    Found by the digest in the case index: the centre does not know the codes themselves.
    """
    (normal_code, code_digest) = _codes
    code = normal_code(typed)
    if code is None:
        return None
    rows = CaseIndex.objects.filter(tracking_digest=code_digest(code))
    office_id, name = rows.values_list("office_id", "office__name").first() or (None, "")
    host = _hosts(offices=[office_id]).get(("office", office_id)) if office_id is not None else None
    return CasePlace(host, code, name) if host is not None else None


def offices_joined_by(user: User) -> list[Office]:
    """The offices that the person joined by an invitation, whatever became of it since."""
    joined = Invitation.objects.filter(
        email=user.email, kind__in=[Invitation.Kind.OFFICE_ADMIN, Invitation.Kind.OFFICE_MEMBER]
    ).exclude(used_at=None)
    return list(Office.objects.filter(pk__in=joined.values("office_id")).order_by("name"))


def places_of(user: User) -> list[Place]:
    """Where the person works, as far as the centre knows: desks, and offices that they joined and are still
    in.
    """
    from central.accounts import second_factor

    desks = Government.objects.filter(members__user=user, members__is_active=True).distinct()
    offices = [office for office in offices_joined_by(user) if second_factor.membership(office, user)]
    hosts = _hosts(offices=[o.pk for o in offices], governments=[g.pk for g in desks])
    places = [
        Place(desk.name, "", desk.name, full_address(hosts["government", desk.pk], "/meja/"))
        for desk in desks
        if ("government", desk.pk) in hosts
    ]
    for office in offices:
        if ("office", office.pk) in hosts:
            address = full_address(hosts["office", office.pk], "/kantor/")
            places.append(Place(office.name, office.kind, "", address))
    return places


def governments_with_offices() -> QuerySet[Government]:
    """Every government with its offices and hosts, for the operator's lists."""
    return Government.objects.prefetch_related(
        Prefetch("offices", queryset=Office.objects.order_by("name")), "domains"
    ).order_by("name")
