"""Addresses of the demo's pages, on the platform's host."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from tenants.demo import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("demo/", views.people, name="demo"),
    path("demo/kode.json", views.codes, name="demo_codes"),
    path("demo/surel/", views.mails, name="demo_mails"),
    path("demo/surel/<str:key>/", views.mail, name="demo_mail"),
]
