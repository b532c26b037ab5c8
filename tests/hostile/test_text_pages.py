"""Hostile texts in every column and document that holds words: no page or paper makes anything of them."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connections, models
from django.http import HttpResponse
from playwright.sync_api import Browser, BrowserContext
from pypdf import PdfReader
from pytest_django import DjangoDbBlocker

from tenants.portal import printing
from tests.acceptance.cast import Player
from tests.browser.conftest import browser_type_launch_args, serve  # noqa: F401  (a fixture, by its name)
from tests.browser.site import PHONE
from tests.browser.test_pages import take_seat
from tests.databases import TestServer
from tests.hostile.tainted import EMAILS, WORDS, taint
from tests.hostile.texts import MARK, TEXTS, plain, read
from tests.inventory import DEMO, Place, World, build_world, endpoints
from tests.plugins import tools
from tests.plugins.figures import Keep
from tests.proof import FULL, Subject, scaled

pytestmark = pytest.mark.slow

TURNS = scaled(1, 24)
"""How often the texts are moved on by a column; after 24 turns each has stood in each."""

OFFICES = ("greged", "dishub-mojokerto")

LOOKED_AT = (
    "office site:report_check",
    "office site:story",
    "office site:published_complaint",
    "office portal:complaint",
    "office portal:complaints",
    "office portal:register_sheet",
    "office portal:office",
    "office portal:action",
    "office portal:enter",
    "office account_tokens",
    "government desk:case",
    "government government_report",
    "platform directory",
)
"""Pages that a browser looks at in the short form."""

NO_WORDS = {
    "offices": (
        "code subdomain region_code status schema_name kind preset timezone colour logo schema_version "
        "procedure_digest cell seed version previous ddl append_only change host role desk_limit"
    ),
    "accounts": "password email language digest",
    "onboarding": "kind email role token_digest state",
    "coordination": (
        "tracking_digest status stage kind role line procedure_digest reason_code purpose key state how "
        "outcome website category page path desk_limit"
    ),
    "delivery": "channel state kind recipient language",
    "organization": "code email acting_kind",
    "procedure": "document digest state text checked_digest origin mapping code text_id text_en warnings",
    "complaints": (
        "tracking_code channel visibility category case_class complexity salt status stage outcome state "
        "chain language line region scope code limit pauses cookie_digest answers digest content_type "
        "key_digest request_digest kind action from_stage to_stage actor_kind data contents previous "
        "field recipient purpose email journey paused_in direction"
    ),
}
"""Columns that nobody writes words into: codes, keys, digests, sealed or signed data; by app."""


FINE = {200, 302, 303, 403, 409}
"""409: what was possible before the texts were changed, such as handing on by a word of the report."""


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, test_server: TestServer, first_office_id: int, django_db_blocker: DjangoDbBlocker
) -> Iterator[World]:
    """A populated platform in a database of the module's own."""
    cache.clear()
    with (
        django_db_blocker.unblock(),
        test_server.using_fresh_clone(first_office_id=first_office_id + 500),
    ):
        yield build_world(offices=OFFICES)


@pytest.fixture
def tainted(world: World, test_server: TestServer) -> Callable[[int], World]:
    """Taints the whole database anew."""

    def turn(number: int) -> World:
        with test_server.superuser(str(connections["default"].settings_dict["NAME"])) as connection:
            taint(connection, number)
        cache.clear()
        return world

    return turn


TOUCH = """() => {
    for (const element of document.querySelectorAll("*"))
        for (const kind of ["mouseover", "mouseenter", "focus", "animationstart"])
            element.dispatchEvent(new Event(kind));
    const root = document.documentElement;
    return [Boolean(window.zq7ran), root.scrollWidth, root.clientWidth];
}"""


