"""Texts of messages and of the reporter's story, by key; the platform's own ship in `texts.yaml`.

A text may hold placeholders such as `{number}`. They are filled by plain replacement, never evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from pydantic import model_validator

from workflows.common import Model, Text, wrong
from workflows.strictyaml import read_yaml

PLACEHOLDERS = frozenset(
    {
        "number",  # registration number
        "code",  # tracking code, for the reporter only
        "url",  # tracking page for the reporter, the complaint's page for staff
        "office",
        "name",  # of the recipient, or a neutral form of address
        "category",
        "stage",  # name of the stage
        "due",  # local date and time
        "body",  # what was written for the reporter
        "reason",
        "limit",  # such as "1 WD", in words
        "unit",
        "status",
        "authority",  # of a referral: to whom
        "contact",  # and how to reach it
    }
)
"""What a text may refer to. The shell fills every one of them, with an empty string where there is
nothing.
"""

_PLACEHOLDER = re.compile(r"\{([a-z_]*)\}")
_IN_BRACES = re.compile(r"\{([^{}]*)\}")


class TextEntry(Model):
    """One text: `subject` and `body` of a message, `line` for the story that the reporter sees on the
    tracking page.
    """

    subject: Text | None = None
    body: Text | None = None
    line: Text | None = None

    @model_validator(mode="after")
    def _something(self) -> TextEntry:
        if self.body is None and self.line is None:
            raise wrong("text_empty")
        if self.body is not None and self.subject is None:
            raise wrong("text_subject")
        return self

    def unknown_placeholders(self) -> tuple[str, ...]:
        """Names in braces that nobody fills."""
        parts = [part for part in (self.subject, self.body, self.line) if part is not None]
        found = {name for part in parts for words in (part.id, part.en) for name in _IN_BRACES.findall(words)}
        return tuple(sorted(found - PLACEHOLDERS))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled; a placeholder without a value becomes empty."""
    return _PLACEHOLDER.sub(lambda match: values.get(match.group(1), ""), text)


@lru_cache(maxsize=1)
def default_texts() -> Mapping[str, TextEntry]:
    """The platform's texts by key."""
    document = read_yaml(files("workflows").joinpath("texts.yaml").read_text("utf-8"))
    assert isinstance(document.data, dict)
    return {key: TextEntry.model_validate(value) for key, value in document.data.items()}
