"""Every page of the platform in real Chromium: accessible, within its policy, without a word of complaint."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext

from central.offices.models import Office
from tests.acceptance.cast import host_of
from tests.browser.conftest import serve
from tests.browser.faces import special
from tests.browser.looking import BOTH, Looker
from tests.browser.site import DESK, PHONE, LiveSite
from tests.browser.visits import Browser, Visit, plain
from tests.browser.walking import Walk
from tests.inventory import Place, World, build_world, endpoints
from tests.plugins.figures import Keep
from tests.proof import FULL, Subject, scaled

SHOTS = os.environ.get("TANGGAP_SHOTS", "")
SIZES = BOTH if SHOTS else scaled((PHONE,), BOTH)
"""The short form looks at the phone's size, where more goes wrong; whoever wants pictures gets both."""


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


def look(
    looker: Looker, site: LiveSite, world: World, visit: Visit, sizes: Iterable[dict[str, int]]
) -> list[str]:
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
            found += looker.wrong(visit.name, sizes=sizes)
    return found


def count(figure: Keep, found: list[str], pages: int) -> None:
    figure(Subject.PAGES, "pages looked at", pages)
    figure(Subject.PAGES, "axe violations", sum("axe at" in line for line in found))
    figure(Subject.PAGES, "CSP violations", sum("refused:" in line for line in found))


def hold(
    looker: Looker,
    site: LiveSite,
    world: World,
    visit: Visit,
    figure: Keep,
    sizes: Iterable[dict[str, int]],
) -> None:
    found = look(looker, site, world, visit, sizes)
    count(figure, found, 1)
    assert found == [], "\n".join([f"{visit} at {looker.page.url}", *found])


@pytest.mark.parametrize("visit", plain(), ids=str)
def test_every_page_holds_up(
    looker: Looker, site: LiveSite, world: World, visit: Visit, figure: Keep
) -> None:
    hold(looker, site, world, visit, figure, SIZES)


@pytest.mark.parametrize("visit", list(special()), ids=str)
def test_every_face_of_a_page_holds_up(
    looker: Looker, site: LiveSite, world: World, visit: Visit, figure: Keep
) -> None:
    hold(looker, site, world, visit, figure, SIZES)


STAFF = {
    "greged": ("clerk", "secretary", "head", "unit", "other_unit", "admin", "plain"),
    "jenawi": ("clerk", "unit", "head", "admin"),
    "dishub-mojokerto": ("clerk", "unit", "head", "admin"),
    "mojokerto": ("admin", "central_admin", "editor", "press_coordinator"),
    "cirebon": ("central_admin",),
}
PUBLIC = ("platform", "greged", "jenawi", "dishub-mojokerto", "mojokerto")
WALKS = [
    *((code, who, "id") for code, roles in STAFF.items() for who in roles),
    *((code, "", "id") for code in PUBLIC),
    *((code, "", "en") for code in ("platform", "greged", "mojokerto")),
    *(("greged", who, "en") for who in ("clerk", "admin")),
    ("mojokerto", "admin", "en"),
]
STEPS = scaled(3, 150)  # pages of one walk


@pytest.mark.parametrize(
    ("code", "who", "language"), WALKS if FULL else [WALKS[0], ("greged", "clerk", "en")]
)
def test_whoever_follows_the_links_finds_pages_that_hold_up(
    looker: Looker, site: LiveSite, world: World, figure: Keep, code: str, who: str, language: str
) -> None:
    place = world(code)
    take_seat(looker.context, site, place, place.person(who) if who else None)
    cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "domain": place.host, "path": "/"}
    looker.context.add_cookies([cookie])  # type: ignore[list-item]  # a plain dict is what it is
    walk = Walk(_starts(place, who), STEPS)
    wrong: list[str] = []
    pages = 0
    for path in walk:
        with looker.listening() as found:
            answer = looker.page.goto(f"http://{place.host}:{site.port}{path}")
            assert answer is not None
            if not answer.ok and not path.startswith("/akun/bukan-anggota/"):
                found.append(f"the status is {answer.status}")
            walk.note(looker.page)
            found += looker.wrong(f"{code}-{who}-{language}-{pages}", language)
        pages += 1
        wrong += [f"{path}: {line}" for line in found]
    count(figure, wrong, pages)
    assert wrong == []


def _starts(place: Place, who: str) -> list[str]:
    if not who:
        codes = [f"/lacak/{case.code}/" for case in place.cases.values()]
        return ["/", *codes]
    return ["/meja/" if place.site == "government" else "/kantor/", "/akun/"]


SAME_TITLE = {
    frozenset({"account_reauthenticate", "mfa_reauthenticate"}),  # one page, asked for in two ways
}


def test_titles_tell_the_pages_of_a_host_apart(world: World) -> None:
    titles: dict[tuple[str, str], set[str]] = {}
    for one in endpoints():
        if one.is_page:
            place = world.main(one)
            with override_settings(DEMO=True):
                body = place.opener(one).get(place.path(one)).content.decode()
            found = re.search(r"<title>(.*?)</title>", body, re.DOTALL)
            assert found is not None, one.key
            titles.setdefault((one.site, found[1].strip()), set()).add(one.name)
    assert {key: names for key, names in titles.items() if len(names) > 1 and names not in SAME_TITLE} == {}
