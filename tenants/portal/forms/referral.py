"""The form of a referral: one of the directory, or somebody who is written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from central.coordination.models import OutsideOffice
from tenants.complaints.services.referral import Referral, said_of

from .actions import StepForm
from .fields import PlainSelect, date_input

OUTSIDE, FOLLOW_UP = "outside", "follow_up_on"


class ReferForm(StepForm):
    """The step's inputs with the directory above them; at the desk with the day when it looks after it."""

    def __init__(
        self, *args: Any, directory: Sequence[OutsideOffice], follows_up: bool, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self._directory = {str(row.pk): row for row in directory}
        if directory:
            named = [(str(row.pk), _labelled(row)) for row in directory]
            self.fields[OUTSIDE] = forms.ChoiceField(
                label=_("Pilih dari daftar"),
                choices=[("", _("Tidak ada di daftar; saya tulis sendiri")), *named],
                required=False,
                widget=PlainSelect,
                help_text=_("Nama dan cara menghubunginya diisi dari daftar; dua isian berikut diabaikan."),
            )
            self.fields[OUTSIDE].hide_optional = True  # type: ignore[attr-defined]  # read by the renderer
            self.fields["authority"].required = False
            self.fields["authority"].hide_optional = True  # type: ignore[attr-defined]  # the same
        if follows_up:
            self.fields[FOLLOW_UP] = forms.DateField(
                label=_("Tindak lanjuti pada tanggal"),
                required=False,
                widget=date_input(),
                help_text=_("Pada tanggal itu rujukan ini ada di antrean meja pusat."),
            )

    @property
    def for_reporter(self) -> list[forms.BoundField]:
        above = [self[OUTSIDE]] if OUTSIDE in self.fields else []
        return [*above, *super().for_reporter]

    @property
    def internal(self) -> list[forms.BoundField]:
        return [*super().internal, *([self[FOLLOW_UP]] if FOLLOW_UP in self.fields else [])]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        by_hand = OUTSIDE in self.fields and OUTSIDE not in self.errors and not data.get(OUTSIDE)
        if by_hand and not data.get("authority"):
            self.add_error("authority", _("Pilih dari daftar, atau tulis pihak yang berwenang."))
        day = data.get(FOLLOW_UP)
        if day is not None and day < timezone.localdate():
            self.add_error(FOLLOW_UP, _("Tanggal ini sudah lewat. Pilih hari ini atau sesudahnya."))
        return data

    def inputs(self) -> dict[str, Any]:
        found = {code: value for code, value in super().inputs().items() if code not in (OUTSIDE, FOLLOW_UP)}
        return {**found, **self._said(self.cleaned_data.get(OUTSIDE, ""))}

    def given(self) -> dict[str, Any]:
        return {**super().given(), **self._said(self.data.get(self.add_prefix(OUTSIDE), ""))}

    def referral(self) -> Referral:
        """What the step is told beside its inputs."""
        chosen = self.cleaned_data.get(OUTSIDE)
        return Referral(int(chosen) if chosen else None, self.cleaned_data.get(FOLLOW_UP))

    def _said(self, chosen: str) -> dict[str, str]:
        row = self._directory.get(chosen)
        return said_of(row) if row is not None else {}


def _labelled(row: OutsideOffice) -> str:
    return f"{row.name} ({row.purpose})" if row.purpose else row.name
