"""The keyboard alone: every stop is seen, none is a trap, and a mistake leads to its field."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Complaint, Message
from tests.acceptance.cast import Cast
from tests.acceptance.citizen import Citizen
from tests.acceptance.entrance_steps import PASSWORD, code, pair
from tests.browser.keys import Keyboard
from tests.browser.site import DESK, PHONE, LiveSite
from tests.plugins.figures import Keep
from tests.proof import Subject

pytestmark = pytest.mark.slow

Visitor = Callable[..., Page]


@pytest.fixture
def greged(real_commits: str) -> Office:
    return Office.objects.select_related("government").get(code="greged")


@pytest.fixture
def at_keys(figure: Keep) -> Iterator[Callable[[Page], Keyboard]]:
    """Hands over the keyboard of a page; at the end, every stop on the way must have been seen."""
    given: list[Keyboard] = []

    def hand(page: Page) -> Keyboard:
        given.append(Keyboard(page))
        return given[-1]

    yield hand
    figure(Subject.PAGES, "stops of the focus", sum(keys.stops for keys in given))
    problems = dict.fromkeys(problem for keys in given for problem in keys.problems)
    assert not problems, "\n".join(problems)


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def skip_to_contents(keys: Keyboard) -> None:
    """The first stop of a page leads past its head."""
    stop = keys.here() or keys.tab()
    assert stop is not None
    assert stop.name == "Langsung ke isi halaman"
    keys.press("Enter")
    expect(keys.page.locator("main")).to_be_focused()


def put_right(keys: Keyboard, mistake: str, field: str) -> None:
    """The page came back: the focus is on the summary, whose line leads to the field."""
    expect(keys.page.locator(".error-summary")).to_be_focused()
    keys.to(mistake, tag="a")
    keys.press("Enter")
    stop = keys.here()
    assert stop is not None
    assert stop.field == field
    assert stop.seen


def sign_in(keys: Keyboard, site: LiveSite, email: str) -> None:
    """With a wrong password first, then with the code of the app."""
    page = keys.page
    page.goto(site.url("greged", "/kantor/"))
    keys.tour()
    skip_to_contents(keys)
    keys.to("Alamat surel")
    keys.type(email)
    keys.to("Kata sandi")
    keys.type("bukan-ini-2026")
    keys.enter()
    expect(page.locator(".error-summary")).to_be_focused()
    keys.to("Alamat surel")
    page.keyboard.press("Control+a")
    keys.type(email)
    keys.to("Kata sandi")
    keys.type(PASSWORD)
    keys.enter()
    keys.to("Kode")
    keys.type(code())
    keys.enter()
    heading(page, "Kerja saya")


def test_the_clerks_day_by_keyboard_alone(
    live_site: LiveSite, visitor: Visitor, at_keys: Callable[[Page], Keyboard], greged: Office
) -> None:
    number, _code = Citizen("greged.localhost").report()
    clerk = Cast().member(greged, "complaint_clerk").user
    clerk.set_password(PASSWORD)
    clerk.save()
    pair(clerk)
    page = visitor(size=DESK, reduced_motion="reduce")
    keys = at_keys(page)
    sign_in(keys, live_site, clerk.email)

    keys.tour()
    skip_to_contents(keys)
    keys.to(number, tag="a")
    keys.enter()
    heading(page, number)
    keys.tour()

    skip_to_contents(keys)
    keys.to("Nyatakan lengkap", tag="a")
    keys.enter()
    skip_to_contents(keys)
    keys.to("Nyatakan lengkap", tag="button")
    keys.enter()
    expect(page.get_by_text("Langkah “Nyatakan lengkap” sudah dicatat.")).to_be_visible()
    keys.to("Usulkan disposisi", tag="a")
    keys.enter()
    heading(page, "Usulkan disposisi")
    keys.tour()
    keys.to("Kategori")
    keys.type("Penerangan")
    keys.to("Biasa")
    keys.press("Space")
    keys.to("Usulan unit penanggung jawab")
    keys.type("Seksi Pem")
    keys.to("Alasan mengubah kategori atau unit")
    keys.type("Yang rusak lampunya.")
    keys.to("Usulkan disposisi", tag="button")
    keys.enter()
    expect(page.get_by_text("Langkah “Usulkan disposisi” sudah dicatat.")).to_be_visible()

    keys.to("Cari nomor, nama, telepon, atau kata")
    keys.type(number)
    keys.enter()
    heading(page, number)
    skip_to_contents(keys)
    keys.to("Tulis catatan internal", tag="a")
    keys.enter()
    skip_to_contents(keys)
    keys.to("Simpan catatan", tag="button")
    keys.enter()
    put_right(keys, "Isi", "isi-note")
    keys.type("Dicatat tanpa tetikus.")
    keys.to("Simpan catatan", tag="button")
    keys.enter()
    expect(page.get_by_text("Langkah “Tulis catatan internal” sudah dicatat.")).to_be_visible()
    with inside(greged):
        assert Message.objects.filter(body="Dicatat tanpa tetikus.", kind="note").exists()
        stored = Complaint.objects.get(number=number)
        assert stored.state["lines"]["main"]["stage"] == "disposition"

    keys.to(clerk.name, tag="summary")
    keys.press("Enter")
    keys.to("Akun dan keamanan", tag="a")
    keys.press("Escape")
    back = keys.here()
    assert back is not None
    assert back.tag == "summary"
    keys.press("Enter")
    keys.to("Keluar", tag="button")
    keys.enter()
    page.goto(live_site.url("greged", "/kantor/"))
    expect(page.get_by_label("Kata sandi")).to_be_visible()


def test_the_menus_of_a_phone_open_and_close_by_keyboard(
    live_site: LiveSite, visitor: Visitor, at_keys: Callable[[Page], Keyboard], greged: Office
) -> None:
    player = Cast().member(greged, "complaint_clerk")
    player.sign_in()
    page = visitor(size=PHONE, reduced_motion="reduce")
    page.context.add_cookies(
        [
            {"name": name, "value": morsel.value, "url": live_site.url("greged")}
            for name, morsel in player.client.cookies.items()
        ]
    )
    page.goto(live_site.url("greged", "/kantor/"))
    keys = at_keys(page)
    keys.to("Menu", tag="summary")
    keys.press("Enter")
    keys.to("Semua aduan", tag="a")
    keys.press("Escape")
    stop = keys.here()
    assert stop is not None
    assert stop.name == "Menu"
    expect(page.locator(".menu-phone nav")).to_be_hidden()
    keys.tour()


def test_a_question_in_a_dialog_holds_the_focus_and_gives_it_back(
    live_site: LiveSite, visitor: Visitor, at_keys: Callable[[Page], Keyboard]
) -> None:
    page = visitor(size=DESK, reduced_motion="reduce")
    page.goto(live_site.url(path="/gaya/"))
    keys = at_keys(page)
    keys.to("Buka sebagai dialog", tag="a")
    keys.press("Enter")
    dialog = page.get_by_role("dialog", name="Terbitkan jawaban ini?")
    expect(dialog).to_be_visible()
    for _press in range(6):
        stop = keys.tab()
        assert stop is None or page.evaluate("Boolean(document.activeElement.closest('dialog'))"), stop
    keys.press("Escape")
    expect(dialog).to_be_hidden()
    back = keys.here()
    assert back is not None
    assert back.name == "Buka sebagai dialog"


def test_a_citizen_reports_and_tracks_by_keyboard_alone(
    live_site: LiveSite, visitor: Visitor, at_keys: Callable[[Page], Keyboard], greged: Office
) -> None:
    page = visitor(size=DESK, reduced_motion="reduce")
    page.goto(live_site.url("greged"))
    keys = at_keys(page)
    keys.tour()
    skip_to_contents(keys)
    keys.to("Lapor", tag="a")
    keys.enter()
    skip_to_contents(keys)
    keys.to("Lanjutkan", tag="button")
    keys.enter()
    put_right(keys, "Pilih satu kategori", "category")
    keys.press("Space")
    keys.to("Lanjutkan", tag="button")
    keys.enter()
    skip_to_contents(keys)
    keys.to("Apa yang terjadi?")
    keys.type("Lampu jalan di tikungan mati sejak seminggu.")
    for said, text in (("Di mana?", "Jalan Melati"), ("Pilih foto", ""), ("", ""), ("Nama lengkap", "Siti")):
        keys.to("Lanjutkan", tag="button")
        keys.enter()
        skip_to_contents(keys)
        if text:
            keys.to(said)
            keys.type(text)
        elif said:
            keys.to(said, tag="input")
        else:
            keys.tab()
            keys.tab()
            keys.press("Space")
    keys.to("Nomor telepon")
    keys.type("0812 3456 7890")
    keys.to("Lanjutkan", tag="button")
    keys.enter()
    heading(page, "Periksa jawaban Anda")
    keys.to("Kirim laporan", tag="button")
    keys.enter()
    expect(page.locator(".ticket-code")).to_be_visible()
    tracking = page.locator(".ticket-code").inner_text()
    keys.tour()
    page.goto(live_site.url("greged", "/lacak/"))
    skip_to_contents(keys)
    keys.to("Kode lacak")
    keys.type(tracking)
    keys.enter()
    expect(page).to_have_url(live_site.url("greged", f"/lacak/{tracking}/"))
    keys.tour()
