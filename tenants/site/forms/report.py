"""The questions of the report form. What is asked and demanded comes from the office's SOP and settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from central.plaintext import demand_name
from tenants.complaints.models import Complaint
from tenants.portal.forms.fields import one_of
from tenants.portal.forms.questions import question_fields
from tenants.procedure.queries import Rules
from workflows.common import Text
from workflows.procedure import IntakeRules
from workflows.settings import Category

from .fields import Coordinate, Email, Files, Phone, Words, upload_field

Visibility = Complaint.Visibility
Answers = Mapping[str, Any]


def words(text: Text | None) -> str:
    """A document's text in the page's language."""
    return text.get(get_language() or "id") if text else ""


class StepForm(forms.Form):
    """One page of the form. `answers`: everything that was answered so far."""

    def __init__(self, *args: Any, rules: Rules, answers: Answers, **options: Any) -> None:
        self.rules = rules
        self.intake: IntakeRules = rules.procedure.intake
        self.answers = answers
        options.setdefault("initial", dict(answers))
        super().__init__(*args, **options)
        self.prepare()

    def prepare(self) -> None:
        """Fits the fields to the office's rules."""

    def wanted(self, name: str) -> bool:
        """Whether the procedure demands this field of a reporter."""
        return name in self.intake.required

    def kept(self) -> dict[str, Any]:
        """What is kept of the valid form, fit for JSON."""
        return dict(self.cleaned_data)


class CategoryForm(StepForm):
    category = forms.ChoiceField(
        label=_("Laporan Anda tentang apa?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Pilih satu kategori."),
            "invalid_choice": _("Kategori itu tidak ada di instansi ini. Pilih salah satu di bawah."),
        },
    )

    def prepare(self) -> None:
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)
        choices = [(code, words(label)) for code, label in self.rules.settings.category_choices]
        if not self.wanted("category"):
            field.required = False
            field.hide_optional = True  # type: ignore[attr-defined]  # "I do not know" is one of the choices
            choices.append(("", str(_("Saya tidak tahu"))))
        field.choices = choices
        field.choice_hints = {  # type: ignore[attr-defined]  # read by the form renderer
            code: words(self._inherited(code, "note")) for code, _label in choices if code
        }

    def _inherited(self, code: str, name: str) -> Text | None:
        path = self.rules.settings.paths.get(code, ())
        own: Text | None = getattr(path[-1], name) if path else None
        return own

    def groups(self) -> list[tuple[str, list[tuple[Any, str]]]]:
        """The radio buttons under the name of the category above them, those without one last."""
        grouped: dict[str, list[tuple[Any, str]]] = {}
        alone: list[tuple[Any, str]] = []
        for option in self["category"].options:  # type: ignore[attr-defined]  # the renderer's bound field
            path = self.rules.settings.paths.get(str(option.widget.data["value"]), ())
            if len(path) > 1:
                label = " › ".join(words(part.name) for part in path[1:])
                grouped.setdefault(words(path[0].name), []).append((option, label))
            else:
                alone.append((option, words(path[0].name) if path else option.widget.choice_label))
        rest = str(_("Lain-lain")) if grouped else ""
        return [*grouped.items(), (rest, alone)] if alone else list(grouped.items())


class QuestionsForm(StepForm):
    """What the chosen category asks beside the description."""

    def prepare(self) -> None:
        questions = self.rules.settings.questions_of(self.answers.get("category"))
        self.fields.update(question_fields(questions))


def category_hint(rules: Rules, code: str) -> str:
    """What a reporter is told at once on choosing a category: its own hint, or the nearest above it."""
    path: tuple[Category, ...] = rules.settings.paths.get(code, ())
    return words(next((part.hint for part in reversed(path) if part.hint), None))


