"""Building blocks that both documents use: strict frozen models, codes, bilingual texts, limits."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,48}$")]
"""An identifier inside a document: lower case letters, digits, underscore."""

Language = Literal["id", "en"]


def wrong(kind: str, **context: str) -> PydanticCustomError:
    """An error that a validator raises; its sentence stands in `problems.yaml` under `detail.<kind>`."""
    return PydanticCustomError("detail", "{kind}", {"kind": kind, **context})


class Model(BaseModel):
    """Base of every part: unknown fields are refused, nothing can be changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Text(Model):
    """Words for people: Indonesian always, English where somebody has written it."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    en: Annotated[str, StringConstraints(max_length=4000)] = ""

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: object) -> object:
        return {"id": value} if isinstance(value, str) else value

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

    def __str__(self) -> str:
        return f"{self.value} {self.unit.value}"
