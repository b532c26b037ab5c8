"""A procedure in plain words, as its pages show it: stages in their order, who, by when, and what comes next.

Nothing here reads the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tenants.complaints.words import limit_words, outcome_words, said, stage_words, status_words
from workflows.actions import Action, ClockStart
from workflows.cases import CENTRAL_ADMIN, MAIN, REPORTER_ROLE, Scope, Visibility
from workflows.common import Span, TimeUnit
from workflows.conditions import Condition
from workflows.labels import label
from workflows.procedure import Clock, ClockKind, Line, Procedure, Stage

KINDS: Mapping[ClockKind, Promise] = {
    ClockKind.ACKNOWLEDGEMENT: gettext_lazy("tanda terima kepada pelapor"),
    ClockKind.FIRST_RESPONSE: gettext_lazy("tanggapan awal kepada pelapor"),
    ClockKind.STAGE: gettext_lazy("satu langkah"),
    ClockKind.WHOLE: gettext_lazy("seluruh proses"),
}
VISIBILITIES: Mapping[str, Promise] = {
    Visibility.OPEN: pgettext_lazy("name of the reporter", "terbuka"),
    Visibility.CONFIDENTIAL: pgettext_lazy("name of the reporter", "dirahasiakan"),
    Visibility.ANONYMOUS: pgettext_lazy("name of the reporter", "anonim"),
}
FIELDS: Mapping[str, Promise] = {
    "case_class": gettext_lazy("jenis aduan"),
    "complexity": gettext_lazy("kerumitan"),
    "visibility": gettext_lazy("nama pelapor"),
}
COUNTED: Mapping[bool, Promise] = {
    True: gettext_lazy("hanya jam kerja yang dihitung"),
    False: gettext_lazy("siang malam, hari libur ikut dihitung"),
}
_CALENDAR_UNITS = (TimeUnit.HOURS, TimeUnit.DAYS)


@dataclass(frozen=True, slots=True)
class BranchWords:
    """One branch of a limit. `when`: in which case; "" where there is but one. `counted`: by which hours."""

    when: str
    limit: str
    counted: str


@dataclass(frozen=True, slots=True)
class LimitWords:
    """One limit. `shared`: names of the other stages in which it runs on; `paused`: where it stands still."""

    code: str
    name: str
    kind: str
    branches: tuple[BranchWords, ...]
    begins: str
    legal_basis: str
    since: date | None
    legal_maximum: str
    warning: str
    escalation: str
    shared: tuple[str, ...]
    paused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActionWords:
    """One step: who takes it where it is not the stage's owner, where it leads, and what it demands."""

    name: str
    who: str
    leads: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StageWords:
    """One stage. `ends`: how the line ends here, "" where it goes on. `without_limit`: why it has none."""

    line: str
    code: str
    number: str
    name: str
    owner: str
    status: str
    ends: str
    waits: str
    without_limit: str
    limits: tuple[LimitWords, ...]
    actions: tuple[ActionWords, ...]


@dataclass(frozen=True, slots=True)
class LineWords:
    """One line. `begins`: what starts it; "" for the main line."""

    code: str
    name: str
    begins: str
    stages: tuple[StageWords, ...]


@dataclass(frozen=True, slots=True)
class ProcedureWords:
    """A whole procedure. `wholes`: the limits of the whole process. `ladder`: who hears after whom."""

    name: str
    lines: tuple[LineWords, ...]
    wholes: tuple[LimitWords, ...]
    roles: tuple[tuple[str, str, str], ...]
    ladder: tuple[tuple[str, str], ...]


def in_words(procedure: Procedure) -> ProcedureWords:
    """The procedure in the language in use."""
    return ProcedureWords(
        name=said(procedure.name),
        lines=tuple(_line(procedure, line) for line in procedure.lines),
        wholes=tuple(limit_in_words(procedure, clock) for clock in procedure.clocks if clock.whole),
        roles=tuple((role.code, said(role.name), side_words(role.scope)) for role in procedure.roles),
        ladder=tuple((role_words(procedure, rung.role), span_words(rung.after)) for rung in procedure.ladder),
    )


