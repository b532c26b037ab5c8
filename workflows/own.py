"""The actions that every procedure has beside its own: the platform's for staff, and the reporter's."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from workflows import coordination
from workflows.actions import Input
from workflows.cases import (
    CLOSED_BY_DESK,
    MAIN,
    REFERRED,
    WITH_GOVERNMENT,
    WITHDRAWN,
    Actor,
    ActorKind,
    Case,
    HandedUp,
)
from workflows.coordination import COORDINATE, END_COORDINATION
from workflows.decision import Decision, Fact, InputKind, Offer, OfferKind, PublicationEffect
from workflows.index import OwnAction, platform_offer, reason_input, with_stage
from workflows.labels import label
from workflows.ownrights import (
    ACCEPT,
    CLOSE,
    HAND_OVER,
    HAND_UP,
    NOTE,
    OBJECT,
    OWN_ACTIONS,
    RATE,
    REFER,
    REPORTER_ACTIONS,
    RETURN,
    SEND_BACK,
    STAFF_ACTIONS,
    TAKE_BACK,
    TAKE_BACK_HAND_UP,
    UNPUBLISH,
    WITHDRAW,
    available,
    released_from,
    too_late,
)
from workflows.procedure import Procedure
from workflows.settings import Settings
from workflows.steps import Step

__all__ = [
    "ACCEPT",
    "CLOSE",
    "HAND_OVER",
    "HAND_UP",
    "NOTE",
    "OBJECT",
    "OWN_ACTIONS",
    "RATE",
    "REFER",
    "REPORTER_ACTIONS",
    "RETURN",
    "SEND_BACK",
    "STAFF_ACTIONS",
    "TAKE_BACK",
    "TAKE_BACK_HAND_UP",
    "UNPUBLISH",
    "WITHDRAW",
    "OwnAction",
    "available",
    "own_action",
    "own_offers",
    "released_from",
    "take",
    "to_the_queue",
    "too_late",
]


@lru_cache(maxsize=1)
def _note() -> OwnAction:
    inputs = (
        Input(code="note", kind=InputKind.TEXT, label=label("input.note"), max_length=10_000),
        Input(code="files", kind=InputKind.FILES, label=label("input.files"), required=False, max_length=5),
    )
    return OwnAction(inputs, replace(_offer(NOTE, inputs), internal=True))


@lru_cache(maxsize=2)
def _hand_up(consent: bool) -> OwnAction:
    inputs: tuple[Input, ...] = (reason_input(to_reporter=True),)
    if consent:
        inputs += (Input(code="consent", kind=InputKind.CHECKBOX, label=label("input.consent")),)
    return OwnAction(inputs, _telling(_offer(HAND_UP, inputs), "handed_up"))


@lru_cache(maxsize=1)
def _refer() -> OwnAction:
    inputs = (
        Input(code="authority", kind=InputKind.LINE, label=label("input.authority"), to_reporter=True),
        Input(
            code="contact",
            kind=InputKind.TEXT,
            label=label("input.contact"),
            required=False,
            max_length=1_000,
            to_reporter=True,
        ),
        reason_input(to_reporter=True),
    )
    return OwnAction(inputs, replace(_telling(_offer(REFER, inputs), "referred"), closes=True))


@lru_cache(maxsize=1)
def _unpublish() -> OwnAction:
    inputs = (reason_input(to_reporter=False),)
    effect = PublicationEffect.WITHHOLD
    return OwnAction(inputs, replace(_offer(UNPUBLISH, inputs), publishes=True, publication=effect))


@lru_cache(maxsize=1)
def _simple() -> dict[str, OwnAction]:
    optional_reason = reason_input(to_reporter=False).model_copy(update={"required": False, "min_length": 0})
    rating = (
        Input(
            code="score",
            kind=InputKind.NUMBER,
            label=label("input.score"),
            minimum=1,
            maximum=5,
            sets=Fact.RATING,
        ),
        Input(
            code="comment",
            kind=InputKind.TEXT,
            label=label("input.comment"),
            required=False,
            max_length=1_000,
        ),
    )
    return {
        TAKE_BACK: OwnAction((optional_reason,), _offer(TAKE_BACK, (optional_reason,))),
        TAKE_BACK_HAND_UP: OwnAction(
            (optional_reason,),
            replace(_offer(TAKE_BACK_HAND_UP, (optional_reason,)), stage=WITH_GOVERNMENT),
        ),
        WITHDRAW: OwnAction(
            (optional_reason,),
            replace(_offer(WITHDRAW, (optional_reason,), OfferKind.REPORTER), closes=True),
        ),
        RATE: OwnAction(rating, _offer(RATE, rating, OfferKind.REPORTER)),
        OBJECT: OwnAction(
            (reason_input(to_reporter=True),),
            _offer(OBJECT, (reason_input(to_reporter=True),), OfferKind.REPORTER),
        ),
    }


@lru_cache(maxsize=1)
def _of_handovers() -> dict[str, OwnAction]:
    reason, told = (reason_input(to_reporter=False),), (reason_input(to_reporter=True),)
    return {
        ACCEPT: OwnAction((), replace(_offer(ACCEPT, ()), internal=True)),
        RETURN: OwnAction(reason, _offer(RETURN, reason)),
        SEND_BACK: OwnAction(reason, replace(_offer(SEND_BACK, reason), stage=WITH_GOVERNMENT)),
        CLOSE: OwnAction(
            told,
            replace(_telling(_offer(CLOSE, told), "closed_by_desk"), stage=WITH_GOVERNMENT, closes=True),
        ),
    }


def _offer(action: str, inputs: tuple[Input, ...], kind: OfferKind = OfferKind.PLATFORM) -> Offer:
    return platform_offer(action, MAIN, "", kind, inputs)


def _telling(offer: Offer, key: str) -> Offer:
    return replace(offer, tells_reporter=True, message_key=key, body_input="reason")


def own_action(procedure: Procedure, action: str, waiting: tuple[int, ...] = ()) -> OwnAction:
    """What an action of the platform asks for in this procedure. `waiting`: the case's questions to others
    that wait, of which one may be taken back.
    """
    if action == NOTE:
        return _note()
    if action == HAND_UP:
        rules = procedure.platform.hand_up
        found = _hand_up(rules is not None and rules.consent)
        if rules is None:
            return found
        offer = replace(found.offer, label=rules.name or found.offer.label, sop_row=rules.sop_row)
        return OwnAction(found.inputs, offer)
    if action == HAND_OVER:
        asked = own_action(procedure, HAND_UP)
        row = asked.offer.sop_row
        return OwnAction(asked.inputs, replace(_offer(HAND_OVER, asked.inputs), closes=True, sop_row=row))
    if action == REFER:
        found = _refer()
        rules_refer = procedure.platform.refer
        row = rules_refer.sop_row if rules_refer else ""
        return OwnAction(found.inputs, replace(found.offer, sop_row=row))
    if action == COORDINATE:
        return coordination.asking(procedure)
    if action == END_COORDINATION:
        return coordination.ending(waiting)
    if action == UNPUBLISH:
        return _unpublish()
    return _of_handovers().get(action) or _simple()[action]


def own_offers(
    procedure: Procedure, settings: Settings, case: Case, actor: Actor, now: datetime
) -> list[Offer]:
    """The platform's own actions that this person may take now."""
    codes = REPORTER_ACTIONS if actor.kind is ActorKind.REPORTER else STAFF_ACTIONS
    found = []
    for code in codes:
        if available(procedure, settings, case, code, actor, now):
            line = _line_of(procedure, case, code)
            offer = own_action(procedure, code, case.memory.coordinations).offer
            found.append(with_stage(offer, line, case.lines[line].stage))
    return found


