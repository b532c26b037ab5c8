"""What hostile forms have shown once, each by itself."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache

from tests.acceptance.citizen import text_of
from tests.inventory import World, build_world, endpoint

EMPTY: dict[str, Any] = {"data": b"{}", "content_type": "application/json"}
"""A request from which no form can be read."""

ASKING = (
    "office portal:units",
    "office portal:positions",
    "office portal:member_new",
    "office portal:holdings",
    "office portal:calendar",
    "office portal:openings",
    "office portal:call",
    "office invitation",
    "office account_tokens",
)
"""Forms that ask for something."""


@pytest.fixture
def world(db: None) -> World:
    cache.clear()
    return build_world(offices=["greged"])


def test_a_code_that_is_left_out_is_asked_for_again(world: World) -> None:
    place = world("greged")
    for sent in ({}, {"kode": "123456"}):
        answer = place.opener("mfa_authenticate").post("/akun/2fa/authenticate/", sent)
        assert answer.status_code == 200
        assert "Ada yang perlu diperbaiki" in text_of(answer)


def test_a_form_without_anything_in_it_is_told_so(world: World) -> None:
    place = world("greged")
    for key in ASKING:
        found = endpoint(key)
        answer = place.opener(found).post(place.path(found), **EMPTY)
        assert answer.status_code in {200, 422}, key
        assert "Ada yang perlu diperbaiki" in text_of(answer), key


def test_an_address_that_is_no_page_says_so(world: World) -> None:
    place = world("greged")
    for name, method in (("portal:send_again", "get"), ("portal:member_invite", "get")):
        somebody = place.opener(name)
        answer = getattr(somebody, method)(place.path(name))
        assert answer.status_code == 405
        assert answer["Allow"] == "POST"
        assert "Alamat ini bukan halaman" in text_of(answer)
    answer = place.caller().post("/privasi/")
    assert answer.status_code == 405
    assert "Alamat ini bukan halaman" in text_of(answer)


def test_a_page_that_takes_no_form_does_nothing_when_one_is_sent(world: World) -> None:
    """The codes for a lost telephone count as seen once they were shown, not once somebody was refused."""
    place, name = world("greged"), "mfa_download_recovery_codes"
    codes = Authenticator.objects.filter(type=Authenticator.Type.RECOVERY_CODES)
    before = list(codes.order_by("pk").values_list("data", flat=True))
    answer = place.opener(name).post(place.path(name))
    assert answer.status_code == 405
    assert before
    assert list(codes.order_by("pk").values_list("data", flat=True)) == before
