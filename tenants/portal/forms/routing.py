"""Forms for routing rules: what a rule looks at, where it sends a case, and a report to try it on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.channels.registry import label as channel_label
from tenants.complaints.models import Complaint
from tenants.complaints.words import category_words, said
from tenants.portal.routing_words import Named, hours_text
from workflows.common import REGION_CODE
from workflows.settings import Question, QuestionKind, RoutingCondition, RoutingRule, Settings

from .fields import PlainSelect, mark_english, moment_input, text_area, text_line
from .timetable import DAYS

_HOURS = re.compile(r"(\d{1,2})(?:\s*[-–]\s*(\d{1,2}))?")
_QUESTION = "jawaban_"


def lines_of(text: str, longest: int = 60) -> list[str]:
    """What was typed one a line or between commas, each once. Raises `ValidationError` for one that is too
    long.
    """
    found = list(dict.fromkeys(" ".join(part.split()) for part in re.split(r"[\n,;]", text) if part.strip()))
    long = next((part for part in found if len(part) > longest or len(part) < 2), None)
    if long is not None:
        raise forms.ValidationError(
            _("“%(part)s” harus 2 sampai %(longest)d huruf."), params={"part": long[:80], "longest": longest}
        )
    if len(found) > 200:
        raise forms.ValidationError(_("Paling banyak 200 kata."))
    return found


def channel_choices(settings: Settings) -> list[tuple[str, str]]:
    """The channels that the office offers."""
    return [(code, str(channel_label(code))) for code in settings.channels]


def _ticks(choices: Iterable[tuple[str, Any]], **options: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        choices=list(choices), required=False, widget=forms.CheckboxSelectMultiple, **options
    )


def _one(choices: Mapping[Any, Any], none: Any, **options: Any) -> forms.ChoiceField:
    listed = [("", none), *((str(key), name) for key, name in choices.items())]
    return forms.ChoiceField(choices=listed, required=False, widget=PlainSelect, **options)


class RuleForm(forms.Form):
    """One routing rule. Conditions that are left empty are not looked at; all others must hold."""

    why = text_line(
        300,
        label=_("Alasan aturan ini"),
        help_text=_("Dibaca petugas pada aduan yang disalurkan oleh aturan ini."),
    )
    why_en = text_line(300, label=_("Alasan dalam bahasa Inggris"), required=False)
    words = text_area(
        4000,
        label=_("Uraian memuat salah satu kata ini"),
        rows=3,
        required=False,
        help_text=_("Satu per baris."),
    )
    region = text_line(
        400,
        label=_("Kode wilayah tempat kejadian berawalan"),
        required=False,
        help_text=_("Misalnya 32.09.12; beberapa kode dipisahkan dengan koma."),
    )
    hour = text_line(
        60,
        label=_("Jam diterima"),
        required=False,
        help_text=_("Misalnya 16-23, 0-6: dari pukul 16.00 sampai 06.59."),
    )

    def __init__(
        self, *args: Any, settings: Settings, names: Named, rule: RoutingRule | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        mark_english(self)
        self.settings, self.rule = settings, rule
        self.fields["category"] = _ticks(
            ((code, category_words(settings, code)) for code in settings.paths), label=_("Kategori")
        )
        self.fields["intake_channel"] = _ticks(channel_choices(settings), label=_("Kanal"))
        self.fields["weekday"] = _ticks(DAYS.items(), label=_("Hari diterima"))
        self.fields["visibility"] = _ticks(Complaint.Visibility.choices, label=_("Kerahasiaan pelapor"))
        for question in settings.questions.values():
            self.fields[_QUESTION + question.code] = _answer_field(question)
        self.when = ["category", "words", "region", "intake_channel", "hour", "weekday", "visibility"]
        self.when += [_QUESTION + code for code in settings.questions]
        self._targets(names)
        self.fields["in_use"] = forms.BooleanField(
            label=_("Aturan ini dipakai"), required=False, initial=True
        )
        self.initial = self._initial()
        self.order_fields(["why", "why_en", *self.when, "unit", "role", "member", "office", "in_use"])

    def _targets(self, names: Named) -> None:
        target = self.rule.target if self.rule else None
        gone = _("%s (tidak ada lagi)")
        choices: dict[str, dict[Any, str]] = {
            "unit": {code: name for code, name in names.units.items() if code not in names.closed},
            "role": dict(names.roles),
            "member": dict(names.members),
            "office": dict(names.offices),
        }
        for name, known in choices.items():
            value = getattr(target, name) if target else None
            if value is not None:
                known.setdefault(value, gone % (names.units.get(value) or value))
        self.fields["unit"] = _one(choices["unit"], _("Unit penanggung jawab kategorinya"), label=_("Unit"))
        self.fields["role"] = _one(choices["role"], _("Tidak ditentukan"), label=_("Peran"))
        self.fields["member"] = _one(choices["member"], _("Tidak ditentukan"), label=_("Orang"))
        self.fields["office"] = _one(
            choices["office"],
            _("Bukan, ini tugas instansi ini"),
            label=_("Atau tugas instansi lain"),
            help_text=_("Aduan tetap masuk ke petugas penerima, yang menyerahkannya."),
        )

    def _initial(self) -> dict[str, Any]:
        if self.rule is None:
            return {"in_use": True}
        found: dict[str, Any] = {
            "why": self.rule.why.id,
            "why_en": self.rule.why.en,
            "in_use": self.rule.in_use,
            **{
                name: str(value)
                for name in ("unit", "role", "member", "office")
                if (value := getattr(self.rule.target, name)) is not None
            },
        }
        for condition in self.own_conditions():
            found[self._field_of(condition)] = self._shown(condition)
        return found

    def _field_of(self, condition: RoutingCondition) -> str:
        return f"{_QUESTION}{condition.question}" if condition.field == "answer" else condition.field

    def _shown(self, condition: RoutingCondition) -> Any:
        if condition.field == "words":
            return "\n".join(condition.value)
        if condition.field == "hour":
            return hours_text(condition.value)
        field = self.fields[self._field_of(condition)]
        return (
            list(condition.value)
            if isinstance(field, forms.MultipleChoiceField)
            else ", ".join(condition.value)
        )

    def own_conditions(self) -> list[RoutingCondition]:
        """The conditions of the rule that the form shows: the first that looks at a thing."""
        found: dict[str, RoutingCondition] = {}
        for condition in self.rule.when if self.rule else ():
            if self._field_of(condition) in self.fields:
                found.setdefault(self._field_of(condition), condition)
        return list(found.values())

    def further_conditions(self) -> list[RoutingCondition]:
        """Those that it does not: they were written in the document, and stay."""
        own = self.own_conditions()
        return [condition for condition in (self.rule.when if self.rule else ()) if condition not in own]

    def clean_words(self) -> list[str]:
        return lines_of(self.cleaned_data["words"])

    def clean_region(self) -> list[str]:
        codes = [part.strip() for part in self.cleaned_data["region"].split(",") if part.strip()]
        wrong = next((code for code in codes if not REGION_CODE.fullmatch(code)), None)
        if wrong is not None:
            raise forms.ValidationError(
                _("“%(code)s” bukan kode wilayah. Tulis angka dan titik."), params={"code": wrong[:40]}
            )
        return codes

    def clean_hour(self) -> list[str]:
        found: set[int] = set()
        for part in self.cleaned_data["hour"].split(","):
            match = _HOURS.fullmatch(part.strip())
            if not part.strip():
                continue
            first = int(match[1]) if match else 99
            last = int(match[2] or first) if match else 99
            if first > 23 or last > 23:
                raise forms.ValidationError(
                    _("“%(part)s” bukan jam. Tulis angka 0 sampai 23, misalnya 16-23."),
                    params={"part": part.strip()[:40]},
                )
            found.update(range(first, last + 1) if first <= last else (*range(first, 24), *range(last + 1)))
        return [str(hour) for hour in sorted(found)]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        within = [name for name in ("unit", "role", "member") if data.get(name)]
        if within and data.get("office"):
            self.add_error(
                "office", _("Pilih tujuan di instansi ini, atau satu instansi lain; tidak keduanya.")
            )
        elif not within and not data.get("office") and not self.errors:
            self.add_error("unit", _("Pilih tujuan: unit, peran, orang, atau instansi lain."))
        return data

    def data_of(self, code: str) -> dict[str, Any]:
        """The rule as the document has it."""
        data = self.cleaned_data
        when: list[dict[str, Any]] = []
        for name in self.when:
            values = data[name]
            if isinstance(values, str):
                values = [part.strip() for part in values.split(",") if part.strip()]
            if values and name.startswith(_QUESTION):
                question = name.removeprefix(_QUESTION)
                when.append({"field": "answer", "question": question, "value": values})
            elif values:
                when.append({"field": name, "value": values})
        when += [
            condition.model_dump(mode="json", exclude_none=True) for condition in self.further_conditions()
        ]
        target = {name: data[name] for name in ("unit", "role", "office") if data[name]}
        if data["member"]:
            target["member"] = int(data["member"])
        why = {"id": data["why"], **({"en": data["why_en"]} if data["why_en"] else {})}
        return {"code": code, "why": why, "when": when, "target": target, "in_use": data["in_use"]}


def _answer_field(question: Question) -> forms.Field:
    label = _("Jawaban “%s”") % said(question.label)
    if question.kind is QuestionKind.CHOICE:
        return _ticks(((choice.value, said(choice.label)) for choice in question.choices), label=label)
    if question.kind is QuestionKind.YES_NO:
        return _ticks((("yes", _("ya")), ("no", _("tidak"))), label=label)
    return text_line(
        300, label=label, required=False, help_text=_("Beberapa jawaban dipisahkan dengan koma.")
    )


class TrialForm(forms.Form):
    """A report to try the rules on: typed, or a complaint that has come in."""

    number = text_line(80, label=_("Nomor register sebuah aduan yang sudah masuk"), required=False)
    text = text_area(5000, label=_("Atau ketik uraian contoh"), rows=4, required=False)

    def __init__(self, *args: Any, settings: Settings, **options: Any) -> None:
        super().__init__(*args, **options)
        self.settings = settings
        leaves = {code: said(name) for code, name in settings.category_choices}
        self.fields["category"] = _one(leaves, _("Tidak ditentukan"), label=_("Kategori aduan contoh"))
        channels = dict(channel_choices(settings))
        self.fields["channel"] = _one(channels, channels[settings.channels[0]], label=_("Kanal contoh"))
        self.fields["at"] = forms.DateTimeField(
            label=_("Waktu contoh"),
            required=False,
            widget=moment_input(),
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
            help_text=_("Kosongkan untuk sekarang."),
        )
        self.fields["region"] = text_line(20, label=_("Kode wilayah contoh"), required=False)
        self.fields["visibility"] = _one(
            dict(Complaint.Visibility.choices[1:]),
            Complaint.Visibility.OPEN.label,
            label=_("Kerahasiaan contoh"),
        )
        for question in settings.questions.values():
            name = _("Jawaban contoh “%s”") % said(question.label)
            self.fields[_QUESTION + question.code] = _sample(question, name)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not data.get("number") and not data.get("text", "").strip():
            self.add_error("text", _("Ketik uraian contoh, atau nomor sebuah aduan."))
        return data

    @property
    def answers(self) -> dict[str, str]:
        """By the question's code."""
        found = {code: str(self.cleaned_data.get(_QUESTION + code) or "") for code in self.settings.questions}
        return {code: value for code, value in found.items() if value}


def _sample(question: Question, name: Any) -> forms.Field:
    if question.kind is QuestionKind.CHOICE:
        choices = {choice.value: said(choice.label) for choice in question.choices}
        return _one(choices, _("Tidak dijawab"), label=name)
    if question.kind is QuestionKind.YES_NO:
        return _one({"yes": _("ya"), "no": _("tidak")}, _("Tidak dijawab"), label=name)
    return text_line(300, label=name, required=False)
