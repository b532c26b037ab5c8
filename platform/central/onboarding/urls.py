"""The platform host's pages; `invitation` is for every kind of host."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from central.onboarding.views import invitation as invitation_views
from central.onboarding.views import platform as views

invitation: list[URLPattern | URLResolver] = [
    path("undangan/<str:token>/", invitation_views.accept, name="invitation"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.directory, name="directory"),
    path("masuk/", views.where_to_sign_in, name="where_to_sign_in"),
    path("daftar/", views.register, name="register"),
    path("daftar/terkirim/", views.registered, name="registered"),
    path("lacak/", views.look_up, name="look_up"),
    path("t/<str:code>", views.track, name="track"),
    path("t/<str:code>/", views.track),
    path("privasi/", views.privacy, name="privacy"),
    path("tentang/", views.about, name="about"),
    *invitation,
]
