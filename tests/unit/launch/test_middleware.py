"""What every answer has: health before all else, the language, the security headers."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils.translation import get_language

from config.middleware import Health, PageLanguage


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(get_language())


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["localhost", "10.1.2.3", "nobody.example"])
def test_health_answers_on_every_host(host: str) -> None:
    answer = Client(HTTP_HOST=host).get("/healthz/")
    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.django_db
def test_health_names_migrations_that_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.middleware._wanted_migrations", lambda: {("offices", "9999_of_tomorrow")})
    answer = Health(page)(RequestFactory().get("/healthz/"))
    assert answer.status_code == 503
    assert b"migrations" in answer.content  # type: ignore[attr-defined]  # an HttpResponse has content


def test_health_says_when_the_database_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise DatabaseError("secret place")

    monkeypatch.setattr("config.middleware.connection.cursor", refuse)
    answer = Health(page)(RequestFactory().get("/healthz/"))
    assert answer.status_code == 503
    assert b"secret" not in answer.content  # type: ignore[attr-defined]  # an HttpResponse has content


@pytest.mark.parametrize(
    ("path", "cookie", "accepts", "language"),
    [
        ("/", None, "en-GB,en;q=0.9", "id"),  # a browser's setting alone changes no page
        ("/", "en", "", "en"),
        ("/", "fr", "", "id"),
        ("/api/v1/categories/", None, "en-GB,en;q=0.9", "en"),
        ("/api/v1/categories/", None, "fr, id;q=0.5", "id"),
        ("/api/v1/categories/", "en", "", "id"),
        ("/api/v1/categories/", None, "", "id"),
    ],
)
def test_the_language_of_pages_and_of_the_api(
    path: str, cookie: str | None, accepts: str, language: str
) -> None:
    request = RequestFactory(headers={"accept-language": accepts}).get(path)
    if cookie:
        request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = cookie
    answer = PageLanguage(page)(request)
    assert answer.content.decode() == language  # type: ignore[attr-defined]  # an HttpResponse has content
    assert answer["Content-Language"] == language
    assert ("Accept-Language" in answer.get("Vary", "")) == path.startswith("/api/")


@pytest.mark.django_db
def test_every_page_has_the_strict_headers() -> None:
    answer = Client(HTTP_HOST="localhost").get("/kosong/")
    policy = answer["Content-Security-Policy"]
    for rule in ("default-src 'none'", "script-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert rule in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert not answer.cookies
