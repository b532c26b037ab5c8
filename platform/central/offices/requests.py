"""What `OfficeHost` and `EnterOffice` add to a request, for the type checker and the reader."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from central.accounts.models import ApiToken

    from .models import Government, Office


class SiteRequest(HttpRequest):
    """A request that came to one of our hosts.

    `api_token` is there only if a token was sent: the valid token, or None for a wrong one.
    """

    site_kind: str
    office: Office | None
    government: Government | None
    api_token: ApiToken | None
    office_stack: ExitStack
