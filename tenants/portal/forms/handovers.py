"""Forms by which an admin gives somebody's work to others."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.organization.models import Absence, Member
from tenants.organization.queries import present_members, today

from .fields import date_input

HEIR = "kepada"


class HeirForm(forms.Form):
    """Who gets the work. `by_get`: it is only looked at what would happen."""

    kepada = forms.ModelChoiceField(
        Member.objects.none(),
        label=_("Serahkan kepada"),
        required=False,
        empty_label=_("Kembali kepada pemegang peran"),
        help_text=_("Tugas yang perannya tidak dipegang orang ini kembali kepada pemegang peran."),
        error_messages={"invalid_choice": _("Orang itu tidak dapat dipilih. Pilih dari daftar.")},
    )

    def __init__(self, *args: Any, member: Member, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields[HEIR].queryset = present_members().exclude(pk=member.pk)  # type: ignore[attr-defined]  # a field of rows
        self.fields[HEIR].hide_optional = True  # type: ignore[attr-defined]  # read by the renderer

    @property
    def heir(self) -> Member | None:
        """The chosen person of a valid form; None: the holders of the roles."""
        found: Member | None = self.cleaned_data[HEIR]
        return found


class AbsenceForm(forms.Form):
    """From when to when somebody is away, and who acts for them. `absence`: one that is changed."""

    starts_on = forms.DateField(label=_("Tidak hadir mulai"), widget=date_input())
    ends_on = forms.DateField(label=_("Sampai dengan"), widget=date_input())
    substitute = forms.ModelChoiceField(
        Member.objects.none(),
        label=_("Pengganti"),
        required=False,
        empty_label=_("Tanpa pengganti"),
        help_text=_(
            "Pengganti menjadi Plh. untuk jabatan orang ini pada hari-hari itu dan menerima tugasnya. "
            "Tanpa pengganti, tugasnya kembali kepada pemegang peran."
        ),
        error_messages={"invalid_choice": _("Orang itu tidak dapat dipilih. Pilih dari daftar.")},
    )

    def __init__(self, *args: Any, member: Member, absence: Absence | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        others = Member.objects.filter(is_active=True).exclude(pk=member.pk)
        self.fields["substitute"].queryset = others  # type: ignore[attr-defined]  # a field of rows
        if absence is not None:
            self.initial = {name: getattr(absence, name) for name in ("starts_on", "ends_on", "substitute")}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begin: date | None = cleaned.get("starts_on")
        end: date | None = cleaned.get("ends_on")
        if begin is not None and end is not None and end < begin:
            self.add_error("ends_on", _("Hari terakhir lebih awal daripada hari pertama."))
        elif end is not None and end < today():
            self.add_error("ends_on", _("Hari terakhir sudah lewat."))
        return cleaned
