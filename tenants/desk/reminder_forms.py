"""Forms by which the desk turns to an office: a reminder, a call; and the filter of the list of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from central.coordination.models import DeskCall
from tenants.portal.forms.fields import moment_input, text_area, text_line

FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


class ReminderForm(forms.Form):
    """When the office is reminded, and when the desk looks at what came of it."""

    ring_at = forms.DateTimeField(
        label=_("Kapan diingatkan?"),
        help_text=_("Kosongkan untuk mengingatkan sekarang."),
        required=False,
        widget=moment_input(),
        input_formats=FORMATS,
    )
    follow_at = forms.DateTimeField(
        label=_("Ditindaklanjuti paling lambat"),
        help_text=_(
            "Bila sampai saat itu belum ada langkah apa pun, kepala instansi dan meja pusat dikabari."
        ),
        required=False,
        widget=moment_input(),
        input_formats=FORMATS,
    )


class DeskCallForm(forms.Form):
    """What came of a call to the office."""

    called = text_line(
        150, label=_("Siapa yang ditelepon"), help_text=_("Nama atau jabatan di instansi itu.")
    )
    outcome = forms.ChoiceField(
        label=_("Hasil telepon"), choices=DeskCall.Outcome.choices, widget=forms.RadioSelect
    )
    note = text_area(
        500,
        label=_("Catatan"),
        help_text=_("Jangan menulis nama, nomor, atau alamat pelapor. Yang dikenali disamarkan."),
        required=False,
        rows=3,
    )


class ContactFilter(forms.Form):
    """Filters of the list of reminders or calls, by GET. A value that is not known here narrows nothing."""

    instansi = forms.CharField(
        label=_("Instansi"), required=False, max_length=150, help_text=_("Nama atau sebagian darinya.")
    )
    keadaan = forms.ChoiceField(label=_("Keadaan"), required=False)

    def __init__(self, data: Mapping[str, Any], *, states: Iterable[tuple[str, Any]]) -> None:
        super().__init__(data)
        self.fields["keadaan"].choices = [("", _("Semua")), *states]  # type: ignore[attr-defined]  # of choices
        for field in self.fields.values():
            field.hide_optional = True  # type: ignore[attr-defined]  # read by the renderer

    def asked(self) -> dict[str, str]:
        """Keyword arguments of the list; what cannot be read is left out."""
        self.is_valid()
        data = self.cleaned_data
        return {"office": data.get("instansi", "").strip(), "state": data.get("keadaan", "")}

    @property
    def active(self) -> int:
        """How many filters are set."""
        return sum(bool(value) for value in self.asked().values())
