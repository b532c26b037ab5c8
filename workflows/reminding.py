"""Reminders that the government's central desk sends to an office: somebody hears of it, nothing moves."""

from __future__ import annotations

from datetime import datetime

from workflows.cases import Actor, Case, Scope
from workflows.decision import Decision
from workflows.procedure import Procedure
from workflows.settings import Settings
from workflows.steps import Step

REMIND, ESCALATE = "desk_reminder", "desk_escalation"
"""Actions of these decisions. The reporter is never shown them."""


def may_remind(procedure: Procedure, actor: Actor) -> bool:
    """Whether somebody of the desk may remind the office: who holds the role that the SOP names, else any
    admin of the desk.
    """
    rules = procedure.platform.remind
    return actor.is_admin if rules is None else rules.role in actor.roles


def has_work(procedure: Procedure, case: Case) -> bool:
    """Whether the office has anything to be reminded of."""
    return bool(_lines(procedure, case))


def remind(
    procedure: Procedure,
    settings: Settings,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    escalate: bool = False,
) -> Decision:
    """Tell those who have the office's open work, and the head, that the desk waits for it. `escalate`: an
    earlier reminder had no effect; only the head hears of that.
    """
    step = Step(procedure, settings, case, actor, now, ESCALATE if escalate else REMIND)
    heads = [role.code for role in procedure.roles if role.head and role.scope is Scope.OFFICE]
    for line in _lines(procedure, case):
        item = step.work(line)
        others = tuple(role for role in heads if role not in item.roles)
        if escalate:
            for role in heads:
                step.tell_role("escalated", role, item)
        else:
            step.tell_owners("work_reminder", item, also=others)
    rules = procedure.platform.remind
    return step.decision(internal=True, sop_row=rules.sop_row if rules is not None else "")


def _lines(procedure: Procedure, case: Case) -> list[str]:
    """The lines on which the office has work that waits for nobody outside."""
    index = procedure.index
    found = []
    for code, state in case.lines.items():
        stage = index.stage(code, state.stage)
        if state.closed or stage is None or stage.scope is not Scope.OFFICE:
            continue
        if stage.spec is None or stage.spec.waits is None:
            found.append(code)
    return found
