"""The settings: what an office may change at once, beside its procedure.

Calendar, categories, routing, texts, channels, masking. The time zone is the office's and not part of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, StringConstraints, model_validator
from pydantic.json_schema import JsonSchemaValue

from workflows.calendar import Calendar
from workflows.common import REGION_CODE, Code, Model, Span, Text, TimeUnit, wrong
from workflows.labels import label
from workflows.texts import TextEntry, default_texts
from workflows.worktime import WorkCalendar

UnitCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Word = Annotated[str, StringConstraints(min_length=2, max_length=60)]

LONGEST_ANSWER = 300
"""The most characters of an answer in words."""

NUMBER_PLACEHOLDER = re.compile(r"\{(seq|year|month|month_roman|office)(?::0?(\d))?\}")


class QuestionKind(StrEnum):
    """How a question is answered."""

    CHOICE = "choice"
    YES_NO = "yes_no"
    LINE = "line"
    NUMBER = "number"


class QuestionChoice(Model):
    """One answer to choose."""

    value: Code
    label: Text


class Question(Model):
    """What a reporter is asked beside the description, once they have chosen a category."""

    code: Code
    label: Text
    help: Text | None = None
    kind: QuestionKind = QuestionKind.LINE
    required: bool = False
    choices: Annotated[tuple[QuestionChoice, ...], Field(max_length=30)] = ()

    @model_validator(mode="after")
    def _answerable(self) -> Question:
        if (self.kind is QuestionKind.CHOICE) != bool(self.choices):
            raise wrong("question_choices")
        return self

    def accepts(self, answer: str) -> bool:
        """Whether an answer, as it is stored, is one: a choice's value, `yes` or `no`, digits, or words."""
        match self.kind:
            case QuestionKind.CHOICE:
                return any(choice.value == answer for choice in self.choices)
            case QuestionKind.YES_NO:
                return answer in ("yes", "no")
            case QuestionKind.NUMBER:
                return answer.isascii() and answer.isdigit() and len(answer) <= 12
        return 0 < len(answer) <= LONGEST_ANSWER and "\n" not in answer

    def shown(self, answer: str) -> Text:
        """An answer as people read it."""
        if self.kind is QuestionKind.CHOICE:
            return next((c.label for c in self.choices if c.value == answer), Text(id=answer or "-"))
        if self.kind is QuestionKind.YES_NO:
            return label("value.yes" if answer == "yes" else "value.no")
        return Text(id=answer or "-")


class Category(Model):
    """One category of the tree. Only a leaf that is in use can be chosen.

    `case_class`: the procedure's finite value that it maps to. `unit`: the unit that answers for it. `hint`:
    shown at once when somebody chooses it, such as the number to call in an emergency. `questions`: asked
    beside those of the categories above it. What else a category leaves out it has from the one above it.
    """

    code: Code
    name: Text
    note: Text | None = None
    hint: Text | None = None
    case_class: Code | None = None
    unit: UnitCode | None = None
    in_use: bool = True
    questions: Annotated[tuple[Question, ...], Field(max_length=10)] = ()
    children: tuple[Category, ...] = ()


class Area(Model):
    """A part of the office's region that people name as the place, such as a village."""

    code: Annotated[str, StringConstraints(pattern=rf"^{REGION_CODE.pattern}$")]
    name: Text


class RoutingCondition(Model):
    """One comparison of a routing rule; all of a rule must hold.

    `category`: the category or one above it is among the values. `region`: the place's code begins with a
    value. `words`: the description holds one of the values as a word, capitals aside. `hour`: the local hour
    of receipt is among the values (0 to 23). `weekday`: mon to sun, local. `intake_channel`, `visibility`: is
    among the values. `answer`: the answer to `question` is.
    """

    field: Literal["category", "region", "words", "hour", "weekday", "intake_channel", "visibility", "answer"]
    question: Code | None = None
    value: Annotated[tuple[str, ...], Field(min_length=1, max_length=200)]

    @model_validator(mode="before")
    @classmethod
    def _strings(cls, value: object) -> object:
        if isinstance(value, dict) and "value" in value:
            wanted: Any = value["value"]
            wanted = wanted if isinstance(wanted, list | tuple) else [wanted]
            return {**value, "value": [str(item) if isinstance(item, int) else item for item in wanted]}
        return value

    @model_validator(mode="after")
    def _asked(self) -> RoutingCondition:
        if (self.field == "answer") != (self.question is not None):
            raise wrong("routing_question")
        return self

    @classmethod
    def short_forms(cls) -> list[JsonSchemaValue]:
        """A single value, or numbers, instead of a list of words."""
        one: JsonSchemaValue = {"type": ["string", "integer"]}
        values: JsonSchemaValue = {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}
        fields = get_args(cls.model_fields["field"].annotation)
        return [
            {
                "type": "object",
                "properties": {
                    "field": {"enum": list(fields)},
                    "question": {"type": "string"},
                    "value": values,
                },
                "required": ["field", "value"],
                "additionalProperties": False,
            }
        ]


class RoutingTarget(Model):
    """Where a rule sends a case: a unit, a role, a person, a role or person in a unit, or another office by
    its code.
    """

    unit: UnitCode | None = None
    role: Code | None = None
    member: int | None = None
    office: UnitCode | None = None

    @model_validator(mode="after")
    def _somebody(self) -> RoutingTarget:
        within = (self.unit, self.role, self.member) != (None, None, None)
        if within == (self.office is not None):
            raise wrong("routing_target")
        return self


