"""Commands that put a procedure or settings in force, in the office we are in. Only its admins may give them.

Each is one transaction with the office's, takes the actor, and keeps every version: nothing is overwritten.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from central.coordination.services import set_alarm
from central.offices.access import OfficeAccessError, current_office
from central.offices.services import note_procedure
from tenants.complaints.services.upkeep import RECOMPUTE_ALARM
from tenants.organization.services import watch_staff
from tenants.procedure.models import ProcedureVersion, SettingsVersion
from tenants.procedure.proof import prove, prove_settings
from tenants.procedure.queries import digest_of, procedures_in_use, settings_now
from tenants.procedure.signing import mark_of, signed_rows
from workflows.cases import Actor
from workflows.loading import as_data, procedure_from, settings_from
from workflows.problems import DocumentRefused, Problem, Severity
from workflows.settings import Settings

from .errors import ProcedureError, demand_admin, lock_documents, refused

log = logging.getLogger(__name__)


def put_settings(
    document: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> SettingsVersion:
    """Puts settings in effect at once, for all complaints. The same content as now makes no new version.

    They are proved with the procedure in force and with every version that has open complaints. If the
    calendar changed, the clocks of open complaints are reckoned anew by the office's worker.

    `expected_version`: the number of the settings that the document was made from; None: whatever they are.
    Raises `ProcedureError`, `conflict` where somebody else changed the settings meanwhile.
    """
    demand_admin(actor)
    lock_documents()
    newest = SettingsVersion.objects.order_by("-number").first()
    if expected_version is not None and newest is not None and newest.number != expected_version:
        raise ProcedureError(
            "conflict",
            _(
                "%(who)s baru saja mengubah pengaturan instansi ini; perubahan Anda belum disimpan. "
                "Periksa isinya yang sekarang, lalu kirim lagi bila masih perlu."
            )
            % {"who": newest.created_by_name or _("Orang lain")},
        )
    try:
        settings = settings_from(document)
    except DocumentRefused as error:
        raise refused(error.problems) from error
    before = settings_now()
    problems = prove_settings(settings, before, procedures_in_use())
    if any(item.severity is Severity.ERROR for item in problems):
        raise refused(problems)
    data = as_data(settings)
    if newest is not None and newest.digest == digest_of(data):
        return newest
    version = SettingsVersion.objects.create(
        number=1 + (newest.number if newest else 0),
        document=data,
        digest=digest_of(data),
        created_at=timezone.now(),
        created_by_id=actor.id,
        created_by_name=actor.name[:150],
    )
    log.info("settings version %s put in effect by member %s", version.number, actor.id)
    if settings.calendar != before.calendar:
        _recompute_later()
    watch_staff()  # what a rule names that is no more, or has been mended
    return version


def _recompute_later() -> None:
    office = current_office()
    if office is None:
        raise OfficeAccessError("Settings are put in effect inside an office.")
    set_alarm(office, kind=RECOMPUTE_ALARM, key="0", due_at=timezone.now())


def put_procedure(
    document: Mapping[str, Any],
    *,
    actor: Actor,
    settings: Settings | None = None,
    note: str = "",
    signed: str = "",
    follows: int | None = None,
) -> ProcedureVersion:
    """Puts a procedure in force for complaints that come from now on; those under way keep theirs.

    It is proved by itself, with the settings in effect, and with the people of today (W06, W14): this is the
    one door by which a procedure comes into force. `note`: what changed, in the office's words. `signed`: the
    mark (`signing.mark_of`) of the warnings that the actor has read; the version keeps them. `follows`: the
    key of the version in force that the actor has compared it with; None: whichever it is. Raises
    `ProcedureError`; `unchanged` where the procedure in force says the same, `conflict` where another version
    has come into force meanwhile, `unsigned` where there are other warnings than those.
    """
    demand_admin(actor)
    lock_documents()
    try:
        procedure = procedure_from(document)
    except DocumentRefused as error:
        raise refused(error.problems) from error
    problems = prove(procedure, settings or settings_now())
    if any(item.severity is Severity.ERROR for item in problems):
        raise refused(problems)
    current = _in_force().defer("document", "warnings").first()
    data = as_data(procedure)
    _demand_other(current, digest_of(data), follows)
    if signed != mark_of(problems):
        raise ProcedureError(
            "unsigned",
            _("Baca peringatannya, lalu centang bahwa Anda menyetujuinya. Belum ada yang diberlakukan."),
            problems,
        )
    office = current_office()
    if office is None:
        raise OfficeAccessError("A procedure is put in force inside an office.")
    version = _follow(data, actor=actor, note=note, problems=problems)
    note_procedure(office, version.digest)
    watch_staff()
    log.info("procedure version %s put in force by member %s", version.number, actor.id)
    return version


def _in_force() -> QuerySet[ProcedureVersion]:
    return ProcedureVersion.objects.filter(state=ProcedureVersion.State.IN_FORCE)


def _demand_other(current: ProcedureVersion | None, digest: str, follows: int | None) -> None:
    """Raises `unchanged` or `conflict` where the version in force says the same, or is not the one that the
    new one was compared with.
    """
    if current is None:
        return
    if current.digest == digest:
        raise ProcedureError("unchanged", _("Prosedur ini sama dengan yang sedang berlaku."))
    if follows is not None and current.pk != follows:
        raise ProcedureError(
            "conflict",
            _(
                "%(who)s baru saja memberlakukan versi %(number)d; yang Anda kirim belum diberlakukan. "
                "Baca lagi perbedaan dan peringatannya, lalu kirim lagi bila masih perlu."
            )
            % {"who": current.created_by_name or _("Orang lain"), "number": current.number},
        )


def _follow(
    data: dict[str, Any], *, actor: Actor, note: str, problems: Sequence[Problem]
) -> ProcedureVersion:
    """Stores the version that is in force from now on, and retires the one before it."""
    now = timezone.now()
    _in_force().update(state=ProcedureVersion.State.RETIRED, retired_at=now)
    newest = ProcedureVersion.objects.aggregate(newest=Max("number"))["newest"] or 0
    return ProcedureVersion.objects.create(
        number=newest + 1,
        document=data,
        digest=digest_of(data),
        state=ProcedureVersion.State.IN_FORCE,
        in_force_from=now,
        note=note[:300],
        warnings=signed_rows(problems),
        created_at=now,
        created_by_id=actor.id,
        created_by_name=actor.name[:150],
    )
