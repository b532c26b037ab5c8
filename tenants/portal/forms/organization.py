"""Forms of an office's admins: units, positions, members, who holds what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from tenants.organization.models import Holding, Member, Position, Unit

from .fields import date_input, text_line

CODE = RegexValidator(
    r"^[a-z0-9][a-z0-9_-]{0,39}$",
    _(
        "Pakai huruf kecil, angka, dan tanda hubung; mulai dengan huruf atau angka; "
        "paling banyak 40 karakter."
    ),
)


def code_of(name: str, taken: Iterable[str]) -> str:
    """A code for something new, made from its name and different from those that are taken."""
    base = slugify(name)[:36] or "baru"
    used = set(taken)
    candidates = (base, *(f"{base}-{number}" for number in range(2, len(used) + 3)))
    return next(code for code in candidates if code not in used)


class UnitForm(forms.Form):
    """A unit's name and what it belongs to."""

    name = text_line(150, label=_("Nama unit"))
    parent = forms.ModelChoiceField(
        Unit.objects.none(),
        label=_("Di bawah unit"),
        required=False,
        empty_label=_("Tidak di bawah unit lain"),
    )

    def __init__(self, *args: Any, units: Iterable[Unit], unit: Unit | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        others = [other.pk for other in units if unit is None or other.pk != unit.pk]
        self.fields["parent"].queryset = Unit.objects.filter(pk__in=others)  # type: ignore[attr-defined]  # a field of rows
        self.unit = unit
        if unit is not None:
            self.fields["is_active"] = forms.BooleanField(
                label=_("Unit ini masih dipakai"),
                help_text=_("Unit yang tidak dipakai tidak dapat dipilih lagi; riwayatnya tetap ada."),
                required=False,
            )
            self.initial = {"name": unit.name, "parent": unit.parent_id, "is_active": unit.is_active}


class PositionForm(forms.Form):
    """A position, its unit, and the roles of the SOP that its holder has."""

    title = text_line(150, label=_("Nama jabatan"))
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Unit"), required=False, empty_label=_("Tanpa unit (memimpin instansi)")
    )
    roles = forms.MultipleChoiceField(
        label=_("Peran dalam SOP"),
        help_text=_("Langkah SOP mana yang menjadi tugas pemegang jabatan ini."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        units: Iterable[Unit],
        roles: Iterable[tuple[str, str]],
        position: Position | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=[u.pk for u in units])  # type: ignore[attr-defined]  # a field of rows
        self.fields["roles"].choices = list(roles)  # type: ignore[attr-defined]  # a field of choices
        if position is not None:
            self.fields["is_active"] = forms.BooleanField(
                label=_("Jabatan ini masih ada"),
                help_text=_("Menutup jabatan mengakhiri penugasan pemegangnya hari ini."),
                required=False,
            )
            self.initial = {
                "title": position.title,
                "unit": position.unit_id,
                "roles": position.roles,
                "is_active": position.is_active,
            }


class MemberForm(forms.Form):
    """A person of the office."""

    name = text_line(150, label=_("Nama lengkap"), help_text=_("Seperti tertulis pada surat dinas."))
    phone = text_line(40, label=_("Nomor telepon"), required=False)
    is_admin = forms.BooleanField(
        label=_("Admin instansi"),
        help_text=_(
            "Boleh mengatur unit, jabatan, anggota, dan data instansi. "
            "Admin wajib memakai verifikasi dua langkah."
        ),
        required=False,
    )

    def __init__(self, *args: Any, member: Member | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        if member is not None:
            self.initial = {"name": member.name, "phone": member.phone, "is_admin": member.is_admin}


class NewMemberForm(MemberForm):
    """Somebody who is invited: the link goes to the e-mail address."""

    email = forms.EmailField(
        label=_("Alamat surel"), help_text=_("Undangan dikirim ke sini dan berlaku tiga hari.")
    )
    position = forms.ModelChoiceField(
        Position.objects.none(),
        label=_("Jabatan"),
        required=False,
        empty_label=_("Belum ada"),
        help_text=_("Dapat diatur kemudian."),
    )
    field_order = ("name", "email", "phone", "position", "is_admin")

    def __init__(self, *args: Any, positions: Iterable[Position], **options: Any) -> None:
        super().__init__(*args, **options)
        chosen = Position.objects.filter(pk__in=[p.pk for p in positions])
        self.fields["position"].queryset = chosen  # type: ignore[attr-defined]  # a field of rows
        self.order_fields(self.field_order)


class HoldingForm(forms.Form):
    """Who holds a position from when to when."""

    member = forms.ModelChoiceField(Member.objects.none(), label=_("Siapa"), empty_label=_("Pilih satu"))
    position = forms.ModelChoiceField(
        Position.objects.none(), label=_("Jabatan"), empty_label=_("Pilih satu")
    )
    acting_kind = forms.ChoiceField(
        label=_("Sebagai"),
        choices=Holding.Acting.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_(
            "Plt. menggantikan jabatan yang kosong; Plh. menggantikan pejabat yang berhalangan sementara. "
            "Keduanya mempunyai tanggal selesai."
        ),
    )
    starts_on = forms.DateField(label=_("Mulai tanggal"), widget=date_input())
    ends_on = forms.DateField(
        label=_("Sampai tanggal"),
        required=False,
        widget=date_input(),
        help_text=_("Hari terakhir bertugas. Kosongkan untuk pejabat definitif."),
    )

    def __init__(
        self, *args: Any, members: Iterable[Member], positions: Iterable[Position], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        people, places = [m.pk for m in members], [p.pk for p in positions]
        self.fields["member"].queryset = Member.objects.filter(pk__in=people)  # type: ignore[attr-defined]  # a field of rows
        self.fields["position"].queryset = Position.objects.filter(pk__in=places)  # type: ignore[attr-defined]  # a field of rows
        self.fields["acting_kind"].hide_optional = True  # type: ignore[attr-defined]  # read by the renderer


class EndHoldingForm(forms.Form):
    """The last day of a holding."""

    ends_on = forms.DateField(label=_("Hari terakhir bertugas"), widget=date_input())

    def __init__(self, *args: Any, latest: date | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self._latest = latest

    def clean_ends_on(self) -> date:
        ends_on: date = self.cleaned_data["ends_on"]
        if self._latest is not None and ends_on > self._latest:
            raise forms.ValidationError(
                _("Tugas ini sudah berakhir lebih awal. Untuk memperpanjang, buat penugasan baru.")
            )
        return ends_on
