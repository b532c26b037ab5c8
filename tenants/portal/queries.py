"""What the portal's lists read: work that waits, complaints by many sides, counts over the whole set.

Every function is called inside the office. A list costs the same few statements however long it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, Value
from django.utils import timezone

from central.offices.access import current_office
from tenants.complaints.models import Clock, Complaint, WorkItem
from tenants.complaints.queries import my_work
from tenants.organization.models import Unit
from tenants.organization.queries import Person
from tenants.procedure.models import ProcedureMove, ProcedureVersion
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

    Each table is read once, and only what is open of it: the register's counters say how many complaints
    there have been.
    """
    now = now or timezone.now()
    work, params = _work(mine=my_work(person), unit=unit_work(person))
    found = _counted(
        f"SELECT work.*, cases.*, {_REGISTERED}, {_MENU} FROM ({work}) work, ({_CASES}) cases",  # noqa: S608  (our text)
        ("mine", "unit", "open", "late", "waiting", "done", "calls", "failed"),
        [_office_id(), *params, now, now, AWAITING],
    )
    found["done"] -= found["open"]
    return found


def menu_counts(person: Person) -> dict[str, int]:
    """The counts beside the menu's entries. One statement."""
    work, params = _work(mine=my_work(person))
    statement = f"SELECT work.*, {_MENU} FROM ({work}) work"  # noqa: S608  (our text)
    return menu_of(_counted(statement, ("mine", "calls", "failed"), [_office_id(), *params]))


def menu_of(counts: Mapping[str, int]) -> dict[str, int]:
    """The menu's counts out of the inbox's."""
    return {"work": counts["mine"], "calls": counts["calls"], "failed": counts["failed"]}


# Written out, save for what depends on the person: on every page of staff, to have the ORM put it together
# took longer than to run it.
_CASES = """
SELECT count(*), count(*) FILTER (WHERE due_at < %s OR id IN (
    SELECT complaint_id FROM complaints_workitem WHERE closed_at IS NULL AND due_at < %s
)), count(*) FILTER (WHERE status = %s)
FROM complaints_complaint WHERE closed_at IS NULL
"""
_REGISTERED = "(SELECT coalesce(sum(last), 0) FROM complaints_numbercounter)"
_MENU = """
(SELECT count(*) FROM complaints_calltask WHERE done_at IS NULL),
(SELECT count(*) FROM delivery_outbox WHERE office_id = %s AND state = 'failed')
"""


def _work(**ways: Q) -> tuple[str, tuple[Any, ...]]:
    """The statement that counts open work in several ways at once, for a part of a larger one."""
    rows = WorkItem.objects.filter(closed_at=None).order_by().annotate(key=Value(1)).values("key")
    counts = {name: Count("pk", filter=way) for name, way in ways.items()}
    return rows.annotate(**counts).values_list(*ways).query.sql_with_params()


def _counted(statement: str, names: Sequence[str], params: list[Any]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        row = cursor.fetchone()
    assert row is not None
    return dict(zip(names, map(int, row), strict=True))


def _office_id() -> int:
    office = current_office()
    assert office is not None
    return office.pk


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


def personal_work() -> dict[int, int]:
    """How much open work is meant for one member alone, by the member's id. One statement."""
    rows = WorkItem.objects.filter(closed_at=None, member__isnull=False).order_by()
    return dict(rows.values_list("member_id").annotate(count=Count("id")))


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


def open_by_version() -> dict[int, int]:
    """How many complaints have open work, by the version of the procedure that they are pinned to."""
    rows = (
        WorkItem.objects.filter(closed_at=None)
        .values_list("complaint__procedure")
        .annotate(count=Count("complaint", distinct=True))
    )
    return dict(rows)


def left_to_move(move: ProcedureMove) -> int:
    """How many complaints a move has still to look at."""
    busy = WorkItem.objects.filter(
        closed_at=None, complaint__procedure=move.source_id, complaint__gt=move.last_id
    )
    return busy.aggregate(count=Count("complaint", distinct=True))["count"] or 0


def places_of(version: ProcedureVersion) -> dict[tuple[str, str], int]:
    """How many open lines of complaints stand at each line and stage of a version of the procedure."""
    rows = (
        WorkItem.objects.filter(closed_at=None, complaint__procedure=version)
        .values_list("line", "stage")
        .annotate(count=Count("id"))
    )
    return {(line, stage): count for line, stage, count in rows}
