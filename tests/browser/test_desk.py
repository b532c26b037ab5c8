"""The central desk in real Chromium: from the queue to a published answer, and how its pages look."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Complaint
from tests.acceptance.cast import Cast, Player, host_of
from tests.acceptance.citizen import Citizen
from tests.acceptance.desk_steps import answered, case_path, edited, handed_up, step_path
from tests.acceptance.portal_steps import picture, slug_of, step
from tests.browser.conftest import DESK, PHONE, LiveSite

Visitor = Callable[..., Page]
SHOTS = os.environ.get("DESK_SHOTS", "")
SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])


@pytest.fixture
def mojokerto(real_commits: str) -> Office:
    return Office.objects.select_related("government").get(code="dishub-mojokerto")


@pytest.fixture
def cast(real_commits: str) -> Cast:
    return Cast()


def seated(player: Player, page: Page, site: LiveSite) -> None:
    """Gives the browser the session of somebody who has signed in with the second factor."""
    player.sign_in()
    name = settings.SESSION_COOKIE_NAME
    value = player.client.cookies[name].value
    page.context.add_cookies([{"name": name, "value": value, "url": site.url("mojokerto")}])


def shot(page: Page, name: str) -> None:
    """Keeps a picture of the page where `DESK_SHOTS` names a folder."""
    if SHOTS:
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}.png"), full_page=True)


def choose(page: Page, label: str) -> None:
    """Presses a big radio button, wherever a thumb meets it."""
    page.locator(".choice").filter(has_text=label).locator("label").click()


@SIZES
def test_editor_and_coordinator_publish_an_answer(
    live_site: LiveSite,
    visitor: Visitor,
    accessible: Callable[[Page], None],
    mojokerto: Office,
    cast: Cast,
    size: dict[str, int],
) -> None:
    number, slug = answered(cast, mojokerto)
    operator = cast.member(mojokerto, "operator")
    step(operator, slug, "note", note="Foto dari lapangan.", files=[picture("lapangan.jpg")])
    editor, coordinator = (cast.desk(mojokerto.government, role) for role in ("editor", "press_coordinator"))

    page = visitor(size=size)
    seated(editor, page, live_site)
    page.goto(live_site.url("mojokerto", "/meja/"))
    accessible(page)
    shot(page, "queue-editor")
    page.get_by_role("link", name=number).click()
    accessible(page)
    shot(page, "case-editor")
    page.get_by_role("link", name="Simpan suntingan").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Simpan suntingan")
    accessible(page)
    shot(page, "edit")
    text = page.get_by_label("Isi pengaduan yang diterbitkan")
    expect(text).not_to_have_value(re.compile("Siti"))
    text.fill("Lampu lalu lintas di simpang lima mati.")
    page.get_by_role("button", name="Bandingkan lagi").click()
    expect(text).to_have_value("Lampu lalu lintas di simpang lima mati.")
    page.get_by_role("button", name="Simpan suntingan").click()
    expect(page.get_by_text("Langkah “Simpan suntingan” sudah dicatat.")).to_be_visible()
    accessible(page)
    shot(page, "queue-empty")

    seated(coordinator, page, live_site)
    page.goto(live_site.url("mojokerto", "/meja/"))
    page.get_by_role("link", name=number).click()
    page.get_by_role("link", name="Terbitkan", exact=True).first.click()
    accessible(page)
    shot(page, "publish")
    held_back = page.get_by_role("checkbox", name="Terbitkan lapangan.jpg")
    expect(held_back).not_to_be_checked()
    page.get_by_role("button", name="Terbitkan", exact=True).click()
    expect(page.get_by_text("Langkah “Terbitkan” sudah dicatat.")).to_be_visible()
    page.goto(live_site.url("dishub-mojokerto", f"/aduan/{slug}/"))
    expect(page.get_by_text("Lampu lalu lintas di simpang lima mati.").first).to_be_visible()
    expect(page.get_by_text("Siti Aminah")).to_have_count(0)


@SIZES
def test_the_other_pages_of_the_desk(
    live_site: LiveSite,
    visitor: Visitor,
    accessible: Callable[[Page], None],
    mojokerto: Office,
    cast: Cast,
    size: dict[str, int],
) -> None:
    _number, slug = answered(cast, mojokerto)
    _second, prepared = answered(cast, mojokerto, description="Rambu di jalan Pahlawan hilang sejak lama.")
    edited(cast, mojokerto, prepared)
    _third, moved = handed_up(cast, mojokerto, "Lampu ini milik jalan provinsi, bukan jalan kota.")
    admin = cast.desk(mojokerto.government, "admin")
    central = cast.desk(mojokerto.government, "central_admin")
    editor = cast.desk(mojokerto.government, "editor")
    page = visitor(size=size)
    seated(central, page, live_site)
    pages = {
        "handed-up": "/meja/?jenis=diserahkan",
        "case-handed-up": case_path(mojokerto, moved),
        "not-found": case_path(mojokerto, "0" * 32),
        "note": step_path(mojokerto, moved, "note", "main"),
    }
    _each(page, live_site, accessible, pages)
    seated(admin, page, live_site)
    page.goto(live_site.url("mojokerto", "/meja/anggota/undang/"))
    page.get_by_label("Nama lengkap").fill("Rina Wulandari")
    page.get_by_label("Alamat surel").fill("rina@example.id")
    page.get_by_role("button", name="Kirim undangan").click()
    accessible(page)
    shot(page, "invite-error")
    choose(page, "Redaktur Bagian Humas")
    page.get_by_role("button", name="Kirim undangan").click()
    expect(page.get_by_text("Undangan dikirim ke rina@example.id.")).to_be_visible()
    pages = {
        "queue-admin": "/meja/",
        "queue-filtered": "/meja/?peran=editor&terlambat=on",
        "case-oversight": case_path(mojokerto, slug),
        "looks": "/meja/catatan/",
        "members": "/meja/anggota/",
        "member": f"/meja/anggota/{editor.user.pk}/",
        "leave": f"/meja/anggota/{editor.user.pk}/keluar/",
    }
    _each(page, live_site, accessible, pages)
    Office.objects.filter(pk=mojokerto.pk).update(status=Office.Status.SUSPENDED)
    _each(page, live_site, accessible, {"queue-halted": "/meja/", "halted": case_path(mojokerto, slug)})


def test_the_desk_works_without_javascript(
    live_site: LiveSite, visitor: Visitor, mojokerto: Office, cast: Cast
) -> None:
    number, _code = Citizen(host_of(mojokerto)).report()
    slug = slug_of(mojokerto, number)
    operator = cast.member(mojokerto, "operator")
    step(operator, slug, "verify", case_class="urgent_general")
    step(operator, slug, "answer_directly", answer="Lampu sudah diganti kemarin sore.")
    page = visitor(javascript=False)
    seated(cast.desk(mojokerto.government, "editor"), page, live_site)
    page.goto(live_site.url("mojokerto", "/meja/"))
    page.get_by_role("link", name=number).click()
    page.get_by_role("link", name="Simpan suntingan").first.click()
    page.get_by_role("button", name="Simpan suntingan").click()
    expect(page.get_by_text("sudah dicatat")).to_be_visible()
    with inside(mojokerto):
        assert Complaint.objects.get(uid=slug).state["lines"]["publication"]["stage"] == "publishing"


def _each(page: Page, site: LiveSite, accessible: Callable[[Page], None], pages: dict[str, str]) -> None:
    for name, path in pages.items():
        page.goto(site.url("mojokerto", path))
        accessible(page)
        shot(page, name)
