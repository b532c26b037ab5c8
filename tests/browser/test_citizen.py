"""A citizen's whole way in real Chromium, on a small phone, with and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from central.offices.models import Office
from tests.acceptance.office_hand import ANSWER, OfficeHand
from tests.acceptance.pictures import photo
from tests.browser.conftest import PHONE, LiveSite

pytestmark = pytest.mark.slow

STORY = "Lampu jalan di tikungan mati sejak seminggu.\nSudah ada yang jatuh di situ."
Check = Callable[[Page], None]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "lampu mati.jpg"
    path.write_bytes(photo().read())
    return path


@pytest.fixture
def greged(real_commits: str) -> Office:
    return Office.objects.select_related("government").get(code="greged")


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Lanjutkan").click()


def choose(page: Page, label: str) -> None:
    """Presses a big radio button, wherever a thumb meets it."""
    page.locator(".choice").filter(has_text=label).locator("label").click()


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


def complaints_of(page: Page) -> list[str]:
    """Collects what breaks the security policy or fails in a script."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on(
        "console",
        lambda message: (
            found.append(message.text)
            if message.type == "error" and "Failed to load resource" not in message.text
            else None
        ),
    )
    return found


def report(page: Page, site: LiveSite, picture: Path, check: Check) -> tuple[str, str]:
    """From the front page to the receipt; gives number and code."""
    page.goto(site.url("greged"))
    check(page)
    page.get_by_role("main").get_by_role("link", name="Lapor", exact=True).click()
    heading(page, "Laporan Anda tentang apa?")
    check(page)
    choose(page, "Penerangan jalan")
    go_on(page)
    heading(page, "Apa yang terjadi?")
    check(page)
    page.get_by_role("textbox").fill(STORY)
    go_on(page)
    heading(page, "Di mana dan kapan?")
    check(page)
    page.get_by_label("Di mana?").fill("Jalan Melati RT 02 RW 05")
    page.get_by_label("Kapan?").fill("sejak minggu lalu")
    go_on(page)
    heading(page, "Foto atau dokumen")
    check(page)
    page.get_by_label("Pilih foto atau dokumen").set_input_files(picture)
    page.get_by_role("button", name="Unggah dan tambah lagi").click()
    expect(page.get_by_role("button", name="Hapus lampu mati.jpg")).to_be_visible()
    check(page)
    go_on(page)
    heading(page, "Apa yang boleh ditampilkan")
    check(page)
    choose(page, "Rahasiakan nama saya")
    go_on(page)
    heading(page, "Siapa Anda?")
    check(page)
    page.get_by_label("Nama lengkap").fill("Siti Aminah")
    page.get_by_label("Nomor telepon").fill("0812 3456 7890")
    go_on(page)
    heading(page, "Periksa jawaban Anda")
    check(page)
    for text in ("Penerangan jalan", "Sudah ada yang jatuh", "lampu mati.jpg", "0812-3456-7890"):
        expect(page.get_by_role("main")).to_contain_text(text)
    page.get_by_role("link", name="Ubah di mana").click()
    page.get_by_label("Di mana?").fill("Tikungan Jalan Melati")
    page.get_by_role("button", name="Simpan").click()
    heading(page, "Periksa jawaban Anda")
    expect(page.get_by_role("main")).to_contain_text("Tikungan Jalan Melati")
    page.get_by_role("button", name="Kirim laporan").click()
    heading(page, "sudah kami terima")
    check(page)
    return page.locator(".ticket-number").inner_text(), page.locator(".ticket-code").inner_text()


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_a_citizens_whole_way_on_a_small_phone(
    live_site: LiveSite,
    visitor: Callable[..., Page],
    accessible: Check,
    greged: Office,
    picture: Path,
    javascript: bool,
) -> None:
    page = visitor(size=PHONE, javascript=javascript)
    wrong = complaints_of(page)
    check: Check = accessible if javascript else lambda page: None  # axe is a script itself
    hand = OfficeHand(greged)

    number, code = report(page, live_site, picture, check)
    page.go_back()
    expect(page.get_by_role("main")).to_contain_text("Laporan ini sudah terkirim.")
    expect(page.locator(".ticket-number")).to_have_text(number)

    page.goto(live_site.url("greged"))
    page.get_by_label("Kode lacak atau nomor registrasi").fill(code.lower().replace("-", " "))
    page.get_by_role("button", name="Lacak").click()
    expect(page).to_have_url(live_site.url("greged", f"/lacak/{code}/"))
    expect(page.get_by_role("main")).to_contain_text("Verifikasi kelengkapan")
    check(page)

    hand.ask(code, "Tikungan yang dekat masjid atau yang dekat pasar?")
    page.reload()
    page.get_by_role("link", name="Jawab pertanyaan").click()
    expect(page.get_by_role("main")).to_contain_text("dekat masjid atau yang dekat pasar")
    check(page)
    page.get_by_label("Jawaban Anda").fill("Yang dekat pasar.")
    page.get_by_role("button", name="Jawab pertanyaan").click()
    expect(page.locator(".banner-success")).to_contain_text("Jawaban Anda sudah kami terima.")
    check(page)

    hand.answer(code)
    page.reload()
    expect(page.get_by_role("main")).to_contain_text(ANSWER)
    page.get_by_role("link", name="Beri penilaian").click()
    check(page)
    choose(page, "5 – sangat puas")
    page.get_by_role("button", name="Beri penilaian").click()
    expect(page.get_by_role("main")).to_contain_text("Terima kasih atas penilaian Anda.")

    hand.publish(code, "Lampu mati di tikungan", "Lampu jalan di tikungan mati sejak seminggu.")
    page.goto(live_site.url("greged", "/aduan/"))
    check(page)
    page.get_by_role("link", name="Lampu mati di tikungan").click()
    expect(page.get_by_role("main")).to_contain_text(ANSWER)
    expect(page.get_by_role("main")).not_to_contain_text("Siti Aminah")
    check(page)
    assert wrong == []


