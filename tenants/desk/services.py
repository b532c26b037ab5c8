"""The desk's commands: noting a look, and keeping who works here. Steps on complaints are those of the core.

All of them run in public mode.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import ValidationError

from central.accounts.models import User
from central.coordination.models import DeskLook, GovernmentWork
from central.offices.models import Government, GovernmentMember, Office
from central.onboarding import services as onboarding
from central.onboarding.models import Invitation
from tenants.errors import ServiceError
from workflows.common import Span

from .queries import DeskPerson

REASON, FILE, OVERSIGHT = "reason", "file", "oversight"
"""Purposes of looks beside those that come from the work: `handed_up`, `follow_up`, and `step:` with the
stage.
"""

PURPOSE_LENGTH = 40
MOST_BOUNCES = 20
SAME_PAGE = timedelta(minutes=10)
"""Small copies of pictures belong to the look at the page that shows them, for so long."""


class DeskError(ServiceError):
    """A command of the desk was refused; nothing was changed. Codes: `no_role`, `last_admin`,
    `known_member`, `not_member`, `no_invitation`, `bad_rules`, `known_office`.
    """


# --- looks --------------------------------------------------------------------------------------------------


def purpose_of(work: GovernmentWork, person: DeskPerson) -> str:
    """Why somebody opens a complaint: for the step that is theirs, as one that was handed up or referred, or,
    an admin without the role, to oversee.
    """
    if work.role and work.role not in person.roles:
        return OVERSIGHT
    if work.kind != GovernmentWork.Kind.STEP:
        return str(work.kind)
    return f"{GovernmentWork.Kind.STEP.value}:{work.stage}"[:PURPOSE_LENGTH]


def note_look(
    person: DeskPerson, government: Government, office: Office, uid: UUID, purpose: str, *, again: bool = True
) -> None:
    """Writes into the log that somebody of the desk is about to read a complaint's content.

    Called in public mode, outside any transaction that could take it back: a look that failed stays noted.
    `again` False: not where the person's look at this complaint was noted some minutes ago.
    """
    now = timezone.now()
    if not again:
        recent = DeskLook.objects.filter(
            government=government, uid=uid, user_id=person.user_id, at__gt=now - SAME_PAGE
        )
        if recent.exists():
            return
    note_looks(person, government, [(office, uid)], purpose)


def note_looks(
    person: DeskPerson, government: Government, cases: Iterable[tuple[Office, UUID]], purpose: str
) -> None:
    """As `note_look`, for several complaints of one page. One statement."""
    now = timezone.now()
    rows = [
        DeskLook(
            user_id=person.user_id,
            user_name=person.name[:150],
            government=government,
            office=office,
            uid=uid,
            purpose=purpose,
            at=now,
        )
        for office, uid in cases
    ]
    if rows:
        DeskLook.objects.bulk_create(rows)


# --- people -------------------------------------------------------------------------------------------------


def invite(government: Government, *, email: str, name: str, role: str, invited_by: int | None) -> str:
    """Invites somebody to the desk by mail, with one role to begin with; returns the link.

    An earlier invitation of the address to this desk stops working. Raises `DeskError("known_member")`.
    """
    email = email.strip().lower()
    known = GovernmentMember.objects.filter(government=government, user__email=email, is_active=True)
    if known.exists():
        raise DeskError(
            "known_member",
            _("Orang ini sudah menjadi anggota meja. Ubah perannya pada daftar anggota."),
            {"email": _("Sudah menjadi anggota meja ini.")},
        )
    kinds = Invitation.Kind
    kind = kinds.GOVERNMENT_ADMIN if role == GovernmentMember.ADMIN else kinds.GOVERNMENT_MEMBER
    with transaction.atomic():
        _end_invitations(government, email)
        return onboarding.invite(
            kind, email, government=government, role=role, name=name, invited_by=invited_by
        )


def cancel_invitation(government: Government, pk: int) -> str:
    """Has an invitation's link stop working; returns the address. Raises `DeskError("no_invitation")`."""
    found = Invitation.objects.filter(
        government=government, pk=pk, used_at=None, expires_at__gt=timezone.now()
    ).first()
    if found is None:
        raise DeskError("no_invitation", _("Undangan ini sudah tidak berlaku atau sudah dipakai."))
    _end_invitations(government, found.email)
    return found.email


