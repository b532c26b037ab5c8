"""The published format: every field is explained, and the schema takes what the reader takes."""

from __future__ import annotations

import copy
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
import yaml

from tests.unit.workflows.simulate import PRESETS
from workflows.loading import as_data
from workflows.preset import load_preset
from workflows.schema import _meanings, json_schema, meaning, parts

VALIDATOR = jsonschema.Draft202012Validator


def part(name: str) -> Any:
    schema = json_schema("id")
    return VALIDATOR({"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]})


def test_it_is_a_schema() -> None:
    for language in ("id", "en"):
        VALIDATOR.check_schema(json_schema(language))


def test_every_field_of_both_documents_is_explained_in_both_languages() -> None:
    used = set()
    for model in parts():
        for field in model.model_fields:
            words = meaning(model.__name__, field)
            assert words.id
            assert words.en
            own = f"{model.__name__}.{field}"
            used.add(own if own in _meanings() else f"_.{field}")
    assert set(_meanings()) == used, "and nothing else is"


def test_the_explanations_stand_at_the_fields() -> None:
    english, indonesian = json_schema("en")["$defs"], json_schema("id")["$defs"]
    assert english["Clock"]["properties"]["legal_basis"]["description"].startswith("Where")
    assert indonesian["Clock"]["properties"]["legal_basis"]["description"].startswith("Di mana")


@pytest.mark.parametrize("code", PRESETS)
def test_the_presets_fit_as_they_are_written_and_as_they_are_stored(code: str) -> None:
    written = yaml.safe_load(files("workflows").joinpath("presets", f"{code}.yaml").read_text("utf-8"))
    preset = load_preset(code)
    for name, text, stored in (
        ("Procedure", written["procedure"], as_data(preset.procedure)),
        ("Settings", written["settings"], as_data(preset.settings)),
    ):
        # JSON has no dates: a document that travels as JSON has them as words.
        plain = yaml.safe_load(yaml.safe_dump(text, default_flow_style=False).replace("!!timestamp", ""))
        assert [e.message for e in part(name).iter_errors(_words(plain))] == []
        assert [e.message for e in part(name).iter_errors(stored)] == []


def _words(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _words(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_words(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def test_what_the_reader_refuses_the_schema_refuses() -> None:
    good = as_data(load_preset("greged").procedure)
    for change in (
        lambda d: d.update(unknown=1),
        lambda d: d.pop("roles"),
        lambda d: d["clocks"][0].update(limit="1 week"),
        lambda d: d["clocks"][0].update(counts_from="sometimes"),
        lambda d: d["lines"][0]["stages"][0].update(status="gone"),
        lambda d: d["roles"][0].update(code="Not A Code"),
        lambda d: d["ladder"][0].pop("after"),
    ):
        bad = copy.deepcopy(good)
        change(bad)
        assert list(part("Procedure").iter_errors(bad)), change
