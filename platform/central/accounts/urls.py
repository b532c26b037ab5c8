"""Everything below /akun/: allauth's pages that we use, by name, and our own. No sign-up, no e-mail
management. `tokens` are of an office's host alone: each opens one office.
"""

from __future__ import annotations

from allauth.account import views as allauth_views
from allauth.mfa.base import views as second_factor_views
from django.urls import URLPattern, URLResolver, include, path, re_path

from central.accounts import views

tokens: list[URLPattern | URLResolver] = [
    path("token/", views.tokens, name="account_tokens"),
    path("token/<int:token_id>/cabut/", views.revoke, name="account_token_revoke"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.overview, name="account_overview"),
    path("bukan-anggota/", views.elsewhere, name="account_not_at_home"),
    path("login/", allauth_views.login, name="account_login"),
    path("logout/", allauth_views.logout, name="account_logout"),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("reauthenticate/", allauth_views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth_views.password_change, name="account_change_password"),
    path("password/set/", allauth_views.password_set, name="account_set_password"),
    path("password/reset/", allauth_views.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth_views.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        allauth_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth_views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("2fa/", second_factor_views.index, name="mfa_index"),
    path("2fa/authenticate/", views.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", second_factor_views.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/", include("allauth.mfa.totp.urls")),
    path("2fa/recovery-codes/", include("allauth.mfa.recovery_codes.urls")),
]
