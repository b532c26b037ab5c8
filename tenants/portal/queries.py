"""What the portal's lists read: work that waits, complaints by many sides, counts over the whole set.

Every function is called inside the office. A list costs the same few statements however long it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q
from django.utils import timezone

from central.offices.access import current_office
from tenants.complaints.models import Clock, Complaint, Coordination, WorkItem
from tenants.organization.models import Unit
from tenants.organization.queries import Person
from tenants.procedure.models import ProcedureMove
from workflows.cases import MAIN, CitizenStatus, Scope

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
    found = _counted(_TABS, person, now)
    found["done"] -= found["open"]
    return found


def menu_counts(person: Person) -> dict[str, int]:
    """The counts beside the menu's entries. One statement."""
    return menu_of(_counted(_BESIDE_MENU, person, timezone.now()))


def menu_of(counts: Mapping[str, int]) -> dict[str, int]:
    """The menu's counts out of the inbox's."""
    return {
        "work": counts["mine"],
        "calls": counts["calls"],
        "failed": counts["failed"],
        "questions": counts["questions"],
    }


# Written out: on every page of staff, to have the ORM put it together took longer than to run it. Whose work
# something is, is `my_work` and `unit_work` once more; a test holds the two against each other.
_HERE = "SELECT id FROM organization_unit WHERE code = ANY(%(units)s)"
_MINE = f"""
count(*) FILTER (
    WHERE (member_id = %(member)s OR member_id IS NULL AND (unit_id IS NULL OR unit_id IN ({_HERE})))
    AND NOT waiting AND scope = %(office_work)s AND roles && %(roles)s::varchar[]
) AS mine
"""
_UNIT = f"""
count(*) FILTER (
    WHERE scope = %(office_work)s AND (unit_id IN ({_HERE}) OR unit_id IS NULL AND complaint_id IN (
        SELECT id FROM complaints_complaint WHERE closed_at IS NULL AND unit_id IN ({_HERE})
    ))
) AS unit
"""  # noqa: S608  (our text)
_CASES = """
SELECT count(*) AS open, count(*) FILTER (WHERE due_at < %(now)s OR id IN (
    SELECT complaint_id FROM complaints_workitem WHERE closed_at IS NULL AND due_at < %(now)s
)) AS late, count(*) FILTER (WHERE status = %(awaiting)s) AS waiting
FROM complaints_complaint WHERE closed_at IS NULL
"""
_MENU = """
(SELECT count(*) FROM complaints_calltask WHERE done_at IS NULL) AS calls,
(SELECT count(*) FROM delivery_outbox WHERE office_id = %(office)s AND state = 'failed') AS failed,
(SELECT count(*) FROM complaints_coordination WHERE state = 'open' AND (
    member_id = %(member)s OR direction = 'received' AND roles && %(roles)s::varchar[]
)) AS questions
"""
_BESIDE_MENU = f"SELECT {_MINE}, {_MENU} FROM complaints_workitem WHERE closed_at IS NULL"  # noqa: S608  (our text)
_TABS = f"""
SELECT work.*, cases.*, (SELECT coalesce(sum(last), 0) FROM complaints_numbercounter) AS done, {_MENU}
FROM (SELECT {_MINE}, {_UNIT} FROM complaints_workitem WHERE closed_at IS NULL) work, ({_CASES}) cases
"""  # noqa: S608  (our text)


def _counted(statement: str, person: Person, now: datetime) -> dict[str, int]:
    values: dict[str, Any] = {
        "office": _office_id(),
        "office_work": Scope.OFFICE.value,
        "member": person.id,
        "roles": list(person.roles),
        "units": list(person.units),
        "now": now,
        "awaiting": AWAITING,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row, columns = cursor.fetchone(), cursor.description
    assert row is not None
    assert columns is not None
    return {column[0]: int(count) for column, count in zip(columns, row, strict=True)}


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
    """How much open work is meant for one member alone, and how many questions wait for their answer, by the
    member's id. Two statements.
    """
    work = WorkItem.objects.filter(closed_at=None, member__isnull=False).order_by()
    questions = Coordination.objects.filter(state=Coordination.State.OPEN, member__isnull=False).order_by()
    found = Counter(dict(work.values_list("member_id").annotate(count=Count("id"))))
    found.update(dict(questions.values_list("member_id").annotate(count=Count("id"))))
    return found


def paused_lines(complaints: Iterable[int]) -> dict[tuple[int, str], datetime]:
    """Which lines' clocks stand still, and since when: (complaint, line) to the moment. One statement."""
    rows = Clock.objects.filter(
        complaint_id__in=list(complaints), stopped_at=None, cancelled=False, paused_at__isnull=False
    ).values_list("complaint_id", "line", "paused_at")
    return {(complaint, line): since for complaint, line, since in rows if since is not None}


def paused_promises(complaints: Iterable[int]) -> set[int]:
    """Of which complaints the promised moment stands still, or nothing else runs. A limit that was missed
    before it stood still is missed. One statement.
    """
    still = Clock.objects.filter(
        complaint_id__in=list(complaints), line=MAIN, stopped_at=None, paused_at__lte=F("due_at")
    )
    promised = Q(complaint__due_at=None) | Q(complaint__due_at=F("due_at"))
    return set(still.filter(promised).values_list("complaint_id", flat=True))


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
