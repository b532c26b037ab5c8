"""Forms of the desk: the queue's filters, and the people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.portal.forms.fields import one_of, text_line

from .queries import Filters

KINDS = {"langkah": "step", "diserahkan": "handed_up"}
"""Kinds of work by their names in the address."""

Choices = Iterable[tuple[str, str]]


class QueueFilter(forms.Form):
    """Filters by GET. A value that is not known here narrows nothing, so that an old link still opens."""

    instansi = forms.ChoiceField(label=_("Instansi"), required=False)
    peran = forms.ChoiceField(label=_("Peran"), required=False)
    terlambat = forms.BooleanField(label=_("Hanya yang terlambat"), required=False)

    def __init__(self, data: Mapping[str, Any], *, offices: Choices, roles: Choices) -> None:
        super().__init__(data)
        every = ("", _("Semua"))
        for name, choices in (("instansi", list(offices)), ("peran", list(roles))):
            if len(choices) > 1:
                self.fields[name].choices = [every, *choices]  # type: ignore[attr-defined]
            else:
                del self.fields[name]
        for field in self.fields.values():
            field.hide_optional = True  # type: ignore[attr-defined]  # read by the renderer

    def filters(self, kind: str) -> Filters:
        """What is asked for, of one kind of work; what cannot be read is left out."""
        self.is_valid()
        data = self.cleaned_data
        return Filters(
            office=data.get("instansi", ""),
            kind=kind,
            role=data.get("peran", ""),
            late=data.get("terlambat", False),
        )

    @property
    def active(self) -> int:
        """How many filters are set."""
        self.is_valid()
        return sum(bool(value) for value in self.cleaned_data.values())


class HandOverForm(forms.Form):
    """To which office a complaint goes that was handed up."""

    def __init__(self, *args: Any, offices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["office"] = one_of(
            offices,
            label=_("Instansi yang berwenang"),
            help_text=_("Seluruh isi aduan, riwayat, dan lampirannya pindah ke instansi ini."),
        )


class InvitationForm(forms.Form):
    """Somebody who is to work at the desk; the link goes to the e-mail address."""

    name = text_line(150, label=_("Nama lengkap"), help_text=_("Seperti tertulis pada surat dinas."))
    email = forms.EmailField(
        label=_("Alamat surel"),
        max_length=254,
        help_text=_("Undangan dikirim ke sini dan berlaku tiga hari."),
    )

    def __init__(self, *args: Any, roles: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"] = one_of(
            roles, label=_("Peran"), help_text=_("Peran lain dapat ditambahkan setelah undangan diterima.")
        )


class RolesForm(forms.Form):
    """The roles that a member of the desk holds."""

    def __init__(self, *args: Any, roles: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["roles"] = forms.MultipleChoiceField(
            label=_("Peran di meja"),
            help_text=_(
                "Peran SOP menentukan langkah yang boleh diambil. Admin melihat seluruh antrean dan mengatur "
                "anggota, tetapi tidak mengambil langkah tanpa peran SOP."
            ),
            choices=list(roles),
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Pilih paling sedikit satu peran, atau akhiri keanggotaannya.")},
        )
