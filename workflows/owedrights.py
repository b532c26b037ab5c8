"""W19 of rights: what the reporter may do and has to give, the ways out for what is not the office's duty,
and who may give a role.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflows.common import Span, Text
from workflows.labels import label
from workflows.owing import Length, compared, listed, names, warning
from workflows.problems import Problem
from workflows.procedure import Assigner, IntakeRules, Procedure
from workflows.strictyaml import Path


def check_rights(old: Procedure, new: Procedure) -> Iterator[Problem]:
    """The findings."""
    was, now = old.reporter, new.reporter
    out, left = old.platform, new.platform
    lost = {
        ("W19-withdraw", "reporter"): was.withdraw and not now.withdraw,
        ("W19-object", "reporter"): bool(was.object) and not now.object,
        ("W19-rate", "reporter"): bool(was.rate) and not now.rate,
        ("W19-hand-up", "platform"): bool(out.hand_up) and not left.hand_up,
        ("W19-refer", "platform"): bool(out.refer) and not left.refer,
        ("W19-coordinate", "platform"): bool(out.coordinate) and not left.coordinate,
        ("W19-consent", "platform"): bool(
            out.hand_up and left.hand_up and out.hand_up.consent and not left.hand_up.consent
        ),
        ("W19-anonymous", "intake"): old.intake.anonymous and not new.intake.anonymous,
        ("W19-confidential", "intake"): old.intake.confidential and not new.intake.confidential,
        ("W19-promise", "intake"): old.intake.promise is not None
        and old.intake.promise != new.intake.promise,
    }
    for (key, part), is_lost in lost.items():
        if is_lost:
            yield warning(key, (part,))
    if was.rate and now.rate:
        yield from _window(("reporter", "rate"), "short.rate", was.rate.within, now.rate.within)
    if was.object and now.object:
        yield from _window(("reporter", "object"), "short.object", was.object.within, now.object.within)
        if now.object.times < was.object.times:
            times = {"before": was.object.times, "after": now.object.times}
            yield warning("W19-times", ("reporter", "object"), **times)
    yield from _intake(old.intake, new.intake)
    yield from _ways_out(old, new)
    yield from _given(old, new)


def _window(path: Path, key: str, before: Span, after: Span) -> Iterator[Problem]:
    if compared(before, after) in (Length.SHORTER, Length.OTHER):
        yield warning("W19-window", path, name=label(key), before=before, after=after)


def _intake(old: IntakeRules, new: IntakeRules) -> Iterator[Problem]:
    asked = [field for field in new.required if field not in old.required]
    if asked:
        fields = listed([label(f"intake.{field}") for field in asked])
        yield warning("W19-asked", ("intake", "required"), fields=fields)
    if new.max_files == 0 and old.max_files:
        yield warning("W19-files", ("intake", "max_files"))


def _ways_out(old: Procedure, new: Procedure) -> Iterator[Problem]:
    """Stages of both at which a complaint can no longer be handed up, or from which it can now be closed by
    referring the reporter elsewhere.
    """
    before, after = old.platform, new.platform
    if before.hand_up and after.hand_up:
        left = _beside(old, new, before.hand_up.stages, after.hand_up.stages)
        if left:
            yield warning("W19-hand-up-at", ("platform", "hand_up", "stages"), stages=names(left))
    if before.refer and after.refer:
        left = _beside(old, new, before.refer.stages, after.refer.stages)
        if left:
            yield warning("W19-refer-at", ("platform", "refer", "stages"), stages=names(left))
    if after.refer:
        was = before.refer.stages if before.refer else ()
        more = _beside(old, new, after.refer.stages, was)
        if more:
            yield warning("W19-refers", ("platform", "refer", "stages"), stages=names(more))


def _beside(old: Procedure, new: Procedure, some: Sequence[str], others: Sequence[str]) -> list[Text]:
    """The names of stages that both procedures have, and only `some` of the two lists."""
    missing = set(some).difference(others)
    known = {stage.code for line in old.lines for stage in line.stages}
    stages = (stage for line in new.lines for stage in line.stages)
    return [one.name for one in stages if one.code in known and one.code in missing]


def _given(old: Procedure, new: Procedure) -> Iterator[Problem]:
    kept = {role.code for role in old.roles if role.assigned_by is not Assigner.ADMIN}
    for number, role in enumerate(new.roles):
        if role.code in kept and role.assigned_by is Assigner.ADMIN:
            yield warning("W19-given", ("roles", number), roles=names([role.name]))
