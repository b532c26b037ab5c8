"""The review before something becomes public: the original beside what would be read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tenants.complaints.masking import Segment, compare, parts_in
from tenants.complaints.models import Attachment, Reporter
from tenants.complaints.services.publication import Suggestion
from workflows.decision import Fact

from .case import Opened
from .forms.publication import PUBLIC, PublicationForm


@dataclass(frozen=True, slots=True)
class Compared:
    """One text: its name, and where the public version differs from the original. `alone`: the whole of a
    text that has no original.
    """

    title: str
    segments: tuple[Segment, ...] = ()
    alone: str = ""

    @property
    def blank(self) -> bool:
        """Nothing of it becomes public."""
        return not any((part.text if part.masked is None else part.masked).strip() for part in self.segments)


@dataclass(frozen=True, slots=True)
class Review:
    """What the releasing person reads before the words become public.

    `prepared`: an earlier step has written it, and this one may only show it. `warnings`: what to look at
    twice, in sentences.
    """

    prepared: bool
    warnings: tuple[str, ...]
    texts: tuple[Compared, ...]
    hidden: int
    pictures: tuple[dict[str, Any], ...]


def review(case: Opened, form: PublicationForm) -> Review:
    """Compares what was written with what the form holds now, whether proposed or edited, or, where the form
    writes nothing for the public, with what an earlier step has prepared.
    """
    proposal = form.proposal
    originals = {fact: case.told(text) for fact, text in _originals(proposal).items()}
    texts, read = [], []
    for item in form.offer.inputs:
        if item.sets not in PUBLIC or item.code not in form.fields:
            continue
        public = str(form[item.code].value() or "").replace("\r\n", "\n")
        read.append(public)
        if item.sets in originals:
            texts.append(Compared(str(form[item.code].label), compare(originals[item.sets], public)))
    if "tempat" in form.fields:
        public = str(form["tempat"].value() or "")
        texts.append(Compared(str(form["tempat"].label), compare(case.told(case.complaint.place), public)))
        read.append(public)
    prepared = None if read else getattr(case.complaint, "publication", None)
    if prepared is not None:
        read = [prepared.title, prepared.text, prepared.answer, prepared.place]
        texts = [
            Compared(_("Judul yang terbit"), alone=prepared.title),
            Compared(_("Isi laporan yang terbit"), compare(originals[Fact.PUBLIC_COMPLAINT], prepared.text)),
            Compared(_("Jawaban yang terbit"), compare(originals[Fact.PUBLIC_ANSWER], prepared.answer)),
        ]
        if case.complaint.place or prepared.place:
            place = compare(case.told(case.complaint.place), prepared.place)
            texts.append(Compared(_("Tempat yang terbit"), place))
    ticked = form.ticked()
    names = _told_apart([file.name for file in form.pictures])
    pictures = tuple(
        {
            "value": file.uid.hex,
            "name": name,
            "origin": _origin(file),
            "url": case.addresses.file(case.complaint, file.uid),
            "ticked": file.uid.hex in ticked,
        }
        for file, name in zip(form.pictures, names, strict=True)
    )
    return Review(
        prepared is not None,
        _warnings(case, read),
        tuple(texts),
        proposal.text.count + proposal.answer.count + proposal.place.count,
        pictures,
    )


def _warnings(case: Opened, public: list[str]) -> tuple[str, ...]:
    """What the reporter asked for, and what of their address everybody would read. Somebody who may not know
    the reporter is not told which words these are.
    """
    found = []
    if case.confidential:
        found.append(_("Pelapor minta namanya dirahasiakan: tidak boleh ada yang menunjuk kepadanya."))
    reporter: Reporter | None = getattr(case.complaint, "reporter", None)
    parts = [part for text in public for part in parts_in(text, reporter.address)] if reporter else []
    if parts and case.reporter is None:
        found.append(_("Sebagian alamat pelapor ikut terbaca dalam yang akan terbit. Periksa setiap tempat."))
    elif parts:
        named = ", ".join(f"“{part}”" for part in dict.fromkeys(parts))
        found.append(
            _("Sebagian alamat pelapor ikut terbaca: %(parts)s. Hapus bila itu bukan tempat kejadiannya.")
            % {"parts": named}
        )
    return tuple(found)


def _origin(file: Attachment) -> str:
    """Whose picture it is."""
    if file.by_reporter:
        return _("dari pelapor")
    return _("dari jawaban instansi") if file.to_reporter else _("dari petugas, hanya dibaca petugas")


def _told_apart(names: list[str]) -> list[str]:
    """Names of files, numbered where two are the same."""
    seen: Counter[str] = Counter()
    told = []
    for name in names:
        seen[name] += 1
        told.append(f"{name} ({seen[name]})" if names.count(name) > 1 else name)
    return told


def public_place(case: Opened, proposal: Suggestion) -> str:
    """Where it happened, as an earlier step has prepared it, else masked; "" where all of it is hidden."""
    page = getattr(case.complaint, "publication", None)
    if page is not None:
        return str(page.place)
    told = any(part.masked is None and part.text.strip() for part in proposal.place.segments)
    return proposal.place.text if told else ""


def _originals(proposal: Suggestion) -> dict[Fact | None, str]:
    return {
        Fact.PUBLIC_COMPLAINT: "".join(part.text for part in proposal.text.segments),
        Fact.PUBLIC_ANSWER: "".join(part.text for part in proposal.answer.segments),
    }
