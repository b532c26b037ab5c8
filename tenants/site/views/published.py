"""What the office has published: released texts and pictures, nothing else of a complaint."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenants.complaints import queries
from tenants.complaints.errors import ComplaintError
from tenants.complaints.models import Complaint
from tenants.complaints.words import category_words, outcome_words, status_words
from tenants.procedure.queries import settings_now
from workflows.settings import Settings

from ..forms.report import words
from ..pages import public_page
from ..serving import serve_public
from ..story import tone

EXCERPT = 200
LONGEST_SEARCH = 100


def _status(complaint: Complaint) -> str:
    return outcome_words(complaint.outcome) or status_words(complaint.status)


def _excerpt(title: str, text: str) -> str:
    """How the text begins; where the title is its beginning, how it goes on: a list says nothing twice."""
    begun = title.rstrip("…")
    if begun and text.startswith(begun):
        text = text[len(begun) :].lstrip(" .,;:–-\n\r")
        text = f"… {text}" if text else ""
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT].rsplit(' ', 1)[0]} …"


def cards(complaints: Iterable[Complaint], settings: Settings) -> list[dict[str, Any]]:
    """Published complaints as a list shows them."""
    found = []
    for complaint in complaints:
        publication = complaint.publication
        found.append(
            {
                "url": f"/aduan/{complaint.slug}/",
                "title": publication.title,
                "number": complaint.number,
                "category": category_words(settings, complaint.category),
                "place": publication.place,
                "published_at": complaint.published_at,
                "excerpt": _excerpt(publication.title, publication.text),
                "status_text": _status(complaint),
                "status_tone": tone(complaint),
            }
        )
    return found


@public_page
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The newest first; searched by words and by category, page by page."""
    settings = settings_now()
    search = request.GET.get("cari", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    category = request.GET.get("kategori", "")
    category = category if category in settings.paths else ""
    after = request.GET.get("setelah", "")
    page = queries.public_list(after=after, words=search, category=category)
    chosen = {"cari": search, "kategori": category}
    kept = {name: value for name, value in chosen.items() if value}
    context = {
        "cards": cards(page.items, settings),
        "search": search,
        "category": category,
        "categories": [(code, words(label)) for code, label in settings.category_choices],
        "filtered": bool(kept),
        "first_url": f"/aduan/?{urlencode(kept)}" if after else "",
        "next_url": f"/aduan/?{urlencode({**kept, 'setelah': page.next})}" if page.next else "",
    }
    return render(request, "site/published/list.html", context)


@public_page
@require_safe
def published(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One published complaint."""
    try:
        found = queries.public_by_slug(uid)
    except ComplaintError as refused:
        raise Http404 from refused
    complaint = found.complaint
    context = {
        "number": complaint.number,
        "publication": complaint.publication,
        "category": category_words(settings_now(), complaint.category),
        "status_text": _status(complaint),
        "status_tone": tone(complaint),
        "received_at": complaint.received_at,
        "published_at": complaint.published_at,
        "pictures": [
            {
                "url": f"/aduan/{complaint.slug}/foto/{picture.uid.hex}/",
                "label": _("Foto %(n)d dari laporan ini") % {"n": number},
            }
            for number, picture in enumerate(found.pictures, start=1)
        ],
    }
    return render(request, "site/published/complaint.html", context)


@public_page
@require_safe
def picture(request: HttpRequest, uid: UUID, picture_uid: UUID) -> HttpResponseBase:
    """A released picture of a published complaint."""
    try:
        found = queries.public_by_slug(uid)
    except ComplaintError as refused:
        raise Http404 from refused
    for attachment in found.pictures:
        if attachment.uid == picture_uid:
            return serve_public(attachment)
    raise Http404
