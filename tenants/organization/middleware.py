"""Who stands at an office's staff pages: the account as a member of this office, ready to act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from central.accounts import second_factor
from central.accounts.middleware import API_PATH, STAFF_PATHS, ask_for_second_factor
from central.offices.access import current_office, public

from .queries import actor_for

GetResponse = Callable[[HttpRequest], HttpResponseBase]
Guests = Callable[[HttpRequest], HttpResponseBase | None]

_guests: list[Guests] = []


def register_guests(let_in: Guests) -> None:
    """Says here who asks at a staff page without being a member. Called in the office; it sets
    `request.person` or gives the answer.
    """
    _guests[:] = [let_in]


class AtHome:
    """Stands behind `EnterOffice`, so that one statement in the office's own transaction says it all.

    Sets `request.person` for a member. Nobody else reaches a staff view but a guest who was announced
    (`register_guests`): who is no member here gets a page that says so, and an admin whose session has not
    shown the second factor is sent to show it. For the API all of these count as not signed in; public calls
    go on working.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        staff_page = request.path_info.startswith(STAFF_PATHS["office"])
        if not staff_page and not request.path_info.startswith(API_PATH):
            return None
        user = request.user
        if current_office() is None or not user.is_authenticated:
            return None
        person = actor_for(user.pk)
        if person is not None and (not person.is_admin or second_factor.was_shown(request)):
            request.person = person  # type: ignore[attr-defined]  # read by the doors of portal and API
            return None
        if not staff_page:
            request.user = AnonymousUser()
            return None
        if person is None:
            # That page looks into the other offices of the person, which cannot be entered from here.
            nowhere = HttpResponseRedirect(reverse("account_not_at_home"))
            return _guests[0](request) if _guests else nowhere
        with public():
            return ask_for_second_factor(request, user)
