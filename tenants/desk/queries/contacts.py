"""Every reminder and every call of the desk to its offices, the newest first; nothing of a complaint's
content.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from central.coordination.models import CaseIndex, DeskCall, Reminder
from central.offices.models import Government
from tenants.portal.paging import Order, Page, paged

from .watch import offices_asked


@dataclass(frozen=True, slots=True)
class Kind:
    """Reminders, or calls. `state`: the column that says what came of one."""

    rows: QuerySet[Any]
    order: Order
    state: str
    states: tuple[tuple[str, Any], ...]


def kind_of(name: str) -> Kind:
    """By its name in the address: `telepon` for calls, else reminders."""
    if name == "telepon":
        order = Order("at", newest_first=True)
        return Kind(DeskCall.objects.all(), order, "outcome", tuple(DeskCall.Outcome.choices))
    order = Order("made_at", newest_first=True)
    return Kind(Reminder.objects.all(), order, "state", tuple(Reminder.State.choices))


@dataclass(frozen=True, slots=True)
class Contact:
    """One reminder or call. `code`: of the office that has the complaint by now; "" where none has it."""

    row: Any
    at: datetime
    code: str


def contacts(
    government: Government, kind: Kind, query: Mapping[str, str], *, office: str = "", state: str = ""
) -> tuple[Page[Any], list[Contact]]:
    """A page of them. `office`: a code, or a part of a name. `state`: one of the kind's; empty narrows
    nothing.
    """
    rows = kind.rows.filter(government=government).select_related("office")
    if office:
        rows = rows.filter(office_id__in=offices_asked(government, office))
    if state:
        rows = rows.filter(**{kind.state: state})
    page = paged(rows, kind.order, query)
    now_at = _offices_now(government, {row.uid for row in page.rows})
    return page, [Contact(row, getattr(row, kind.order.field), now_at.get(row.uid, "")) for row in page.rows]


def _offices_now(government: Government, uids: set[UUID]) -> dict[UUID, str]:
    rows = CaseIndex.objects.filter(uid__in=uids, government=government)
    return dict(rows.values_list("uid", "office__code"))
