"""What everybody may read: only what was released, as it was released."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from tenants.complaints.errors import not_found
from tenants.complaints.models import Attachment, Complaint

from .paging import SIZE, Page, page_of


def published() -> QuerySet[Complaint]:
    """Complaints with a released public text."""
    return Complaint.objects.filter(
        published_at__isnull=False, publication__released_at__isnull=False
    ).select_related("publication")


def public_list(*, after: str = "", size: int = SIZE, words: str = "", category: str = "") -> Page[Complaint]:
    """What the office has published, newest first; each with its `publication`. One statement.

    Templates show `complaint.publication` only: nothing else of the complaint but number, category, status
    and times is meant for the public.
    """
    rows = published()
    if category:
        rows = rows.filter(category=category)
    if words.strip():
        term = words.strip()
        rows = rows.filter(publication__text__icontains=term) | rows.filter(
            publication__title__icontains=term
        )
    return page_of(rows, "published_at", after=after, size=size, descending=True)


@dataclass(frozen=True, slots=True)
class PublicComplaint:
    """A published complaint with the pictures that were released one by one."""

    complaint: Complaint
    pictures: tuple[Attachment, ...]


def public_by_slug(uid: UUID) -> PublicComplaint:
    """A published complaint by the slug of its address. Raises `not_found` for everything else."""
    return _public(published().filter(uid=uid).first())


def public_by_number(number: str) -> PublicComplaint:
    """A published complaint by its register number: the number alone opens only what is public.

    Raises `not_found`, the same for a number that is not published and one that does not exist.
    """
    return _public(published().filter(number__iexact=number.strip()[:80]).first())


def _public(complaint: Complaint | None) -> PublicComplaint:
    if complaint is None:
        raise not_found()
    pictures = complaint.attachments.filter(released=True).order_by("id")
    return PublicComplaint(complaint, tuple(pictures))
