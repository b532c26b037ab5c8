"""Follows the links of a page, as somebody would who looks at everything once."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page

# What is no page to look at, or ends the visit.
SHUT = re.compile(
    r"/akun/logout/|/static/|/api/|/berkas/|/foto/|/logo/|/yaml/|format=pdf|recovery-codes/download"
)
NUMBERS = re.compile(r"(?:[A-Z0-9]{4}-){3}[A-Z0-9]{4}|\d+")
KEYS = re.compile(r"[0-9a-f]{32}")
LINKS = "() => [...document.links].filter((one) => one.host === location.host).map((one) => one.href)"


class Walk:
    """The pages of one host that can be reached by links, one of each kind.

    Every complaint's page is a kind of its own, since complaints look different by their state; the form of a
    step is one, whichever complaint it is opened for.
    """

    def __init__(self, starts: list[str], most: int) -> None:
        self.waiting = deque(starts)
        self.kinds = {_kind(start) for start in starts}
        self.left = most

    def __iter__(self) -> Iterator[str]:
        while self.waiting and self.left:
            self.left -= 1
            yield self.waiting.popleft()

    def note(self, page: Page) -> None:
        """Keeps the links of the page that is open."""
        for link in page.evaluate(LINKS):
            parts = urlsplit(link)
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            kind = _kind(path)
            if kind not in self.kinds and not SHUT.search(path):
                self.kinds.add(kind)
                self.waiting.append(path)


def _kind(path: str) -> str:
    parts = urlsplit(path)
    known = NUMBERS.sub("1", parts.path) if not KEYS.search(parts.path) else parts.path
    if "/tindakan/" in known or "/cetak/" in known:
        known = KEYS.sub("1", known)
    return f"{known}?" + "&".join(sorted(parse_qs(parts.query, keep_blank_values=True)))
