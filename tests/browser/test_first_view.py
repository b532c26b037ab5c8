"""What a citizen on a slow line waits for: the first view as a real server sends it, counted and timed.

A clock on the wall times the machine as well, and whatever else it does. So every run of the tests adds up
what the page itself costs: journeys there and back, bytes, and work of the processor; `make proof` also looks
at the clock.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from tests.acceptance.citizen import Citizen
from tests.browser.served import served
from tests.browser.site import PHONE, LiveSite
from tests.databases import TestServer
from tests.plugins.figures import Keep
from tests.proof import FULL, Subject

MOST_BYTES = 30_000
MOST_MILLISECONDS = 1_500
PATIENCE = 120  # seconds in which the page must have come quickly once, however busy the machine is
# 400 kbit/s each way, 400 ms from a question to its answer, a processor four times as slow.
LATENCY = 400
BYTES_A_SECOND = 50_000
LINE = {
    "offline": False,
    "latency": LATENCY,
    "downloadThroughput": BYTES_A_SECOND,
    "uploadThroughput": BYTES_A_SECOND,
}
SLOWER = 4
OFFICE = "greged"


@pytest.fixture(scope="module")
def site(test_server: TestServer, module_commits: str) -> Iterator[LiveSite]:
    with served(test_server, module_commits) as site:
        yield site


@pytest.fixture(scope="module")
def code(module_commits: str) -> str:
    """The tracking code of a report."""
    return Citizen(f"{OFFICE}.localhost").report()[1]


class Arrival:
    """A page that comes to a new browser over that line."""

    def __init__(self, browser: Browser, address: str, *, slow: bool) -> None:
        context = browser.new_context(viewport=PHONE, locale="id-ID")  # type: ignore[arg-type]  # a plain dict
        self.bytes: dict[str, int] = {}
        self.compressed: dict[str, str] = {}
        try:
            page = context.new_page()
            session = context.new_cdp_session(page)
            self._listen(session, slow=slow)
            answer = page.goto(address, wait_until="load")
            assert answer is not None
            assert answer.status == 200, f"{address} answers {answer.status}"
            self.largest = _largest_paint(page)
            self.journeys = int(page.evaluate(JOURNEYS))
            self.work = _work(session)
            if not slow:
                page.wait_for_load_state("networkidle")
        finally:
            context.close()

    def _listen(self, session: CDPSession, *, slow: bool) -> None:
        addresses: dict[str, str] = {}

        def begun(event: dict[str, Any]) -> None:
            address = str(event["response"]["url"])
            addresses[event["requestId"]] = address
            headers = {key.lower(): value for key, value in event["response"]["headers"].items()}
            self.compressed[address] = headers.get("content-encoding", "")

        def ended(event: dict[str, Any]) -> None:
            self.bytes[addresses[event["requestId"]]] = int(event["encodedDataLength"])

        session.on("Network.responseReceived", begun)
        session.on("Network.loadingFinished", ended)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        if slow:
            session.send("Network.emulateNetworkConditions", LINE)
            session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})

    @property
    def weight(self) -> int:
        """Bytes of all answers, their headers included."""
        return sum(self.bytes.values())

    @property
    def cost(self) -> float:
        """Milliseconds until the page stands there on that line, if nothing is done beside anything else."""
        return self.journeys * LATENCY + 1000 * self.weight / BYTES_A_SECOND + 1000 * SLOWER * self.work


# Journeys there and back, one after the other, before anything is drawn: the page (and each address that only
# sends on), the files that hold drawing up, and what those ask for in turn.
JOURNEYS = """() => {
    const [page] = performance.getEntriesByType("navigation");
    const holding = performance.getEntriesByType("resource")
        .filter((one) => one.renderBlockingStatus === "blocking");
    const deeper = holding.some((one) => one.initiatorType === "css");
    return 1 + page.redirectCount + (holding.length ? 1 : 0) + (deeper ? 1 : 0);
}"""


def _work(session: CDPSession) -> float:
    """Seconds of the processor that the page has taken, all tasks together."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))


def _largest_paint(page: Page) -> float:
    """When the largest piece of the first view stood there, in milliseconds from the click."""
    found: float = page.evaluate(
        """() => new Promise((done) => new PerformanceObserver(
            (list) => done(list.getEntries().at(-1).startTime)
        ).observe({type: "largest-contentful-paint", buffered: true}))"""
    )
    return found


PAGES = {
    "front": lambda code: "/",
    "report": lambda code: "/lapor/",
    "track": lambda code: "/lacak/",
    "complaint": lambda code: f"/lacak/{code}/",
}


@pytest.mark.parametrize("name", PAGES)
def test_the_first_view_is_light_and_costs_little_on_a_slow_line(
    site: LiveSite, browser: Browser, code: str, figure: Keep, name: str
) -> None:
    arrival = Arrival(browser, site.url(OFFICE, PAGES[name](code)), slow=False)
    figure(Subject.PAGES, f"bytes of first view, {name}", arrival.weight)
    figure(Subject.PAGES, f"ms of first view by its parts, {name}", round(arrival.cost))
    assert arrival.weight <= MOST_BYTES, arrival.bytes
    plain = [where for where, coding in arrival.compressed.items() if coding not in {"gzip", "br"}]
    assert plain == [], "these travel uncompressed"
    parts = f"{arrival.journeys} journeys, {arrival.weight} bytes, {arrival.work:.3f} s of work"
    assert arrival.cost < MOST_MILLISECONDS, parts
    if FULL:
        quickest = _quickest(browser, site.url(OFFICE, PAGES[name](code)))
        figure(Subject.PAGES, f"LCP ms, {name}", round(quickest))
        assert quickest < MOST_MILLISECONDS


def _quickest(browser: Browser, address: str) -> float:
    """The largest paint of the first try that was quick enough, else of the best one."""
    deadline = time.monotonic() + PATIENCE
    best = float("inf")
    while best >= MOST_MILLISECONDS and time.monotonic() < deadline:
        best = min(best, Arrival(browser, address, slow=True).largest)
    return best
