"""Who holds which position, and what becomes of work that was meant for somebody who holds it no longer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from central.coordination.services import clear_alarm, set_alarm
from workflows.cases import SYSTEM, Actor

from ..models import Absence, Holding, Member, Position
from ..queries import local_zone, today
from .common import OrganizationError, demand_assigner, here, locked, not_a_member, note, watch_staff

HOLDING_ALARM = "holding"
"""Kind of the alarm of a holding that ends by itself; its key is the holding's id."""


def assign(
    *,
    actor: Actor,
    member: Member,
    position: Position,
    acting_kind: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    absence: Absence | None = None,
) -> Holding:
    """Gives a position to a member from a date (office-local; default today) to a date, both included, or
    open.

    `acting_kind`: "" for the definitive officer, `plt` or `plh` for an acting one; `absence`: whose days
    these are. Raises `position_closed`, `not_assigner`, `not_a_member`, `bad_dates` and `position_taken` (the
    same person holds it already at that time).
    """
    demand_assigner(actor, position.roles)
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
    member, position = locked(member), locked(position)
    if not position.is_active:
        raise OrganizationError("position_closed", _("Jabatan ini sudah ditutup."))
    if not member.is_active:
        raise not_a_member()
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
        member=member,
        position=position,
        acting_kind=acting_kind,
        starts_on=starts_on,
        ends_on=ends_on,
        absence=absence,
    )
    _watch_the_end(holding)
    watch_staff()
    note(actor, "position assigned", holding.pk)
    return holding


def end_holding(
    holding: Holding, *, actor: Actor, ends_on: date | None = None, seen: str | None = None
) -> Holding:
    """Ends a holding on a date (its last day; default: yesterday, so that it has ended now).

    A holding that had not begun by then is taken back altogether. Work that was meant for its holder alone
    goes back to its roles once they have lost the role for it. Raises `not_assigner`, and `conflict`,
    also where somebody else has taken it back; `seen`: as in `update_unit`.
    """
    demand_assigner(actor, holding.position.roles, taking=True)
    ends_on = ends_on or today() - timedelta(days=1)
    over = ends_on < today()
    kept = {holding.member_id: roles_besides(holding.member_id, holding=holding)} if over else {}
    release(kept, actor)
    holding = locked(holding, seen)
    note(actor, "holding ended", holding.pk)
    shorten(holding, ends_on)
    release(kept, actor, wait=False)
    return holding


def shorten(holding: Holding, ends_on: date) -> None:
    """Has a locked holding end on a day; takes it back where it had not begun by then."""
    if ends_on < holding.starts_on:
        holding.delete()
        return
    holding.ends_on = ends_on
    holding.save(update_fields=["ends_on"])
    _watch_the_end(holding)


def on_holding_alarm(key: str, now: datetime) -> None:
    """The last day of a holding is over. `key`: its id."""
    clear_alarm(here(), kind=HOLDING_ALARM, key=key)
    holding = Holding.objects.filter(pk=int(key)).first()
    if holding is None:
        return
    if not _is_over(holding):
        _watch_the_end(holding)  # it was made longer since
        return
    kept = {holding.member_id: roles_besides(holding.member_id)}
    release(kept, SYSTEM)
    release(kept, SYSTEM, wait=False)


def _watch_the_end(holding: Holding) -> None:
    """Has the office called when the last day of a holding is over."""
    if holding.ends_on is None or _is_over(holding):
        return
    after = datetime.combine(holding.ends_on + timedelta(days=1), time.min, local_zone())
    set_alarm(here(), kind=HOLDING_ALARM, key=str(holding.pk), due_at=after)


def _is_over(holding: Holding) -> bool:
    return holding.ends_on is not None and holding.ends_on < today()


def running() -> QuerySet[Holding]:
    """Holdings that have not ended, also those that have not begun."""
    return Holding.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today()))


def roles_besides(
    member_id: int, *, holding: Holding | None = None, position: Position | None = None
) -> frozenset[str]:
    """The roles that somebody holds today, but for one holding or by other positions."""
    rows = running().filter(member_id=member_id, starts_on__lte=today(), position__is_active=True)
    if holding is not None:
        rows = rows.exclude(pk=holding.pk)
    if position is not None:
        rows = rows.exclude(position=position)
    return frozenset(role for roles in rows.values_list("position__roles", flat=True) for role in roles)


def release(
    kept: Mapping[int, frozenset[str]], actor: Actor, *, wait: bool = True, lock: bool = True
) -> None:
    """Gives back what is meant for members alone for which they keep no role. `kept`: the roles by member.

    Called twice: first for what lies there, waiting for steps that are under way; then these members are
    locked, so that no step gives them more, and it is called without `wait` for what was given meanwhile.
    """
    from tenants.complaints.services import release_work_of

    for pk in sorted(kept):
        release_work_of(pk, actor=actor, keeping=kept[pk], wait=wait)
    if wait and lock:
        list(Member.objects.select_for_update(no_key=True).filter(pk__in=kept).order_by("pk").values("pk"))
    if not wait:
        watch_staff()


def end_all(condition: Q) -> None:
    """Ends what runs so that it counts no longer from today; what has not begun is taken back."""
    day = today()
    ending = running().filter(condition)
    ending.filter(starts_on__gte=day).delete()
    ending.update(ends_on=day - timedelta(days=1))
