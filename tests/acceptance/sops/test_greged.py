"""Kecamatan Greged (SIGAP): complaints, rows 1 to 8."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from central.offices.models import Office
from tests.acceptance.cast import Player
from tests.acceptance.portal_steps import picture
from tests.acceptance.sops.driver import Case, Way, seen, walk, wib

Report = Callable[..., Case]
At = Callable[..., datetime]
Staff = dict[str, Player]

ANSWER = "Lampu di tikungan sudah diganti pada 5 Februari dan menyala kembali."
WAY: Way = (
    ("clerk", "verify_complete", {}),
    (
        "clerk",
        "propose_disposition",
        {
            "category": "street_light",
            "case_class": "routine",
            "unit": "pemberdayaan",
            "correction": "Yang dilaporkan lampu jalan.",
        },
    ),
    (
        "head",
        "assign",
        {"unit": "pemberdayaan", "urgency": "ordinary", "instruction": "Periksa lampu itu dan laporkan."},
    ),
    ("unit", "submit_report", {"findings": "Lampu putus.", "recommendation": "Ganti lampunya."}),
    ("secretary", "approve", {}),
    ("clerk", "upload_answer", {"answer": ANSWER}),
)


@pytest.fixture
def staff(greged: Office, as_member: Callable[..., Player]) -> Staff:
    return {
        "clerk": as_member(greged, "complaint_clerk"),
        "secretary": as_member(greged, "district_secretary"),
        "head": as_member(greged, "district_head"),
        "unit": as_member(greged, "unit_officer", "pemberdayaan"),
        "other unit": as_member(greged, "unit_officer", "trantib"),
    }


@pytest.fixture
def case(greged: Office, staff: Staff, monday: datetime, reported: Report) -> Case:
    """A complaint of Monday, 10:00."""
    return reported(greged)


def test_row_1_the_system_receives_it_at_once_numbers_it_and_tells_the_clerk(
    greged: Office, monday: datetime, reported: Report, staff: Staff
) -> None:
    case, next_one = reported(greged), reported(greged)
    assert (case.number, next_one.number) == ("0001/SIGAP/II/2025", "0002/SIGAP/II/2025")
    assert case.row().received_at == monday
    assert case.told(staff["clerk"].user.email) == [f"Tugas baru: {case.number}, Verifikasi kelengkapan"]
    assert case.told(staff["secretary"].user.email) == []
    assert case.told("siti.aminah@example.org") == [f"Laporan Anda kami terima: {case.number}"]
    assert case.waits_for(staff["clerk"])
    assert not case.waits_for(staff["secretary"])
    assert f"Laporan diterima dengan nomor {case.number}." in case.tracked()


def test_row_2_the_clerk_verifies_within_one_working_day(case: Case, staff: Staff, at: At) -> None:
    assert case.due("verification") == wib("2025-02-04 10:00")
    limit = "Verifikasi dan klasifikasi 1 hari kerja, sampai 4 Februari 2025 pukul 10.00 WIB sisa 24 jam"
    assert limit in case.page(staff["clerk"])
    case.refuses(staff["secretary"], "verify_complete")
    at("2025-02-03 11:00")
    case.does(staff["clerk"], "verify_complete", note="Lengkap, ada alamatnya.")
    assert "Laporan diverifikasi dan dinyatakan lengkap." in case.tracked()
    assert "verification" in case.running(), "row 2b is within the same day"


def test_row_2a_the_clerk_asks_and_the_reporter_completes(case: Case, staff: Staff, at: At) -> None:
    case.refuses(staff["secretary"], "ask_reporter")
    question = "Di sebelah mana tiang lampu yang mati itu?"
    at("2025-02-03 15:00")
    case.does(staff["clerk"], "ask_reporter", question=question)
    assert case.running() == {"whole_process"}, "no limit for the reporter, and the clerk's stands still"
    assert case.work().due_at is None
    assert case.told("siti.aminah@example.org")[-1] == f"Kami perlu keterangan Anda: {case.number}"
    assert question in case.tracked()
    assert "menunggu jawaban pelapor" in case.tracked()
    at("2025-02-05 10:00")
    after = case.answers("reply", reply="Di depan balai desa.", files=picture("tiang.jpg"))
    assert "Jawaban Anda sudah kami terima." in after
    assert case.told(staff["clerk"].user.email)[-1] == f"Pelapor menanggapi: {case.number}"
    thread = case.page(staff["clerk"])
    for words in (question, "Di depan balai desa.", "tiang.jpg", "Tahap: Verifikasi kelengkapan"):
        assert words in thread
    assert case.due("verification") == wib("2025-02-05 13:30"), (
        "an hour of Monday, 2 1/2 of Tuesday were left"
    )
    case.does(staff["clerk"], "verify_complete")


def test_row_2a_a_reporter_with_a_telephone_only_is_called(
    greged: Office, monday: datetime, reported: Report, staff: Staff
) -> None:
    case, clerk = reported(greged, email=""), staff["clerk"]
    case.does(clerk, "ask_reporter", question="Di sebelah mana tiang lampu yang mati itu?")
    task = case.calls()[-1]
    assert "Di sebelah mana tiang lampu" in task.message.body
    assert case.number in seen(clerk, "/kantor/telepon/")
    path = f"/kantor/telepon/{task.pk}/"
    assert "0812-3456-7890" in seen(clerk, path)
    form = seen(clerk, path).form("outcome")
    form.fill("outcome", "reached")
    assert clerk.post(path, form.data()).status_code == 302
    assert case.calls()[-1].done_at is not None
    case.refuses(staff["head"], "record_reply")
    case.does(clerk, "record_reply", reply="Kata pelapor: di depan balai desa.")
    assert "main/verify_complete" in case.offered(clerk)
    assert "Kata pelapor: di depan balai desa." in case.tracked()


def test_row_2b_the_clerk_classifies_and_proposes_within_the_same_day(
    case: Case, staff: Staff, at: At
) -> None:
    walk(case, staff, WAY, "propose_disposition")
    assert case.due("verification") == wib("2025-02-04 10:00")
    case.refuses(staff["head"], "propose_disposition")
    at("2025-02-03 14:00")
    case.does(
        staff["clerk"],
        "propose_disposition",
        category="flood",
        case_class="urgent",
        unit="trantib",
        note="Mohon segera, Bapak.",
        correction="Yang dilaporkan banjir, bukan lampu.",
    )
    row = case.row()
    assert (row.category, row.case_class) == ("flood", "urgent")
    assert row.unit is not None
    assert row.unit.code == "trantib"
    assert case.met("verification")
    for who in ("head", "secretary"):
        assert case.told(staff[who].user.email) == [f"Tugas baru: {case.number}, Disposisi"]
        assert case.waits_for(staff[who])
    assert "Mohon segera, Bapak." in case.page(staff["head"])
    assert "Laporan diklasifikasi." in case.tracked()


@pytest.mark.parametrize("who", ["head", "secretary"])
def test_row_3_the_head_or_the_secretary_assigns_within_24_hours(
    case: Case, staff: Staff, at: At, who: str
) -> None:
    walk(case, staff, WAY, "propose_disposition")
    at("2025-02-03 15:00")
    walk(case, staff, WAY[1:], "assign")
    assert case.due("disposition") == wib("2025-02-04 15:00"), "from the proposal, by day and night"
    assert "Disposisi 24 jam, sampai 4 Februari 2025 pukul 15.00 WIB" in case.page(staff[who])
    case.refuses(staff["clerk"], "assign")
    at("2025-02-04 08:00")
    case.does(
        staff[who],
        "assign",
        unit="pemberdayaan",
        member=staff["unit"],
        urgency="urgent",
        instruction="Periksa lampu itu dan laporkan besok.",
    )
    assert case.met("disposition")
    assert "Laporan diteruskan kepada petugas yang bertanggung jawab." in case.tracked()
    assert case.told(staff["unit"].user.email) == [
        f"Tugas baru: {case.number}, Penelusuran dan Tanggapan awal kepada pelapor"
    ], "one disposition is one letter"
    for limit in (
        "Penelusuran: tanpa batas sendiri, seluruh penanganan paling lambat",
        "Tanggapan awal kepada pelapor: paling lambat Jumat, 7 Februari",
    ):
        assert limit in case.mail(staff["unit"].user.email)
    sheet = case.sheet(staff[who], "disposition_sheet")
    for words in (
        "Lembar Disposisi",
        case.number,
        "Periksa lampu itu dan laporkan besok.",
        "Seksi Pemberdayaan Masyarakat dan Desa",
        staff[who].user.name,
        "Menurut SOP SIGAP",
    ):
        assert words in sheet


def test_row_3_a_mistaken_disposition_is_taken_back(case: Case, staff: Staff, at: At) -> None:
    walk(case, staff, WAY, "assign")
    at("2025-02-03 11:00")
    wrong = {"unit": "trantib", "urgency": "ordinary", "instruction": "Periksa.", "correction": "Keliru."}
    case.does(staff["secretary"], "assign", **wrong)
    case.does(staff["secretary"], "take_back", reason="Salah unit.")
    assert case.due("disposition") == wib("2025-02-04 10:00"), "as if it had not been assigned"
    assert "first_response" not in case.running()
    assert "main/assign" in case.offered(staff["secretary"])


def test_row_4_the_unit_gives_a_first_response_within_three_working_days_beside_row_5(
    case: Case, staff: Staff, at: At
) -> None:
    walk(case, staff, WAY, "submit_report")
    assert case.due("first_response") == wib("2025-02-06 10:00")
    assert "Tanggapan awal 3 hari kerja, sampai 6 Februari 2025 pukul 10.00 WIB" in case.page(staff["unit"])
    case.refuses(staff["other unit"], "first_response/give_first_response")
    case.refuses(staff["clerk"], "first_response/give_first_response")
    at("2025-02-04 09:00")
    response = "Petugas kami memeriksa tiang lampunya hari ini."
    case.does(staff["unit"], "first_response/give_first_response", response=response)
    assert case.met("first_response")
    assert case.told("siti.aminah@example.org")[-1] == f"Tanggapan awal atas laporan {case.number}"
    assert response in case.tracked()
    assert case.row().stage == "investigation", "a clock beside row 5, not a stage"


def test_row_5_the_unit_investigates_without_a_limit_and_writes_a_report(case: Case, staff: Staff) -> None:
    walk(case, staff, WAY, "submit_report")
    assert case.has_no_limit()
    assert case.running() == {"whole_process", "first_response"}
    assert "Penelusuran Seksi Pemberdayaan Masyarakat dan Desa" in case.page(staff["unit"])
    assert "tanpa batas waktu" in case.page(staff["unit"])
    case.refuses(staff["other unit"], "submit_report")
    case.refuses(staff["secretary"], "submit_report")
    case.does(
        staff["unit"],
        "submit_report",
        findings="Kabel lampu putus digigit tikus.",
        recommendation="Ganti kabel dan lampunya.",
        files=picture("kabel.jpg"),
    )
    report = case.sheet(staff["secretary"], "investigation_report")
    for words in ("Kabel lampu putus", "Ganti kabel dan lampunya.", "kabel.jpg", staff["unit"].user.name):
        assert words in report
    assert "Kabel lampu putus" not in case.tracked(), "a report is the office's own"


def test_row_6_the_secretary_approves_the_report_or_returns_it(case: Case, staff: Staff) -> None:
    walk(case, staff, WAY, "approve")
    assert case.has_no_limit()
    assert "Lampu putus." in case.step_page(staff["secretary"], "approve"), "what is approved is shown"
    assert case.told(staff["secretary"].user.email)[-1].endswith("Penelaahan laporan hasil")
    case.refuses(staff["head"], "approve")
    case.refuses(staff["unit"], "return_report")
    case.does(staff["secretary"], "return_report", reason="Lampirkan foto sesudah perbaikan.")
    assert "Lampirkan foto sesudah perbaikan." in case.page(staff["unit"])
    walk(case, staff, WAY[3:], "approve")
    case.does(staff["secretary"], "approve", note="Setuju.")
    assert case.waits_for(staff["clerk"])


def test_row_7_the_clerk_uploads_the_answer_within_14_working_days_and_it_is_selesai(
    case: Case, staff: Staff, at: At
) -> None:
    assert "Janji kami: paling lambat 21 Februari 2025 pukul 10.00 WIB" in case.tracked()
    walk(case, staff, WAY, "upload_answer")
    assert case.due("whole_process") == case.row().promised_due_at == wib("2025-02-21 10:00")
    assert case.work().due_at == wib("2025-02-21 10:00")
    case.refuses(staff["secretary"], "upload_answer")
    at("2025-02-20 09:00")
    case.does(staff["clerk"], "upload_answer", answer=ANSWER, files=picture("lampu-baru.jpg"))
    assert case.met("whole_process")
    assert case.running() == set()
    assert case.told("siti.aminah@example.org")[-1] == f"Jawaban atas laporan {case.number}"
    story = case.tracked()
    for words in ("selesai", "Jawaban resmi disampaikan. Selesai.", ANSWER, "lampu-baru.jpg"):
        assert words in story
    assert ANSWER in case.sheet(staff["clerk"], "response_letter")
    assert case.offered(staff["unit"]) == {"main/note"}


def test_after_row_7_nothing_is_public_until_the_clerk_has_released_it_masked(
    greged: Office, monday: datetime, reported: Report, staff: Staff
) -> None:
    case = reported(
        greged, description="Lampu mati. Saya Siti Aminah, hubungi 0812-3456-7890 atau rumah Jalan Melati 7."
    )
    walk(case, staff, WAY, "upload_answer")
    case.does(staff["clerk"], "upload_answer", answer=f"Yth. Ibu Siti Aminah, {ANSWER}")
    address = f"/aduan/{case.slug}/"
    assert case.citizen.get(address).status_code == 404
    assert case.has_no_limit("publication")
    case.refuses(staff["secretary"], "publication/release")
    case.does(staff["clerk"], "publication/release")
    public = seen(case.citizen, address)
    assert "Lampu mati." in public
    assert "menyala kembali" in public
    for secret in ("Siti", "Aminah", "3456-7890", "Melati 7"):
        assert secret not in public
    assert address in [href for href, _words in seen(case.citizen, "/aduan/").links]
    assert "Laporan dan jawabannya diterbitkan." in case.tracked()


def test_row_8_the_clerk_monitors_every_complaint_on_the_board(
    greged: Office, reported: Report, staff: Staff, at: At
) -> None:
    at("2025-02-03 10:00")
    late, waiting = reported(greged), reported(greged)
    waiting.does(staff["clerk"], "ask_reporter", question="Di sebelah mana tiang lampunya?")
    at("2025-02-05 10:00")
    soon = reported(greged)
    at("2025-02-05 15:00")
    board = seen(staff["clerk"], "/kantor/pantau/")
    assert "3 aduan terbuka 1 terlambat 1 langkah jatuh tempo dalam 24 jam 1 menunggu pelapor" in board
    assert "Verifikasi kelengkapan 2 1" in board
    shown = [href for href, words in board.links if words in {late.number, soon.number}]
    assert [late.slug in shown[0], soon.slug in shown[-1]] == [True, True]
    assert case_numbers(staff["clerk"]) == {late.number, waiting.number, soon.number}


def case_numbers(clerk: Player) -> set[str]:
    """The numbers in the list of everything that is open."""
    links = seen(clerk, "/kantor/?tab=terbuka").links
    return {words for href, words in links if href.startswith("/kantor/aduan/") and "/SIGAP/" in words}
