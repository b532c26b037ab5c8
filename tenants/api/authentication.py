"""Who calls: nobody, a member in a browser's session, or a member's personal token."""

from __future__ import annotations

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from central.offices.rest import PreloadedToken
from tenants.organization.queries import Person, actor_for

STAFF = [PreloadedToken, SessionAuthentication]


class IsMember(BasePermission):
    """An active member of the office whose host was called. Sets `request.person`."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        user_id: int | None = getattr(request.user, "pk", None)
        if user_id is None:
            raise exceptions.NotAuthenticated
        # A session's member was found when the office was entered; a token's is looked for now. Where both
        # came, the token says who calls.
        known: Person | None = getattr(request._request, "person", None)
        person = known if known is not None and known.user_id == user_id else actor_for(user_id)
        if person is None:
            return False
        request.person = person  # type: ignore[attr-defined]  # read by `person_of`
        return True


def person_of(request: Request) -> Person:
    """The member who calls; only behind `IsMember`."""
    person: Person = request.person  # type: ignore[attr-defined]  # set by `IsMember`
    return person


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # drf-spectacular has no type hints
    """How a personal token is described in the schema."""

    target_class = "central.offices.rest.PreloadedToken"
    name = "personalToken"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A personal token, made in the staff portal; it opens one office.",
        }