def test_every_column_with_words_is_known() -> None:
    words = {(table.rpartition(".")[2], column) for table, columns in WORDS.items() for column in columns}
    words |= {(table.rpartition(".")[2], column) for table, column in EMAILS.items()}
    for model in apps.get_models():
        label = model._meta.app_label
        if label not in NO_WORDS:
            continue
        for column in model._meta.local_fields:
            if isinstance(column, models.CharField | models.TextField | models.JSONField):
                known = (model._meta.db_table, column.name) in words
                assert known or column.name in NO_WORDS[label].split(), f"{model._meta.label}.{column.name}"


@pytest.mark.parametrize("turn", range(TURNS))
def test_no_page_takes_a_text_for_anything_else(
    tainted: Callable[[int], World], turn: int, figure: Keep
) -> None:
    world = tainted(turn)
    shown, wrong, texts = 0, [], set(TEXTS.values())
    for place, opener, path in _pages(world):
        answer = _get(place, opener, path)
        kind = answer["Content-Type"].partition(";")[0]
        assert answer.status_code in FINE, f"{place.host}{path}: {answer.status_code}"
        _demand_safe_heads(answer, path)
        if kind != "text/html":
            continue
        found = read(answer.content.decode())
        wrong += [f"{place.host}{path}: {what}" for what in found.wrong]
        shown += found.shown
        texts -= {text for text in texts if plain(text) in found.text}
    figure(Subject.HOSTILE, "hostile texts shown on pages", shown)
    assert not wrong
    assert not texts, "no page shows them as they were written"
    assert shown > 1000


def test_programs_get_texts_as_texts(tainted: Callable[[int], World]) -> None:
    world = tainted(0)
    place = world("greged")
    for name in ("api-categories", "api-tracking", "api-work", "api-case"):
        answer = place.opener(name).get(place.path(name))
        assert answer["Content-Type"] == "application/json"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert MARK in json.dumps(json.loads(answer.content))
    offices = world("platform").caller().get("/api/v1/offices/")
    assert MARK in json.dumps(json.loads(offices.content))


def test_papers_fetch_nothing_and_lead_nowhere(
    tainted: Callable[[int], World], monkeypatch: pytest.MonkeyPatch, figure: Keep
) -> None:
    tools.pango()
    world = tainted(1)
    refused: list[str] = []

    def refuse(url: str) -> None:
        refused.append(url)
        raise ValueError(url)

    monkeypatch.setattr(printing, "_refuse", refuse)
    papers = list(_papers(world("greged")))
    for path in papers[: scaled(3, 100)]:
        place = world("greged")
        answer = place.person("secretary").get(path)
        assert answer["Content-Type"] == "application/pdf", path
        _demand_safe_heads(answer, path)
        reader = PdfReader(io.BytesIO(answer.content))
        text = _said(reader)
        figure(Subject.HOSTILE, "hostile texts shown on paper", text.count(MARK))
        assert MARK in text
        assert not reader.attachments
        assert _links(reader) <= {None}
        assert not re.search(rb"/(JavaScript|JS|Launch|EmbeddedFile|OpenAction|AA)\b", answer.content)
    assert not refused


@pytest.mark.browser
def test_in_a_browser_no_script_runs_and_nothing_is_asked_of_strangers(
    tainted: Callable[[int], World], browser: Browser, figure: Keep
) -> None:
    world = tainted(2)
    context = browser.new_context(viewport=PHONE, locale="id-ID", timezone_id="Asia/Jakarta")  # type: ignore[arg-type]  # a plain dict is what it is
    context.add_init_script("window.zq7 = () => { window.zq7ran = true }")
    wrong: dict[str, list[str]] = {}
    with serve() as site:
        for endpoint in endpoints():
            if endpoint.is_page and endpoint.name not in DEMO and (FULL or endpoint.key in LOOKED_AT):
                place = world.main(endpoint)
                take_seat(context, site, place, place.opener(endpoint))
                found = _look(context, f"http://{place.host}:{site.port}{place.path(endpoint)}")
                wrong |= {endpoint.key: found} if found else {}
                figure(Subject.HOSTILE, "hostile pages looked at in a browser", 1)
    context.close()
    assert not wrong


