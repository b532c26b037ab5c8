"""Pages by key: the next page costs what the first one does."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db.models import F, Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)

SIZE = 20
LARGEST = 100


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page. `next`: the token that leads on; "" at the end."""

    items: list[Row]
    next: str = ""


def page_of(
    rows: QuerySet[Row],
    field: str,
    *,
    after: str = "",
    size: int = SIZE,
    descending: bool = False,
    related: Sequence[str] = (),
) -> Page[Row]:
    """A page of rows sorted by a moment (rows without it last), then by id. One statement.

    `after`: a token of an earlier page; one that cannot be read begins from the front, as a bookmark of an
    old address may. `related`: what comes with each row. It is joined to the page's rows only: joined to all
    of them, a list of 10,000 costs a tenth of a second.
    """
    size = max(1, min(size, LARGEST))
    order = F(field).desc(nulls_last=True) if descending else F(field).asc(nulls_last=True)
    rows = rows.order_by(order, "-pk" if descending else "pk")
    place = _read(after)
    if place is not None:
        rows = rows.filter(_beyond(field, place, descending))
    if related:
        page = rows.values("pk")[: size + 1]
        rows = rows.model._default_manager.filter(pk__in=page).select_related(*related)
        found = list(rows.order_by(order, "-pk" if descending else "pk"))
    else:
        found = list(rows[: size + 1])
    more = found[size:]
    found = found[:size]
    return Page(found, _token(found[-1], field) if more else "")


def _beyond(field: str, place: tuple[datetime | None, int], descending: bool) -> Q:
    moment, pk = place
    step = "lt" if descending else "gt"
    same = Q(**{field: moment, f"pk__{step}": pk})
    if moment is None:
        return same
    return Q(**{f"{field}__{step}": moment}) | same | Q(**{field: None})


def _token(row: Any, field: str) -> str:
    value = row
    for part in field.split("__"):
        value = getattr(value, part)
    text = json.dumps([value.isoformat() if value else None, row.pk])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(token: str) -> tuple[datetime | None, int] | None:
    if not token or len(token) > 200:
        return None
    try:
        moment, pk = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        # In UTC: the database does not read every offset that Python writes.
        return (datetime.fromisoformat(moment).astimezone(UTC) if moment else None), int(pk)
    except (binascii.Error, UnicodeDecodeError, ValueError, TypeError, OverflowError):
        return None
