"""Changes of a procedure as a plain form makes them. Each takes a procedure and gives another one.

Nothing is proved here: the result has the format, and `checking` says what it is worth. Raises
`DocumentRefused` where it would not even have the format.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflows.actions import Action
from workflows.cases import CENTRAL_ADMIN, MAIN, REPORTER_ROLE, RESERVED_STAGES, CitizenStatus
from workflows.closing import close_with, closing_step
from workflows.common import Span
from workflows.coordination import ANSWERED, DECLINED, LATE
from workflows.decision import PublicationEffect
from workflows.loading import as_data, build
from workflows.own import OWN_ACTIONS
from workflows.procedure import Line, Procedure, Stage
from workflows.strictyaml import YamlDocument

Data = dict[str, Any]

_ENGINE_ACTIONS = frozenset({"start", "timeout", "notice", "recompute", ANSWERED, DECLINED, LATE})
_CODE_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Name:
    """Words for people; `en` may be empty."""

    id: str
    en: str = ""

    def data(self) -> Data:
        """As a document has it."""
        return {"id": self.id, "en": self.en} if self.en else {"id": self.id}


@dataclass(frozen=True, slots=True)
class NewLimit:
    """What a limit says. `spans`: one for each of its branches, in their order; `warn_share`: between 0 and
    1.
    """

    spans: tuple[Span, ...]
    escalate_to: str
    warn_share: float = 0.75
    legal_basis: str = ""
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A place for a stage: on the way from one stage to the next."""

    line: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class NewStage:
    """A stage to be added. `action`: what the step is called that completes it; `limit` None: without one."""

    name: Name
    owner: str
    action: Name
    limit: NewLimit | None
    status: CitizenStatus = CitizenStatus.IN_PROCESS
    within_whole: bool = False


