"""The desk's worklist over all offices: open complaints by the case index, none of their content.

Counts end at `MOST`: beyond it nobody reads on, and no page waits for counting a government's complaints.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from central.coordination.models import CaseIndex, GovernmentWork
from central.offices.access import office as inside
from central.offices.models import Government, Office
from tenants.portal.paging import Order
from tenants.procedure.queries import NoProcedure, kept_procedure, procedure_in_force
from workflows.cases import Actor
from workflows.procedure import Procedure

from .work import HANDED_UP, IN_SERVICE, SOON, open_work

BY_DUE = Order("due_at", may_lack=True, by_uid=True)
BY_AGE = Order("received_at", by_uid=True)

MOST = 10_000
"""Up to here a count is exact."""

CATEGORIES = 200
"""So many categories are offered to filter by."""

SIDES = ("all", "late", "soon", "handed_up", "bounced", "unowned", "to_remind")
"""What the worklist can be narrowed to at one stroke."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What the worklist is narrowed to beside its side; empty values narrow nothing. `office`: a code, or a
    part of a name. `older`: days since receipt.
    """

    office: str = ""
    category: str = ""
    older: int = 0


def open_cases(government: Government, asked: Watched, now: datetime) -> QuerySet[CaseIndex]:
    """Open complaints of all the government's offices, narrowed by what is asked for; without order."""
    rows = CaseIndex.objects.filter(government=government, closed_at=None)
    if asked.office:
        rows = rows.filter(office_id__in=offices_asked(government, asked.office))
    if asked.category:
        rows = rows.filter(category=asked.category)
    if asked.older:
        rows = rows.filter(received_at__lte=now - timedelta(days=asked.older))
    return rows


def of_side(side: str, government: Government, now: datetime) -> Q:
    """The condition of one of `SIDES`."""
    if side == "handed_up":
        rows = GovernmentWork.objects.filter(government=government, kind=HANDED_UP, closed_at=None)
        return Q(uid__in=rows.values("uid"))
    return {
        "late": Q(due_at__lt=now),
        "soon": Q(due_at__gte=now, due_at__lt=now + SOON),
        "bounced": Q(hop__gt=0),
        "unowned": Q(taken_at=None),
        "to_remind": Q(remind_by_at__isnull=False),
    }.get(side, Q())


def side_counts(rows: QuerySet[CaseIndex], government: Government, now: datetime) -> dict[str, int]:
    """How many rows each side has, `MOST` + 1 for more than `MOST`. One statement."""
    parts: list[str] = []
    params: list[Any] = []
    for side in SIDES:
        found = rows.filter(of_side(side, government, now)).order_by().values("pk")[: MOST + 1]
        sql, values = found.query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")  # noqa: S608  # of Django's own making
        params += values
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        return dict(zip(SIDES, cursor.fetchone(), strict=True))


_CATEGORIES = """
WITH RECURSIVE known AS (
    (SELECT category, category_name FROM coordination_caseindex
     WHERE government_id = %(government)s AND closed_at IS NULL AND category > ''
     ORDER BY category, due_at, uid LIMIT 1)
    UNION ALL
    SELECT further.category, further.category_name FROM known CROSS JOIN LATERAL (
        SELECT category, category_name FROM coordination_caseindex
        WHERE government_id = %(government)s AND closed_at IS NULL AND category > known.category
        ORDER BY category, due_at, uid LIMIT 1
    ) AS further
)
SELECT category, category_name FROM known LIMIT %(most)s
"""


def categories(government: Government) -> list[tuple[str, str]]:
    """Code and name of the categories that open complaints have, by name. From code to code by index."""
    with connection.cursor() as cursor:
        cursor.execute(_CATEGORIES, {"government": government.pk, "most": CATEGORIES})
        return sorted(((code, name or code) for code, name in cursor.fetchall()), key=lambda row: row[1])


def offices_of(rows: Iterable[CaseIndex]) -> Mapping[int, Office]:
    """The offices that have these complaints."""
    return Office.objects.in_bulk({row.office_id for row in rows})


def openable(government: Government, person: Actor, uids: Collection[UUID]) -> dict[UUID, str]:
    """Those of the complaints that this person may open, as work on them lies at the desk: the code of the
    office by the complaint's uid.
    """
    rows = open_work(government, person).filter(uid__in=uids, office__status=Office.Status.READY)
    return dict(rows.values_list("uid", "office__code"))


def procedures(government: Government, offices: Iterable[Office]) -> dict[str, Procedure]:
    """What is in force at the offices, by digest. One that this process has not read yet is read in one of
    the government's offices, however many follow it.
    """
    found: dict[str, Procedure] = {}
    missing = set()
    for digest in {target.procedure_digest for target in offices} - {""}:
        known = kept_procedure(digest)
        if known is None:
            missing.add(digest)
        else:
            found[digest] = known
    if missing:
        rows = Office.objects.filter(government=government, procedure_digest__in=missing)
        one_each = rows.filter(status__in=IN_SERVICE).order_by("procedure_digest", "id")
        for target in one_each.distinct("procedure_digest"):
            with inside(target):
                try:
                    found[target.procedure_digest] = procedure_in_force()
                except NoProcedure:
                    continue
    return found


def offices_asked(government: Government, asked: str) -> list[int]:
    """Keys of the office with this code, else of those with this in their names; none: a key of no office."""
    rows = Office.objects.filter(government=government)
    by_code = list(rows.filter(code=asked).values_list("pk", flat=True))
    return by_code or list(rows.filter(name__icontains=asked).values_list("pk", flat=True)) or [0]
