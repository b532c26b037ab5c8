"""An office's host: its public site, its staff portal, its API."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from config.urls import common

urlpatterns: list[URLPattern | URLResolver] = [
    *common.accounts,
    *common.language,
]
