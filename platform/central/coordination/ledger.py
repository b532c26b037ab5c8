"""Commands on the ledger of handovers. Each is one transaction with the change that it tells of.

The ledger is closed to the offices' roles: these commands write it in public mode, within the transaction of
the office that they are called in.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, F, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from central.offices.access import public
from central.offices.models import Government, Office

from .models import CaseIndex, GovernmentWork, Handover


def rules_for(office: Office) -> Government:
    """The government of an office as it is now, with its rules for handovers."""
    with public():
        return Government.objects.get(pk=office.government_id)


def open_handover(
    office: Office, *, uid: uuid.UUID, number: str, by: str, desk_limit: str, due_at: datetime, now: datetime
) -> None:
    """An office has put a complaint before the central desk. `by`: whose hand it was. `desk_limit`: the span
    within which the desk is to decide, by the office's calendar `due_at`.
    """
    with public():
        before = Handover.objects.filter(uid=uid, delivered_at__isnull=False).count()
        Handover.objects.create(
            uid=uid,
            government_id=office.government_id,
            from_office_id=office.pk,
            number=number,
            opened_at=now,
            opened_by_name=by,
            desk_limit=desk_limit,
            due_at=due_at,
            hop=before,
        )
        if before:
            CaseIndex.objects.filter(uid=uid).update(hop=before)
        _handed_up(uid, office.pk).update(due_at=due_at)


def _handed_up(uid: uuid.UUID, office_id: int) -> QuerySet[GovernmentWork]:
    """What lies before the desk of a complaint."""
    kind = GovernmentWork.Kind.HANDED_UP
    return GovernmentWork.objects.filter(uid=uid, office_id=office_id, kind=kind, closed_at=None)


def waiting(uid: uuid.UUID) -> Handover | None:
    """The open row of a complaint that lies before the desk, locked."""
    with public():
        rows = Handover.objects.filter(uid=uid, state=Handover.State.WAITING)
        return rows.select_for_update(no_key=True, of=("self",)).first()


def move_waiting(row: Handover, due_at: datetime) -> None:
    """The desk has another moment to decide by: the calendar was changed."""
    with public():
        Handover.objects.filter(pk=row.pk).update(due_at=due_at)
        _handed_up(row.uid, row.from_office_id).update(due_at=due_at)


@dataclass(frozen=True, slots=True)
class Around:
    """What a complaint's way to another office depends on, as it is now. `moves`: how often it has changed
    offices; `offices`: those that were asked for, by code, of whichever government.
    """

    government: Government
    moves: int
    offices: Mapping[str, Office]


def around(office: Office, uid: uuid.UUID, codes: Iterable[str]) -> Around:
    """The government's rules, the complaint's moves and the offices with these codes. One statement: a page
    asks for it whenever it is opened.
    """
    delivered = Handover.objects.filter(uid=uid, delivered_at__isnull=False).order_by().values("uid")
    rows = Office.objects.select_related("government").annotate(
        moves=Coalesce(Subquery(delivered.annotate(count=Count("*")).values("count")), 0)
    )
    with public():
        found = {row.code: row for row in rows.filter(Q(pk=office.pk) | Q(code__in=list(codes)))}
    own = found[office.code]
    return Around(own.government, own.moves, found)


def delivered_directly(
    office: Office,
    *,
    uid: uuid.UUID,
    to: Office,
    number: str,
    number_there: str,
    by: str,
    key: uuid.UUID | None,
    now: datetime,
) -> Handover:
    """Notes that a complaint has gone straight from one office to another. `by`: whose hand it was."""
    with public():
        return Handover.objects.create(
            uid=uid,
            government_id=office.government_id,
            from_office_id=office.pk,
            to_office_id=to.pk,
            number=number,
            number_there=number_there,
            state=Handover.State.DELIVERED,
            direct=True,
            hop=Handover.objects.filter(uid=uid, delivered_at__isnull=False).count(),
            opened_at=now,
            opened_by_name=by[:150],
            decided_by_name=by[:150],
            delivered_at=now,
            key=key,
        )


def by_key(key: uuid.UUID) -> Handover | None:
    """What was delivered by a request with this key, whosever it was."""
    with public():
        return Handover.objects.select_related("to_office").filter(key=key).first()


def last_delivery(uid: uuid.UUID, to: Office) -> Handover | None:
    """The handover by which an office has got a complaint that it has not accepted yet."""
    with public():
        rows = Handover.objects.filter(uid=uid, to_office_id=to.pk, state=Handover.State.DELIVERED)
        return rows.select_related("from_office__government").first()


def end_waiting(*, uid: uuid.UUID, how: str, now: datetime) -> None:
    """What lay before the desk goes nowhere: taken back, sent back, referred, closed or withdrawn."""
    with public():
        Handover.objects.filter(uid=uid, state=Handover.State.WAITING).update(
            state=Handover.State.ENDED, how=how, ended_at=now
        )


def answer(*, uid: uuid.UUID, accepted: bool, how: str, now: datetime) -> None:
    """The office that got a complaint has accepted it, or given it back."""
    state = Handover.State.ACCEPTED if accepted else Handover.State.RETURNED
    with public():
        Handover.objects.filter(uid=uid, state=Handover.State.DELIVERED).update(
            state=state, how=how, answered_at=now, ended_at=now
        )


def reached_from(offices: Collection[Office]) -> list[Office]:
    """The other offices, in service, that have by now what these have handed over, by whatever way it came
    there. In public mode.
    """
    ids = [office.pk for office in offices]
    governments = {office.government_id for office in offices}
    away = Handover.objects.filter(
        government_id__in=governments, from_office_id__in=ids, delivered_at__isnull=False
    )
    holders = CaseIndex.objects.filter(uid__in=away.values("uid")).exclude(office_id__in=ids)
    rows = Office.objects.filter(pk__in=holders.values("office_id"), status=Office.Status.READY)
    return list(rows.select_related("government").order_by("pk"))


def handover_of(pk: int, government_id: int) -> Handover | None:
    """A row of the government's ledger. Public mode."""
    rows = Handover.objects.select_related("from_office", "to_office")
    return rows.filter(pk=pk, government_id=government_id).first()


