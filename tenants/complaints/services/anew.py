"""Limits beside a complaint's clocks, reckoned anew after the calendar was changed: of its questions to
others, and of the desk that is to decide. As with a clock, a limit that was missed and is so still sets off
nothing again.

Whoever calls has the complaint locked.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from central.coordination import ledger
from central.coordination.services import clear_alarm, set_alarm
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Complaint, Coordination, WorkItem
from tenants.procedure.queries import Rules
from workflows.cases import SYSTEM, WITH_GOVERNMENT
from workflows.common import Span

from . import record
from .asking import ALARM, WARN_SHARE, answerers_of, office_by_id, tell


def questions(office: Office, complaint: Complaint, rules: Rules, now: datetime) -> bool:
    """The open questions, at both offices; those who are to answer are told. Whether a moment moved."""
    coordinate = rules.procedure.platform.coordinate
    if coordinate is None:
        return False
    calendar, limit, found = rules.settings.work_calendar(office.timezone), coordinate.limit, False
    rows = Coordination.objects.select_related("member").select_for_update(no_key=True, of=("self",))
    for row in rows.filter(complaint=complaint, state=Coordination.State.OPEN).order_by("seq"):
        due_at = calendar.add(row.asked_at, limit)
        warn_at = calendar.share(row.asked_at, due_at, WARN_SHARE, limit.unit)
        if (due_at, warn_at) == (row.due_at, row.warn_at):
            continue
        before, found = row.due_at, True
        _move(office, row, due_at, warn_at, now)
        there = office_by_id(row.office)
        if there is not None:
            _move_there(there, row, now)
        if before != due_at:
            moved = {"coordination": row.seq, "previous": before.isoformat(), "due_at": due_at.isoformat()}
            _note(complaint, now, moved)
    return found


def _move_there(there: Office, row: Coordination, now: datetime) -> None:
    with inside(there, cross=True):
        theirs = Coordination.objects.filter(uid=row.uid, state=Coordination.State.OPEN).first()
        if theirs is not None:
            _move(there, theirs, row.due_at, row.warn_at, now)


def _move(office: Office, row: Coordination, due_at: datetime, warn_at: datetime, now: datetime) -> None:
    """One office's row and alarm."""
    missed, moved = max(row.due_at, due_at) <= now, row.due_at != due_at
    row.due_at, row.warn_at = due_at, warn_at
    row.save(update_fields=["due_at", "warn_at"])
    answers_here = row.direction == Coordination.Direction.RECEIVED or row.member is not None
    if missed:
        clear_alarm(office, kind=ALARM, key=row.uid.hex)
        return
    at = warn_at if answers_here and now < warn_at else due_at
    set_alarm(office, kind=ALARM, key=row.uid.hex, due_at=max(at, now))
    if answers_here and moved and now < due_at:
        tell(office, answerers_of(row), "moved", row)


def desk_limit(office: Office, complaint: Complaint, rules: Rules, now: datetime) -> bool:
    """Of a complaint that lies before the desk, where it stands in the desk's queue too. Whether it moved."""
    waiting = ledger.waiting(complaint.uid) if complaint.stage == WITH_GOVERNMENT else None
    if waiting is None or waiting.due_at is None or not waiting.desk_limit:
        return False
    limit = Span.model_validate(waiting.desk_limit)
    calendar, before = rules.settings.work_calendar(office.timezone), waiting.due_at
    due_at = calendar.add(waiting.opened_at, limit)
    if due_at == before:
        return False
    ledger.move_waiting(waiting, due_at)
    WorkItem.objects.filter(complaint=complaint, stage=WITH_GOVERNMENT, closed_at=None).update(due_at=due_at)
    _note(complaint, now, {"previous": before.isoformat(), "due_at": due_at.isoformat()})
    return True


def _note(complaint: Complaint, now: datetime, data: dict[str, Any]) -> None:
    complaint.version += 1
    event = record.plain_event(complaint, "recompute", actor=SYSTEM, at=now, data=data)
    complaint.save(update_fields=["version", "chain"])
    event.save(force_insert=True)
