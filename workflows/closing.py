"""A stage between the step that closes a complaint and the closing: the answer waits for the new step.

What the old step would have told the reporter is told by the new one, whose form begins with what was
written before: so nobody is told of a closing that is still to come, and nothing is told twice.
"""

from __future__ import annotations

from typing import Any

from workflows.actions import Action
from workflows.cases import MAIN, REPORTER_ROLE, Outcome
from workflows.decision import Fact, InputKind, PublicationEffect
from workflows.procedure import Line, Procedure, Stage

Data = dict[str, Any]

_TO_THE_REPORTER = ("tells", "timeline", "publication")
_WRITTEN = frozenset({InputKind.TEXT.value, InputKind.LINE.value})


def closing_step(procedure: Procedure, line: Line, stage: Stage, after: str) -> Action | None:
    """The one step that closes the main line there and tells the reporter what it writes; None where more
    hangs on it than can be moved: other steps, a limit or a line that begins with it, a publication.
    """
    final = procedure.stage(after, line.code)
    if line.code != MAIN or final is None or final.final is not Outcome.RESOLVED:
        return None
    steps = [action for action in stage.actions if after in action.targets()]
    if len(steps) != 1 or not isinstance(steps[0].to, str):
        return None
    step = steps[0]
    begun = {one.starts.action for one in procedure.lines if one.starts is not None}
    begun |= {clock.counts_from.action for clock in procedure.clocks}
    written = {item.code for item in step.inputs if item.kind.value in _WRITTEN}
    told = step.tells is not None and step.tells.body in written
    apart = step.code not in begun and REPORTER_ROLE not in step.roles and not step.reason_required
    return step if told and apart and step.publication in (None, PublicationEffect.OFFER) else None


def close_with(step: Data, old: Data, clocks: list[Data]) -> None:
    """Lets a new step tell the reporter what the old one wrote. Changes both, and the limits that end with
    it.
    """
    for key in _TO_THE_REPORTER:
        if key in old:
            step[key] = old.pop(key)
    shown = [
        item for item in old["inputs"] if item.get("to_reporter") or item["code"] == step["tells"]["body"]
    ]
    step["inputs"] = [_again(item) for item in shown]
    for item in shown:
        item.pop("to_reporter", None)
        if item.get("sets") == Fact.ANSWER.value:
            del item["sets"]
    for clock in clocks:
        stops = clock.get("stops_by", [])
        clock["stops_by"] = [step["code"] if code == old["code"] else code for code in stops]


def _again(item: Data) -> Data:
    """The input once more, beginning with what was written in it."""
    return {**item, "prefill": item["code"]} if item["kind"] in _WRITTEN else {**item, "required": False}
