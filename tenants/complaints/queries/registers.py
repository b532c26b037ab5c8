"""Books and logs: the register book, what was sent, whom to call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from central.delivery.models import Outbox
from central.delivery.queries import delivery_log as outbox_rows
from central.offices.access import OfficeAccessError, current_office
from tenants.complaints.errors import not_found
from tenants.complaints.models import CallTask, Clock, Complaint, Message

from .paging import SIZE, Page, page_of


def register_book(
    year: int, *, category: str = "", channel: str = "", status: str = ""
) -> QuerySet[Complaint]:
    """The register book of an office-local year, by number. Long books are read in pages by key."""
    rows = Complaint.objects.filter(register_year=year).select_related("unit", "reporter")
    for column, value in (("category", category), ("channel", channel), ("status", status)):
        if value:
            rows = rows.filter(**{column: value})
    return rows.order_by("register_seq")


def register_years() -> list[int]:
    """Years that have entries, newest first."""
    years = Complaint.objects.order_by("-register_year").values_list("register_year", flat=True)
    return list(years.distinct())


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message of the delivery log. `message` is None if its complaint was handed to another office."""

    row: Outbox
    message: Message | None


def delivery_log(*, state: str = "", after: str = "", size: int = SIZE) -> tuple[list[Delivery], str]:
    """What was sent or tried, newest first, and the token of the next page. Two statements."""
    office = current_office()
    if office is None:
        raise OfficeAccessError("The delivery log is an office's.")
    rows = outbox_rows(office.pk)
    if state:
        rows = rows.filter(state=state)
    page: Page[Outbox] = page_of(rows, "created_at", after=after, size=size, descending=True)
    messages = {
        message.uid: message
        for message in Message.objects.filter(uid__in=[row.message_uid for row in page.items]).select_related(
            "complaint", "member"
        )
    }
    return [Delivery(row, messages.get(row.message_uid)) for row in page.items], page.next


def message_for_delivery(uid: UUID) -> Message:
    """A message of this office by its uid. Raises `not_found`."""
    found = Message.objects.select_related("complaint").filter(uid=uid).first()
    if found is None:
        raise not_found()
    return found


def open_calls() -> QuerySet[CallTask]:
    """Whom to call, longest waiting first, with what was tried."""
    return (
        CallTask.objects.filter(done_at=None)
        .select_related("complaint", "message")
        .prefetch_related("calls__member")
        .order_by("opened_at")
    )


def recent_calls(*, days: int = 30) -> QuerySet[CallTask]:
    """Calls that were made lately, newest first."""
    since = timezone.now() - timedelta(days=days)
    rows = CallTask.objects.filter(done_at__gte=since).select_related("complaint", "message")
    return rows.prefetch_related("calls__member").order_by("-done_at")


def missed_limits(complaint: Complaint, now: datetime) -> Iterator[Clock]:
    """Limits of a complaint that were or are missed."""
    for clock in complaint.clocks.filter(cancelled=False).order_by("started_at", "id"):
        end = clock.stopped_at or (now if clock.paused_at is None else clock.paused_at)
        if end > clock.due_at:
            yield clock
