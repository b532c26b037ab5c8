"""Commands that put a procedure or settings in force, in the office we are in. Only its admins may give them.

Each is one transaction with the office's, takes the actor, and keeps every version: nothing is overwritten.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from central.coordination.services import set_alarm
from central.offices.access import OfficeAccessError, current_office
from central.offices.services import note_procedure
from tenants.complaints.models import WorkItem
from tenants.complaints.services.upkeep import RECOMPUTE_ALARM
from tenants.errors import ServiceError
from tenants.organization.models import Unit
from tenants.organization.queries import roles_without_holder
from workflows.cases import Actor, ActorKind, Scope
from workflows.loading import as_data, procedure_from, settings_from
from workflows.problems import DocumentRefused, Problem, Severity
from workflows.procedure import Procedure
from workflows.settings import Settings
from workflows.soundness import check_procedure, check_settings

from .models import ProcedureVersion, SettingsVersion
from .queries import digest_of, settings_now

log = logging.getLogger(__name__)


class ProcedureError(ServiceError):
    """A procedure or settings that cannot be put in force. Codes: `not_admin`, `refused` (see `problems`),
    `role_without_holder`, `conflict`.
    """

    def __init__(self, code: str, message: str, problems: Sequence[Problem] = ()) -> None:
        self.problems = tuple(problems)
        super().__init__(code, message)


def _refused(problems: Sequence[Problem]) -> ProcedureError:
    errors = [item for item in problems if item.severity is Severity.ERROR]
    language = get_language() or "id"
    message = ngettext(
        "Dokumen ini belum dapat diberlakukan karena %(count)d kesalahan: %(first)s",
        "Dokumen ini belum dapat diberlakukan karena %(count)d kesalahan. Yang pertama: %(first)s",
        len(errors),
    ) % {"count": len(errors), "first": errors[0].text.get(language) if errors else ""}
    return ProcedureError("refused", message, problems)


def _demand_admin(actor: Actor) -> None:
    if actor.kind is not ActorKind.MEMBER or not actor.is_admin:
        raise ProcedureError("not_admin", _("Hanya admin instansi yang boleh mengubah ini."))


def _lock() -> None:
    """One change of the office's documents at a time. The first version is there as long as the office: the
    one in force may be another when the wait is over.
    """
    first = ProcedureVersion.objects.order_by("number").values("pk")[:1]
    list(ProcedureVersion.objects.select_for_update(no_key=True).filter(pk__in=first).values_list("pk"))


def put_settings(
    document: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> SettingsVersion:
    """Puts settings in effect at once, for all complaints. The same content as now makes no new version.

    They are proved with the procedure in force and with every version that has open complaints. If the
    calendar changed, the clocks of open complaints are reckoned anew by the office's worker.

    `expected_version`: the number of the settings that the document was made from; None: whatever they are.
    Raises `ProcedureError`, `conflict` where somebody else changed the settings meanwhile.
    """
    _demand_admin(actor)
    _lock()
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
    except DocumentRefused as refused:
        raise _refused(refused.problems) from refused
    units = frozenset(Unit.objects.filter(is_active=True).values_list("code", flat=True))
    problems: list[Problem] = []
    for procedure in _procedures_in_use():
        problems.extend(item for item in check_settings(settings, procedure, units) if item not in problems)
    if any(item.severity is Severity.ERROR for item in problems):
        raise _refused(problems)
    before = settings_now()
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
    return version


def _procedures_in_use() -> list[Procedure]:
    used = WorkItem.objects.filter(closed_at=None).values("complaint__procedure_id").distinct()
    rows = ProcedureVersion.objects.filter(state=ProcedureVersion.State.IN_FORCE) | (
        ProcedureVersion.objects.filter(pk__in=used)
    )
    return [procedure_from(document) for document in rows.values_list("document", flat=True)]


def _recompute_later() -> None:
    office = current_office()
    if office is None:
        raise OfficeAccessError("Settings are put in effect inside an office.")
    set_alarm(office, kind=RECOMPUTE_ALARM, key="0", due_at=timezone.now())


def put_procedure(
    document: Mapping[str, Any], *, actor: Actor, settings: Settings | None = None
) -> ProcedureVersion:
    """Puts a procedure in force for complaints that come from now on; those under way keep theirs.

    It is proved by itself and with the settings in effect, and each of its office roles must have a holder
    today. Raises `ProcedureError`.
    """
    _demand_admin(actor)
    _lock()
    try:
        procedure = procedure_from(document)
    except DocumentRefused as refused:
        raise _refused(refused.problems) from refused
    problems = check_procedure(procedure, settings or settings_now())
    if any(item.severity is Severity.ERROR for item in problems):
        raise _refused(problems)
    _demand_holders(procedure)
    now = timezone.now()
    ProcedureVersion.objects.filter(state=ProcedureVersion.State.IN_FORCE).update(
        state=ProcedureVersion.State.RETIRED
    )
    newest = ProcedureVersion.objects.aggregate(newest=Max("number"))["newest"] or 0
    data = as_data(procedure)
    version = ProcedureVersion.objects.create(
        number=newest + 1,
        document=data,
        digest=digest_of(data),
        state=ProcedureVersion.State.IN_FORCE,
        in_force_from=now,
        created_at=now,
        created_by_id=actor.id,
        created_by_name=actor.name[:150],
    )
    office = current_office()
    if office is None:
        raise OfficeAccessError("A procedure is put in force inside an office.")
    note_procedure(office, version.digest)
    log.info("procedure version %s put in force by member %s", version.number, actor.id)
    return version


def _demand_holders(procedure: Procedure) -> None:
    """Rule W06: whoever puts a procedure in force has people for it."""
    owners = {
        code
        for line in procedure.lines
        for stage in line.stages
        if stage.final is None
        for code in stage.owner
    }
    scopes = {role.code: role.scope for role in procedure.roles}
    missing = roles_without_holder(code for code in owners if scopes.get(code) is Scope.OFFICE)
    if missing:
        names = ", ".join(
            role.name.get(get_language() or "id") for role in procedure.roles if role.code in missing
        )
        raise ProcedureError(
            "role_without_holder",
            _("Peran ini belum dipegang siapa pun: %(names)s. Isi jabatannya lebih dahulu.")
            % {"names": names},
        )
