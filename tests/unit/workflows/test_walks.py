"""Each of the five procedures is walked row by row, by whoever does the row, with its clocks."""

from __future__ import annotations

from tests.unit.workflows.simulate import Life, desk, staff, wib
from workflows.cases import REPORTER, CitizenStatus, Outcome
from workflows.decision import Audience, DocumentKind, Fact, PublicationEffect

WHY = "Yang dilaporkan bukan itu."
CLERK = staff("complaint_clerk")
SECRETARY = staff("district_secretary", id=2)
UNIT = staff("unit_officer", id=4, units=("trantib",))
OTHER_UNIT = staff("unit_officer", id=5, units=("umum",))


def test_greged_the_whole_way() -> None:
    life = Life.begins("greged", "2025-06-02 10:00")
    first = life.decisions[0]
    assert [m.key for m in first.messages if m.audience is Audience.ROLE] == ["work_new"]
    assert first.work_opened[0].roles == ("complaint_clerk",)
    assert life.case.status is CitizenStatus.RECEIVED
    assert life.due("verification") == wib("2025-06-03 10:00")
    assert life.due("whole_process") == first.promised_due_at == wib("2025-06-24 10:00")

    life.at("2025-06-02 11:00").does(CLERK, "verify_complete")
    assert life.running() == {"verification", "whole_process"}
    decision = life.at("2025-06-02 14:00").does(
        CLERK, "propose_disposition", category="flood", case_class="urgent", unit="trantib", correction=WHY
    )
    assert life.case.category == "flood"
    assert life.clock("verification").stopped_at == life.now
    assert life.due("disposition") == wib("2025-06-03 14:00")
    assert decision.work_opened[0].roles == ("district_head", "district_secretary")
    assert decision.work_opened[0].due_at == wib("2025-06-03 14:00")

    decision = life.at("2025-06-02 15:00").does(
        SECRETARY, "assign", unit="trantib", instruction="Segera periksa", urgency="urgent"
    )
    assert decision.documents == (DocumentKind.DISPOSITION_SHEET,)
    assert {item.line for item in decision.work_opened} == {"main", "first_response"}
    assert life.due("first_response") == wib("2025-06-05 15:00")
    investigation = decision.work_opened[0]
    assert (investigation.due_at, investigation.unit) == (None, "trantib"), "row 5 names no limit"
    assert investigation.remind_at is not None
    assert life.codes(OTHER_UNIT) == {"note"}
    assert "give_first_response" in life.codes(UNIT)

    life.at("2025-06-03 09:00").does(
        UNIT, "give_first_response", "first_response", response="Petugas sedang ke lokasi."
    )
    assert life.case.lines["first_response"].closed
    decision = life.at("2025-06-04 09:00").does(
        UNIT, "submit_report", findings="Benar tergenang.", recommendation="Bersihkan saluran."
    )
    assert decision.work_opened[0].unit is None
    assert decision.work_opened[0].due_at is None, "row 6 names no limit"
    life.does(SECRETARY, "return_report", reason="Lampirkan foto.")
    life.does(UNIT, "submit_report", findings="Benar tergenang.", recommendation="Bersihkan saluran.")
    decision = life.does(SECRETARY, "approve")
    assert decision.work_opened[0].due_at == wib("2025-06-24 10:00"), "row 7: the whole process"
    decision = life.at("2025-06-05 09:00").does(CLERK, "upload_answer", answer="Saluran telah dibersihkan.")
    assert decision.closes
    assert decision.facts[Fact.ANSWER] == "Saluran telah dibersihkan."
    assert decision.publication is PublicationEffect.OFFER
    assert [m.body_input for m in decision.messages if m.key == "answer"] == ["answer"]
    assert (life.case.status, life.case.outcome) == (CitizenStatus.CLOSED, Outcome.RESOLVED)
    assert life.running() == set()
    assert life.case.lines["publication"].stage == "release"
    decision = life.does(
        CLERK,
        "release",
        "publication",
        public_title="Genangan",
        public_complaint="Tergenang",
        public_answer="Dibersihkan",
    )
    assert decision.publication is PublicationEffect.RELEASE


def test_greged_asking_the_reporter_stops_one_clock_and_not_the_whole() -> None:
    life = Life.begins("greged", "2025-06-02 10:00")
    life.at("2025-06-02 15:00").does(CLERK, "ask_reporter", question="Di jalan mana tepatnya?")
    assert life.case.status is CitizenStatus.AWAITING_REPORTER
    assert life.running() == {"whole_process"}
    assert life.codes(REPORTER) == {"reply", "withdraw"}
    decision = life.at("2025-06-12 10:00").does(REPORTER, "reply", reply="Jalan Raya nomor 5")
    assert [m.key for m in decision.messages] == ["reporter_acted"]
    assert life.stage() == "verification"
    # One hour of Monday and two and a half of Tuesday were left.
    assert life.due("verification") == wib("2025-06-12 13:30")
    assert life.due("whole_process") == wib("2025-06-24 10:00")