def _line_of(procedure: Procedure, case: Case, action: str) -> str:
    if action == TAKE_BACK and case.memory.undo:
        return case.memory.undo.line
    if action == UNPUBLISH:
        released = released_from(procedure.index, case)
        if released is not None and released.line in case.lines:
            return released.line
    return MAIN


def take(step: Step, procedure: Procedure, action: str, cleaned: dict[str, Any]) -> Decision:
    """Carry one of the platform's own actions out; that it is available has been checked."""
    rest: dict[str, Any] = {"inputs": cleaned, "reason": cleaned.get("reason", "")}
    rest["sop_row"] = own_action(procedure, action).offer.sop_row
    if action == NOTE:
        return step.decision(internal=True, **rest)
    if action == TAKE_BACK:
        return _take_back(step, rest)
    if action == RATE:
        step.set_fact(Fact.RATING, cleaned["score"])
        step.memory = replace(step.memory, rated=True)
        return step.decision(timeline_key="rated", **rest)
    if action == UNPUBLISH:
        return _take_unpublish(step, procedure, rest)
    if action == END_COORDINATION:
        return coordination.end(step, rest)
    if action == ACCEPT:
        step.memory = replace(step.memory, arrived=False)
        return step.decision(internal=True, **rest)
    step.memory = replace(step.memory, undo=None, arrived=False)
    if action == COORDINATE:
        return coordination.ask(step, rest)
    if action == HAND_UP:
        return _take_hand_up(step, rest)
    if action == RETURN:
        return _take_return(step, rest)
    if action in (TAKE_BACK_HAND_UP, SEND_BACK):
        key = "hand_up_taken_back" if action == TAKE_BACK_HAND_UP else "sent_back"
        return _take_back_hand_up(step, procedure, key, rest)
    if action == CLOSE:
        step.move(MAIN, CLOSED_BY_DESK)
        step.tell_reporter("closed_by_desk", "reason")
        return step.decision(timeline_key="closed_by_desk", timeline_inputs=("reason",), **rest)
    if action == REFER:
        step.move(MAIN, REFERRED)
        step.tell_reporter("referred", "reason")
        told = ("authority", "contact", "reason")
        return step.decision(timeline_key="referred", timeline_inputs=told, **rest)
    if action == WITHDRAW:
        for line, state in step.case.lines.items():
            if not state.closed:
                step.tell_owners("withdrawn_staff", step.work(line))
        step.move(MAIN, WITHDRAWN)
        return step.decision(timeline_key="withdrawn", **rest)
    return _take_objection(step, procedure, rest)


