"""What a draft says otherwise than the procedure in force, as rows of a page: names in the place of codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from central.dates import DAY, written
from tenants.complaints.words import outcome_words, said, status_words
from tenants.portal.procedure_words import (
    KINDS,
    action_words,
    begins_words,
    condition_words,
    role_words,
    side_words,
    span_words,
    when_words,
)
from workflows.actions import ClockStart, GuardedTarget
from workflows.cases import CitizenStatus, Outcome, Scope
from workflows.common import Model, Span, Text
from workflows.conditions import Condition
from workflows.difference import Change, Difference, differences
from workflows.labels import label
from workflows.procedure import Assigner, ClockKind, GuardedLimit, Procedure

CHANGES: Mapping[Change, Promise] = {
    Change.ADDED: _("baru"),
    Change.REMOVED: _("dihapus"),
    Change.CHANGED: _("diubah"),
    Change.MOVED: _("urutan diubah"),
}
TOLD: Mapping[str, Promise] = {
    "owner": _("pemilik"),
    "roles": _("oleh"),
    "status": _("status bagi pelapor"),
    "final": _("berakhir sebagai"),
    "to": _("menuju"),
    "limit": _("batas waktu"),
    "live": _("berjalan pada tahap"),
    "escalate_to": _("bila lewat, diberi tahu"),
    "legal_basis": _("dasar hukum"),
    "after": _("sesudah"),
    "cap": _("paling lama menunggu"),
    "within": _("tenggat"),
    "role": _("peran"),
    "stages": _("tahap"),
}
"""What is told of a part that is new or gone, by the names of its fields; the rest is read in the draft."""

_ROLES = ("owner", "roles", "role", "escalate_to", "recorded_by", "answered_by")
_STAGES = ("to", "live", "pauses_in", "stages", "returns_to", "joins")
_ACTIONS = ("stops_by", "action", "actions")
ASKED: Mapping[str, Promise] = {
    "category": _("kategori"),
    "name": _("nama"),
    "address": _("alamat"),
    "email": _("surel"),
    "phone": _("telepon"),
    "contact": _("surel atau telepon"),
    "place": _("tempat"),
    "occurred_at": _("waktu kejadian"),
    "files": _("lampiran"),
}
"""What a reporter can be obliged to give."""
GIVERS: Mapping[Assigner, Promise] = {
    Assigner.ADMIN: _("admin instansi"),
    Assigner.HEAD: _("pimpinan"),
    Assigner.GOVERNMENT: _("pemerintah daerah"),
}


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One thing that differs: where, what, and how it was and is."""

    place: str
    change: str
    field: str
    before: str
    after: str


def difference_rows(old: Procedure, new: Procedure) -> list[DifferenceRow]:
    """Everything that differs, in the document's order."""
    return [_row(item, old, new) for item in differences(old, new)]


def _row(item: Difference, old: Procedure, new: Procedure) -> DifferenceRow:
    return DifferenceRow(
        place=" › ".join(_titled(said(part), old if item.new is None else new) for part in item.where),
        change=str(CHANGES[item.change]),
        field=said(label(f"short.{item.field}")) if item.field else "",
        before=_told(item, item.old, old) if item.before else "",
        after=_told(item, item.new, new) if item.after else "",
    )


def _titled(words: str, procedure: Procedure) -> str:
    """The title of a part; one that is known by its role has the role's name in it."""
    for key in ("part.Rung", "part.HandUp", "part.Remind"):
        kind = f"{said(label(key))} "
        code = words.removeprefix(kind)
        if words.startswith(kind) and " " not in code:
            return f"{kind}{role_words(procedure, code)}"
    return words


def _told(item: Difference, value: Any, procedure: Procedure) -> str:
    words = _words(item.field, value, procedure)
    return words or (gettext("ada") if item.field else said(item.where[-1]))


def _words(field: str, value: Any, procedure: Procedure) -> str:
    """A value as a reader of the procedure knows it: no code, no abbreviation."""
    if value is None or value in ((), ""):
        return said(label("value.none"))
    if isinstance(value, bool):
        return said(label("value.yes" if value else "value.no"))
    if isinstance(value, Span):
        return span_words(value)
    if isinstance(value, Text):
        return said(value)
    if isinstance(value, date):
        return written(value, DAY)
    if isinstance(value, float):
        return f"{value:.0%}"
    if isinstance(value, ClockStart):
        return begins_words(procedure, value)
    if isinstance(value, Condition):
        return condition_words(procedure, value)
    if isinstance(value, GuardedLimit | GuardedTarget):
        what = value.limit if isinstance(value, GuardedLimit) else value.to
        return f"{_words(field, what, procedure)} ({when_words(procedure, value.when)})"
    if isinstance(value, tuple):
        between = "; " if isinstance(value[0], Model) else ", "
        return between.join(_words(field, one, procedure) for one in value)
    if isinstance(value, Model):
        return _part(value, procedure)
    return _named(field, value, procedure)


def _part(part: Model, procedure: Procedure) -> str:
    """What is told of a whole part: some of its fields, each with its name."""
    return "; ".join(
        f"{TOLD[name]}: {_words(name, getattr(part, name), procedure)}"
        for name in type(part).model_fields
        if name in TOLD and name in part.model_fields_set
    )


def _named(field: str, code: Any, procedure: Procedure) -> str:
    """The name of what a code stands for; anything else as it is written."""
    if isinstance(code, ClockKind):
        return str(KINDS[code])
    if isinstance(code, Assigner):
        return str(GIVERS[code])
    if isinstance(code, Scope):
        return side_words(code)
    if isinstance(code, CitizenStatus):
        return status_words(code)
    if isinstance(code, Outcome):
        return outcome_words(code)
    if field in _ROLES:
        return role_words(procedure, code)
    if field in _STAGES:
        return _stage(procedure, code)
    if field in _ACTIONS:
        return action_words(procedure, code)
    if field == "clocks":
        return next((said(clock.name) for clock in procedure.clocks if clock.code == code), str(code))
    if field in ("required", "staff_required"):
        return str(ASKED[code])
    return str(code)


def _stage(procedure: Procedure, code: str) -> str:
    """A stage's name, in whichever line it is."""
    found = (procedure.stage(code, line.code) for line in procedure.lines)
    return next((said(stage.name) for stage in found if stage is not None), code)
