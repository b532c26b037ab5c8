"""What a benchmark says: figures with their aims and gates, and the table that shows them.

A missed gate fails the run. A missed aim does not; it belongs into the README with its profile.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH = 60


@dataclass(frozen=True)
class Figure:
    """One measured number. `aim` and `gate` are bounds in the figure's unit; `at_least` turns them round."""

    name: str
    value: float
    unit: str
    aim: float | None = None
    gate: float | None = None
    at_least: bool = False

    def meets(self, bound: float | None) -> bool:
        if bound is None:
            return True
        return self.value >= bound if self.at_least else self.value <= bound

    def bound(self, value: float | None) -> str:
        """An aim or a gate as people write it; a dash where there is none."""
        return "-" if value is None else f"{'>=' if self.at_least else '<='} {value:g}"

    def as_dict(self) -> dict[str, str | float | bool]:
        """For a file: the figure with its bounds in words, and whether it is within its gate."""
        bounds = {"aim": self.aim, "gate": self.gate}
        said = ", ".join(f"{name} {self.bound(value)}" for name, value in bounds.items() if value is not None)
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "bound": f"({said})" if said else "",
            "ok": self.meets(self.gate),
        }

    def row(self) -> str:
        aim, gate = self.bound(self.aim), self.bound(self.gate)
        verdict = "ok" if self.meets(self.aim) else "aim missed" if self.meets(self.gate) else "GATE MISSED"
        if self.aim is None and self.gate is None:
            verdict = ""
        return f"{self.name:<{WIDTH}} {self.value:>10.3f} {self.unit:<4} {aim:>10} {gate:>10}  {verdict}"


def say(line: str) -> None:
    """A line for the person who runs the benchmark, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@dataclass
class Report:
    """All figures of one run, printed as they come."""

    figures: list[Figure] = field(default_factory=list)

    def head(self) -> None:
        say(f"{'figure':<{WIDTH}} {'value':>10} {'unit':<4} {'aim':>10} {'gate':>10}")

    def add(self, figure: Figure) -> None:
        self.figures.append(figure)
        say(figure.row())

    def missed_gates(self) -> list[Figure]:
        return [figure for figure in self.figures if not figure.meets(figure.gate)]


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0..1) of the values lie; nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def p50(values: Sequence[float]) -> float:
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    return percentile(values, 0.95)
