"""What the portal's lists read: work that waits, complaints by many sides, counts over the whole set.

Every function is called inside the office. A list costs the same few statements however long it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Value
from django.utils import timezone

from central.delivery.models import Outbox
from central.offices.access import current_office
from tenants.complaints.models import CallTask, Clock, Complaint, WorkItem
from tenants.complaints.queries import my_work
from tenants.organization.models import Unit
from tenants.organization.queries import Person
from workflows.cases import CitizenStatus, Scope

SOON = timedelta(hours=24)
"""What ends within this time is about to be late."""

AWAITING = CitizenStatus.AWAITING_REPORTER.value


def unit_work(person: Person) -> Q:
    """Open work of the person's units, whoever there holds it."""
    units = Unit.objects.filter(code__in=list(person.units)).values("pk")
    theirs = Complaint.objects.filter(closed_at=None, unit__in=units).values("pk")
    return Q(closed_at=None, scope=Scope.OFFICE.value) & (
        Q(unit__in=units) | Q(unit=None, complaint__in=theirs)
    )


def late_complaints(now: datetime) -> Q:
    """Open complaints of which a limit is missed: the whole's, or that of a step that waits."""
    whole = Complaint.objects.filter(closed_at=None, due_at__lt=now).values("pk")
    steps = WorkItem.objects.filter(closed_at=None, due_at__lt=now).values("complaint_id")
    return Q(closed_at=None, pk__in=whole.union(steps))


def tab_counts(person: Person, now: datetime | None = None) -> dict[str, int]:
    """How many there are behind each tab of the inbox and beside the menu's entries. One statement.

    Each table is read once; what is done is all without what is open, for which an index is enough.
    """
    now = now or timezone.now()
    steps = WorkItem.objects.filter(closed_at=None, due_at__lt=now).values("complaint_id")
    found = _counts(
        _count(WorkItem.objects.filter(closed_at=None), mine=my_work(person), unit=unit_work(person)),
        _count(
            Complaint.objects.filter(closed_at=None),
            open=Q(),
            late=Q(due_at__lt=now) | Q(pk__in=steps),
            waiting=Q(status=AWAITING),
        ),
        _count(Complaint.objects.all(), done=Q()),
        *_menu(),
    )
    found["done"] -= found["open"]
    return found


def menu_counts(person: Person) -> dict[str, int]:
    """The counts beside the menu's entries. One statement."""
    return menu_of(_counts(_count(WorkItem.objects.filter(my_work(person)), mine=Q()), *_menu()))


def menu_of(counts: Mapping[str, int]) -> dict[str, int]:
    """The menu's counts out of the inbox's."""
    return {"work": counts["mine"], "calls": counts["calls"], "failed": counts["failed"]}


@dataclass(frozen=True, slots=True)
class _Counted:
    """Rows that are counted in up to three ways at once."""

    names: tuple[str, ...]
    rows: QuerySet[Any, Any]


_WIDTH = 3


def _count(rows: QuerySet[Any], **ways: Q) -> _Counted:
    counts: list[Any] = [Count("pk", filter=way) if way else Count("pk") for way in ways.values()]
    counts += [Value(0)] * (_WIDTH - len(counts))
    columns = {f"count_{place}": count for place, count in enumerate(counts)}
    key = ",".join(ways)
    counted = rows.order_by().annotate(key=Value(key)).values("key").annotate(**columns)
    return _Counted(tuple(ways), counted.values_list("key", *columns))


def _menu() -> tuple[_Counted, ...]:
    failed = Outbox.objects.filter(office=current_office(), state=Outbox.State.FAILED)
    return _count(CallTask.objects.filter(done_at=None), calls=Q()), _count(failed, failed=Q())


def _counts(*parts: _Counted) -> dict[str, int]:
    first, *others = (part.rows for part in parts)
    found = dict.fromkeys((name for part in parts for name in part.names), 0)
    for key, *numbers in first.union(*others, all=True):
        found.update(zip(key.split(","), numbers, strict=False))
    return found


def work_rows(ids: Iterable[int]) -> dict[int, WorkItem]:
    """Work items by id, with what a list shows of their complaint. One statement."""
    rows = WorkItem.objects.select_related(
        "complaint__unit", "complaint__member", "complaint__reporter", "unit", "member"
    )
    return rows.in_bulk(list(ids))


def complaint_rows(ids: Iterable[int]) -> dict[int, Complaint]:
    """Complaints by id, with what a list shows of them. One statement."""
    return Complaint.objects.select_related("unit", "member", "reporter").in_bulk(list(ids))


def by_number(words: str) -> Complaint | None:
    """The complaint with exactly this register number, capitals and spaces aside."""
    wanted = words.replace("\x00", "").strip()[:80]
    return Complaint.objects.filter(number__iexact=wanted).only("uid").first() if wanted else None


def paused_lines(complaints: Iterable[int]) -> dict[tuple[int, str], datetime]:
    """Which lines' clocks stand still, and since when: (complaint, line) to the moment. One statement."""
    rows = Clock.objects.filter(
        complaint_id__in=list(complaints), stopped_at=None, cancelled=False, paused_at__isnull=False
    ).values_list("complaint_id", "line", "paused_at")
    return {(complaint, line): since for complaint, line, since in rows if since is not None}


def open_work(complaints: Iterable[int]) -> dict[int, list[WorkItem]]:
    """The open work of each complaint, the main line's first. One statement."""
    found: dict[int, list[WorkItem]] = {}
    rows = WorkItem.objects.filter(complaint_id__in=list(complaints), closed_at=None)
    for item in rows.select_related("unit", "member").order_by("id"):
        found.setdefault(item.complaint_id, []).append(item)
    return {key: sorted(items, key=lambda item: item.line != "main") for key, items in found.items()}
