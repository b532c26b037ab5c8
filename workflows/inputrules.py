"""W13 and W16: what a step asks for can be answered, and holds the reason that the step demands."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.actions import CORRECTION, REASON, Action, Input
from workflows.decision import Fact, InputKind
from workflows.inputs import LONGEST_LINE
from workflows.problems import Problem, problem, sentence
from workflows.procedure import Procedure
from workflows.strictyaml import Path

_FACT_KINDS = {
    Fact.CATEGORY: InputKind.CATEGORY,
    Fact.UNIT: InputKind.UNIT,
    Fact.MEMBER: InputKind.MEMBER,
    Fact.CASE_CLASS: InputKind.CHOICE,
    Fact.COMPLEXITY: InputKind.CHOICE,
    Fact.URGENCY: InputKind.CHOICE,
    Fact.RATING: InputKind.NUMBER,
}


def check_inputs(procedure: Procedure, path: Path, action: Action) -> Iterator[Problem]:
    """The findings about the inputs of one action."""
    inputs = {item.code: item for item in action.inputs}
    if action.reason_required:
        own = inputs.get(REASON)
        if own is not None and not own.required:
            where: Path = (*path, "inputs", action.inputs.index(own))
            yield problem("W13-reason", where, action=action.code)
        inputs.setdefault(REASON, Input(code=REASON, kind=InputKind.TEXT, label=action.name))
    if action.tells and action.tells.body:
        body = inputs.get(action.tells.body)
        if body is None or not body.required:
            yield problem("W16-body", (*path, "tells"), action=action.code, name=action.tells.body)
    for number, item in enumerate(action.inputs):
        wrong = _input(procedure, item)
        if wrong:
            spot: Path = (*path, "inputs", number)
            yield problem("W16", spot, name=item.code, detail=sentence(f"detail.{wrong}"))


def _input(procedure: Procedure, item: Input) -> str | None:
    kind = _FACT_KINDS.get(item.sets) if item.sets else None
    if item.sets and (kind or item.kind) is not item.kind:
        return "sets"
    if item.kind is InputKind.MEMBER and not item.roles:
        return "member_roles"
    if item.code == REASON and item.kind is not InputKind.TEXT:
        return "confirm"
    if item.code == CORRECTION and item.kind not in (InputKind.TEXT, InputKind.LINE):
        return "correction"
    if _unfillable(item):
        return "unfillable"
    if item.kind is InputKind.CHOICE:
        declared = {Fact.CASE_CLASS: procedure.case_classes, Fact.COMPLEXITY: procedure.complexities}
        values = {value.code for value in declared.get(item.sets, ())} if item.sets else set()
        if not item.choices and not values:
            return "choices"
        if item.sets in declared and any(choice.value not in values for choice in item.choices):
            return "choices"
    return None


def _unfillable(item: Input) -> bool:
    """Whether nothing can be entered that is within the input's own bounds."""
    match item.kind:
        case InputKind.NUMBER:
            return item.minimum > item.maximum
        case InputKind.TEXT:
            return item.min_length > item.max_length
        case InputKind.LINE:
            return item.min_length > min(item.max_length, LONGEST_LINE)
    return False
