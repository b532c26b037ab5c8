"""The filters of the portal's lists; they live in the address, so that a view can be shared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.channels.registry import channels
from tenants.complaints.queries import Filters
from tenants.complaints.words import STATUSES, said
from tenants.organization.models import Unit
from workflows.settings import Settings

from .fields import PlainSelect

NAMES = {"kategori": "category", "unit": "unit", "status": "status", "kanal": "channel", "terlambat": "late"}
"""The filters' names in the address."""


class FilterForm(forms.Form):
    """Filters by GET. A value that is not known here narrows nothing, so that an old link still opens."""

    kategori = forms.ChoiceField(label=_("Kategori"), required=False, widget=PlainSelect)
    unit = forms.ChoiceField(label=_("Unit"), required=False, widget=PlainSelect)
    status = forms.ChoiceField(label=_("Status"), required=False, widget=PlainSelect)
    kanal = forms.ChoiceField(label=_("Kanal"), required=False, widget=PlainSelect)
    q = forms.CharField(label=_("Nomor, nama, telepon, atau kata"), required=False, max_length=100)
    terlambat = forms.BooleanField(label=_("Hanya yang terlambat"), required=False)

    def __init__(self, data: Mapping[str, Any], *, settings: Settings, units: Iterable[Unit]) -> None:
        super().__init__(data)
        every = ("", _("Semua"))
        categories = [(code, said(name)) for code, name in settings.category_choices]
        listed: dict[str, list[tuple[str, Any]]] = {
            "kategori": categories,
            "unit": [(unit.code, unit.name) for unit in units],
            "status": list(STATUSES.items()),
            "kanal": [(channel.code, channel.label) for channel in channels().values()],
        }
        for name, choices in listed.items():
            self.fields[name].choices = [every, *choices]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.hide_optional = True  # type: ignore[attr-defined]  # read by the renderer

    def filters(self) -> Filters:
        """What is asked for; what cannot be read is left out."""
        self.is_valid()
        found = {NAMES[name]: value for name, value in self.cleaned_data.items() if name in NAMES and value}
        return Filters(**found, words=self.cleaned_data.get("q", "").replace("\x00", "").strip())

    @property
    def active(self) -> int:
        """How many filters are set."""
        self.is_valid()
        return sum(bool(value) for value in self.cleaned_data.values())
