"""Forms for the office's own data and its calendar."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from central.offices.models import Office
from tenants.complaints.inspection import Refused, logo
from workflows.settings import NUMBER_PLACEHOLDER

from .fields import date_input, text_line

LOGO_BYTES = 1024 * 1024
LOGO_SIDE = 256


class OfficeForm(forms.Form):
    """How the office is called, where it is, what it looks like, how it numbers."""

    name = text_line(150, label=_("Nama instansi"))
    address = text_line(250, label=_("Alamat"), required=False)
    phone = text_line(40, label=_("Telepon"), required=False)
    email = forms.EmailField(label=_("Surel"), required=False)
    colour = forms.ChoiceField(
        label=_("Warna"),
        choices=Office.Colour.choices,
        widget=forms.RadioSelect,
        help_text=_("Setiap pilihan sudah diuji agar tulisannya terbaca."),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG, JPG, atau WebP, paling besar 1 MB. Dikecilkan menjadi 256 piksel."),
    )
    drop_logo = forms.BooleanField(label=_("Hapus logo yang sekarang"), required=False)
    number_pattern = text_line(
        60,
        label=_("Pola nomor register"),
        help_text=_(
            "Isian yang dikenal: {seq} nomor urut ({seq:04} dengan empat angka), {year}, {month}, "
            "{month_roman}, {office}. Nomor urut berlanjut meskipun polanya diganti."
        ),
    )

    def __init__(self, *args: Any, has_logo: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not has_logo:
            del self.fields["drop_logo"]

    def clean_number_pattern(self) -> str:
        pattern: str = self.cleaned_data["number_pattern"]
        rest = NUMBER_PLACEHOLDER.sub("", pattern)
        if re.search("[{}]", rest):
            raise forms.ValidationError(
                _("Ada isian yang tidak dikenal. Pakai {seq}, {year}, {month}, {month_roman}, atau {office}.")
            )
        if "{seq" not in pattern or "{year}" not in pattern:
            raise forms.ValidationError(
                _("Pola harus memuat {seq} dan {year} supaya tidak ada nomor kembar.")
            )
        return pattern

    def clean_logo(self) -> bytes | None:
        """A small PNG of the picture, without its metadata; None where none was sent."""
        upload: UploadedFile[Any] | None = self.cleaned_data["logo"]
        if upload is None:
            return None
        if (upload.size or 0) > LOGO_BYTES:
            raise forms.ValidationError(_("Berkas logo terlalu besar. Paling besar 1 MB."))
        try:
            return logo(upload.read(), LOGO_SIDE)
        except Refused as refused:
            raise forms.ValidationError(
                _("Berkas ini bukan gambar PNG, JPG, atau WebP yang utuh.")
            ) from refused


class ClosingForm(forms.Form):
    """Days on which the office is closed besides national holidays."""

    name = text_line(
        150, label=_("Sebab"), help_text=_("Misalnya “Hari jadi kabupaten” atau “Kantor banjir”.")
    )
    starts_on = forms.DateField(label=_("Mulai tanggal"), widget=date_input())
    ends_on = forms.DateField(
        label=_("Sampai tanggal"),
        widget=date_input(),
        required=False,
        help_text=_("Kosongkan bila hanya satu hari."),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("Tanggal selesai lebih awal daripada tanggal mulai."))
        elif first and last and (last - first).days > 366:
            self.add_error("ends_on", _("Paling lama satu tahun sekali isi."))
        return data
