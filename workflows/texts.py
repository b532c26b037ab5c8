"""Texts of messages and of the reporter's story, by key; the platform's own ship in `texts.yaml`.

A text may hold placeholders such as `{number}`. They are filled by plain replacement, never evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from workflows.common import Model, Text
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
    }
)
"""What a text may refer to. The shell fills every one of them, with an empty string where there is
nothing.
"""

_PLACEHOLDER = re.compile(r"\{([a-z_]*)\}")


class TextEntry(Model):
    """One text. `subject` is for messages; a line of the reporter's story has none."""

    subject: Text | None = None
    body: Text

    def unknown_placeholders(self) -> tuple[str, ...]:
        """Names in braces that nobody fills."""
        words = [self.body.id, self.body.en]
        if self.subject is not None:
            words += [self.subject.id, self.subject.en]
        found = {name for text in words for name in _PLACEHOLDER.findall(text)}
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
