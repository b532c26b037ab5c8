"""Every page that can be reached by links speaks one language: the one that was asked for."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable
from urllib.parse import parse_qs, urldefrag, urlsplit

import pytest
from django.conf import settings
from django.http import HttpResponse

from central.offices.access import office as inside
from central.offices.models import Government, Office
from tenants.organization.models import Member, Position, Unit
from tests.acceptance.cast import Cast, Player, host_of
from tests.acceptance.citizen import Citizen
from tests.acceptance.portal_steps import slug_of
from tests.unit.i18n.reading import foreign, read

LANGUAGES = ["id", "en"]
REPORTED = {
    "id": {
        "description": "Lampu jalan mati, jalan menjadi gelap.",
        "place": "Jalan Melati",
        "occurred_at": "kemarin",
        "address": "Jalan Melati 7",
    },
    "en": {
        "description": "Street lamp broken, dark road.",
        "place": "Melati Street",
        "occurred_at": "yesterday",
        "address": "Melati Street 7",
    },
}
# What is not a page to read, or ends the visit
SHUT = re.compile("^/akun/logout/|^/static/|^/api/|format=pdf")


@pytest.fixture
def cast(office_a: Office) -> Cast:
    return Cast()


def mixed(
    get: Callable[[str], HttpResponse], language: str, starts: list[str], names: Iterable[str] = ()
) -> dict[str, list[str]]:
    """Follows the links from page to page, to one page of each kind; gives what is not in the language, by
    page.
    """
    waiting, kinds, found = deque(starts), {_kind(start) for start in starts}, {}
    already: set[str] = set()
    while waiting:
        path = waiting.popleft()
        page = get(path)
        assert page.status_code < 500, path
        links = []
        if "Location" in page:
            links = [page["Location"]]
        elif page["Content-Type"].startswith("text/html"):
            named, said, links = read(page.content.decode())
            assert named == language, path
            found[path] = [piece for piece in foreign(said, language, names) if piece not in already]
            already.update(found[path])
        for link in links:
            kind = _kind(link)
            if link.startswith("/") and not SHUT.search(link) and kind not in kinds:
                kinds.add(kind)
                waiting.append(urldefrag(link).url)
    return {path: pieces for path, pieces in found.items() if pieces}


def _kind(link: str) -> str:
    """What the addresses of alike pages have in common: no numbers, and of a query the keys."""
    parts = urlsplit(link)
    path = re.sub(r"[0-9a-f]{32}|(?:[A-Z0-9]{4}-){3}[A-Z0-9]{4}|\d+", "1", parts.path)
    return f"{path}?" + "&".join(sorted(parse_qs(parts.query, keep_blank_values=True)))


def names_in(office: Office) -> list[str]:
    """What the office itself has named: that stays as it is in any language."""
    with inside(office):
        return [
            *Unit.objects.values_list("name", flat=True),
            *Position.objects.values_list("title", flat=True),
            *Member.objects.values_list("name", flat=True),
        ]


def at(host: str, language: str) -> Citizen:
    citizen = Citizen(host)
    citizen.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return citizen


def spoken_to(player: Player, language: str) -> Player:
    player.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return player


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_platforms_pages(language: str, offices: list[Office]) -> None:
    starts = ["/", "/daftar/terkirim/", "/t/XXXX", "/undangan/x/", "/nowhere/", "/lacak/", "/?cari=zzz"]
    assert mixed(at("localhost", language).get, language, starts) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_address_that_nobody_has(language: str, office_a: Office) -> None:
    assert mixed(at("nobody.localhost", language).get, language, ["/"]) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_citizens_pages(language: str, office_a: Office) -> None:
    citizen = at(host_of(office_a), language)
    _number, code = citizen.report(**REPORTED[language])
    starts = ["/", f"/lacak/{code}/", f"/lacak/{code}/tanda-terima/", "/kode-hilang/terkirim/", "/nowhere/"]
    problems = mixed(citizen.get, language, starts)
    citizen.post("/lapor/baru/")
    citizen.fill(**REPORTED[language])
    steps = [
        f"/lapor/{name}/" for name in ("uraian", "tempat", "berkas", "kerahasiaan", "pelapor", "periksa")
    ]
    assert problems | mixed(citizen.get, language, steps) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_officers_pages(language: str, office_a: Office, cast: Cast) -> None:
    number, _code = at(host_of(office_a), language).report(**REPORTED[language])
    clerk = spoken_to(cast.member(office_a, "complaint_clerk"), language)
    case = f"/kantor/aduan/{slug_of(office_a, number)}/"
    assert mixed(clerk.get, language, ["/kantor/", case, "/akun/", "/akun/2fa/"], names_in(office_a)) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_office_admins_pages(language: str, office_a: Office, cast: Cast) -> None:
    admin = spoken_to(cast.admin(office_a), language)
    assert mixed(admin.get, language, ["/kantor/", "/akun/2fa/"], names_in(office_a)) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_desks_pages(language: str, government: Government, cast: Cast) -> None:
    admin = spoken_to(cast.desk(government, "admin"), language)
    assert mixed(admin.get, language, ["/", "/meja/", "/meja/anggota/", "/nowhere/"]) == {}
