"""What is wrong in the books of an office, in words for its operator: names of things, no content."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`about`: the complaint's number, or what else it is about. `wrong`: a sentence of what does not fit."""

    about: str
    wrong: str

    def __str__(self) -> str:
        return f"{self.about}: {self.wrong}"
