"""What all commands of the organisation share: who may give them, and rows that stay as they are."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TypeVar

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from central.coordination.services import set_alarm
from central.offices.access import OfficeAccessError, current_office
from central.offices.models import Office
from tenants.errors import ServiceError
from workflows.cases import Actor, ActorKind
from workflows.procedure import Assigner

from ..models import Holding, Member, Position, Unit
from ..queries import fingerprint, head_roles, kept_roles

log = logging.getLogger("tenants.organization")

STAFF_ALARM = "staff"
"""Kind of the alarm at which it is looked whether there are people for the work."""

STAFF_CHANGED, EVERY_NIGHT = "changed", "night"
"""Its keys."""

Kept = TypeVar("Kept", Unit, Position, Member, Holding)


class OrganizationError(ServiceError):
    """A change of units, positions, members or holdings that cannot be made. Codes:

    `not_admin`, `not_assigner`, `two_keepers`, `code_taken`, `email_taken`, `last_admin`, `position_taken`,
    `position_closed`, `in_use`, `bad_dates`, `bad_substitute`, `absence_overlaps`, `not_a_member`, `loop`,
    `conflict` (somebody else has changed it since it was shown).
    """


def demand_admin(actor: Actor) -> None:
    """Provisioning acts as the system; people must administer this office."""
    if actor.kind is ActorKind.SYSTEM:
        return
    if actor.kind is not ActorKind.MEMBER or not actor.is_admin:
        raise OrganizationError("not_admin", _("Hanya admin instansi yang boleh mengubah ini."))


def demand_assigner(actor: Actor, roles: Iterable[str], *, taking: bool = False) -> None:
    """Who may give a position with these roles to somebody, or take it: an admin, unless the procedure in
    force keeps one of the roles for its head or for the government's desk.

    `taking`: it is taken from somebody. Of a position of before that has roles of both, either may do that.
    """
    if actor.kind is ActorKind.SYSTEM:
        return
    kept = kept_roles(roles)
    by = {role.assigned_by for role in kept}
    if not by:
        demand_admin(actor)
        return
    heads = head_roles()
    by_head = actor.kind is ActorKind.MEMBER and not heads.isdisjoint(actor.roles)
    by_desk = actor.kind is ActorKind.GOVERNMENT and actor.is_admin
    own = {Assigner.HEAD} if by_head else {Assigner.GOVERNMENT} if by_desk else set()
    if by == own or (taking and not by.isdisjoint(own)):
        return
    names = ", ".join(role.name.get(get_language() or "id") for role in kept)
    words = {
        Assigner.HEAD: _("Peran %(roles)s hanya boleh diberikan atau diambil oleh pimpinan instansi."),
        Assigner.GOVERNMENT: _(
            "Peran %(roles)s hanya boleh diberikan atau diambil oleh admin meja pusat pemerintah daerah."
        ),
    }
    first = Assigner.GOVERNMENT if Assigner.GOVERNMENT in by else Assigner.HEAD
    raise OrganizationError("not_assigner", words[first] % {"roles": names})


def demand_one_keeper(roles: Iterable[str]) -> None:
    """A position is given by one: it has no role of the head's beside one of the government's, which nobody
    could give together.
    """
    kept = kept_roles(roles)
    if len({role.assigned_by for role in kept}) < 2:
        return
    language = get_language() or "id"
    names = {
        by: ", ".join(role.name.get(language) for role in kept if role.assigned_by is by)
        for by in (Assigner.HEAD, Assigner.GOVERNMENT)
    }
    text = _(
        "Peran %(head)s diberikan pimpinan instansi, peran %(government)s diberikan pemerintah daerah. "
        "Buat dua jabatan, supaya masing-masing dapat diberikan oleh yang berhak."
    ) % {"head": names[Assigner.HEAD], "government": names[Assigner.GOVERNMENT]}
    raise OrganizationError("two_keepers", text, {"roles": text})


def locked(row: Kept, seen: str | None = None) -> Kept:
    """The row as it is now, kept so until the transaction ends. Raises `conflict` where it is not as it was
    shown, or is gone.
    """
    found = type(row)._default_manager.select_for_update(no_key=True).filter(pk=row.pk).first()
    if found is None or (seen is not None and seen != fingerprint(found)):
        raise conflict()
    return found


def conflict() -> OrganizationError:
    """Two admins have changed the same: the second is told."""
    return OrganizationError(
        "conflict",
        _(
            "Admin lain baru saja mengubah data ini, jadi perubahan Anda belum disimpan. Bandingkan isian "
            "Anda dengan yang tersimpan sekarang, lalu kirim lagi bila masih perlu."
        ),
    )


def not_a_member() -> OrganizationError:
    return OrganizationError("not_a_member", _("Orang ini bukan lagi anggota instansi."))


def here() -> Office:
    office = current_office()
    if office is None:
        raise OfficeAccessError("Members are changed inside their office.")
    return office


def watch_staff() -> None:
    """Has the office's worker look, once this is stored, whether somebody is there for every role."""
    set_alarm(here(), kind=STAFF_ALARM, key=STAFF_CHANGED, due_at=timezone.now())


def note(actor: Actor, what: str, target: object) -> None:
    log.info("%s: %s by %s %s", what, target, actor.kind.value, actor.id)
