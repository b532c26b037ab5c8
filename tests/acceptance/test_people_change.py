"""Somebody is rotated, leaves, or is away: their open work goes to others, looked at before it is done."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from central.coordination.services import claim_due_alarms
from central.coordination.tasks import ring
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.chain import verify_chain
from tenants.complaints.models import Event
from tenants.organization.models import Absence, Holding, Member
from tests.acceptance.cast import Player
from tests.acceptance.citizen import text_of
from tests.acceptance.sops.driver import Case, seen, walk
from tests.acceptance.sops.page import Page

At = Callable[..., datetime]

OVERVIEW = "/kantor/atur/pekerjaan/"
ABSENCES = "/kantor/atur/absen/"


@pytest.fixture
def monday(at: At) -> datetime:
    return at("2025-02-03 10:00")


@pytest.fixture
def staff(mojokerto: Office, as_member: Callable[..., Player], as_admin: Callable[..., Player]) -> Any:
    return {
        "operator": as_member(mojokerto, "operator"),
        "official": as_member(mojokerto, "responsible_official", "lalu-lintas"),
        "colleague": as_member(mojokerto, "responsible_official", "angkutan"),
        "head": as_member(mojokerto, "agency_head"),
        "admin": as_admin(mojokerto),
    }


@pytest.fixture
def given(
    mojokerto: Office, monday: datetime, staff: dict[str, Player], warga: Callable[..., Any]
) -> list[Case]:
    """Three complaints; two lie with the official, one with the colleague."""
    found = []
    for who in ("official", "official", "colleague"):
        citizen = warga(mojokerto)
        case = Case(mojokerto, citizen, *citizen.report())
        walk(case, staff, way_to(staff[who]), "")
        assert case.work().member_id == staff[who].member_id
        found.append(case)
    return found


def way_to(official: Player) -> Any:
    """The steps by which a complaint comes to lie with an official alone."""
    return (
        ("operator", "verify", {"case_class": "within_duties"}),
        ("operator", "forward", {"member": official}),
        ("", "", {}),
    )


def absences(office: Office, player: Player) -> list[Absence]:
    """What is noted of a member."""
    with inside(office):
        return list(Absence.objects.filter(member_id=player.member_id).order_by("starts_on"))


def worker(office: Office) -> None:
    """Does what time alone does, as soon as it is due."""
    due = claim_due_alarms(timezone.now())
    ring(office.pk, [(kind, key) for _office, kind, key in due])


def pages(player: Player) -> dict[str, str]:
    """The addresses of one member's pages."""
    here = f"/kantor/atur/anggota/{player.member_id}/"
    return {"work": f"{here}pekerjaan/", "away": f"{here}absen/", "leave": f"{here}keluar/"}


def test_an_admin_looks_at_whose_work_goes_where_and_gives_it_to_a_colleague(
    mojokerto: Office, given: list[Case], staff: dict[str, Player]
) -> None:
    admin, official, colleague = staff["admin"], staff["official"], staff["colleague"]
    overview = seen(admin, OVERVIEW)
    assert re.search(rf"{official.user.name} 2 tugas", overview.text)
    address = pages(official)["work"]
    before = seen(admin, address)
    for case in given[:2]:
        assert case.number in before
    assert given[2].number not in before
    assert before.text.count("semua pemegang peran") >= 2
    looked = seen(admin, f"{address}?kepada={colleague.member_id}")
    assert f"Alihkan kepada {colleague.user.name}" in looked
    assert given[0].work().member_id == official.member_id, "looking changes nothing"
    due, limit = given[0].row().due_at, given[0].work().due_at
    done = admin.post(address, looked.forms[-1].data() | {"kepada": str(colleague.member_id)})
    assert done.status_code == 302, Page(done)
    assert "2 aduan dialihkan." in seen(admin, done["Location"])
    for case in given:
        assert case.work().member_id == colleague.member_id
        assert case.row().member_id == colleague.member_id
    assert (given[0].row().due_at, given[0].work().due_at) == (due, limit), "no limit begins anew"
    assert given[0].waits_for(colleague)
    assert not given[0].waits_for(official)
    assert given[0].told(colleague.user.email)[-1].startswith(f"Tugas baru: {given[0].number}")
    assert "Tugas dialihkan kepada petugas lain" in given[0].page(colleague)
    assert admin.user.name in given[0].page(colleague)
    with inside(mojokerto):
        assert verify_chain(given[0].row()).intact
        event = Event.objects.get(complaint__number=given[0].number, action="hand_over_work")
        assert (event.data["member"], event.data["heir"]) == (official.member_id, colleague.member_id)
    given[0].does(colleague, "report_study", assessment="Lampu putus, perlu diganti.")


