"""Who comes in: every view of the portal goes through `staff` or `admins`.

`central.accounts.middleware.StaffDoor` has asked for sign-in before, and
`tenants.organization.middleware.AtHome` for membership and second factor. Who visits for support comes
through the same doors where `tenants.portal.visiting` names the page.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, ParamSpec, cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from central.accounts.middleware import NotAtHome
from central.offices.access import give_up
from central.offices.models import Office
from tenants.errors import ServiceError
from tenants.organization.queries import Person, may_assign_some

from .pages import refusal_page
from .visiting import Visitor, may_look

log = logging.getLogger("tanggap.audit")

NOT_ADMIN = gettext_lazy("Halaman ini hanya untuk admin instansi. Minta bantuan admin instansi Anda.")

Rest = ParamSpec("Rest")
View = Callable[Concatenate["StaffRequest", Rest], HttpResponse]


class StaffRequest(HttpRequest):
    """A request that has come through the door. `person`: the member who asks, as an actor."""

    office: Office
    person: Person


def staff(view: View[Rest]) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
    """Lets active members of this office in; times are shown in the office's own zone.

    Raises `NotAtHome` for anybody else, which becomes a page that says where the account works. What a
    service refuses and the view does not handle becomes a page with its words; nothing of it is stored.
    """

    def inner(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        inside = cast("StaffRequest", request)
        person = getattr(request, "person", None)
        if not isinstance(person, Person) or (isinstance(person, Visitor) and not may_look(request)):
            raise NotAtHome
        with timezone.override(ZoneInfo(inside.office.timezone)):
            try:
                return view(inside, *args, **kwargs)
            except ServiceError as error:
                give_up()
                return refusal_page(inside, error)

    update_wrapper(inner, view)
    return never_cache(inner)


def admins(view: View[Rest]) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
    """Lets the office's admins in, and who visits; another member is told whom to ask."""

    def inner(request: StaffRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if not request.person.is_admin and not isinstance(request.person, Visitor):
            raise ServiceError("not_admin", NOT_ADMIN)
        return view(request, *args, **kwargs)

    update_wrapper(inner, view)
    return staff(inner)


def assigners(view: View[Rest]) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
    """Lets those in who give positions to people: the office's admins, and its heads where the SOP keeps a
    role for them to give.
    """

    def inner(request: StaffRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        person = request.person
        if not (person.is_admin or isinstance(person, Visitor) or may_assign_some(person)):
            raise ServiceError("not_admin", NOT_ADMIN)
        return view(request, *args, **kwargs)

    update_wrapper(inner, view)
    return staff(inner)


def note_look(request: StaffRequest, number: str, what: str) -> None:
    """Writes to the audit log that somebody read what is confidential. No name, no text."""
    log.info(
        "look office=%s member=%s complaint=%s what=%s", request.office.code, request.person.id, number, what
    )
