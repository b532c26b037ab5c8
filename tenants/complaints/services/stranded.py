"""Open work that is meant for somebody who can no longer do it, or for a unit in which nobody can.

A first admin stands in for a role only until somebody holds it, and a unit may lose its only officer. What
was meant for them alone would be nobody's: it goes back to the unit, else to the holders of the role.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from central.coordination.services import clear_alarm, set_alarm
from tenants.complaints.models import Complaint, Coordination, WorkItem
from tenants.organization.queries import Person, actor_for_member, everybody
from workflows.cases import SYSTEM, Scope

from . import record
from .step import here, locked
from .upkeep import meant_for, release_work_of

STRANDED_ALARM = "stranded"
"""Kind of the alarm at which such work is given back. Its key: `member:` and an id, or `unit:` and a code."""

_MEMBER, _UNIT = "member:", "unit:"


def watch_stranded(now: datetime) -> None:
    """Has the office called about such work. It is given back by that call, which holds nothing that a step
    under way may wait for. Four statements where there is none.
    """
    people = everybody()
    found = [f"{_MEMBER}{pk}" for pk in [*_members(people), *_asked_and_gone()]]
    found += [f"{_UNIT}{code}" for code in _units(people)]
    for key in found:
        set_alarm(here(), kind=STRANDED_ALARM, key=key, due_at=now)


def on_stranded_alarm(key: str, now: datetime) -> None:
    """Gives such work back, if it still is. `key`: see `STRANDED_ALARM`."""
    clear_alarm(here(), kind=STRANDED_ALARM, key=key)
    if key.startswith(_UNIT):
        _release_unit(key.removeprefix(_UNIT))
        return
    member_id = int(key.removeprefix(_MEMBER))
    person = actor_for_member(member_id)
    release_work_of(member_id, actor=SYSTEM, keeping=person.roles if person is not None else ())


def _members(people: Sequence[Person]) -> list[int]:
    """The ids of members for whom alone there is work that they hold no role for."""
    held = {person.id: person.roles for person in people}
    rows = WorkItem.objects.filter(closed_at=None, member__isnull=False).order_by()
    pairs = rows.values_list("member_id", "roles").distinct()
    doubtful = {pk for pk, roles in pairs if held.get(pk, frozenset()).isdisjoint(roles)}
    found = []
    for pk in sorted(doubtful):
        person = actor_for_member(pk)  # who may stand in for a role that nobody holds
        if meant_for(pk, person.roles if person is not None else ()).exists():
            found.append(pk)
    return found


def _asked_and_gone() -> list[int]:
    """The ids of those who left while a question waited for their answer."""
    rows = Coordination.objects.filter(state=Coordination.State.OPEN, member__is_active=False).order_by()
    return sorted(set(rows.values_list("member_id", flat=True)))


def _units(people: Sequence[Person]) -> list[str]:
    """The codes of units with work for a role that nobody holds in them."""
    pairs = _of_units().values_list("unit__code", "roles").distinct()
    doubtful = [(code, roles) for code, roles in pairs if not _somebody(people, code, roles)]
    stand_ins = _stand_ins(people) if doubtful else []
    return sorted({code for code, roles in doubtful if not _somebody(stand_ins, code, roles)})


def _of_units() -> QuerySet[WorkItem]:
    """The office's open work that is meant for a unit."""
    rows = WorkItem.objects.filter(closed_at=None, member=None, unit__isnull=False, scope=Scope.OFFICE.value)
    return rows.order_by()


def _somebody(people: Sequence[Person], unit: str, roles: Collection[str]) -> bool:
    return any(unit in person.units and not person.roles.isdisjoint(roles) for person in people)


def _stand_ins(people: Sequence[Person]) -> list[Person]:
    """The admins with what they stand in for."""
    found = (actor_for_member(one.id) for one in people if one.is_admin and one.id is not None)
    return [person for person in found if person is not None]


def _release_unit(code: str) -> None:
    """Opens the work of a unit in which nobody can do it to every holder of its role."""
    people = everybody()
    people += _stand_ins(people)
    rows = _of_units().filter(unit__code=code).values_list("complaint_id", "complaint__uid", "roles")
    touched = {(pk, uid) for pk, uid, roles in rows if not _somebody(people, code, roles)}
    # In the order in which a change of the calendar locks them too.
    for _pk, uid in sorted(touched):
        complaint = locked(uid)
        mine = _of_units().filter(unit__code=code, complaint=complaint)
        lines = [item.line for item in mine if not _somebody(people, code, item.roles)]
        if lines:
            _open_to_all(complaint, code, lines)


def _open_to_all(complaint: Complaint, unit: str, lines: Sequence[str]) -> None:
    """Takes the unit from these lines of a locked complaint; it is still about that unit."""
    for line in lines:
        complaint.state["lines"][line]["unit"] = None
    complaint.version += 1
    event = record.plain_event(
        complaint, "release_work", actor=SYSTEM, at=timezone.now(), data={"unit": unit}
    )
    complaint.save(update_fields=["state", "version", "chain"])
    event.save(force_insert=True)
    complaint.work_items.filter(closed_at=None, line__in=lines).update(unit=None)