def span_words(span: Span | None) -> str:
    """Such as `3 hari kerja`; "" for None."""
    return limit_words(str(span)) if span is not None else ""


def role_words(procedure: Procedure, code: str) -> str:
    """A role's name, as the procedure or the platform has it."""
    found = procedure.role(code)
    if found is not None:
        return said(found.name)
    return said(label(f"role.{code}")) if code in (CENTRAL_ADMIN, REPORTER_ROLE) else code


def roles_words(procedure: Procedure, codes: Iterable[str]) -> str:
    """Names of several roles in one line."""
    return ", ".join(role_words(procedure, code) for code in codes)


def condition_words(procedure: Procedure, condition: Condition) -> str:
    """A guard as people read it, such as `jenis aduan: Biasa atau Berat`."""
    if condition.all is not None:
        return _(" dan ").join(condition_words(procedure, part) for part in condition.all)
    if condition.any is not None:
        parts = (condition_words(procedure, part) for part in condition.any)
        return "({})".format(_(" atau ").join(parts))
    if condition.negate is not None:
        return _("bukan (%(what)s)") % {"what": condition_words(procedure, condition.negate)}
    field = condition.field or ""
    values = _(" atau ").join(_value(procedure, field, value) for value in condition.value)
    pattern = _("%(field)s: %(values)s") if condition.op == "in" else _("%(field)s bukan %(values)s")
    return pattern % {"field": FIELDS[field], "values": values}


def limit_in_words(procedure: Procedure, clock: Clock, stage: str = "") -> LimitWords:
    """A limit; as it is seen from a stage where one is named."""
    branches = clock.limits()
    others = tuple(stage_words(procedure, code, clock.line) for code in clock.live if code != stage)
    return LimitWords(
        code=clock.code,
        name=said(clock.name),
        kind=str(KINDS[clock.measures]),
        branches=tuple(
            BranchWords(
                when=when_words(procedure, branch.when) if len(branches) > 1 else "",
                limit=span_words(branch.limit),
                counted=str(COUNTED[branch.limit.unit not in _CALENDAR_UNITS]),
            )
            for branch in branches
        ),
        begins=begins_words(procedure, clock.counts_from),
        legal_basis=clock.legal_basis,
        since=clock.since,
        legal_maximum=span_words(clock.legal_maximum),
        warning=_("setelah %(share)d%% waktunya terpakai") % {"share": round(100 * clock.warn_share)},
        escalation=_escalation(procedure, clock),
        shared=others if stage else (),
        paused=tuple(stage_words(procedure, code, clock.line) for code in clock.pauses_in),
    )


def clocks_of(procedure: Procedure, line: str, stage: str) -> list[Clock]:
    """The limits that run in a stage, that of the whole process apart."""
    return [clock for clock in procedure.clocks if clock.line == line and stage in clock.live]


def _line(procedure: Procedure, line: Line) -> LineWords:
    begins = ""
    if line.starts is not None and line.starts.action is not None:
        begins = _("Dimulai oleh tindakan “%(action)s”.") % {
            "action": action_words(procedure, line.starts.action)
        }
    elif line.starts is not None:
        ends = _(" atau ").join(outcome_words(outcome) for outcome in line.starts.closing)
        begins = _("Dimulai bila aduan berakhir: %(ends)s.") % {"ends": ends}
    stages = tuple(_stage(procedure, line, stage, str(n)) for n, stage in enumerate(line.stages, start=1))
    return LineWords(line.code, said(line.name), begins, stages)


