"""A person who has a keyboard and nothing else, and who looks where the focus is at every stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

MOST_STOPS = 200

# What has the focus: how it is called, where it stands, and the ring around it. A ring may be drawn by the
# box around a control (a choice), or by the browser around the calendar's button within a field for a date.
# What is only read has none. `seen` looks at the point in the middle of it, past whatever lies above.
STOP = """() => {
    const now = document.activeElement;
    if (!now || now === document.body) return null;
    const labelled = (now.getAttribute("aria-labelledby") ?? "").split(" ")
        .map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
    const name = now.getAttribute("aria-label") || labelled.trim()
        || [...(now.labels ?? [])].map((label) => label.textContent).join(" ") || now.textContent;
    const ringed = [now, now.closest(".choice")].filter(Boolean);
    const within = now.type === "date" && !now.matches(":focus-visible");
    const text = now.matches(".error-summary, main");
    const ring = within || text || ringed.some((box) => {
        const style = getComputedStyle(box);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    });
    const box = now.getBoundingClientRect();
    const x = box.x + box.width / 2, y = box.y + Math.min(box.height, innerHeight) / 2;
    const top = document.elementFromPoint(x, y);
    return {
        tag: now.localName, type: now.type ?? "", field: now.name ?? "", id: now.id,
        name: name.replace(/\\s+/g, " ").trim(),
        ring, width: box.width, height: box.height,
        seen: Boolean(top) && (top.contains(now) || ringed.some((box) => box.contains(top))),
        place: [...document.querySelectorAll("*")].indexOf(now),
    };
}"""


@dataclass(frozen=True)
class Stop:
    """Where the focus rests."""

    tag: str
    type: str
    field: str
    id: str
    name: str
    ring: bool
    width: float
    height: float
    seen: bool
    place: int

    @property
    def known_by(self) -> str:
        """Radio buttons of one question are one stop, whichever of them has the focus."""
        return self.field if self.type == "radio" else str(self.place)

    def __str__(self) -> str:
        return f"<{self.tag}> {self.name[:60] or self.field or self.id}"


class Keyboard:
    """Keys pressed on a page; every place where the focus stops on the way is looked at and counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.stops = 0
        self.problems: list[str] = []

    def press(self, *names: str) -> None:
        for name in names:
            self.page.keyboard.press(name)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def enter(self) -> None:
        """Presses Enter where that leads to another page, and waits for it."""
        with self.page.expect_navigation():
            self.press("Enter")

    def here(self) -> Stop | None:
        """What has the focus now; nothing when it is outside of the page."""
        found: dict[str, Any] | None = self.page.evaluate(STOP)
        return Stop(**found) if found else None

    def tab(self, key: str = "Tab") -> Stop | None:
        """One stop further. A stop that cannot be seen is noted."""
        self.press(key)
        stop = self.here()
        if stop is not None:
            self.stops += 1
            where = f"{self.page.url}: {stop}"
            if not stop.ring:
                self.problems.append(f"{where} shows no ring")
            if not stop.seen:
                self.problems.append(f"{where} is hidden or out of sight")
        return stop

    def to(self, name: str, *, tag: str = "") -> Stop:
        """Goes on to the stop whose name begins so, as one would who reads along."""
        passed: list[str] = []
        for _press in range(MOST_STOPS):
            stop = self.tab()
            if stop is not None and stop.name.startswith(name) and tag in ("", stop.tag):
                return stop
            if stop is None and passed and passed[-1] == "(the end)":
                break
            passed.append(str(stop) if stop else "(the end)")
        raise AssertionError(f"{self.page.url}: nothing called “{name}” among {passed}")

    def tour(self) -> list[Stop]:
        """The whole page in the order of its source, out at its end, and back to its top."""
        stop = self._through(None)[1]
        forth, _next = self._through(stop)
        back: list[Stop] = []
        for _press in range(2 * len(forth) + 2):
            stop = self.tab("Shift+Tab")
            if stop is not None:
                back.append(stop)
            if len(back) == len(forth):
                break
        there, home = [str(stop) for stop in forth], [str(stop) for stop in reversed(back)]
        same = [stop.known_by for stop in forth] == [stop.known_by for stop in reversed(back)]
        assert same, f"{self.page.url}: other stops on the way back: {there} {home}"
        return forth

    def _through(self, first: Stop | None) -> tuple[list[Stop], Stop | None]:
        """All stops from one to the last of the page, and the one that follows if that is on the page."""
        found = [first] if first else []
        for _press in range(MOST_STOPS):
            stop = self.tab()
            if (stop is None and found) or (stop and found and stop.place <= found[-1].place):
                return found, stop
            if stop is not None:
                found.append(stop)
        raise AssertionError(f"{self.page.url}: the focus does not come out after {found[-1:]}")