def test_what_the_heir_has_no_role_for_goes_back_to_whoever_has(
    given: list[Case], staff: dict[str, Player]
) -> None:
    admin, official, head = staff["admin"], staff["official"], staff["head"]
    address = pages(official)["work"]
    looked = seen(admin, f"{address}?kepada={head.member_id}")
    assert looked.text.count("semua pemegang peran") >= 2
    done = admin.post(address, {"kepada": str(head.member_id)})
    assert "2 aduan kembali kepada pemegang peran." in seen(admin, done["Location"])
    assert given[0].work().member_id is None
    assert given[0].waits_for(official), "still one of the role's holders"


def test_work_is_given_by_admins_only_and_to_nobody_who_is_not_there(
    mojokerto: Office, given: list[Case], staff: dict[str, Player], petugas: Player
) -> None:
    admin, official, colleague = staff["admin"], staff["official"], staff["colleague"]
    assert official.get(OVERVIEW).status_code == 403
    for address in pages(official).values():
        assert staff["head"].get(address).status_code == 403
        assert staff["head"].post(address, {}).status_code == 403
    for nobody in (official.member_id, 999_999, "x"):
        refused = admin.post(pages(official)["work"], {"kepada": str(nobody)})
        assert refused.status_code == 422
        assert "Orang itu tidak dapat dipilih. Pilih dari daftar." in text_of(refused)
    assert admin.post(pages(colleague)["leave"], {"kepada": ""}).status_code == 302
    refused = admin.post(pages(official)["work"], {"kepada": str(colleague.member_id)})
    assert refused.status_code == 422
    assert given[0].work().member_id == official.member_id


def test_who_leaves_leaves_no_work_behind(
    mojokerto: Office, given: list[Case], staff: dict[str, Player]
) -> None:
    admin, official, colleague = staff["admin"], staff["official"], staff["colleague"]
    address = pages(official)["leave"]
    page = seen(admin, f"{address}?kepada={colleague.member_id}")
    for words in ("Tugas yang ditinggalkan", given[0].number, f"dialihkan kepada {colleague.user.name}"):
        assert words in page
    assert admin.post(address, page.forms[-1].data()).status_code == 302
    assert given[0].work().member_id == colleague.member_id
    assert admin.post(pages(colleague)["leave"], {}).status_code == 302, "and without an heir"
    for case in given:
        assert case.work().member_id is None
    with inside(mojokerto):
        assert not Member.objects.filter(pk=official.member_id, is_active=True).exists()


def test_who_is_away_gives_the_work_to_a_substitute_who_acts_for_them(
    mojokerto: Office, given: list[Case], staff: dict[str, Player], at: At
) -> None:
    admin, official, head = staff["admin"], staff["official"], staff["head"]
    address = pages(official)["away"]
    days = {"starts_on": "2025-02-04", "ends_on": "2025-02-05", "substitute": str(head.member_id)}
    looked = Page(admin.post(address, {**days, "lihat": "1"}))
    assert "Belum disimpan" in looked.text
    assert looked.status == 200
    assert given[0].number in looked
    assert looked.text.count(head.user.name) >= 3, "each piece would be the substitute's, as Plh."
    with inside(mojokerto):
        assert not Holding.objects.filter(acting_kind="plh").exists(), "looking changes nothing"
    form = looked.form("substitute")
    assert admin.post(address, form.data("simpan") | {"simpan": "1"}).status_code == 302
    overview = seen(admin, OVERVIEW)
    assert f"diganti {head.user.name}" in overview
    worker(mojokerto)
    assert given[0].work().member_id == official.member_id, "until the first day"
    at("2025-02-04 00:01")
    worker(mojokerto)
    assert "tidak hadir sampai" in seen(admin, OVERVIEW)
    assert given[0].work().member_id == head.member_id
    assert given[2].work().member_id == staff["colleague"].member_id, "others keep theirs"
    assert given[0].told(head.user.email)[-1].startswith(f"Tugas baru: {given[0].number}")
    at("2025-02-04 09:00")
    given[0].does(head, "report_study", assessment="Lampu putus, perlu diganti.")
    at("2025-02-06 00:01")
    worker(mojokerto)
    assert given[1].work().member_id is None, "what is left is the role's again"
    at("2025-02-06 08:00")
    assert "tidak hadir sampai" not in seen(admin, OVERVIEW)
    given[1].does(official, "report_study", assessment="Kabel putus.")