def _stage(procedure: Procedure, line: Line, stage: Stage, number: str) -> StageWords:
    limits = tuple(
        limit_in_words(procedure, c, stage.code) for c in clocks_of(procedure, line.code, stage.code)
    )
    return StageWords(
        line=line.code,
        code=stage.code,
        number=number,
        name=said(stage.name),
        owner=roles_words(procedure, stage.owner),
        status=status_words(stage.status.value) if stage.status is not None and line.code == MAIN else "",
        ends=outcome_words(stage.final.value) if stage.final is not None else "",
        waits=_waits(procedure, line, stage),
        without_limit=_without_limit(stage),
        limits=limits,
        actions=tuple(_action(procedure, line, action) for action in stage.actions),
    )


def _waits(procedure: Procedure, line: Line, stage: Stage) -> str:
    if stage.waits is None:
        return ""
    return _("Paling lama menunggu %(cap)s, lalu lanjut sendiri ke “%(to)s”.") % {
        "cap": span_words(stage.waits.cap),
        "to": stage_words(procedure, stage.waits.to, line.code),
    }


def _without_limit(stage: Stage) -> str:
    if stage.within_whole:
        return _("Tidak ada batas sendiri; batas seluruh proses yang berlaku.")
    if not stage.no_limit or stage.waits is not None:
        return ""
    if stage.remind_after is None:
        return _("Tanpa batas waktu (SOP tidak menyebutnya). Pemiliknya diingatkan berkala.")
    return _("Tanpa batas waktu (SOP tidak menyebutnya). Pemiliknya diingatkan setiap %(span)s.") % {
        "span": span_words(stage.remind_after)
    }


def _action(procedure: Procedure, line: Line, action: Action) -> ActionWords:
    notes = [
        (action.when is not None, _("hanya bila %(when)s") % {"when": when_words(procedure, action.when)}),
        (action.reason_required, _("harus disertai alasan")),
        (action.tells is not None, _("pelapor diberi tahu")),
        (action.four_eyes, _("empat mata: bukan oleh orang yang mengambil langkah sebelumnya")),
        (action.revocable, _("dapat ditarik kembali selama belum ditindaklanjuti")),
    ]
    return ActionWords(
        name=said(action.name),
        who=roles_words(procedure, action.roles),
        leads=tuple(_leads(procedure, line, action)),
        notes=tuple(words for applies, words in notes if applies),
    )


def _leads(procedure: Procedure, line: Line, action: Action) -> Iterable[str]:
    if action.to is None:
        return
    if isinstance(action.to, str):
        yield stage_words(procedure, action.to, line.code)
        return
    for branch in action.to:
        name = stage_words(procedure, branch.to, line.code)
        yield _("%(stage)s (%(when)s)") % {"stage": name, "when": when_words(procedure, branch.when)}


def when_words(procedure: Procedure, condition: Condition | None) -> str:
    """In which case a branch is taken."""
    return condition_words(procedure, condition) if condition is not None else _("selain itu")


def _value(procedure: Procedure, field: str, value: str) -> str:
    if field == "visibility":
        return str(VISIBILITIES.get(value, value))
    declared = procedure.case_classes if field == "case_class" else procedure.complexities
    return next((said(one.name) for one in declared if one.code == value), value)


def begins_words(procedure: Procedure, start: ClockStart) -> str:
    """From when a limit counts."""
    if start.kind == "receipt":
        return _("sejak laporan diterima")
    if start.action is None:
        return _("sejak tahap ini dimasuki")
    return _("sejak tindakan “%(action)s”") % {"action": action_words(procedure, start.action)}


def action_words(procedure: Procedure, code: str) -> str:
    """The name of a step, wherever it is offered."""
    for line in procedure.lines:
        for stage in line.stages:
            for action in stage.actions:
                if action.code == code:
                    return said(action.name)
    return code


def _escalation(procedure: Procedure, clock: Clock) -> str:
    words = role_words(procedure, clock.escalate_to)
    for rung in procedure.ladder_of(clock):
        words += _(", %(span)s kemudian %(role)s") % {
            "span": span_words(rung.after),
            "role": role_words(procedure, rung.role),
        }
    return words


def side_words(scope: Scope) -> str:
    """Whose staff holds a role."""
    return _("pemerintah daerah") if scope is Scope.GOVERNMENT else _("instansi ini")
