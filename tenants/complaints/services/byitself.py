"""What happens to a complaint by itself: its alarm rings, the calendar or the procedure is changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from central.coordination.services import close_government_work
from tenants.complaints.errors import ComplaintError
from tenants.complaints.snapshot import case_of
from tenants.procedure.queries import rules_of
from workflows import engine
from workflows.moving import Place, moved

from . import anew, store
from .people import forget_who_cannot
from .step import apply, here, locked


def ring(uid: UUID, now: datetime) -> bool:
    """Does what time alone does: warnings, reminders, the end of a wait. Called by the complaint's alarm.

    `now`: when it was called; what had to wait for somebody's step is done at the moment when it comes to it.
    Afterwards the alarm stands at the next moment, or is gone. Returns whether anything was due. Calling
    it twice does nothing the second time.
    """
    office = here()
    try:
        complaint = locked(uid)
    except ComplaintError:
        store.clear_case_alarm(office, uid)
        return False
    rules, now = rules_of(complaint), max(now, timezone.now())
    case = case_of(complaint, office.timezone)
    decision = engine.timeout(rules.procedure, rules.settings, case, now)
    if decision is not None and forget_who_cannot(complaint, rules, decision):
        case = case_of(complaint, office.timezone)
        decision = engine.timeout(rules.procedure, rules.settings, case, now)
    if decision is None:
        store.reset_case_alarm(office, complaint, case)
        return False
    apply(office, complaint, case, rules, decision)
    return True


def recompute(uid: UUID, now: datetime) -> bool:
    """Reckons a complaint's clocks anew after the calendar was changed, and what else has a limit by it.
    Returns whether a moment moved.
    """
    office = here()
    complaint = locked(uid)
    rules = rules_of(complaint)
    case = case_of(complaint, office.timezone)
    now = max(now, timezone.now())
    decision = engine.recompute(rules.procedure, rules.settings, case, now)
    if decision is not None:
        apply(office, complaint, case, rules, decision)
    asked = anew.questions(office, complaint, rules, now)
    before_desk = anew.desk_limit(office, complaint, rules, now)
    return decision is not None or asked or before_desk


def move_version(uid: UUID, to: int, mapping: Mapping[Place, str], now: datetime) -> bool:
    """Moves an open complaint to another version of the procedure. `to`: the version's id. Returns whether it
    was moved: one that has been moved or closed meanwhile is not.

    Raises `ValueError` where a stage has no place in the new version (W17).
    """
    office = here()
    complaint = locked(uid)
    if complaint.procedure_id == to:
        return False
    old = rules_of(complaint)
    open_lines = [code for code, line in complaint.state["lines"].items() if not line["closed"]]
    if not open_lines:
        return False
    case = case_of(complaint, office.timezone)
    told = engine.due_at(old.procedure, case)
    since = dict(complaint.work_items.filter(closed_at=None).values_list("line", "opened_at"))
    desk = [code for code in open_lines if store.is_desk_stage(old, code, case.lines[code].stage)]
    complaint.procedure_id = to
    new = rules_of(complaint)
    decision = moved(new.procedure, new.settings, case, mapping, told, max(now, timezone.now()))
    if desk:
        close_government_work(uid=complaint.uid, lines=desk, now=decision.at)
    apply(office, complaint, case, new, decision)
    for line, opened_at in since.items():
        complaint.work_items.filter(line=line, closed_at=None).update(opened_at=opened_at)
    return True
