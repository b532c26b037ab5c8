"""Real Chromium against a live server, with real schemas that really commit. Shared by all browser tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test import override_settings
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django import DjangoDbBlocker

from tests.browser.looking import rules_broken
from tests.browser.site import DESK, PHONE, LiveSite
from tests.databases import TestServer
from tests.plugins.tools import chromium

# Playwright's synchronous API runs an event loop in the test's thread, where Django would refuse its
# database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

__all__ = ["DESK", "PHONE", "LiveSite"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium: Playwright's own is not downloaded."""
    arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
    return {**browser_type_launch_args, "executable_path": str(chromium()), "args": arguments}


@pytest.fixture(scope="module")
def module_commits(
    django_db_setup: None,
    test_server: TestServer,
    first_office_id: int,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[str]:
    """A database in which the tests of one module may commit, for those that only look at what is there."""
    with (
        django_db_blocker.unblock(),
        test_server.using_fresh_clone(first_office_id=first_office_id + 500) as name,
    ):
        yield name


@contextmanager
def serve() -> Iterator[LiveSite]:
    """The whole site on a free port, on the database that is used at this moment."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler, allow_reuse_address=False)
    server.set_app(StaticFilesHandler(WSGIHandler()))
    port = server.server_address[1]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        with override_settings(PLATFORM_URL=f"http://localhost:{port}/", PUBLIC_PORT=str(port)):
            yield LiveSite(port)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def live_site(real_commits: str) -> Iterator[LiveSite]:
    """The whole site on a free port, on a database of the test's own."""
    with serve() as site:
        yield site


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Makes browser windows, each with cookies of its own: `visitor(width=…, javascript=False)`."""
    contexts: list[BrowserContext] = []

    def make(*, size: dict[str, int] = PHONE, javascript: bool = True, **options: Any) -> Page:
        context = browser.new_context(
            viewport=size,  # type: ignore[arg-type]  # a plain dict is what it is
            java_script_enabled=javascript,
            locale="id-ID",
            timezone_id="Asia/Jakarta",
            **options,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def accessible() -> Callable[[Page], None]:
    """Fails with axe's own words if the page breaks a rule of WCAG 2.2 AA, or scrolls sideways."""

    def check(page: Page) -> None:
        broken = rules_broken(page)
        assert broken == [], "\n".join([page.url, *broken])
        root = "document.documentElement"
        wide, seen = page.evaluate(f"[{root}.scrollWidth, {root}.clientWidth]")
        assert wide <= seen, f"{page.url} is {wide} px wide on a screen of {seen} px"

    return check
