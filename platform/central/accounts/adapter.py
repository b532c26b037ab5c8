"""What allauth does differently here: nobody signs up by themselves, mail goes through the outbox, secrets
are sealed.
"""

from __future__ import annotations

import time
from typing import Any, ClassVar
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from central.accounts import post, second_factor
from central.accounts.limits import client_address
from central.accounts.models import User
from central.accounts.sealing import seal, unseal
from central.accounts.sites import full_address, home_path

FRESH_SIGN_IN = (
    300  # seconds after signing in during which a change of the second factor asks for no password
)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no type hints
    """Sign-in by e-mail and password. An invitation is the only way to an account."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("Akun ini tidak aktif. Hubungi admin Anda."),
        "email_password_mismatch": _("Alamat surel atau kata sandi tidak cocok. Periksa lalu coba lagi."),
        "enter_current_password": _("Isi kata sandi Anda yang sekarang."),
        "incorrect_code": _("Kode itu salah atau sudah tidak berlaku. Isi kode yang tampil sekarang."),
        "incorrect_password": _("Kata sandi salah. Periksa lalu coba lagi."),
        "invalid_or_expired_key": _("Tautan ini tidak berlaku lagi."),
        "invalid_login": _("Alamat surel atau kata sandi tidak cocok. Periksa lalu coba lagi."),
        "invalid_password_reset": _("Tautan ini tidak berlaku lagi. Minta tautan baru."),
        "too_many_login_attempts": _("Terlalu banyak percobaan yang gagal. Coba lagi lima menit lagi."),
        "unknown_email": _("Tidak ada akun dengan alamat surel itu."),
        "rate_limited": _("Terlalu banyak permintaan. Tunggu sebentar lalu coba lagi."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Renders allauth's mail as plain text in the person's language and puts it into the outbox."""
        request = allauth_context.request
        user = context.get("user") or getattr(request, "user", None)
        language = getattr(user, "language", "") or settings.LANGUAGE_CODE
        values = {"request": request, "email": email, "place": _place(request), **context}
        with override(language):
            subject = render_to_string(f"{template_prefix}_subject.txt", values)
            body = render_to_string(f"{template_prefix}_message.txt", values)
        kind = template_prefix.rsplit("/", 1)[-1]
        post.send(kind, email, subject, body, language=language)

    def get_client_ip(self, request: HttpRequest) -> str:
        """As everywhere here. allauth's own breaks down where a request came by fewer proxies than usual."""
        address = client_address(request)
        if not address:
            raise PermissionDenied
        return address

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return home_path(request)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return "/"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return home_path(request)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """With the port that the settings name: the Host header's is whatever the caller wrote there."""
        made = urlsplit(super().get_reset_password_from_key_url(key))
        return full_address(made.hostname or settings.BASE_HOST, made.path)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever signed in a moment ago is not asked for the password again."""
        request = allauth_context.request
        records = get_authentication_records(request, request.user) if request else []
        if records and time.time() - records[-1]["at"] < FRESH_SIGN_IN:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth counts failures by host and e-mail; every office is a host here, so that a guesser would get
        # as many tries as there are offices.
        return f"tanggap:{str(credentials.get('email', '')).strip().lower()}"


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no type hints
    """Time codes and recovery codes; their secrets are sealed with the platform's key before they are
    stored.
    """

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _(
            "Verifikasi dua langkah wajib untuk tugas Anda di sini dan tidak dapat dimatikan."
        ),
        "cannot_generate_recovery_codes": _("Pasang verifikasi dua langkah dahulu."),
        "incorrect_code": _("Kode itu salah atau sudah tidak berlaku. Isi kode yang tampil sekarang."),
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        request = allauth_context.request
        user: User = authenticator.user
        return request is None or not second_factor.is_obliged(request, user)


def _place(request: HttpRequest | None) -> str:
    """Whose sign-in a mail is about: the office, the government, or the platform itself."""
    for name in ("office", "government"):
        place = getattr(request, name, None)
        if place is not None:
            return str(place.name)
    return "Tanggap"
