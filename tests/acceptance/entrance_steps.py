"""What the tests of the entrances do again and again: people, codes, sign-ins."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from central.accounts.models import User
from central.accounts.services import create_person
from central.offices.access import office as inside
from central.offices.models import GovernmentMember

PASSWORD = "sawah-hijau-2026"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
GREGED, JENAWI, CIREBON, PLATFORM = "greged.localhost", "jenawi.localhost", "cirebon.localhost", "localhost"


def person(email: str, name: str = "Siti Aminah", password: str = PASSWORD) -> User:
    return create_person(email, name, password)


def member(office: Any, user: User, *, is_admin: bool = False) -> int:
    from tenants.organization.models import Member

    with inside(office):
        return Member.objects.create(user_id=user.pk, name=user.name, email=user.email, is_admin=is_admin).pk


def desk_member(government: Any, user: User, role: str = GovernmentMember.ADMIN) -> GovernmentMember:
    return GovernmentMember.objects.create(user=user, government=government, role=role)


def pair(user: User, secret: str = SECRET) -> Authenticator:
    """Gives the person a time-code app and recovery codes."""
    RecoveryCodes.activate(user)
    return TOTP.activate(user, secret).instance


def code(secret: str = SECRET, *, steps: int = 0) -> str:
    """What the app shows now, or some periods from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def at(host: str) -> Client:
    """A browser of its own that looks at one host."""
    cache.clear()  # the counters of earlier tests
    return Client(SERVER_NAME=host, headers={"host": f"{host}:8000"})


def sign_in(client: Client, user: User, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/akun/login/", {"login": user.email, "password": password, **more})


def sign_in_with_code(client: Client, user: User, **kwargs: Any) -> Any:
    sign_in(client, user)
    return client.post("/akun/2fa/authenticate/", {"code": code(**kwargs)})


def path(response: Any) -> str:
    """Where a redirect leads, without host and query."""
    return str(response["Location"]).partition("?")[0]


def text(response: Any) -> str:
    return response.content.decode()
