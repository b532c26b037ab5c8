"""Proves that a procedure can be run, and that settings fit it. Each rule has a stable code.

R01 to R03: references and codes. W01 to W16: what a sound procedure keeps (start and end, reachability,
guards, owners, limits, pauses, loops, the citizen's status, reasons, texts, inputs). The graph is looked at
only when every reference holds. A finding is an error, or a warning that is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workflows.actions import Action
from workflows.asking import check_coordination
from workflows.cases import (
    CENTRAL_ADMIN,
    MAIN,
    REPORTER_ROLE,
    RESERVED_STAGES,
    CitizenStatus,
    Outcome,
)
from workflows.conditions import GUARD_FIELDS, Condition
from workflows.coordination import ANSWERED, DECLINED, LATE
from workflows.decision import InputKind, PublicationEffect
from workflows.doors import check_doors
from workflows.escalation import check_ladder
from workflows.graph import check_graph, check_main
from workflows.guards import check_action, check_branches, domains
from workflows.inputrules import check_inputs
from workflows.limits import check_limits
from workflows.own import OWN_ACTIONS
from workflows.problems import Problem, Severity, problem, sentence, unknown
from workflows.procedure import Line, Procedure, Stage
from workflows.reminding import ESCALATE, REMIND
from workflows.routingrules import check_routing
from workflows.settings import Category, Settings
from workflows.staffing import always_by_somebody, check_assigners
from workflows.strictyaml import Path
from workflows.sums import check_sums, check_times
from workflows.texts import TextEntry, default_texts
from workflows.ways import check_ways


def check_procedure(procedure: Procedure, settings: Settings | None = None) -> list[Problem]:
    """Everything found wrong with a procedure; with settings, their texts count too."""
    found = check_main(procedure) or [*_references(procedure), *_codes(procedure)]
    if found:
        return found
    found += check_graph(procedure)
    found += check_limits(procedure)
    for path, line, stage, action in each_action(procedure):
        found += _action(procedure, path, line, stage, action)
        found += _texts(path, action, settings)
    for i, part in enumerate(procedure.lines):
        for j, stage in enumerate(part.stages):
            key = stage.waits.timeline if stage.waits else None
            if key and _lacks(key, "line", settings):
                where: Path = ("lines", i, "stages", j, "waits")
                found.append(problem("W15", where, detail=key, part="line"))
            final = procedure.stage(stage.waits.to, part.code) if stage.waits and not key else None
            if final is not None and final.final is not None and part.code == MAIN:
                found.append(problem("W15-wait", ("lines", i, "stages", j, "waits"), stage=stage.code))
    found += _release(procedure)
    found += check_ladder(procedure)
    found += check_assigners(procedure)
    found += check_sums(procedure, settings)
    found += check_coordination(procedure)
    found += check_doors(procedure)
    dead_ends = [_place(procedure, item.path) for item in found if item.code == "W03"]
    found += check_ways(procedure, dead_ends)
    return list(dict.fromkeys(found))


def check_settings(
    settings: Settings, procedure: Procedure | None = None, units: frozenset[str] | None = None
) -> list[Problem]:
    """Everything found wrong with settings; with a procedure and the office's units, what they refer to
    there.
    """
    found: list[Problem] = [*check_times(settings)]
    for key, entry in settings.texts.items():
        found += _own_text(key, entry)
    classes = None if procedure is None else {value.code for value in procedure.case_classes}
    for path, category in _categories(settings.categories, ("categories",)):
        if classes is not None and category.case_class and category.case_class not in classes:
            found.append(unknown((*path, "case_class"), "case_class", category.case_class))
        if units is not None and category.unit and category.unit not in units:
            found.append(unknown((*path, "unit"), "unit", category.unit))
    found += check_routing(settings, procedure, units)
    return found


def _categories(level: tuple[Category, ...], path: Path) -> Iterator[tuple[Path, Category]]:
    """Every category with its path in the document."""
    for number, category in enumerate(level):
        yield (*path, number), category
        yield from _categories(category.children, (*path, number, "children"))


def _place(procedure: Procedure, path: Path) -> tuple[str, str]:
    """Line and stage of a finding about a stage."""
    line = procedure.lines[int(path[1])]
    return line.code, line.stages[int(path[3])].code


def each_action(procedure: Procedure) -> Iterator[tuple[Path, Line, Stage, Action]]:
    """Every action with its path in the document."""
    for i, line in enumerate(procedure.lines):
        for j, stage in enumerate(line.stages):
            for k, action in enumerate(stage.actions):
                yield ("lines", i, "stages", j, "actions", k), line, stage, action


# References


def _references(procedure: Procedure) -> Iterator[Problem]:
    roles = {role.code for role in procedure.roles} | {CENTRAL_ADMIN}
    lines = {line.code: {stage.code for stage in line.stages} for line in procedure.lines}
    main = lines.get(MAIN, set())
    actions = {action.code for _, _, _, action in each_action(procedure)} | OWN_ACTIONS
    inputs = {item.code for _, _, _, action in each_action(procedure) for item in action.inputs}

    def wanted(path: Path, kind: str, codes: Iterable[str], known: set[str]) -> Iterator[Problem]:
        return (unknown(path, kind, code) for code in codes if code not in known)

    for i, line in enumerate(procedure.lines):
        at: Path = ("lines", i)
        if line.starts and line.starts.action:
            yield from wanted((*at, "starts"), "action", [line.starts.action], actions)
        if line.joins:
            yield from wanted((*at, "joins"), "stage", [line.joins], main)
        for j, stage in enumerate(line.stages):
            here: Path = (*at, "stages", j)
            yield from wanted((*here, "owner"), "role", stage.owner, roles)
            if stage.waits:
                yield from wanted((*here, "waits"), "stage", [stage.waits.to], lines[line.code])
    for path, line, _, action in each_action(procedure):
        yield from wanted((*path, "roles"), "role", action.roles, roles | {REPORTER_ROLE})
        yield from wanted((*path, "to"), "stage", action.targets(), lines[line.code])
        for k, item in enumerate(action.inputs):
            spot: Path = (*path, "inputs", k)
            yield from wanted((*spot, "roles"), "role", item.roles, roles)
            if item.prefill and item.prefill not in inputs:
                yield problem("W16", (*spot, "prefill"), name=item.code, detail=sentence("detail.prefill"))
    for i, clock in enumerate(procedure.clocks):
        at = ("clocks", i)
        yield from wanted((*at, "line"), "line", [clock.line], set(lines))
        stages = lines.get(clock.line, set())
        yield from wanted((*at, "live"), "stage", clock.live, stages)
        yield from wanted((*at, "pauses_in"), "stage", clock.pauses_in, stages)
        yield from wanted((*at, "stops_by"), "action", clock.stops_by, actions)
        yield from wanted((*at, "escalate_to"), "role", [clock.escalate_to], roles)
        if clock.counts_from.action:
            yield from wanted((*at, "counts_from"), "action", [clock.counts_from.action], actions)
    for i, rung in enumerate(procedure.ladder):
        yield from wanted(("ladder", i, "role"), "role", [rung.role], roles)
    yield from wanted(("intake", "recorded_by"), "role", procedure.intake.recorded_by, roles)
    if procedure.reporter.object:
        yield from wanted(("reporter", "object", "to"), "stage", [procedure.reporter.object.to], main)
    hand_up, refer = procedure.platform.hand_up, procedure.platform.refer
    if hand_up:
        at = ("platform", "hand_up")
        yield from wanted((*at, "stages"), "stage", hand_up.stages, main)
        yield from wanted((*at, "role"), "role", [hand_up.role], roles)
        if hand_up.returns_to:
            yield from wanted((*at, "returns_to"), "stage", [hand_up.returns_to], main)
    if procedure.platform.remind:
        yield from wanted(("platform", "remind", "role"), "role", [procedure.platform.remind.role], roles)
    if refer:
        yield from wanted(("platform", "refer", "stages"), "stage", refer.stages, main)
    coordinate = procedure.platform.coordinate
    if coordinate:
        at = ("platform", "coordinate")
        yield from wanted((*at, "stages"), "stage", coordinate.stages, main)
        yield from wanted((*at, "answered_by"), "role", coordinate.answered_by, roles)
    yield from _guard_references(procedure)


def _guard_references(procedure: Procedure) -> Iterator[Problem]:
    known = domains(procedure)
    for path, condition in each_condition(procedure):
        for field, value in condition.fields():
            if value not in known[field]:
                yield problem("R01", path, name=field, kind=sentence("kind.value"), detail=value)


def each_condition(procedure: Procedure) -> Iterator[tuple[Path, Condition]]:
    """Every guard with its path in the document."""
    for path, _, _, action in each_action(procedure):
        if action.when is not None:
            yield (*path, "when"), action.when
        if isinstance(action.to, tuple):
            for n, target in enumerate(action.to):
                if target.when is not None:
                    yield (*path, "to", n), target.when
    for i, clock in enumerate(procedure.clocks):
        if isinstance(clock.limit, tuple):
            for n, branch in enumerate(clock.limit):
                if branch.when is not None:
                    yield ("clocks", i, "limit", n), branch.when


def _codes(procedure: Procedure) -> Iterator[Problem]:
    def twice(path: Path, codes: Iterable[str]) -> Iterator[Problem]:
        seen: set[str] = set()
        for number, code in enumerate(codes):
            if code in seen:
                yield problem("R02", (*path, number), detail=code)
            seen.add(code)

    yield from twice(("roles",), (role.code for role in procedure.roles))
    yield from twice(("lines",), (line.code for line in procedure.lines))
    yield from twice(("clocks",), (clock.code for clock in procedure.clocks))
    yield from twice(("case_classes",), (value.code for value in procedure.case_classes))
    yield from twice(("complexities",), (value.code for value in procedure.complexities))
    for number, role in enumerate(procedure.roles):
        if role.code == REPORTER_ROLE:
            yield problem("R03", ("roles", number), detail=role.code)
    for i, line in enumerate(procedure.lines):
        yield from twice(("lines", i, "stages"), (stage.code for stage in line.stages))
        for j, stage in enumerate(line.stages):
            at: Path = ("lines", i, "stages", j)
            if stage.code in RESERVED_STAGES:
                yield problem("R03", at, detail=stage.code)
            yield from twice((*at, "actions"), (action.code for action in stage.actions))
    for path, _, _, action in each_action(procedure):
        if action.code in OWN_ACTIONS or action.code in (
            "start",
            "timeout",
            "notice",
            "recompute",
            REMIND,
            ESCALATE,
            ANSWERED,
            DECLINED,
            LATE,
        ):
            yield problem("R03", path, detail=action.code)
        yield from twice((*path, "inputs"), (item.code for item in action.inputs))


# Actions


def _action(procedure: Procedure, path: Path, line: Line, stage: Stage, action: Action) -> Iterator[Problem]:
    if action.when is not None:
        yield from check_action(procedure, action.when, (*path, "when"), action.code)
    if isinstance(action.to, tuple):
        guards = [branch.when for branch in action.to]
        yield from check_branches(procedure, guards, (*path, "to"), _settled(action))
    finals = {s.code: s.final for line in procedure.lines for s in line.stages if s.final}
    ends = {finals.get(to) for to in action.targets()}
    if Outcome.DECLINED in ends and not action.reason_required:
        yield problem("W13", path, action=action.code)
    elif Outcome.REFERRED in ends and not action.reason_required:
        yield problem("W13-refer", path, action=action.code)
    if action.to is None:
        yield from _staying(procedure, path, action)
    yield from _untold(path, line, action)
    if line.code != MAIN:
        yield from _publication(path, line, action)
    if action.four_eyes and not always_by_somebody(procedure, line, stage):
        yield problem("W14", (*path, "four_eyes"), action=action.code, stage=stage.code)
    yield from check_inputs(procedure, path, action)


def _untold(path: Path, line: Line, action: Action) -> Iterator[Problem]:
    """W15: the reporter is told when the complaint ends, and what they are asked."""
    if action.tells is not None or line.code != MAIN:
        return
    targets = [stage for stage in line.stages if stage.code in action.targets()]
    if any(stage.final is Outcome.RESOLVED for stage in targets):
        yield problem("W15-closing", path, action=action.code)
    elif any(stage.final for stage in targets) and {*action.roles} != {REPORTER_ROLE}:
        yield problem("W15-ended", path, action=action.code)
    if any(stage.waits and stage.status is CitizenStatus.AWAITING_REPORTER for stage in targets):
        yield problem("W15-question", path, action=action.code)


_ENDS = {PublicationEffect.RELEASE: Outcome.RESOLVED, PublicationEffect.WITHHOLD: Outcome.DECLINED}


def _publication(path: Path, line: Line, action: Action) -> Iterator[Problem]:
    """W04: a line that publishes ends as resolved by a release alone, as declined by withholding alone."""
    effects = {one.publication for stage in line.stages for one in stage.actions} & set(_ENDS)
    finals = {stage.code: stage.final for stage in line.stages}
    wanted = _ENDS.get(action.publication) if action.publication else None
    for to in action.targets() or ("",):
        ends = finals.get(to)
        if ends is not wanted if wanted else ends and effects:
            yield problem("W04-publication", path, action=action.code, line=line.code)


def _release(procedure: Procedure) -> Iterator[Problem]:
    """W04: what is offered for publication can be released."""
    effects = {action.publication for _, _, _, action in each_action(procedure)}
    if PublicationEffect.OFFER in effects and PublicationEffect.RELEASE not in effects:
        path = next(p for p, _, _, a in each_action(procedure) if a.publication is PublicationEffect.OFFER)
        yield problem("W04-release", path)


def _staying(procedure: Procedure, path: Path, action: Action) -> Iterator[Problem]:
    """An action that leaves the line where it is does something else."""
    begins = {line.starts.action for line in procedure.lines if line.starts}
    clocks = {code for clock in procedure.clocks for code in (*clock.stops_by, clock.counts_from.action)}
    does = (
        action.tells or action.documents or action.claims or action.publication or action.timeline,
        any(item.sets or item.kind is InputKind.FILES for item in action.inputs),
        action.inputs and not action.reason_required,
        action.code in begins | clocks,
    )
    if not any(does):
        yield problem("W04-idle", path, action=action.code)


def _settled(action: Action) -> frozenset[str]:
    """The guard fields that the action itself makes known."""
    return frozenset(
        item.sets.value for item in action.inputs if item.sets and item.required and item.sets in GUARD_FIELDS
    )


# Texts


def _texts(path: Path, action: Action, settings: Settings | None) -> Iterator[Problem]:
    if action.tells and _lacks(action.tells.text, "body", settings):
        yield problem("W15", (*path, "tells"), detail=action.tells.text, part="body")
    elif action.tells and not action.tells.body and _quotes(action.tells.text, settings):
        where: Path = (*path, "tells")
        yield problem("W15-unfilled", where, Severity.WARNING, action=action.code, detail=action.tells.text)
    if action.timeline and _lacks(action.timeline, "line", settings):
        yield problem("W15", (*path, "timeline"), detail=action.timeline, part="line")


def _lacks(key: str, part: str, settings: Settings | None) -> bool:
    entry = settings.text(key) if settings else default_texts().get(key)
    return entry is None or getattr(entry, part) is None


def _quotes(key: str, settings: Settings | None) -> bool:
    """Whether a message has a place for what was written for the reporter."""
    entry = settings.text(key) if settings else default_texts().get(key)
    body = entry.body if entry else None
    return body is not None and any("{body}" in words for words in (body.id, body.en))


def _own_text(key: str, entry: TextEntry) -> Iterator[Problem]:
    names = entry.unknown_placeholders()
    if names:
        yield problem("W15-placeholder", ("texts", key), detail=key, name=", ".join(names))
    standard = default_texts().get(key)
    for part in ("body", "line"):
        if standard is not None and getattr(standard, part) and not getattr(entry, part):
            yield problem("W15", ("texts", key), detail=key, part=part)
    if any(part is not None and not part.en for part in (entry.subject, entry.body, entry.line)):
        yield problem("W15-language", ("texts", key), Severity.WARNING, detail=key)
