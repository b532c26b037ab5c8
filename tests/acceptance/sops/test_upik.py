"""Kota Yogyakarta (UPIK): an agency and its field officers, rows 1 to 5.

What follows a reject (in row 2) is tested with the handovers; where a rejected complaint waits until then is
tested here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest

from central.coordination.models import Handover, IntakeRule
from central.offices.models import Office
from tests.acceptance.cast import Player, host_of, neighbour_of
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.portal_steps import picture
from tests.acceptance.sops.driver import Case, Way, entered, seen, walk, wib
from tests.acceptance.test_no_wrong_door import report

Report = Callable[..., Case]
At = Callable[..., datetime]
Staff = dict[str, Player]

DONE = "Lubang di jalan sudah ditambal dengan aspal panas."
WAY: Way = (
    ("admin", "accept", {"unit": "jalan"}),
    ("officer", "take_over", {}),
    ("officer", "report_work", {"report": DONE}),
    ("officer", "finish", {}),
)


@pytest.fixture
def staff(upik: Office, as_member: Callable[..., Player], as_desk: Callable[..., Player]) -> Staff:
    return {
        "admin": as_member(upik, "agency_admin"),
        "officer": as_member(upik, "field_officer", "jalan"),
        "other officer": as_member(upik, "field_officer", "drainase"),
        "central admin": as_desk(upik.government, "central_admin"),
    }


@pytest.fixture
def case(upik: Office, staff: Staff, monday: datetime, reported: Report) -> Case:
    """A complaint of Monday, 10:00."""
    return reported(upik, category="pothole")


def test_row_1_the_reporter_chooses_the_category_and_sends_it(
    upik: Office, monday: datetime, warga: Callable[[Office], Citizen], staff: Staff
) -> None:
    citizen = warga(upik)
    assert "Jalan berlubang" in seen(citizen, "/lapor/kategori/")
    for missing, words in (("place", "Tulis tempat kejadian."), ("phone", "telepon")):
        refused = citizen.fill(**{missing: ""})
        assert refused.status_code == 422
        assert words in text_of(refused)
    number, code = citizen.report(category="pothole")
    case = Case(upik, citizen, number, code)
    assert number == "DPUPKP-JOGJA-2025-00001"
    assert case.told(staff["admin"].user.email) == [f"Tugas baru: {number}, Verifikasi"]
    assert case.running() == {"verification"}, "sending it has no limit"
    assert case.waits_for(staff["admin"])
    assert "Jalan dan trotoar › Jalan berlubang" in case.page(staff["admin"])


def test_row_1_the_category_decides_the_agency(
    upik: Office, monday: datetime, warga: Callable[[Office], Citizen], staff: Staff
) -> None:
    other = neighbour_of(upik, "triharjo")
    choice = partial(IntakeRule.objects.create, government=upik.government, group="Kota Yogyakarta")
    road = choice(position=1, name="Jalan berlubang", office=upik, category="pothole")
    letter = choice(position=2, name="Surat tidak dijawab", office=other, category="not_answered")
    citizen = Citizen(host_of(upik.government))
    assert "Jalan berlubang" in seen(citizen, "/lapor/"), "nobody asks for the agency"
    number, code = report(citizen, road.pk)
    case = Case(upik, warga(upik), number, code)
    assert number == "DPUPKP-JOGJA-2025-00001"
    assert case.told(staff["admin"].user.email) == [f"Tugas baru: {number}, Verifikasi"]
    assert case.running() == {"verification"}
    assert "Jalan dan trotoar › Jalan berlubang" in case.page(staff["admin"])
    assert "diterima" in case.tracked()
    elsewhere, _code = report(Citizen(host_of(upik.government)), letter.pk)
    assert elsewhere == "001/PPID/II/2025"
    assert Handover.objects.count() == 0, "no desk had to sort them"


def test_row_1_the_agency_admin_enters_what_was_told_by_telephone(
    upik: Office, monday: datetime, staff: Staff
) -> None:
    told = {"channel": "phone", "name": "Budi", "place": "Jalan Kaliurang", "category": "pothole"}
    case, receipt = entered(upik, staff["admin"], description="Jalan berlubang dalam sekali.", **told)
    assert case.number in receipt
    assert staff["officer"].get("/kantor/masukkan/").status_code == 403


def test_row_2_the_agency_admin_accepts_within_2_hours_by_day_and_night(
    upik: Office, at: At, reported: Report, staff: Staff
) -> None:
    at("2025-02-08 22:00")
    case = reported(upik, category="pothole")
    assert case.due("verification") == case.row().promised_due_at == wib("2025-02-09 00:00")
    assert "Verifikasi 2 jam, sampai 9 Februari 2025 pukul 00.00 WIB" in case.page(staff["admin"])
    assert "Batas langkah sekarang: paling lambat 9 Februari 2025 pukul 00.00 WIB" in case.tracked()
    case.refuses(staff["officer"], "accept")
    case.shuts_out(staff["central admin"], "accept")
    at("2025-02-08 23:00")
    case.does(staff["admin"], "accept", unit="Tim Jalan", instruction="Mohon ditambal.")
    assert case.met("verification")
    assert case.told(staff["officer"].user.email) == [f"Tugas baru: {case.number}, Pengambilalihan"]
    assert case.told(staff["other officer"].user.email) == []
    assert "Mohon ditambal." in case.page(staff["officer"])
    assert "Laporan diteruskan kepada petugas yang bertanggung jawab." in case.tracked()


def test_row_2_a_rejected_case_waits_in_the_citys_queue_and_may_come_back(
    case: Case, staff: Staff, at: At
) -> None:
    admin, centre = staff["admin"], staff["central admin"]
    at("2025-02-03 10:30")
    assert "Tolak dan teruskan ke Admin Pusat" in case.page(admin)
    case.refuses(staff["officer"], "hand_up")
    reason = "Jalan ini tanggung jawab provinsi."
    case.does(admin, "hand_up", reason=reason)
    assert case.running() == set(), "the agency's two hours stand still"
    assert "berhenti: di meja pusat" in case.page(admin)
    for words in ("Laporan Anda ada di meja pusat pemerintah daerah.", reason):
        assert words in case.tracked()
    assert case.waits_for(centre)
    for words in (case.number, case.office.name, reason):
        assert words in seen(centre, "/meja/?jenis=diserahkan")
    assert case.offered(centre) == {"main/send_back", "main/refer", "main/close_by_desk", "main/note"}
    case.refuses(staff["officer"], "take_back_hand_up")
    at("2025-02-03 12:00")
    case.does(admin, "take_back_hand_up", reason="Ternyata jalan kota.")
    assert case.due("verification") == wib("2025-02-03 13:30"), "an hour and a half were left"
    case.shuts_out(centre, "note")
    case.does(admin, "accept")


def test_row_3_a_field_officer_takes_it_over_within_2_hours(case: Case, staff: Staff, at: At) -> None:
    at("2025-02-03 15:00")
    walk(case, staff, WAY, "take_over")
    assert case.due("takeover") == wib("2025-02-03 17:00"), "after hours too"
    assert "Pengambilalihan 2 jam, sampai 3 Februari 2025 pukul 17.00 WIB" in case.page(staff["officer"])
    assert case.waits_for(staff["officer"])
    case.refuses(staff["other officer"], "take_over")
    case.refuses(staff["admin"], "take_over")
    at("2025-02-03 16:30")
    case.does(staff["officer"], "take_over")
    assert case.met("takeover")
    assert case.work().member_id == staff["officer"].member_id, "it is this person's now"
    assert "Petugas mengambil alih laporan." in case.tracked()


def test_row_4_the_field_officer_works_on_it_within_24_hours(case: Case, staff: Staff, at: At) -> None:
    walk(case, staff, WAY, "take_over")
    at("2025-02-07 15:00")
    walk(case, staff, WAY[1:], "report_work")
    assert case.due("work") == wib("2025-02-08 15:00"), "on a Saturday"
    assert "Pengerjaan 24 jam, sampai 8 Februari 2025 pukul 15.00 WIB" in case.page(staff["officer"])
    case.refuses(staff["other officer"], "report_work")
    at("2025-02-08 14:00")
    case.does(
        staff["officer"],
        "report_work",
        report=DONE,
        before=picture("sebelum.jpg", "black"),
        after=picture("sesudah.jpg", "white"),
        third_party="CV Aspal Jaya",
    )
    assert case.met("work")
    for words in ("CV Aspal Jaya", "sebelum.jpg", "sesudah.jpg"):
        assert words in case.page(staff["admin"])
    assert "Pekerjaan di lapangan telah dilakukan." in case.tracked()
    assert "sesudah.jpg" in case.tracked()
    for words in ("sebelum.jpg", "CV Aspal Jaya"):
        assert words not in case.tracked(), "that is the office's own"


def test_row_5_the_field_officer_finishes_without_a_limit_and_it_is_selesai(case: Case, staff: Staff) -> None:
    walk(case, staff, WAY, "finish")
    assert case.has_no_limit()
    assert case.running() == set()
    case.refuses(staff["other officer"], "finish")
    case.refuses(staff["admin"], "finish")
    case.does(staff["officer"], "finish")  # the form holds the report's words already
    assert case.told("siti.aminah@example.org")[-1] == f"Laporan {case.number} selesai dikerjakan"
    for words in ("selesai", "Penanganan selesai.", DONE):
        assert words in case.tracked()


def test_row_5_a_reporter_with_a_telephone_only_is_called(
    upik: Office, staff: Staff, monday: datetime, reported: Report
) -> None:
    case = reported(upik, category="pothole", email="")
    walk(case, staff, WAY, "finish")
    case.does(staff["officer"], "finish")
    assert DONE in case.calls()[-1].message.body
    assert case.number in seen(staff["officer"], "/kantor/telepon/")


def test_after_row_5_a_field_officer_releases_it_with_the_pictures_chosen(case: Case, staff: Staff) -> None:
    walk(case, staff, WAY, "report_work")
    photos = {"before": picture("sebelum.jpg", "black"), "after": picture("sesudah.jpg", "white")}
    case.does(staff["officer"], "report_work", report=DONE, **photos)
    case.does(staff["officer"], "finish")
    assert case.has_no_limit("publication")
    case.refuses(staff["admin"], "publication/release")
    case.does(staff["officer"], "publication/release", foto=["Terbitkan sesudah.jpg (dari jawaban instansi)"])
    public = seen(case.citizen, f"/aduan/{case.slug}/")
    assert DONE in public
    assert public.response.content.count(b"/foto/") == 1
    assert "Siti" not in public
