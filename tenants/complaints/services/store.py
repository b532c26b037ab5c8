"""Stores what the engine decided: the complaint's row, clocks, work, and what the centre knows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from central.coordination import ledger
from central.coordination import services as centre
from central.offices.models import Office
from central.rows import Rows
from tenants.complaints import files
from tenants.complaints.models import Clock, Complaint, WorkItem
from tenants.complaints.snapshot import clock_row, lines_of, state_json
from tenants.organization.models import Unit
from tenants.organization.services import STAFF_ALARM, STAFF_CHANGED
from tenants.procedure.queries import Rules
from workflows.cases import MAIN, WITH_GOVERNMENT, ActorKind, Case, LineState, Scope
from workflows.common import Span
from workflows.decision import Decision, Fact
from workflows.engine import DEPART
from workflows.own import HAND_OVER, HAND_UP, RETURN

CASE_ALARM = "case"
"""Kind of a complaint's alarm; its key is the uid in hexadecimal."""

_CLOCK_COLUMNS = (
    "line",
    "limit",
    "base_at",
    "started_at",
    "due_at",
    "warn_at",
    "provisional",
    "paused_at",
    "paused_in",
    "pauses",
    "stopped_at",
    "cancelled",
)
CLOCK_CONFLICT = "ON CONFLICT (complaint_id, code, round) DO UPDATE SET " + ", ".join(
    f'"{column}" = excluded."{column}"' for column in _CLOCK_COLUMNS
)
"""A clock that changes is stored as it stands now."""

_FACTS = {Fact.CATEGORY: "category", Fact.CASE_CLASS: "case_class", Fact.COMPLEXITY: "complexity"}


def unit_of(rules: Rules, code: str | None) -> Unit | None:
    """A unit by code; None for None and for a code that the office does not have (a rule may outlive a
    unit).
    """
    return rules.units.get(code) if code is not None else None


def put_state(complaint: Complaint, decision: Decision, rules: Rules) -> dict[str, list[str]]:
    """Writes the decision onto the complaint's object; nothing is stored yet. Returns what of its routing was
    put right by it, as [before, after]: `category`, `unit`.
    """
    before = {"category": complaint.category, "unit": complaint.unit.code if complaint.unit else ""}
    lines: dict[str, LineState] = lines_of(complaint) if complaint.state else {}
    for change in decision.lines:
        lines[change.line] = change.state
    for moved in decision.work_moved:
        known = lines.get(moved.line)
        if known is not None and (known.unit, known.member) != (moved.unit, moved.member):
            lines[moved.line] = replace(known, unit=moved.unit, member=moved.member)
    complaint.state = state_json(lines, decision.alarms, decision.memory)
    complaint.stage = lines[MAIN].stage
    complaint.status = decision.status.value
    complaint.outcome = decision.outcome.value if decision.outcome else ""
    complaint.due_at = decision.due_at
    if decision.reopens:
        complaint.closed_at = None
    if decision.closes:
        complaint.closed_at = decision.at
    for fact, value in decision.facts.items():
        if fact in _FACTS:
            setattr(complaint, _FACTS[fact], value or "")
        elif fact is Fact.UNIT:
            complaint.unit = unit_of(rules, value)
        elif fact is Fact.MEMBER:
            complaint.member_id = value
        elif fact is Fact.URGENCY:
            complaint.urgency = str(value or "")[:49]
        elif fact is Fact.RATING:
            complaint.rating, complaint.rated_at = value, decision.at
            complaint.rating_comment = str(decision.inputs.get("comment", ""))[:1000]
    after = {"category": complaint.category, "unit": complaint.unit.code if complaint.unit else ""}
    return {key: [was, after[key]] for key, was in before.items() if was and was != after[key]}


def clock_rows(complaint: Complaint, decision: Decision) -> list[Clock]:
    """How each changed clock stands now."""
    latest = {(change.state.code, change.state.round): change.state for change in decision.clocks}
    return [clock_row(complaint, state) for state in latest.values()]


def work_rows(complaint: Complaint, decision: Decision, rules: Rules) -> list[WorkItem]:
    """The work that begins."""
    return [
        WorkItem(
            complaint=complaint,
            line=item.line,
            stage=item.stage,
            scope=item.scope.value,
            roles=list(item.roles),
            unit=unit_of(rules, item.unit),
            member_id=item.member,
            opened_at=decision.at,
            due_at=item.due_at,
            warn_at=item.warn_at,
            remind_at=item.remind_at,
            waiting=item.waiting,
        )
        for item in decision.work_opened
    ]


