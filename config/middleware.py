"""Small middleware that belongs to no subject: health, language, compression, a security header."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.middleware.gzip import GZipMiddleware
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header

GetResponse = Callable[[HttpRequest], HttpResponseBase]
COMPRESSED = frozenset({"text/html", "text/plain", "text/csv", "image/svg+xml", "application/json"})


class CompressedText(GZipMiddleware):
    """Sends pages and other text compressed; pictures and documents are so by themselves.

    A page may hold a secret and words of a stranger's choosing; its length then tells something of the
    secret (BREACH). Against that, Django masks the form's token anew on every page and pads each answer with
    a random number of bytes; and a stranger's page cannot ask for one with the visitor's session, because
    the session's cookie is SameSite=Lax.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if response.streaming or kind not in COMPRESSED:
            return response
        answer: HttpResponseBase = super().process_response(request, response)
        return answer


class Health:
    """Answers ``/healthz/`` before anything looks at the host name: load balancers ask by address.

    200 means that the database answers and has every migration of this release; 503 says what is missing.
    Once the migrations have been seen they are not looked for again, for they do not go away.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.migrated = False

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info != "/healthz/":
            return self.get_response(request)
        problem = self.problem()
        response = HttpResponse(problem or "ok", status=503 if problem else 200, content_type="text/plain")
        response["Cache-Control"] = "no-store"
        response["Content-Length"] = str(len(response.content))
        return response

    def problem(self) -> str:
        try:
            with connection.cursor() as cursor:
                if self.migrated:
                    cursor.execute("SELECT 1")
                else:
                    cursor.execute("SELECT app, name FROM django_migrations")
                    self.migrated = _wanted_migrations() <= set(cursor.fetchall())
        except Error:
            return "database does not answer"
        return "" if self.migrated else "migrations are missing"


class PageLanguage:
    """Pages are Indonesian unless a cookie asks for English; the API follows ``Accept-Language``."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        api = request.path_info.startswith("/api/")
        language = _accepted(request) if api else _chosen(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        if api:
            patch_vary_headers(response, ["Accept-Language"])
        response.headers.setdefault("Content-Language", language)
        return response


class PermissionsPolicy:
    """Says which of the browser's powers pages use: the place of the device for a report, nothing else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), payment=(), geolocation=(self)"
        )
        return response


_OF_PROGRAMS = frozenset({"PUT", "PATCH", "DELETE"})


class WrongMethod:
    """Says something where an address that only takes forms was opened as a page, or a page was posted to.

    Django answers that with nothing at all; somebody who signs in again after sending a form gets there.
    Pages and forms know no other methods: a view of a library that takes PUT for POST is not asked, nor is
    one that would do something first and then find that it does not know the method.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in _OF_PROGRAMS and not request.path.startswith("/api/"):
            response: HttpResponseBase = HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        else:
            response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            words = {
                "title": _("Alamat ini bukan halaman"),
                "text": _(
                    "Di alamat ini hanya formulir dikirim, atau hanya halaman dibuka. Kembali ke halaman "
                    "sebelumnya, muat ulang, lalu ulangi langkah Anda."
                ),
            }
            response.content = render_to_string("errors/body.html", words, request).encode()
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        takes = getattr(view, "view_class", None)
        if request.method != "POST" or takes is None or request.path.startswith("/api/"):
            return None
        return None if hasattr(takes, "post") else HttpResponseNotAllowed(["GET", "HEAD"])


def _wanted_migrations() -> set[tuple[str, str]]:
    """The last migration of each app with public tables; an office's tables have a version of their own."""
    offices_own = {name.rsplit(".", 1)[-1] for name in settings.TENANT_APPS}
    return {node for node in MigrationLoader(None).graph.leaf_nodes() if node[0] not in offices_own}


def _chosen(request: HttpRequest) -> str:
    language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _accepted(request: HttpRequest) -> str:
    header = request.META.get("HTTP_ACCEPT_LANGUAGE", "")
    for code, _quality in parse_accept_lang_header(header):
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
