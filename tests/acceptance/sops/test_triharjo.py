"""Kalurahan Triharjo (PPID): complaints about information service, rows 1 to 9 and 11.

Directing a complaint elsewhere (in row 3) comes later; where it waits until then is tested here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.chain import verify_chain
from tests.acceptance.cast import Player
from tests.acceptance.portal_steps import picture
from tests.acceptance.sops.driver import Case, Way, entered, seen, walk, wib

Report = Callable[..., Case]
At = Callable[..., datetime]
Staff = dict[str, Player]

ANSWER = "Formulir permohonan sudah diganti dan salinan APBKal kami lampirkan."
SPOKEN = {
    "received_at": "2025-01-31T10:00",
    "name": "Budi Santoso",
    "category": "not_answered",
    "description": "Permohonan salinan APBKal saya tidak dijawab.",
}


@pytest.fixture
def staff(triharjo: Office, as_member: Callable[..., Player], as_desk: Callable[..., Player]) -> Staff:
    return {
        "ppid": as_member(triharjo, "information_officer"),
        "intake": as_member(triharjo, "intake_officer"),
        "officer": as_member(triharjo, "assigned_officer", "danarta"),
        "colleague": as_member(triharjo, "assigned_officer", "ulu-ulu"),
        "head": as_member(triharjo, "village_head"),
        "central admin": as_desk(triharjo.government, "central_admin"),
    }


@pytest.fixture
def way(staff: Staff) -> Way:
    return (
        ("ppid", "accept_complete", {}),
        ("ppid", "accept_eligible", {}),
        ("ppid", "categorise", {"case_class": "access", "complexity": "simple"}),
        ("ppid", "appoint", {"member": staff["officer"]}),
        ("officer", "find_cause", {"cause": "unclear_procedure", "findings": "Formulir membingungkan."}),
        ("officer", "give_solution", {"kind": "mend_procedure", "solution": ANSWER}),
        ("ppid", "notify", {"way": "same_channel"}),
    )


@pytest.fixture
def case(triharjo: Office, staff: Staff, monday: datetime, reported: Report) -> Case:
    """A complaint of Monday, 10:00."""
    return reported(triharjo, category="not_answered")


def test_row_1_a_report_from_the_website_is_recorded(case: Case, staff: Staff) -> None:
    assert case.number == "001/PPID/II/2025"
    assert case.told(staff["ppid"].user.email) == [f"Tugas baru: {case.number}, Pemeriksaan kelengkapan"]
    assert case.running() == {"whole_process"}, "row 1 names no limit"
    recorded = case.page(staff["ppid"])
    for words in ("Siti Aminah", "Jalan Melati 7", "0812-3456-7890", "Lampu jalan di tikungan"):
        assert words in recorded


@pytest.mark.parametrize(
    ("channel", "who"),
    [
        ("counter", "ppid"),
        ("phone", "intake"),
        ("letter", "intake"),
        ("box", "ppid"),
        ("social_media", "intake"),
        ("email", "ppid"),
        ("whatsapp", "intake"),
    ],
)
def test_row_1_whatever_the_channel_it_is_recorded_and_counts_from_its_receipt(
    triharjo: Office, monday: datetime, staff: Staff, channel: str, who: str
) -> None:
    case, receipt = entered(
        triharjo, staff[who], channel=channel, address="Dukuh Sanggrahan", phone="0857-0000-1111", **SPOKEN
    )
    assert case.number in receipt
    assert case.code in case.sheet(staff[who], "receipt")
    assert case.row().channel == channel
    assert case.due("whole_process") == wib("2025-02-20 10:00"), "14 working days from Friday"
    assert f"dimasukkan oleh {staff[who].user.name}" in case.page(staff["ppid"])
    assert "Budi Santoso" in case.sheet(staff[who], "complaint_form")
    assert case.waits_for(staff["ppid"])


def test_row_1_nobody_else_records_complaints_for_others(triharjo: Office, staff: Staff) -> None:
    assert staff["officer"].get("/kantor/masukkan/").status_code == 403
    answer = staff["officer"].post("/kantor/masukkan/", {"channel": "counter", **SPOKEN})
    assert answer.status_code == 403
    assert "/kantor/masukkan/" not in [href for href, _words in seen(staff["officer"], "/kantor/").links]
    assert "/kantor/masukkan/" in [href for href, _words in seen(staff["intake"], "/kantor/").links]


def test_row_2_ppid_checks_completeness_without_a_limit(case: Case, staff: Staff) -> None:
    assert case.has_no_limit()
    assert case.waits_for(staff["ppid"])
    case.refuses(staff["intake"], "accept_complete")
    case.does(staff["ppid"], "accept_complete")
    assert "Laporan diverifikasi dan dinyatakan lengkap." in case.tracked()


def test_row_2_where_something_is_missing_ppid_contacts_the_reporter(
    case: Case, staff: Staff, at: At
) -> None:
    case.refuses(staff["officer"], "ask_reporter")
    question = "Tanggal berapa permohonan itu Anda serahkan?"
    case.does(staff["ppid"], "ask_reporter", question=question)
    assert case.running() == {"whole_process"}
    assert case.work().due_at is None
    assert case.told("siti.aminah@example.org")[-1] == f"Kami perlu keterangan Anda: {case.number}"
    assert question in case.tracked()
    at("2025-02-05 10:00")
    case.answers("reply", reply="Tanggal 6 Januari 2025.", files=picture("tanda-terima.jpg"))
    for words in ("Tanggal 6 Januari 2025.", "tanda-terima.jpg"):
        assert words in case.page(staff["ppid"])
    assert case.due("whole_process") == wib("2025-02-21 10:00"), "the whole goes on"
    case.does(staff["ppid"], "accept_complete")


def test_row_3_ppid_checks_eligibility_without_a_limit(case: Case, staff: Staff, way: Way) -> None:
    walk(case, staff, way, "accept_eligible")
    assert case.has_no_limit()
    case.refuses(staff["intake"], "accept_eligible")
    case.does(staff["ppid"], "accept_eligible")
    assert "Laporan layak ditangani instansi ini." in case.tracked()


def test_row_3_a_case_waits_in_the_regencys_queue_and_may_come_back(
    case: Case, staff: Staff, way: Way, at: At
) -> None:
    ppid, admin = staff["ppid"], staff["central admin"]
    walk(case, staff, way, "accept_eligible")
    case.refuses(staff["intake"], "hand_up")
    refused = case.tries(ppid, "hand_up", reason="Menyangkut jalan kabupaten, bukan informasi.")
    assert refused.status == 422, "not without the reporter's consent"
    assert case.row().stage == "eligibility"
    reason = "Menyangkut jalan kabupaten, bukan pelayanan informasi."
    case.does(ppid, "hand_up", reason=reason, consent=True)
    assert case.told("siti.aminah@example.org")[-1] == (
        f"Laporan {case.number} diserahkan ke pemerintah daerah"
    )
    for words in ("Laporan Anda ada di meja pusat pemerintah daerah.", reason):
        assert words in case.tracked()
    assert case.running() == {"whole_process"}, "the total clock goes on"
    assert case.waits_for(admin)
    for words in (case.number, case.office.name, reason):
        assert words in seen(admin, "/meja/?jenis=diserahkan")
    assert case.offered(admin) == {"main/send_back", "main/refer", "main/close_by_desk", "main/note"}
    assert case.offered(ppid) == {"main/take_back_hand_up", "main/note"}
    case.refuses(staff["head"], "take_back_hand_up")
    at("2025-02-04 10:00")
    case.does(ppid, "take_back_hand_up", reason="Pelapor ingin tetap di sini.")
    assert case.due("whole_process") == wib("2025-02-21 10:00")
    case.shuts_out(admin, "note")
    case.does(ppid, "accept_eligible")


def test_row_3_the_reporter_is_directed_to_an_authority_outside(case: Case, staff: Staff, way: Way) -> None:
    walk(case, staff, way, "accept_eligible")
    case.refuses(staff["head"], "refer")
    case.does(
        staff["ppid"],
        "refer",
        authority="Kantor Pertanahan Kulon Progo",
        reason="Sertipikat diurus di kantor pertanahan.",
    )
    for words in ("Kantor Pertanahan Kulon Progo", "diarahkan ke pihak lain"):
        assert words in case.tracked()


def test_row_4_ppid_categorises_without_a_limit(case: Case, staff: Staff, way: Way) -> None:
    walk(case, staff, way, "categorise")
    assert case.has_no_limit()
    case.refuses(staff["officer"], "categorise")
    assert case.choices(staff["ppid"], "categorise", "case_class") == [
        "Akses ditolak atau terlambat",
        "Mutu atau kelengkapan informasi",
        "Prosedur permohonan tidak jelas atau keliru",
        "Lainnya",
    ]
    category = "Mutu atau kelengkapan informasi"
    case.does(staff["ppid"], "categorise", case_class=category, complexity="complex")
    assert case.row().case_class == "quality"
    assert category in case.page(staff["ppid"])
    assert "Laporan diklasifikasi." in case.tracked()


def test_row_5_ppid_appoints_an_officer_without_a_limit(case: Case, staff: Staff, way: Way) -> None:
    walk(case, staff, way, "appoint")
    assert case.has_no_limit()
    case.refuses(staff["head"], "appoint")
    case.does(staff["ppid"], "appoint", member=staff["officer"], instruction="Periksa buku permohonan.")
    assert case.told(staff["officer"].user.email) == [f"Tugas baru: {case.number}, Penelusuran penyebab"]
    assert case.waits_for(staff["officer"])
    assert not case.waits_for(staff["colleague"])
    sheet = case.sheet(staff["ppid"], "disposition_sheet")
    for words in (case.number, "Periksa buku permohonan.", staff["officer"].user.name):
        assert words in sheet


@pytest.mark.parametrize("who", ["ppid", "officer"])
def test_row_6_ppid_or_the_officer_investigates_the_cause_without_a_limit(
    case: Case, staff: Staff, way: Way, who: str
) -> None:
    walk(case, staff, way, "find_cause")
    assert case.has_no_limit()
    case.refuses(staff["colleague"], "find_cause")
    causes = ["Kesalahan administrasi", "Prosedur tidak jelas", "Kendala teknis"]
    assert case.choices(staff[who], "find_cause", "cause") == causes
    case.does(staff[who], "find_cause", cause=causes[0], findings="Surat tercecer di meja depan.")
    for words in (causes[0], "Surat tercecer di meja depan."):
        assert words in case.page(staff["ppid"])
        assert words not in case.tracked()


def test_row_7_the_officer_gives_a_solution_without_a_limit(case: Case, staff: Staff, way: Way) -> None:
    walk(case, staff, way, "give_solution")
    assert case.has_no_limit()
    case.refuses(staff["ppid"], "give_solution")
    case.refuses(staff["colleague"], "give_solution")
    kinds = ["Perbaikan prosedur", "Informasi yang kurang diberikan", "Klarifikasi"]
    assert case.choices(staff["officer"], "give_solution", "kind") == kinds
    case.does(
        staff["officer"], "give_solution", kind=kinds[1], solution=ANSWER, files=picture("formulir.jpg")
    )
    for words in (kinds[1], ANSWER, "formulir.jpg"):
        assert words in case.page(staff["ppid"])
    assert case.waits_for(staff["ppid"])


@pytest.mark.parametrize(
    ("complexity", "days", "due"),
    [("simple", 7, "2025-02-12 10:00"), ("complex", 14, "2025-02-21 10:00")],
)
def test_row_8_ppid_tells_the_reporter_within_7_or_14_working_days_by_complexity(
    case: Case, staff: Staff, way: Way, complexity: str, days: int, due: str
) -> None:
    assert case.due("whole_process") == case.row().promised_due_at == wib("2025-02-21 10:00")
    walk(case, staff, way, "categorise")
    case.does(staff["ppid"], "categorise", case_class="access", complexity=complexity)
    assert case.due("whole_process") == wib(due)
    day = due.split()[0].removeprefix("2025-02-")
    assert f"Seluruh proses {days} hari kerja, sampai {day} Februari 2025 pukul 10.00 WIB" in case.page(
        staff["ppid"]
    )
    assert f"Janji kami: paling lambat {day} Februari 2025 pukul 10.00 WIB" in case.tracked()
    walk(case, staff, way[3:], "notify")
    assert case.work().due_at == wib(due)
    case.refuses(staff["officer"], "notify")
    case.does(staff["ppid"], "notify", way="same_channel")
    assert case.met("whole_process")
    assert case.told("siti.aminah@example.org")[-1] == f"Jawaban atas laporan {case.number}"
    for words in ("selesai", ANSWER):
        assert words in case.tracked()


def test_row_8_who_came_by_telephone_is_told_by_telephone(
    triharjo: Office, monday: datetime, staff: Staff, way: Way
) -> None:
    contact = {"phone": "0857-0000-1111", "email": "budi@example.org"}
    case, _receipt = entered(triharjo, staff["ppid"], channel="phone", **contact, **SPOKEN)
    assert case.calls() == [], "the receipt goes by e-mail"
    walk(case, staff, way, "notify")
    case.does(staff["ppid"], "notify", way="same_channel")
    assert case.told("budi@example.org")[-1] == f"Jawaban atas laporan {case.number}"
    task = case.calls()[-1]
    assert task.message.recipient == "+6285700001111"
    assert ANSWER in task.message.body
    path = f"/kantor/telepon/{task.pk}/"
    assert path in [href for href, _words in seen(staff["ppid"], "/kantor/telepon/").links]
    for words in ("Budi Santoso", "0857-0000-1111", ANSWER):
        assert words in seen(staff["ppid"], path)
    form = seen(staff["ppid"], path).form("outcome")
    form.fill("outcome", "reached")
    form.fill("note", "Pelapor mengerti.")
    assert staff["ppid"].post(path, form.data()).status_code == 302
    assert case.calls()[-1].done_at is not None


def test_row_8_who_came_by_letter_is_answered_by_letter(
    triharjo: Office, monday: datetime, staff: Staff, way: Way
) -> None:
    case, _receipt = entered(
        triharjo, staff["ppid"], channel="letter", address="Dukuh Sanggrahan RT 03", **SPOKEN
    )
    walk(case, staff, way, "notify")
    case.does(staff["ppid"], "notify", way="Surat")
    assert case.calls() == []
    letter = case.sheet(staff["ppid"], "response_letter")
    for words in ("Surat jawaban", case.number, "Budi Santoso", ANSWER, staff["ppid"].user.name):
        assert words in letter


def test_row_9_after_closing_ppid_monitors_the_solution(case: Case, staff: Staff, way: Way, at: At) -> None:
    walk(case, staff, way, "notify")
    case.does(staff["ppid"], "notify", way="same_channel")
    assert case.has_no_limit("monitoring")
    assert case.work("monitoring").remind_at == wib("2025-02-17 10:00"), "in ten working days"
    assert case.running() == set()
    case.refuses(staff["officer"], "monitoring/record_check")
    at("2025-02-12 10:00")
    case.does(staff["ppid"], "monitoring/record_check", note="Tidak ada keluhan baru.")
    case.does(staff["ppid"], "monitoring/record_check", note="Formulir baru dipakai.")
    for words in ("Tidak ada keluhan baru.", "Formulir baru dipakai."):
        assert words in case.page(staff["ppid"])
        assert words not in case.tracked()
    case.refuses(staff["head"], "monitoring/finish_monitoring")
    case.does(
        staff["ppid"],
        "monitoring/finish_monitoring",
        result="Penyelesaian berjalan baik",
        note="Selesai dipantau.",
    )
    assert "monitoring/record_check" not in case.offered(staff["ppid"])


def test_row_11_every_complaint_and_its_handling_is_kept_and_can_be_proved(
    case: Case, staff: Staff, way: Way
) -> None:
    walk(case, staff, way, "notify")
    case.does(staff["ppid"], "notify", way="same_channel")
    history = case.page(staff["head"])
    for words in (
        "Laporan diterima",
        "Nyatakan layak",
        "Tunjuk petugas",
        "Formulir membingungkan.",
        "Perbaikan prosedur",
        "Beri tahu pelapor dan selesaikan",
        staff["officer"].user.name,
    ):
        assert words in history
    assert f"1 {case.number} 03-02-2025 Siti Aminah" in seen(staff["head"], "/kantor/register/?tahun=2025")
    with inside(case.office):
        assert verify_chain(case.row()).intact


def test_after_row_8_ppid_releases_it_masked(case: Case, staff: Staff, way: Way) -> None:
    walk(case, staff, way, "notify")
    case.does(staff["ppid"], "notify", way="same_channel", answer=f"Ibu Siti Aminah, {ANSWER}")
    assert case.has_no_limit("publication")
    case.refuses(staff["officer"], "publication/release")
    case.does(staff["ppid"], "publication/release")
    public = seen(case.citizen, f"/aduan/{case.slug}/")
    assert "salinan APBKal kami lampirkan" in public
    assert "Siti" not in public
