"""The door to staff pages: signed in, at home here, and with the second factor where it is obligatory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from central.accounts import second_factor
from central.accounts.models import User
from central.accounts.sites import office_of

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# What staff do happens below these addresses and nowhere else.
STAFF_PATHS = {"office": "/kantor", "government": "/meja"}
API_PATH = "/api/"


class NotAtHome(Exception):
    """A signed-in person asked for staff pages of an office or desk that they do not belong to."""


class StaffDoor:
    """Stands before `EnterOffice`, so that no staff view runs for somebody whom it did not let through.

    Not signed in: to the sign-in page. No member here: a page that says so. Second factor obligatory but not
    shown in this session: to the page where it is set up or shown. For the API such a session counts as not
    signed in.

    A session that has shown its second factor costs nothing here; the portal looks the member up anyway and
    raises `NotAtHome` where there is none.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        path = request.path_info
        staff_path = STAFF_PATHS.get(getattr(request, "site_kind", ""))
        if staff_path is None:
            return None
        if path.startswith(staff_path):
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path() if request.method == "GET" else path)
            return self.check(request, request.user)
        if path.startswith(API_PATH) and request.user.is_authenticated and self.check(request, request.user):
            request.user = (
                AnonymousUser()
            )  # public calls go on working, staff calls answer that nobody is signed in
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        # The office is entered still, so the page itself must be another request.
        return (
            HttpResponseRedirect(reverse("account_not_at_home")) if isinstance(exception, NotAtHome) else None
        )

    def check(self, request: HttpRequest, user: User) -> HttpResponseBase | None:
        """None where the person may go on; else where they are sent."""
        at_desk = getattr(request, "site_kind", "") == "government"
        if at_desk and not second_factor.works_at_desk(request, user):
            return not_at_home(request)
        if second_factor.was_shown(request):
            return None
        office = office_of(request)
        if office is not None:
            member = second_factor.membership(office, user)
            if member is None:
                return not_at_home(request)
            if not member.is_admin:
                return None
        return ask_for_second_factor(request, user)


def ask_for_second_factor(request: HttpRequest, user: User) -> HttpResponse:
    """To the page that asks for a code, or, where no app is paired yet, to the one that pairs it."""
    if second_factor.is_set_up(user):
        page = reverse("mfa_reauthenticate")
    else:
        page = reverse("mfa_activate_totp")
        messages.info(
            request, _("Tugas Anda di sini mewajibkan verifikasi dua langkah. Pasang dahulu, lalu lanjutkan.")
        )
    after = request.get_full_path() if request.method == "GET" else request.path_info
    return HttpResponseRedirect(f"{page}?{urlencode({'next': after})}")


def not_at_home(request: HttpRequest) -> HttpResponse:
    """The page for a person who is signed in but does not work here: it names the account and where it
    works.
    """
    from central.onboarding.queries import places_of

    user = request.user
    assert user.is_authenticated
    return render(request, "accounts/not_at_home.html", {"places": places_of(user)}, status=403)
