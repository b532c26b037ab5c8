"""Kecamatan Jenawi: complaints by website and social media, rows 1 to 5."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from central.offices.models import Office
from tests.acceptance.cast import Player
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.sops.driver import Case, Way, entered, seen, walk, wib

Report = Callable[..., Case]
At = Callable[..., datetime]
Staff = dict[str, Player]

ANSWER = "Mulai 10 Februari loket pelayanan dibuka pukul 07.30 WIB dan ditambah satu petugas."
WAY: Way = (
    ("web", "confirm_receipt", {}),
    (
        "data",
        "classify",
        {"category": "waiting_time", "case_class": "service", "summary": "Antre di loket terlalu lama."},
    ),
    ("ppid", "give_material", {"material": "Loket ditambah.", "source": "Seksi Pelayanan"}),
    ("data", "complete_response", {"response": ANSWER}),
    ("web", "answer", {"good_language": True}),
)


@pytest.fixture
def staff(jenawi: Office, as_member: Callable[..., Player]) -> Staff:
    return {
        "web": as_member(jenawi, "web_admin"),
        "data": as_member(jenawi, "data_officer"),
        "ppid": as_member(jenawi, "information_officer"),
    }


@pytest.fixture
def case(jenawi: Office, staff: Staff, monday: datetime, reported: Report) -> Case:
    """A complaint of Monday, 10:00."""
    return reported(jenawi, category="waiting_time")


def test_row_1_the_reporter_fills_in_the_form_which_promises_five_minutes(
    jenawi: Office, monday: datetime, warga: Callable[[Office], Citizen], staff: Staff
) -> None:
    citizen = warga(jenawi)
    promise = "Mengisi formulir ini memerlukan sekitar 5 menit."
    assert promise in seen(citizen, "/")
    assert promise in seen(citizen, "/lapor/kategori/")
    citizen.fill(until="kerahasiaan")
    assert "Tanpa nama" not in seen(citizen, "/lapor/kerahasiaan/")
    for missing, words in (("name", "Isi nama Anda."), ("address", "Isi alamat Anda.")):
        refused = citizen.fill(**{missing: ""})
        assert refused.status_code == 422
        assert words in text_of(refused)
        assert "siti.aminah@example.org" in refused.content.decode(), "what was typed is kept"
    number, code = citizen.report()
    case = Case(jenawi, citizen, number, code)
    assert case.running() == {"registration"}, "the reporter's five minutes are no clock"
    form = case.sheet(staff["web"], "complaint_form")
    for words in ("Formulir Pengaduan Masyarakat", number, "Siti Aminah", "Jalan Melati 7", "Lampu jalan"):
        assert words in form


def test_row_1_a_message_on_social_media_is_entered_by_the_admin(
    jenawi: Office, at: At, staff: Staff
) -> None:
    at("2025-02-03 10:02")
    case, receipt = entered(
        jenawi,
        staff["web"],
        channel="social_media",
        received_at="2025-02-03T10:00",
        name="Budi Santoso",
        address="Dusun Gondang",
        phone="0857-0000-1111",
        category="waiting_time",
        description="Saya antre dua jam di loket pelayanan.",
    )
    assert case.number in receipt
    assert staff["data"].get("/kantor/masukkan/").status_code == 403
    assert "media sosial, dimasukkan oleh " + staff["web"].user.name in case.page(staff["web"])
    assert case.due("registration") == wib("2025-02-03 10:05"), "from when the message came"
    assert "Budi Santoso" in case.sheet(staff["web"], "complaint_form")
    assert case.code in case.sheet(staff["web"], "receipt")
    assert case.number in case.tracked()


def test_row_2_the_admin_confirms_the_receipt_within_five_working_minutes(
    jenawi: Office, at: At, reported: Report, staff: Staff
) -> None:
    at("2025-02-07 15:58")
    case = reported(jenawi, category="waiting_time")
    assert case.number == "001/ADUAN/II/2025"
    assert case.told(staff["web"].user.email) == [f"Tugas baru: {case.number}, Penerimaan dan register"]
    assert case.due("registration") == wib("2025-02-10 07:33"), "two minutes of Friday, three of Monday"
    assert case.row().promised_due_at == wib("2025-02-10 07:33")
    assert "Penerimaan 5 menit kerja, sampai 10 Februari 2025 pukul 07.33 WIB" in case.page(staff["web"])
    assert "Batas langkah sekarang: paling lambat 10 Februari 2025 pukul 07.33 WIB" in case.tracked()
    case.refuses(staff["data"], "confirm_receipt")
    at("2025-02-07 15:59")
    case.does(staff["web"], "confirm_receipt", note="Masuk lewat situs web.")
    assert case.met("registration")
    assert "Penerimaan laporan dikonfirmasi petugas." in case.tracked()
    archive = case.page(staff["web"])
    for words in (case.number, "Siti Aminah", "Jalan Melati 7", "0812-3456-7890", "Lampu jalan di tikungan"):
        assert words in archive


def test_row_3_the_data_officer_classifies_within_ten_working_minutes(
    case: Case, staff: Staff, at: At
) -> None:
    at("2025-02-03 10:04")
    walk(case, staff, WAY, "classify")
    assert case.due("classification") == wib("2025-02-03 10:14")
    assert "Klasifikasi 10 menit kerja, sampai 3 Februari 2025 pukul 10.14 WIB" in case.page(staff["data"])
    assert case.waits_for(staff["data"])
    case.refuses(staff["web"], "classify")
    summary = "Pelapor antre dua jam di loket pelayanan."
    case.does(
        staff["data"], "classify", category="waiting_time", case_class="Perilaku aparatur", summary=summary
    )
    assert case.met("classification")
    assert case.row().case_class == "conduct"
    assert summary in case.page(staff["ppid"])
    assert summary not in case.tracked()


def test_row_4_the_data_officer_and_ppid_coordinate_within_one_working_day(
    case: Case, staff: Staff, at: At
) -> None:
    walk(case, staff, WAY, "give_material")
    assert case.due("coordination") == wib("2025-02-04 10:00")
    limit = "Koordinasi tindak lanjut 1 hari kerja, sampai 4 Februari 2025 pukul 10.00 WIB"
    assert limit in case.page(staff["ppid"])
    case.refuses(staff["web"], "give_material")
    case.does(
        staff["ppid"], "give_material", material="Petugas loket ditambah.", source="Kepala Seksi Pelayanan"
    )
    assert case.running() == {"coordination"}, "one clock over both of them"
    case.refuses(staff["ppid"], "complete_response")
    case.does(staff["data"], "ask_again", reason="Sejak tanggal berapa?")
    assert "Sejak tanggal berapa?" in case.page(staff["ppid"])
    assert case.due("coordination") == wib("2025-02-04 10:00"), "asking again gives no more time"
    walk(case, staff, WAY[2:], "complete_response")
    at("2025-02-04 09:00")
    case.does(staff["data"], "complete_response", response="Petugas loket ditambah mulai 10 Februari.")
    assert case.met("coordination")
    assert "Petugas loket ditambah" not in case.tracked()


def test_row_5_the_admin_answers_within_ten_working_minutes_in_good_indonesian(
    jenawi: Office, case: Case, staff: Staff
) -> None:
    walk(case, staff, WAY, "answer")
    assert case.due("answering") == wib("2025-02-03 10:10")
    limit = "Penyampaian jawaban 10 menit kerja, sampai 3 Februari 2025 pukul 10.10 WIB"
    assert limit in case.page(staff["web"])
    case.refuses(staff["data"], "answer")
    refused = case.tries(staff["web"], "answer")
    assert refused.status == 422, "good Indonesian is obligatory"
    assert "Jawaban memakai bahasa Indonesia yang baik dan benar" in refused
    assert case.row().closed_at is None
    case.does(staff["web"], "answer", good_language=True)
    assert case.met("answering")
    assert case.running() == set()
    assert case.told("siti.aminah@example.org")[-1] == f"Jawaban atas laporan {case.number}"
    for words in ("selesai", ANSWER):
        assert words in case.tracked()
    assert ANSWER in case.sheet(staff["web"], "response_letter")


def test_row_5_a_reporter_with_a_telephone_only_is_called(
    jenawi: Office, monday: datetime, reported: Report, staff: Staff
) -> None:
    case = reported(jenawi, category="waiting_time", email="")
    walk(case, staff, WAY, "answer")
    case.does(staff["web"], "answer", good_language=True)
    assert ANSWER in case.calls()[-1].message.body
    assert case.number in seen(staff["web"], "/kantor/telepon/")


def test_the_register_book_holds_the_complaint_and_its_answer_and_prints(
    case: Case, staff: Staff, monday: datetime
) -> None:
    walk(case, staff, WAY, "answer")
    case.does(staff["web"], "answer", good_language=True)
    entry = f"1 {case.number} 03-02-2025 Siti Aminah, Jalan Melati 7 situs web"
    for book in ("/kantor/register/?tahun=2025", "/kantor/register/cetak/?tahun=2025&bulan=2"):
        page = seen(staff["web"], book)
        for words in (
            entry,
            "Waktu tunggu layanan",
            "Mulai 10 Februari loket pelayanan",
            "selesai",
        ):
            assert words in page
    assert "000.8.3.3/6" in seen(staff["web"], "/kantor/register/cetak/?tahun=2025"), "under the SOP's number"


def test_after_row_5_the_admin_releases_it_or_does_not(case: Case, staff: Staff) -> None:
    walk(case, staff, WAY, "answer")
    case.does(staff["web"], "answer", good_language=True)
    assert case.has_no_limit("publication")
    case.refuses(staff["ppid"], "publication/release")
    case.does(staff["web"], "publication/withhold", reason="Menyangkut data pribadi.")
    assert case.citizen.get(f"/aduan/{case.slug}/").status_code == 404


def test_what_is_not_ppids_duty_is_referred_to_who_is_in_charge(case: Case, staff: Staff) -> None:
    walk(case, staff, WAY, "give_material")
    case.refuses(staff["data"], "refer")
    case.does(staff["ppid"], "refer", authority="PLN ULP Karanganyar", reason="Jaringan listrik milik PLN.")
    assert "PLN ULP Karanganyar" in case.tracked()
    assert "diarahkan ke pihak lain" in case.tracked()
