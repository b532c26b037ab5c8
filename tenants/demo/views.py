"""The demo's own pages on the platform's host: who can sign in, with live codes, and the mail that was sent.

They exist only where the settings say that this is a demo; anywhere else they are not found.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from central.accounts.sites import full_address
from central.offices.middleware import public_side
from central.offices.services import host_for
from tenants.demo import mailbox
from tenants.demo.cast import PERIOD, Person, cast

Rest = ParamSpec("Rest")


def demo_only(
    view: Callable[Concatenate[HttpRequest, Rest], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
    """Not found where this is no demo."""

    @public_side
    @never_cache
    @require_safe
    @wraps(view)
    def inner(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return inner


@demo_only
def people(request: HttpRequest) -> HttpResponse:
    demo = cast()
    desks = [_place(desk.code, desk.name, desk.people, "/meja/") for desk in demo.governments]
    offices = [_place(office.code, office.name, office.people, "/kantor/") for office in demo.offices]
    values = {"offices": offices, "desks": desks, "password": demo.password, "left": _seconds_left()}
    return render(request, "demo/people.html", values)


def _place(code: str, name: str, people: tuple[Person, ...], home: str) -> dict[str, object]:
    host = host_for(code)
    return {
        "name": name,
        "front": full_address(host),
        "sign_in": full_address(host, home),
        "people": [
            {"person": person, "code": person.code() if person.second_factor else ""} for person in people
        ],
    }


@demo_only
def codes(request: HttpRequest) -> HttpResponse:
    """Every code of this moment, for the script that keeps the page's codes fresh."""
    found = {person.email: person.code() for person in cast().people if person.second_factor}
    return JsonResponse({"codes": found, "left": _seconds_left()})


def _seconds_left() -> int:
    return PERIOD - int(time.time()) % PERIOD


@demo_only
def mails(request: HttpRequest) -> HttpResponse:
    to = request.GET.get("kepada", "")[:254].strip()
    return render(request, "demo/mails.html", {"mails": mailbox.newest(to), "to": to})


@demo_only
def mail(request: HttpRequest, key: str) -> HttpResponse:
    found = mailbox.find(key)
    if found is None:
        raise Http404
    return render(request, "demo/mail.html", {"mail": found})
