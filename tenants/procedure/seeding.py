"""What a new office begins with: its preset's organisation, procedure and settings, and its first admin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from central.offices.models import Office
from central.offices.services import note_procedure
from tenants.organization.models import Member, Position, Unit

from .models import ProcedureVersion, SettingsVersion
from .queries import digest_of

if TYPE_CHECKING:
    from workflows.preset import Organisation


def seed_office(office: Office, seed: Mapping[str, Any]) -> None:
    """Called inside a new office by provisioning. `seed`: `preset` (its code; without one nothing is
    seeded), `variant` and `admin` (`name`, `email`), who holds every role until somebody else is given it.

    Raises `KeyError` for an unknown preset or variant.
    """
    code = seed.get("preset")
    if not code:
        return
    # Only provisioning needs the presets and what proves them.
    from workflows.loading import as_data
    from workflows.preset import load_preset

    from .services.watch import watch_every_night

    preset = load_preset(str(code), str(seed.get("variant", "")))
    now = office.created_at
    procedure, settings = as_data(preset.procedure), as_data(preset.settings)
    ProcedureVersion.objects.bulk_create(
        [
            ProcedureVersion(
                number=1,
                document=procedure,
                digest=digest_of(procedure),
                state=ProcedureVersion.State.IN_FORCE,
                in_force_from=now,
                created_at=now,
            )
        ]
    )
    note_procedure(office, digest_of(procedure))
    SettingsVersion.objects.bulk_create(
        [SettingsVersion(number=1, document=settings, digest=digest_of(settings), created_at=now)]
    )
    watch_every_night(office, now)
    _organise(preset.organisation)
    admin = seed.get("admin")
    if admin:
        Member.objects.bulk_create(
            [Member(name=admin["name"], email=str(admin["email"]).lower(), is_admin=True, joined_at=now)]
        )


def _organise(organisation: Organisation) -> None:
    """Units (a parent stands before its children in a preset) and positions. Two statements, one a level
    of units.
    """
    units: dict[str, Unit] = {}
    waiting = list(organisation.units)
    while waiting:
        ready = [unit for unit in waiting if unit.parent is None or unit.parent in units]
        rows = [
            Unit(code=unit.code, name=unit.name, parent=units[unit.parent] if unit.parent else None)
            for unit in ready
        ]
        units.update({row.code: row for row in Unit.objects.bulk_create(rows)})
        done = {unit.code for unit in ready}
        waiting = [unit for unit in waiting if unit.code not in done]
    Position.objects.bulk_create(
        [
            Position(
                code=position.code,
                title=position.title,
                unit=units[position.unit] if position.unit else None,
                roles=list(position.roles),
            )
            for position in organisation.positions
        ]
    )
