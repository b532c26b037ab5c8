"""Looks at one page as it stands in the browser, and says everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from playwright.sync_api import BrowserContext, Page, Response

from tests.browser.site import DESK, NARROW, PHONE

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TARGET = 24  # WCAG 2.2, 2.5.8

# What the browser refuses by the security policy, from the first element on.
REFUSALS = """
    window.refusals = [];
    addEventListener("securitypolicyviolation", (event) => refusals.push(
        `${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`), true);
"""
AXE = """async (rules) => {
    const why = (node) => [...node.any, ...node.all, ...node.none].map((found) => found.message).join("; ");
    const {violations} = await axe.run({runOnly: rules, resultTypes: ["violations"]});
    return violations.map((rule) => `${rule.id} (${rule.impact}): `
        + rule.nodes.slice(0, 4).map((node) => `${node.target} ${node.html} ${why(node)}`).join(" | "));
}"""
# A page's skeleton: what must be there once, and what must not be there at all.
BONES = """() => {
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    return {
        language: document.documentElement.lang,
        title: document.title,
        headings: [...document.querySelectorAll("h1")].map((one) => one.innerText.trim()),
        mains: document.querySelectorAll("main").length,
        doubled: [...new Set(ids.filter((id, place) => ids.indexOf(id) !== place))],
        inlined: document.querySelectorAll("[style], style, script:not([src])").length,
        refusals: window.refusals ?? ["the listener is not there"],
    };
}"""
# What sticks out of the page, deepest first; and targets that are smaller than they may be. A link in a
# sentence is as high as its line.
WIDTH = "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
STICKS_OUT = """() => [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
    .filter((one) => !one.closest(".table-wide, .chart"))
    .map((one) => one.outerHTML.slice(0, 120)).slice(-3)"""
SMALL = """(least) => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
    .filter((one) => one.checkVisibility({visibilityProperty: true}) && one.type !== "hidden")
    .filter((one) => !one.closest(".skip, .trap, .unseen") && getComputedStyle(one).display !== "inline")
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.width < least || box.height < least))
    .map(([one, box]) => `${one.outerHTML.slice(0, 100)} ${box.width} x ${box.height}`)"""


BOTH = (DESK, PHONE)


def rules_broken(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA on the page that is open, as it stands."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(AXE, RULES)
    return found


class Looker:
    """One browser window that opens pages and collects what is wrong with each."""

    def __init__(self, context: BrowserContext, *, pictures: Path | None = None) -> None:
        self.context = context
        self.pictures = pictures
        self.page: Page = context.new_page()
        self.page.add_init_script(REFUSALS)
        self.said: list[str] = []
        self.headers: list[str] = []
        self.page.on("pageerror", lambda error: self.said.append(f"script: {error}"))
        self.page.on("console", lambda message: self._hear(message.type, message.text))
        self.page.on("response", self._check_headers)

    def _hear(self, kind: str, text: str) -> None:
        # The browser notes every answer from 400 on; which status a page has is looked at by itself.
        if kind in ("error", "warning") and "Failed to load resource" not in text:
            self.said.append(f"console: {text}")

    def _check_headers(self, response: Response) -> None:
        headers = response.headers
        if not headers.get("content-type", "").startswith("text/html") or "location" in headers:
            return
        self.headers += [
            f"{response.url}: {name} is {headers.get(name)!r}"
            for name, value in HEADERS.items()
            if _parts(headers.get(name)) != _parts(value)
        ]

    @contextmanager
    def listening(self) -> Iterator[list[str]]:
        """Gives the list to which everything is added that goes wrong meanwhile."""
        self.said.clear()
        self.headers.clear()
        found: list[str] = []
        yield found
        found += [*self.said, *self.headers]

    def wrong(
        self, name: str, language: str = settings.LANGUAGE_CODE, sizes: Iterable[dict[str, int]] = BOTH
    ) -> list[str]:
        """Everything that is wrong with the page that is open, in these sizes and in the narrowest."""
        found = self._bones(language)
        for size in sizes:
            self.page.set_viewport_size(size)  # type: ignore[arg-type]  # a plain dict
            found += [f"axe at {size['width']}: {rule}" for rule in rules_broken(self.page)]
            found += self._room(size["width"])
            self._keep(f"{name}-{size['width']}")
        self.page.set_viewport_size(NARROW)  # type: ignore[arg-type]  # a plain dict
        return found + self._room(NARROW["width"])

    def _bones(self, language: str) -> list[str]:
        bones: dict[str, Any] = self.page.evaluate(BONES)
        found = [f"refused: {line}" for line in bones["refusals"]]
        if bones["language"] != language:
            found.append(f"the language is {bones['language']!r}, not {language!r}")
        if len(bones["headings"]) != 1 or not bones["headings"][0]:
            found.append(f"headings of the first rank: {bones['headings']}")
        if not re.fullmatch(r"\S.* – \S.*", bones["title"]):
            found.append(f"the title does not say where one is: {bones['title']!r}")
        if bones["mains"] != 1:
            found.append(f"{bones['mains']} <main>")
        if bones["doubled"]:
            found.append(f"ids that stand twice: {bones['doubled']}")
        if bones["inlined"]:
            found.append(f"{bones['inlined']} styles or scripts within the page")
        return found

    def _room(self, width: int) -> list[str]:
        wide, seen = self.page.evaluate(WIDTH)
        found = []
        if wide > seen:
            found.append(f"{wide} px wide on a screen of {seen}: {self.page.evaluate(STICKS_OUT)}")
        small = self.page.evaluate(SMALL, TARGET)
        return found + [f"too small at {width}: {line}" for line in small]

    def _keep(self, name: str) -> None:
        if self.pictures is not None:
            self.page.screenshot(path=str(self.pictures / f"{name}.png"), full_page=True)


def _parts(value: str | None) -> frozenset[str]:
    """A header's directives; they may come in any order."""
    return frozenset(part.strip() for part in (value or "").split(";"))


_DIRECTIVES = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
HEADERS = {
    "content-security-policy": "; ".join(f"{name} {' '.join(kept)}" for name, kept in _DIRECTIVES.items()),
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}
"""What every page's answer carries."""
