"""Forms of the tracking pages: finding a report, a lost code, and whatever the SOP lets the reporter do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.portal.forms.files import StoredFilesField
from workflows.decision import InputKind, Offer, OfferedInput

from .fields import Words
from .report import words

MOST_FILES = 10
LONG_LINE = 250


class FindForm(forms.Form):
    """A tracking code or a register number."""

    code = Words(
        label=_("Kode lacak atau nomor registrasi"),
        help_text=_("Kode lacak berbentuk seperti K7QM-3WXD-9PHT-RAEF. Huruf kecil dan spasi boleh."),
        max_length=100,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": _("Isi kode lacak atau nomor registrasi.")},
    )


class LostCodeForm(forms.Form):
    """The contact that the reporter gave."""

    contact = Words(
        label=_("Surel atau nomor telepon yang dulu Anda berikan"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "email", "autocapitalize": "none"}),
        error_messages={"required": _("Isi alamat surel atau nomor telepon.")},
    )


SCORES = (
    ("5", _("5 – sangat puas")),
    ("4", _("4 – puas")),
    ("3", _("3 – cukup")),
    ("2", _("2 – tidak puas")),
    ("1", _("1 – sangat tidak puas")),
)


class ReporterStepForm(forms.Form):
    """The inputs of one thing that the reporter may do now, as the engine offers it.

    `owner` ties files that were uploaded in an earlier try to this complaint.
    """

    def __init__(self, offer: Offer, *args: Any, owner: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.owner = owner
        for wanted in offer.inputs:
            self.fields[wanted.code] = self._field(wanted)

    def inputs(self) -> dict[str, Any]:
        """What the engine is given; what was left empty is left out."""
        return {code: value for code, value in self.cleaned_data.items() if value not in (None, "", [])}

    def refuse(self, fields: dict[str, Any]) -> None:
        """Puts what a command said about single inputs beside them."""
        for name, message in fields.items():
            self.add_error(name if name in self.fields else None, message)

    def _field(self, wanted: OfferedInput) -> forms.Field:
        common: dict[str, Any] = {
            "label": words(wanted.label),
            "help_text": words(wanted.help),
            "required": wanted.required,
            "initial": wanted.default,
        }
        match wanted.kind:
            case InputKind.TEXT:
                return Words(max_length=wanted.max_length, widget=forms.Textarea(attrs={"rows": 6}), **common)
            case InputKind.FILES:
                return StoredFilesField(
                    most=min(wanted.max_length, MOST_FILES), owner=f"reporter:{self.owner}", **common
                )
            case InputKind.NUMBER if wanted.code == "score":
                scores = forms.TypedChoiceField(
                    choices=SCORES, coerce=int, empty_value=None, widget=forms.RadioSelect, **common
                )
                scores.label = _("Bagaimana penilaian Anda atas penanganan laporan ini?")
                scores.error_messages["required"] = _("Pilih satu nilai, dari 1 sampai 5.")
                return scores
            case InputKind.NUMBER:
                return forms.IntegerField(**common)
            case InputKind.CHECKBOX:
                return forms.BooleanField(**common)
            case InputKind.DATE:
                return forms.DateField(
                    widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **common
                )
            case InputKind.CHOICE | InputKind.CATEGORY:
                choices = [(value, words(label)) for value, label in wanted.choices]
                return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
            case _:
                return Words(max_length=min(wanted.max_length, LONG_LINE), **common)
