"""What a draft says otherwise than the procedure in force, as rows of a page: names in the place of codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenants.complaints.words import limit_words, outcome_words, said, status_words
from tenants.portal.procedure_words import action_words, role_words
from workflows.common import Text
from workflows.difference import Change, Difference, differences
from workflows.procedure import Procedure

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
}
"""What is told of a part that is new or gone, by the names of its fields; the rest is read in the draft."""

_ROLES = ("owner", "roles", "role", "escalate_to", "recorded_by")
_STAGES = ("to", "live", "pauses_in", "stages", "returns_to", "joins")
_ACTIONS = ("stops_by", "action")
_SPAN = re.compile(r"\d+ (?:WD|WH|WM|h|d)")
_FIELD = re.compile(r"(?:^|; )([a-z_]+): ")


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
        place=" › ".join(said(part) for part in item.where),
        change=str(CHANGES[item.change]),
        field=said(item.meaning),
        before=_told(item, item.before, old),
        after=_told(item, item.after, new),
    )


def _told(item: Difference, text: Text | None, procedure: Procedure) -> str:
    words = said(text)
    if item.field:
        return _named(item.field, words, procedure)
    parts = _FIELD.split(words)
    if parts[0]:
        return words
    return "; ".join(
        f"{TOLD[name]}: {_named(name, value, procedure)}"
        for name, value in zip(parts[1::2], parts[2::2], strict=True)
        if name in TOLD and ": " not in value
    )


def _named(field: str, words: str, procedure: Procedure) -> str:
    """A field's value with the names of what its codes stand for."""
    codes = words.split(", ")
    if field in _ROLES:
        return ", ".join(role_words(procedure, code) for code in codes)
    if field in _STAGES:
        return ", ".join(_stage(procedure, code) for code in codes)
    if field in _ACTIONS:
        return ", ".join(action_words(procedure, code) for code in codes)
    if field == "status":
        return status_words(words)
    if field == "final":
        return outcome_words(words)
    return _SPAN.sub(lambda found: limit_words(found[0]), words)


def _stage(procedure: Procedure, code: str) -> str:
    """A stage's name, in whichever line it is."""
    found = (procedure.stage(code, line.code) for line in procedure.lines)
    return next((said(stage.name) for stage in found if stage is not None), code)