def test_greged_a_silent_reporter_does_not_hold_a_case_for_ever() -> None:
    life = Life.begins("greged", "2025-06-02 10:00")
    life.at("2025-06-02 15:00").does(CLERK, "ask_reporter", question="Di jalan mana tepatnya?")
    assert life.waits("2025-06-20 15:00") is not None, "the whole-process clock warns meanwhile"
    assert life.stage() == "awaiting_reporter"
    decision = life.waits("2025-07-02 15:00")
    assert decision is not None
    assert (decision.action, decision.line, decision.timeline_key) == ("timeout", "main", "wait_over")
    assert life.stage() == "verification"
    assert "verification" in life.running()
    assert life.waits("2025-07-02 15:00") is None, "nothing twice"


def test_jenawi_the_whole_way() -> None:
    web, data, ppid = staff("web_admin"), staff("data_officer", id=2), staff("information_officer", id=3)
    life = Life.begins("jenawi", "2025-06-05 15:58")
    assert life.due("registration") == wib("2025-06-10 07:33"), "two minutes today, three on Tuesday"
    decision = life.at("2025-06-05 15:59").does(web, "confirm_receipt")
    assert decision.documents == (DocumentKind.COMPLAINT_FORM,)
    assert life.due("classification") == wib("2025-06-10 07:39")
    category = next(iter(life.preset.settings.selectable))
    life.at("2025-06-10 07:35").does(
        data, "classify", category=category, case_class="service", summary="Antre terlalu lama"
    )
    assert life.due("coordination") == wib("2025-06-11 07:35")
    life.at("2025-06-10 09:00").does(ppid, "give_material", material="Jadwal baru", source="Seksi Pelayanan")
    assert life.running() == {"coordination"}, "one clock over both people of row 4"
    assert life.due("coordination") == wib("2025-06-11 07:35")
    life.at("2025-06-10 10:00").does(data, "complete_response", response="Jadwal diubah.")
    assert life.due("answering") == wib("2025-06-10 10:10")
    life.does(web, "answer", answer="Jadwal layanan diubah.", good_language=True)
    assert life.case.status is CitizenStatus.CLOSED
    assert {line for line, state in life.case.lines.items() if not state.closed} == {"publication"}
    assert life.decisions[0].promised_due_at == wib("2025-06-10 07:33"), "the next promise"


def test_mojokerto_within_its_duties() -> None:
    operator = staff("operator")
    official, colleague = staff("responsible_official", id=7), staff("responsible_official", id=8)
    head = staff("agency_head", id=3)
    editor, coordinator = desk("editor"), desk("press_coordinator", id=91)
    life = Life.begins("mojokerto", "2025-06-03 15:50")
    assert life.due("verification") == wib("2025-06-04 07:50")
    life.at("2025-06-03 15:55").does(operator, "verify", case_class="within_duties")
    assert life.due("forwarding") == wib("2025-06-04 15:50")
    decision = life.does(operator, "forward", member=7)
    assert DocumentKind.COMPLAINT_FORM in decision.documents
    assert life.due("study") == wib("2025-06-04 15:55")
    assert "report_study" not in life.codes(colleague)
    life.does(official, "report_study", assessment="Perlu perbaikan")
    assert life.due("follow_up") == wib("2025-06-04 03:55")
    life.does(head, "answer_in_writing", written_answer="Akan diperbaiki pekan ini.")
    assert life.due("entry") == wib("2025-06-04 08:25")
    decision = life.does(operator, "enter_answer", answer="Akan diperbaiki pekan ini.")
    assert [m.key for m in decision.messages if m.audience is Audience.REPORTER] == ["answer"]
    assert decision.due_at is None, "the citizen has the answer; nothing more is promised"
    assert life.due("editing") == wib("2025-06-04 09:25")
    assert life.codes(staff("editor")) == {"note"}, "a government role works at the desk only"
    life.does(
        editor,
        "submit_edited",
        "publication",
        public_title="Lampu",
        public_complaint="Lampu mati",
        public_answer="Diperbaiki",
    )
    assert life.due("publishing") == wib("2025-06-04 07:40")
    decision = life.does(coordinator, "publish", "publication")
    assert decision.publication is PublicationEffect.RELEASE


def test_mojokerto_urgent_and_general_is_answered_directly() -> None:
    operator = staff("operator")
    life = Life.begins("mojokerto", "2025-06-03 10:00")
    life.does(operator, "verify", case_class="urgent_general")
    assert life.due("direct_answer") == wib("2025-06-03 12:00")
    life.does(operator, "answer_directly", answer="Sudah kami tangani.")
    assert life.case.outcome is Outcome.RESOLVED


