"""Moving open complaints from one version of the procedure to the one in force: first as a dry run."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from central.coordination.services import clear_alarm, set_alarm
from central.offices.access import OfficeAccessError, current_office
from central.offices.models import Office
from tenants.complaints.models import Complaint, WorkItem
from tenants.complaints.services.byitself import move_version
from tenants.complaints.snapshot import case_of
from tenants.procedure.models import ProcedureMove, ProcedureVersion
from tenants.procedure.queries import places_of, settings_now
from workflows import engine
from workflows.cases import Actor
from workflows.loading import procedure_from
from workflows.moving import Place, check_move, moved
from workflows.problems import Problem

from .errors import ProcedureError, demand_admin, lock_documents, refused

log = logging.getLogger(__name__)

MOVE_ALARM = "move-version"
PAGE = 50
"""Complaints that are moved in one transaction."""


@dataclass(frozen=True, slots=True)
class Moving:
    """What the move would do to one complaint: the moment told to the reporter, before and after."""

    number: str
    slug: str
    before: datetime | None
    after: datetime | None


@dataclass(frozen=True, slots=True)
class MovePlan:
    """The dry run. `live`: how many open lines stand at each place of the old version, or come back to it
    from the government's queue. `problems`: W17; while there is one, nothing can be moved, and `cases` is
    empty.
    """

    source: ProcedureVersion
    target: ProcedureVersion
    live: Mapping[Place, int]
    problems: Sequence[Problem]
    cases: Sequence[Moving]

    @property
    def complete(self) -> bool:
        """Whether every complaint has its place."""
        return not self.problems


def plan_move(number: int, mapping: Mapping[Place, str], *, actor: Actor) -> MovePlan:
    """Tries the move of all open complaints of a version to the one in force; changes nothing.

    Raises `ProcedureError`: `not_admin`, `not_found`.
    """
    demand_admin(actor)
    office = _here()
    source, target = _versions(number)
    new, settings = procedure_from(target.document), settings_now()
    old = procedure_from(source.document)
    live = places_of(source)
    problems = list(check_move(new, live, mapping))
    cases = []
    for complaint in [] if problems else _open(source):
        case = case_of(complaint, office.timezone)
        told = engine.due_at(old, case)
        decision = moved(new, settings, case, mapping, told, timezone.now())
        cases.append(Moving(complaint.number, complaint.slug, told, decision.due_at))
    return MovePlan(source, target, live, problems, cases)


def begin_move(number: int, mapping: Mapping[Place, str], *, actor: Actor) -> ProcedureMove:
    """Moves all open complaints of a version to the one in force; the office's worker does it, page by page.

    Raises as `plan_move`, and `refused` where a stage has no place, `conflict` while a move is under way.
    """
    demand_admin(actor)
    lock_documents()
    plan = plan_move(number, mapping, actor=actor)
    if plan.problems:
        raise refused(plan.problems)
    if ProcedureMove.objects.filter(source=plan.source, finished_at=None).exists():
        raise ProcedureError(
            "conflict", _("Laporan versi ini sedang dipindahkan. Tunggu sampai selesai, lalu periksa lagi.")
        )
    move = ProcedureMove.objects.create(
        source=plan.source,
        target=plan.target,
        mapping={f"{line}/{stage}": to for (line, stage), to in mapping.items()},
        created_at=timezone.now(),
        created_by_name=actor.name[:150],
    )
    set_alarm(_here(), kind=MOVE_ALARM, key=str(move.pk), due_at=timezone.now())
    log.info("complaints of version %s are moved to %s by member %s", number, plan.target.number, actor.id)
    return move


def on_move_alarm(key: str, now: datetime) -> None:
    """Moves the next page of complaints. One that meets an error stays where it is and holds up no other."""
    office = _here()
    move = ProcedureMove.objects.select_for_update().filter(pk=int(key)).first()
    if move is None or move.finished_at is not None:
        clear_alarm(office, kind=MOVE_ALARM, key=key)
        return
    mapping = {_place(name): to for name, to in move.mapping.items()}
    rows = list(_open(move.source).filter(pk__gt=move.last_id).values_list("pk", "uid")[:PAGE])
    for pk, uid in rows:
        done = _moved(uid, move, mapping, now)
        move.moved += done is True
        move.failed += done is None
        move.last_id = pk
    if len(rows) < PAGE:
        move.finished_at = timezone.now()
        clear_alarm(office, kind=MOVE_ALARM, key=key)
    else:
        set_alarm(office, kind=MOVE_ALARM, key=key, due_at=now)
    move.save(update_fields=["moved", "failed", "last_id", "finished_at"])


def _moved(uid: UUID, move: ProcedureMove, mapping: Mapping[Place, str], now: datetime) -> bool | None:
    """Whether the complaint was moved; None where it could not be."""
    try:
        with transaction.atomic():
            return move_version(uid, move.target_id, mapping, now)
    except Exception:
        log.exception("complaint %s was not moved to version %s", uid, move.target_id)
        return None


def _open(version: ProcedureVersion) -> QuerySet[Complaint]:
    """Complaints of a version on which work is open, side lines included, by id."""
    busy = WorkItem.objects.filter(closed_at=None, complaint__procedure=version).values("complaint_id")
    return Complaint.objects.filter(pk__in=busy).order_by("pk")


def _versions(number: int) -> tuple[ProcedureVersion, ProcedureVersion]:
    source = ProcedureVersion.objects.filter(number=number).first()
    target = ProcedureVersion.objects.filter(state=ProcedureVersion.State.IN_FORCE).first()
    if source is None or target is None or source == target:
        raise ProcedureError(
            "not_found", _("Tidak ada versi lain yang laporannya dapat dipindahkan. Muat ulang halaman ini.")
        )
    return source, target


def _place(name: str) -> Place:
    line, _slash, stage = name.partition("/")
    return line, stage


def _here() -> Office:
    office = current_office()
    if office is None:
        raise OfficeAccessError("Complaints are moved inside their office.")
    return office
