"""The central desk in real Chromium: from the queue to a published answer, and how its pages look."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Complaint
from tests.acceptance.cast import Cast, Player, host_of
from tests.acceptance.citizen import Citizen
from tests.acceptance.desk_steps import answered, case_path
from tests.acceptance.portal_steps import picture, slug_of, step
from tests.browser.conftest import DESK, PHONE, LiveSite

pytestmark = pytest.mark.slow

Visitor = Callable[..., Page]
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
    page.get_by_role("link", name=number).click()
    accessible(page)
    page.get_by_role("link", name="Simpan suntingan").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Simpan suntingan")
    accessible(page)
    text = page.get_by_label("Isi pengaduan yang diterbitkan")
    expect(text).not_to_have_value(re.compile("Siti"))
    text.fill("Lampu lalu lintas di simpang lima mati.")
    page.get_by_role("button", name="Bandingkan lagi").click()
    expect(text).to_have_value("Lampu lalu lintas di simpang lima mati.")
    page.get_by_role("button", name="Simpan suntingan").click()
    expect(page.get_by_text("Langkah “Simpan suntingan” sudah dicatat.")).to_be_visible()
    accessible(page)

    seated(coordinator, page, live_site)
    page.goto(live_site.url("mojokerto", "/meja/"))
    page.get_by_role("link", name=number).click()
    page.get_by_role("link", name="Terbitkan", exact=True).first.click()
    accessible(page)
    held_back = page.get_by_role("checkbox", name="Terbitkan lapangan.jpg")
    expect(held_back).not_to_be_checked()
    page.get_by_role("button", name="Terbitkan", exact=True).click()
    expect(page.get_by_text("Langkah “Terbitkan” sudah dicatat.")).to_be_visible()
    page.goto(live_site.url("dishub-mojokerto", f"/aduan/{slug}/"))
    expect(page.get_by_text("Lampu lalu lintas di simpang lima mati.").first).to_be_visible()
    expect(page.get_by_text("Siti Aminah")).to_have_count(0)


def test_what_waits_at_a_halted_office_can_be_seen_and_is_said_to_wait(
    live_site: LiveSite,
    visitor: Visitor,
    accessible: Callable[[Page], None],
    mojokerto: Office,
    cast: Cast,
) -> None:
    _number, slug = answered(cast, mojokerto)
    Office.objects.filter(pk=mojokerto.pk).update(status=Office.Status.SUSPENDED)
    page = visitor(size=PHONE)
    seated(cast.desk(mojokerto.government, "admin"), page, live_site)
    for path in ("/meja/", case_path(mojokerto, slug)):
        page.goto(live_site.url("mojokerto", path))
        accessible(page)
        expect(page.get_by_text("dihentikan sementara").first).to_be_visible()


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
