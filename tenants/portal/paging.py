"""Paging by key: the page after or before a row, at a cost that does not grow with its number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import F, Model, Q, QuerySet
from django.utils.dateparse import parse_datetime

Row = TypeVar("Row", bound=Model)

PAGE = 20


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of rows. The tokens name the rows at its ends; "" where nothing lies beyond."""

    rows: list[Row]
    previous: str = ""
    next: str = ""

    @property
    def ids(self) -> list[int]:
        """The rows' keys, in their order."""
        return [row.pk for row in self.rows]

    def links(self, path: str, query: Mapping[str, Any]) -> dict[str, str]:
        """`previous_url` and `next_url` that keep the rest of the query."""
        kept = [
            (key, value)
            for key, values in query.items()
            if key not in ("sesudah", "sebelum")
            for value in (values if isinstance(values, list) else [values])
        ]
        return {
            "previous_url": f"{path}?{urlencode([*kept, ('sebelum', self.previous)])}"
            if self.previous
            else "",
            "next_url": f"{path}?{urlencode([*kept, ('sesudah', self.next)])}" if self.next else "",
        }


@dataclass(frozen=True, slots=True)
class Order:
    """A sorting by a moment, then by id. `counts`: by a number instead.

    `may_lack`: rows may be without the moment; they come last. Nowhere else is that said to the database: an
    index of a column serves a sorting only if both put what is missing at the same end. `by_uid`: the rows'
    key is a uid, not a number.
    """

    field: str
    newest_first: bool = False
    counts: bool = False
    may_lack: bool = False
    by_uid: bool = False

    def token(self, row: Any) -> str:
        value: Any = row
        for part in self.field.split("__"):
            value = getattr(value, part)
        text = str(value) if self.counts else value.isoformat() if value else ""
        return f"{text}~{row.pk}"

    def sorted(self, rows: QuerySet[Row], *, backwards: bool) -> QuerySet[Row]:
        ends = {"nulls_first" if backwards else "nulls_last": True} if self.may_lack else {}
        if self.newest_first is backwards:
            return rows.order_by(F(self.field).asc(**ends), "pk")
        return rows.order_by(F(self.field).desc(**ends), "-pk")

    def beyond(self, token: str, *, backwards: bool) -> list[Q]:
        """The conditions for rows after (or before) the named one: one, or two where what lacks the moment
        follows (or goes before) what has it. Each is a stretch of an index. Empty for a token that names
        nothing.
        """
        text, _, key = token.partition("~")
        value, pk = _count(text) if self.counts else _moment(text), self._key(key)
        if pk is None or (value is None and (text or not self.may_lack)):
            return []
        up = self.newest_first is backwards
        by_id = Q(pk__gt=pk) if up else Q(pk__lt=pk)
        missing = Q(**{self.field: None})
        if value is None:
            return [missing & by_id, ~missing] if backwards else [missing & by_id]
        side = "gt" if up else "lt"
        # The first part says nothing that the second does not; it is what an index finds the place by.
        found = Q(**{f"{self.field}__{side}e": value}) & (Q(**{f"{self.field}__{side}": value}) | by_id)
        return [found, missing] if self.may_lack and not backwards else [found]

    def _key(self, text: str) -> int | UUID | None:
        if not self.by_uid:
            return int(text) if text.isdecimal() and len(text) < 19 else None
        try:
            return UUID(hex=text)
        except ValueError:
            return None


def paged(rows: QuerySet[Row], order: Order, query: Mapping[str, str], *, size: int = PAGE) -> Page[Row]:
    """The page that the query names: `sesudah` (after a row) or `sebelum` (before one), else the first."""
    after, before = query.get("sesudah", ""), query.get("sebelum", "")
    backwards = bool(before)
    stretches = order.beyond(before or after, backwards=backwards) if before or after else []
    backwards = backwards and bool(stretches)
    found: list[Row] = []
    for stretch in stretches or [Q()]:
        if len(found) <= size:
            found += order.sorted(rows.filter(stretch), backwards=backwards)[: size + 1 - len(found)]
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page([])
    has_previous = more if backwards else bool(stretches)
    has_next = True if backwards else more
    return Page(
        found,
        previous=order.token(found[0]) if has_previous else "",
        next=order.token(found[-1]) if has_next else "",
    )


def paged_ids(rows: QuerySet[Row], order: Order, query: Mapping[str, str], *, size: int = PAGE) -> Page[Row]:
    """As `paged`, but the rows hold nothing beside what sorts them: a long way through a table stays slim."""
    return paged(rows.only("pk", order.field), order, query, size=size)


def _count(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _moment(text: str) -> datetime | None:
    """A moment of a token. In UTC: the database does not read every offset that Python writes."""
    try:
        found = parse_datetime(text.replace(" ", "+")) if text else None
        return found.astimezone(UTC) if found else None
    except (ValueError, OverflowError):
        return None
