"""Steps that somebody could take but for the second pair of eyes that they demand."""

from __future__ import annotations

from workflows.cases import Actor, Case, LineState
from workflows.index import Index, StepAt
from workflows.procedure import Procedure
from workflows.rights import may_take, needs_another


def for_a_colleague(procedure: Procedure, case: Case, actor: Actor) -> list[StepAt]:
    """The steps at which the case stands that are this person's, were it not for their own step before."""
    index: Index = procedure.index
    found = []
    for code in index.lines:
        state = case.lines.get(code)
        if state is None or state.closed:
            continue
        stage = index.lines[code].stages[state.stage]
        guards = {
            "case_class": case.case_class,
            "complexity": case.complexity,
            "visibility": case.visibility.value,
        }
        for action in stage.actions.values():
            if not needs_another(action, state, actor) or not action.guard(guards):
                continue
            by_nobody = LineState(state.stage, state.entered_at, state.unit, state.member)
            if may_take(index, stage, action, by_nobody, actor):
                found.append(StepAt(code, stage, action))
    return found
