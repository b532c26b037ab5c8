"""What other settings would do to the clocks of open complaints, and which moments may still move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from central.offices.access import OfficeAccessError, current_office
from tenants.complaints.models import Complaint, WorkItem
from tenants.complaints.snapshot import case_of
from tenants.procedure.queries import Rules, rules_of
from workflows import engine
from workflows.common import TimeUnit
from workflows.procedure import Procedure
from workflows.settings import Settings
from workflows.timing import moves

MOST = 300
"""Open complaints that are reckoned on a page; of more, the newest are."""


@dataclass(frozen=True, slots=True)
class Moved:
    """How many open complaints get other deadlines. `looked_at` of `open` were reckoned."""

    count: int
    looked_at: int
    open: int

    @property
    def complete(self) -> bool:
        """Whether every open complaint was reckoned."""
        return self.looked_at == self.open


def deadlines_moved(settings: Settings) -> Moved:
    """Reckons the clocks of open complaints with other settings; stores nothing."""
    office = current_office()
    if office is None:
        raise OfficeAccessError("Deadlines are reckoned inside an office.")
    now = timezone.now()
    busy = WorkItem.objects.filter(closed_at=None).values("complaint_id")
    rows = Complaint.objects.filter(pk__in=busy)
    procedures: dict[int, Procedure] = {}
    moved = looked_at = 0
    newest = rows.select_related("unit").prefetch_related("clocks").order_by("-pk")[:MOST]
    for complaint in newest:
        if complaint.procedure_id not in procedures:
            procedures[complaint.procedure_id] = rules_of(complaint).procedure
        case = case_of(complaint, office.timezone)
        looked_at += 1
        decision = engine.recompute(procedures[complaint.procedure_id], settings, case, now)
        moved += decision is not None and moves(case, decision)
    return Moved(moved, looked_at, looked_at if looked_at < MOST else rows.count())


def is_provisional(complaint: Complaint, due_at: datetime | None, rules: Rules) -> bool:
    """Whether joint leave that is not decreed yet may still move a moment of the complaint's limits. A
    statement only where the moment lies beyond the last decreed year.
    """
    office = current_office()
    if office is None:
        raise OfficeAccessError("A complaint is read inside its office.")
    calendar = rules.settings.work_calendar(office.timezone)
    if due_at is None or not calendar.provisional(due_at, TimeUnit.WORKING_DAYS):
        return False
    return complaint.clocks.filter(due_at=due_at, provisional=True).exists()
