"""Members: who works here, and what happens when somebody leaves."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from central.accounts.services import revoke_tokens
from central.offices.access import public
from workflows.cases import Actor

from ..models import Member
from .absence import forget_absences
from .common import OrganizationError, demand_admin, here, locked, log, not_a_member, note, watch_staff
from .handovers import hand_over_work
from .holdings import end_all, release


def add_member(
    *,
    actor: Actor,
    name: str,
    email: str,
    phone: str = "",
    is_admin: bool = False,
    user_id: int | None = None,
) -> Member:
    """Adds a person. Without `user_id` they cannot sign in, and hold no role, until their invitation is
    accepted. Raises `email_taken`.
    """
    demand_admin(actor)
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
    note(actor, "member added", member.pk)
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
    demand_admin(actor)
    if is_admin is False and member.is_admin:
        _demand_another_admin(member)
    member = locked(member, seen)
    member.name, member.phone = name, phone
    becomes_admin = bool(is_admin) and not member.is_admin
    if is_admin is not None and is_admin is not member.is_admin:
        member.is_admin = is_admin
        watch_staff()  # another admin may stand in now for what nobody holds
    member.save(update_fields=["name", "phone", "is_admin"])
    if becomes_admin:
        end_tokens(member)
    note(actor, "member changed", member.pk)
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
    watch_staff()  # until now they held nothing
    log.info("member %s linked to an account", member.pk)
    return member


def deactivate_member(member: Member, *, actor: Actor, heir: Member | None = None) -> Member:
    """Ends somebody's work here: their holdings end today. Work meant for them alone goes to the heir as far
    as they have a role for it, and else back to its roles: nobody leaves with work that nobody can take.

    Raises as `hand_over_work`, `last_admin`, `not_a_member` for somebody who has left already, and `conflict`
    where they are given work at this very moment.
    """
    demand_admin(actor)
    if heir is not None:
        hand_over_work(member, actor=actor, heir=heir)
    nothing: dict[int, frozenset[str]] = {member.pk: frozenset()}
    release(nothing, actor, lock=False)
    if member.is_admin:
        _demand_another_admin(member)
    member = locked(member)  # from here on nobody gives them work or a position
    if not member.is_active:
        raise not_a_member()
    now = timezone.now()
    member.is_active, member.left_at = False, now
    member.save(update_fields=["is_active", "left_at"])
    forget_absences(member)
    end_all(Q(member=member))
    release(nothing, actor, wait=False)
    end_tokens(member)
    note(actor, "member deactivated", member.pk)
    return member


def end_tokens(member: Member) -> None:
    """Takes back the member's API tokens for this office: who comes back later, or has more rights from now
    on, makes new ones.
    """
    office = here()
    if member.user_id is not None:
        with public():
            revoke_tokens(member.user_id, office_id=office.pk)


def _demand_another_admin(member: Member) -> None:
    others = Member.objects.select_for_update(no_key=True).filter(is_admin=True, is_active=True)
    if all(other.pk == member.pk for other in others):
        raise OrganizationError(
            "last_admin", _("Instansi harus punya paling sedikit satu admin. Angkat admin lain lebih dahulu.")
        )
