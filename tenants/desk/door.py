"""Who comes in: every view of the desk goes through `desk` or `desk_admins`.

`central.accounts.middleware.StaffDoor` has asked for sign-in, membership and second factor before; here the
account becomes a person of this government's desk, ready to act. No office is entered: a page about a
complaint enters that complaint's office itself, after the look was noted.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from central.accounts.middleware import NotAtHome
from central.offices.middleware import public_side
from central.offices.models import Government
from tenants.errors import ServiceError

from . import queries
from .pages import refusal_page
from .queries import DeskPerson

Rest = ParamSpec("Rest")
View = Callable[Concatenate["DeskRequest", Rest], HttpResponse]


class DeskRequest(HttpRequest):
    """A request that has come through the door. `person`: who asks, as an actor."""

    government: Government
    person: DeskPerson


def desk(view: View[Rest]) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
    """Lets active members of this government's desk in; times are shown in the zone of its offices.

    Raises `NotAtHome` for anybody else, which becomes a page that says where the account works. What a
    service refuses and the view does not handle becomes a page with its words.
    """

    def inner(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        assert isinstance(request, HttpRequest)
        inside: DeskRequest = request  # type: ignore[assignment]  # the attributes are set by middleware and here
        user = request.user
        person = queries.person_at(inside.government, user) if user.is_authenticated else None
        if person is None:
            raise NotAtHome
        inside.person = person
        with timezone.override(queries.zone_of(inside.government)):
            try:
                return view(inside, *args, **kwargs)
            except ServiceError as error:
                return refusal_page(inside, error)

    update_wrapper(inner, view)
    return public_side(never_cache(inner))


def desk_admins(view: View[Rest]) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
    """Lets the desk's admins in; another member is told whom to ask."""

    def inner(request: DeskRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if not request.person.is_admin:
            raise ServiceError(
                "not_admin",
                _("Halaman ini hanya untuk admin meja pusat. Minta bantuan admin meja pusat Anda."),
            )
        return view(request, *args, **kwargs)

    update_wrapper(inner, view)
    return desk(inner)
