"""Fields that several forms of the portal share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from central.plaintext import LineField, TextField

FEW = 6
"""Up to so many choices are shown as radio buttons, more as a list to open."""

TOO_LONG = _("Terlalu panjang: %(show_value)s karakter, paling banyak %(limit_value)s. Ringkas isinya.")


class PlainSelect(forms.Select):
    """A list to open, drawn by one template instead of one an option: lists have dozens."""

    template_name = "portal/widgets/select.html"


def date_input() -> forms.DateInput:
    """The browser's own date picker; what is typed without one is read as `2026-11-21`."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def moment_input() -> forms.DateTimeInput:
    """The browser's own picker for a local date and time."""
    return forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})


def text_area(most: int, *, least: int = 0, rows: int = 6, **options: Any) -> forms.CharField:
    """A text of several lines with a limit that is counted down, never cut off."""
    return TextField(
        widget=forms.Textarea(attrs={"rows": str(rows)}),
        max_length=most,
        min_length=least or None,
        error_messages={"max_length": TOO_LONG, **options.pop("error_messages", {})},
        **options,
    )


def text_line(most: int, **options: Any) -> forms.CharField:
    """One line of text; the browser does not cut it off, the server says what is too long."""
    field = LineField(max_length=most, error_messages={"max_length": TOO_LONG}, **options)
    field.widget.attrs.pop("maxlength", None)
    return field


def one_of(
    choices: Iterable[tuple[str, Any]], *, required: bool = True, nothing: Any = "", **options: Any
) -> forms.ChoiceField:
    """One of several values: radio buttons while they are few, else a list with an empty first line.

    `nothing`: the words for choosing none of them.
    """
    listed: list[tuple[str, Any]] = list(choices)
    nothing = nothing or (_("Pilih satu") if required else _("Tidak ditentukan"))
    if len(listed) <= FEW:
        if not required:
            listed.append(("", nothing))
        return forms.ChoiceField(choices=listed, required=required, widget=forms.RadioSelect, **options)
    choices = [("", nothing), *listed]
    return forms.ChoiceField(choices=choices, required=required, widget=PlainSelect, **options)


def mark_english(form: forms.Form) -> None:
    """Says of the fields for English words that they are: they are read aloud as such."""
    for name, field in form.fields.items():
        if name.endswith("_en"):
            field.widget.attrs["lang"] = "en"
