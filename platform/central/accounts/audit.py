"""The sign-in log: one line an act, with who, where and how; never a password, a code or a whole e-mail
address.

Logger `tanggap.audit`. A line reads `signin user=7 host=example.org ip=192.0.2.1 second_factor=yes`.
"""

from __future__ import annotations

import hashlib
import logging
from typing import Any

from allauth.account import signals as account_signals
from allauth.account.adapter import get_adapter
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from django.contrib.auth import signals as auth_signals
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from central.accounts import second_factor
from central.accounts.models import User

log = logging.getLogger("tanggap.audit")


def line(act: str, request: HttpRequest | None, **facts: object) -> None:
    """Writes one line: the act, the facts, and the host and address that it came from."""
    where: dict[str, object] = {}
    if request is not None:
        where = {"host": request.get_host(), "ip": _address(request)}
    log.info("%s %s", act, " ".join(f"{key}={value}" for key, value in {**facts, **where}.items()))


def _address(request: HttpRequest) -> str:
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return "-"


def shortened(email: str) -> str:
    """An e-mail address as the log holds it: the domain, and a digest by which the same address is known
    again.
    """
    email = email.strip().lower()
    return f"{hashlib.sha256(email.encode()).hexdigest()[:12]}@{email.rpartition('@')[2]}"


def _signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    line("signin", request, user=user.pk, second_factor="yes" if second_factor.was_shown(request) else "no")


def _sign_in_failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    line("signin-failed", request, email=shortened(str(credentials.get("email", ""))))


def _signed_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        line("signout", request, user=user.pk)


def _password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    line("password-changed", request, user=user.pk)


def _password_reset(request: HttpRequest, user: User, **_: Any) -> None:
    line("password-reset", request, user=user.pk)


def _factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    line("second-factor-added", request, user=user.pk, kind=authenticator.type)


def _factor_removed(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    line("second-factor-removed", request, user=user.pk, kind=authenticator.type)


def _factor_failed(request: HttpRequest, user: User, **_: Any) -> None:
    line("second-factor-failed", request, user=user.pk)


def connect() -> None:
    """Called once, when the app is ready."""
    account_signals.user_logged_in.connect(_signed_in, dispatch_uid="audit")
    auth_signals.user_login_failed.connect(_sign_in_failed, dispatch_uid="audit")
    auth_signals.user_logged_out.connect(_signed_out, dispatch_uid="audit")
    account_signals.password_changed.connect(_password_changed, dispatch_uid="audit")
    account_signals.password_reset.connect(_password_reset, dispatch_uid="audit")
    mfa_signals.authenticator_added.connect(_factor_added, dispatch_uid="audit")
    mfa_signals.authenticator_removed.connect(_factor_removed, dispatch_uid="audit")
    mfa_signals.authentication_failed.connect(_factor_failed, dispatch_uid="audit")
