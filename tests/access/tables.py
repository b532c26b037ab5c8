"""Reads the declared tables: who gets which answer where.

    # a remark
    nobody = anonymous half resetting     a group of people, for columns

    [name of a section]
    route            method  nobody  clerk  ...
    portal:inbox     GET     login   ok     ...

The columns of a section are people or groups; each of the host's people stands in exactly one of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "tables"


@dataclass(frozen=True)
class Row:
    """What everybody gets at one address by one method: outcome by person.

    `representatives`: the first person of each column.
    """

    site: str
    section: str
    route: str
    method: str
    expected: dict[str, str]
    representatives: frozenset[str]

    @property
    def key(self) -> tuple[str, str]:
        return f"{self.site} {self.route}", self.method


def read(site: str) -> list[Row]:
    """The table of one kind of host. Raises `ValueError` with the line that cannot be read."""
    groups: dict[str, list[str]] = {}
    rows: list[Row] = []
    section, columns = "", None
    for number, line in enumerate((FOLDER / f"{site}.txt").read_text().splitlines(), start=1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        try:
            if len(words) > 2 and words[1] == "=":
                groups[words[0]] = _people(words[2:], groups)
            elif line.startswith("["):
                section, columns = line.strip()[1:-1], None
            elif columns is None:
                columns = words[2:]
            else:
                rows.append(_row(site, section, words, columns, groups))
        except ValueError as error:
            raise ValueError(f"{site}.txt, line {number}: {error}") from error
    return rows


def _row(site: str, section: str, words: list[str], columns: list[str], groups: dict[str, list[str]]) -> Row:
    route, method, *cells = words
    if len(cells) != len(columns):
        raise ValueError(f"{len(cells)} cells under {len(columns)} columns")
    expected: dict[str, str] = {}
    first: set[str] = set()
    for column, cell in zip(columns, cells, strict=True):
        people = _people([column], groups)
        first.add(people[0])
        for person in people:
            if person in expected:
                raise ValueError(f"{person} stands in two columns")
            expected[person] = cell
    return Row(site, section, route, method, expected, frozenset(first))


def _people(names: Iterable[str], groups: dict[str, list[str]]) -> list[str]:
    return [person for name in names for person in groups.get(name, [name])]
