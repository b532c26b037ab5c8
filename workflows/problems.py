"""What is wrong with a document: a stable code, where, and a sentence that says what to do; from
`problems.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

from workflows.common import Text
from workflows.strictyaml import Path, YamlDocument, read_yaml


class Severity(StrEnum):
    """An error keeps a document from being used; a warning is shown."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `code`: such as W03; `path`: keys and positions from the top; `line`: of the YAML, from
    1.
    """

    code: str
    text: Text
    path: Path = ()
    line: int | None = None
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return f"{self.code} {where}{self.text.get('en')}"


class DocumentRefused(ValueError):
    """A document that cannot be used; `problems` says why, errors first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.severity, p.line or 0)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@lru_cache(maxsize=1)
def sentences() -> Mapping[str, Text]:
    """Every sentence by its key."""
    data = read_yaml(files("workflows").joinpath("problems.yaml").read_text("utf-8")).data
    return {key: Text.model_validate(value) for key, value in data.items()}


def sentence(key: str, **values: object) -> Text:
    """A sentence with its blanks filled; a value may itself be bilingual."""
    pattern = sentences()[key]
    longest = 4_000  # as `Text` has it; a document may bring values of any length

    def filled(language: str) -> str:
        words = {
            name: value.get(language) if isinstance(value, Text) else str(value)
            for name, value in values.items()
        }
        whole = pattern.get(language).format(**words)
        return whole if len(whole) <= longest else f"{whole[: longest - 1]}…"

    return Text(id=filled("id"), en=filled("en"))


def problem(key: str, path: Path = (), severity: Severity = Severity.ERROR, **values: object) -> Problem:
    """A finding; the code is the part of the key before a hyphen."""
    return Problem(key.partition("-")[0], sentence(key, **values), path, severity=severity)


def unknown(path: Path, kind: str, code: str) -> Problem:
    """R01: what stands there refers to something of a kind that there is not."""
    return problem("R01", path, name=path[-1], kind=sentence(f"kind.{kind}"), detail=code)


def located(problems: Sequence[Problem], document: YamlDocument, prefix: Path = ()) -> list[Problem]:
    """The findings with the lines of the document in which the checked part stands under `prefix`."""
    return [
        replace(item, path=(*prefix, *item.path), line=document.line((*prefix, *item.path)))
        for item in problems
    ]


def raise_errors(problems: Sequence[Problem]) -> None:
    """Raise `DocumentRefused` if there is an error among the findings."""
    if any(item.severity is Severity.ERROR for item in problems):
        raise DocumentRefused(problems)
