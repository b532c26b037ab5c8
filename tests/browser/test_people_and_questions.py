"""In real Chromium: pages on which work is handed over, and the questions of a category, with something on
them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.organization.models import Member
from tenants.organization.queries import actor_for, today
from tenants.organization.services import note_absence
from tenants.procedure.queries import settings_now
from tenants.procedure.services import put_settings
from tests.acceptance.cast import Cast, Player, host_of
from tests.acceptance.citizen import Citizen
from tests.acceptance.coordination_steps import asks
from tests.acceptance.sops.driver import Case, walk
from tests.acceptance.test_answers import ASKED
from tests.browser.conftest import serve
from tests.browser.looking import BOTH, Looker
from tests.browser.site import DESK, LiveSite
from workflows.loading import as_data

SHOTS = os.environ.get("TANGGAP_SHOTS", "")


@pytest.fixture(scope="module")
def site(module_commits: str) -> Iterator[LiveSite]:
    with serve() as site:
        yield site


@pytest.fixture(scope="module")
def office(module_commits: str) -> Office:
    return Office.objects.select_related("government").get(code="dishub-mojokerto")


@pytest.fixture(scope="module")
def staff(office: Office) -> dict[str, Any]:
    """Two complaints lie with the official, and a question waits for them; the operator is away now and next
    month; a category has questions.
    """
    cast = Cast()
    staff = {
        "operator": cast.member(office, "operator"),
        "official": cast.member(office, "responsible_official", "lalu-lintas"),
        "colleague": cast.member(office, "responsible_official", "angkutan"),
        "head": cast.member(office, "agency_head"),
        "admin": cast.admin(office),
    }
    way: Any = (
        ("operator", "verify", {"case_class": "within_duties"}),
        ("operator", "forward", {"member": staff["official"]}),
        ("", "", {}),
    )
    for _ in range(2):
        citizen = Citizen(host_of(office))
        walk(Case(office, citizen, *citizen.report()), staff, way, "")
    answering: Any = (
        *way[:2],
        ("official", "report_study", {"assessment": "Lampu putus, perlu diganti."}),
        ("", "", {}),
    )
    citizen = Citizen(host_of(office))
    case = Case(office, citizen, *citizen.report())
    walk(case, staff, answering, "")
    asks(case, staff["head"], f"member:{staff['official'].member_id}")
    with inside(office):
        admin = actor_for(staff["admin"].user.pk)
        assert admin is not None
        away = Member.objects.get(pk=staff["operator"].member_id)
        substitute = Member.objects.get(pk=staff["colleague"].member_id)
        for first, last, who in ((0, 2, substitute), (30, 34, None)):
            days = [today() + timedelta(days=days) for days in (first, last)]
            absence = note_absence(away, actor=admin, starts_on=days[0], ends_on=days[1], substitute=who)
        document = as_data(settings_now())
        document["categories"][0]["questions"] = ASKED
        put_settings(document, actor=admin)
    return {**staff, "absence": absence}


@pytest.fixture
def looker(browser: Chromium) -> Iterator[Looker]:
    context = browser.new_context(viewport=DESK, locale="id-ID", reduced_motion="reduce")  # type: ignore[arg-type]  # a plain dict
    context.set_default_timeout(15_000)
    yield Looker(context, pictures=Path(SHOTS) if SHOTS else None)
    context.close()


def take_seat(looker: Looker, player: Player) -> None:
    player.sign_in()
    looker.context.add_cookies(
        [
            {"name": name, "value": morsel.value, "domain": player.host, "path": "/"}
            for name, morsel in player.client.cookies.items()
        ]
    )


def test_an_admin_sees_whose_work_goes_where_and_hands_it_over(
    looker: Looker, site: LiveSite, office: Office, staff: dict[str, Any]
) -> None:
    take_seat(looker, staff["admin"])
    page, wrong = looker.page, []
    official = staff["official"].member_id
    with looker.listening() as found:
        for name, path in (
            ("overview", "/kantor/atur/pekerjaan/"),
            ("leave", f"/kantor/atur/anggota/{official}/keluar/"),
            ("absence", f"/kantor/atur/anggota/{official}/absen/"),
            ("absences", f"/kantor/atur/anggota/{staff['operator'].member_id}/absen/"),
            ("absence-changed", f"/kantor/atur/absen/{staff['absence'].pk}/"),
            ("member-away", f"/kantor/atur/anggota/{staff['operator'].member_id}/"),
            ("handover", f"/kantor/atur/anggota/{official}/pekerjaan/"),
        ):
            page.goto(f"http://{host_of(office)}:{site.port}{path}")
            wrong += looker.wrong(f"people-{name}", sizes=BOTH)
        page.get_by_label("Serahkan kepada").select_option(str(staff["colleague"].member_id))
        page.get_by_role("button", name="Lihat akibatnya").click()
        expect(page.get_by_role("table")).to_contain_text(staff["colleague"].user.name)
        wrong += looker.wrong("people-handover-looked", sizes=BOTH)
        page.get_by_role("button", name=f"Alihkan kepada {staff['colleague'].user.name}").click()
        expect(page.get_by_text("2 aduan dialihkan.")).to_be_visible()
        expect(page.get_by_text("1 pertanyaan koordinasi tidak lagi menunggu jawabannya.")).to_be_visible()
    assert [*wrong, *found] == []


def test_a_citizen_answers_what_the_category_asks(
    looker: Looker, site: LiveSite, office: Office, staff: dict[str, Player]
) -> None:
    page, wrong = looker.page, []
    with looker.listening() as found:
        page.goto(f"http://{host_of(office)}:{site.port}/lapor/")
        page.locator("label[for=id_category_0]").click()
        page.get_by_role("button", name="Lanjutkan").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Beberapa pertanyaan tentang laporan Anda")
        wrong += looker.wrong("questions", sizes=BOTH)
        page.get_by_role("button", name="Lanjutkan").click()
        expect(page.get_by_text("Jawab pertanyaan ini.").first).to_be_visible()
        wrong += looker.wrong("questions-refused", sizes=BOTH)
        page.get_by_label("Nomor tiang lampu").fill("17")
        page.get_by_text("ya", exact=True).click()
        page.get_by_role("button", name="Lanjutkan").click()
        expect(page.get_by_label("Apa yang terjadi?")).to_be_visible()
    assert [*wrong, *found] == []
