"""Building blocks that both documents use: strict frozen models, codes, bilingual texts, limits."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,48}$")]
"""An identifier inside a document: lower case letters, digits, underscore."""

REGION_CODE = re.compile(r"[0-9][0-9.]{0,19}")
"""An official code of a region, such as 32.09.38.2005; what is left out at its end names a larger one."""

Language = Literal["id", "en"]


def wrong(kind: str, **context: str) -> PydanticCustomError:
    """An error that a validator raises; its sentence stands in `problems.yaml` under `detail.<kind>`."""
    return PydanticCustomError("detail", "{kind}", {"kind": kind, **context})


def else_form(value: JsonSchemaValue) -> JsonSchemaValue:
    """The JSON schema of a last branch, `{else: …}`."""
    return {
        "type": "object",
        "properties": {"else": value},
        "required": ["else"],
        "additionalProperties": False,
    }


class Model(BaseModel):
    """Base of every part: unknown fields are refused, nothing can be changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    @classmethod
    def short_forms(cls) -> list[JsonSchemaValue]:
        """JSON schemas of what may be written instead of the whole group."""
        return []

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The schema with the short forms beside the long one."""
        schema = handler(core_schema)
        short = cls.short_forms()
        if short:
            definition = handler.resolve_ref_schema(schema)
            whole = dict(definition)
            definition.clear()
            definition["anyOf"] = [*short, whole]
        return schema


class Text(Model):
    """Words for people: Indonesian always, English where somebody has written it."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    en: Annotated[str, StringConstraints(max_length=4000)] = ""

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: object) -> object:
        return {"id": value} if isinstance(value, str) else value

    @classmethod
    def short_forms(cls) -> list[JsonSchemaValue]:
        """The Indonesian words alone."""
        return [{"type": "string", "minLength": 1, "maxLength": 4000}]

    def get(self, language: str) -> str:
        """The English words if English is asked for and there are any, else the Indonesian ones."""
        return self.en if language.startswith("en") and self.en else self.id


class TimeUnit(StrEnum):
    """What a limit is counted in, as the SOP tables define it."""

    WORKING_DAYS = "WD"
    WORKING_HOURS = "WH"
    WORKING_MINUTES = "WM"
    HOURS = "h"
    """Clock hours, day and night, weekends and holidays too."""
    DAYS = "d"
    """Calendar days of 24 hours."""


class Span(Model):
    """A length of time such as `24 h` or `14 WD`."""

    value: Annotated[int, Field(gt=0, le=100_000)]
    unit: TimeUnit

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        if isinstance(value, str):
            number, _, unit = value.strip().partition(" ")
            return {"value": number, "unit": unit.strip()}
        return value

    @classmethod
    def short_forms(cls) -> list[JsonSchemaValue]:
        """Such as `1 WD`."""
        units = "|".join(unit.value for unit in TimeUnit)
        return [{"type": "string", "pattern": rf"^\s*[0-9]+ +({units})\s*$", "examples": ["1 WD", "24 h"]}]

    def __str__(self) -> str:
        return f"{self.value} {self.unit.value}"
