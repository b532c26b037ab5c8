"""Who may take the actions that every procedure has beside its own, and when."""

from __future__ import annotations

from datetime import datetime

from workflows.cases import (
    HANDED_OVER,
    MAIN,
    REFERRED,
    WITH_GOVERNMENT,
    Actor,
    ActorKind,
    Case,
    Outcome,
    Scope,
)
from workflows.common import Span
from workflows.coordination import COORDINATE, END_COORDINATION, may_ask, may_end
from workflows.index import Index, StepAt
from workflows.procedure import Procedure
from workflows.rights import may_take, may_work
from workflows.settings import Settings

NOTE, HAND_UP, TAKE_BACK_HAND_UP = "note", "hand_up", "take_back_hand_up"
REFER, TAKE_BACK = "refer", "take_back"
UNPUBLISH = "unpublish"
ACCEPT, RETURN = "accept_handover", "return_handover"
SEND_BACK, CLOSE = "send_back", "close_by_desk"
HAND_OVER = "hand_over_directly"
"""Straight to another office. Whether a government allows it is not the engine's to know, so that it is never
among the offers: see `engine.hand_over`.
"""
WITHDRAW, RATE, OBJECT = "withdraw", "rate", "object"

STAFF_ACTIONS = (
    ACCEPT,
    RETURN,
    TAKE_BACK,
    TAKE_BACK_HAND_UP,
    SEND_BACK,
    HAND_UP,
    REFER,
    COORDINATE,
    END_COORDINATION,
    CLOSE,
    UNPUBLISH,
    NOTE,
)
REPORTER_ACTIONS = (WITHDRAW, RATE, OBJECT)
OWN_ACTIONS = frozenset({*STAFF_ACTIONS, *REPORTER_ACTIONS, HAND_OVER})
"""Codes that a procedure cannot use for an action of its own."""


def available(
    procedure: Procedure, settings: Settings, case: Case, action: str, actor: Actor, now: datetime
) -> bool:
    """Whether this person may take one of the platform's own actions now."""
    if actor.kind is ActorKind.REPORTER:
        return action in REPORTER_ACTIONS and _reporter_may(procedure, settings, case, action, now)
    if actor.kind is ActorKind.SYSTEM or action not in STAFF_ACTIONS:
        return False
    return _staff_may(procedure, case, action, actor)


def too_late(
    procedure: Procedure, settings: Settings, case: Case, action: str, actor: Actor, now: datetime
) -> bool:
    """Whether the action was possible once and its time is over, which deserves another answer than
    "never".
    """
    if action == TAKE_BACK:
        return actor.kind in (ActorKind.MEMBER, ActorKind.GOVERNMENT) and case.memory.undo is None
    if actor.kind is not ActorKind.REPORTER or case.closed_at is None:
        return False
    rules = procedure.reporter
    window = rules.rate if action == RATE else rules.object if action == OBJECT else None
    return window is not None and now > _until(settings, case, window.within)


def _until(settings: Settings, case: Case, within: Span) -> datetime:
    return settings.work_calendar(case.timezone).add(case.closed_at or case.received_at, within)


def _reporter_may(procedure: Procedure, settings: Settings, case: Case, action: str, now: datetime) -> bool:
    rules = procedure.reporter
    if action == WITHDRAW:
        return rules.withdraw and case.is_open
    if case.closed_at is None or case.outcome is not Outcome.RESOLVED:
        return False
    if action == RATE:
        return (
            rules.rate is not None
            and not case.memory.rated
            and now <= _until(settings, case, rules.rate.within)
        )
    return (
        rules.object is not None
        and case.memory.objections < rules.object.times
        and now <= _until(settings, case, rules.object.within)
    )


def _staff_may(procedure: Procedure, case: Case, action: str, actor: Actor) -> bool:
    index, main = procedure.index, case.main
    if main.stage == HANDED_OVER:  # a stub: what happens to it now is written down where it is
        return False
    stage = index.stage(MAIN, main.stage)
    if action == NOTE:
        # What came of a referral is the desk's to write down, whatever else the office's SOP lets be noted.
        looks_after = main.stage == REFERRED and actor.kind is ActorKind.GOVERNMENT
        allowed = procedure.platform.note or looks_after
        return allowed and any(index.scope.get(role) for role in actor.roles)
    if action == TAKE_BACK:
        return _may_take_back(index, case, actor)
    if action == UNPUBLISH:
        return _may_unpublish(index, case, actor)
    if action == COORDINATE:
        return may_ask(index, case, actor)
    if action == END_COORDINATION:
        return may_end(index, case, actor)
    if main.closed or stage is None:
        return False
    if action == TAKE_BACK_HAND_UP:
        if main.stage != WITH_GOVERNMENT or case.memory.handed_up is None:
            return False
        origin = index.stage(MAIN, case.memory.handed_up.from_stage)
        return origin is not None and may_work(index, origin, None, actor)
    if not may_work(index, stage, main, actor):
        return False
    if action in (ACCEPT, RETURN):
        return case.memory.arrived and main.stage != WITH_GOVERNMENT
    if action in (SEND_BACK, CLOSE):
        return main.stage == WITH_GOVERNMENT and case.memory.handed_up is not None
    if action == REFER and main.stage == WITH_GOVERNMENT:
        return True
    return main.stage in (index.hand_up_stages if action == HAND_UP else index.refer_stages)


def _may_take_back(index: Index, case: Case, actor: Actor) -> bool:
    undo = case.memory.undo
    if undo is None:
        return False
    line = case.lines.get(undo.line)
    origin = index.stage(undo.line, undo.from_stage)
    if line is None or origin is None or line.stage != undo.to_stage:
        return False
    step = origin.actions.get(undo.action)
    return step is not None and may_take(index, origin, step, None, actor)


def released_from(index: Index, case: Case) -> StepAt | None:
    """The step that has made the case public, by where its line stands; None while nothing is public."""
    if not case.published:
        return None
    for step in index.releases:
        state = case.lines.get(step.line)
        if state is not None and state.stage in step.action.spec.targets():
            return step
    return next(iter(index.releases), None)


def _may_unpublish(index: Index, case: Case, actor: Actor) -> bool:
    """Who may release may take the page back.

    The government's desk has a complaint open only while work on it lies there, which the release has ended.
    Where the release is the desk's, the office's role that closes with the official answer may take the page
    back, too: that puts the work before the desk again, which releases it anew or decides not to.
    """
    released = released_from(index, case)
    if released is None:
        return False
    steps: tuple[StepAt, ...] = (released,)
    if released.stage.scope is Scope.GOVERNMENT:
        steps += index.publication_offers
    return any(may_take(index, step.stage, step.action, None, actor) for step in steps)
