"""Drafts: a procedure that is being written, from a preset, a version or a file, until it is put in force."""

from __future__ import annotations

import hashlib
import logging

from django.utils import timezone
from django.utils.translation import gettext as _

from central.numbers import Grouped
from tenants.procedure.models import ProcedureDraft, ProcedureVersion
from tenants.procedure.proof import here_today, prove
from tenants.procedure.queries import settings_now
from workflows.cases import Actor
from workflows.checking import Checked, DocumentKind, check
from workflows.loading import as_data, as_yaml, procedure_from
from workflows.preset import load_preset, preset_codes
from workflows.problems import problem
from workflows.procedure import Procedure
from workflows.strictyaml import MAX_BYTES

from .documents import put_procedure
from .errors import ProcedureError, demand_admin, refused

log = logging.getLogger(__name__)

KEEP = 20
"""Drafts that an office can have at a time."""


def start_draft(*, actor: Actor, title: str, text: str, origin: str = "") -> ProcedureDraft:
    """A new draft with this YAML, sound or not. Raises `ProcedureError`: `not_admin`, `too_large`,
    `too_many`.
    """
    demand_admin(actor)
    _demand_size(text)
    if ProcedureDraft.objects.count() >= KEEP:
        raise ProcedureError(
            "too_many",
            _("Sudah ada %(count)d konsep. Hapus yang tidak dipakai, lalu coba lagi.") % {"count": KEEP},
        )
    now = timezone.now()
    return ProcedureDraft.objects.create(
        title=title.strip()[:150] or _("Konsep tanpa nama"),
        text=text,
        digest=_digest(text),
        origin=origin[:60],
        created_at=now,
        created_by_name=actor.name[:150],
        updated_at=now,
        updated_by_name=actor.name[:150],
    )


def draft_from_version(number: int, *, actor: Actor) -> ProcedureDraft:
    """A draft that says what a version says."""
    demand_admin(actor)
    version = _version(number)
    title = _("Ubahan versi %(number)d") % {"number": number}
    text = as_yaml(procedure_from(version.document))
    return start_draft(actor=actor, title=title, text=text, origin=str(number))


def draft_from_preset(code: str, *, actor: Actor) -> ProcedureDraft:
    """A draft that says what a preset says. Raises `ProcedureError("not_found")` for an unknown one."""
    demand_admin(actor)
    if code not in preset_codes():
        raise ProcedureError("not_found", _("Preset itu tidak ada. Pilih salah satu dari daftar."))
    preset = load_preset(code)
    return start_draft(actor=actor, title=preset.name.id, text=as_yaml(preset.procedure), origin=code)


def save_draft(
    pk: int, *, actor: Actor, text: str, expected_version: int, title: str | None = None
) -> ProcedureDraft:
    """Keeps what was typed, sound or not. Raises `ProcedureError`: `not_admin`, `not_found`, `too_large`, and
    `conflict` where somebody else has changed the draft meanwhile.
    """
    demand_admin(actor)
    _demand_size(text)
    draft = _locked(pk, expected_version)
    draft.text, draft.digest = text, _digest(text)
    if title is not None and title.strip():
        draft.title = title.strip()[:150]
    draft.version += 1
    draft.updated_at, draft.updated_by_name = timezone.now(), actor.name[:150]
    draft.save(update_fields=["text", "digest", "title", "version", "updated_at", "updated_by_name"])
    return draft


def drop_draft(pk: int, *, actor: Actor) -> None:
    """Throws a draft away. Raises `ProcedureError("not_admin")`; one that is gone already is no error."""
    demand_admin(actor)
    ProcedureDraft.objects.filter(pk=pk).delete()


def proved(text: str) -> Checked:
    """What a draft's text is worth at this office today: everything that `put_procedure` would say."""
    settings = settings_now()
    found = check(text, settings=settings)
    if found.kind not in (None, DocumentKind.PROCEDURE):
        return Checked(found.kind, (problem("P14"), *found.problems))
    if found.procedure is None:
        return found
    here = tuple(here_today(found.procedure, settings))
    return Checked(found.kind, (*found.problems, *here), procedure=found.procedure)


def proved_again(procedure: Procedure) -> Checked:
    """What an earlier version is worth at this office today: everything that `put_procedure` would say."""
    return Checked(DocumentKind.PROCEDURE, tuple(prove(procedure, settings_now())), procedure=procedure)


def check_draft(pk: int, *, actor: Actor) -> Checked:
    """Proves a draft, and notes it as checked if there is no error."""
    demand_admin(actor)
    draft = _locked(pk)
    found = proved(draft.text)
    if found.sound:
        draft.checked_digest, draft.checked_at = draft.digest, timezone.now()
        draft.save(update_fields=["checked_digest", "checked_at"])
    return found


def enforce_draft(
    pk: int,
    *,
    actor: Actor,
    expected_version: int,
    note: str = "",
    signed: str = "",
    follows: int | None = None,
) -> ProcedureVersion:
    """Puts a draft in force as a new version; the draft is gone then. Raises as `put_procedure`, and
    `conflict` where the draft is no longer the one that was read.
    """
    demand_admin(actor)
    draft = _locked(pk, expected_version)
    found = proved(draft.text)
    if not found.sound or found.procedure is None:
        raise refused(found.problems)
    version = put_procedure(
        as_data(found.procedure), actor=actor, note=note or draft.title, signed=signed, follows=follows
    )
    draft.delete()
    return version


def roll_back(number: int, *, actor: Actor, signed: str = "", follows: int | None = None) -> ProcedureVersion:
    """Puts what an earlier version says in force again, as a new version. Raises as `put_procedure`."""
    demand_admin(actor)
    version = _version(number)
    note = _("Kembali ke versi %(number)d") % {"number": number}
    return put_procedure(version.document, actor=actor, note=note, signed=signed, follows=follows)


def _version(number: int) -> ProcedureVersion:
    found = ProcedureVersion.objects.filter(number=number).first()
    if found is None:
        raise ProcedureError("not_found", _("Versi itu tidak ada. Muat ulang daftar versinya."))
    return found


def _locked(pk: int, expected_version: int | None = None) -> ProcedureDraft:
    draft = ProcedureDraft.objects.select_for_update().filter(pk=pk).first()
    if draft is None:
        raise ProcedureError("not_found", _("Konsep itu sudah tidak ada. Muat ulang daftar konsepnya."))
    if expected_version is not None and draft.version != expected_version:
        raise ProcedureError(
            "conflict",
            _(
                "%(who)s baru saja mengubah konsep ini; perubahan Anda belum disimpan. "
                "Bandingkan dengan yang tersimpan sekarang, lalu kirim lagi bila masih perlu."
            )
            % {"who": draft.updated_by_name or _("Orang lain")},
        )
    return draft


def _demand_size(text: str) -> None:
    if len(text.encode()) > MAX_BYTES:
        raise ProcedureError(
            "too_large",
            _("Dokumen ini terlalu besar. Paling banyak %(count)s bita.") % {"count": Grouped(MAX_BYTES)},
        )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