def test_nothing_is_given_to_who_is_away_and_nobody_else_is_told(
    mojokerto: Office, given: list[Case], staff: dict[str, Player], warga: Callable[..., Any]
) -> None:
    admin, operator, official = staff["admin"], staff["operator"], staff["official"]
    days = {"starts_on": "2025-02-03", "ends_on": "2025-02-05", "substitute": ""}
    assert admin.post(pages(official)["away"], {**days, "simpan": "1"}).status_code == 302
    worker(mojokerto)
    assert given[0].work().member_id is None, "without a substitute it is the role's"
    citizen = warga(mojokerto)
    case = Case(mojokerto, citizen, *citizen.report())
    case.does(operator, "verify", case_class="within_duties")
    names = case.choices(operator, "forward", "member")
    assert not any(official.user.name in name for name in names)
    assert any(staff["colleague"].user.name in name for name in names)
    form = case.form(operator, f"/kantor/aduan/{case.slug}/tindakan/main/forward/")
    refused = operator.post(form.action, form.data() | {"isi-member": str(official.member_id)})
    assert refused.status_code == 422
    end = f"{ABSENCES}{absences(mojokerto, official)[0].pk}/akhiri/"
    assert end in [form.action for form in seen(admin, pages(official)["away"]).forms]
    assert admin.post(end).status_code == 302
    assert any(official.user.name in name for name in case.choices(operator, "forward", "member"))


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"starts_on": "2025-02-05", "ends_on": "2025-02-04"}, "Hari terakhir lebih awal"),
        ({"starts_on": "2025-01-01", "ends_on": "2025-01-02"}, "Hari terakhir sudah lewat"),
        ({"starts_on": "", "ends_on": "2025-02-04"}, "Tidak hadir mulai"),
        ({"starts_on": "2025-02-03", "ends_on": "2025-02-04", "substitute": "x"}, "tidak dapat dipilih"),
    ],
)
def test_an_absence_that_cannot_be_is_refused_in_words(
    monday: datetime, staff: dict[str, Player], days: dict[str, str], words: str
) -> None:
    address = pages(staff["official"])["away"]
    refused = staff["admin"].post(address, {"substitute": "", "simpan": "1", **days})
    assert refused.status_code == 422
    assert words in text_of(refused)


def test_whoever_is_away_at_that_time_is_no_substitute(monday: datetime, staff: dict[str, Player]) -> None:
    admin, official, colleague = staff["admin"], staff["official"], staff["colleague"]
    days = {"starts_on": "2025-02-04", "ends_on": "2025-02-07", "simpan": "1"}
    assert admin.post(pages(colleague)["away"], {**days, "substitute": ""}).status_code == 302
    mine = {**days, "starts_on": "2025-02-07", "ends_on": "2025-02-10"}
    refused = admin.post(pages(official)["away"], {**mine, "substitute": str(colleague.member_id)})
    assert refused.status_code == 422
    assert "Pengganti harus orang lain yang bertugas pada hari-hari itu." in text_of(refused)


def test_an_absence_that_is_changed_takes_the_old_substitute_back(
    mojokerto: Office, monday: datetime, staff: dict[str, Player]
) -> None:
    admin, official = staff["admin"], staff["official"]
    days = {"starts_on": "2025-02-04", "ends_on": "2025-02-07", "simpan": "1"}
    sent = {**days, "substitute": str(staff["head"].member_id)}
    assert admin.post(pages(official)["away"], sent).status_code == 302
    noted = absences(mojokerto, official)[0]
    page = seen(admin, f"{ABSENCES}{noted.pk}/")
    form = page.form("substitute")
    assert form.data()["starts_on"] == ["2025-02-04"], "as it was noted"
    form.fill("substitute", str(staff["colleague"].member_id))
    assert admin.post(form.action, form.data() | {"simpan": "1"}).status_code == 302
    with inside(mojokerto):
        acting = Holding.objects.filter(acting_kind="plh", member_id=staff["head"].member_id)
        assert not acting.exists()
        assert Holding.objects.filter(acting_kind="plh", member_id=staff["colleague"].member_id).exists()
    assert admin.post(f"{ABSENCES}{noted.pk}/akhiri/").status_code == 302
    with inside(mojokerto):
        assert not Holding.objects.filter(acting_kind="plh").exists()
    assert absences(mojokerto, official) == []
    for gone in (f"{ABSENCES}{noted.pk}/", f"{ABSENCES}{noted.pk}/akhiri/"):
        assert admin.post(gone, sent).status_code == 404


