"""Commands about accounts: a person comes in, a personal API token is made and taken back."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from allauth.account import signals
from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from central.accounts.models import ApiToken, User
from central.offices.models import Office
from central.plaintext import clean_line

TOKEN_PREFIX = "tgp_"  # noqa: S105  (marks our tokens for secret scanners; it is no secret)
MOST_TOKENS = 10
LONGEST_LIFE = timedelta(days=366)


class TokenProblem(Exception):
    """A token could not be made. `code` is stable, the message says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@transaction.atomic
def create_person(email: str, name: str, password: str | None, *, language: str = "id") -> User:
    """Makes an account whose address is known to be the person's own: they came by a link that was sent
    there.
    """
    user = User.objects.create_user(email, password, name=clean_line(name), language=language)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def digest_of(secret: str) -> str:
    """What is stored of a secret with 256 random bits: its SHA-256 (no salt is needed for such a one)."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def create_token(
    user: User,
    office: Office,
    name: str,
    *,
    expires_at: datetime | None = None,
    now: datetime | None = None,
) -> tuple[ApiToken, str]:
    """Makes a personal token for one office. The secret is the second value; it is never to be had again.

    The caller has made sure that the person is a member there and showed the second factor where that is
    obligatory.

    Raises:
        TokenProblem: `name` is empty, the end lies in the past or more than a year ahead, or there are ten
            already.
    """
    now = now or timezone.now()
    name = clean_line(name)[:100]
    if not name:
        raise TokenProblem("name_missing", _("Beri nama token ini, misalnya nama aplikasi yang memakainya."))
    if expires_at is not None and not now < expires_at <= now + LONGEST_LIFE:
        raise TokenProblem("bad_expiry", _("Pilih masa berlaku paling lama satu tahun."))
    User.objects.select_for_update(no_key=True).get(
        pk=user.pk
    )  # so that two requests do not pass the limit together
    if ApiToken.objects.filter(user=user, office_id=office.pk, revoked_at=None).count() >= MOST_TOKENS:
        raise TokenProblem("too_many", _("Anda sudah punya sepuluh token. Cabut yang tidak dipakai lagi."))
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        office_id=office.pk,
        name=name,
        digest=digest_of(secret),
        created_at=now,
        expires_at=expires_at,
    )
    return token, secret


def revoke_token(user: User, token_id: int, *, now: datetime | None = None) -> bool:
    """Takes back a token of the person's own. False where they have no such token in use."""
    now = now or timezone.now()
    return bool(ApiToken.objects.filter(pk=token_id, user=user, revoked_at=None).update(revoked_at=now))


def revoke_tokens(user_id: int, *, office_id: int | None = None, now: datetime | None = None) -> int:
    """Takes back every token of a person, or those for one office; returns how many.

    For the moments after which an old token must open nothing any more: another password, leaving an office,
    becoming its admin (a token made without the second factor would else administer it).
    """
    rows = ApiToken.objects.filter(user_id=user_id, revoked_at=None)
    if office_id is not None:
        rows = rows.filter(office_id=office_id)
    return rows.update(revoked_at=now or timezone.now())


def _another_password(user: User, **_signal: Any) -> None:
    revoke_tokens(user.pk)


def connect() -> None:
    """Called once, when the app is ready: a new password ends all tokens that the old one protected."""
    for signal in (signals.password_changed, signals.password_reset, signals.password_set):
        signal.connect(_another_password, dispatch_uid="tokens")
