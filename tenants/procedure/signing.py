"""What somebody signs for who puts a procedure in force: its warnings, as they stood on the page."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from workflows.problems import Problem, Severity


def warnings_of(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The findings that do not keep a procedure from being put in force, each once."""
    warned = (item for item in problems if item.severity is Severity.WARNING)
    return tuple({(item.code, item.text, item.path): item for item in warned}.values())


def mark_of(problems: Iterable[Problem]) -> str:
    """What stands for exactly these warnings, in whatever order; "" where there are none.

    Only what a person was shown can be signed: another warning, or one more, has another mark.
    """
    said = sorted((item.code, item.text.id, item.text.en) for item in warnings_of(problems))
    return hashlib.sha256(json.dumps(said).encode()).hexdigest() if said else ""


def signed_rows(problems: Iterable[Problem]) -> list[dict[str, str]]:
    """The warnings as a version keeps them: code and sentence in both languages."""
    return [{"code": one.code, "id": one.text.id, "en": one.text.get("en")} for one in warnings_of(problems)]
