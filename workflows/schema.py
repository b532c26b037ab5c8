"""The format of the two documents as JSON Schema (draft 2020-12), with the meaning of every field.

What a document may abbreviate (`1 WD`, plain words for a text, `{else: …}`) is in the schema too: whatever it
accepts has the form that the reader accepts. References and soundness are beyond a schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, get_args

from pydantic import TypeAdapter

from workflows.common import Language, Model, Text
from workflows.procedure import Procedure
from workflows.settings import Settings
from workflows.strictyaml import read_yaml

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def meaning(part: str, field: str) -> Text:
    """What a field of a part of the documents means. Raises `KeyError` for one that nobody has described."""
    found = _meanings()
    return found.get(f"{part}.{field}") or found[f"_.{field}"]


@lru_cache(maxsize=1)
def _meanings() -> Mapping[str, Text]:
    data = read_yaml(files("workflows").joinpath("fields.yaml").read_text("utf-8")).data
    return {key: Text.model_validate(value) for key, value in data.items()}


def parts() -> Iterator[type[Model]]:
    """Every part of the two documents, from the top down, each once."""
    seen: set[type[Model]] = set()

    def walk(kind: Any) -> Iterator[type[Model]]:
        if isinstance(kind, type) and issubclass(kind, Model):
            if kind in seen:
                return
            seen.add(kind)
            yield kind
            for field in kind.model_fields.values():
                yield from walk(field.annotation)
        for argument in get_args(kind):
            yield from walk(argument)

    yield from walk(Procedure)
    yield from walk(Settings)


@lru_cache(maxsize=2)
def json_schema(language: Language = "id") -> dict[str, Any]:
    """One schema for both documents: `$defs/Procedure` and `$defs/Settings`; a document is either."""
    schema = TypeAdapter(Procedure | Settings).json_schema()
    for part in parts():
        _describe(schema["$defs"], part, language)
    return {
        "$schema": DIALECT,
        "title": "Tanggap SOP",
        "anyOf": [{"$ref": "#/$defs/Procedure"}, {"$ref": "#/$defs/Settings"}],
        "$defs": schema["$defs"],
    }


def _describe(definitions: dict[str, Any], part: type[Model], language: Language) -> None:
    found = definitions[part.__name__]
    long_form = found["anyOf"][-1] if "anyOf" in found else found
    long_form.pop("description", None)
    for name, field in long_form.get("properties", {}).items():
        field.pop("title", None)
        field["description"] = meaning(part.__name__, name).get(language)
