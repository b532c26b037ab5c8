"""Questions to another office or to an official of this one, while the case stays where it is.

A case numbers its questions from 1. Its memory knows how many there were and which wait for an answer; what
was asked, and of whom, the shell keeps. Whoever asks goes on with the work: a question holds up no step, and
ends with the main line's way here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from workflows.actions import Choice, Input
from workflows.cases import MAIN, SYSTEM, Actor, ActorKind, Case, Scope
from workflows.common import Text
from workflows.decision import Decision, InputKind, OfferKind
from workflows.index import Index, OwnAction, offered, platform_offer, reason_input
from workflows.labels import label
from workflows.procedure import Procedure
from workflows.rights import may_work
from workflows.settings import Settings
from workflows.steps import Step

COORDINATE, END_COORDINATION = "request_coordination", "end_coordination"
"""To ask, and to take a question back."""

ANSWERED, DECLINED = "coordination_answered", "coordination_declined"
LATE = "coordination_late"
"""Actions of the decisions by which somebody else, or time, speaks to a question."""

MOST_OPEN = 10
"""Questions of one case that may wait at the same time."""

NUMBER, REPORT, ANSWER, ASKED = "coordination", "report", "answer", "asked"
"""Codes of inputs: which question, whether the report's text goes with it, the answer, who is asked."""


def answerers(procedure: Procedure) -> tuple[str, ...]:
    """The roles of the office that answer what other offices ask of it."""
    rules = procedure.platform.coordinate
    named = rules.answered_by if rules is not None else ()
    if named:
        return named
    main = procedure.index.lines[MAIN]
    scope = procedure.index.scope
    owners = tuple(r for r in main.stages[main.first].owners if scope.get(r) is Scope.OFFICE)
    own = [role for role in procedure.roles if role.scope is Scope.OFFICE]
    return owners or tuple(r.code for r in own if r.head) or tuple(r.code for r in own)


def may_ask(index: Index, case: Case, actor: Actor) -> bool:
    """Whether this person may ask somebody else now."""
    stage = index.stage(MAIN, case.main.stage)
    if stage is None or case.main.closed or case.main.stage not in index.coordinate_stages:
        return False
    if actor.kind is not ActorKind.MEMBER or len(case.memory.coordinations) >= MOST_OPEN:
        return False
    return may_work(index, stage, case.main, actor)


def may_end(index: Index, case: Case, actor: Actor) -> bool:
    """Whether this person may take a question back: whoever has the work now, or could have asked."""
    if not case.memory.coordinations or case.main.closed or actor.kind is not ActorKind.MEMBER:
        return False
    here = index.stage(MAIN, case.main.stage)
    if here is not None and may_work(index, here, case.main, actor):
        return True
    asking = (index.stage(MAIN, code) for code in index.coordinate_stages)
    return any(stage is not None and may_work(index, stage, None, actor) for stage in asking)


@lru_cache(maxsize=1)
def _asking() -> OwnAction:
    inputs = (
        Input(code=ASKED, kind=InputKind.LINE, label=label("input.asked")),
        Input(
            code="question",
            kind=InputKind.TEXT,
            label=label("input.question"),
            help=label("help.question"),
            min_length=10,
            max_length=4_000,
        ),
        Input(
            code=REPORT,
            kind=InputKind.CHECKBOX,
            label=label("input.report"),
            help=label("help.report"),
            required=False,
        ),
    )
    return OwnAction(inputs, platform_offer(COORDINATE, MAIN, "", OfferKind.PLATFORM, inputs))


def asking(procedure: Procedure) -> OwnAction:
    """What asking asks for, in the procedure's words."""
    rules = procedure.platform.coordinate
    found = _asking()
    if rules is None:
        return found
    offer = replace(found.offer, label=rules.name or found.offer.label, sop_row=rules.sop_row)
    return OwnAction(found.inputs, offer)


