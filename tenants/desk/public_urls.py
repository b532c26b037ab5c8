"""The government host's pages for everybody."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from tenants.desk import public_views

urlpatterns: list[URLPattern | URLResolver] = [path("", public_views.front, name="government_front")]
