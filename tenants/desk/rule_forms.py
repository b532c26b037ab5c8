"""Forms of the desk's admins: the government's rules, its own report form, and the offices outside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from central.coordination.models import IntakeRule
from central.offices.models import Government
from tenants.portal.forms.fields import PlainSelect, text_line

from .services import MOST_BOUNCES

UNITS: dict[str, Promise] = {
    "WM": _("menit kerja"),
    "WH": _("jam kerja"),
    "WD": _("hari kerja"),
    "h": _("jam, siang dan malam"),
    "d": _("hari, termasuk hari libur"),
}
"""Units of a limit, as `workflows.common.TimeUnit` has them."""

Choices = Iterable[tuple[str, str]]


class RulesForm(forms.Form):
    """How complaints go between the offices of the government."""

    direct_handover = forms.BooleanField(
        label=_("Instansi boleh menyerahkan langsung ke instansi lain"),
        required=False,
        help_text=_(
            "Hanya ke instansi yang ditunjuk aturan penyalurannya sendiri. Tanpa izin ini, setiap aduan yang "
            "bukan kewenangan instansi diputuskan meja pusat."
        ),
    )
    bounce_limit = forms.IntegerField(
        label=_("Paling banyak berapa kali pindah instansi"),
        min_value=1,
        max_value=MOST_BOUNCES,
        help_text=_("Setelah pindah sebanyak ini, hanya meja pusat yang memutuskan ke mana aduan pergi."),
    )
    count = forms.IntegerField(
        label=_("Batas waktu meja pusat"),
        min_value=1,
        max_value=100_000,
        help_text=_(
            "Dalam waktu ini aduan yang diserahkan ke meja pusat harus diputuskan. Misalnya 60 menit kerja. "
            "Aduan yang sudah menunggu tetap memakai batas yang lama."
        ),
    )
    unit = forms.ChoiceField(label=_("Satuan batas waktu"), choices=list(UNITS.items()), widget=PlainSelect)

    def rules(self) -> dict[str, Any]:
        """What `services.change_rules` takes."""
        data = self.cleaned_data
        return {
            "direct_handover": data["direct_handover"],
            "bounce_limit": data["bounce_limit"],
            "desk_limit": f"{data['count']} {data['unit']}",
        }

    @staticmethod
    def initial_of(government: Government) -> dict[str, Any]:
        """What the form shows first."""
        count, _space, unit = government.desk_limit.partition(" ")
        return {
            "direct_handover": government.direct_handover,
            "bounce_limit": government.bounce_limit,
            "count": count,
            "unit": unit,
        }


class OutsideForm(forms.Form):
    """An office that is not on the platform, and how to reach it."""

    name = text_line(150, label=_("Nama"), help_text=_("Misalnya Balai Besar Pelaksanaan Jalan Nasional."))
    purpose = text_line(
        250, label=_("Untuk urusan apa"), required=False, help_text=_("Misalnya jalan dan jembatan nasional.")
    )
    address = text_line(250, label=_("Alamat"), required=False)
    phone = text_line(40, label=_("Telepon"), required=False)
    email = forms.EmailField(
        label=_("Alamat surel"),
        required=False,
        max_length=254,
        help_text=_("Bila diisi, instansi ini dikabari setiap kali sebuah aduan dirujuk kepadanya."),
    )
    website = forms.URLField(
        label=_("Situs web"),
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url"}),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not any(data[name] for name in ("address", "phone", "email", "website")):
            self.add_error("phone", _("Isi paling sedikit satu cara menghubunginya."))
        return data


class DoorForm(forms.Form):
    """To which office something goes, and as which of its categories. Those of an office can be chosen from
    once it is known. `nothing`: the words for naming no office.
    """

    def __init__(
        self, *args: Any, offices: Choices, categories: Choices, nothing: str = "", **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["office"] = forms.ChoiceField(
            label=_("Instansi"),
            choices=[("", nothing or _("Diputuskan meja pusat")), *offices],
            required=False,
            widget=PlainSelect,
        )
        listed = list(categories)
        if listed:
            self.fields["category"] = forms.ChoiceField(
                label=_("Kategori di instansi itu"),
                choices=[("", _("Tanpa kategori")), *listed],
                required=False,
                widget=PlainSelect,
                help_text=_("Aduan diterima di sana dengan kategori ini."),
            )
        for name in ("office", "category"):
            if name in self.fields:  # an empty choice says it
                self.fields[name].hide_optional = True  # type: ignore[attr-defined]  # read by the renderer


class IntakeRuleForm(DoorForm):
    """One choice of the government's own form."""

    name = text_line(100, label=_("Pilihan"), help_text=_("Seperti dibaca warga, misalnya Jalan berlubang."))
    name_en = text_line(100, label=_("Dalam bahasa Inggris"), required=False)
    group = text_line(
        100,
        label=_("Judul kelompok"),
        required=False,
        help_text=_("Pilihan dengan judul yang sama berdiri di bawah judul itu, misalnya Jalan dan trotoar."),
    )
    position = forms.IntegerField(
        label=_("Urutan"), min_value=1, max_value=999, help_text=_("Angka kecil berdiri lebih dahulu.")
    )

    field_order = ("name", "name_en", "group", "position", "office", "category")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.order_fields(self.field_order)

    @staticmethod
    def initial_of(rule: IntakeRule) -> dict[str, Any]:
        """What the form shows first."""
        return {
            "name": rule.name,
            "name_en": rule.name_en,
            "group": rule.group,
            "position": rule.position,
            "office": rule.office.code if rule.office else "",
            "category": rule.category,
        }