def test_next_months_leave_is_noted_beside_the_one_that_runs(
    mojokerto: Office, given: list[Case], staff: dict[str, Player], at: At, warga: Callable[..., Any]
) -> None:
    admin, official, head, colleague = (staff[who] for who in ("admin", "official", "head", "colleague"))
    address = pages(official)["away"]
    now = {"starts_on": "2025-02-03", "ends_on": "2025-02-05", "substitute": str(head.member_id)}
    later = {"starts_on": "2025-03-03", "ends_on": "2025-03-05", "substitute": str(colleague.member_id)}
    for days in (now, later):
        assert admin.post(address, {**days, "simpan": "1"}).status_code == 302
    for place in (OVERVIEW, address, f"/kantor/atur/anggota/{official.member_id}/"):
        page = seen(admin, place)
        for words in ("5 Februari 2025", "3 Maret 2025", head.user.name, colleague.user.name):
            assert words in page, place
    worker(mojokerto)
    assert given[0].work().member_id == head.member_id
    at("2025-02-20 08:00")
    worker(mojokerto)
    assert given[0].work().member_id is None, "nobody acts between"
    citizen = warga(mojokerto)
    again = Case(mojokerto, citizen, *citizen.report())
    walk(again, staff, way_to(official), "")
    assert again.work().member_id == official.member_id
    at("2025-03-03 00:01")
    worker(mojokerto)
    assert again.work().member_id == colleague.member_id
    assert given[0].work().member_id is None


def test_a_day_is_noted_once_and_what_was_typed_stays(
    mojokerto: Office, monday: datetime, staff: dict[str, Player]
) -> None:
    admin, official = staff["admin"], staff["official"]
    address = pages(official)["away"]
    days = {"starts_on": "2025-02-04", "ends_on": "2025-02-07", "substitute": "", "simpan": "1"}
    assert admin.post(address, days).status_code == 302
    refused = Page(admin.post(address, {**days, "starts_on": "2025-02-07", "ends_on": "2025-02-10"}))
    assert refused.status == 422
    assert "Sudah tercatat tidak hadir 4 Februari 2025 sampai 7 Februari 2025." in refused
    assert refused.form("substitute").data()["ends_on"] == ["2025-02-10"]
    assert len(absences(mojokerto, official)) == 1
    beside = {**days, "starts_on": "2025-02-08", "ends_on": "2025-02-10"}
    assert admin.post(address, beside).status_code == 302
    second = absences(mojokerto, official)[1]
    refused = Page(admin.post(f"{ABSENCES}{second.pk}/", days))
    assert refused.status == 422
    assert "Ubah catatan itu, atau pilih hari lain." in refused


def test_a_holding_that_ends_gives_its_work_back_at_once_or_in_the_night(
    mojokerto: Office, given: list[Case], staff: dict[str, Player], at: At
) -> None:
    admin, official, colleague = staff["admin"], staff["official"], staff["colleague"]
    with inside(mojokerto):
        first, second = (Holding.objects.get(member_id=who.member_id).pk for who in (official, colleague))
    page = seen(admin, f"/kantor/atur/penugasan/{first}/akhiri/")
    assert given[0].number in page, "what goes back is named first"
    end = page.form("ends_on")
    end.fill("ends_on", "2025-02-02")
    assert admin.post(end.action or page.response.request["PATH_INFO"], end.data()).status_code == 302
    assert given[0].work().member_id is None, "at once"
    page = seen(admin, f"/kantor/atur/penugasan/{second}/akhiri/")
    end = page.form("ends_on")
    end.fill("ends_on", "2025-02-03")
    assert admin.post(end.action or page.response.request["PATH_INFO"], end.data()).status_code == 302
    worker(mojokerto)
    assert given[2].work().member_id == colleague.member_id, "today is still theirs"
    at("2025-02-04 00:01")
    worker(mojokerto)
    assert given[2].work().member_id is None
