"""Structural operators: each breaks a procedure at every place that it fits, and names the rules that catch
it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Data = dict[str, Any]
Broken = tuple[str, Data]
"""Where, and the broken document."""


@dataclass(frozen=True)
class Operator:
    """`rules`: codes of which at least one must be among the findings. `apply` gives every mutant."""

    name: str
    rules: frozenset[str]
    apply: Callable[[Data], Iterator[Broken]]


OPERATORS: list[Operator] = []


def operator(name: str, *rules: str) -> Callable[[Callable[[Data], Iterator[Broken]]], None]:
    def declare(apply: Callable[[Data], Iterator[Broken]]) -> None:
        OPERATORS.append(Operator(name, frozenset(rules), apply))

    return declare


def stages(document: Data) -> Iterator[tuple[int, int, Data, Data]]:
    for i, line in enumerate(document["lines"]):
        for j, stage in enumerate(line["stages"]):
            yield i, j, line, stage


def actions(document: Data) -> Iterator[tuple[str, Data, Data, tuple[int, int, int]]]:
    for i, j, line, stage in stages(document):
        for k, action in enumerate(stage.get("actions", ())):
            yield f"{line['code']}/{stage['code']}/{action['code']}", line, action, (i, j, k)


def edges(document: Data) -> Iterator[tuple[str, Data, Any, Callable[[Data], Data], int | None]]:
    """Every edge: name, line, where it leads, how its action is found in a copy, number of the branch."""
    for name, line, action, (i, j, k) in actions(document):

        def find(copied: Data, i: int = i, j: int = j, k: int = k) -> Data:
            found: Data = copied["lines"][i]["stages"][j]["actions"][k]
            return found

        to = action.get("to")
        if isinstance(to, str):
            yield name, line, to, find, None
        for number, branch in enumerate(to if isinstance(to, list) else ()):
            yield f"{name}[{number}]", line, branch["to"], find, number


def redirected(document: Data, find: Callable[[Data], Data], number: int | None, to: str) -> Data:
    broken = copy.deepcopy(document)
    action = find(broken)
    if number is None:
        action["to"] = to
    else:
        action["to"][number]["to"] = to
    return broken


@operator("drop an edge", "W02", "W03", "W04", "W05", "W08")
def _(document: Data) -> Iterator[Broken]:
    for name, _, _, find, number in edges(document):
        broken = copy.deepcopy(document)
        action = find(broken)
        if number is None:
            del action["to"]
        else:
            del action["to"][number]
        yield name, broken


@operator("redirect an edge to its own stage", "W02", "W03", "W10")
def _(document: Data) -> Iterator[Broken]:
    for name, _, _, find, number in edges(document):
        yield name, redirected(document, find, number, name.split("/")[1])


@operator("redirect an edge to another line", "R01")
def _(document: Data) -> Iterator[Broken]:
    for name, line, _, find, number in edges(document):
        own = {stage["code"] for stage in line["stages"]}
        for other in document["lines"]:
            for stage in other["stages"]:
                if other is not line and stage["code"] not in own:
                    yield f"{name} -> {stage['code']}", redirected(document, find, number, stage["code"])


@operator("redirect an edge to an end", "W02", "W03", "W04", "W13", "W15")
def _(document: Data) -> Iterator[Broken]:
    for name, line, to, find, number in edges(document):
        for stage in line["stages"]:
            if "final" in stage and stage["code"] != to:
                yield f"{name} -> {stage['code']}", redirected(document, find, number, stage["code"])


@operator("redirect an edge", "W02", "W03", "W04", "W07", "W08", "W10", "W12", "W13", "W15", "W19")
def _(document: Data) -> Iterator[Broken]:
    for name, line, to, find, number in edges(document):
        for stage in line["stages"]:
            ends = "final" in stage or stage["code"] == name.split("/")[1]
            if stage["code"] != to and not ends:
                yield f"{name} -> {stage['code']}", redirected(document, find, number, stage["code"])


@operator("remove an action", "W02", "W03", "W04", "W05", "W08", "W16", "R01", "W19")
def _(document: Data) -> Iterator[Broken]:
    for name, _, action, (i, j, k) in actions(document):
        # An action that another one at the stage does just as well is the office's to keep or to drop.
        others = [a for n, a in enumerate(document["lines"][i]["stages"][j]["actions"]) if n != k]
        if "to" in action and any("to" in other for other in others):
            continue
        broken = copy.deepcopy(document)
        del broken["lines"][i]["stages"][j]["actions"][k]
        yield name, broken


@operator("remove a stage", "R01", "W01", "W02", "W03")
def _(document: Data) -> Iterator[Broken]:
    for i, j, line, stage in stages(document):
        broken = copy.deepcopy(document)
        del broken["lines"][i]["stages"][j]
        yield f"{line['code']}/{stage['code']}", broken


@operator("remove a line", "R01", "W01", "W04", "W07", "W19")
def _(document: Data) -> Iterator[Broken]:
    for i, line in enumerate(document["lines"]):
        broken = copy.deepcopy(document)
        del broken["lines"][i]
        yield line["code"], broken


@operator("remove a role", "R01")
def _(document: Data) -> Iterator[Broken]:
    for i, role in enumerate(document["roles"]):
        broken = copy.deepcopy(document)
        del broken["roles"][i]
        yield role["code"], broken


def without(key: str, *, only_with: str | None = None) -> Callable[[Data], Iterator[Broken]]:
    """Every stage without a key that it has."""

    def apply(document: Data) -> Iterator[Broken]:
        for i, j, line, stage in stages(document):
            if key in stage and (only_with is None or only_with in stage):
                broken = copy.deepcopy(document)
                del broken["lines"][i]["stages"][j][key]
                yield f"{line['code']}/{stage['code']}", broken

    return apply


operator("remove the owners of a stage", "W06")(without("owner"))
operator("remove the status of a stage", "W12")(without("status"))
operator("remove 'no limit'", "W07")(without("no_limit"))
operator("remove 'within the whole'", "W07")(without("within_whole"))
operator("remove a wait", "W03", "W07", "W08", "W12")(without("waits"))
operator("remove a final mark", "W01", "W03", "W06", "W07", "W13", "W15")(without("final"))


@operator("remove a pause's cap", "P11")
def _(document: Data) -> Iterator[Broken]:
    for i, j, line, stage in stages(document):
        if "waits" in stage:
            broken = copy.deepcopy(document)
            del broken["lines"][i]["stages"][j]["waits"]["cap"]
            yield f"{line['code']}/{stage['code']}", broken


@operator("remove a limit", "W07", "R01")
def _(document: Data) -> Iterator[Broken]:
    for i, clock in enumerate(document["clocks"]):
        broken = copy.deepcopy(document)
        del broken["clocks"][i]
        yield clock["code"], broken


@operator("remove the first or the last branch", "W04", "W05")
def _(document: Data) -> Iterator[Broken]:
    for name, _, action, (i, j, k) in actions(document):
        if isinstance(action.get("to"), list):
            broken = copy.deepcopy(document)
            del broken["lines"][i]["stages"][j]["actions"][k]["to"][-1]
            yield name, broken
    for i, clock in enumerate(document["clocks"]):
        if isinstance(clock["limit"], list):
            broken = copy.deepcopy(document)
            del broken["clocks"][i]["limit"][-1]
            yield clock["code"], broken


@operator("remove who hears of a missed limit", "P11")
def _(document: Data) -> Iterator[Broken]:
    for i, clock in enumerate(document["clocks"]):
        broken = copy.deepcopy(document)
        del broken["clocks"][i]["escalate_to"]
        yield clock["code"], broken


@operator("remove the ladder", "W09", "W19")
def _(document: Data) -> Iterator[Broken]:
    broken = copy.deepcopy(document)
    del broken["ladder"]
    yield "ladder", broken


@operator("escalate to the owner", "W07")
def _(document: Data) -> Iterator[Broken]:
    owners = {(ln["code"], s["code"]): s.get("owner", []) for _, _, ln, s in stages(document)}
    for i, clock in enumerate(document["clocks"]):
        for stage in clock.get("live", ()):
            broken = copy.deepcopy(document)
            broken["clocks"][i]["escalate_to"] = owners[clock.get("line", "main"), stage][0]
            yield f"{clock['code']}/{stage}", broken


@operator("take a reason away", "W13")
def _(document: Data) -> Iterator[Broken]:
    finals = {s["code"]: s["final"] for _, _, _, s in stages(document) if "final" in s}
    for name, _, action, (i, j, k) in actions(document):
        to = action.get("to")
        ends = [to] if isinstance(to, str) else [branch["to"] for branch in to or ()]
        if action.get("reason_required") and any(finals.get(end) == "declined" for end in ends):
            broken = copy.deepcopy(document)
            del broken["lines"][i]["stages"][j]["actions"][k]["reason_required"]
            yield name, broken


@operator("do not tell the reporter of the end or of a question", "W15")
def _(document: Data) -> Iterator[Broken]:
    asks = {s["code"] for _, _, _, s in stages(document) if s.get("status") == "awaiting_reporter"}
    ends = {s["code"] for _, _, _, s in stages(document) if s.get("final") == "resolved" and "status" in s}
    for name, line, action, (i, j, k) in actions(document):
        if line["code"] == "main" and "tells" in action and action.get("to") in asks | ends:
            broken = copy.deepcopy(document)
            del broken["lines"][i]["stages"][j]["actions"][k]["tells"]
            yield name, broken


@operator("name a text that does not exist", "W15")
def _(document: Data) -> Iterator[Broken]:
    for name, _, action, (i, j, k) in actions(document):
        for key in ("tells", "timeline"):
            if key in action:
                broken = copy.deepcopy(document)
                found = broken["lines"][i]["stages"][j]["actions"][k]
                if key == "tells":
                    found["tells"]["text"] = "missing"
                else:
                    found["timeline"] = "missing"
                yield f"{name}/{key}", broken


@operator("remove a message's body", "W16")
def _(document: Data) -> Iterator[Broken]:
    for name, _, action, (i, j, k) in actions(document):
        body = action.get("tells", {}).get("body")
        if body and any(item["code"] == body for item in action.get("inputs", ())):
            broken = copy.deepcopy(document)
            inputs = broken["lines"][i]["stages"][j]["actions"][k]["inputs"]
            inputs[:] = [item for item in inputs if item["code"] != body]
            yield name, broken


@operator("forbid every way out for what is not the office's duty", "W13")
def _(document: Data) -> Iterator[Broken]:
    broken = copy.deepcopy(document)
    broken["platform"] = {}
    yield "platform", broken


@operator("begin a side line with nothing", "W01")
def _(document: Data) -> Iterator[Broken]:
    for i, line in enumerate(document["lines"]):
        if "starts" in line:
            broken = copy.deepcopy(document)
            del broken["lines"][i]["starts"]
            yield line["code"], broken


@operator("demand four eyes where nobody acted before", "W14")
def _(document: Data) -> Iterator[Broken]:
    for name, line, _, (i, j, k) in actions(document):
        if line["code"] == "main" and j == 0:
            broken = copy.deepcopy(document)
            broken["lines"][i]["stages"][j]["actions"][k]["four_eyes"] = True
            yield name, broken
