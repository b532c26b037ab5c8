"""Every address of the platform is known, with a real object behind it and somebody for whom it works."""

from __future__ import annotations

from collections import Counter

import pytest
from django.http import HttpResponse
from django.test import override_settings

from tests.inventory import DEMO, Endpoint, Gives, World, build_world, endpoint, endpoints
from tests.inventory.endpoints import METHODS, NOT_PAGES, UNDECLARED, methods_of
from tests.inventory.recipes import recipe, unused
from tests.inventory.stories import STORIES

ANSWERS_OTHERWISE = {"account_not_at_home": 403, "api/^.*$": 404}
"""Pages whose very purpose is to say no."""


@pytest.fixture
def world(db: None) -> World:
    return build_world()


def test_every_address_has_a_recipe_and_no_recipe_is_left_over() -> None:
    for found in endpoints():
        recipe(found.site, found.name)
    assert unused() == set()


def test_every_view_says_which_methods_it_answers() -> None:
    silent = {found.name for found in endpoints() if methods_of(found.view) is None}
    assert silent == set(UNDECLARED)
    assert all(found.methods <= set(METHODS) for found in endpoints())


def test_what_is_declared_of_an_address_belongs_to_one() -> None:
    names = {found.name for found in endpoints()}
    assert set(NOT_PAGES) <= names | {found.key for found in endpoints()}
    assert set(UNDECLARED) <= names
    assert names >= DEMO


def test_every_name_is_of_one_address() -> None:
    """Rights, such as what a visit may see, are given by name."""
    keys = Counter(found.key for found in endpoints())
    assert [key for key, count in keys.items() if count > 1] == []


def test_addresses_are_found_by_their_key() -> None:
    found = endpoint("office portal:complaint")
    assert found.pattern == "kantor/aduan/<portal_uid:uid>/"
    assert found.methods == {"GET", "HEAD"}
    assert found.is_page
    assert len(endpoints()) == sum(len(endpoints(site)) for site in ("platform", "government", "office"))


def test_every_address_opens_for_somebody(world: World) -> None:
    refused = {}
    with override_settings(DEMO=True):
        for found in endpoints():
            answer = _opened(world, found)
            expected = ANSWERS_OTHERWISE.get(found.name, 200 if "GET" in found.methods else 405)
            if found.gives is Gives.REDIRECT and "GET" in found.methods:
                expected = 302
            if answer.status_code != expected or (found.is_page and not _is_html(answer)):
                refused[found.key] = answer.status_code
    assert refused == {}


def _opened(world: World, found: Endpoint) -> HttpResponse:
    place = world.main(found)
    return place.opener(found).get(place.path(found))


def _is_html(answer: HttpResponse) -> bool:
    return answer["Content-Type"].startswith("text/html") and b"</html>" in answer.content


def test_every_office_has_its_own_objects(world: World) -> None:
    for place in world.offices:
        assert set(place.cases) == {story.case for story in STORIES[place.code]}
        for found in endpoints("office"):
            assert place.path(found).startswith("/")
    codes = [case.code for place in world.offices for case in place.cases.values()]
    assert len(codes) == len(set(codes))