def _take_back(step: Step, rest: dict[str, Any]) -> Decision:
    undo = step.memory.undo
    assert undo is not None
    step.line = undo.line
    for fact, value, now_set in (
        (Fact.UNIT, undo.unit, step.unit),
        (Fact.MEMBER, undo.member, step.member),
    ):
        if value != now_set:
            step.set_fact(fact, value)
    for code in undo.lines_started:
        state = step.lines.get(code)
        if state is not None and not state.closed:
            step.cancel_line(code)
    step.move(undo.line, undo.from_stage, "undo")
    step.give_back()
    step.taken_back = undo
    step.memory = replace(step.memory, undo=None)
    return step.decision(**rest)


def _take_hand_up(step: Step, rest: dict[str, Any]) -> Decision:
    step.stop_by_action()
    to_the_queue(step)
    step.tell_reporter("handed_up", "reason")
    return step.decision(timeline_key="handed_up", timeline_inputs=("reason",), **rest)


def _take_return(step: Step, rest: dict[str, Any]) -> Decision:
    """What came from another office is not this one's duty either: the desk decides. The reporter reads that
    it is looked for, not why two offices differ.
    """
    to_the_queue(step)
    return step.decision(timeline_key="handover_returned", **rest)


def to_the_queue(step: Step) -> None:
    """Move the case into the government's queue; what runs here stands still meanwhile."""
    from_stage = step.case.main.stage
    running = {code for code, state in step.clocks.items() if state.running}
    step.move(MAIN, WITH_GOVERNMENT, "hand_up")
    paused = tuple(sorted(code for code in running if step.clocks[code].paused_at is not None))
    step.memory = replace(step.memory, handed_up=HandedUp(from_stage, step.now, paused))


def _take_back_hand_up(step: Step, procedure: Procedure, key: str, rest: dict[str, Any]) -> Decision:
    up = step.memory.handed_up
    assert up is not None
    rules = procedure.platform.hand_up
    step.move(MAIN, (rules.returns_to if rules else None) or up.from_stage, "return")
    step.memory = replace(step.memory, handed_up=None)
    return step.decision(timeline_key=key, **rest)


def _take_unpublish(step: Step, procedure: Procedure, rest: dict[str, Any]) -> Decision:
    """Take the page back. The line that has ended with the release goes back to where it is released from, so
    that it is released anew or withheld for good; one that runs already stays where it is.
    """
    released = released_from(step.index, step.case)
    assert released is not None
    step.line = _line_of(procedure, step.case, UNPUBLISH)
    undo = step.memory.undo
    if undo is not None and undo.line == step.line:
        step.memory = replace(step.memory, undo=None)
    if step.line != MAIN and step.lines[step.line].closed:
        step.move(step.line, released.stage.code)
    return step.decision(internal=True, publication=PublicationEffect.WITHHOLD, **rest)


def _take_objection(step: Step, procedure: Procedure, rest: dict[str, Any]) -> Decision:
    rules = procedure.reporter.object
    assert rules is not None
    step.memory = replace(
        step.memory, reopened_at=step.now, objections=step.memory.objections + 1, rated=False
    )
    for code, state in list(step.lines.items()):
        if code != MAIN and not state.closed:
            step.cancel_line(code)
    step.move(MAIN, rules.to, "reopen")
    step.tell_reporter("reopened")
    return step.decision(timeline_key="reopened", timeline_inputs=("reason",), **rest)
