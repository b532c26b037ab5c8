"""A category's questions as fields of a form, for citizens and for staff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from central.numbers import Grouped
from tenants.complaints.words import said
from workflows.settings import LONGEST_ANSWER, Question, QuestionKind, Settings

PREFIX = "jawab-"
"""Before a question's code, in the names of fields and of a draft's answers."""

_WRONG_NUMBER = _("Tulis dengan angka saja, misalnya 12.")


class _Answer(forms.CharField):
    """An answer in words or digits, on one line."""

    def __init__(self, question: Question, **options: Any) -> None:
        self.question = question
        digits = question.kind is QuestionKind.NUMBER
        attrs = {"inputmode": "numeric", "autocomplete": "off"} if digits else {"autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **options)

    def to_python(self, value: Any) -> str:
        return " ".join((super().to_python(value) or "").split())

    def validate(self, value: str) -> None:
        super().validate(value)
        if not value or self.question.accepts(value):
            return
        if self.question.kind is QuestionKind.NUMBER:
            raise forms.ValidationError(_WRONG_NUMBER)
        raise forms.ValidationError(
            _("Paling banyak %(most)s karakter; sekarang %(now)s. Ringkaslah.")
            % {"most": Grouped(LONGEST_ANSWER), "now": Grouped(len(value))}
        )


def question_fields(questions: Iterable[Question], *, demand: bool = True) -> dict[str, forms.Field]:
    """A field for each question. `demand`: whether those that are required must be answered here."""
    return {PREFIX + question.code: _field(question, demand=demand) for question in questions}


def given_answers(settings: Settings, category: str, values: Mapping[str, Any]) -> dict[str, str]:
    """The answers to what this category asks, by the question's code; others were typed for another one."""
    asked = [question.code for question in settings.questions_of(category or None)]
    found = {code: str(values.get(PREFIX + code) or "") for code in asked}
    return {code: value for code, value in found.items() if value}


def _field(question: Question, *, demand: bool) -> forms.Field:
    common: dict[str, Any] = {
        "label": said(question.label),
        "help_text": said(question.help),
        "required": question.required and demand,
    }
    if question.kind is QuestionKind.CHOICE:
        choices = [(choice.value, said(choice.label)) for choice in question.choices]
    elif question.kind is QuestionKind.YES_NO:
        choices = [(value, said(question.shown(value))) for value in ("yes", "no")]
    else:
        common["error_messages"] = {"required": _("Jawab pertanyaan ini.")}
        return _Answer(question, **common)
    if not common["required"]:
        choices.append(("", str(_("Tidak tahu"))))
    messages = {
        "required": _("Pilih satu jawaban."),
        "invalid_choice": _("Jawaban itu tidak ada. Pilih salah satu di bawah."),
    }
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, error_messages=messages, **common)