def end_work(complaint: Complaint, decision: Decision, rules: Rules) -> None:
    """Closes and moves open work, the desk's share in the public schema too. Before new work is stored."""
    now = decision.at
    if decision.work_closed:
        lines = {item.line for item in decision.work_closed}
        WorkItem.objects.filter(complaint=complaint, line__in=lines, closed_at=None).update(closed_at=now)
        desk = [item.line for item in decision.work_closed if is_desk_stage(rules, item.line, item.stage)]
        if desk:
            centre.close_government_work(uid=complaint.uid, lines=desk, now=now)
    for moved in decision.work_moved:
        changed: dict[str, Any] = {
            "warn_at": moved.warn_at,
            "remind_at": moved.remind_at,
            "unit": unit_of(rules, moved.unit),
            "member_id": moved.member,
        }
        queued = moved.stage == WITH_GOVERNMENT  # the desk's own limit stays, of which the SOP knows nothing
        if not queued:
            changed["due_at"] = moved.due_at
        WorkItem.objects.filter(complaint=complaint, line=moved.line, closed_at=None).update(**changed)
        if not queued and is_desk_stage(rules, moved.line, moved.stage):
            centre.move_government_work(uid=complaint.uid, line=moved.line, due_at=moved.due_at)


def open_desk_work(office: Office, complaint: Complaint, decision: Decision, rules: Rules) -> None:
    """Puts what lies with the government's central desk before it. What is handed up gets its row in the
    ledger, with the desk's own limit.
    """
    for item in decision.work_opened:
        if item.scope is Scope.GOVERNMENT:
            centre.open_government_work(
                office,
                uid=complaint.uid,
                number=complaint.number,
                line=item.line,
                stage=item.stage,
                procedure_digest=rules.procedure_digest,
                role=item.roles[0] if item.roles else "",
                handed_up=item.stage == WITH_GOVERNMENT,
                due_at=item.due_at,
                now=decision.at,
            )
            if item.stage == WITH_GOVERNMENT:
                _put_into_ledger(office, complaint, decision, rules)


def _put_into_ledger(office: Office, complaint: Complaint, decision: Decision, rules: Rules) -> None:
    limit = Span.model_validate(ledger.rules_for(office).desk_limit)
    due_at = rules.settings.work_calendar(office.timezone).add(decision.at, limit)
    WorkItem.objects.filter(complaint=complaint, stage=WITH_GOVERNMENT, closed_at=None).update(due_at=due_at)
    ledger.open_handover(
        office,
        uid=complaint.uid,
        number=complaint.number,
        by=decision.actor.name if decision.actor.kind is ActorKind.MEMBER else "",
        desk_limit=str(limit),
        due_at=due_at,
        now=decision.at,
    )


def follow_ledger(complaint: Complaint, case: Case, decision: Decision) -> None:
    """Tells the ledger what a step means for a handover that is open: the desk's work ended, or the office
    that got the complaint has taken it on or given it back. Before new work is put before the desk.
    """
    ended = {item.stage for item in decision.work_closed if item.line == MAIN}
    if WITH_GOVERNMENT in ended and decision.action != DEPART:
        ledger.end_waiting(uid=complaint.uid, how=decision.action, now=decision.at)
    if case.memory.arrived and not decision.memory.arrived:
        accepted = decision.action not in (RETURN, HAND_UP, HAND_OVER)
        ledger.answer(uid=complaint.uid, accepted=accepted, how=decision.action, now=decision.at)


def is_desk_stage(rules: Rules, line: str, stage: str) -> bool:
    """Whether the work of a stage lies with the government's central desk."""
    if stage == WITH_GOVERNMENT:
        return True
    found = rules.procedure.stage(stage, line)
    scopes: Mapping[str, Scope] = {role.code: role.scope for role in rules.procedure.roles}
    return found is not None and any(scopes.get(code) is Scope.GOVERNMENT for code in found.owner)


def put_alarm(
    rows: Rows, office: Office, complaint: Complaint, decision: Decision, *, before: datetime | None
) -> None:
    """Has the complaint called at the next moment that matters. `before`: what was set until now."""
    first = min((alarm.at for alarm in decision.alarms), default=None)
    if first == before:
        return
    if first is None:
        centre.clear_alarm(office, kind=CASE_ALARM, key=complaint.uid.hex)
    else:
        centre.set_alarm(office, kind=CASE_ALARM, key=complaint.uid.hex, due_at=first, rows=rows)


def ensure_upkeep(rows: Rows, office: Office, now: datetime) -> None:
    """Has old keys and unreferenced files of the office swept some day."""
    centre.ensure_alarm(
        office, kind=files.SWEEP, key=files.SWEEP, due_at=now + files.KEEP_UNREFERENCED, rows=rows
    )


def watch_rules(rows: Rows, office: Office, decision: Decision, now: datetime) -> None:
    """Has the office's worker tell the admins, once, of a routing rule that was passed over."""
    if decision.routing is not None and decision.routing.broken:
        centre.ensure_alarm(office, kind=STAFF_ALARM, key=STAFF_CHANGED, due_at=now, rows=rows)


def reset_case_alarm(office: Office, complaint: Complaint, case: Case) -> None:
    """Sets a complaint's alarm to what its state says, as after an alarm that came too early."""
    first = min((alarm.at for alarm in case.alarms), default=None)
    if first is None:
        clear_case_alarm(office, complaint.uid)
    else:
        centre.set_alarm(office, kind=CASE_ALARM, key=complaint.uid.hex, due_at=first)


def clear_case_alarm(office: Office, uid: UUID) -> None:
    """A complaint that waits for no moment, or is gone."""
    centre.clear_alarm(office, kind=CASE_ALARM, key=uid.hex)
