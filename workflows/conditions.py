"""Guards: a small typed tree over declared finite domains. Never an expression to evaluate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic.json_schema import JsonSchemaValue

from workflows.common import Model, wrong

Facts = Mapping[str, str | None]
"""Values of the guard fields of one case. None: not known yet."""

GUARD_FIELDS = ("case_class", "complexity", "visibility")
"""What a guard may look at. All have a finite domain that the procedure declares; categories are not among
them.
"""

GuardField = Literal["case_class", "complexity", "visibility"]


class Condition(Model):
    """Exactly one of the four forms. Short form in a document: `{case_class: [a, b]}` for field, op `in`,
    value.

    A field that is not known yet fulfils no comparison but `not_in`.
    """

    all: Annotated[tuple[Condition, ...], Field(min_length=1)] | None = None
    any: Annotated[tuple[Condition, ...], Field(min_length=1)] | None = None
    negate: Condition | None = None
    field: GuardField | None = None
    op: Literal["in", "not_in"] = "in"
    value: Annotated[tuple[str, ...], Field(min_length=1)] = ("",)

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        value = dict(value)
        if len(value) == 1 and next(iter(value)) in GUARD_FIELDS:
            (name, wanted), *_ = value.items()
            value = {"field": name, "op": "in", "value": wanted}
        if isinstance(value.get("value"), str):
            value["value"] = [value["value"]]
        return value

    @classmethod
    def short_forms(cls) -> list[JsonSchemaValue]:
        """Such as `{case_class: [a, b]}`."""
        some: JsonSchemaValue = {"type": "array", "items": {"type": "string"}, "minItems": 1}
        return [
            {
                "type": "object",
                "properties": {field: {"anyOf": [{"type": "string"}, some]} for field in GUARD_FIELDS},
                "minProperties": 1,
                "maxProperties": 1,
                "additionalProperties": False,
            }
        ]

    @model_validator(mode="after")
    def _one_form(self) -> Condition:
        forms = [form for form in (self.all, self.any, self.negate, self.field) if form is not None]
        if len(forms) != 1:
            raise wrong("condition")
        if self.field is not None and self.value == ("",):
            raise wrong("condition")
        return self

    def holds(self, facts: Facts) -> bool:
        """Whether the condition is fulfilled by these facts."""
        return compiled(self)(facts)

    def fields(self) -> Iterable[tuple[str, str]]:
        """Every (field, value) pair that is compared anywhere in the tree."""
        for part in (*(self.all or ()), *(self.any or ()), *((self.negate,) if self.negate else ())):
            yield from part.fields()
        if self.field is not None:
            for item in self.value:
                yield self.field, item

    def compared(self) -> Iterable[tuple[str, frozenset[str]]]:
        """Every field with the set of values that it is compared with, anywhere in the tree."""
        for part in (*(self.all or ()), *(self.any or ()), *((self.negate,) if self.negate else ())):
            yield from part.compared()
        if self.field is not None:
            yield self.field, frozenset(self.value)


def compiled(condition: Condition) -> Callable[[Facts], bool]:
    """The condition as a function, for the hot path."""
    if condition.all is not None:
        every = [compiled(part) for part in condition.all]
        return lambda facts: all(part(facts) for part in every)
    if condition.any is not None:
        some = [compiled(part) for part in condition.any]
        return lambda facts: any(part(facts) for part in some)
    if condition.negate is not None:
        inner = compiled(condition.negate)
        return lambda facts: not inner(facts)
    name, wanted, positive = condition.field or "", frozenset(condition.value), condition.op == "in"
    return lambda facts: (facts.get(name) in wanted) is positive
