"""Kota Mojokerto: an agency's handling (A) and the city's publication (B)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from pytest_django import Settings

from central.coordination.models import CaseIndex, DeskLook
from central.coordination.tasks import ring
from central.delivery.models import CentralMessage, Outbox
from central.delivery.tasks import send
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Complaint
from tests.acceptance.cast import Player, host_of, neighbour_of
from tests.acceptance.citizen import text_of
from tests.acceptance.desk_steps import send_to
from tests.acceptance.portal_steps import page_of, picture
from tests.acceptance.sms import running
from tests.acceptance.sops.driver import Case, Way, entered, seen, walk, wib

Report = Callable[..., Case]
At = Callable[..., datetime]
Staff = dict[str, Player]

ANSWER = "Lampu lalu lintas di simpang empat diperbaiki Bapak Joko pada 5 Februari."
PUBLIC = "Lampu lalu lintas di simpang empat sudah diperbaiki pada 5 Februari."


@pytest.fixture
def staff(mojokerto: Office, as_member: Callable[..., Player], as_desk: Callable[..., Player]) -> Staff:
    city = mojokerto.government
    return {
        "operator": as_member(mojokerto, "operator"),
        "official": as_member(mojokerto, "responsible_official", "lalu-lintas"),
        "colleague": as_member(mojokerto, "responsible_official", "angkutan"),
        "head": as_member(mojokerto, "agency_head"),
        "central admin": as_desk(city, "central_admin"),
        "editor": as_desk(city, "editor"),
        "coordinator": as_desk(city, "press_coordinator"),
    }


@pytest.fixture
def way(staff: Staff) -> Way:
    return (
        ("operator", "verify", {"case_class": "within_duties"}),
        ("operator", "forward", {"member": staff["official"]}),
        ("official", "report_study", {"assessment": "Lampu putus, perlu diganti."}),
        ("head", "answer_in_writing", {"written_answer": ANSWER}),
        ("operator", "enter_answer", {}),
    )


@pytest.fixture
def case(mojokerto: Office, staff: Staff, monday: datetime, reported: Report) -> Case:
    """A complaint of Monday, 10:00."""
    return reported(mojokerto, category="traffic_light")


@pytest.fixture
def closed(case: Case, staff: Staff, way: Way) -> Case:
    """A complaint that is answered: the publication begins."""
    walk(case, staff, way, "enter_answer")
    case.does(staff["operator"], "enter_answer")
    return case


def desk_mail(player: Player) -> list[str]:
    """Subjects of what was sent to somebody of the desk."""
    rows = CentralMessage.objects.filter(recipient=player.user.email, kind="desk_work").order_by("id")
    return list(rows.values_list("subject", flat=True))


# A. Handling


def test_row_a1_the_operator_receives_and_verifies_within_30_working_minutes(
    mojokerto: Office, at: At, reported: Report, staff: Staff
) -> None:
    at("2025-02-07 15:50")
    case = reported(mojokerto, category="traffic_light")
    assert case.number == "0001/DISHUB-MOJOKERTO/02/2025"
    assert case.told(staff["operator"].user.email) == [f"Tugas baru: {case.number}, Verifikasi"]
    assert case.due("verification") == case.row().promised_due_at == wib("2025-02-10 07:50")
    limit = "Verifikasi 30 menit kerja, sampai 10 Februari 2025 pukul 07.50 WIB"
    assert limit in case.page(staff["operator"])
    assert "Batas langkah sekarang: paling lambat 10 Februari 2025 pukul 07.50 WIB" in case.tracked()
    assert "Langkah sekarang paling lambat Senin, 10 Februari 2025" in case.mail("siti.aminah@example.org")
    assert "Dijanjikan" not in case.page(staff["operator"]), "nobody has promised an answer by then"
    case.refuses(staff["head"], "verify")
    case.shuts_out(staff["central admin"], "verify")
    at("2025-02-07 15:55")
    case.does(staff["operator"], "verify", case_class="Sesuai tupoksi", note="Lampu milik kota.")
    assert case.met("verification")
    assert case.row().case_class == "within_duties"


def test_row_a1_what_came_by_sms_is_entered_by_the_operator(
    mojokerto: Office, monday: datetime, staff: Staff
) -> None:
    sms = {"channel": "sms", "name": "Budi", "phone": "0857-0000-1111", "category": "traffic_light"}
    case, receipt = entered(
        mojokerto, staff["operator"], description="Lampu merah simpang empat mati.", **sms
    )
    assert case.number in receipt
    assert "SMS, dimasukkan oleh" in case.page(staff["operator"])
    assert case.due("verification") == wib("2025-02-03 10:30")
    assert staff["official"].get("/kantor/masukkan/").status_code == 403


def test_row_a1_the_service_may_decline_what_is_unethical_hateful_or_irresponsible(
    case: Case, staff: Staff
) -> None:
    case.refuses(staff["official"], "decline")
    grounds = ["Tidak etis", "Mengandung SARA", "Tidak dapat dipertanggungjawabkan"]
    assert case.choices(staff["operator"], "decline", "ground") == grounds
    reason = "Laporan ini berisi makian dan tidak menyebut kejadian."
    case.does(staff["operator"], "decline", ground=grounds[0], reason=reason)
    assert case.told("siti.aminah@example.org")[-1] == f"Laporan {case.number} tidak dapat ditindaklanjuti"
    for words in ("tidak dapat ditindaklanjuti", reason):
        assert words in case.tracked()
    assert case.running() == set(), "nothing is published of it"


def test_row_a2_within_its_duties_it_is_printed_and_forwarded_within_24_hours(
    case: Case, staff: Staff, way: Way, at: At
) -> None:
    walk(case, staff, way, "forward")
    assert case.due("forwarding") == wib("2025-02-04 10:00"), "from the receipt, by day and night"
    assert "Penerusan 24 jam, sampai 4 Februari 2025 pukul 10.00 WIB" in case.page(staff["operator"])
    case.refuses(staff["official"], "forward")
    at("2025-02-03 11:00")
    case.does(staff["operator"], "forward", member=staff["official"], instruction="Mohon ditelaah.")
    assert case.met("forwarding")
    assert "Lampu jalan di tikungan" in case.sheet(staff["operator"], "complaint_form")
    sheet = case.sheet(staff["official"], "disposition_sheet")
    for words in (case.number, "Mohon ditelaah.", staff["official"].user.name, staff["operator"].user.name):
        assert words in sheet
    assert case.told(staff["official"].user.email) == [f"Tugas baru: {case.number}, Telaah"]
    assert case.told(staff["colleague"].user.email) == []
    assert "Laporan diteruskan kepada petugas yang bertanggung jawab." in case.tracked()


def test_row_a3_a_case_outside_the_duties_waits_in_the_citys_queue_and_may_come_back(
    case: Case, staff: Staff, at: At
) -> None:
    operator, admin = staff["operator"], staff["central admin"]
    at("2025-02-03 10:10")
    case.does(operator, "verify", case_class="Bukan tupoksi")
    assert case.due("misrouted") == wib("2025-02-03 11:00")
    assert "60 menit kerja, sampai 3 Februari 2025 pukul 11.00 WIB" in case.page(operator)
    assert "Laporan sudah diverifikasi petugas." in case.tracked()
    assert "lengkap" not in case.tracked(), "that it is outside the duties does not make it complete"
    case.refuses(staff["head"], "hand_up")
    case.shuts_out(admin, "verify")
    at("2025-02-03 10:20")
    reason = "Lampu ini milik pemerintah provinsi."
    case.does(operator, "hand_up", reason=reason)
    assert case.met("misrouted"), "reporting it is what the limit asks for"
    assert case.told("siti.aminah@example.org")[-1] == (
        f"Laporan {case.number} diserahkan ke pemerintah daerah"
    )
    assert "Laporan Anda ada di meja pusat pemerintah daerah." in case.tracked()
    assert desk_mail(admin) == [f"Aduan {case.number} menunggu di meja pusat"]
    assert case.waits_for(admin)
    handed_up = seen(admin, "/meja/?jenis=diserahkan")
    for words in (case.number, case.office.name, reason):
        assert words in handed_up
    assert "menunggu keputusan meja pusat" in case.page(admin)
    assert case.offered(admin) == {"main/send_back", "main/refer", "main/close_by_desk", "main/note"}
    case.shuts_out(staff["editor"], "note")
    assert case.offered(operator) == {"main/take_back_hand_up", "main/note"}
    case.refuses(staff["official"], "take_back_hand_up")
    at("2025-02-04 10:00")
    case.does(operator, "take_back_hand_up", reason="Ternyata lampu milik kota.")
    assert case.due("verification") == wib("2025-02-04 10:20"), "20 minutes were left"
    case.shuts_out(admin, "note")
    case.does(operator, "verify", case_class="within_duties")


def test_row_c2_the_central_admin_moves_it_whole_and_the_code_keeps_working(
    case: Case, staff: Staff, at: At
) -> None:
    operator, admin = staff["operator"], staff["central admin"]
    other = neighbour_of(case.office, "greged")
    at("2025-02-03 10:10")
    case.does(operator, "verify", case_class="Bukan tupoksi")
    case.does(operator, "hand_up", reason="Lampu ini bukan milik kami.")
    assert send_to(admin, case.office, case.slug, other).status_code == 302
    assert "dialihkan ke Kecamatan Greged" in text_of(page_of(operator, case.slug))
    with inside(other):
        there = Complaint.objects.get(uid=case.slug)
        assert there.description
        assert [part["number"] for part in there.journey] == [case.number]
    led_on = Client().get(f"/lacak/{there.tracking_code}/", HTTP_HOST=host_of(case.office))
    assert led_on["Location"].endswith(f"//greged.localhost:8000/lacak/{there.tracking_code}/")


def test_row_c1_the_coordinator_reminds_an_agency_within_120_working_minutes_of_the_alert(
    case: Case, staff: Staff, way: Way, at: At
) -> None:
    coordinator = staff["coordinator"]
    at("2025-02-03 15:00")
    walk(case, staff, way, "answer_in_writing")
    assert coordinator.get("/meja/aduan/?sisi=ingatkan").content.decode().count(case.number) == 0
    at("2025-02-04 03:00")  # the head's 12 hours are over
    assert ring(case.office.pk, [("case", case.row().uid.hex)]) == 1
    assert desk_mail(coordinator) == [f"Aduan {case.number} melewati batas waktu"]
    entry = CaseIndex.objects.get(uid=case.row().uid)
    assert entry.remind_by_at == wib("2025-02-04 09:30"), "120 minutes after the opening at 07:30"
    at("2025-02-04 09:00")
    page = seen(coordinator, "/meja/aduan/?sisi=ingatkan")
    assert "Ingatkan paling lambat 4 Februari 2025 pukul 09.30" in page
    watched = seen(coordinator, page.link(f"{case.slug}/pantauan"))
    path = watched.link("/ingatkan/")
    for other in ("editor", "central admin"):
        assert staff[other].post(path, {}).status_code == 403
    assert staff["operator"].post(path, {}).status_code == 404, "not at the office's host"
    assert coordinator.post(path, {}).status_code == 302
    assert case.told(staff["head"].user.email)[-1] == f"Pengingat: {case.number} masih menunggu"
    assert "Diingatkan oleh meja pusat" in case.page(staff["head"])
    assert "Diingatkan" not in case.tracked(), "the reporter is not shown it"
    assert case.number not in seen(coordinator, "/meja/aduan/?sisi=ingatkan")


def test_row_a4_urgent_and_general_is_answered_directly_within_120_working_minutes(
    case: Case, staff: Staff, at: At
) -> None:
    case.does(staff["operator"], "verify", case_class="Mendesak dan bersifat umum")
    assert case.due("direct_answer") == wib("2025-02-03 12:00")
    limit = "Jawaban langsung 120 menit kerja, sampai 3 Februari 2025 pukul 12.00 WIB"
    assert limit in case.page(staff["operator"])
    case.refuses(staff["head"], "answer_directly")
    at("2025-02-03 11:59")
    case.does(staff["operator"], "answer_directly", answer="Petugas sudah mengatur lalu lintas di simpang.")
    assert case.met("direct_answer")
    assert case.told("siti.aminah@example.org")[-1] == f"Jawaban atas laporan {case.number}"
    for words in ("selesai", "Petugas sudah mengatur lalu lintas di simpang."):
        assert words in case.tracked()


def test_row_a5_the_official_studies_it_and_reports_to_the_head_within_24_hours(
    case: Case, staff: Staff, way: Way, at: At
) -> None:
    at("2025-02-07 15:00")
    walk(case, staff, way, "report_study")
    assert case.due("study") == wib("2025-02-08 15:00"), "on a Saturday"
    assert "Telaah 24 jam, sampai 8 Februari 2025 pukul 15.00 WIB" in case.page(staff["official"])
    case.refuses(staff["colleague"], "report_study")
    at("2025-02-08 09:00")
    assessment = "Lampu putus karena usia, perlu diganti."
    case.does(staff["official"], "report_study", assessment=assessment, files=picture("lampu.jpg"))
    assert case.met("study")
    assert case.told(staff["head"].user.email)[-1].endswith("Tindak lanjut dan jawaban tertulis")
    for words in (assessment, "lampu.jpg"):
        assert words in case.page(staff["head"])
        assert words not in case.tracked()


def test_row_a6_the_head_follows_it_up_and_answers_in_writing_within_12_hours(
    case: Case, staff: Staff, way: Way, at: At
) -> None:
    at("2025-02-03 15:00")
    walk(case, staff, way, "answer_in_writing")
    assert case.due("follow_up") == wib("2025-02-04 03:00")
    assert "Tindak lanjut 12 jam, sampai 4 Februari 2025 pukul 03.00 WIB" in case.page(staff["head"])
    case.refuses(staff["official"], "answer_in_writing")
    at("2025-02-03 20:00")
    case.does(staff["head"], "answer_in_writing", follow_up="Lampu dipesan.", written_answer=ANSWER)
    assert case.met("follow_up")
    assert ANSWER not in case.tracked(), "the reporter gets it when it is entered"
    assert case.waits_for(staff["operator"])


def test_row_a7_the_head_coordinates_with_another_office_and_answers_within_24_hours(
    case: Case, staff: Staff, way: Way, at: At, as_member: Callable[..., Player]
) -> None:
    other = neighbour_of(case.office, "greged")
    clerk, head = as_member(other, "complaint_clerk"), staff["head"]
    at("2025-02-03 15:00")
    walk(case, staff, way, "answer_in_writing")
    assert case.due("follow_up") == wib("2025-02-04 03:00")
    case.refuses(staff["official"], "request_coordination")
    at("2025-02-03 20:00")
    question = "Apakah lampu di tikungan itu milik kecamatan?"
    after = case.does(head, "request_coordination", asked=f"office:{other.code}", question=question)
    assert case.met("follow_up"), "coordinating takes the place of the 12 hours"
    assert case.due("coordination") == wib("2025-02-04 20:00")
    assert "Jawaban setelah koordinasi 24 jam, sampai 4 Februari 2025 pukul 20.00 WIB" in case.page(head)
    for words in (f"Koordinasi 1: {other.name}", question, "menunggu jawaban"):
        assert words in after
    assert question not in case.tracked()
    mail = CentralMessage.objects.filter(kind="coordination", recipient=clerk.user.email)
    assert [row.subject for row in mail] == [f"Tugas baru: koordinasi dari {case.office.name}"]
    path = seen(clerk, seen(clerk, "/kantor/").link("/koordinasi/$")).link("/koordinasi/[0-9a-f]{32}/$")
    page = seen(clerk, path)
    for words in (question, case.number, "paling lambat 4 Februari 2025 pukul 20.00 WIB", head.user.name):
        assert words in page
    form = page.form("answer")
    form.fill("answer", "Bukan, lampu itu milik provinsi.")
    assert clerk.post(path, form.data()).status_code == 302
    assert case.told(head.user.email)[-1] == f"Koordinasi dijawab: {case.number}"
    for words in ("Bukan, lampu itu milik provinsi.", clerk.user.name, "sudah dijawab", "Koordinasi dijawab"):
        assert words in case.page(head)
    assert "milik provinsi" not in case.tracked()
    at("2025-02-04 19:00")
    case.does(head, "answer_in_writing", written_answer=ANSWER)
    assert case.met("coordination")


def test_row_a8_the_operator_enters_the_answer_as_it_was_given_within_60_working_minutes(
    case: Case, staff: Staff, way: Way, at: At
) -> None:
    at("2025-02-03 15:30")
    walk(case, staff, way, "enter_answer")
    assert case.due("entry") == wib("2025-02-04 08:00")
    assert "Entri jawaban 60 menit kerja, sampai 4 Februari 2025 pukul 08.00 WIB" in case.page(
        staff["operator"]
    )
    case.refuses(staff["head"], "enter_answer")
    at("2025-02-04 07:45")
    case.does(staff["operator"], "enter_answer")  # the form holds the head's words already
    assert case.met("entry")
    assert case.told("siti.aminah@example.org")[-1] == f"Jawaban atas laporan {case.number}"
    for words in ("selesai", ANSWER):
        assert words in case.tracked(), "at once, whatever is published later"
    assert ANSWER in case.sheet(staff["operator"], "response_letter")
    assert case.row().due_at is None, "nothing more is promised"


# B. Publication, by the people of the city's central desk


def test_row_b1_the_editor_verifies_and_edits_before_publication_within_120_working_minutes(
    closed: Case, staff: Staff, at: At
) -> None:
    editor = staff["editor"]
    assert closed.due("editing") == wib("2025-02-03 12:00")
    assert desk_mail(editor) == [f"Aduan {closed.number} menunggu di meja pusat"]
    assert "Penyuntingan 120 menit kerja, sampai 3 Februari 2025 pukul 12.00 WIB" in closed.page(editor)
    assert DeskLook.objects.filter(user_id=editor.user.pk, uid=closed.row().uid).exists(), "looks are noted"
    closed.shuts_out(staff["coordinator"], "publication/submit_edited")
    closed.refuses(staff["operator"], "publication/submit_edited")
    at("2025-02-03 11:00")
    closed.does(editor, "publication/submit_edited", public_title="Lampu simpang empat", public_answer=PUBLIC)
    assert closed.met("editing")
    assert closed.citizen.get(f"/aduan/{closed.slug}/").status_code == 404, "prepared, not published"
    closed.shuts_out(editor, "publication/submit_edited")


def test_row_b2_the_coordinator_publishes_within_15_working_minutes(
    closed: Case, staff: Staff, at: At
) -> None:
    coordinator = staff["coordinator"]
    edited = {"public_title": "Lampu simpang empat", "public_answer": PUBLIC}
    at("2025-02-03 15:50")
    closed.does(staff["editor"], "publication/submit_edited", **edited)
    assert closed.due("publishing") == wib("2025-02-04 07:35")
    assert desk_mail(coordinator) == [f"Aduan {closed.number} menunggu di meja pusat"]
    assert "Penerbitan 15 menit kerja, sampai 4 Februari 2025 pukul 07.35 WIB" in closed.page(coordinator)
    closed.shuts_out(staff["editor"], "publication/publish")
    closed.refuses(staff["head"], "publication/publish")
    closed.does(coordinator, "publication/return_edited", reason="Perbaiki judulnya.")
    assert "Perbaiki judulnya." in closed.page(staff["editor"])
    closed.does(staff["editor"], "publication/submit_edited", **edited)
    closed.does(coordinator, "publication/publish")
    assert closed.met("publishing")
    public = seen(closed.citizen, f"/aduan/{closed.slug}/")
    for words in ("Lampu simpang empat", "Lampu jalan di tikungan mati", PUBLIC):
        assert words in public
    assert "Joko" not in public
    assert ANSWER in closed.tracked(), "the reporter keeps the answer of A8"
    assert "Laporan dan jawabannya diterbitkan." in closed.tracked()
    assert not closed.waits_for(coordinator)


def test_row_b2_who_wrote_by_sms_reads_the_answer_by_sms(
    mojokerto: Office, monday: datetime, staff: Staff, settings: Settings
) -> None:
    with running() as gateway:
        settings.SMS_URL = gateway.url
        sms = {"channel": "sms", "name": "Budi", "phone": "0857-0000-1111", "category": "traffic_light"}
        case, _receipt = entered(mojokerto, staff["operator"], description="Lampu merah mati.", **sms)
        case.does(staff["operator"], "verify", case_class="urgent_general")
        case.does(staff["operator"], "answer_directly", answer=ANSWER)
        waiting = Outbox.objects.filter(channel="sms").order_by("id").values_list("message_uid", flat=True)
        send.run([str(uid) for uid in waiting])
        texts = [told["text"] for told, _headers in gateway.taken if told["to"] == "+6285700001111"]
    assert ANSWER in texts[-1]
    assert case.number in texts[-1]
    assert not case.calls()
    assert "Pelapor dikabari lewat SMS." in case.page(staff["operator"])
    case.does(staff["editor"], "publication/submit_edited", public_title="Lampu", public_answer=PUBLIC)
    case.does(staff["coordinator"], "publication/publish")
    assert PUBLIC in seen(Client(HTTP_HOST=host_of(mojokerto)), f"/aduan/{case.slug}/")


def test_row_b2_another_governments_desk_sees_nothing_of_it(
    closed: Case, greged: Office, as_desk: Callable[..., Player]
) -> None:
    stranger = as_desk(greged.government, "editor")
    closed.shuts_out(stranger, "publication/submit_edited")
