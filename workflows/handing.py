"""Open work that was meant for one person is given to another, because people change; no step is taken."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from workflows.cases import Actor, Case
from workflows.decision import Decision, Fact
from workflows.procedure import Procedure
from workflows.settings import Settings
from workflows.steps import Step

HAND_OVER = "hand_over_work"


def handed_over(
    procedure: Procedure,
    settings: Settings,
    case: Case,
    lines: Collection[str],
    *,
    giver: int,
    heir: int,
    actor: Actor,
    now: datetime,
) -> Decision:
    """The case with the open work of these lines meant for the heir, who is told of it. Limits go on as they
    were, and a step taken before still counts as whose it was.
    """
    step = Step(procedure, settings, case, actor, now, HAND_OVER)
    for line in lines:
        step.lines[line] = replace(step.lines[line], member=heir)
        step.reassigned.add(line)
        step.tell_owners("work_new", step.work(line))
    if case.member == giver:
        step.set_fact(Fact.MEMBER, heir)
    return step.decision(internal=True)
