"""What the findings of W19 have in common: names as they fit into a sentence, several in a row, times
compared, and in which cases two versions of a branch decide otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from workflows.common import Span, Text, TimeUnit
from workflows.conditions import Condition, Facts
from workflows.guards import TooManyCases, every_case
from workflows.labels import label
from workflows.problems import Problem, Severity, problem, sentence
from workflows.procedure import Procedure
from workflows.strictyaml import Path

NAMED = 4
"""Of several parts that one finding is about, those that are named; of the others the number is told."""

_LONGEST = 80
"""Characters of a name."""

_MOST = 400
"""Cases that are tried for one step or limit: a document may have thousands of those."""

_MINUTES = {
    TimeUnit.WORKING_DAYS: ("days", 1),
    TimeUnit.WORKING_HOURS: ("working", 60),
    TimeUnit.WORKING_MINUTES: ("working", 1),
    TimeUnit.HOURS: ("clock", 60),
    TimeUnit.DAYS: ("clock", 24 * 60),
}
"""Units of the same kind can be compared; how many hours a working day has, the calendar says."""


def warning(key: str, path: Path, **values: object) -> Problem:
    """A finding that is signed for."""
    return problem(key, path, Severity.WARNING, **values)


def short(name: Text) -> Text:
    """A name as it fits into a sentence among others."""
    return Text(id=_cut(name.id), en=_cut(name.en))


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


def quoted(name: Text) -> Text:
    """A name in quotation marks."""
    return sentence("detail.quoted", name=short(name))


def listed(texts: Sequence[Text], count: int | None = None) -> Text:
    """Several in a row; of many the first, and how many more of the `count` there are."""
    shown, every = list(texts[:NAMED]), len(texts) if count is None else count
    if every > len(shown):
        shown.append(sentence("detail.more", count=every - len(shown)))
    if not shown:  # the sentence names none
        return Text(id="-")
    return Text(id=", ".join(one.id for one in shown), en=", ".join(one.get("en") for one in shown))


def names(texts: Sequence[Text], count: int | None = None) -> Text:
    """Several names in a row; `count` as in `listed`."""
    return listed([quoted(one) for one in texts[:NAMED]], len(texts) if count is None else count)


def roles(procedure: Procedure, codes: Sequence[str]) -> Text:
    """The names of roles in a row."""
    return listed([quoted(_role(procedure, code)) for code in codes[:NAMED]], len(codes))


def _role(procedure: Procedure, code: str) -> Text:
    found = procedure.role(code)
    if found is not None:
        return found.name
    try:
        return label(f"role.{code}")
    except KeyError:  # an unknown role is a finding of its own
        return Text(id=code)


class Length(StrEnum):
    """How a time compares with the one before."""

    SAME = "same"
    SHORTER = "shorter"
    LONGER = "longer"
    OTHER = "unit"
    """Counted in another kind of unit: only a calendar could compare them."""


def compared(old: Span, new: Span) -> Length:
    """How long `new` is beside `old`."""
    (kind, one), (other_kind, other) = _MINUTES[old.unit], _MINUTES[new.unit]
    if kind != other_kind:
        return Length.OTHER
    was, now = old.value * one, new.value * other
    if was == now:
        return Length.SAME
    return Length.LONGER if was < now else Length.SHORTER


def growth(old: Span, new: Span) -> float:
    """By how many times it is longer, where both are counted alike."""
    return (new.value * _MINUTES[new.unit][1]) / (old.value * _MINUTES[old.unit][1])


def cases_of(procedure: Procedure, guards: Sequence[Condition | None]) -> list[Facts] | None:
    """Every case that these guards tell apart; None where they are too many to be tried."""
    try:
        cases = every_case(procedure, guards)
    except TooManyCases:
        return None
    return cases if len(cases) <= _MOST else None
