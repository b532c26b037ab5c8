"""What stands around a form: addresses, queries, cookies, headers, and where people are sent on to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache as once
from typing import Any
from urllib.parse import quote_from_bytes, urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, override_settings
from hypothesis import strategies as st

from central.offices import directory
from central.offices.models import Domain, Office
from config.launch import BASE_DIR
from tests.acceptance.cast import Player
from tests.acceptance.sops.page import Page
from tests.hostile import values
from tests.hostile.forms import client_of, failures, taken_back
from tests.hostile.tries import try_each
from tests.inventory import Endpoint, Place, build_world, endpoints
from tests.inventory.belongings import PASSWORD
from tests.plugins.figures import Keep
from tests.proof import Subject, scaled

pytestmark = pytest.mark.slow

EVIL = (
    "//evil.example/",
    "https://evil.example/",
    "https:evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "///evil.example",
    "/\t/evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "https://greged.localhost@evil.example/",
    "https://greged.localhost.evil.example/",
    "//evil.example\\@greged.localhost/",
)
HOSTS = (
    "",
    " ",
    "evil.example",
    "greged.localhost.evil.example",
    "greged.localhost:evil",
    "greged.localhost:99999999",
    "greged.localhost, evil.example",
    "greged.localhost\x00",
    "[::1",
    "[::ffff:1.2.3.4]:80",
    "GREGED.LOCALHOST.",
    "é.localhost",
    "a" * 5_000,
    "../etc",
    values.SCRIPT,
    "%67reged.localhost",
)
HEADERS = (
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_FORWARDED",
    "HTTP_X_ORIGINAL_URL",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_ACCEPT",
    "HTTP_AUTHORIZATION",
    "HTTP_REFERER",
    "HTTP_RANGE",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_NONE_MATCH",
    "HTTP_USER_AGENT",
    "HTTP_X_REQUESTED_WITH",
    "CONTENT_TYPE",
    "REMOTE_ADDR",
)
COOKIES = (
    settings.SESSION_COOKIE_NAME,
    settings.CSRF_COOKIE_NAME,
    settings.DRAFT_COOKIE_NAME,
    settings.LANGUAGE_COOKIE_NAME,
    "messages",
    "x" * 3_000,
)
JUNK = (
    b"%00",
    b"%FF%FE",
    b"%ED%A0%80",
    b"%2e%2e%2f",
    b"..%5c",
    b"9" * 30,
    b"-1",
    b"0",
    b"0" * 32,
    b"f" * 32,
    b"00000000-0000-0000-0000-000000000000",
    b"%7B%7B7%7D%7D",
    b"%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    b"a" * 3_000,
    b"%E2%80%AE",
    b"AAAA-BBBB-CCCC-DDDD",
    b"%0d%0aSet-Cookie:x=y",
)
"""In place of what an address names, as it stands on the wire."""

ENDS = ("//", "/x/", "/%FF/", "/%00/", "/../", ";x=y", "/%2F/")
"""What else may follow an address."""


@once
def query_names() -> tuple[str, ...]:
    """Every name that a view reads from the query."""
    read = re.compile(r"(?:GET|query_params)(?:\.get|\.getlist)?[\(\[]\s*[\"']([\w-]+)[\"']")
    sources = [path for top in ("tenants", "platform", "config") for path in (BASE_DIR / top).rglob("*.py")]
    found = {name for path in sources for name in read.findall(path.read_text())}
    return (*sorted(found), "next", "page", "lang", "ubah", "")


@dataclass(frozen=True)
class Asked:
    """A request by GET. `path`: as on the wire."""

    path: str
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)


def _wire(value: str | bytes) -> str:
    encoded = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
    return quote_from_bytes(encoded)


def _header(value: str | bytes) -> str:
    """As a web server hands a header on: no line ends, no NUL, each byte a sign."""
    encoded = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
    return re.sub(rb"[\r\n\x00]", b"", encoded[:8_000]).decode("latin-1")


@st.composite
def asked(draw: st.DrawFn, path: str, parts: tuple[str, ...]) -> Asked:
    """A request for an address. `parts`: what the address names, to be replaced."""
    how = draw(st.integers(0, 7))
    if how == 0 and parts:
        path = path.replace(draw(st.sampled_from(parts)), draw(st.sampled_from(JUNK)).decode())
    elif how == 1:
        path = path.rstrip("/") + draw(st.sampled_from(ENDS))
    headers, cookies, pairs = {}, {}, []
    if how in (2, 3):
        headers = {draw(st.sampled_from(HEADERS)): _header(draw(values.values)) for _ in range(3)}
    elif how == 4:
        cookies = {draw(st.sampled_from(COOKIES)): _header(draw(values.values)) for _ in range(3)}
    else:
        names = draw(st.lists(st.sampled_from(query_names()), min_size=1, max_size=6))
        pairs = [f"{name}={_wire(draw(st.one_of(values.values, st.sampled_from(EVIL))))}" for name in names]
    mark = "&" if "?" in path else "?"
    return Asked(path + (mark + "&".join(pairs) if pairs else ""), headers, cookies)


@dataclass
class Visitor:
    """Somebody for whom the page works."""

    place: Place
    endpoint: Endpoint
    client: Client
    path: str
    problems: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    @property
    def parts(self) -> tuple[str, ...]:
        """What the address names: ids, codes."""
        fixed = set(re.split(r"[/<>:]", self.endpoint.pattern))
        named = [part for part in self.path.partition("?")[0].split("/") if part and part not in fixed]
        return tuple(named)

    def ask(self, asked: Asked) -> None:
        cookies = {name: morsel.value for name, morsel in self.client.cookies.items()}
        sent = "; ".join(f"{name}={value}" for name, value in {**cookies, **asked.cookies}.items())
        extra = {"HTTP_HOST": self.place.host, "HTTP_COOKIE": sent, **asked.headers}
        cache.clear()
        with taken_back(), failures() as raised:
            answer = Client(raise_request_exception=False).get(asked.path, **extra)
            found = [*raised, *judged(self.place.host, answer)]
        directory.forget()
        self.statuses.append(answer.status_code)
        self.problems += [f"{self.endpoint} {asked}: {problem}"[:3_000] for problem in found]


def judged(host: str, answer: HttpResponse) -> Iterator[str]:
    if answer.status_code >= 500:
        yield f"answered {answer.status_code}"
    elif 300 <= answer.status_code < 400:
        yield from elsewhere(host, answer["Location"])
    elif "html" in answer.get("Content-Type", "") and not answer.streaming:
        body = answer.content.decode()
        yield from (f"{mark} stands in the page" for mark in values.MARKS if mark in body)
        links = [link for link, _words in Page(answer).links if "evil." in link]
        yield from (f"a link {where}" for link in links for where in elsewhere(host, link))


def elsewhere(host: str, location: str) -> Iterator[str]:
    """Says so if a browser would leave the platform for this address."""
    seen = re.sub(r"[\t\r\n]", "", location).replace("\\", "/").strip()
    place = urlsplit(seen)
    foreign = place.scheme not in ("", "http", "https") or (place.scheme and not place.netloc)
    if place.netloc and place.hostname != host:
        foreign = not Domain.objects.filter(host=place.hostname).exists()
    if foreign or seen.startswith("///"):
        yield f"leads to {location}"


def addresses() -> list[Endpoint]:
    """All; in the short form what several hosts have comes once."""
    return scaled(list({found.name: found for found in endpoints()}.values()), list(endpoints()))


def test_no_address_query_cookie_or_header_breaks_a_page(db: None, figure: Keep) -> None:
    world, visitors = build_world(), []
    with override_settings(DEMO=True):
        for found in addresses():
            if "GET" in found.methods:
                place = world.main(found)
                client = client_of(place.opener(found))
                visitors.append(Visitor(place, found, client, place.path(found)))
        for visitor in visitors:
            try_each(asked(visitor.path, visitor.parts), scaled(2, 40), visitor.ask)
    problems = [problem for visitor in visitors for problem in visitor.problems]
    statuses = [status for visitor in visitors for status in visitor.statuses]
    figure(Subject.HOSTILE, "pages asked strangely", len(statuses))
    figure(Subject.HOSTILE, "5xx", len([status for status in statuses if status >= 500]))
    assert problems == [], "\n\n".join(problems[:20])
    assert {200, 302, 404} <= set(statuses)


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_nobody_has_is_told_so(greged: Office, host: str) -> None:
    extra: dict[str, Any] = {"HTTP_X_FORWARDED_HOST": "evil.example", "SERVER_NAME": "127.0.0.2"}
    client = Client(raise_request_exception=False, headers={"Host": host}, **extra)
    known = re.fullmatch(r"greged\.localhost\.?(:\d+)?", host.lower())
    for path in ("/", "/akun/login/", "/api/v1/categories/", "/kantor/"):
        answer = client.get(path)
        assert answer.status_code in ({200, 302} if known else {404}), (path, host)
        assert not any(mark in answer.content.decode() for mark in values.MARKS)
        assert b"evil" not in answer.content or "evil" in host


def test_nothing_leads_off_the_platform(greged: Office, petugas: Player) -> None:
    petugas.user.set_password(PASSWORD)
    petugas.user.save()
    sent = {"login": petugas.user.email, "password": PASSWORD}
    for after in EVIL:
        for query, more in (({"next": after}, {}), ({}, {"next": after})):
            cache.clear()
            client = Client(headers={"Host": petugas.host})
            for path in ("/akun/login/", "/bahasa/", "/akun/logout/"):
                answer = client.post(path, {**sent, "language": "en", **more}, query_params=query)
                assert answer.status_code == 302, path
                assert list(elsewhere(petugas.host, answer["Location"])) == [], path


def test_more_questions_than_anybody_asks_are_refused_with_a_page(greged: Office) -> None:
    query = "&".join(f"q{number}=1" for number in range(1_500))
    for path, status in (("/aduan/", 400), ("/api/v1/work/", 401), ("/api/schema/", 413)):
        answer = Client(headers={"Host": "greged.localhost"}).get(f"{path}?{query}")
        assert answer.status_code == status, path
        assert b"<h1" in answer.content or answer["Content-Type"] == "application/problem+json"
