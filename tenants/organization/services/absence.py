"""Somebody is away for some days: a substitute acts in their positions, and nothing new is given to them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from central.coordination.services import clear_alarm, set_alarm
from workflows.cases import SYSTEM, Actor

from ..models import Holding, Member
from ..queries import local_zone, today
from .common import OrganizationError, demand_admin, here, locked, not_a_member, note, watch_staff
from .holdings import assign, end_holding

ABSENCE_ALARM = "absence"
"""Kind of the alarm at which an absence begins or is over; its key is the member's id."""


def set_absence(
    member: Member, *, actor: Actor, starts_on: date, ends_on: date, substitute: Member | None = None
) -> Member:
    """Notes that a member is away from a date to a date (office-local, both included), in place of what was
    noted before.

    The substitute holds the member's positions as Plh. on these days. On the first day, or now if that is
    today, the office's worker gives the open work that is meant for the member alone to the substitute, or
    without one to the holders of its role; nothing new is given to the member. Their rights stay.

    Raises `bad_dates`, `not_a_member` and `bad_substitute` (who is the same person, or away on one of these
    days).
    """
    demand_admin(actor)
    if ends_on < starts_on or ends_on < today():
        raise OrganizationError(
            "bad_dates",
            _("Hari terakhir tidak hadir harus sesudah hari pertamanya dan belum lewat."),
            {"ends_on": _("terlalu awal")},
        )
    rows = {row.pk: row for row in _locked_in_order(member, substitute)}
    member = rows[member.pk]
    if not member.is_active:
        raise not_a_member()
    if substitute is not None:
        substitute = rows[substitute.pk]
        _demand_there(member, substitute, starts_on, ends_on)
    _end_acting(member)
    member.absent_from, member.absent_until, member.substitute = starts_on, ends_on, substitute
    member.save(update_fields=["absent_from", "absent_until", "substitute"])
    if substitute is not None:
        _have_act(substitute, member, starts_on, ends_on, actor)
    _call(member)
    watch_staff()
    note(actor, "absence noted", member.pk)
    return member


def end_absence(member: Member, *, actor: Actor) -> Member:
    """The member is back, or does not go: what was noted ends, and so do the substitute's Plh. positions."""
    demand_admin(actor)
    member = locked(member)
    _end_acting(member)
    if member.absent_from is not None and member.absent_from < today():
        member.absent_until = min(member.absent_until or today(), today() - timedelta(days=1))
    else:
        member.absent_from = member.absent_until = member.substitute = None
    member.save(update_fields=["absent_from", "absent_until", "substitute"])
    clear_alarm(here(), kind=ABSENCE_ALARM, key=str(member.pk))
    watch_staff()
    note(actor, "absence ended", member.pk)
    return member


def on_absence_alarm(key: str, now: datetime) -> None:
    """The first day of an absence has come, or its last one is over. `key`: the member's id.

    No member is locked here: what waits for a step that is under way must hold nothing that the step needs.
    """
    from tenants.complaints.services import hand_over_work_of

    clear_alarm(here(), kind=ABSENCE_ALARM, key=key)
    member = Member.objects.filter(pk=int(key), is_active=True).first()
    if member is None or member.absent_until is None:
        return
    if member.is_absent(today()):
        others = Member.objects.filter(is_active=True)
        substitute = next(iter(others.in_bulk([member.substitute_id or 0]).values()), None)
        there = substitute is not None and not substitute.is_absent(today())
        hand_over_work_of(member.pk, heir_id=member.substitute_id if there else None, actor=SYSTEM)
        _call(member, member.absent_until + timedelta(days=1))
    elif today() < member.absent_until:
        _call(member)
    watch_staff()


def _call(member: Member, on: date | None = None) -> None:
    """Has the office called when a day begins, at once if it has begun; the first of the absence."""
    day = on or member.absent_from
    assert day is not None
    at = datetime.combine(day, time.min, local_zone())
    set_alarm(here(), kind=ABSENCE_ALARM, key=str(member.pk), due_at=max(at, timezone.now()))


def _demand_there(member: Member, substitute: Member, starts_on: date, ends_on: date) -> None:
    away = (
        substitute.absent_from is not None
        and substitute.absent_until is not None
        and substitute.absent_from <= ends_on
        and starts_on <= substitute.absent_until
    )
    if substitute.pk == member.pk or away or not substitute.is_active:
        words = _("Pengganti harus orang lain yang bertugas pada hari-hari itu.")
        raise OrganizationError("bad_substitute", words, {"substitute": words})


def _have_act(substitute: Member, member: Member, starts_on: date, ends_on: date, actor: Actor) -> None:
    """Gives the substitute the member's positions for these days, but those that they hold then anyway."""
    overlaps = Q(starts_on__lte=ends_on) & (Q(ends_on=None) | Q(ends_on__gte=starts_on))
    own = set(Holding.objects.filter(overlaps, member=substitute).values_list("position_id", flat=True))
    held = Holding.objects.filter(overlaps, member=member, position__is_active=True)
    for holding in held.select_related("position").order_by("pk"):
        if holding.position_id in own:
            continue
        own.add(holding.position_id)
        assign(
            actor=actor,
            member=substitute,
            position=holding.position,
            acting_kind=Holding.Acting.PLH,
            starts_on=max(starts_on, holding.starts_on),
            ends_on=min(ends_on, holding.ends_on or ends_on),
        )


def _end_acting(member: Member, only: Collection[int] | None = None) -> None:
    """Ends the Plh. positions of the absence that was noted before; with them those that somebody holds for
    the substitute, who may have gone away meanwhile. `only`: of these positions, by id.
    """
    if member.substitute_id is None or member.absent_from is None or member.absent_until is None:
        return
    held = Holding.objects.filter(member=member).values_list("position_id", flat=True)
    positions = list(held) if only is None else only
    acting = Holding.objects.filter(
        member_id=member.substitute_id,
        acting_kind=Holding.Acting.PLH,
        position__in=positions,
        starts_on__gte=member.absent_from,
        ends_on__lte=member.absent_until,
        ends_on__gte=today(),
    )
    ended = list(acting.select_related("position", "member").order_by("pk"))
    for holding in ended:
        end_holding(holding, actor=SYSTEM)  # whoever may note an absence may note its end
    if ended:
        _end_acting(ended[0].member, {holding.position_id for holding in ended})


def _locked_in_order(member: Member, substitute: Member | None) -> list[Member]:
    """Both, locked by id, so that two who stand in for each other do not wait for one another for ever."""
    wanted = {member.pk} | ({substitute.pk} if substitute is not None else set())
    rows = Member.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=wanted).order_by("pk")
    found = list(rows)
    if len(found) < len(wanted):
        raise not_a_member()
    return found
