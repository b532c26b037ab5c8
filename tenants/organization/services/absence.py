"""Somebody is away for some days: a substitute acts in their positions, and nothing new is given to them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from central.coordination.services import clear_alarm, set_alarm
from central.dates import DAY, written
from workflows.cases import SYSTEM, Actor

from ..models import Absence, Member
from ..queries import absences, absences_between, local_zone, today
from .acting import settle
from .common import OrganizationError, conflict, demand_admin, here, not_a_member, note, watch_staff

ABSENCE_ALARM = "absence"
"""Kind of the alarm at which an absence begins or is over; its key is the member's id."""


def note_absence(
    member: Member, *, actor: Actor, starts_on: date, ends_on: date, substitute: Member | None = None
) -> Absence:
    """Notes that a member is away from a date to a date (office-local, both included), beside what was noted
    before.

    The substitute holds the member's positions as Plh. on these days. On the first day, or now if that is
    today, the office's worker gives the open work that is meant for the member alone to the substitute, or
    without one to the holders of its role; nothing new is given to the member. Their rights stay.

    Raises `bad_dates`, `not_a_member`, `absence_overlaps` (one of these days is noted already) and
    `bad_substitute` (who is the same person, or away on one of these days).
    """
    demand_admin(actor)
    return _put(Absence(member=member), actor, starts_on, ends_on, substitute)


def change_absence(
    absence: Absence, *, actor: Actor, starts_on: date, ends_on: date, substitute: Member | None = None
) -> Absence:
    """Other days or another substitute. Who acted until now, and does no more, acts until yesterday.

    Raises as `note_absence`, and `conflict` where it was taken back or is over.
    """
    demand_admin(actor)
    return _put(absence, actor, starts_on, ends_on, substitute)


def _put(
    absence: Absence, actor: Actor, starts_on: date, ends_on: date, substitute: Member | None
) -> Absence:
    if ends_on < starts_on or ends_on < today():
        raise OrganizationError(
            "bad_dates",
            _("Hari terakhir tidak hadir harus sesudah hari pertamanya dan belum lewat."),
            {"ends_on": _("terlalu awal")},
        )
    rows = _locked_in_order(absence.member_id, substitute)
    member = rows[absence.member_id]
    if not member.is_active:
        raise not_a_member()
    known: tuple[date, date] | None = None
    if absence.pk is not None:
        absence = _locked(absence)
        same = substitute is not None and absence.substitute_id == substitute.pk
        known = (absence.starts_on, absence.ends_on) if same else None
    absence.starts_on, absence.ends_on = starts_on, ends_on
    absence.member, absence.substitute = member, rows[substitute.pk] if substitute is not None else None
    _demand_free(absence)
    _demand_substitute(absence, known)
    absence.save()
    settle(absence, actor)
    _call(member)
    watch_staff()
    note(actor, "absence noted", member.pk)
    return absence


def end_absence(absence: Absence, *, actor: Actor) -> None:
    """The member is back, or does not go: the days that are left are taken back, and so are the substitute's
    Plh. positions. Raises `conflict` where somebody else has taken it back.
    """
    demand_admin(actor)
    _locked_in_order(absence.member_id, absence.substitute)
    absence = _locked(absence)
    _take_back(absence)
    _call(absence.member)
    watch_staff()
    note(actor, "absence ended", absence.member_id)


def forget_absences(member: Member) -> None:
    """Somebody leaves: what they would have been away for is nothing any more, and they act for nobody. Who
    acts for them now does so to the noted day, as nobody else holds the position.
    """
    for absence in absences([member]).filter(starts_on__gt=today()):
        _take_back(absence)
    absences().filter(substitute=member).update(substitute=None)


def on_absence_alarm(key: str, now: datetime) -> None:
    """The first day of an absence has come, or its last one is over. `key`: the member's id.

    No member is locked here: what waits for a step that is under way must hold nothing that the step needs.
    """
    from tenants.complaints.services import hand_over_work_of

    clear_alarm(here(), kind=ABSENCE_ALARM, key=key)
    member = Member.objects.filter(pk=int(key), is_active=True).first()
    if member is None:
        return
    running = absences_between(today(), today())
    absence = running.filter(member=member).select_related("substitute").first()
    if absence is not None:
        substitute = absence.substitute
        there = substitute is not None and not running.filter(member=substitute).exists()
        hand_over_work_of(member.pk, heir_id=absence.substitute_id if there else None, actor=SYSTEM)
    _call(member, begun=absence)
    watch_staff()


def _call(member: Member, *, begun: Absence | None = None) -> None:
    """Has the office called when the next absence begins, at once if one has begun. `begun`: one that the
    office was called for; then when it is over.
    """
    if begun is not None:
        day = begun.ends_on + timedelta(days=1)
    else:
        first = absences([member]).first()
        if first is None:
            clear_alarm(here(), kind=ABSENCE_ALARM, key=str(member.pk))
            return
        day = first.starts_on
    at = datetime.combine(day, time.min, local_zone())
    set_alarm(here(), kind=ABSENCE_ALARM, key=str(member.pk), due_at=max(at, timezone.now()))


def _demand_free(absence: Absence) -> None:
    noted = absences_between(absence.starts_on, absence.ends_on).filter(member=absence.member)
    other = noted.exclude(pk=absence.pk).first()
    if other is None:
        return
    words = _("Sudah tercatat tidak hadir %(from)s sampai %(to)s. Ubah catatan itu, atau pilih hari lain.")
    text = words % {"from": written(other.starts_on, DAY), "to": written(other.ends_on, DAY)}
    raise OrganizationError("absence_overlaps", text, {"starts_on": text})


def _demand_substitute(absence: Absence, known: tuple[date, date] | None) -> None:
    """`known`: the days for which they were substitute until now; where they went away on some of these
    since, whoever acts for them does.
    """
    substitute = absence.substitute
    if substitute is None:
        return
    away = any(
        known is None
        or max(other.starts_on, absence.starts_on) < known[0]
        or min(other.ends_on, absence.ends_on) > known[1]
        for other in absences_between(absence.starts_on, absence.ends_on).filter(member=substitute)
    )
    if substitute.pk == absence.member_id or not substitute.is_active or away:
        words = _("Pengganti harus orang lain yang bertugas pada hari-hari itu.")
        raise OrganizationError("bad_substitute", words, {"substitute": words})


def _take_back(absence: Absence) -> None:
    """The days from today on are none of this absence any more."""
    begun = absence.starts_on < today()
    absence.ends_on = today() - timedelta(days=1)
    if begun:
        absence.save(update_fields=["ends_on"])
    settle(absence, SYSTEM)  # whoever may note an absence may note its end
    if not begun:
        absence.delete()


def _locked(absence: Absence) -> Absence:
    """As it is now, kept so. Raises `conflict` where it is gone or over."""
    rows = Absence.objects.select_for_update(no_key=True, of=("self",)).select_related("member", "substitute")
    found = rows.filter(pk=absence.pk, ends_on__gte=today()).first()
    if found is None:
        raise conflict()
    return found


def _locked_in_order(member_id: int, substitute: Member | None) -> dict[int, Member]:
    """Both by id, locked in that order, so that two who stand in for each other do not wait for one another
    for ever.
    """
    wanted = {member_id} | ({substitute.pk} if substitute is not None else set())
    rows = Member.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=wanted).order_by("pk")
    found = {row.pk: row for row in rows}
    if len(found) < len(wanted):
        raise not_a_member()
    return found
