"""The register book."""

from __future__ import annotations

from django.db.models import QuerySet

from tenants.complaints.models import Complaint, NumberCounter


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
    years = NumberCounter.objects.filter(last__gt=0).order_by("-year")
    return list(years.values_list("year", flat=True))
