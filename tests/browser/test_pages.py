"""Every page of the platform in real Chromium: accessible, within its policy, without a word of complaint."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext

from central.offices.models import Office
from tests.acceptance.cast import host_of
from tests.browser.conftest import serve
from tests.browser.faces import special
from tests.browser.looking import Looker
from tests.browser.site import DESK, LiveSite
from tests.browser.visits import Browser, Visit, plain
from tests.inventory import Place, World, build_world
from tests.plugins.figures import Keep
from tests.proof import Subject

SHOTS = os.environ.get("TANGGAP_SHOTS", "")


@pytest.fixture(scope="module")
def site(module_commits: str) -> Iterator[LiveSite]:
    with serve() as site:
        yield site


@pytest.fixture(scope="module")
def world(module_commits: str, site: LiveSite) -> World:
    world = build_world()
    closed = Office.objects.select_related("government").get(code="triharjo")
    Office.objects.filter(pk=closed.pk).update(status=Office.Status.SUSPENDED)
    for office in Office.objects.select_related("government").exclude(code__in=list(world.places)):
        world.places[office.code] = Place(
            world, "office", office.code, host_of(office), office, office.government
        )
    return world


@pytest.fixture(scope="module")
def looker(browser: Chromium, site: LiveSite) -> Iterator[Looker]:
    context = browser.new_context(
        viewport=DESK,  # type: ignore[arg-type]  # a plain dict is what it is
        locale="id-ID",
        timezone_id="Asia/Jakarta",
        reduced_motion="reduce",
    )
    context.set_default_timeout(15_000)
    yield Looker(context, pictures=Path(SHOTS) if SHOTS else None)
    context.close()


def take_seat(context: BrowserContext, site: LiveSite, place: Place, person: Browser | None) -> None:
    """Gives the browser the cookies of that person, and no others."""
    context.clear_cookies()
    if person is None:
        return
    if hasattr(person, "sign_in"):
        person.sign_in()
    client: Any = getattr(person, "client", person)
    context.add_cookies(
        [
            {"name": name, "value": morsel.value, "domain": place.host, "path": "/"}
            for name, morsel in client.cookies.items()
        ]
    )


def look(looker: Looker, site: LiveSite, world: World, visit: Visit) -> list[str]:
    """Opens the page and says what is wrong with it."""
    with override_settings(DEMO=True) if visit.demo else nullcontext():
        place, person, path = visit.opening(world)
        take_seat(looker.context, site, place, person)
        looker.page.set_viewport_size(DESK)  # type: ignore[arg-type]  # a plain dict
        with looker.listening() as found:
            answer = looker.page.goto(f"http://{place.host}:{site.port}{path}")
            assert answer is not None
            if answer.status != visit.status:
                found.append(f"the status is {answer.status}, not {visit.status}")
            if visit.act is not None:
                visit.act(looker.page)
            found += looker.wrong(visit.name)
    return found


@pytest.mark.parametrize("visit", [*plain(), *special()], ids=str)
def test_every_page_holds_up(
    looker: Looker, site: LiveSite, world: World, visit: Visit, figure: Keep
) -> None:
    found = look(looker, site, world, visit)
    figure(Subject.PAGES, "pages", 1)
    figure(Subject.PAGES, "axe violations", sum(line.startswith("axe") for line in found))
    figure(Subject.PAGES, "CSP violations", sum(line.startswith("refused") for line in found))
    assert found == [], "\n".join([f"{visit} at {looker.page.url}", *found])
