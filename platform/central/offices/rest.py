"""What Django REST Framework needs to work inside an office."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed

if TYPE_CHECKING:
    from rest_framework.request import Request

    from central.accounts.models import ApiToken, User


class PreloadedToken(BaseAuthentication):
    """Signs in by the token that `EnterOffice` looked up before it entered the office."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        missing = object()
        token: Any = getattr(request._request, "api_token", missing)
        if token is missing:
            return None
        if token is None:
            raise AuthenticationFailed(_("Token tidak berlaku untuk instansi ini."))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Token"
