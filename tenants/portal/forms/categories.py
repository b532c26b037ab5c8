"""Forms for the tree of categories and for what a reporter is asked in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.portal.changing import new_code, text_data, without_empty
from workflows.common import Text
from workflows.settings import Category, Question, QuestionKind

from .fields import PlainSelect, mark_english, text_area, text_line

KINDS = (
    (QuestionKind.CHOICE.value, _("satu dari beberapa pilihan")),
    (QuestionKind.YES_NO.value, _("ya atau tidak")),
    (QuestionKind.LINE.value, _("satu baris kata")),
    (QuestionKind.NUMBER.value, _("angka")),
)
_BETWEEN = "|"


def words_of(text: Text | None) -> tuple[str, str]:
    """The Indonesian and the English words of a text; empty ones where there is none."""
    return (text.id, text.en) if text is not None else ("", "")


class CategoryForm(forms.Form):
    """One category. What is left empty it has from the one above it."""

    name = text_line(150, label=_("Nama"))
    name_en = text_line(150, label=_("Nama dalam bahasa Inggris"), required=False)
    note = text_line(
        300, label=_("Penjelasan singkat"), required=False, help_text=_("Dibaca pelapor di bawah namanya.")
    )
    note_en = text_line(300, label=_("Penjelasan dalam bahasa Inggris"), required=False)
    hint = text_line(
        300,
        label=_("Pesan begitu dipilih"),
        required=False,
        help_text=_("Misalnya nomor yang harus dihubungi dalam keadaan darurat."),
    )
    hint_en = text_line(300, label=_("Pesan dalam bahasa Inggris"), required=False)

    def __init__(
        self,
        *args: Any,
        parents: Iterable[tuple[str, str]],
        units: Mapping[str, str],
        classes: Mapping[str, str],
        category: Category | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        mark_english(self)
        unit, case_class = (category.unit, category.case_class) if category else (None, None)
        above = _("Menurut kategori di atasnya")
        self.fields["parent"] = _select([("", _("Tidak di bawah kategori lain")), *parents], _("Di bawah"))
        self.fields["unit"] = _select(_with(units, unit, above), _("Unit penanggung jawab"))
        self.fields["case_class"] = _select(_with(classes, case_class, above), _("Sifat aduan dalam SOP"))
        self.fields["in_use"] = forms.BooleanField(
            label=_("Kategori ini dapat dipilih"), required=False, initial=True
        )
        if category is not None:
            for field in ("name", "note", "hint"):
                self.initial[field], self.initial[f"{field}_en"] = words_of(getattr(category, field))
            self.initial.update(unit=category.unit, case_class=category.case_class, in_use=category.in_use)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for field in ("note", "hint"):
            if data.get(f"{field}_en") and not data.get(field):
                self.add_error(field, _("Isi dahulu kata-kata bahasa Indonesianya."))
        return data

    def changed(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A category of the document with what was typed; its code, questions and children stay."""
        data = self.cleaned_data
        texts = {
            field: text_data(data[field], data[f"{field}_en"])
            for field in ("name", "note", "hint")
            if data[field]
        }
        rest = {key: row[key] for key in ("code", "questions", "children") if key in row}
        own = without_empty({"unit": data["unit"], "case_class": data["case_class"]})
        return {**rest, **texts, **own, "in_use": data["in_use"]}


def _select(choices: Iterable[tuple[str, Any]], label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(choices=list(choices), label=label, required=False, widget=PlainSelect)


def _with(known: Mapping[str, str], present: str | None, none: Any) -> list[tuple[str, Any]]:
    """Choices with the present one, even if it is no more."""
    choices: list[tuple[str, Any]] = [("", none), *known.items()]
    if present and present not in known:
        choices.append((present, _("%s (tidak ada lagi)") % present))
    return choices


class QuestionForm(forms.Form):
    """One question to the reporter."""

    label = text_line(200, label=_("Pertanyaan"))
    label_en = text_line(200, label=_("Pertanyaan dalam bahasa Inggris"), required=False)
    help = text_line(300, label=_("Petunjuk"), required=False)
    help_en = text_line(300, label=_("Petunjuk dalam bahasa Inggris"), required=False)
    kind = forms.ChoiceField(
        label=_("Jawabannya"), choices=KINDS, widget=forms.RadioSelect, initial=QuestionKind.LINE.value
    )
    choices = text_area(
        3000,
        label=_("Pilihan jawaban"),
        required=False,
        rows=5,
        help_text=_(
            "Satu per baris. Bahasa Inggrisnya boleh ditulis sesudah tanda |, "
            "misalnya “Rusak berat | Badly damaged”."
        ),
    )
    required = forms.BooleanField(label=_("Wajib dijawab"), required=False)

    def __init__(self, *args: Any, question: Question | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        mark_english(self)
        self.question = question
        if question is not None:
            self.initial.update(kind=question.kind.value, required=question.required)
            for field in ("label", "help"):
                self.initial[field], self.initial[f"{field}_en"] = words_of(getattr(question, field))
            lines = (choice.label for choice in question.choices)
            self.initial["choices"] = "\n".join(
                f"{line.id} {_BETWEEN} {line.en}" if line.en else line.id for line in lines
            )

    def clean_choices(self) -> list[dict[str, str]]:
        lines = [line.strip() for line in self.cleaned_data["choices"].splitlines() if line.strip()]
        if len(lines) > 30:
            raise forms.ValidationError(_("Paling banyak 30 pilihan."))
        found = []
        for line in lines:
            words, _mark, english = (part.strip() for part in line.partition(_BETWEEN))
            if not words:
                raise forms.ValidationError(_("Isi dahulu kata-kata bahasa Indonesianya."))
            found.append(text_data(words, english))
        if len({row["id"] for row in found}) < len(found):
            raise forms.ValidationError(_("Ada pilihan yang ditulis dua kali."))
        return found

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("kind") == QuestionKind.CHOICE.value and len(data.get("choices") or ()) < 2:
            if "choices" not in self.errors:
                self.add_error("choices", _("Tulis paling sedikit dua pilihan, satu per baris."))
        elif data.get("help_en") and not data.get("help"):
            self.add_error("help", _("Isi dahulu kata-kata bahasa Indonesianya."))
        return data

    def data_of(self, code: str) -> dict[str, Any]:
        """The question as the document has it."""
        data = self.cleaned_data
        found: dict[str, Any] = {
            "code": code,
            "label": text_data(data["label"], data["label_en"]),
            "kind": data["kind"],
            "required": data["required"],
        }
        if data["help"]:
            found["help"] = text_data(data["help"], data["help_en"])
        if data["kind"] == QuestionKind.CHOICE.value:
            found["choices"] = self._valued(data["choices"])
        return found

    def _valued(self, labels: list[dict[str, str]]) -> list[dict[str, Any]]:
        """Each choice with its value: one that was there keeps its own, also where it is only worded anew."""
        known = list(self.question.choices) if self.question else []
        values: dict[str, str] = {choice.label.id: choice.value for choice in known}
        if len(known) == len(labels):
            free = [choice.value for choice in known if choice.label.id not in {row["id"] for row in labels}]
            renamed = [row["id"] for row in labels if row["id"] not in values]
            values.update(zip(renamed, free, strict=False))
        taken = {choice.value for choice in known}
        found = []
        for row in labels:
            value = values.get(row["id"]) or new_code(row["id"], taken, "pilihan")
            taken.add(value)
            found.append({"value": value, "label": row})
        return found
