"""Support visits: the log of them, and whether one runs now. In public mode, or inside an office in the
transaction of whoever calls.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from central.offices.access import public
from central.offices.models import Government, GovernmentMember, Office

from .models import SupportLook, SupportVisit, SupportVisitEnd

MINUTES = (15, 30, 60, 120)
"""How long a visit may be meant to last."""

RUNS, SHUT = "runs", "shut"


def open_visit(
    office: Office, *, by: tuple[int, str], reason: str, minutes: int, now: datetime
) -> SupportVisit:
    """Enters a visit that begins now. `by`: account and name."""
    if minutes not in MINUTES:
        raise ValueError(f"A visit does not last {minutes} minutes.")
    with public():
        return SupportVisit.objects.create(
            government_id=office.government_id,
            office_id=office.pk,
            user_id=by[0],
            user_name=by[1][:150],
            reason=reason,
            begun_at=now,
            until_at=now + timedelta(minutes=minutes),
        )


def running(now: datetime) -> QuerySet[SupportVisit]:
    """Visits whose time is not over and that nobody has ended."""
    return SupportVisit.objects.filter(until_at__gt=now, end=None)


def running_visit(office_id: int, user_id: int, now: datetime) -> SupportVisit | None:
    """The visit by which an account may look at an office now. None also where the person is no admin of the
    desk of the office's government any more. One statement.
    """
    rows = running(now).filter(_still_admin(), office_id=office_id, user_id=user_id)
    return rows.order_by("-until_at", "-id").first()


def _still_admin() -> Exists:
    """Whether a visit's visitor is an admin of that desk."""
    return Exists(
        GovernmentMember.objects.filter(
            government_id=OuterRef("government_id"),
            user_id=OuterRef("user_id"),
            role=GovernmentMember.ADMIN,
            is_active=True,
            user__is_active=True,
        )
    )


def standing(visit: SupportVisit, now: datetime) -> str:
    """How a visit of `visits_of` stands: `runs`, `shut` while its time lasts but its visitor is no admin of
    the desk any more, else "" for one that is over.
    """
    if not visit.runs_at(now):
        return ""
    return RUNS if getattr(visit, "open", False) else SHUT


def note_look(visit: SupportVisit, page: str, path: str, now: datetime) -> None:
    """Notes a page that the visitor is about to be shown."""
    SupportLook.objects.create(visit=visit, page=page[:60], path=path[:250], at=now)


def end_visit(visit: SupportVisit, by_name: str, now: datetime) -> bool:
    """Ends a visit before its time. False where it was over by then; twice does no more than once."""
    with public():
        if not running(now).filter(pk=visit.pk).exists():
            return False
        row = SupportVisitEnd(visit=visit, at=now, by_name=by_name[:150])
        SupportVisitEnd.objects.bulk_create([row], ignore_conflicts=True)
        return True


def visits_of(place: Office | Government) -> QuerySet[SupportVisit]:
    """The visits to an office, or to all offices of a government, with their ends, how many pages were looked
    at, and whether the visitor would be let in (`open`). In public mode.
    """
    by = {"office_id": place.pk} if isinstance(place, Office) else {"government_id": place.pk}
    looks = SupportLook.objects.filter(visit=OuterRef("pk")).order_by().values("visit")
    counted = Subquery(looks.annotate(n=Count("pk")).values("n"))
    rows = SupportVisit.objects.filter(**by).select_related("office", "end")
    return rows.annotate(look_count=Coalesce(counted, 0), open=_still_admin())


def looks_of(visit: SupportVisit) -> QuerySet[SupportLook]:
    """What was looked at on a visit. In public mode."""
    return SupportLook.objects.filter(visit=visit)