def code_for(name: str, taken: Collection[str]) -> str:
    """A code for something new, made from its name and different from those that are taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:_CODE_LENGTH].strip("_")
    if not base or not base[0].isalpha():
        base = f"x_{base}".strip("_")
    candidates = (base, *(f"{base}_{number}" for number in range(2, len(taken) + 3)))
    return next(code for code in candidates if code not in taken)


# Roles


def add_role(procedure: Procedure, name: Name) -> tuple[Procedure, str]:
    """One more role of the office, with its code."""
    taken = {role.code for role in procedure.roles} | {CENTRAL_ADMIN, REPORTER_ROLE}
    code = code_for(name.id, taken)
    data = as_data(procedure)
    data["roles"].append({"code": code, "name": name.data()})
    return _built(data), code


def rename_role(procedure: Procedure, code: str, name: Name) -> Procedure:
    """The role under another name; its code stays, and with it the positions that have it."""
    data = as_data(procedure)
    _by_code(data["roles"], code)["name"] = name.data()
    return _built(data)


# Stages


def change_stage(
    procedure: Procedure, line: str, code: str, *, name: Name, owner: Sequence[str], cap: Span | None = None
) -> Procedure:
    """Another name or owner. `cap`: how long a stage that waits may wait; None: as before."""
    data = as_data(procedure)
    stage = _stage(data, line, code)
    stage["name"] = name.data()
    if owner:
        stage["owner"] = list(owner)
    if cap is not None and "waits" in stage:
        stage["waits"]["cap"] = _span(cap)
    return _built(data)


def gaps(procedure: Procedure) -> list[Gap]:
    """Where a stage can be added: on the ways forward, and on the way back from a wait.

    Left out are ways to a wait, which begins with the question itself; ways to a step of four eyes, which
    looks at who took the step before; and ways to an end that publishes or that more than one step leads to.
    """
    lines = {line.code: line for line in reversed(procedure.lines)}  # a draft may have one twice
    return [
        Gap(line.code, stage.code, after)
        for line in procedure.lines
        if line is lines[line.code]
        for stage in line.stages
        for after in _ways_on(procedure, line, stage)
    ]


def closes(procedure: Procedure, gap: Gap) -> bool:
    """Whether a stage in that gap tells the reporter the answer, in place of the step before it."""
    return _closing(procedure, gap) is not None


def add_stage(procedure: Procedure, gap: Gap, new: NewStage) -> tuple[Procedure, str]:
    """The procedure with a stage in a gap, and the stage's code: every step that led from the one to the
    other leads to the new stage, and the step that completes it leads on.

    A limit that runs on both sides runs on in between; one that began with a step that now leads here begins
    where its own stage is entered. Before the end, the new step tells the reporter what the old one wrote;
    after a wait, its end by time leads here too.
    """
    closing = _closing(procedure, gap)
    data = as_data(procedure)
    line = _by_code(data["lines"], gap.line)
    code = code_for(new.name.id, {stage["code"] for stage in line["stages"]} | RESERVED_STAGES)
    before = _by_code(line["stages"], gap.before)
    redirected = _redirect(before, {gap.after: code})
    if "waits" in before:
        before["waits"]["to"] = code
    step: Data = {"code": code_for(new.action.id, _action_codes(procedure)), "name": new.action.data()}
    if closing is not None:
        close_with(step, _by_code(before["actions"], closing.code), data.get("clocks", []))
    stage: Data = {"code": code, "name": new.name.data(), "owner": [new.owner]}
    if gap.line == MAIN:
        stage["status"] = new.status.value
    stage["actions"] = [{**step, "to": gap.after}]
    place = next(n for n, one in enumerate(line["stages"]) if one["code"] == gap.before)
    line["stages"].insert(place + 1, stage)
    spanned = _span_over(data, gap, code, new.owner, redirected)
    if new.limit is not None:
        _new_clock(data, gap.line, stage, new.limit)
    elif not spanned:
        stage["within_whole" if new.within_whole else "no_limit"] = True
    return _built(data), code


def next_of(procedure: Procedure, line: str, code: str) -> str | None:
    """Where the way goes on if the stage is taken out; None where that cannot be done by itself: it is the
    first or the last of its line, starts another line, or the way forks there.
    """
    found = next(one for one in procedure.lines if one.code == line)
    stage = next((one for one in found.stages if one.code == code), None)
    if stage is None:
        return None
    ahead = _ahead(found, stage) or _back_from_wait(found, stage)
    starts = {one.starts.action for one in procedure.lines if one.starts is not None}
    if found.stages[0] is stage or stage.final is not None or stage.waits is not None or len(ahead) != 1:
        return None
    if starts & {action.code for action in stage.actions} or not _may_precede(found, ahead[0], eyes=True):
        return None
    return ahead[0]


def remove_stage(procedure: Procedure, line: str, code: str) -> Procedure:
    """Without the stage: what led to it leads to the next one. Raises `ValueError` where `next_of` has
    none.
    """
    after = next_of(procedure, line, code)
    if after is None:
        raise ValueError(code)
    data = as_data(procedure)
    part = _by_code(data["lines"], line)
    gone = _by_code(part["stages"], code)
    part["stages"].remove(gone)
    for stage in part["stages"]:
        _redirect(stage, {code: after})
        if stage.get("waits", {}).get("to") == code:
            stage["waits"]["to"] = after
    kept = {a["code"] for ln in data["lines"] for s in ln["stages"] for a in s.get("actions", ())}
    lost = {action["code"] for action in gone.get("actions", ())} - kept
    _forget_in_clocks(data, line, code, lost)
    if line == MAIN:
        _forget_in_platform(data, code, after)
    return _built(data)


# Limits


def change_limit(procedure: Procedure, clock: str, new: NewLimit) -> Procedure:
    """What a limit says, in every stage in which it runs."""
    data = as_data(procedure)
    _say(_by_code(data["clocks"], clock), new)
    return _built(data)


def give_limit(procedure: Procedure, line: str, code: str, new: NewLimit) -> Procedure:
    """A limit for a stage that has none of its own."""
    data = as_data(procedure)
    stage = _stage(data, line, code)
    for key in ("no_limit", "within_whole", "remind_after"):
        stage.pop(key, None)
    _new_clock(data, line, stage, new)
    return _built(data)


def take_limits(procedure: Procedure, line: str, code: str, *, within_whole: bool = False) -> Procedure:
    """The stage without limits of its own: it says that there is none, or only that of the whole process."""
    data = as_data(procedure)
    _forget_in_clocks(data, line, code, frozenset())
    stage = _stage(data, line, code)
    stage.pop("no_limit", None)
    stage.pop("within_whole", None)
    stage["within_whole" if within_whole else "no_limit"] = True
    return _built(data)


def escalations(procedure: Procedure, owner: Collection[str]) -> list[str]:
    """Roles that may hear first of a missed limit of these owners, the nearest first."""
    rungs = [rung.role for rung in procedure.ladder]
    declared = [role.code for role in procedure.roles]
    answers = {role.code for role in procedure.roles if role.head or role.scope != "office"} | {CENTRAL_ADMIN}
    wanted = [*rungs, *(code for code in (*declared, CENTRAL_ADMIN) if procedure.ladder or code in answers)]
    return [code for code in dict.fromkeys(wanted) if code not in owner]


# Parts


def _ahead(line: Line, stage: Stage) -> list[str]:
    """Stages further down the line to which steps of this one lead, in the order of the line."""
    order = [one.code for one in line.stages]
    after = order[order.index(stage.code) + 1 :]
    targets = _targets(stage)
    return [code for code in after if code in targets]


def _back_from_wait(line: Line, stage: Stage) -> list[str]:
    """Where a stage leads that only waits lead to, and that lies after the stage that asked."""
    before = [one for one in line.stages if stage.code in _targets(one)]
    return sorted(_targets(stage)) if before and all(one.waits is not None for one in before) else []


def _targets(stage: Stage) -> set[str]:
    return {to for action in stage.actions for to in action.targets()}


def _ways_on(procedure: Procedure, line: Line, stage: Stage) -> list[str]:
    """Stages before which another one can be put after this one."""
    if stage.waits is not None:
        after = stage.waits.to
        return [after] if _targets(stage) <= {after} and _may_precede(line, after) else []
    return [
        after
        for after in _ahead(line, stage)
        if _may_precede(line, after) or closing_step(procedure, line, stage, after) is not None
    ]


def _closing(procedure: Procedure, gap: Gap) -> Action | None:
    line = next(one for one in procedure.lines if one.code == gap.line)
    stage = next(one for one in line.stages if one.code == gap.before)
    return closing_step(procedure, line, stage, gap.after)


def _may_precede(line: Line, code: str, *, eyes: bool = False) -> bool:
    """Whether a plain step may lead to a stage; not to one that a draft names and does not have. `eyes`: also
    to one that demands four.
    """
    stage = next((one for one in line.stages if one.code == code), None)
    if stage is None or stage.waits is not None:
        return False
    if any(action.four_eyes for action in stage.actions) and not eyes:
        return False
    return stage.final is None or (line.code != MAIN and not any(_publishes(a) for a in _actions(line)))


def _publishes(action: Action) -> bool:
    return action.publication in (PublicationEffect.RELEASE, PublicationEffect.WITHHOLD)


def _actions(line: Line) -> Iterator[Action]:
    for stage in line.stages:
        yield from stage.actions


def _action_codes(procedure: Procedure) -> set[str]:
    own = {action.code for line in procedure.lines for action in _actions(line)}
    return own | set(OWN_ACTIONS) | _ENGINE_ACTIONS


def _redirect(stage: Data, places: dict[str, str]) -> set[str]:
    """Lets the stage's steps lead elsewhere. Returns the codes of those that changed."""
    changed = set()
    for action in stage.get("actions", ()):
        to = action.get("to")
        if isinstance(to, str) and to in places:
            action["to"] = places[to]
            changed.add(action["code"])
        for branch in to if isinstance(to, list) else ():
            if branch["to"] in places:
                branch["to"] = places[branch["to"]]
                changed.add(action["code"])
    return changed


