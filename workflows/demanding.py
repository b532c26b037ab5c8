"""Why one of the platform's own actions cannot be taken now."""

from __future__ import annotations

from datetime import datetime

from workflows.cases import HANDED_OVER, Actor, Case
from workflows.coordination import COORDINATE, END_COORDINATION
from workflows.decision import ActionRefused, Refusal
from workflows.own import TAKE_BACK, UNPUBLISH, available, released_from, too_late
from workflows.procedure import Procedure
from workflows.settings import Settings


def demand_available(
    procedure: Procedure, settings: Settings, case: Case, action: str, actor: Actor, now: datetime
) -> None:
    """Raise `ActionRefused` unless this person may take the action now."""
    if available(procedure, settings, case, action, actor, now):
        return
    late = too_late(procedure, settings, case, action, actor, now)
    staff_at_right_stage = action in _own_codes(procedure, case)
    code = Refusal.NOT_ALLOWED if staff_at_right_stage else Refusal.WRONG_STAGE
    raise ActionRefused(Refusal.TOO_LATE if late else code, action)


def _own_codes(procedure: Procedure, case: Case) -> frozenset[str]:
    """Which of the platform's own actions exist where the case stands, for whomever."""
    index, stage = procedure.index, case.main.stage
    if stage == HANDED_OVER:
        return frozenset()
    found = {"note", "withdraw"}
    if stage in index.hand_up_stages:
        found.add("hand_up")
    if stage in index.refer_stages:
        found.add("refer")
    if stage in index.coordinate_stages:
        found.add(COORDINATE)
    if case.memory.coordinations:
        found.add(END_COORDINATION)
    if case.memory.handed_up is not None:
        found.add("take_back_hand_up")
    if case.memory.undo is not None:
        found.add(TAKE_BACK)
    if released_from(index, case) is not None:
        found.add(UNPUBLISH)
    return frozenset(found)
