"""What reporters answered to the questions of a category, kept as it was asked.

An office may change or drop a question at any time: a complaint keeps the words of the question and of the
answer beside the value, so that it reads the same for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workflows.common import Text
from workflows.settings import LONGEST_ANSWER, Settings

from .words import said

if TYPE_CHECKING:
    from .models import Complaint

FIELD = "answers"
"""Name of the report's field; what is wrong with one answer is reported under `answers.<code>`."""


def normal_answers(answers: Mapping[str, str]) -> dict[str, str]:
    """Answers without the empty ones, each on one line, by code in order."""
    found = {code: " ".join(str(value).split()) for code, value in sorted(answers.items())}
    return {code: value for code, value in found.items() if value}


def is_storable(answers: Mapping[str, str]) -> bool:
    """Whether every code and value can be stored at all; what is asked for is the engine's to check."""
    return all(
        len(code) <= LONGEST_ANSWER and "\x00" not in f"{code}{value}" for code, value in answers.items()
    )


def kept(settings: Settings, category: str, answers: Mapping[str, str]) -> list[dict[str, Any]]:
    """The answers as a complaint stores them, in the order in which they were asked."""
    return [
        {
            "code": question.code,
            "value": answers[question.code],
            "question": question.label.model_dump(),
            "answer": question.shown(answers[question.code]).model_dump(),
        }
        for question in settings.questions_of(category or None)
        if answers.get(question.code)
    ]


def answer_rows(complaint: Complaint) -> list[tuple[str, str]]:
    """Each question with its answer, in the language in use."""
    return [
        (said(Text.model_validate(row["question"])), said(Text.model_validate(row["answer"])))
        for row in complaint.answers
    ]
