"""The platform's own host: directory, registration, the way to a complaint by its code."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_safe

from config.style_guide import style_guide
from config.urls import common
from tenants.api import urls as api


@require_safe
def empty(request: HttpRequest) -> HttpResponse:
    """Constant text through all middleware: what `make bench` holds every other page against."""
    return HttpResponse("tanggap", content_type="text/plain")


urlpatterns: list[URLPattern | URLResolver] = [
    path("kosong/", empty, name="empty"),
    path("gaya/", style_guide, name="style_guide"),
    *common.language,
    path("api/", include(api.platform)),
    path("", include("central.onboarding.urls")),
    path("", include("tenants.demo.urls")),
]
handler500 = "config.errors.server_error"
