"""Forms of the desk: the queue's filters, and the people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.portal.forms.fields import one_of, text_area, text_line

from .queries import Filters
from .queries.watch import Watched

SIDES = {
    "terlambat": "late",
    "hampir": "soon",
    "diserahkan": "handed_up",
    "berpindah": "bounced",
    "belum-ditangani": "unowned",
    "ingatkan": "to_remind",
}
"""Sides of the worklist by their names in the address."""

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


class WatchFilter(forms.Form):
    """Filters of the worklist by GET. As with the queue, a value that is not known here narrows nothing."""

    AGES = (7, 14, 30, 60)

    instansi = forms.CharField(
        label=_("Instansi"), required=False, max_length=150, help_text=_("Nama atau sebagian darinya.")
    )
    kategori = forms.ChoiceField(label=_("Kategori"), required=False)
    umur = forms.ChoiceField(label=_("Umur aduan"), required=False)
    urut = forms.ChoiceField(
        label=_("Urutkan menurut"),
        required=False,
        choices=[("", _("Sisa waktu")), ("umur", _("Yang paling lama menunggu"))],
    )

    def __init__(self, data: Mapping[str, Any], *, categories: Choices) -> None:
        super().__init__(data)
        every = ("", _("Semua"))
        listed = [every, *categories]
        ages = [(str(days), _("Lebih dari %(n)d hari") % {"n": days}) for days in self.AGES]
        if len(listed) > 1:
            self.fields["kategori"].choices = listed  # type: ignore[attr-defined]  # it is a field of choices
        else:
            del self.fields["kategori"]
        self.fields["umur"].choices = [every, *ages]  # type: ignore[attr-defined]  # the same
        for field in self.fields.values():
            field.hide_optional = True  # type: ignore[attr-defined]  # read by the renderer

    def asked(self) -> Watched:
        """What is asked for; what cannot be read is left out."""
        self.is_valid()
        data = self.cleaned_data
        return Watched(
            office=data.get("instansi", "").strip(),
            category=data.get("kategori", ""),
            older=int(data.get("umur") or 0),
        )

    @property
    def by_age(self) -> bool:
        """Whether what has waited longest is to stand first."""
        self.is_valid()
        return bool(self.cleaned_data.get("urut") == "umur")

    @property
    def active(self) -> int:
        """How many filters are set; the order is none."""
        self.is_valid()
        return sum(bool(value) for name, value in self.cleaned_data.items() if name != "urut")


class HandOverForm(forms.Form):
    """To which office a complaint goes that was handed up."""

    def __init__(self, *args: Any, offices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["office"] = one_of(
            offices,
            label=_("Instansi yang berwenang"),
            help_text=_("Seluruh isi aduan, riwayat, dan lampirannya pindah ke instansi ini."),
        )
        self.fields["message"] = text_area(
            2_000,
            rows=4,
            required=False,
            label=_("Pesan untuk pelapor dan instansi penerima"),
            help_text=_("Misalnya mengapa instansi ini yang menangani. Dibaca pelapor di halaman lacak."),
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
