"""Forms by which the desk turns to an office: a reminder, a call."""

from __future__ import annotations

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