def _look(context: BrowserContext, address: str) -> list[str]:
    """Opens a page, touches everything on it, and says what should not have happened."""
    page = context.new_page()
    wrong: list[str] = []
    page.on("dialog", lambda dialog: (wrong.append(f"asks {dialog.message}"), dialog.dismiss()))
    page.on("pageerror", lambda error: wrong.append(f"fails: {error}"))
    page.on("request", lambda request: wrong.append(request.url) if _is_strange(request.url) else None)
    page.on(
        "console",
        lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None,
    )
    answer = page.goto(address)
    assert answer is not None
    assert answer.status in FINE, address
    ran, wide, seen = page.evaluate(TOUCH)
    if ran:
        wrong.append("a script ran")
    if wide > seen:
        wrong.append(f"{wide} px wide on a screen of {seen} px")
    page.close()
    return wrong


def _is_strange(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    return not (host == "localhost" or host.endswith(".localhost")) and not address.startswith(
        ("data:", "blob:")
    )


def _said(reader: PdfReader) -> str:
    """The document's text in small letters, without the NULs that come of fonts with two bytes a sign."""
    return "".join(page.extract_text() for page in reader.pages).replace("\x00", "").lower()


def _links(reader: PdfReader) -> set[str | None]:
    """Where the document's links lead that come from a text."""
    found: set[str | None] = set()
    for page in reader.pages:
        for note in page.get("/Annots", ()):
            target = str(note.get_object().get("/A", {}).get("/URI", ""))
            found.add(target if MARK in target else None)
    return found


def _pages(world: World) -> Iterator[tuple[Place, Any, str]]:
    """Every page, and those of every complaint."""
    for endpoint in endpoints():
        if not endpoint.is_page or endpoint.name in DEMO:
            continue
        place = world.main(endpoint)
        yield place, place.opener(endpoint), place.path(endpoint)
    for code in ("greged", "dishub-mojokerto"):
        place = world(code)
        for case in place.cases:
            for name in ("portal:complaint", "site:story"):
                yield place, place.opener(name), place.path(name, case)
        for path in (
            "/kantor/aduan/?q=zq7",
            "/kantor/?q=%3Czq7%3E",
            "/aduan/?q=%22%3E%3Czq7%3E",
            "/lapor/kategori/",
        ):
            yield place, place.person("secretary" if code == "greged" else "head"), path
    yield world("platform"), world("platform").caller(), "/?q=%3Czq7%3E"


def _papers(place: Place) -> Iterator[str]:
    """The PDFs of an office: its register, and the sheets of its complaints, one of each kind first."""
    person = place.person("secretary")
    sheets: dict[str, list[str]] = {}
    for case in place.cases:
        page = person.get(place.path("portal:complaint", case)).content.decode()
        for path, kind in re.findall(r'href="(/kantor/aduan/[0-9a-f]+/cetak/(\w+)/[^"]*format=pdf)"', page):
            sheets.setdefault(kind, []).append(html.unescape(path))
    yield f"{place.path('portal:register_sheet')}?format=pdf"
    yield from (paths[0] for paths in sheets.values())
    yield from (path for paths in sheets.values() for path in paths[1:])


def _get(place: Place, opener: Any, path: str) -> HttpResponse:
    return opener.get(path) if isinstance(opener, Player) else opener.get(path, HTTP_HOST=place.host)


def _demand_safe_heads(answer: HttpResponse, path: str) -> None:
    assert answer["X-Content-Type-Options"] == "nosniff", path
    for name, value in answer.items():
        assert not re.search(r"[\r\n\x00]", f"{name}{value}"), path
        if name not in ("Location", "Content-Disposition"):
            assert MARK not in value, f"{path}: {name}: {value}"
