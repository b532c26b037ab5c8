"""What a step does to the public page. Nothing is public without a release, no picture unless it was
named.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from tenants.complaints import words
from tenants.complaints.errors import ComplaintError
from tenants.complaints.masking import Known, Masked, mask
from tenants.complaints.models import Attachment, Complaint, Message, Publication, Reporter
from workflows.decision import Decision, Fact, PublicationEffect
from workflows.settings import Settings

PICTURES = ("image/jpeg", "image/png", "image/webp", "image/heic")
TITLE_LENGTH = 150
PLACE_LENGTH = 250
LANGUAGE = "id"
"""Of what the platform proposes for everybody, whatever language the releasing person reads."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What might be published: everything masked, for a person to read and mend. `pictures`: none is
    released.
    """

    title: str
    text: Masked
    answer: Masked
    place: Masked
    pictures: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a publishing step shows beside its texts: pictures by uid, and the place (None: as it was)."""

    pictures: Sequence[UUID] = ()
    place: str | None = None


NOTHING = Shown()


def suggest(complaint: Complaint, settings: Settings) -> Suggestion:
    """Proposes the public words of a complaint. Two statements; one more if its reporter was not read yet."""
    reporter: Reporter | None = getattr(complaint, "reporter", None)
    known = known_of(reporter) if reporter else Known()
    rules = settings.masking

    def masked(text: str) -> Masked:
        return mask(text, known=known, words=rules.hide, allow=rules.keep)

    answer = official_answer(complaint)
    text = masked(complaint.description)
    pictures = complaint.attachments.filter(content_type__in=PICTURES).order_by("id")
    title = title_of(complaint, settings)
    return Suggestion(title, text, masked(answer), masked(complaint.place), tuple(pictures))


def title_of(complaint: Complaint, settings: Settings) -> str:
    """A short title in the office's own words: what it is about, and in which of its areas. A report has no
    title of its own, and its first words say too much or too little.
    """
    with translation.override(LANGUAGE):
        path = settings.paths.get(complaint.category)
        about = words.said(path[-1].name) if path else _("Laporan masyarakat")
        confidential = complaint.visibility == Complaint.Visibility.CONFIDENTIAL
        area = "" if confidential else words.said(settings.area_names.get(complaint.region))
    return (f"{about}, {area}" if area else about)[:TITLE_LENGTH]


def known_of(reporter: Reporter) -> Known:
    """What is to be hidden of a reporter wherever it stands in a text."""
    return Known(reporter.name, reporter.address, reporter.email, reporter.phone)


def official_answer(complaint: Complaint) -> str:
    """The newest answer that was given to the reporter; "" while there is none."""
    newest = complaint.messages.filter(kind=Message.Kind.ANSWER).order_by("-id").first()
    return newest.body if newest else ""


def check(complaint: Complaint, decision: Decision, released: Sequence[UUID]) -> None:
    """Refuses pictures that are not this complaint's, and pictures in a step that releases nothing."""
    if not released:
        return
    if decision.publication is not PublicationEffect.RELEASE:
        raise ComplaintError("bad_input", _("Langkah ini tidak menerbitkan foto."))
    known = complaint.attachments.filter(uid__in=released, content_type__in=PICTURES).count()
    if known != len(set(released)):
        raise ComplaintError(
            "bad_input", _("Foto yang dipilih tidak ada pada aduan ini. Pilih ulang fotonya.")
        )


def put(
    complaint: Complaint, decision: Decision, shown: Shown, *, author: str, now: datetime
) -> Mapping[str, Any]:
    """Changes the public page as the step says; returns what the event is to remember of it."""
    effect = decision.publication
    if effect is None or effect is PublicationEffect.OFFER:
        return {}
    if effect is PublicationEffect.WITHHOLD:
        _hide(complaint)
        return {"publication": effect.value}
    page, released = _page(complaint, decision), shown.pictures
    if shown.place is not None:
        page.place = shown.place.strip()[:PLACE_LENGTH]
    if effect is PublicationEffect.RELEASE:
        page.released_by_name, page.released_at = author, now
        complaint.published_at = now
        complaint.attachments.filter(released=True).exclude(uid__in=released).update(released=False)
        complaint.attachments.filter(uid__in=released).update(released=True)
    page.save()
    text = "\n".join((page.title, page.text, page.answer, page.place))
    return {
        "publication": effect.value,
        "public_text": hashlib.sha256(text.encode()).hexdigest(),
        "pictures": sorted(uid.hex for uid in released),
    }


def _page(complaint: Complaint, decision: Decision) -> Publication:
    page = Publication.objects.filter(complaint=complaint).first()
    if page is None:
        page = Publication(complaint=complaint, title=complaint.number, text="")
    facts = decision.facts
    page.title = str(facts.get(Fact.PUBLIC_TITLE, page.title))[:TITLE_LENGTH]
    page.text = str(facts.get(Fact.PUBLIC_COMPLAINT, page.text))
    page.answer = str(facts.get(Fact.PUBLIC_ANSWER, page.answer))
    return page


def _hide(complaint: Complaint) -> None:
    Publication.objects.filter(complaint=complaint).update(released_at=None)
    complaint.attachments.filter(released=True).update(released=False)
    complaint.published_at = None