@transaction.atomic
def set_roles(government: Government, user: User, roles: Collection[str]) -> None:
    """Gives a member of the desk exactly these roles, at once.

    Raises `DeskError`: `no_role` for none at all, `not_member`, `last_admin` where nobody would be left to
    keep the desk.
    """
    _lock(government)
    held = _held(government, user)
    if not roles:
        raise DeskError(
            "no_role",
            _("Pilih paling sedikit satu peran, atau akhiri keanggotaannya."),
            {"roles": _("Pilih paling sedikit satu peran.")},
        )
    if GovernmentMember.ADMIN in held and GovernmentMember.ADMIN not in roles:
        _keep_an_admin(government, user)
    for role in roles:
        GovernmentMember.objects.update_or_create(
            user=user, government=government, role=role, defaults={"is_active": True}
        )
    GovernmentMember.objects.filter(user=user, government=government).exclude(role__in=list(roles)).update(
        is_active=False
    )


@transaction.atomic
def deactivate(government: Government, user: User) -> None:
    """Ends somebody's work at the desk, at once; what they did stays on record.

    Raises `DeskError`: `not_member` or `last_admin`.
    """
    _lock(government)
    if GovernmentMember.ADMIN in _held(government, user):
        _keep_an_admin(government, user)
    GovernmentMember.objects.filter(user=user, government=government).update(is_active=False)
    _end_invitations(government, user.email)


# --- rules --------------------------------------------------------------------------------------------------


@transaction.atomic
def change_rules(
    government: Government, *, direct_handover: bool, bounce_limit: int, desk_limit: str
) -> dict[str, str]:
    """Changes how complaints go between the offices, at once. Returns what has changed, each as "old>new".

    `desk_limit`: a span such as `60 WM`; what lies before the desk already keeps its limit. Raises
    `DeskError("bad_rules")`.
    """
    row = Government.objects.select_for_update(no_key=True).get(pk=government.pk)
    try:
        limit = str(Span.model_validate(desk_limit))
    except ValidationError:
        raise DeskError(
            "bad_rules",
            _("Batas waktu meja pusat belum benar."),
            {"desk_limit": _("Isi jumlah dan satuannya.")},
        ) from None
    if not 1 <= bounce_limit <= MOST_BOUNCES:
        raise DeskError(
            "bad_rules",
            _("Batas perpindahan belum benar."),
            {"bounce_limit": _("Isi angka 1 sampai %(most)d.") % {"most": MOST_BOUNCES}},
        )
    given = {"direct_handover": direct_handover, "bounce_limit": bounce_limit, "desk_limit": limit}
    changed = {
        name: f"{getattr(row, name)}>{value}" for name, value in given.items() if getattr(row, name) != value
    }
    for name, value in given.items():
        setattr(row, name, value)
    row.save(update_fields=list(given))
    return changed


def _lock(government: Government) -> None:
    """Two admins who take each other's role away follow one another."""
    Government.objects.select_for_update(no_key=True).get(pk=government.pk)


def _held(government: Government, user: User) -> set[str]:
    rows = GovernmentMember.objects.filter(user=user, government=government, is_active=True)
    held = set(rows.values_list("role", flat=True))
    if not held:
        raise DeskError("not_member", _("Orang ini bukan anggota meja ini lagi."))
    return held


def _keep_an_admin(government: Government, leaving: User) -> None:
    others = GovernmentMember.objects.filter(
        government=government, role=GovernmentMember.ADMIN, is_active=True, user__is_active=True
    ).exclude(user=leaving)
    if not others.exists():
        raise DeskError(
            "last_admin",
            _("Meja ini harus mempunyai admin. Jadikan orang lain admin dahulu."),
        )


def _end_invitations(government: Government, email: str) -> None:
    now = timezone.now()
    Invitation.objects.filter(government=government, email=email, used_at=None, expires_at__gt=now).update(
        expires_at=now
    )