def locked_handover(pk: int) -> Handover:
    """A row of the ledger, locked until the transaction ends. Whoever locks it holds the complaint already:
    each step does, and tells the ledger what it means for an open handover.
    """
    with public():
        rows = Handover.objects.select_for_update(no_key=True, of=("self",))
        return rows.select_related("from_office", "to_office").get(pk=pk)


def move_case(
    *,
    uid: uuid.UUID,
    to: Office,
    number: str,
    status: str,
    stage: str,
    due_at: datetime | None,
    category: str,
    now: datetime,
) -> None:
    """The index leads to the other office from now on, where nobody has taken it yet. Public mode.

    The other office's name for the category comes with its first step.
    """
    before = Handover.objects.filter(uid=uid, delivered_at__isnull=False).count()
    CaseIndex.objects.filter(uid=uid).update(
        office_id=to.pk,
        government_id=to.government_id,
        number=number,
        status=status,
        stage=stage,
        due_at=due_at,
        closed_at=None,
        category=category,
        category_name=Case(When(category=category, then=F("category_name")), default=Value("")),
        taken_at=None,
        remind_by_at=None,
        hop=before,
        updated_at=now,
    )


def delivered(
    handover: Handover,
    *,
    to: Office,
    number: str,
    key: uuid.UUID,
    by_id: int | None,
    by_name: str,
    now: datetime,
) -> None:
    """Notes that a complaint has arrived whole. Public mode."""
    handover.state, handover.to_office = Handover.State.DELIVERED, to
    handover.number_there, handover.key = number, key
    handover.decided_by_id, handover.decided_by_name, handover.delivered_at = by_id, by_name[:150], now
    handover.save(
        update_fields=[
            "state",
            "to_office",
            "number_there",
            "key",
            "decided_by_id",
            "decided_by_name",
            "delivered_at",
        ]
    )


def open_follow_up(
    office: Office,
    *,
    uid: uuid.UUID,
    number: str,
    role: str,
    stage: str,
    procedure_digest: str,
    due_at: datetime,
    now: datetime,
) -> None:
    """The desk wants to look after a referral by then; an earlier wish is replaced."""
    with public():
        kind = GovernmentWork.Kind.FOLLOW_UP
        open_now = GovernmentWork.objects.filter(uid=uid, office_id=office.pk, kind=kind, closed_at=None)
        if open_now.update(due_at=due_at):
            return
        GovernmentWork.objects.create(
            uid=uid,
            office_id=office.pk,
            government_id=office.government_id,
            number=number,
            kind=kind,
            role=role,
            line="main",
            stage=stage,
            procedure_digest=procedure_digest,
            due_at=due_at,
            opened_at=now,
        )


def end_follow_up(uid: uuid.UUID, office: Office, now: datetime) -> None:
    """The desk has looked after a referral."""
    with public():
        kind = GovernmentWork.Kind.FOLLOW_UP
        rows = GovernmentWork.objects.filter(uid=uid, office_id=office.pk, kind=kind, closed_at=None)
        rows.update(closed_at=now)
