"""Holds the books of an office against one another: nothing lost, doubled, changed or stuck.

Reads only. A page of complaints is one transaction that sees one state, so that an office at work is checked
without disturbing it; what belongs to no complaint is found by statements over the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from central.offices.access import office as inside
from central.offices.models import Office
from central.offices.snapshot import snapshots

from . import complaints, store, whole
from .findings import Finding

__all__ = ["Books", "Finding", "check"]


@dataclass(slots=True)
class Books:
    """What was counted, and every sentence that is wrong with it."""

    complaints: int = 0
    events: int = 0
    messages: int = 0
    files: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def in_order(self) -> bool:
        return not self.findings


def check(target: Office, *, now: datetime, contents: bool = False) -> Books:
    """Checks one office, from public mode. `now`: what is overdue is measured by it. `contents`: every file
    is read and held against its digest, instead of its size only.
    """
    books = Books()
    with snapshots():
        for page in _pages(target):
            books.complaints += page.complaints
            books.events += page.events
            books.messages += page.messages
            books.findings += page.findings
        with inside(target):
            books.findings += whole.findings(target, now)
    for batch in store.batches(target):
        books.files += len(batch)
        books.findings += [found for file in batch if (found := store.wrong_with(file, contents=contents))]
    return books


def _pages(target: Office) -> Iterator[complaints.Page]:
    after = 0
    while True:
        with inside(target):
            page = complaints.read(after)
        if page is None:
            return
        yield page
        after = page.last
