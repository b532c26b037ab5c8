"""Units and positions."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from workflows.cases import Actor

from ..models import Position, Unit
from .common import (
    OrganizationError,
    demand_admin,
    demand_assigner,
    demand_one_keeper,
    locked,
    note,
    watch_staff,
)
from .holdings import end_all, release, roles_besides, running


def create_unit(*, actor: Actor, code: str, name: str, parent: Unit | None = None) -> Unit:
    """Adds a unit. Raises `code_taken`."""
    demand_admin(actor)
    try:
        with transaction.atomic():
            unit = Unit.objects.create(code=code, name=name, parent=parent)
    except IntegrityError as error:
        raise OrganizationError(
            "code_taken", _("Kode unit ini sudah dipakai. Pilih kode lain."), {"code": _("sudah dipakai")}
        ) from error
    note(actor, "unit created", unit.pk)
    return unit


def update_unit(
    unit: Unit,
    *,
    actor: Actor,
    name: str,
    parent: Unit | None = None,
    is_active: bool = True,
    seen: str | None = None,
) -> Unit:
    """Renames, moves, closes or opens a unit. `seen`: its `fingerprint` when it was shown to whoever changes
    it; None: whatever it is. Raises `loop`, `in_use` (open work is assigned to it) and `conflict`.
    """
    demand_admin(actor)
    unit = locked(unit, seen)
    above = parent
    while above is not None:
        if above.pk == unit.pk:
            raise OrganizationError("loop", _("Sebuah unit tidak dapat berada di bawah dirinya sendiri."))
        above = above.parent
    if not is_active and _has_open_work(unit=unit):
        raise OrganizationError(
            "in_use", _("Unit ini masih memegang aduan yang belum selesai. Pindahkan dulu aduannya.")
        )
    if is_active != unit.is_active:
        watch_staff()  # a routing rule or a category may name it
    unit.name, unit.parent, unit.is_active = name, parent, is_active
    unit.save(update_fields=["name", "parent", "is_active"])
    note(actor, "unit changed", unit.pk)
    return unit


def _has_open_work(*, unit: Unit) -> bool:
    from tenants.complaints.models import WorkItem

    return WorkItem.objects.filter(unit=unit, closed_at=None).exists()


def create_position(
    *, actor: Actor, code: str, title: str, unit: Unit | None = None, roles: Sequence[str] = ()
) -> Position:
    """Adds a position with the SOP roles that whoever holds it has. Raises `code_taken` and `two_keepers`."""
    demand_admin(actor)
    demand_one_keeper(roles)
    try:
        with transaction.atomic():
            position = Position.objects.create(code=code, title=title, unit=unit, roles=list(roles))
    except IntegrityError as error:
        raise OrganizationError(
            "code_taken", _("Kode jabatan ini sudah dipakai. Pilih kode lain."), {"code": _("sudah dipakai")}
        ) from error
    note(actor, "position created", position.pk)
    return position


def update_position(
    position: Position,
    *,
    actor: Actor,
    title: str,
    unit: Unit | None,
    roles: Sequence[str],
    is_active: bool = True,
    seen: str | None = None,
) -> Position:
    """Changes a position. Closing one ends its holdings today. Work that was meant for one of its holders
    alone goes back to its roles where they have lost the role for it. Raises `not_assigner`, `two_keepers`
    and `conflict`; `seen`: as in `update_unit`.
    """
    demand_admin(actor)
    if set(roles) - set(position.roles):
        demand_one_keeper(roles)
    left = frozenset(roles) if is_active else frozenset()
    holders_of = list(running().filter(position=position).values_list("member_id", flat=True))
    if holders_of:  # they would get or lose these roles
        demand_assigner(actor, left.symmetric_difference(position.roles))
    kept = {pk: roles_besides(pk, position=position) | left for pk in set(holders_of)}
    release(kept, actor)
    position = locked(position, seen)
    position.title, position.unit, position.roles, position.is_active = title, unit, list(roles), is_active
    position.save(update_fields=["title", "unit", "roles", "is_active"])
    if not is_active:
        end_all(Q(position=position))
    release(kept, actor, wait=False)
    note(actor, "position changed", position.pk)
    return position