def ending(open_questions: tuple[int, ...] = ()) -> OwnAction:
    """What taking a question back asks for: which one, and perhaps why."""
    named = tuple(Choice(value=_value(number), label=_named(number)) for number in open_questions)
    inputs = (
        Input(code=NUMBER, kind=InputKind.CHOICE, label=label("input.coordination"), choices=named),
        reason_input(to_reporter=False).model_copy(update={"required": False, "min_length": 0}),
    )
    return OwnAction(inputs, platform_offer(END_COORDINATION, MAIN, "", OfferKind.PLATFORM, inputs))


def _value(number: int) -> str:
    return f"k{number}"


def _named(number: int) -> Text:
    words = label("coordination.numbered")
    return Text(id=f"{words.id} {number}", en=f"{words.en} {number}")


def number_of(inputs: Any) -> int:
    """Which question the cleaned inputs of `ending` mean."""
    return int(str(inputs[NUMBER])[1:])


def ask(step: Step, rest: dict[str, Any]) -> Decision:
    """Ask somebody else. A clock that counts from asking begins, unless it runs: a further question gives no
    more time.
    """
    step.stop_by_action()
    step.start_by_action(MAIN)
    number = step.memory.coordinated + 1
    waiting = (*step.memory.coordinations, number)
    step.memory = replace(step.memory, coordinated=number, coordinations=waiting)
    return step.decision(internal=True, **rest)


def end(step: Step, rest: dict[str, Any]) -> Decision:
    """Take a question back."""
    _done(step, number_of(rest["inputs"]))
    return step.decision(internal=True, **rest)


def answered(
    procedure: Procedure,
    settings: Settings,
    case: Case,
    number: int,
    actor: Actor,
    now: datetime,
    *,
    by: str,
    text: str,
    declined: bool = False,
) -> Decision:
    """Somebody has answered a question, or says that they cannot: those who have the work hear of it, and
    those who could have asked. `by`: whose answer it is. The question waits; the reporter is told nothing.
    """
    action = DECLINED if declined else ANSWERED
    step = Step(procedure, settings, case, actor, now, action)
    _done(step, number)
    _tell(step, action, _askers(procedure))
    rules = procedure.platform.coordinate
    return step.decision(
        internal=True,
        inputs={ASKED: by, ANSWER: text},
        sop_row=rules.sop_row if rules is not None else "",
    )


def late(
    procedure: Procedure, settings: Settings, case: Case, now: datetime, *, by: str, number: int
) -> Decision:
    """A question was not answered in time: those who have the work, and the head, hear of it."""
    step = Step(procedure, settings, case, SYSTEM, now, LATE)
    heads = tuple(role.code for role in procedure.roles if role.head and role.scope is Scope.OFFICE)
    _tell(step, LATE, (*_askers(procedure), *heads))
    return step.decision(internal=True, inputs={ASKED: by})


def speech(action: str) -> tuple[Input, ...]:
    """The texts that such a decision holds beside what the engine was asked: who, and what they say."""
    by = Input(code=ASKED, kind=InputKind.LINE, label=label("input.asked"))
    said = Input(code=ANSWER, kind=InputKind.TEXT, label=label("input.answer"))
    return (by,) if action == LATE else (by, said)


def speech_offer(action: str) -> OwnAction:
    """As the shell's record wants it."""
    inputs = speech(action)
    found = tuple(offered(item) for item in inputs)
    offer = replace(platform_offer(COORDINATE, MAIN, "", OfferKind.PLATFORM, ()), inputs=found)
    return OwnAction(inputs, offer)


def _askers(procedure: Procedure) -> tuple[str, ...]:
    index = procedure.index
    found = (index.stage(MAIN, code) for code in sorted(index.coordinate_stages))
    return tuple(dict.fromkeys(role for stage in found if stage is not None for role in stage.owners))


def _tell(step: Step, key: str, others: tuple[str, ...]) -> None:
    if step.lines[MAIN].closed:
        return
    item = step.work(MAIN)
    also = tuple(role for role in dict.fromkeys(others) if role not in item.roles)
    step.tell_owners(key, item, also=also)


def _done(step: Step, number: int) -> None:
    left = tuple(one for one in step.memory.coordinations if one != number)
    step.memory = replace(step.memory, coordinations=left)
