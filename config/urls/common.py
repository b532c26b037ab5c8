"""Addresses that every host has."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from central.accounts.views import sign_in
from central.onboarding.urls import invitation

accounts: list[URLPattern | URLResolver] = [
    path("akun/", include("central.accounts.urls")),
    path("masuk/", sign_in, name="sign_in"),
    *invitation,
]
language: list[URLPattern | URLResolver] = [path("bahasa/", set_language, name="set_language")]