def _span_over(data: Data, gap: Gap, code: str, owner: str, redirected: set[str]) -> bool:
    """Lets the limits on both sides of a new stage run on. Returns whether there are any."""
    spanned = False
    for clock in data.get("clocks", ()):
        live = clock.get("live", [])
        if clock.get("line", MAIN) != gap.line or gap.after not in live:
            continue
        both = gap.before in live or gap.before in clock.get("pauses_in", [])
        if both and clock["escalate_to"] != owner:
            live.insert(live.index(gap.after), code)
            spanned = True
        elif clock["counts_from"].get("action") in redirected:
            clock["counts_from"] = {"kind": "entering"}
    return spanned


def _new_clock(data: Data, line: str, stage: Data, new: NewLimit) -> None:
    clocks = data.setdefault("clocks", [])
    code = code_for(stage["code"], {clock["code"] for clock in clocks})
    clock: Data = {"code": code, "name": dict(stage["name"])}
    if line != MAIN:
        clock["line"] = line
    clock |= {"limit": {}, "counts_from": {"kind": "entering"}, "live": [stage["code"]]}
    _say(clock, new)
    clocks.append(clock)


def _say(clock: Data, new: NewLimit) -> None:
    if isinstance(clock["limit"], list):
        for branch, span in zip(clock["limit"], new.spans, strict=True):
            branch["limit"] = _span(span)
    else:
        (span,) = new.spans
        clock["limit"] = _span(span)
    clock["escalate_to"] = new.escalate_to
    clock["warn_share"] = new.warn_share
    clock["legal_basis"] = new.legal_basis
    clock["since"] = new.since.isoformat() if new.since is not None else None


def _forget_in_clocks(data: Data, line: str, code: str, lost: Collection[str]) -> None:
    """Takes a stage, and steps that are no more, out of the limits; one that runs nowhere then is gone."""
    for clock in list(data.get("clocks", ())):
        clock["stops_by"] = [action for action in clock.get("stops_by", ()) if action not in lost]
        if clock["counts_from"].get("action") in lost:
            clock["counts_from"] = {"kind": "entering"}
        if clock.get("line", MAIN) != line or clock.get("whole"):
            continue
        for key in ("live", "pauses_in"):
            clock[key] = [stage for stage in clock.get(key, ()) if stage != code]
        if not clock["live"]:
            data["clocks"].remove(clock)


def _forget_in_platform(data: Data, code: str, after: str) -> None:
    for name in ("hand_up", "refer", "coordinate"):
        part = data.get("platform", {}).get(name)
        if part:
            part["stages"] = [stage for stage in part["stages"] if stage != code]
            if part.get("returns_to") == code:
                part["returns_to"] = after
    objection = data.get("reporter", {}).get("object")
    if objection and objection["to"] == code:
        objection["to"] = after
    for line in data["lines"]:
        if line.get("joins") == code:
            line["joins"] = after


def _span(span: Span) -> Data:
    return {"value": span.value, "unit": span.unit.value}


def _stage(data: Data, line: str, code: str) -> Data:
    return _by_code(_by_code(data["lines"], line)["stages"], code)


def _by_code(parts: list[Data], code: str) -> Data:
    return next(part for part in parts if part["code"] == code)


def _built(data: Data) -> Procedure:
    return build(Procedure, YamlDocument(data, {}))
