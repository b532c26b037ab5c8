"""From the wrong office to the public page in real Chromium: all who have it, one code for the citizen."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Complaint
from tests.acceptance.cast import Cast, Player, host_of, neighbour_of
from tests.acceptance.citizen import Citizen
from tests.acceptance.portal_steps import slug_of
from tests.browser.conftest import DESK, PHONE, LiveSite
from tests.browser.test_clerk import begin, choose, finish

pytestmark = pytest.mark.slow

Visitor = Callable[..., Page]
REASON = "Lampu lalu lintas ini milik kota, bukan kecamatan."
ANSWER = "Lampu di simpang lima sudah diganti oleh petugas kami pada hari Selasa."
EDITED = "Lampu lalu lintas di simpang lima mati sejak kemarin."
SHOTS = os.environ.get("TANGGAP_SHOTS", "")


@dataclass
class Looker:
    """Looks at the page that is open; keeps pictures of it at both widths where a folder is named."""

    accessible: Callable[[Page], None]
    number: int = 0

    def at(self, page: Page, name: str) -> None:
        self.number += 1
        if not SHOTS:
            self.accessible(page)
            return
        for size in (PHONE, DESK):
            page.set_viewport_size(size)  # type: ignore[arg-type]  # a plain dict
            self.accessible(page)
            if SHOTS:
                place = Path(SHOTS) / f"between-{self.number:02}-{name}-{size['width']}.png"
                page.screenshot(path=str(place), full_page=True)


@pytest.fixture
def look(accessible: Callable[[Page], None]) -> Looker:
    return Looker(accessible)


@pytest.fixture
def cast(real_commits: str) -> Cast:
    return Cast()


@pytest.fixture
def right(real_commits: str) -> Office:
    """The office whose it is, of a government whose Humas publishes."""
    return Office.objects.select_related("government").get(code="dishub-mojokerto")


@pytest.fixture
def wrong(right: Office) -> Office:
    """Another one of the same government, with another procedure, where the citizen reports it."""
    return neighbour_of(right, "greged")


def seated(player: Player, page: Page, site: LiveSite) -> str:
    """Gives the browser the session of somebody who has signed in. Returns where their pages are."""
    player.sign_in()
    name = settings.SESSION_COOKIE_NAME
    address = site.url(player.host.partition(".")[0])
    page.context.add_cookies([{"name": name, "value": player.client.cookies[name].value, "url": address}])
    return address.rstrip("/")


def follow(page: Page, address: str, code: str) -> None:
    """By the form, as somebody who has the receipt in hand."""
    page.goto(address)
    page.get_by_label("Kode lacak").fill(code)
    page.get_by_role("button", name="Lacak").click()


def number_there(office: Office, slug: str) -> str:
    with inside(office):
        return Complaint.objects.get(uid=slug).number


def test_one_code_leads_from_the_wrong_office_to_the_published_answer(
    live_site: LiveSite, visitor: Visitor, look: Looker, wrong: Office, right: Office, cast: Cast
) -> None:
    number, code = Citizen(host_of(wrong)).report(
        description="Lampu lalu lintas di simpang lima mati. Hubungi saya Siti Aminah, 0812-3456-7890."
    )
    slug = slug_of(wrong, number)
    citizen, staff = visitor(size=PHONE), visitor(size=DESK)

    # The clerk of the office that it came to hands it up.
    home = seated(cast.member(wrong, "complaint_clerk"), staff, live_site)
    staff.goto(f"{home}/kantor/")
    staff.get_by_role("link", name=number).first.click()
    look.at(staff, "clerk-case")
    begin(staff, "Serahkan ke meja pusat")
    look.at(staff, "clerk-hands-up")
    staff.locator("textarea").first.fill(REASON)
    finish(staff, "Serahkan ke meja pusat")
    look.at(staff, "clerk-handed-up")

    follow(citizen, live_site.url("greged", "/lacak/"), code)
    expect(citizen.locator("main")).to_contain_text("Laporan Anda ada di meja pusat")
    look.at(citizen, "citizen-at-the-desk")

    # The desk assigns it.
    home = seated(cast.desk(right.government, "central_admin"), staff, live_site)
    staff.goto(f"{home}/meja/")
    look.at(staff, "desk-queue")
    staff.get_by_role("link", name=number).click()
    expect(staff.locator("main")).to_contain_text(REASON)
    look.at(staff, "desk-case")
    staff.get_by_role("link", name="Alihkan ke instansi lain").last.click()
    look.at(staff, "desk-chooses")
    choose(staff, right.name)
    staff.get_by_role("button", name="Alihkan").click()
    expect(staff.get_by_text(f"Aduan dialihkan ke {right.name}")).to_be_visible()
    look.at(staff, "desk-assigned")

    # What stays at the first office; the citizen is led on from there by the old code.
    home = seated(cast.member(wrong, "complaint_clerk"), staff, live_site)
    staff.goto(f"{home}/kantor/aduan/{slug}/")
    expect(staff.locator("main")).to_contain_text(f"dialihkan ke {right.name}")
    expect(staff.locator("main")).not_to_contain_text("Siti Aminah")
    look.at(staff, "stub")
    follow(citizen, live_site.url("greged", "/lacak/"), code)
    expect(citizen).to_have_url(live_site.url("dishub-mojokerto", f"/lacak/{code}/"))
    expect(citizen.locator("main")).to_contain_text(f"Laporan kini ditangani {right.name}")
    expect(citizen.locator("main")).to_contain_text(REASON)
    look.at(citizen, "citizen-led-on")
    citizen.goto(live_site.url(path="/lacak/"))
    citizen.get_by_label("Kode lacak").fill(code)
    citizen.get_by_role("button", name="Lacak laporan").click()
    expect(citizen).to_have_url(live_site.url("dishub-mojokerto", f"/lacak/{code}/"))

    # The other office answers.
    home = seated(cast.member(right, "operator"), staff, live_site)
    staff.goto(f"{home}/kantor/")
    look.at(staff, "operator-inbox")
    staff.get_by_role("link", name=number_there(right, slug)).first.click()
    expect(staff.locator("main")).to_contain_text("Siti Aminah")
    look.at(staff, "operator-case")
    begin(staff, "Terima aduan ini")
    look.at(staff, "operator-accepts")
    finish(staff, "Terima aduan ini")
    begin(staff, "Simpan hasil verifikasi")
    choose(staff, "Mendesak dan bersifat umum")
    finish(staff, "Simpan hasil verifikasi")
    begin(staff, "Jawab langsung dan selesaikan")
    staff.get_by_label("Jawaban", exact=True).fill(ANSWER)
    look.at(staff, "operator-answers")
    finish(staff, "Jawab langsung dan selesaikan")
    look.at(staff, "operator-answered")
    citizen.reload()
    expect(citizen.locator("main")).to_contain_text(ANSWER)
    look.at(citizen, "citizen-answered")

    # Humas edits, seeing the difference, and publishes.
    home = seated(cast.desk(right.government, "editor"), staff, live_site)
    staff.goto(f"{home}/meja/")
    look.at(staff, "editor-queue")
    staff.get_by_role("link", name=number_there(right, slug)).click()
    look.at(staff, "editor-case")
    begin(staff, "Simpan suntingan")
    text = staff.get_by_label("Isi pengaduan yang diterbitkan")
    expect(text).not_to_have_value(re.compile("Siti"))
    text.fill(EDITED)
    staff.get_by_role("button", name="Bandingkan lagi").click()
    expect(staff.locator("main mark").filter(has_text="Siti Aminah")).to_be_visible()
    look.at(staff, "editor-edits")
    finish(staff, "Simpan suntingan")

    home = seated(cast.desk(right.government, "press_coordinator"), staff, live_site)
    staff.goto(f"{home}/meja/")
    staff.get_by_role("link", name=number_there(right, slug)).click()
    look.at(staff, "coordinator-case")
    begin(staff, "Terbitkan")
    expect(staff.locator("main")).to_contain_text(EDITED)
    expect(staff.locator("main mark").filter(has_text="Siti Aminah")).to_be_visible()
    look.at(staff, "coordinator-publishes")
    finish(staff, "Terbitkan")

    follow(citizen, live_site.url("greged", "/lacak/"), code)
    expect(citizen.locator("main")).to_contain_text("Laporan dan jawabannya diterbitkan")
    look.at(citizen, "citizen-published")
    citizen.goto(live_site.url("dishub-mojokerto", f"/aduan/{slug}/"))
    expect(citizen.locator("main")).to_contain_text(EDITED)
    expect(citizen.locator("main")).not_to_contain_text("Siti")
    look.at(citizen, "public")