class RoutingRule(Model):
    """Rules are tried in their order; the first whose conditions all hold wins. `why` is shown to staff."""

    code: Code
    why: Text
    when: tuple[RoutingCondition, ...] = ()
    target: RoutingTarget
    in_use: bool = True


Channel = Literal[
    "website",
    "app",
    "email",
    "whatsapp",
    "telegram",
    "facebook",
    "instagram",
    "x",
    "sms",
    "counter",
    "phone",
    "letter",
    "box",
    "social_media",
    "open311",
    "lapor",
    "api",
]


class Masking(Model):
    """Words for the masking before something is published: `hide` is always masked, `keep` never."""

    hide: Annotated[tuple[Word, ...], Field(max_length=500)] = ()
    keep: Annotated[tuple[Word, ...], Field(max_length=500)] = ()


class Settings(Model):
    """One version of an office's settings, in effect at once for all its cases."""

    format: Literal[1] = 1
    calendar: Calendar
    categories: Annotated[tuple[Category, ...], Field(min_length=1)]
    routing: Annotated[tuple[RoutingRule, ...], Field(max_length=500)] = ()
    texts: dict[Code, TextEntry] = Field(default_factory=dict)
    channels: Annotated[tuple[Channel, ...], Field(min_length=1)] = ("website", "counter", "phone", "letter")
    masking: Masking = Masking()
    areas: Annotated[tuple[Area, ...], Field(max_length=1000)] = ()
    number_pattern: Annotated[str, StringConstraints(min_length=5, max_length=60)] = "{seq:04}/{year}"
    remind_after: Span = Span(value=3, unit=TimeUnit.WORKING_DAYS)

    @model_validator(mode="after")
    def _consistent(self) -> Settings:
        walked = [category for category, _ in self.walk()]
        for kind, codes in (
            ("category_twice", [category.code for category in walked]),
            ("question_twice", [question.code for category in walked for question in category.questions]),
            ("area_twice", [area.code for area in self.areas]),
        ):
            doubled = sorted(code for code, count in Counter(codes).items() if count > 1)
            if doubled:
                raise wrong(kind, codes=", ".join(doubled))
        rest = NUMBER_PLACEHOLDER.sub("", self.number_pattern)
        if (
            "{seq" not in self.number_pattern
            or "{year}" not in self.number_pattern
            or re.search("[{}]", rest)
        ):
            raise wrong("number_pattern")
        return self

    def walk(self) -> Iterator[tuple[Category, tuple[Category, ...]]]:
        """Every category with those above it, from the top down, in the written order."""

        def inner(
            categories: tuple[Category, ...], above: tuple[Category, ...]
        ) -> Iterator[tuple[Category, tuple[Category, ...]]]:
            for category in categories:
                yield category, above
                yield from inner(category.children, (*above, category))

        return inner(self.categories, ())

    @cached_property
    def paths(self) -> dict[str, tuple[Category, ...]]:
        """Code to the way from the top to the category, itself last."""
        return {category.code: (*above, category) for category, above in self.walk()}

    @cached_property
    def selectable(self) -> dict[str, tuple[str, Text]]:
        """Code to (code, full name) of every category that can be chosen."""
        found = {}
        for code, path in self.paths.items():
            if path[-1].children or not all(category.in_use for category in path):
                continue
            label = Text(
                id=" › ".join(category.name.id for category in path),
                en=" › ".join(category.name.get("en") for category in path),
            )
            found[code] = (code, label)
        return found

    @cached_property
    def category_choices(self) -> tuple[tuple[str, Text], ...]:
        """(code, full name) of every category that can be chosen, in the written order."""
        return tuple(self.selectable.values())

    def category(self, code: str) -> Category | None:
        """A category by its code, in use or not."""
        path = self.paths.get(code)
        return path[-1] if path else None

    def case_class_of(self, category: str | None) -> str | None:
        """The procedure's value for a category: its own, or the nearest above it."""
        path = self.paths.get(category or "", ())
        return next((part.case_class for part in reversed(path) if part.case_class), None)

    def unit_of(self, category: str | None) -> str | None:
        """The unit that answers for a category: its own, or that of the nearest above it."""
        path = self.paths.get(category or "", ())
        return next((part.unit for part in reversed(path) if part.unit), None)

    def questions_of(self, category: str | None) -> tuple[Question, ...]:
        """What is asked of a report of this category, from the top of the tree down."""
        return tuple(q for part in self.paths.get(category or "", ()) for q in part.questions)

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Every question by its code."""
        return {question.code: question for category, _ in self.walk() for question in category.questions}

    @cached_property
    def area_names(self) -> dict[str, Text]:
        """Name of each area by its code."""
        return {area.code: area.name for area in self.areas}

    def text(self, key: str) -> TextEntry | None:
        """The office's text for a key, else the platform's; None for an unknown key."""
        return self.texts.get(key) or default_texts().get(key)

    @cached_property
    def _calendars(self) -> dict[str, WorkCalendar]:
        return {}

    def work_calendar(self, timezone: str) -> WorkCalendar:
        """The working-time arithmetic of this office; `timezone` is its IANA name."""
        found = self._calendars.get(timezone)
        if found is None:
            found = self._calendars[timezone] = self.calendar.working_time(timezone)
        return found
