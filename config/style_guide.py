"""The style guide, ``/gaya/`` on the platform's host: every component of the pages, with made-up contents."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import segno
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

COLOURS = ("teal", "blue", "green", "maroon", "purple", "brown", "navy", "slate")
ICONS = (
    "check",
    "done",
    "alert",
    "info",
    "clock",
    "late",
    "pause",
    "lock",
    "eye",
    "back",
    "next",
    "down",
    "menu",
    "search",
    "pin",
    "file",
    "copy",
    "share",
    "phone",
    "mail",
    "print",
    "chat",
    "globe",
    "plus",
    "inbox",
    "list",
    "book",
    "send",
    "gear",
    "user",
    "users",
    "flag",
    "shield",
    "undo",
    "move",
    "filter",
    "home",
)


class SampleForm(forms.Form):
    """One field of every kind, so that the renderer can be looked at."""

    name = forms.CharField(label=_("Nama lengkap"), help_text=_("Seperti pada KTP Anda."), max_length=100)
    phone = forms.CharField(
        label=_("Nomor telepon"),
        required=False,
        help_text=_("Untuk mengabari Anda. Boleh ditulis 08… atau +62…"),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "class": "w-20"}),
    )
    description = forms.CharField(label=_("Apa yang terjadi?"), max_length=200, widget=forms.Textarea)
    when = forms.DateField(
        label=_("Tanggal kejadian"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "w-10"}),
    )
    unit = forms.ChoiceField(
        label=_("Unit kerja"), choices=[("", _("Pilih unit")), ("1", _("Seksi pelayanan"))]
    )
    visibility = forms.ChoiceField(
        label=_("Bagaimana nama Anda diperlakukan?"),
        choices=[("open", _("Terbuka")), ("confidential", _("Dirahasiakan")), ("anonymous", _("Anonim"))],
        widget=forms.RadioSelect,
    )
    channels = forms.MultipleChoiceField(
        label=_("Kabari saya lewat"),
        required=False,
        choices=[("email", _("Surel")), ("phone", _("Telepon"))],
        widget=forms.CheckboxSelectMultiple,
    )
    attachment = forms.FileField(
        label=_("Foto atau dokumen"),
        required=False,
        help_text=_("JPG, PNG, atau PDF, paling besar 10 MB."),
        widget=forms.FileInput(attrs={"accept": "image/*,.pdf", "data-max-bytes": "10000000"}),
    )
    truthful = forms.BooleanField(
        label=_("Isi laporan ini benar sepanjang pengetahuan saya."),
        help_text=_("Laporan palsu dapat dikenai sanksi."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["visibility"].choice_hints = {  # type: ignore[attr-defined]  # read by the form renderer
            "open": _("Nama Anda boleh dibaca pada laporan yang terbit."),
            "confidential": _("Hanya petugas yang membaca nama Anda."),
            "anonymous": _("Kami tidak menyimpan nama dan kontak Anda. Anda sendiri yang harus mengecek."),
        }


class SampleFilter(forms.Form):
    """A filter bar's form."""

    unit = forms.ChoiceField(label=_("Unit kerja"), required=False, choices=[("", _("Semua unit"))])
    stage = forms.ChoiceField(label=_("Tahap"), required=False, choices=[("", _("Semua tahap"))])
    text = forms.CharField(label=_("Kata"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.hide_optional = True  # type: ignore[attr-defined]  # read by the form renderer


class SampleMessage(forms.Form):
    """The text of a note or of a reply."""

    text = forms.CharField(label=_("Isi"), max_length=2000, widget=forms.Textarea(attrs={"rows": "4"}))


def _events(now: datetime) -> list[dict[str, object]]:
    return [
        {
            "kind": "reply",
            "title": _("Jawaban untuk Anda"),
            "when": now - timedelta(hours=2),
            "by": _("Kantor contoh"),
            "body": _("Lampu jalan sudah diganti pada hari Kamis. Terima kasih atas laporan Anda."),
            "status_text": _("Selesai"),
            "status_tone": "ok",
            "files": [{"name": "foto-sesudah.jpg", "url": "#berkas", "size": 182_000}],
        },
        {
            "kind": "note",
            "title": _("Catatan"),
            "when": now - timedelta(hours=5),
            "by": _("Petugas contoh"),
            "body": _("Suku cadang diambil dari gudang; sisa stok dua buah."),
        },
        {
            "kind": "reporter",
            "title": _("Tanggapan pelapor"),
            "when": now - timedelta(days=1),
            "by": _("Pelapor"),
            "body": _("Tiang nomor tiga dari arah pasar."),
        },
        {"kind": "system", "title": _("Diteruskan ke seksi pelayanan"), "when": now - timedelta(days=2)},
        {"kind": "public", "title": _("Laporan diterima"), "when": now - timedelta(days=3)},
    ]


@require_safe
def style_guide(request: HttpRequest) -> HttpResponse:
    """Draw every component once. The contents are samples; nothing is read from an office."""
    now = timezone.now()
    broken = SampleForm({"name": "", "description": _("Lampu jalan mati. ") * 20, "visibility": "secret"})
    rows = [
        {"key": _("Kategori"), "value": _("Jalan dan penerangan"), "change_url": "#kategori"},
        {
            "key": _("Apa yang terjadi"),
            "value": _("Lampu jalan di depan pasar mati."),
            "change_url": "#uraian",
        },
        {"key": _("Tempat"), "value": "", "change_url": "#tempat"},
        {"key": _("Telepon"), "value": "0812 0000 0000", "private": True, "change_url": "#telepon"},
    ]
    cells = [
        [
            "012/VII/2026",
            {"label": _("Pokok aduan"), "text": _("Lampu jalan mati")},
            {"label": _("Tahap"), "text": _("Telaah")},
        ],
        [
            "013/VII/2026",
            {"label": _("Pokok aduan"), "text": _("Sampah menumpuk di saluran air")},
            {"label": _("Tahap"), "text": _("Tindak lanjut")},
        ],
    ]
    segments = [
        {"text": _("Saya ")},
        {"text": _("Budi Contoh"), "masked": _("[nama disamarkan]")},
        {"text": _(" melihat lampu mati. Hubungi saya di ")},
        {"text": "0812 0000 0000", "masked": _("[nomor disamarkan]")},
        {"text": "."},
    ]
    steps = [
        {"title": _("Laporan diterima"), "text": _("Anda sudah mendapat nomor registrasi."), "done": True},
        {"title": _("Petugas memeriksa kelengkapan"), "due_at": now + timedelta(days=1)},
        {"title": _("Jawaban untuk Anda"), "due_at": now + timedelta(days=14)},
    ]
    tabs = [
        {"url": "#kerja", "label": _("Kerja saya"), "count": 7, "current": True},
        {"url": "#unit", "label": _("Unit saya"), "count": 23},
        {"url": "#lewat", "label": _("Lewat batas"), "count": 2},
    ]
    context = {
        "broken": broken,
        "cells": cells,
        "colours": COLOURS,
        "events": _events(now),
        "filter_form": SampleFilter(auto_id="saring_%s"),
        "headers": [_("Nomor"), _("Pokok aduan"), _("Tahap")],
        "icons": ICONS,
        "late": now - timedelta(days=2, minutes=1),
        "later": now + timedelta(days=6),
        "note_form": SampleMessage(prefix="catatan"),
        "qr": mark_safe(segno.make("TANGGAP").svg_inline(scale=4, omitsize=True)),  # noqa: S308 - drawn here from a constant
        "reply_form": SampleMessage(prefix="balasan"),
        "rows": rows,
        "sample": SampleForm(),
        "segments": segments,
        "soon": now + timedelta(hours=3, minutes=1),
        "steps": steps,
        "tabs": tabs,
    }
    return render(request, "gaya.html", context)
