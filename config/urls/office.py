"""An office's host: its public site, its staff portal, its API."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from central.accounts import urls as accounts
from config.urls import common
from tenants.api import urls as api
from tenants.portal.logo import logo

urlpatterns: list[URLPattern | URLResolver] = [
    *common.accounts,
    *common.language,
    path("akun/", include(accounts.tokens)),
    path("api/", include(api.office)),
    path("kantor/", include("tenants.portal.urls")),
    path("logo/<slug:digest>.png", logo, name="office_logo"),
    path("", include("tenants.site.urls")),
]
handler500 = "config.errors.server_error"
