"""A document of any kind, read and proved in one go: a procedure, settings, or a preset that holds both."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path as FilePath

from workflows.loading import build, read
from workflows.owed import check_owed
from workflows.preset import PresetFile, preset_from
from workflows.problems import DocumentRefused, Problem, Severity, located, problem
from workflows.procedure import Procedure
from workflows.settings import Settings
from workflows.soundness import check_procedure, check_settings
from workflows.strictyaml import YamlDocument


class DocumentKind(StrEnum):
    """What a file holds."""

    PROCEDURE = "procedure"
    SETTINGS = "settings"
    PRESET = "preset"


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in a document: `kind` None where it is not recognised. `problems`: in the order of their
    lines.
    """

    kind: DocumentKind | None
    problems: tuple[Problem, ...] = ()
    procedure: Procedure | None = None
    settings: Settings | None = None

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps the document from being put in force."""
        return tuple(item for item in self.problems if item.severity is Severity.ERROR)

    @property
    def sound(self) -> bool:
        """Whether it could be put in force."""
        return self.kind is not None and not self.errors


def check(
    source: str | FilePath,
    *,
    procedure: Procedure | None = None,
    settings: Settings | None = None,
    in_force: Procedure | None = None,
) -> Checked:
    """Everything found wrong with YAML text or a file; never raises for what is in it.

    `settings`: what a procedure is proved with, beside the platform's own texts; `procedure`: what settings
    are proved with; `in_force`: the procedure that the one in the document is to follow, for what complaints
    would be owed no longer (W19).
    """
    kind: DocumentKind | None = None
    try:
        document = read(source)
        kind = _kind(document)
        if kind is DocumentKind.PRESET:
            return _preset(document, in_force)
        if kind is DocumentKind.PROCEDURE:
            made = build(Procedure, document)
            found = located([*check_procedure(made, settings), *_owed(in_force, made)], document)
            return Checked(kind, _in_order(found), procedure=made)
        if kind is DocumentKind.SETTINGS:
            put = build(Settings, document)
            found = located(check_settings(put, procedure), document)
            return Checked(kind, _in_order(found), settings=put)
    except DocumentRefused as refused:
        return Checked(kind, _in_order(refused.problems))
    return Checked(None, tuple(located([problem("P13")], document)))


def _kind(document: YamlDocument) -> DocumentKind | None:
    data = document.data
    if not isinstance(data, dict):
        raise DocumentRefused(located([problem("P09")], document))
    if "procedure" in data and "settings" in data:
        return DocumentKind.PRESET
    if "lines" in data or "roles" in data:
        return DocumentKind.PROCEDURE
    if "calendar" in data or "categories" in data:
        return DocumentKind.SETTINGS
    return None


def _owed(in_force: Procedure | None, procedure: Procedure) -> list[Problem]:
    return check_owed(in_force, procedure) if in_force is not None else []


def _preset(document: YamlDocument, in_force: Procedure | None) -> Checked:
    """A preset with each of its variants."""
    written = build(PresetFile, document)
    preset = preset_from(document)
    units = frozenset(unit.code for unit in preset.organisation.units)
    found = [
        *located(check_procedure(preset.procedure, preset.settings), document, ("procedure",)),
        *located(_owed(in_force, preset.procedure), document, ("procedure",)),
        *located(check_settings(preset.settings, preset.procedure, units), document, ("settings",)),
    ]
    for variant in written.variants:
        preset_from(document, variant)
    return Checked(DocumentKind.PRESET, _in_order(found), preset.procedure, preset.settings)


def _in_order(problems: list[Problem] | tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda item: (item.line or 0, item.code)))
