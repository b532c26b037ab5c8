"""Less work for the garbage collector: what was imported and collected stays until the end anyway."""

from __future__ import annotations

import gc

YOUNG, MIDDLE, OLD = 50_000, 20, 20
"""How many new objects, and how many rounds, before each generation is looked through."""


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
