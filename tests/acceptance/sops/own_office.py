"""An office whose SOP is nobody's preset: made from two YAML documents alone, through the services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from central.accounts.models import User
from central.offices.access import office as inside
from central.offices.access import public
from central.offices.models import Government, Office
from central.offices.services import create_office
from tenants.organization.models import Member, Position
from tenants.organization.queries import actor_for, today
from tenants.organization.services import add_member, assign, create_position
from tenants.procedure.queries import procedure_in_force
from tenants.procedure.services import put_settings
from tests.acceptance.cast import Player, host_of
from tests.signed import put_signed
from workflows.cases import SYSTEM, Scope
from workflows.loading import as_data, read, settings_from

DOCUMENTS = Path(__file__).parent / "own"


class OwnOffice:
    """The office, its admin, and one person for each of the document's roles."""

    def __init__(self, name: str, government: Government, timezone: str = "Asia/Jakarta") -> None:
        procedure = read(DOCUMENTS / f"{name}.procedure.yaml").data
        settings = read(DOCUMENTS / f"{name}.settings.yaml").data
        # The preset gives the office its first documents; those of the folder then take their place.
        self.office: Office = create_office(
            government=government,
            code=name.replace("_", "-"),
            name=procedure["name"]["id"],
            kind="dinas",
            timezone=timezone,
            seed={"preset": "jenawi"},
        )
        self._host = host_of(self.office)
        self.staff: dict[str, Player] = {}
        with inside(self.office):
            self.admin = self._hire("admin", "Admin", is_admin=True)
            for role in procedure["roles"]:
                if role.get("scope", Scope.OFFICE) == Scope.OFFICE:
                    code, title = role["code"], role["name"]["id"]
                    self.staff[code] = self._hire(code, title)
                    create_position(actor=SYSTEM, code=_slug(code), title=title, roles=[code])
                    self.gives(self.staff[code], code)
            self.admin_id = self.admin.user.pk
            admin = actor_for(self.admin_id)
            assert admin is not None
            put_signed(procedure, actor=admin, settings=settings_from(settings))
            put_settings(settings, actor=admin)

    def changes(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Puts the procedure in force with a change, as its admin would."""
        with inside(self.office):
            admin = actor_for(self.admin_id)
            assert admin is not None
            document = as_data(procedure_in_force())
            change(document)
            put_signed(document, actor=admin)

    def gives(self, player: Player, role: str) -> None:
        """Has somebody hold the position of a role, since long ago. Inside the office."""
        assign(
            actor=SYSTEM,
            member=Member.objects.get(pk=player.member_id),
            position=Position.objects.get(code=_slug(role)),
            starts_on=today() - timedelta(days=365),
        )

    def _hire(self, code: str, title: str, *, is_admin: bool = False) -> Player:
        user = User(email=f"{_slug(code)}@{self.office.code}.example.id", name=f"{title} Uji")
        user.set_unusable_password()
        with public():
            user.save()
        member = add_member(
            actor=SYSTEM, name=user.name, email=user.email, is_admin=is_admin, user_id=user.pk
        )
        return Player(user, self._host, code, member.pk)


def _slug(code: str) -> str:
    return code.replace("_", "-")