def test_mojokerto_outside_its_duties_goes_to_the_governments_queue_and_comes_back() -> None:
    operator = staff("operator")
    life = Life.begins("mojokerto", "2025-06-03 10:00")
    life.at("2025-06-03 10:10").does(operator, "verify", case_class="outside_duties")
    assert life.due("misrouted") == wib("2025-06-03 11:00")
    decision = life.at("2025-06-03 10:20").does(operator, "hand_up", reason="Tugas dinas lain")
    assert decision.work_opened[0].roles == ("central_admin",)
    assert decision.work_opened[0].scope == "government"
    assert life.case.status is CitizenStatus.FORWARDED
    assert life.clock("misrouted").stopped_at == life.now, "reporting it is what the limit asks for"
    assert life.codes(desk("central_admin")) == {"note", "send_back", "refer", "close_by_desk"}
    assert life.codes(operator) == {"take_back_hand_up", "note"}
    life.at("2025-06-04 10:00").does(operator, "take_back_hand_up")
    assert life.stage() == "received"
    assert life.due("verification") == wib("2025-06-04 10:20"), "twenty minutes were left"


def test_mojokerto_declines_with_a_reason() -> None:
    operator = staff("operator")
    life = Life.begins("mojokerto", "2025-06-03 10:00")
    decision = life.does(operator, "decline", ground="unethical", reason="Berisi makian.")
    assert life.case.outcome is Outcome.DECLINED
    assert decision.reason == "Berisi makian."
    assert "publication" not in life.case.lines
    assert [m.key for m in decision.messages] == ["declined"]


def test_triharjo_the_whole_way() -> None:
    ppid = staff("information_officer")
    officer = staff("assigned_officer", id=7)
    life = Life.begins("triharjo", "2025-06-02 10:00")
    assert life.running() == {"whole_process"}
    assert life.due("whole_process") == wib("2025-06-24 10:00"), "14 until it is known"
    life.does(ppid, "accept_complete")
    life.does(ppid, "accept_eligible")
    decision = life.does(ppid, "categorise", case_class="quality", complexity="simple")
    assert life.due("whole_process") == wib("2025-06-13 10:00")
    assert decision.clocks[0].previous_due_at == wib("2025-06-24 10:00")
    life.does(ppid, "appoint", member=7)
    for item in (item for decision in life.decisions for item in decision.work_opened):
        assert item.due_at is None, "rows 1 to 7 name no limit"
    life.does(officer, "find_cause", cause="unclear_procedure", findings="Formulir membingungkan")
    life.does(officer, "give_solution", kind="mend_procedure", solution="Formulir diganti")
    decision = life.does(ppid, "notify", way="same_channel", answer="Formulir sudah diganti.")
    assert life.case.lines["monitoring"].stage == "watching"
    life.does(ppid, "record_check", "monitoring", note="Berjalan baik")
    assert not life.case.lines["monitoring"].closed
    life.does(ppid, "finish_monitoring", "monitoring", result="works", note="Baik")
    assert life.case.lines["monitoring"].closed


def test_triharjo_directs_elsewhere_with_the_reporters_consent() -> None:
    ppid = staff("information_officer")
    life = Life.begins("triharjo", "2025-06-02 10:00")
    life.does(ppid, "accept_complete")
    offer = next(offer for offer in life.offered(ppid) if offer.action == "hand_up")
    assert [item.code for item in offer.inputs] == ["reason", "consent"]
    life.does(ppid, "hand_up", reason="Bukan layanan informasi", consent=True)
    assert life.case.status is CitizenStatus.FORWARDED
    assert "whole_process" in life.running(), "the total clock goes on"


def test_upik_the_whole_way_at_night() -> None:
    admin = staff("agency_admin")
    field, other = staff("field_officer", id=7, units=("sekretariat",)), staff("field_officer", id=8)
    life = Life.begins("upik", "2025-06-07 22:00")
    assert life.due("verification") == wib("2025-06-08 00:00")
    life.at("2025-06-07 23:00").does(admin, "accept", unit="sekretariat")
    assert life.due("takeover") == wib("2025-06-08 01:00")
    assert "take_over" not in life.codes(other)
    life.does(field, "take_over")
    assert life.case.member == 7
    assert life.due("work") == wib("2025-06-08 23:00")
    decision = life.does(field, "report_work", report="Sampah diangkut", before=["a"], after=["b", "c"])
    assert decision.work_opened[0].due_at is None, "row 5 names no limit"
    assert life.running() == set()
    life.does(field, "finish", answer="Sampah sudah diangkut.")
    assert life.case.outcome is Outcome.RESOLVED


def test_upik_rejects_to_the_central_queue() -> None:
    admin = staff("agency_admin")
    life = Life.begins("upik", "2025-06-02 10:00")
    decision = life.at("2025-06-02 10:30").does(admin, "hand_up", reason="Bukan tugas dinas ini")
    assert decision.sop_row == "2"
    assert life.clock("verification").paused_at == life.now
    life.at("2025-06-02 12:00").does(admin, "take_back_hand_up")
    assert life.due("verification") == wib("2025-06-02 13:30"), "an hour and a half were left"
