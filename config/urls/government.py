"""A government's host: its offices, and its central desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from config.urls import common

urlpatterns: list[URLPattern | URLResolver] = [
    *common.accounts,
    *common.language,
    path("meja/", include("tenants.desk.urls")),
    path("", include("tenants.desk.public_urls")),
]
handler500 = "config.errors.server_error"
