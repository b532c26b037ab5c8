"""What the proof of a procedure finds, as rows of a page: code, sentence, place, and where it is mended."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.complaints.words import limit_words, said
from tenants.procedure.cures import Cures
from workflows.actions import Action
from workflows.checking import Checked
from workflows.common import Text
from workflows.loading import read
from workflows.problems import DocumentRefused, Problem, Severity, located
from workflows.procedure import Clock, Line, Procedure, Role, Stage
from workflows.strictyaml import Path

_EXCERPT = 160
_CODED = re.compile(
    r"\b(tahap|stage|jam|clock|peran|role|tindakan|action|alur|line) '([^']+)'", re.IGNORECASE
)
"""A part of the procedure as a sentence names it: by its kind and its code."""

_SPAN = re.compile(r"\b[1-9][0-9]{0,4} (?:WD|WH|WM|h|d)\b")
"""A length of time as the format writes it."""


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One finding. `line`: of the YAML, with what is written there; `place`: the stage, with the page on
    which it is changed; `cure`: what to do where nobody is there for a role, with the page for it.
    """

    code: str
    is_error: bool
    text: str
    line: int | None = None
    excerpt: str = ""
    place: str = ""
    place_url: str = ""
    cure: str = ""
    cure_url: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """The result. `sound`: it can be put in force."""

    errors: tuple[ProblemRow, ...]
    warnings: tuple[ProblemRow, ...]

    @property
    def sound(self) -> bool:
        return not self.errors


def proof_of(found: Checked, text: str, draft: int | None = None) -> Proof:
    """The findings about a text. `draft`: the number of the draft that holds it."""
    rows = problem_rows(found.problems, text, found.procedure, draft)
    return Proof(
        errors=tuple(row for row in rows if row.is_error),
        warnings=tuple(row for row in rows if not row.is_error),
    )


def problem_rows(
    problems: Iterable[Problem], text: str, procedure: Procedure | None = None, draft: int | None = None
) -> list[ProblemRow]:
    """The findings in the order in which they stand in the text."""
    lines = text.splitlines()
    rows, cures = [], Cures()
    for item in _with_lines(list(dict.fromkeys(problems)), text):
        stage = _stage(procedure, item.path)
        line = item.line if item.line and item.line <= len(lines) else None
        cure = cures.of(item, procedure, stage[1] if stage else None)
        rows.append(
            ProblemRow(
                code=item.code,
                is_error=item.severity is Severity.ERROR,
                text=_with_names(said(item.text), procedure),
                line=item.line,
                excerpt=lines[line - 1].strip()[:_EXCERPT] if line else "",
                place=_("Tahap “%(name)s”") % {"name": said(stage[1].name)} if stage else "",
                place_url=_stage_url(draft, stage) if stage and draft is not None else "",
                cure=cure.text if cure else "",
                cure_url=reverse(f"portal:{cure.page}") if cure else "",
            )
        )
    return sorted(rows, key=lambda row: row.line or 0)


def signed_rows(warnings: Iterable[Mapping[str, str]], procedure: Procedure) -> list[ProblemRow]:
    """The warnings that a version was signed with, as it keeps them."""
    return [
        ProblemRow(
            code=row["code"],
            is_error=False,
            text=_with_names(said(Text(id=row["id"], en=row["en"])), procedure),
        )
        for row in warnings
    ]


def located_words(problem: Problem) -> str:
    """A finding with its line and code."""
    text = said(problem.text)
    if problem.line is None:
        return f"{text} ({problem.code})"
    return _("Baris %(line)d: %(text)s (%(code)s)") % {
        "line": problem.line,
        "text": text,
        "code": problem.code,
    }


def _with_names(text: str, procedure: Procedure | None) -> str:
    """A sentence with the names of stages, limits, roles, actions and lines in the place of their codes, and
    with times in words.
    """
    text = _SPAN.sub(lambda span: limit_words(span[0]), text)
    if procedure is None:
        return text
    stages = [stage for line in procedure.lines for stage in line.stages]
    named: Mapping[str, Iterable[Line | Stage | Action | Clock | Role]] = {
        "tahap": stages,
        "stage": stages,
        "jam": procedure.clocks,
        "clock": procedure.clocks,
        "peran": procedure.roles,
        "role": procedure.roles,
        "tindakan": [action for stage in stages for action in stage.actions],
        "action": [action for stage in stages for action in stage.actions],
        "alur": procedure.lines,
        "line": procedure.lines,
    }

    def name(match: re.Match[str]) -> str:
        kind, code = match.groups()
        found = next((part for part in named[kind.lower()] if part.code == code), None)
        if found is None:
            return match[0]
        # The format's word for a limit is read as an hour.
        kind = {"jam": "batas waktu", "Jam": "Batas waktu"}.get(kind, kind)
        return f"{kind} “{said(found.name)}”"

    return _CODED.sub(name, text)


def _with_lines(problems: list[Problem], text: str) -> list[Problem]:
    """Findings about people come without a line: they are no part of the text's own proof."""
    if all(item.line is not None or not item.path for item in problems):
        return problems
    try:
        document = read(text)
    except DocumentRefused:
        return problems
    return [item if item.line is not None else located([item], document)[0] for item in problems]


def _stage(procedure: Procedure | None, path: Path) -> tuple[str, Stage] | None:
    """The line's code and the stage that a path leads into: its own, or the first in which a limit runs."""
    if procedure is None or len(path) < 2 or not isinstance(path[1], int):
        return None
    if path[0] == "lines" and len(path) > 3 and isinstance(path[3], int):
        line = procedure.lines[path[1]]
        return line.code, line.stages[path[3]]
    if path[0] == "clocks":
        clock = procedure.clocks[path[1]]
        stage = procedure.stage(clock.live[0], clock.line) if clock.live else None
        return (clock.line, stage) if stage is not None else None
    return None


def _stage_url(draft: int | None, found: tuple[str, Stage]) -> str:
    line, stage = found
    return reverse("portal:draft_stage", kwargs={"pk": draft, "line": line, "stage": stage.code})
