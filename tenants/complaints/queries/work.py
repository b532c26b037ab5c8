"""Lists of work and complaints for members: filtered, sorted, counted over the whole set, paged by key."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from tenants.complaints.contacts import normal_phone
from tenants.complaints.models import WorkItem
from workflows.cases import Actor

from .mine import my_work
from .names import Reader
from .paging import SIZE, Page, page_of

SOON = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; empty values narrow nothing. `unit`: its code. `words`: free search."""

    status: str = ""
    stage: str = ""
    unit: str = ""
    category: str = ""
    channel: str = ""
    late: bool = False
    open_only: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """Of the whole set, not of the page."""

    total: int = 0
    late: int = 0
    soon: int = 0


@dataclass(frozen=True, slots=True)
class WorkList:
    """A page of work and the counts of everything that it is a page of."""

    page: Page[WorkItem]
    counts: Counts = field(default_factory=Counts)


def work_of(
    actor: Actor,
    filters: Filters = Filters(),
    *,
    after: str = "",
    size: int = SIZE,
    now: datetime | None = None,
) -> WorkList:
    """This member's open work, what ends first at the top. Two statements."""
    now = now or timezone.now()
    rows = WorkItem.objects.filter(my_work(actor)).filter(
        condition(filters, Reader(actor), of="complaint__", now=now)
    )
    if filters.stage:
        rows = rows.filter(stage=filters.stage)
    counted = rows.order_by().aggregate(
        total=Count("pk"),
        late=Count("pk", filter=Q(due_at__lt=now)),
        soon=Count("pk", filter=Q(due_at__gte=now, due_at__lt=now + SOON)),
    )
    page = page_of(
        rows,
        "due_at",
        after=after,
        size=size,
        may_lack=True,
        related=("complaint__unit", "complaint__reporter", "unit", "member"),
    )
    return WorkList(page, Counts(**counted))


def condition(filters: Filters, reader: Reader, *, of: str = "", now: datetime) -> Q:
    """The filters on complaints as a condition. `reader`: who filters; a search finds for them what they may
    know. `of`: the way to the complaint, such as `complaint__`.
    """
    found = Q()
    for column, value in (
        ("status", filters.status),
        ("unit__code", filters.unit),
        ("category", filters.category),
        ("channel", filters.channel),
    ):
        if value:
            found &= Q(**{f"{of}{column}": value})
    if filters.open_only:
        found &= Q(**{f"{of}closed_at": None})
    if filters.late:
        found &= Q(**{f"{of}closed_at": None, f"{of}due_at__lt": now})
    if filters.words.strip():
        found &= searched(filters.words.strip(), reader, of=of)
    return found


def searched(words: str, reader: Reader, *, of: str = "") -> Q:
    """Complaints by a piece of the number, of what was written or where, of the reporter's name, or by phone.

    A reporter is found only by somebody who may know them: else a search would tell it. So would one in the
    reporter's own words: anybody else finds the complaint by its number alone.
    """
    person = Q(**{f"{of}reporter__name__icontains": words})
    digits = "".join(sign for sign in words if sign.isdigit())
    if len(digits) >= 6:
        phone = normal_phone(words)
        person |= Q(**{f"{of}reporter__phone": phone}) if phone else Q()
        person |= Q(**{f"{of}reporter__phone__endswith": digits[-8:]})
    for column in ("description", "place"):
        person |= Q(**{f"{of}{column}__icontains": words})
    return (person & reader.findable(of)) | Q(**{f"{of}number__icontains": words})
