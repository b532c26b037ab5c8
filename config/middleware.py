"""Small middleware that belongs to no subject: the health answer, the page's language, a security header."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

GetResponse = Callable[[HttpRequest], HttpResponseBase]


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
        return response

    def problem(self) -> str:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            if not self.migrated:
                loader = MigrationLoader(connection)
                shared = [app for app, _ in loader.graph.leaf_nodes() if app not in _tenant_labels()]
                wanted = {node for app in shared for node in loader.graph.leaf_nodes(app)}
                self.migrated = wanted <= set(loader.applied_migrations)
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
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]  # as Django's own LocaleMiddleware does
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


def _tenant_labels() -> set[str]:
    return {name.rsplit(".", 1)[-1] for name in settings.TENANT_APPS}


def _chosen(request: HttpRequest) -> str:
    language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _accepted(request: HttpRequest) -> str:
    header = request.META.get("HTTP_ACCEPT_LANGUAGE", "")
    for code, _quality in translation.trans_real.parse_accept_lang_header(header):
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
