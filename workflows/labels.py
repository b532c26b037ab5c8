"""The platform's own words that stand in no office's document, by key; from `labels.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from workflows.common import Text
from workflows.strictyaml import read_yaml


@lru_cache(maxsize=1)
def _labels() -> Mapping[str, Text]:
    data = read_yaml(files("workflows").joinpath("labels.yaml").read_text("utf-8")).data
    return {key: Text.model_validate(value) for key, value in data.items()}


def label(key: str) -> Text:
    """The words for a key such as `action.note` or `stage.referred`. Raises `KeyError` for an unknown key."""
    return _labels()[key]


def stage_label(code: str) -> Text | None:
    """The name of a reserved stage; None for one that a procedure declares itself."""
    return _labels().get(f"stage.{code}")
