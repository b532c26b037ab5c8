"""Work that waits at the desk: codes and times from the public schema, nothing of a complaint's content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from central.coordination.models import GovernmentWork
from central.offices.models import Government, Office
from workflows.cases import Actor

SOON = timedelta(hours=24)
"""What ends within this time is about to be late."""

IN_SERVICE = (Office.Status.READY, Office.Status.SUSPENDED)
"""Offices that exist, whether they serve just now or not."""

STEPS, HANDED_UP = GovernmentWork.Kind.STEP.value, GovernmentWork.Kind.HANDED_UP.value


@dataclass(frozen=True, slots=True)
class Filters:
    """What the queue is narrowed to; empty values narrow nothing. `office`: its code. `kind`: of the work."""

    office: str = ""
    kind: str = ""
    role: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """Of everything that waits for the person, and (`shown`) of what the filters leave of it."""

    total: int
    steps: int
    handed_up: int
    late: int
    soon: int
    shown: int


def fitting(person: Actor) -> Q:
    """Work whose role this person holds, or that is meant for anybody here. An admin sees all of it."""
    if person.is_admin:
        return Q()
    return Q(role__in=list(person.roles)) | Q(role="")


def open_work(government: Government, person: Actor) -> QuerySet[GovernmentWork]:
    """What waits for this person at this government's desk."""
    return GovernmentWork.objects.filter(
        fitting(person), government=government, closed_at=None, office__status__in=IN_SERVICE
    )


def narrowed(filters: Filters, now: datetime) -> Q:
    """The filters as a condition."""
    found = Q()
    if filters.office:
        found &= Q(office__code=filters.office)
    if filters.kind:
        found &= Q(kind=filters.kind)
    if filters.role:
        found &= Q(role=filters.role)
    if filters.late:
        found &= Q(due_at__lt=now)
    return found


def filtered(
    government: Government, person: Actor, filters: Filters, now: datetime
) -> QuerySet[GovernmentWork]:
    """The rows of the queue, without order, with their offices."""
    return open_work(government, person).filter(narrowed(filters, now)).select_related("office")


def counts(government: Government, person: Actor, filters: Filters, now: datetime) -> Counts:
    """Counts over the whole set. One statement."""
    found = open_work(government, person).aggregate(
        total=Count("pk"),
        steps=Count("pk", filter=Q(kind=STEPS)),
        handed_up=Count("pk", filter=Q(kind=HANDED_UP)),
        late=Count("pk", filter=Q(due_at__lt=now)),
        soon=Count("pk", filter=Q(due_at__gte=now, due_at__lt=now + SOON)),
        shown=Count("pk", filter=narrowed(filters, now) or Q(pk__isnull=False)),
    )
    return Counts(**found)


def newest_handed_up(government: Government, person: Actor, most: int) -> list[GovernmentWork]:
    """The cases that offices handed up last, newest first, with their offices."""
    rows = open_work(government, person).filter(kind=HANDED_UP).select_related("office")
    return list(rows.order_by("-opened_at", "-pk")[:most])


def work_on(government: Government, person: Actor, code: str, uid: UUID) -> list[GovernmentWork]:
    """The open work that lets this person look into a complaint of one office; empty: they may not."""
    rows = open_work(government, person).filter(office__code=code, uid=uid)
    return list(rows.select_related("office").order_by("id"))


def done_before(
    government: Government, person: Actor, code: str, uid: UUID, line: str
) -> GovernmentWork | None:
    """The person's last work on a line that is closed by now: somebody was faster."""
    rows = GovernmentWork.objects.filter(
        fitting(person), government=government, office__code=code, uid=uid, line=line
    )
    return rows.exclude(closed_at=None).select_related("office").order_by("-closed_at").first()


def other_offices(government: Government, but: Office) -> list[tuple[str, str]]:
    """Code and name of the government's other offices that take complaints, by name."""
    return [(code, name) for code, name in open_offices(government) if code != but.code]


def open_offices(government: Government) -> list[tuple[str, str]]:
    """Code and name of the government's offices that are in service, by name."""
    rows = Office.objects.filter(government=government, status=Office.Status.READY)
    return list(rows.order_by("name").values_list("code", "name"))


def zone_of(government: Government) -> ZoneInfo:
    """The time zone that lists of this desk are shown in: that of its offices, which lie in one region."""
    rows = Office.objects.filter(government=government).order_by("id")
    return ZoneInfo(rows.values_list("timezone", flat=True).first() or settings.TIME_ZONE)
