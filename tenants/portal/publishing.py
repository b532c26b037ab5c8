"""The review before something becomes public: the original beside what would be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.complaints.masking import Segment, compare
from tenants.complaints.services.publication import Suggestion, suggest
from workflows.decision import Fact

from .case import Opened
from .forms.publication import PublicationForm


@dataclass(frozen=True, slots=True)
class Compared:
    """One text: its name, and where the public version differs from the original."""

    title: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """What the releasing person reads before the words become public."""

    texts: tuple[Compared, ...]
    place: str
    hidden: int
    pictures: tuple[dict[str, Any], ...]


def review(case: Opened, form: PublicationForm) -> Review:
    """Compares what the form holds now, whether proposed or edited, with what was written."""
    proposal = suggest(case.complaint, case.rules.settings)
    originals = _originals(proposal)
    texts = []
    for item in form.offer.inputs:
        if item.sets not in originals or item.code not in form.fields:
            continue
        public = str(form[item.code].value() or "").replace("\r\n", "\n")
        texts.append(Compared(str(form[item.code].label), compare(originals[item.sets], public)))
    ticked = form.ticked()
    pictures = tuple(
        {
            "value": file.uid.hex,
            "name": file.name,
            "url": reverse("portal:file", args=[case.complaint.slug, file.uid.hex]),
            "ticked": file.uid.hex in ticked,
        }
        for file in form.pictures
    )
    return Review(
        tuple(texts),
        proposal.place.text or _("tidak disebut"),
        proposal.text.count + proposal.answer.count + proposal.place.count,
        pictures,
    )


def _originals(proposal: Suggestion) -> dict[Fact | None, str]:
    return {
        Fact.PUBLIC_COMPLAINT: "".join(part.text for part in proposal.text.segments),
        Fact.PUBLIC_ANSWER: "".join(part.text for part in proposal.answer.segments),
    }
