"""The form for one text of the office, and what every text is for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.template.defaultfilters import linebreaksbr
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tenants.portal.changing import text_data
from workflows.texts import TextEntry

from .fields import text_area, text_line

MESSAGES: dict[str, str | Promise] = {
    "receipt": _("Tanda terima laporan"),
    "question": _("Pertanyaan kepada pelapor"),
    "first_response": _("Tanggapan pertama"),
    "answer": _("Jawaban resmi"),
    "finished": _("Laporan selesai"),
    "declined": _("Laporan tidak dapat ditindaklanjuti"),
    "handed_up": _("Diserahkan ke meja pusat"),
    "referred": _("Diarahkan ke pihak lain"),
    "handed_over": _("Kini ditangani instansi lain"),
    "closed_by_desk": _("Ditutup oleh meja pusat"),
    "reopened": _("Keberatan diterima"),
    "due_moved": _("Batas waktu berubah karena kalender"),
    "due_moved_rules": _("Batas waktu berubah karena prosedur"),
}
"""Texts that are sent to reporters."""

STORY: dict[str, str | Promise] = {
    "replied": _("Pelapor menjawab"),
    "wait_over": _("Waktu menunggu jawaban berakhir"),
    "confirmed": _("Penerimaan dikonfirmasi"),
    "verified": _("Laporan lengkap"),
    "checked": _("Laporan diverifikasi"),
    "eligible": _("Laporan layak ditangani"),
    "classified": _("Laporan diklasifikasi"),
    "assigned": _("Diteruskan kepada petugas"),
    "taken_over": _("Diambil alih"),
    "studied": _("Ditelaah"),
    "investigated": _("Diperiksa"),
    "approved": _("Disetujui"),
    "worked_on": _("Dikerjakan"),
    "hand_up_taken_back": _("Penyerahan ditarik kembali"),
    "handover_left": _("Dialihkan ke instansi lain"),
    "desk_assigned": _("Dialihkan oleh meja pusat"),
    "handed_directly": _("Dialihkan langsung ke instansi lain"),
    "handover_returned": _("Dikembalikan oleh instansi penerima"),
    "unsorted": _("Menunggu dipilihkan instansi"),
    "sent_back": _("Diminta menangani oleh meja pusat"),
    "withdrawn": _("Laporan dicabut"),
    "rated": _("Pelapor menilai"),
    "published": _("Laporan diterbitkan"),
}
"""Texts that only stand on the reporter's tracking page."""

STAFF: dict[str, str | Promise] = {
    "work_new": _("Tugas baru"),
    "reporter_acted": _("Pelapor menanggapi"),
    "work_reminder": _("Pengingat tugas"),
    "due_soon": _("Mendekati batas waktu"),
    "overdue": _("Lewat batas waktu"),
    "escalated": _("Belum ditangani, diteruskan ke atasan"),
    "withdrawn_staff": _("Dicabut pelapor (kepada petugas)"),
    "coordination_answered": _("Koordinasi dijawab"),
    "coordination_declined": _("Koordinasi tidak dapat dijawab"),
    "coordination_late": _("Koordinasi lewat batas waktu"),
}
"""Texts that are sent to staff."""

PLACEHOLDERS: dict[str, str | Promise] = {
    "number": _("nomor register"),
    "code": _("kode lacak, hanya untuk pelapor"),
    "url": _("alamat halaman aduan"),
    "office": _("nama instansi"),
    "name": _("nama penerima"),
    "category": _("kategori aduan"),
    "stage": _("tahap dalam SOP"),
    "due": _("tanggal dan jam batas waktu"),
    "body": _("isi yang ditulis petugas"),
    "reason": _("alasan yang ditulis petugas"),
    "limit": _("lama batas waktu"),
    "unit": _("unit yang menangani"),
    "status": _("status bagi pelapor"),
}
"""What the platform fills in, by the name that stands in braces."""

PARTS: dict[str, tuple[str | Promise, str | Promise]] = {
    "subject": (_("Judul surel"), _("Judul surel dalam bahasa Inggris")),
    "body": (_("Isi surel"), _("Isi surel dalam bahasa Inggris")),
    "line": (_("Kalimat di halaman lacak"), _("Kalimat di halaman lacak dalam bahasa Inggris")),
}


def title_of(key: str) -> str | Promise:
    """What a text is for; the key of one that only the office's SOP knows."""
    return MESSAGES.get(key) or STORY.get(key) or STAFF.get(key) or key


class TextForm(forms.Form):
    """The parts of one text, in both languages."""

    def __init__(self, *args: Any, entry: TextEntry, **options: Any) -> None:
        super().__init__(*args, **options)
        for part, labels in PARTS.items():
            text = getattr(entry, part)
            if text is None:
                continue
            for suffix, label, words in zip(("", "_en"), labels, (text.id, text.en), strict=True):
                long = part == "body"
                make = (
                    text_area(4000, label=label, required=not suffix, rows=8)
                    if long
                    else text_line(400, label=label, required=not suffix)
                )
                make.widget.attrs["lang"] = "en" if suffix else "id"
                self.fields[part + suffix] = make
                self.initial.setdefault(part + suffix, words)

    @property
    def entry(self) -> dict[str, dict[str, str]]:
        """The text as the document has it."""
        data = self.cleaned_data
        return {
            part: text_data(data[part].replace("\r\n", "\n"), data[f"{part}_en"].replace("\r\n", "\n"))
            for part in PARTS
            if part in data
        }


def shown(entry: TextEntry) -> Iterator[dict[str, Any]]:
    """A text's parts for the component `summary_list`."""
    for part, labels in PARTS.items():
        text = getattr(entry, part)
        if text is not None:
            yield {"key": labels[0], "html": _spoken("id", text.id)}
            if text.en:
                yield {"key": labels[1], "html": _spoken("en", text.en)}


def _spoken(language: str, words: str) -> SafeString:
    return format_html('<span lang="{}">{}</span>', language, linebreaksbr(words, autoescape=True))
