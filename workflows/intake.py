"""What the procedure demands of a report before it can be received."""

from __future__ import annotations

from workflows.cases import Actor, Intake, Visibility
from workflows.decision import FieldError
from workflows.procedure import Procedure
from workflows.settings import LONGEST_ANSWER, Question, QuestionKind, Settings

_OF_A_PERSON = frozenset({"name", "address", "email", "phone", "contact"})


def may_record(procedure: Procedure, actor: Actor) -> bool:
    """Whether this person of the office may enter a complaint for somebody else."""
    wanted = procedure.intake.recorded_by
    return not wanted or not actor.roles.isdisjoint(wanted)


def intake_errors(procedure: Procedure, settings: Settings, intake: Intake) -> dict[str, FieldError]:
    """What the procedure still demands of a report, by field name; empty if it can be received.

    Field names are those of `Intake`; `contact` stands for "e-mail or telephone".
    """
    rules = procedure.intake
    errors: dict[str, FieldError] = {}
    length = len(intake.description.strip())
    if not length:
        errors["description"] = FieldError.REQUIRED
    elif length < rules.min_description:
        errors["description"] = FieldError.TOO_SHORT
    elif length > rules.max_description:
        errors["description"] = FieldError.TOO_LONG
    if intake.category and intake.category not in settings.paths:
        errors["category"] = FieldError.UNKNOWN
    elif intake.category and intake.category not in settings.selectable:
        errors["category"] = FieldError.NOT_SELECTABLE
    if intake.visibility is Visibility.ANONYMOUS and not rules.anonymous:
        errors["visibility"] = FieldError.NOT_ANONYMOUS
    if intake.visibility is Visibility.CONFIDENTIAL and not rules.confidential:
        errors["visibility"] = FieldError.NOT_CONFIDENTIAL
    if intake.files > rules.max_files:
        errors["files"] = FieldError.TOO_MANY
    for field in rules.staff_required if intake.on_behalf else rules.required:
        if intake.visibility is Visibility.ANONYMOUS and field in _OF_A_PERSON:
            continue
        if field == "contact":
            if not (intake.email or intake.phone):
                errors["contact"] = FieldError.NEEDS_ONE_OF
        elif not getattr(intake, field):
            errors.setdefault(field, FieldError.REQUIRED)
    return errors | _answer_errors(settings, intake)


def answer_field(question: str) -> str:
    """The name under which an error of an answer is reported."""
    return f"answers.{question}"


def _answer_errors(settings: Settings, intake: Intake) -> dict[str, FieldError]:
    """What is missing among the answers, or is none. Whoever records a complaint for somebody may leave them
    out.
    """
    errors: dict[str, FieldError] = {}
    asked = settings.questions_of(intake.category)
    for question in asked:
        answer = intake.answers.get(question.code, "")
        if answer and not question.accepts(answer):
            errors[answer_field(question.code)] = _wrong(question, answer)
        elif not answer and question.required and not intake.on_behalf:
            errors[answer_field(question.code)] = FieldError.REQUIRED
    for code in intake.answers.keys() - {question.code for question in asked}:
        errors[answer_field(code)] = FieldError.NOT_ASKED
    return errors


def _wrong(question: Question, answer: str) -> FieldError:
    """Why an answer is none."""
    if question.kind is QuestionKind.LINE:
        return FieldError.TOO_LONG if len(answer) > LONGEST_ANSWER else FieldError.WRONG_TYPE
    return FieldError.WRONG_TYPE if question.kind is QuestionKind.NUMBER else FieldError.NOT_A_CHOICE
