"""An office's staff in real Chromium: from the inbox to the public page, by mouse, keyboard and thumb."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from central.accounts.models import User
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Complaint, Message
from tests.acceptance.cast import Cast, Player
from tests.acceptance.citizen import Citizen
from tests.acceptance.portal_steps import slug_of, step_path
from tests.browser.conftest import DESK, PHONE, LiveSite

pytestmark = pytest.mark.slow

Visitor = Callable[..., Page]
Check = Callable[[Page], None]
PASSWORD = "sawah-hijau-2026"
ANSWER = "Lampu di Jalan Melati sudah diganti pada hari Selasa. Terima kasih atas laporan Anda."


@pytest.fixture
def greged(real_commits: str) -> Office:
    return Office.objects.select_related("government").get(code="greged")


@pytest.fixture
def cast(real_commits: str) -> Cast:
    return Cast()


@pytest.fixture
def quiet_page() -> Iterator[Callable[[Page], None]]:
    """Watches pages: the test fails if one breaks the security policy or fails in a script."""
    found: list[str] = []

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: found.append(str(error)))
        page.on("console", lambda said: found.append(said.text) if said.type == "error" else None)

    yield watch
    assert [line for line in found if "Failed to load resource" not in line] == []


def sign_in(page: Page, site: LiveSite, player: Player) -> None:
    """Through the sign-in page, as on any morning; the inbox opens."""
    user: User = player.user
    user.set_password(PASSWORD)
    user.save()
    page.goto(site.url("greged", "/kantor/"))
    page.get_by_label("surel").first.fill(user.email)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kerja saya")


def choose(page: Page, label: str) -> None:
    page.locator(".choice").filter(has_text=label).locator("label").first.click()


def open_work(page: Page, number: str) -> None:
    """From the inbox to the complaint."""
    page.get_by_role("link", name="Kerja saya").locator("visible=true").first.click()
    page.get_by_role("link", name=number).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(number)


def begin(page: Page, step: str) -> None:
    """Presses the step's button on the complaint's page."""
    page.get_by_role("link", name=step, exact=True).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(step)


def finish(page: Page, step: str) -> None:
    page.get_by_role("button", name=step, exact=True).click()
    expect(page.get_by_text(f"Langkah “{step}” sudah dicatat.")).to_be_visible()


def test_a_complaint_goes_from_the_clerks_desk_to_the_public_page(
    live_site: LiveSite,
    visitor: Visitor,
    accessible: Check,
    quiet_page: Callable[[Page], None],
    greged: Office,
    cast: Cast,
) -> None:
    number, _code = Citizen("greged.localhost").report(
        description="Lampu di Jalan Melati mati. Hubungi saya Siti Aminah, 0812-3456-7890."
    )
    clerk, secretary, unit = visitor(size=DESK), visitor(size=DESK), visitor(size=PHONE)
    for page, role, where in (
        (clerk, "complaint_clerk", None),
        (secretary, "district_secretary", None),
        (unit, "unit_officer", "pemberdayaan"),
    ):
        quiet_page(page)
        sign_in(page, live_site, cast.member(greged, role, where))
    accessible(clerk)

    open_work(clerk, number)
    accessible(clerk)
    begin(clerk, "Nyatakan lengkap")
    accessible(clerk)
    finish(clerk, "Nyatakan lengkap")
    begin(clerk, "Usulkan disposisi")
    clerk.get_by_label("Kategori", exact=True).select_option(
        label="Jalan, irigasi, dan fasilitas umum › Penerangan jalan"
    )
    choose(clerk, "Biasa")
    clerk.get_by_label("Usulan unit penanggung jawab").select_option("pemberdayaan")
    clerk.get_by_label("Alasan mengubah kategori atau unit").fill("Yang rusak lampunya.")
    finish(clerk, "Usulkan disposisi")

    open_work(secretary, number)
    begin(secretary, "Disposisikan")
    secretary.get_by_role("button", name="Disposisikan").click()
    expect(secretary.locator(".error-summary")).to_be_focused()
    accessible(secretary)
    secretary.get_by_label("Unit penanggung jawab").select_option("pemberdayaan")
    secretary.get_by_label("Instruksi").fill("Koordinasikan penggantian lampu dengan PLN.")
    choose(secretary, "Segera")
    finish(secretary, "Disposisikan")
    sheet = secretary.get_by_role("link", name="Lembar disposisi", exact=True)
    sheet.click()
    expect(secretary.get_by_role("heading", level=1)).to_have_text(
        re.compile("lembar disposisi", re.IGNORECASE)
    )
    accessible(secretary)

    open_work(unit, number)
    begin(unit, "Kirim tanggapan awal")
    area = unit.get_by_label("Tanggapan awal untuk pelapor")
    area.fill("Petugas kami datang besok pagi.")
    expect(unit.locator(".preview-text")).to_contain_text("Petugas kami datang besok pagi.")
    expect(unit.locator(".preview-text")).to_contain_text("Yth. Siti Aminah")
    accessible(unit)
    finish(unit, "Kirim tanggapan awal")
    begin(unit, "Kirim laporan hasil")
    unit.get_by_label("Hasil penelusuran").fill("Bohlam putus.")
    unit.get_by_label("Rekomendasi").fill("Ganti bohlam.")
    finish(unit, "Kirim laporan hasil")

    secretary.goto(live_site.url("greged", "/kantor/"))
    open_work(secretary, number)
    begin(secretary, "Setujui")
    finish(secretary, "Setujui")

    open_work(clerk, number)
    begin(clerk, "Unggah jawaban dan selesaikan")
    clerk.get_by_label("Jawaban resmi").fill(ANSWER)
    clerk.get_by_role("button", name="Lihat pratinjau").click()
    expect(clerk.locator(".preview-page")).to_contain_text("Lampu di Jalan Melati sudah diganti")
    finish(clerk, "Unggah jawaban dan selesaikan")

    open_work(clerk, number)
    begin(clerk, "Terbitkan")
    accessible(clerk)
    text = clerk.get_by_label("Isi aduan yang diterbitkan")
    expect(text).not_to_have_value(re.compile("Siti|0812"))
    expect(text).to_have_value(re.compile(r"\[nama\]"))
    expect(clerk.get_by_text("Ini akan dibaca siapa saja, atas nama Kecamatan Greged")).to_be_visible()
    clerk.get_by_label("Judul").fill("Lampu jalan mati")
    text.fill("Lampu di Jalan Melati mati.")
    finish(clerk, "Terbitkan")

    public = visitor(size=PHONE)
    public.goto(live_site.url("greged", f"/aduan/{slug_of(greged, number)}/"))
    expect(public.get_by_role("heading", level=1)).to_contain_text("Lampu jalan mati")
    expect(public.locator("main")).to_contain_text("sudah diganti pada hari Selasa")
    expect(public.locator("main")).not_to_contain_text("Siti")
    accessible(public)


def test_a_step_is_taken_by_keyboard_alone(
    live_site: LiveSite, visitor: Visitor, greged: Office, cast: Cast
) -> None:
    number, _code = Citizen("greged.localhost").report()
    slug = slug_of(greged, number)
    page = visitor(size=DESK)
    sign_in(page, live_site, cast.member(greged, "complaint_clerk"))
    page.goto(live_site.url("greged", step_path(slug, "note")))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Langsung ke isi halaman")).to_be_focused()
    page.keyboard.press("Enter")
    for _tab in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "isi-note":
            break
    page.keyboard.type("Dicatat tanpa tetikus.")
    for _tab in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "submit":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text("Langkah “Tulis catatan internal” sudah dicatat.")).to_be_visible()
    with inside(greged):
        assert Message.objects.filter(body="Dicatat tanpa tetikus.", kind="note").exists()


def test_a_step_that_is_on_its_way_asks_for_no_preview(
    live_site: LiveSite, visitor: Visitor, greged: Office, cast: Cast
) -> None:
    """The step may be taken before the answer comes: there is nothing to preview any more."""
    number, _code = Citizen("greged.localhost").report()
    slug = slug_of(greged, number)
    page, previews = visitor(size=DESK), []
    sign_in(page, live_site, cast.member(greged, "complaint_clerk"))
    page.clock.install()
    page.goto(live_site.url("greged", step_path(slug, "ask_reporter")))
    page.on("request", lambda sent: previews.append(sent.url) if "/pratinjau/" in sent.url else None)
    # The form is as good as on its way: the page stays, so that its script can be watched.
    page.evaluate("addEventListener('submit', (event) => event.preventDefault())")
    page.get_by_label("Apa yang perlu dilengkapi pelapor").fill("Mohon sebutkan nomor tiang lampunya.")
    page.get_by_role("button", name="Minta kelengkapan kepada pelapor").click()
    page.clock.run_for(2_000)
    assert previews == []
    page.get_by_label("Apa yang perlu dilengkapi pelapor").fill("Mohon sebutkan nomor tiangnya.")
    with page.expect_request(lambda sent: "/pratinjau/" in sent.url):
        page.clock.run_for(2_000)


def test_staff_work_without_javascript_on_a_phone(
    live_site: LiveSite, visitor: Visitor, greged: Office, cast: Cast
) -> None:
    page = visitor(size=PHONE, javascript=False)
    sign_in(page, live_site, cast.member(greged, "complaint_clerk"))
    page.locator("summary", has_text="Menu").first.click()
    page.get_by_role("link", name="Masukkan aduan").locator("visible=true").first.click()
    choose(page, "telepon")
    page.get_by_label("Nama pelapor").fill("Karta Wijaya")
    page.get_by_label("Nomor telepon pelapor").fill("0813-1111-2222")
    page.get_by_label("Uraian aduan").fill("Saluran air di belakang balai desa tersumbat.")
    page.get_by_role("button", name="Catat aduan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Aduan dicatat")
    number = page.locator(".ticket-number").inner_text()
    page.get_by_role("link", name="Buka aduan ini").click()
    begin(page, "Minta kelengkapan kepada pelapor")
    page.get_by_label("Apa yang perlu dilengkapi pelapor").fill("Sejak kapan salurannya tersumbat?")
    page.get_by_role("button", name="Lihat pratinjau").click()
    expect(page.locator(".preview-page")).to_contain_text("Sejak kapan salurannya tersumbat?")
    finish(page, "Minta kelengkapan kepada pelapor")
    with inside(greged):
        assert Complaint.objects.get(number=number).status == "awaiting_reporter"
