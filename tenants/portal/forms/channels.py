"""Forms for the ways by which complaints come in, the reminder, and the words of the masking."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.channels.registry import channels
from tenants.channels.registry import label as channel_label
from workflows.common import TimeUnit
from workflows.settings import Masking, Settings

from .fields import PlainSelect, text_area

ALWAYS = "website"
"""The public form is always open: it is where everybody is sent."""

UNITS = (
    (TimeUnit.WORKING_DAYS.value, _("hari kerja")),
    (TimeUnit.WORKING_HOURS.value, _("jam kerja")),
    (TimeUnit.DAYS.value, _("hari kalender")),
    (TimeUnit.HOURS.value, _("jam")),
)


class ChannelsForm(forms.Form):
    """The ways that the office offers, and after how long somebody is reminded of work without a limit."""

    channels = forms.MultipleChoiceField(
        label=_("Kanal yang dibuka"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Formulir di situs web selalu terbuka."),
    )
    remind_value = forms.IntegerField(
        label=_("Ingatkan petugas tentang tugas tanpa batas waktu setiap"), min_value=1, max_value=1000
    )
    remind_unit = forms.ChoiceField(label=_("Satuan waktu pengingat"), widget=PlainSelect)

    def __init__(self, *args: Any, settings: Settings, **options: Any) -> None:
        super().__init__(*args, **options)
        codes = [code for code in channels() if code != ALWAYS]
        codes += [code for code in settings.channels if code not in codes and code != ALWAYS]
        self.fields["channels"].choices = [  # type: ignore[attr-defined]  # a choice field
            (code, channel_label(code)) for code in codes
        ]
        span = settings.remind_after
        units = list(UNITS)
        if span.unit.value not in dict(UNITS):
            units.append((span.unit.value, _("menit kerja")))
        self.fields["remind_unit"].choices = units  # type: ignore[attr-defined]  # a choice field
        self.initial.update(
            channels=[code for code in settings.channels if code != ALWAYS],
            remind_value=span.value,
            remind_unit=span.unit.value,
        )

    def changed(self, document: dict[str, Any]) -> dict[str, Any]:
        """The document with what was typed."""
        data = self.cleaned_data
        span = {"value": data["remind_value"], "unit": data["remind_unit"]}
        return {**document, "channels": [ALWAYS, *data["channels"]], "remind_after": span}


class MaskingForm(forms.Form):
    """Words that the masking always hides and those that it never does."""

    hide = text_area(
        30_000,
        label=_("Selalu disamarkan"),
        required=False,
        help_text=_("Satu per baris, misalnya nama petugas yang sering disebut."),
    )
    keep = text_area(
        30_000,
        label=_("Tidak pernah disamarkan"),
        required=False,
        help_text=_("Satu per baris, misalnya nama jalan yang mirip nama orang."),
    )

    def __init__(self, *args: Any, masking: Masking, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.update(hide="\n".join(masking.hide), keep="\n".join(masking.keep))

    def clean_hide(self) -> list[str]:
        return _words(self.cleaned_data["hide"])

    def clean_keep(self) -> list[str]:
        return _words(self.cleaned_data["keep"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        hidden = {word.casefold() for word in data.get("hide", ())}
        both = next((word for word in data.get("keep", ()) if word.casefold() in hidden), None)
        if both is not None:
            error = _("“%(word)s” tertulis di kedua daftar. Hapus dari salah satunya.")
            self.add_error("keep", forms.ValidationError(error, params={"word": both}))
        return data


def _words(text: str) -> list[str]:
    found = list(dict.fromkeys(" ".join(line.split()) for line in text.splitlines() if line.strip()))
    wrong = next((word for word in found if not 2 <= len(word) <= 60), None)
    if wrong is not None:
        raise forms.ValidationError(_("“%(word)s” harus 2 sampai 60 huruf."), params={"word": wrong[:80]})
    if len(found) > 500:
        raise forms.ValidationError(_("Paling banyak 500 kata."))
    return found