class DescriptionForm(StepForm):
    description = Words(
        label=_("Apa yang terjadi?"),
        help_text=_(
            "Ceritakan dengan kata-kata Anda sendiri: apa yang Anda lihat atau alami, siapa yang terkena "
            "dampaknya, dan apa yang Anda harapkan. Jangan tulis nomor KTP atau nomor telepon di sini."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def prepare(self) -> None:
        self.fields["description"] = Words(
            label=self.fields["description"].label,
            help_text=self.fields["description"].help_text,
            widget=self.fields["description"].widget,
            min_length=self.intake.min_description,
            max_length=self.intake.max_description,
            error_messages={"required": _("Tulis apa yang terjadi.")},
        )


class PlaceForm(StepForm):
    place = Words(
        label=_("Di mana?"),
        help_text=_("Nama jalan, dusun, RT/RW, atau patokan yang mudah dikenali."),
        max_length=250,
        required=False,
        error_messages={"required": _("Tulis tempat kejadian. Bila tidak tahu pasti, tulis patokannya.")},
    )
    occurred_at = Words(
        label=_("Kapan?"),
        help_text=_("Boleh kira-kira, misalnya “kemarin sore” atau “sejak awal bulan”."),
        max_length=100,
        required=False,
        error_messages={"required": _("Tulis kapan terjadinya. Boleh kira-kira.")},
    )
    latitude = Coordinate(90)
    longitude = Coordinate(180)
    forget_point = forms.BooleanField(label=_("Hapus titik lokasi yang tersimpan"), required=False)

    def prepare(self) -> None:
        if not self.answers.get("latitude"):
            del self.fields["forget_point"]
        for name in ("place", "occurred_at"):
            self.fields[name].required = self.wanted(name)
        if areas := [(area.code, words(area.name)) for area in self.rules.settings.areas]:
            self.fields["region"] = one_of(
                areas, label=_("Di wilayah mana?"), required=False, nothing=_("Saya tidak tahu")
            )
            self.fields["region"].hide_optional = True  # type: ignore[attr-defined]  # as with the category
        if self.data.get("latitude") and self.data.get("longitude"):
            self.fields["place"].required = False

    def kept(self) -> dict[str, Any]:
        kept = super().kept()
        forgotten = kept.pop("forget_point", False)
        both = not forgotten and kept["latitude"] is not None and kept["longitude"] is not None
        for name in ("latitude", "longitude"):
            kept[name] = str(kept[name]) if both else ""
        return kept


class FilesForm(StepForm):
    needed = False
    uploads = Files(label=_("Pilih foto atau dokumen"), required=False)

    def prepare(self) -> None:
        most = self.intake.max_files
        self.fields["uploads"] = upload_field(self.fields["uploads"].label, most)
        self.needed = self.wanted("files")

    def kept(self) -> dict[str, Any]:
        return {}


VISIBILITY_HINTS = {
    Visibility.OPEN: _("Petugas melihat nama Anda. Bila laporan diterbitkan, nama Anda boleh disebut."),
    Visibility.CONFIDENTIAL: _(
        "Hanya petugas yang menangani laporan yang melihat nama Anda. Nama Anda tidak pernah diterbitkan."
    ),
    Visibility.ANONYMOUS: _(
        "Kami tidak meminta nama dan kontak Anda, jadi kami tidak dapat mengirim kabar kepada Anda. "
        "Kabar dan pertanyaan petugas hanya terbaca di halaman lacak, dengan kode Anda."
    ),
}


def visibilities(intake: IntakeRules) -> list[Visibility]:
    """What the procedure lets a reporter choose."""
    offered = [Visibility.OPEN]
    if intake.confidential:
        offered.append(Visibility.CONFIDENTIAL)
    if intake.anonymous:
        offered.append(Visibility.ANONYMOUS)
    return offered


class VisibilityForm(StepForm):
    visibility = forms.ChoiceField(
        label=_("Apa yang boleh ditampilkan tentang Anda?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Pilih salah satu."),
            "invalid_choice": _("Pilihan itu tidak tersedia di instansi ini. Pilih salah satu di bawah."),
        },
    )

    def prepare(self) -> None:
        field = self.fields["visibility"]
        assert isinstance(field, forms.ChoiceField)
        labels = {
            Visibility.OPEN: _("Nama saya boleh ditampilkan"),
            Visibility.CONFIDENTIAL: _("Rahasiakan nama saya"),
            Visibility.ANONYMOUS: _("Tanpa nama"),
        }
        field.choices = [(value.value, labels[value]) for value in visibilities(self.intake)]
        field.choice_hints = {value.value: hint for value, hint in VISIBILITY_HINTS.items()}  # type: ignore[attr-defined]  # read by the form renderer


class ReporterForm(StepForm):
    name = Words(
        label=_("Nama lengkap"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Isi nama Anda.")},
        validators=[demand_name],
    )
    address = Words(
        label=_("Alamat"),
        max_length=250,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
        error_messages={"required": _("Isi alamat Anda.")},
    )
    email = Email(label=_("Alamat surel"), max_length=254)
    phone = Phone(label=_("Nomor telepon"), max_length=40)

    def prepare(self) -> None:
        for name, field in self.fields.items():
            field.required = self.wanted(name)
        self.fields["email"].help_text = _(
            "Kami kirim nomor registrasi, kode lacak, dan kabar laporan ke sini."
        )
        self.fields["phone"].help_text = _(
            "Hanya dipakai petugas untuk laporan ini. Bila Anda tidak mengisi surel, kami menelepon."
        )
        if self.one_contact:
            for name in ("email", "phone"):
                self.fields[name].hide_optional = True  # type: ignore[attr-defined]  # one of the two is demanded

    @property
    def one_contact(self) -> bool:
        """E-mail or telephone is demanded, whichever the reporter likes."""
        return self.wanted("contact") and not (self.wanted("email") or self.wanted("phone"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        typed = any(str(self.data.get(self.add_prefix(name), "")).strip() for name in ("email", "phone"))
        if self.one_contact and not typed:
            self.add_error("email", _("Isi alamat surel atau nomor telepon, salah satu saja cukup."))
        return cleaned
