"""Addresses that every host has."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

accounts: list[URLPattern | URLResolver] = [path("akun/", include("allauth.urls"))]
language: list[URLPattern | URLResolver] = [path("bahasa/", set_language, name="set_language")]
