"""The door to staff pages: signed in, at home here, and with the second factor where it is obligatory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from central.accounts import second_factor
from central.accounts.models import User
from central.accounts.typed import typed_texts

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# What staff do happens below these addresses and nowhere else.
STAFF_PATHS = {"office": "/kantor", "government": "/meja"}
API_PATH = "/api/"


class NotAtHome(Exception):
    """A signed-in person asked for staff pages of an office or desk that they do not belong to."""


class StaffDoor:
    """Stands before `EnterOffice`, so that no staff view runs for somebody whom it did not let through.

    Not signed in: to the sign-in page, with what was typed meanwhile handed back to be copied. At the central
    desk: who does not belong to it gets a page that says so, and a session that has not shown its second
    factor is sent to show it. Who is a member of an office, and whether as its admin, only the office knows:
    the same is asked there once it is entered.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        path = request.path_info
        site = getattr(request, "site_kind", "")
        if site not in STAFF_PATHS or not path.startswith(STAFF_PATHS[site]):
            return None
        if not request.user.is_authenticated:
            return _signed_out(request, path)
        if site != "government":
            return None
        if not second_factor.works_at_desk(request, request.user):
            return not_at_home(request)
        return None if second_factor.was_shown(request) else ask_for_second_factor(request, request.user)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        # The office is entered still, so the page itself must be another request.
        return (
            HttpResponseRedirect(reverse("account_not_at_home")) if isinstance(exception, NotAtHome) else None
        )


def _signed_out(request: HttpRequest, path: str) -> HttpResponse:
    """To the sign-in page. Who was writing while the session ended gets the words back first."""
    if request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path())
    words = typed_texts(request.POST)
    if not words:
        return redirect_to_login(path)
    again = redirect_to_login(path)["Location"]
    return render(request, "accounts/signed_out.html", {"typed": words, "again": again}, status=403)


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
