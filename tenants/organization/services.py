"""Commands that change who is who in the office we are in. Only its admins may give them.

Each is one transaction and takes the actor; each is called inside `central.offices.access.office()`.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from central.accounts.services import revoke_tokens
from central.offices.access import OfficeAccessError, current_office, public
from tenants.errors import ServiceError
from workflows.cases import Actor, ActorKind

from .models import Holding, Member, Position, Unit
from .queries import fingerprint, today

log = logging.getLogger(__name__)

Kept = TypeVar("Kept", Unit, Position, Member, Holding)


class OrganizationError(ServiceError):
    """A change of units, positions, members or holdings that cannot be made. Codes:

    `not_admin`, `code_taken`, `email_taken`, `last_admin`, `position_taken`, `position_closed`, `in_use`,
    `bad_dates`, `not_a_member`, `loop`, `conflict` (somebody else has changed it since it was shown).
    """


def _demand_admin(actor: Actor) -> None:
    """Provisioning acts as the system; people must administer this office."""
    if actor.kind is ActorKind.SYSTEM:
        return
    if actor.kind is not ActorKind.MEMBER or not actor.is_admin:
        raise OrganizationError("not_admin", _("Hanya admin instansi yang boleh mengubah ini."))


def _locked(row: Kept, seen: str | None = None) -> Kept:
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


def _log(actor: Actor, what: str, target: object) -> None:
    log.info("%s: %s by %s %s", what, target, actor.kind.value, actor.id)


def create_unit(*, actor: Actor, code: str, name: str, parent: Unit | None = None) -> Unit:
    """Adds a unit. Raises `code_taken`."""
    _demand_admin(actor)
    try:
        with transaction.atomic():
            unit = Unit.objects.create(code=code, name=name, parent=parent)
    except IntegrityError as error:
        raise OrganizationError(
            "code_taken", _("Kode unit ini sudah dipakai. Pilih kode lain."), {"code": _("sudah dipakai")}
        ) from error
    _log(actor, "unit created", unit.pk)
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
    _demand_admin(actor)
    unit = _locked(unit, seen)
    above = parent
    while above is not None:
        if above.pk == unit.pk:
            raise OrganizationError("loop", _("Sebuah unit tidak dapat berada di bawah dirinya sendiri."))
        above = above.parent
    if not is_active and _has_open_work(unit=unit):
        raise OrganizationError(
            "in_use", _("Unit ini masih memegang aduan yang belum selesai. Pindahkan dulu aduannya.")
        )
    unit.name, unit.parent, unit.is_active = name, parent, is_active
    unit.save(update_fields=["name", "parent", "is_active"])
    _log(actor, "unit changed", unit.pk)
    return unit


def create_position(
    *, actor: Actor, code: str, title: str, unit: Unit | None = None, roles: Sequence[str] = ()
) -> Position:
    """Adds a position with the SOP roles that whoever holds it has. Raises `code_taken`."""
    _demand_admin(actor)
    try:
        with transaction.atomic():
            position = Position.objects.create(code=code, title=title, unit=unit, roles=list(roles))
    except IntegrityError as error:
        raise OrganizationError(
            "code_taken", _("Kode jabatan ini sudah dipakai. Pilih kode lain."), {"code": _("sudah dipakai")}
        ) from error
    _log(actor, "position created", position.pk)
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
    """Changes a position. Closing one ends its holdings today. Raises `conflict`; `seen`: as in
    `update_unit`.
    """
    _demand_admin(actor)
    position = _locked(position, seen)
    position.title, position.unit, position.roles, position.is_active = title, unit, list(roles), is_active
    position.save(update_fields=["title", "unit", "roles", "is_active"])
    if not is_active:
        _end_holdings(Q(position=position))
    _log(actor, "position changed", position.pk)
    return position


def add_member(
    *,
    actor: Actor,
    name: str,
    email: str,
    phone: str = "",
    is_admin: bool = False,
    user_id: int | None = None,
) -> Member:
    """Adds a person. Without `user_id` they cannot sign in until their invitation is accepted. Raises
    `email_taken`.
    """
    _demand_admin(actor)
    try:
        with transaction.atomic():
            member = Member.objects.create(
                name=name,
                email=email.strip().lower(),
                phone=phone,
                is_admin=is_admin,
                user_id=user_id,
                joined_at=timezone.now(),
            )
    except IntegrityError as error:
        raise OrganizationError(
            "email_taken",
            _("Sudah ada anggota dengan alamat surel ini."),
            {"email": _("sudah dipakai anggota lain")},
        ) from error
    _log(actor, "member added", member.pk)
    return member


def update_member(
    member: Member,
    *,
    actor: Actor,
    name: str,
    phone: str = "",
    is_admin: bool | None = None,
    seen: str | None = None,
) -> Member:
    """Changes a person's data or admin right. Raises `last_admin` and `conflict`; `seen`: as in
    `update_unit`.
    """
    _demand_admin(actor)
    if is_admin is False and member.is_admin:
        _demand_another_admin(member)
    member = _locked(member, seen)
    member.name, member.phone = name, phone
    becomes_admin = bool(is_admin) and not member.is_admin
    if is_admin is not None:
        member.is_admin = is_admin
    member.save(update_fields=["name", "phone", "is_admin"])
    if becomes_admin:
        end_tokens(member)
    _log(actor, "member changed", member.pk)
    return member


def link_user(member_id: int, user_id: int) -> Member:
    """Ties a member to the public account that accepted the invitation. Raises `not_a_member`.

    Called by the invitation's page, whose token is the proof; therefore without an actor.
    """
    member = Member.objects.select_for_update(no_key=True).filter(pk=member_id, is_active=True).first()
    if member is None or member.user_id not in (None, user_id):
        raise OrganizationError(
            "not_a_member", _("Undangan ini tidak berlaku lagi. Minta undangan baru kepada admin instansi.")
        )
    member.user_id = user_id
    member.save(update_fields=["user_id"])
    log.info("member %s linked to an account", member.pk)
    return member


def deactivate_member(member: Member, *, actor: Actor) -> Member:
    """Ends somebody's work here: their holdings end today, work meant for them alone goes back to its roles.

    Raises `last_admin`, `not_a_member` for somebody who has left already, and `conflict` where they are given
    work at this very moment.
    """
    from tenants.complaints.services import release_work_of

    _demand_admin(actor)
    if member.is_admin:
        _demand_another_admin(member)
    release_work_of(member.pk, actor=actor)
    member = _locked(member)  # from here on nobody gives them work or a position
    if not member.is_active:
        raise _not_a_member()
    now = timezone.now()
    member.is_active, member.left_at = False, now
    member.save(update_fields=["is_active", "left_at"])
    _end_holdings(Q(member=member))
    release_work_of(member.pk, actor=actor, wait=False)
    end_tokens(member)
    _log(actor, "member deactivated", member.pk)
    return member


def assign(
    *,
    actor: Actor,
    member: Member,
    position: Position,
    acting_kind: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Holding:
    """Gives a position to a member from a date (office-local; default today) to a date, both included, or
    open.

    `acting_kind`: "" for the definitive officer, `plt` or `plh` for an acting one. Raises `position_closed`,
    `not_a_member`, `bad_dates` and `position_taken` (the same person holds it already at that time).
    """
    _demand_admin(actor)
    starts_on = starts_on or today()
    if ends_on is not None and ends_on < starts_on:
        raise OrganizationError(
            "bad_dates",
            _("Tanggal selesai lebih awal daripada tanggal mulai."),
            {"ends_on": _("lebih awal daripada tanggal mulai")},
        )
    if acting_kind and ends_on is None:
        raise OrganizationError(
            "bad_dates",
            _("Isi sampai kapan Plt. atau Plh. ini bertugas."),
            {"ends_on": _("wajib diisi untuk Plt. dan Plh.")},
        )
    member, position = _locked(member), _locked(position)
    if not position.is_active:
        raise OrganizationError("position_closed", _("Jabatan ini sudah ditutup."))
    if not member.is_active:
        raise _not_a_member()
    overlapping = Holding.objects.filter(member=member, position=position).filter(
        Q(ends_on=None) | Q(ends_on__gte=starts_on)
    )
    if ends_on is not None:
        overlapping = overlapping.filter(starts_on__lte=ends_on)
    if overlapping.exists():
        raise OrganizationError(
            "position_taken", _("Orang ini sudah memegang jabatan itu pada waktu tersebut.")
        )
    holding = Holding.objects.create(
        member=member, position=position, acting_kind=acting_kind, starts_on=starts_on, ends_on=ends_on
    )
    _log(actor, "position assigned", holding.pk)
    return holding


def end_holding(
    holding: Holding, *, actor: Actor, ends_on: date | None = None, seen: str | None = None
) -> Holding:
    """Ends a holding on a date (its last day; default: yesterday, so that it has ended now).

    A holding that had not begun by then is taken back altogether. Raises `conflict`, also where somebody else
    has taken it back; `seen`: as in `update_unit`.
    """
    _demand_admin(actor)
    holding = _locked(holding, seen)
    ends_on = ends_on or today() - timedelta(days=1)
    _log(actor, "holding ended", holding.pk)
    if ends_on < holding.starts_on:
        holding.delete()
        return holding
    holding.ends_on = ends_on
    holding.save(update_fields=["ends_on"])
    return holding


def end_tokens(member: Member) -> None:
    """Takes back the member's API tokens for this office: who comes back later, or has more rights from now
    on, makes new ones.
    """
    office = current_office()
    if office is None:
        raise OfficeAccessError("Members are changed inside their office.")
    if member.user_id is not None:
        with public():
            revoke_tokens(member.user_id, office_id=office.pk)


def _end_holdings(condition: Q) -> None:
    """Ends what runs so that it counts no longer from today; what has not begun is taken back."""
    day = today()
    running = Holding.objects.filter(condition).filter(Q(ends_on=None) | Q(ends_on__gte=day))
    running.filter(starts_on__gte=day).delete()
    running.update(ends_on=day - timedelta(days=1))


def _demand_another_admin(member: Member) -> None:
    others = Member.objects.select_for_update(no_key=True).filter(is_admin=True, is_active=True)
    if all(other.pk == member.pk for other in others):
        raise OrganizationError(
            "last_admin", _("Instansi harus punya paling sedikit satu admin. Angkat admin lain lebih dahulu.")
        )


def _not_a_member() -> OrganizationError:
    return OrganizationError("not_a_member", _("Orang ini bukan lagi anggota instansi."))


def _has_open_work(*, unit: Unit) -> bool:
    from tenants.complaints.models import WorkItem

    return WorkItem.objects.filter(unit=unit, closed_at=None).exists()
