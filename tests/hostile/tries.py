"""Values from Hypothesis, the same ones each time, each tried whatever came of the one before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

Value = TypeVar("Value")


def try_each(strategy: st.SearchStrategy[Value], examples: int, take: Callable[[Value], None]) -> None:
    """Hands so many values to `take`, which keeps what it finds and raises nothing."""

    @hypothesis(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def once(value: Value) -> None:
        take(value)

    once()