def test_without_scripts_a_citizen_objects_downloads_a_file_and_gets_a_lost_code_sent(
    live_site: LiveSite, visitor: Callable[..., Page], greged: Office, picture: Path
) -> None:
    page = visitor(size=PHONE, javascript=False)
    _number, code = report(page, live_site, picture, lambda page: None)
    page.get_by_role("button", name="Buat laporan lain").click()
    heading(page, "Laporan Anda tentang apa?")

    page.goto(live_site.url("greged", f"/lacak/{code}/"))
    with page.expect_response(re.compile("/berkas/[0-9a-f]{32}/$")) as photo:
        page.get_by_role("link", name="lampu mati.jpg").first.click()
    assert photo.value.status == 200
    assert photo.value.headers["content-type"] == "image/jpeg"

    OfficeHand(greged).answer(code)
    page.goto(live_site.url("greged", f"/lacak/{code}/"))
    page.get_by_role("link", name="Ajukan keberatan").click()
    page.get_by_role("button", name="Ajukan keberatan").click()
    expect(page.get_by_role("link", name="Isi “Alasan”.")).to_be_visible()
    page.get_by_label("Alasan").fill("Lampunya masih mati.")
    page.get_by_role("button", name="Ajukan keberatan").click()
    expect(page.get_by_role("main")).to_contain_text("laporan dibuka kembali")

    page.get_by_role("link", name="Kode lacak hilang?").last.click()
    page.get_by_label("Surel atau nomor telepon").fill("0812 3456 7890")
    page.get_by_role("button", name="Kirim kode saya").click()
    heading(page, "Permintaan diterima")


def test_a_mistake_takes_the_focus_to_the_summary_and_from_there_to_the_field(
    live_site: LiveSite, visitor: Callable[..., Page], accessible: Check
) -> None:
    page = visitor(size=PHONE)
    page.goto(live_site.url("greged", "/lapor/"))
    go_on(page)
    expect(page).to_have_title(re.compile("^Kesalahan:"))
    expect(page.locator(".error-summary")).to_be_focused()
    accessible(page)
    page.get_by_role("link", name="Pilih satu kategori.").click()
    expect(page.locator("input[name=category]").first).to_be_focused()


def test_back_leads_to_the_first_question_with_its_answer(
    live_site: LiveSite, visitor: Callable[..., Page]
) -> None:
    page = visitor(size=PHONE)
    page.goto(live_site.url("greged", "/lapor/"))
    choose(page, "Jalan rusak")
    go_on(page)
    heading(page, "Apa yang terjadi?")
    page.go_back()
    heading(page, "Laporan Anda tentang apa?")
    expect(page.get_by_label("Jalan rusak")).to_be_checked()


def test_the_phone_can_fill_in_the_place(live_site: LiveSite, visitor: Callable[..., Page]) -> None:
    page = visitor(
        size=PHONE,
        geolocation={"latitude": -6.7321, "longitude": 108.5523, "accuracy": 12},
        permissions=["geolocation"],
    )
    page.goto(live_site.url("greged", "/lapor/"))
    choose(page, "Jalan rusak")
    go_on(page)
    page.get_by_role("textbox").fill(STORY)
    go_on(page)
    page.get_by_role("button", name="Pakai lokasi saya sekarang").click()
    expect(page.locator(".place [role=status]")).to_contain_text("ketelitian 12 meter")
    go_on(page)
    expect(page.locator("#id_latitude")).to_have_count(0)  # the next page is there
    page.wait_for_load_state("load")
    page.go_back()
    expect(page.locator("#id_latitude")).to_have_value("-6.732100")
