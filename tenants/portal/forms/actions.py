"""The form of one step, built from what the engine offers: no step has a form of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workflows.actions import CORRECTION
from workflows.decision import InputKind, Offer, OfferedInput

from .fields import PlainSelect, date_input, one_of, text_area, text_line
from .files import StoredFilesField

MOST_FILES = 10
LONG_LINE = 250
_WRITTEN = (InputKind.TEXT, InputKind.LINE, InputKind.FILES)

OfficeChoices = Mapping[tuple[str, str], Iterable[tuple[str, str]]]
"""What the office fills in where the procedure cannot, its units and people: by (action, input)."""


class StepForm(forms.Form):
    """Exactly the inputs of one offer, under their codes; parted for the page by who reads them."""

    prefix = "isi"

    def __init__(
        self,
        offer: Offer,
        language: str,
        *args: Any,
        choices: OfficeChoices,
        owner: str,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.offer = offer
        self._choices = choices
        self._language = language
        self._owner = owner
        for wanted in offer.inputs:
            field = self.fields[wanted.code] = self._field(wanted)
            if wanted.code == CORRECTION:  # demanded where something changes; its hint says so
                field.hide_optional = True  # type: ignore[attr-defined]  # read by the renderer

    @property
    def internal(self) -> list[forms.BoundField]:
        """What only staff read."""
        return [self[part.code] for part in self.offer.inputs if not part.to_reporter]

    @property
    def written_for_staff(self) -> bool:
        """Whether something is to be written or attached that only staff read: the page says so."""
        return any(part.kind in _WRITTEN for part in self.offer.inputs if not part.to_reporter)

    @property
    def for_reporter(self) -> list[forms.BoundField]:
        """What the reporter reads too."""
        return [self[part.code] for part in self.offer.inputs if part.to_reporter]

    @property
    def body(self) -> forms.BoundField | None:
        """The input whose words go into the message to the reporter."""
        code = self.offer.body_input
        return self[code] if code and code in self.fields else None

    def inputs(self) -> dict[str, Any]:
        """The cleaned values for the engine, by code; what was left empty is left out."""
        return {code: value for code, value in self.cleaned_data.items() if value not in (None, "", [])}

    def given(self) -> dict[str, Any]:
        """What stands in the form, right or wrong: for a preview while it is being written."""
        return {item.code: self[item.code].value() or "" for item in self.offer.inputs}

    def refuse(self, fields: Mapping[str, Any]) -> None:
        """Puts what a service said about single inputs beside them, the rest above all."""
        for name, message in fields.items():
            self.add_error(name if name in self.fields else None, message)

    def _field(self, wanted: OfferedInput) -> forms.Field:
        common: dict[str, Any] = {
            "label": wanted.label.get(self._language),
            "help_text": wanted.help.get(self._language) if wanted.help else "",
            "required": wanted.required,
            "initial": wanted.default,
        }
        match wanted.kind:
            case InputKind.TEXT:
                return text_area(wanted.max_length, least=wanted.min_length, **common)
            case InputKind.LINE:
                return text_line(min(wanted.max_length, LONG_LINE), **common)
            case InputKind.MEMBER:
                return _member(self._listed(wanted), common)
            case InputKind.CHOICE | InputKind.CATEGORY | InputKind.ROLE | InputKind.UNIT:
                return one_of(self._listed(wanted), **common)
            case InputKind.DATE:
                return forms.DateField(widget=date_input(), **common)
            case InputKind.NUMBER:
                return forms.IntegerField(min_value=wanted.minimum, max_value=wanted.maximum, **common)
            case InputKind.CHECKBOX:
                return forms.BooleanField(**common)
            case InputKind.FILES:
                return StoredFilesField(most=min(wanted.max_length, MOST_FILES), owner=self._owner, **common)

    def _listed(self, wanted: OfferedInput) -> list[tuple[str, str]]:
        """The engine's choices in words; the office's where the engine knows none."""
        own = [(value, label.get(self._language)) for value, label in wanted.choices]
        return own or list(self._choices.get((self.offer.action, wanted.code), ()))


def _member(people: Iterable[tuple[str, str]], common: dict[str, Any]) -> forms.TypedChoiceField:
    choices = [("", _("Pilih satu") if common["required"] else _("Tidak ditentukan")), *people]
    return forms.TypedChoiceField(choices=choices, coerce=int, empty_value=None, widget=PlainSelect, **common)
