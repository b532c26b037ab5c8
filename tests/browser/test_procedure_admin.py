"""An office's admin changes the SOP in Chromium; complaints from before end under the version of then."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Complaint
from tests.acceptance.cast import Cast, Player
from tests.acceptance.citizen import Citizen
from tests.acceptance.portal_steps import offered, slug_of, step
from tests.browser.conftest import DESK, PHONE, LiveSite

pytestmark = pytest.mark.slow

Visitor = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture
def greged(real_commits: str) -> Office:
    return Office.objects.select_related("government").get(code="greged")


@pytest.fixture
def cast(real_commits: str) -> Cast:
    return Cast()


def seated(player: Player, page: Page, site: LiveSite) -> None:
    """Gives the browser the session of somebody who has signed in with the second factor."""
    player.sign_in()
    name = settings.SESSION_COOKIE_NAME
    value = player.client.cookies[name].value
    page.context.add_cookies([{"name": name, "value": value, "url": site.url("greged")}])


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def choose(page: Page, words: str) -> None:
    page.locator(".choice", has_text=words).locator("label").click()


def save(page: Page) -> None:
    page.get_by_role("button", name="Simpan ke konsep").click()
    heading(page, "Ubahan versi 1")


def begin_draft(page: Page, site: LiveSite) -> None:
    """From the settings to a draft that says what is in force."""
    page.goto(site.url("greged", "/kantor/atur/"))
    page.get_by_role("link", name="Prosedur").click()
    page.get_by_role("link", name="Buat konsep").click()
    choose(page, "Versi 1 (berlaku)")
    page.get_by_role("button", name="Buat konsep").click()
    heading(page, "Ubahan versi 1")


def change_a_limit(page: Page) -> None:
    page.get_by_role("link", name="Ubah tahap ini Disposisi", exact=True).click()
    heading(page, "Disposisi")
    amount = page.get_by_label("Batas waktu", exact=True)
    expect(amount).to_have_value("24")
    amount.fill("2")
    page.get_by_label("Satuan", exact=True).select_option(label="hari kerja")
    page.get_by_label("Dasar hukum").fill("Keputusan Camat 7 Tahun 2026")
    save(page)
    expect(page.get_by_text("Dasar: Keputusan Camat 7 Tahun 2026.")).to_be_visible()


def add_a_stage(page: Page, accessible: Check) -> None:
    page.get_by_role("link", name="Tambah tahap").click()
    page.get_by_role("button", name="Simpan ke konsep").click()
    expect(page.locator(".error-summary")).to_be_focused()
    accessible(page)
    page.get_by_label("Letak", exact=True).select_option(
        label="Setelah “Klasifikasi dan usulan disposisi”, sebelum “Disposisi”"
    )
    page.get_by_label("Nama tahap", exact=True).fill("Telaah hukum")
    page.get_by_label("Pemilik", exact=True).select_option(label="Peran baru, namanya di bawah")
    page.get_by_label("Nama peran baru").fill("Analis hukum")
    page.get_by_label("Tindakan yang menyelesaikannya").fill("Nyatakan sudah ditelaah")
    page.get_by_label("Batas waktu", exact=True).fill("3")
    save(page)


def give_the_role(page: Page, analyst: Player) -> None:
    """From the finding to a position with the role and somebody who holds it."""
    finding = page.locator(".problems li", has_text="Peran 'Analis hukum' belum dipegang siapa pun")
    expect(finding).to_contain_text("W06")
    expect(page.get_by_role("link", name="Berlakukan", exact=True)).to_have_count(0)
    finding.get_by_role("link", name="Beri peran itu pada sebuah jabatan").click()
    heading(page, "Jabatan")
    page.get_by_label("Nama jabatan", exact=True).fill("Penelaah hukum")
    choose(page, "Analis hukum (konsep SOP)")
    page.get_by_role("button", name="Tambah jabatan").click()
    page.get_by_role("link", name="Atur siapa memegang jabatan apa").click()
    page.get_by_label("Siapa", exact=True).select_option(label=analyst.user.name)
    page.get_by_label("Jabatan", exact=True).select_option(label="Penelaah hukum")
    page.get_by_label("Mulai tanggal", exact=True).fill(timezone.localdate().isoformat())
    page.get_by_role("button", name="Simpan penugasan").click()
    expect(page.get_by_role("main")).to_contain_text("Penelaah hukum")


def put_in_force(page: Page, accessible: Check) -> None:
    expect(page.get_by_role("heading", name="Tidak ada kesalahan")).to_be_visible()
    page.get_by_role("button", name="Periksa").click()
    expect(page.get_by_text("Konsep ini lolos pemeriksaan dan dapat diberlakukan.")).to_be_visible()
    page.get_by_role("link", name="Lihat perbedaan dengan yang berlaku").click()
    expect(page.get_by_role("row", name="Batas waktu Disposisi").first).to_contain_text("2 hari kerja")
    accessible(page)
    page.go_back()
    page.get_by_role("link", name="Berlakukan", exact=True).click()
    page.get_by_label("Apa yang berubah").fill("Telaah hukum, Keputusan Camat 7")
    expect(page.locator(".problems")).to_contain_text("dihitung lain: dari 24 jam menjadi 2 hari kerja")
    page.get_by_role("button", name="Berlakukan sekarang").click()
    expect(page.locator(".error-summary")).to_contain_text("Baca peringatannya, lalu centang kotak ini.")
    accessible(page)
    choose(page, "Saya sudah membaca 2 peringatan di atas dan menyetujuinya")
    page.get_by_role("button", name="Berlakukan sekarang").click()
    heading(page, "Versi 2")
    expect(page.get_by_text("Telaah hukum, Keputusan Camat 7")).to_be_visible()
    page.get_by_text("2 peringatan disetujui saat versi ini diberlakukan").click()
    expect(page.locator(".problems")).to_contain_text("W19")


def handle(cast: Cast, office: Office, slug: str, analyst: Player | None) -> None:
    """Over HTTP from the receipt to the answer; by way of the analyst where there is one on the way."""
    clerk = cast.member(office, "complaint_clerk")
    secretary = cast.member(office, "district_secretary")
    unit = cast.member(office, "unit_officer", "pemberdayaan")
    step(clerk, slug, "verify_complete")
    step(clerk, slug, "propose_disposition", category="road", case_class="routine", unit="pemberdayaan")
    if analyst is not None:
        assert "main/assign" not in offered(secretary, slug)
        step(analyst, slug, "nyatakan_sudah_ditelaah")
    step(secretary, slug, "assign", unit="pemberdayaan", urgency="ordinary", instruction="Periksa jalannya.")
    step(unit, slug, "submit_report", findings="Benar berlubang.", recommendation="Tambal.")
    step(secretary, slug, "approve")
    step(clerk, slug, "upload_answer", answer="Jalan sudah kami tambal kemarin.")


def test_a_limit_and_a_stage_are_changed_and_yesterdays_complaint_ends_as_it_began(
    live_site: LiveSite, visitor: Visitor, accessible: Check, greged: Office, cast: Cast
) -> None:
    before, _code = Citizen("greged.localhost").report()
    analyst = cast.member(greged, "unit_officer", "umum")
    page = visitor(size=DESK)
    seated(cast.admin(greged), page, live_site)
    begin_draft(page, live_site)
    draft = page.url
    change_a_limit(page)
    add_a_stage(page, accessible)
    accessible(page)
    give_the_role(page, analyst)
    page.goto(draft)
    put_in_force(page, accessible)
    after, _code = Citizen("greged.localhost").report(description="Jembatan desa retak dan hampir putus.")

    handle(cast, greged, slug_of(greged, before), None)
    handle(cast, greged, slug_of(greged, after), analyst)
    with inside(greged):
        ended = {row.number: row for row in Complaint.objects.select_related("procedure")}
    assert {number: row.procedure.number for number, row in ended.items()} == {before: 1, after: 2}
    assert {row.status for row in ended.values()} == {"closed"}


def test_a_draft_is_typed_as_yaml_on_a_phone_without_javascript(
    live_site: LiveSite, visitor: Visitor, accessible: Check, greged: Office, cast: Cast
) -> None:
    page = visitor(size=PHONE, javascript=False)
    seated(cast.admin(greged), page, live_site)
    begin_draft(page, live_site)
    page.get_by_role("link", name="Ubah sebagai YAML").click()
    area = page.get_by_label("Isi (YAML)")
    text = area.input_value().replace("to: closed", "to: nowhere", 1)
    area.fill(text)
    page.get_by_role("button", name="Simpan konsep").click()
    line = text[: text.index("to: nowhere")].count("\n") + 1
    expect(page.locator(".problems li", has_text="R01").first).to_contain_text(f"baris {line}: to: nowhere")
    page.get_by_role("link", name="Ubah sebagai YAML").click()
    expect(page.get_by_label("Isi (YAML)")).to_have_value(text)
