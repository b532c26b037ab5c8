"""What an office's alarms have it do, and what changes of people and calendar mean for open work."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Min, QuerySet
from django.utils import timezone

from central.coordination.services import clear_alarm, ensure_alarm, set_alarm
from tenants.complaints import files
from tenants.complaints.models import Attachment, Clock, Complaint, DraftFile, IntakeKey, WorkItem
from tenants.procedure.queries import settings_now
from workflows.cases import Actor
from workflows.common import TimeUnit

from . import record
from .byitself import recompute, ring
from .passing import give_back, questions_to
from .step import here, locked

log = logging.getLogger(__name__)

FILES_ALARM = files.SWEEP
RECOMPUTE_ALARM = "recompute"
RECOMPUTE_ONE_ALARM = "recompute-one"
RECOMPUTE_PAGE = 100

KEEP_KEYS = timedelta(days=7)
"""How long a sent Idempotency-Key is remembered."""


def on_case_alarm(key: str, now: datetime) -> None:
    """A moment of a complaint has come. `key`: its uid."""
    ring(UUID(key), now)


def on_files_alarm(key: str, now: datetime) -> None:
    """Sweeps the store and old keys; comes back while there are files that could be left behind. `key`: of a
    complaint that is gone, whose files are swept once.
    """
    files.sweep(now)
    IntakeKey.objects.filter(created_at__lt=now - KEEP_KEYS).delete()
    office = here()
    if key != files.SWEEP:
        clear_alarm(office, kind=files.SWEEP, key=key)
        return
    lately = Attachment.objects.filter(created_at__gt=now - KEEP_KEYS)
    if DraftFile.objects.exists() or IntakeKey.objects.exists() or lately.exists():
        set_alarm(office, kind=files.SWEEP, key=key, due_at=now + files.KEEP_UNREFERENCED)
    else:
        clear_alarm(office, kind=files.SWEEP, key=key)


def release_work_of(member_id: int, *, actor: Actor, keeping: Collection[str] = (), wait: bool = True) -> int:
    """Open work that was meant for one person goes back to whoever else owns it: their unit, else the roles.

    Called when somebody leaves or loses a role: nobody else could act on it. `keeping`: roles whose work
    stays with them; without any, questions that wait for their answer go back to who asked. Returns how many
    complaints it touched.

    `wait`: for steps that are under way on these complaints. Without it a `ComplaintError("conflict")` says
    that there is one: for a caller who holds what such a step may wait for.
    """
    touched = 0
    for uid in waiting_for(member_id, keeping):
        complaint = locked(uid, wait=wait)
        work = released(complaint, member_id, keeping, actor)
        questions = 0 if keeping else give_back(complaint, member_id)
        touched += bool(work or questions)
    return touched


def waiting_for(member_id: int, keeping: Collection[str]) -> list[UUID]:
    """The complaints with work or a question for one person alone, by uid: in the order in which a change of
    the calendar locks them too.
    """
    work = meant_for(member_id, keeping).values_list("complaint_id", "complaint__uid")
    questions = questions_to(member_id, keeping).values_list("complaint_id", "complaint__uid")
    return [uid for _pk, uid in sorted({*work, *questions})]


def meant_for(member_id: int, keeping: Collection[str]) -> QuerySet[WorkItem]:
    found = WorkItem.objects.filter(member_id=member_id, closed_at=None)
    return found.exclude(roles__overlap=list(keeping)) if keeping else found


def released(complaint: Complaint, member_id: int, keeping: Collection[str], actor: Actor) -> bool:
    """Whether a locked complaint had such work, which is the member's no longer."""
    mine = meant_for(member_id, keeping).filter(complaint=complaint)
    lines = list(mine.values_list("line", flat=True))
    if not lines:
        return False  # it was done while we waited for the lock
    for code in lines:
        complaint.state["lines"][code]["member"] = None
    if complaint.member_id == member_id:
        complaint.member_id = None
    complaint.version += 1
    event = record.plain_event(
        complaint, "release_work", actor=actor, at=timezone.now(), data={"member": member_id}
    )
    complaint.save(update_fields=["state", "member", "version", "chain"])
    event.save(force_insert=True)
    mine.update(member=None)
    return True


def on_recompute_alarm(key: str, now: datetime) -> None:
    """Reckons the clocks of open complaints anew after the calendar was changed, a page at a time by id.

    `key`: the id that is done. The next page is the next alarm's, so that no transaction locks a whole
    office. A complaint that meets an error gets an alarm of its own and holds up no other.
    """
    office = here()
    # First: the calendar may change again meanwhile, and that alarm must not be taken for this one. Whoever
    # sets it waits for this transaction.
    clear_alarm(office, kind=RECOMPUTE_ALARM, key=key)
    rows = list(
        Complaint.objects.filter(pk__gt=int(key), work_items__closed_at=None)
        .order_by("pk")
        .values_list("pk", "uid")
        .distinct()[:RECOMPUTE_PAGE]
    )
    for _pk, uid in rows:
        try:
            with transaction.atomic():
                recompute(uid, now)
        except Exception:
            log.exception("the clocks of complaint %s were not reckoned anew", uid)
            set_alarm(office, kind=RECOMPUTE_ONE_ALARM, key=uid.hex, due_at=now)
    if len(rows) == RECOMPUTE_PAGE:
        set_alarm(office, kind=RECOMPUTE_ALARM, key=str(rows[-1][0]), due_at=now)


def watch_decrees(now: datetime) -> None:
    """Has clocks reckoned anew where a decree that came with the platform, not with the office's settings,
    has settled a year since they were reckoned. Two statements.
    """
    office = here()
    open_ones = Clock.objects.filter(stopped_at=None, provisional=True)
    first = open_ones.aggregate(first=Min("due_at"))["first"]
    if first is None:
        return
    calendar = settings_now().work_calendar(office.timezone)
    if not calendar.provisional(first, TimeUnit.WORKING_DAYS):
        ensure_alarm(office, kind=RECOMPUTE_ALARM, key="0", due_at=now)


def on_recompute_one_alarm(key: str, now: datetime) -> None:
    """Tries a complaint again whose clocks could not be reckoned anew. `key`: its uid. While that fails, the
    alarm comes back, later each time.
    """
    clear_alarm(here(), kind=RECOMPUTE_ONE_ALARM, key=key)
    if Complaint.objects.filter(uid=UUID(key)).exists():
        recompute(UUID(key), now)
