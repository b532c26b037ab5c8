"""Presets: an office's SOP with settings and an organisation to begin with, shipped as YAML."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Any

from pydantic import StringConstraints

from workflows.common import Code, Model, Text
from workflows.loading import build, read
from workflows.problems import located, raise_errors
from workflows.procedure import Procedure
from workflows.settings import Category, Settings, UnitCode
from workflows.soundness import check_procedure, check_settings
from workflows.strictyaml import YamlDocument

Name = Annotated[str, StringConstraints(min_length=1, max_length=150)]


class UnitSeed(Model):
    """A unit that a new office begins with."""

    code: UnitCode
    name: Name
    parent: UnitCode | None = None


class PositionSeed(Model):
    """A position that a new office begins with, and the SOP roles that go with it."""

    code: UnitCode
    title: Name
    unit: UnitCode | None = None
    roles: tuple[Code, ...] = ()


class Organisation(Model):
    """Units (a parent before its children) and positions."""

    units: tuple[UnitSeed, ...] = ()
    positions: tuple[PositionSeed, ...] = ()


class Variant(Model):
    """Another office with the same SOP: its own categories and organisation."""

    name: Text
    categories: tuple[Category, ...]
    organisation: Organisation


class PresetFile(Model):
    """A preset as it is written."""

    code: Code
    name: Text
    kind: Code
    timezone: str
    procedure: dict[str, Any]
    settings: dict[str, Any]
    organisation: Organisation
    variants: dict[Code, Variant] = {}


@dataclass(frozen=True, slots=True)
class Preset:
    """A preset, or one variant of it, ready for a new office. `kind`: of office; `timezone`: to
    begin with.
    """

    code: str
    variant: str
    name: Text
    kind: str
    timezone: str
    procedure: Procedure
    settings: Settings
    organisation: Organisation
    variants: tuple[str, ...]


def preset_codes() -> tuple[str, ...]:
    """Codes of the presets that are shipped, sorted."""
    folder = files("workflows").joinpath("presets")
    return tuple(sorted(item.name[:-5] for item in folder.iterdir() if item.name.endswith(".yaml")))


@lru_cache(maxsize=64)
def load_preset(code: str, variant: str = "") -> Preset:
    """A preset by its code. Raises `KeyError` for an unknown code or variant, `DocumentRefused` for a
    broken file.
    """
    if code not in preset_codes():
        raise KeyError(code)
    return preset_from(
        read(files("workflows").joinpath("presets", f"{code}.yaml").read_text("utf-8")), variant
    )


def preset_from(document: YamlDocument, variant: str = "") -> Preset:
    """A preset from its YAML. Raises as `load_preset`."""
    written = build(PresetFile, document)
    procedure = build(Procedure, document, ("procedure",))
    settings = build(Settings, document, ("settings",))
    organisation = written.organisation
    if variant:
        chosen = written.variants[variant]
        organisation = chosen.organisation
        settings = Settings.model_validate({**written.settings, "categories": chosen.categories})
    units = frozenset(unit.code for unit in organisation.units)
    raise_errors(
        [
            *located(check_procedure(procedure, settings), document, ("procedure",)),
            *located(check_settings(settings, procedure, units), document, ("settings",)),
        ]
    )
    return Preset(
        code=written.code,
        variant=variant,
        name=written.variants[variant].name if variant else written.name,
        kind=written.kind,
        timezone=written.timezone,
        procedure=procedure,
        settings=settings,
        organisation=organisation,
        variants=tuple(written.variants),
    )
