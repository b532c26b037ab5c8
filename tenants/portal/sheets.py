"""The papers of a complaint: which there are, and what stands on each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import segno
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.complaints import words
from tenants.complaints.queries import Entry, Reader
from workflows.cases import ActorKind, Visibility
from workflows.decision import DocumentKind, Fact, InputKind

from .case import Opened, answers_told, category_words, channel_words, reporter_rows
from .story import Teller, actor_words, told_of

NAMES: Mapping[str, str | Promise] = {
    DocumentKind.COMPLAINT_FORM: gettext_lazy("Formulir aduan"),
    DocumentKind.DISPOSITION_SHEET: gettext_lazy("Lembar disposisi"),
    DocumentKind.INVESTIGATION_REPORT: gettext_lazy("Laporan hasil penelusuran"),
    DocumentKind.RESPONSE_LETTER: gettext_lazy("Surat jawaban"),
    DocumentKind.OFFICIAL_RECORD: gettext_lazy("Berita acara"),
    "receipt": gettext_lazy("Tanda terima"),
}
_TEMPLATES = {
    DocumentKind.COMPLAINT_FORM.value: "complaint_form",
    DocumentKind.DISPOSITION_SHEET.value: "disposition_sheet",
}


def papers(case: Opened, teller: Teller) -> list[dict[str, str]]:
    """What can be printed of a complaint: the form always, then what its steps produced."""
    found = [_paper(case, DocumentKind.COMPLAINT_FORM.value)]
    if has_receipt(case):
        found.append(_paper(case, "receipt"))
    for entry in teller.entries:
        for kind in entry.event.data.get("documents", ()):
            if kind != DocumentKind.COMPLAINT_FORM.value:
                found.append(_paper(case, kind, entry))
    return found


def has_receipt(case: Opened) -> bool:
    """A receipt is printed of what staff entered: for whoever entered it, and whoever may know the reporter,
    because its code opens all that the reporter may do. Of an anonymous complaint for who acts on every one.

    Who sent the report has the code; it is not for others. Of what another office has taken over nobody here
    prints one: the code opens what is said there.
    """
    complaint, person = case.complaint, case.person
    if complaint.entered_by_id is None or complaint.gone_at is not None:
        return False
    if person.kind is ActorKind.MEMBER and complaint.entered_by_id == person.id:
        return True
    anonymous = complaint.visibility == Visibility.ANONYMOUS.value
    return Reader(person).acts_on_all if anonymous else case.reporter is not None


def _paper(case: Opened, kind: str, entry: Entry | None = None) -> dict[str, str]:
    url = reverse("portal:sheet", args=[case.complaint.slug, kind])
    url = f"{url}?langkah={entry.event.seq}" if entry else url
    day = date_format(timezone.localtime(entry.event.at), "j F Y") if entry else ""
    return {
        "name": str(NAMES.get(kind, kind)),
        "day": day,
        "url": url,
        "pdf": f"{url}{'&' if entry else '?'}format=pdf",
    }


def template_of(kind: str) -> str:
    """The template of a kind of paper."""
    return _TEMPLATES.get(kind, "step")


def common(case: Opened) -> dict[str, Any]:
    """What every sheet of a complaint needs."""
    return {
        "complaint": case.complaint,
        "head": case.rules.procedure.head,
        "printed_at": words.moment_words(timezone.now(), case.case.timezone),
        "reporter": case.reporter,
        "received_by": case.complaint.entered_by.name if case.complaint.entered_by else "",
    }


def complaint_form(case: Opened) -> dict[str, Any]:
    """The complaint form, as it would be filled in by hand."""
    complaint = case.complaint
    return {
        **common(case),
        "reporter_rows": reporter_rows(case),
        "story": case.told(complaint.description),
        "rows": [
            {"key": _("Tanggal diterima"), "value": _received(case)},
            {"key": _("Kanal"), "value": channel_words(complaint)},
            {"key": _("Kategori"), "value": category_words(case)},
            *answers_told(case),
            {"key": _("Tempat kejadian"), "value": case.told(complaint.place)},
            {"key": _("Waktu kejadian"), "value": complaint.occurred_at},
        ],
        "files": complaint.attachments.filter(by_reporter=True).order_by("id"),
        "signer": "" if case.reporter is None else case.reporter.name,
    }


def receipt(case: Opened, track_url: str, qr_url: str) -> dict[str, Any]:
    """What a reporter takes home: number, code, and where to follow it.

    `qr_url`: the platform's own address of the code, which finds the complaint wherever it is by then.
    """
    complaint = case.complaint
    return {
        **common(case),
        "received": _received(case),
        "track_url": track_url,
        "qr": qr_code(qr_url),
        "rows": [
            {"key": _("Kanal"), "value": channel_words(complaint)},
            {"key": _("Kategori"), "value": category_words(case)},
            {"key": _promised(case), "value": _promise(case)},
        ],
    }


def of_step(case: Opened, teller: Teller, entry: Entry, kind: str) -> dict[str, Any]:
    """A paper that a step produced: what was written and chosen, signed by who did it."""
    texts = [{"label": name, "text": text} for name, text in told_of(case, teller.texts(entry))]
    facts = [
        {"key": _("Tanggal aduan diterima"), "value": _received(case)},
        {"key": _("Dari"), "value": _from(case)},
        {"key": _("Perihal"), "value": category_words(case)},
        {"key": _("Tempat kejadian"), "value": case.told(case.complaint.place)},
    ]
    event = entry.event
    context = {
        **common(case),
        "kind_name": str(NAMES.get(kind, kind)),
        "rows": facts,
        "parts": texts,
        "files": entry.attachments,
        "signed_on": event.at,
        "signer_name": event.actor_name,
        "signer_title": event.actor_title,
        "signer": actor_words(entry),
    }
    if kind == DocumentKind.DISPOSITION_SHEET.value:
        context.update(_disposition(case, teller, entry))
    else:
        chosen = teller.choices(entry)
        context["rows"] = [*facts, *({"key": words.said(i.label), "value": text} for i, text in chosen)]
    return context


def _disposition(case: Opened, teller: Teller, entry: Entry) -> dict[str, Any]:
    """To whom it went, and the boxes of urgency, the chosen one ticked."""
    urgency = next(
        (
            item
            for item in teller.inputs(entry)
            if item.sets is Fact.URGENCY and item.kind is InputKind.CHOICE
        ),
        None,
    )
    chosen = entry.event.data.get("inputs", {})
    ticks = None
    if urgency is not None:
        ticks = {
            "label": words.said(urgency.label),
            "choices": [
                {"label": words.said(choice.label), "ticked": chosen.get(urgency.code) == choice.value}
                for choice in urgency.choices
            ],
        }
    others = [
        {"key": words.said(item.label), "value": text}
        for item, text in teller.choices(entry)
        if item.sets is not Fact.URGENCY
    ]
    whole = case.rules.procedure.promises_whole
    due = [{"key": _("Batas waktu aduan"), "value": _promise(case)}] if whole else []
    return {"ticks": ticks, "to_rows": [*others, *due]}


def qr_code(text: str) -> SafeString:
    """A QR code as SVG, without style attributes."""
    code = segno.make(text, error="m", micro=False)
    return mark_safe(  # noqa: S308  (made here, of nothing but squares)
        code.svg_inline(
            border=2, omitsize=True, svgclass=None, lineclass=None, title=_("Kode QR halaman lacak")
        )
    )


def _received(case: Opened) -> str:
    return words.moment_words(case.complaint.received_at, case.case.timezone)


def _promised(case: Opened) -> str:
    """What the moment told to the reporter at the receipt is of."""
    return _("Janji selesai") if case.rules.procedure.promises_whole else _("Batas langkah pertama")


def _promise(case: Opened) -> str:
    promised = case.complaint.promised_due_at
    provisional = any(clock.provisional and clock.due_at == promised for clock in case.case.clocks.values())
    return words.due_words(promised, case.case.timezone, provisional=provisional) or _("tanpa batas waktu")


def _from(case: Opened) -> str:
    if case.complaint.visibility == Visibility.ANONYMOUS.value:
        return _("Tanpa nama")
    # A sheet passes through many hands: a confidential name does not stand on it.
    if case.confidential or case.reporter is None:
        return _("Dirahasiakan")
    return case.reporter.name or "–"
