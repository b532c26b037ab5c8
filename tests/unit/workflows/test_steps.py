"""Beside the SOP's rows: who may do what, taking back, the reporter's own actions, alarms, refusals."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.workflows.simulate import Life, desk, staff, wib
from workflows import engine, replay
from workflows.cases import (
    REPORTER,
    SYSTEM,
    AlarmKind,
    CitizenStatus,
    Intake,
    Outcome,
    Visibility,
)
from workflows.decision import (
    ActionRefused,
    Audience,
    ClockEvent,
    FieldError,
    LineEvent,
    PublicationEffect,
    Refusal,
)
from workflows.preset import load_preset
from workflows.procedure import Procedure

WHY = "Yang dilaporkan bukan itu."
CLERK = staff("complaint_clerk")
SECRETARY = staff("district_secretary", id=2)
HEAD = staff("district_head", id=3)
UNIT = staff("unit_officer", id=4, units=("trantib",))
OTHER_UNIT = staff("unit_officer", id=5, units=("umum",))


def at_disposition() -> Life:
    life = Life.begins("greged", "2025-06-02 10:00")
    life.at("2025-06-02 11:00").does(CLERK, "verify_complete")
    life.at("2025-06-02 14:00").does(
        CLERK, "propose_disposition", category="flood", case_class="urgent", unit="trantib", correction=WHY
    )
    return life


def assigned() -> Life:
    life = at_disposition().at("2025-06-02 15:00")
    life.does(HEAD, "assign", unit="umum", instruction="Segera periksa", urgency="urgent", correction=WHY)
    return life


def answered() -> Life:
    life = assigned()
    life.does(OTHER_UNIT, "submit_report", findings="Benar.", recommendation="Perbaiki.")
    life.does(SECRETARY, "approve")
    life.at("2025-06-05 09:00").does(CLERK, "upload_answer", answer="Sudah diperbaiki.")
    return life


def refused(life: Life, who: object, action: str, line: str = "main", **inputs: object) -> ActionRefused:
    before = life.case
    with pytest.raises(ActionRefused) as caught:
        life.does(who, action, line, **inputs)  # type: ignore[arg-type]  # any actor of the cast
    assert life.case is before
    return caught.value


# Taking back


def test_a_mistaken_disposition_is_taken_back_as_if_it_had_not_been_made() -> None:
    life = assigned()
    assert "take_back" in life.codes(HEAD)
    assert "take_back" in life.codes(SECRETARY), "who may make it may take it back"
    assert "take_back" not in life.codes(CLERK)
    decision = life.at("2025-06-02 16:30").does(HEAD, "take_back")
    assert life.stage() == "disposition"
    assert life.case.unit == "trantib", "the proposal stands again"
    assert life.due("disposition") == wib("2025-06-03 14:00"), "the limit did not begin anew"
    assert life.clock("disposition").round == 1
    assert life.case.lines["first_response"].cancelled
    assert life.clock("first_response").cancelled
    assert {(w.line, w.cancelled) for w in decision.work_closed} == {
        ("main", True),
        ("first_response", True),
    }
    life.does(HEAD, "assign", unit="trantib", instruction="Periksa", urgency="urgent")
    assert life.due("first_response") == wib("2025-06-10 07:30"), "three working days from the new assignment"
    assert life.clock("first_response").round == 2
    assert "submit_report" in life.codes(UNIT)


@pytest.mark.parametrize(
    ("action", "line", "inputs"),
    [
        ("give_first_response", "first_response", {"response": "Kami periksa dulu."}),
        ("submit_report", "main", {"findings": "Benar.", "recommendation": "Perbaiki."}),
    ],
)
def test_nothing_is_taken_back_that_somebody_acted_on(action: str, line: str, inputs: dict[str, str]) -> None:
    life = assigned()
    life.does(OTHER_UNIT, action, line, **inputs)
    assert "take_back" not in life.codes(HEAD)
    assert refused(life, HEAD, "take_back").code is Refusal.TOO_LATE


def test_a_note_is_not_an_act() -> None:
    life = assigned()
    decision = life.does(OTHER_UNIT, "note", note="Sudah saya baca.")
    assert decision.internal
    assert not decision.messages
    assert decision.timeline_key is None
    assert "take_back" in life.codes(HEAD)


# The reporter


def test_the_reporter_withdraws() -> None:
    life = assigned()
    decision = life.does(REPORTER, "withdraw")
    assert (life.case.outcome, life.case.status) == (Outcome.WITHDRAWN, CitizenStatus.CLOSED)
    assert life.running() == set()
    assert all(state.closed for state in life.case.lines.values())
    assert {m.key for m in decision.messages} == {"withdrawn_staff"}
    assert "publication" not in life.case.lines
    assert life.codes(REPORTER) == set()


def test_the_reporter_rates_once_and_objects_within_the_window() -> None:
    life = answered()
    assert life.codes(REPORTER) == {"rate", "object"}
    assert refused(life, REPORTER, "rate", score=6).fields == {"score": FieldError.NOT_A_CHOICE}
    life.does(REPORTER, "rate", score="4", comment="Cepat")
    assert life.codes(REPORTER) == {"object"}
    decision = life.at("2025-06-10 09:00").does(REPORTER, "object", reason="Masih tergenang.")
    assert decision.reopens
    assert life.stage() == "review"
    assert life.case.outcome is None
    assert life.case.closed_at is None
    assert life.case.lines["publication"].cancelled, "what was not released yet is not released now"
    assert life.due("whole_process") == wib("2025-07-01 09:00"), "14 WD from the objection"
    assert life.clock("whole_process").round == 2
    life.does(SECRETARY, "approve")
    life.does(CLERK, "upload_answer", answer="Kini sudah kering.")
    assert life.case.lines["publication"].stage == "release"
    assert "object" not in life.codes(REPORTER), "once"


def test_an_objection_after_the_window_is_too_late() -> None:
    life = answered()
    life.at("2025-06-19 09:01")
    assert "object" not in life.codes(REPORTER)
    assert refused(life, REPORTER, "object", reason="Masih tergenang.").code is Refusal.TOO_LATE


# Taking the public page back


RELEASED = {
    "public_title": "Genangan",
    "public_complaint": "Air menggenang.",
    "public_answer": "Sudah kering.",
}


def test_what_was_released_is_taken_back_and_may_be_released_again() -> None:
    life = answered()
    assert "unpublish" not in life.codes(CLERK)
    assert refused(life, CLERK, "unpublish", reason="Nama warga.").code is Refusal.WRONG_STAGE
    life.does(CLERK, "release", "publication", **RELEASED)
    assert life.case.published
    assert "unpublish" in life.codes(CLERK)
    assert "unpublish" not in life.codes(SECRETARY) | life.codes(REPORTER) | life.codes(
        desk("complaint_clerk")
    )
    assert refused(life, SECRETARY, "unpublish", reason="Nama warga.").code is Refusal.NOT_ALLOWED
    assert refused(life, CLERK, "unpublish").code is Refusal.REASON_REQUIRED
    decision = life.does(CLERK, "unpublish", reason="Nama warga terbaca.")
    assert decision.publication is PublicationEffect.WITHHOLD
    assert decision.internal
    assert not [message for message in decision.messages if message.audience is Audience.REPORTER]
    assert (decision.line, life.stage("publication")) == ("publication", "release")
    assert [item.roles for item in decision.work_opened] == [("complaint_clerk",)]
    assert not life.case.is_open
    assert not life.case.published
    assert "unpublish" not in life.codes(CLERK)
    life.does(CLERK, "release", "publication", **RELEASED)
    assert life.case.published


def test_an_objection_does_not_keep_a_page_from_being_taken_back() -> None:
    life = answered()
    life.does(CLERK, "release", "publication", **RELEASED)
    life.does(REPORTER, "object", reason="Masih tergenang.")
    life.does(CLERK, "unpublish", reason="Belum selesai.")
    assert not life.case.published
    life.does(SECRETARY, "approve")
    life.does(CLERK, "upload_answer", answer="Kini sudah kering.")
    assert "release" in life.codes(CLERK)


def test_a_page_of_the_desk_is_taken_back_by_whoever_closes_at_the_office_and_returns_to_the_desk() -> None:
    life = Life.begins("mojokerto", "2025-06-02 10:00")
    operator, editor, coordinator = staff("operator"), desk("editor"), desk("press_coordinator")
    life.does(operator, "verify", case_class="urgent_general")
    life.does(operator, "answer_directly", answer="Lampu sudah diganti.")
    life.does(editor, "submit_edited", "publication", **RELEASED)
    life.does(coordinator, "publish", "publication")
    assert "unpublish" in life.codes(operator) & life.codes(coordinator)
    assert "unpublish" not in life.codes(editor) | life.codes(staff("agency_head"))
    decision = life.does(operator, "unpublish", reason="Nama warga terbaca.")
    assert [(item.stage, item.roles) for item in decision.work_opened] == [
        ("publishing", ("press_coordinator",))
    ]
    assert {"publish", "withhold"} <= life.codes(coordinator)


# Refusals


def test_each_wrong_step_has_its_own_answer() -> None:
    life = at_disposition()
    assert refused(life, CLERK, "assign").code is Refusal.NOT_ALLOWED
    assert refused(life, HEAD, "verify_complete").code is Refusal.WRONG_STAGE
    assert refused(life, HEAD, "no_such_action").code is Refusal.WRONG_STAGE
    assert refused(life, HEAD, "give_first_response", "first_response").code is Refusal.WRONG_STAGE
    assert refused(life, HEAD, "assign", "no_such_line").code is Refusal.WRONG_STAGE
    assert refused(life, SYSTEM, "assign").code is Refusal.NOT_ALLOWED
    assert refused(life, desk("district_head"), "assign").code is Refusal.NOT_ALLOWED
    assert refused(life, HEAD, "return_proposal").code is Refusal.REASON_REQUIRED
    error = refused(life, HEAD, "assign", unit="umum", urgency="now", member="x", extra="1")
    assert error.code is Refusal.BAD_INPUT
    assert error.fields == {
        "instruction": FieldError.REQUIRED,
        "urgency": FieldError.NOT_A_CHOICE,
        "member": FieldError.WRONG_TYPE,
        "extra": FieldError.UNKNOWN,
    }
    assert refused(life, REPORTER, "object", reason="Tidak puas").code is Refusal.WRONG_STAGE


def test_inputs_are_checked_by_their_kind() -> None:
    life = Life.begins("greged", "2025-06-02 10:00")
    assert refused(life, CLERK, "ask_reporter", question="Mana?").fields == {"question": FieldError.TOO_SHORT}
    assert refused(life, CLERK, "ask_reporter", question="x" * 2001).fields == {
        "question": FieldError.TOO_LONG
    }
    assert refused(life, CLERK, "ask_reporter", question=["a"]).fields == {"question": FieldError.WRONG_TYPE}
    life.does(CLERK, "verify_complete")
    error = refused(life, CLERK, "propose_disposition", category="infrastructure", case_class="urgent")
    assert error.fields == {"category": FieldError.NOT_SELECTABLE}
    error = refused(life, CLERK, "propose_disposition", category="nothing", case_class="urgent")
    assert error.fields == {"category": FieldError.UNKNOWN}
    web = staff("web_admin")
    jenawi = Life.begins("jenawi", "2025-06-02 10:00")
    jenawi.case = replace(jenawi.case, lines={"main": replace(jenawi.case.main, stage="answering")})
    error = refused(jenawi, web, "answer", answer="Terima kasih.", good_language=False)
    assert error.fields == {"good_language": FieldError.NOT_CONFIRMED}


def test_a_new_category_brings_its_unit() -> None:
    life = Life.begins("greged", "2025-06-02 10:00", category="road")
    assert life.case.unit == "pemberdayaan"
    life.does(CLERK, "verify_complete")
    life.does(CLERK, "propose_disposition", category="crime", case_class="urgent", correction=WHY)
    assert life.case.unit == "trantib"


# Intake


@pytest.mark.parametrize(
    ("preset", "given", "errors"),
    [
        ("greged", {"visibility": Visibility.ANONYMOUS}, {}),
        ("greged", {"category": None}, {"category": FieldError.REQUIRED}),
        ("greged", {"category": "nothing"}, {"category": FieldError.UNKNOWN}),
        ("greged", {"category": "order"}, {"category": FieldError.NOT_SELECTABLE}),
        ("greged", {"description": "pendek"}, {"description": FieldError.TOO_SHORT}),
        ("greged", {"description": " "}, {"description": FieldError.REQUIRED}),
        (
            "jenawi",
            {},
            {
                "name": FieldError.REQUIRED,
                "address": FieldError.REQUIRED,
                "contact": FieldError.NEEDS_ONE_OF,
            },
        ),
        ("jenawi", {"visibility": Visibility.ANONYMOUS}, {"visibility": FieldError.NOT_ANONYMOUS}),
        (
            "mojokerto",
            {"email": "a@contoh.id"},
            {"name": FieldError.REQUIRED},
        ),
        ("triharjo", {"on_behalf": True, "name": "Siti"}, {}),
        ("upik", {"name": "Siti", "phone": "+62812"}, {"place": FieldError.REQUIRED}),
    ],
)
def test_the_procedure_says_what_a_reporter_must_give(
    preset: str, given: dict[str, object], errors: dict[str, FieldError]
) -> None:
    found = load_preset(preset)
    fields: dict[str, object] = {
        "description": "Jalan rusak parah di depan sekolah.",
        "category": next(iter(found.settings.selectable)),
    } | given
    intake = Intake(wib("2025-06-02 10:00"), "Asia/Jakarta", **fields)  # type: ignore[arg-type]  # mixed on purpose
    assert engine.intake_errors(found.procedure, found.settings, intake) == errors
    if errors:
        with pytest.raises(ActionRefused) as caught:
            engine.start(found.procedure, found.settings, intake, intake.received_at)
        assert caught.value.fields == errors


def test_what_came_before_it_was_entered_counts_from_when_it_came() -> None:
    found = load_preset("greged")
    intake = Intake(wib("2025-06-02 08:00"), "Asia/Jakarta", "Surat tentang jalan rusak.", category="road")
    decision = engine.start(found.procedure, found.settings, intake, wib("2025-06-03 10:00"))
    due = {change.state.code: change.state.due_at for change in decision.clocks}
    assert due["verification"] == wib("2025-06-03 08:00")
    alarm = next(a for a in decision.alarms if a.kind is AlarmKind.DUE and a.clock == "verification")
    assert alarm.at == wib("2025-06-03 10:00"), "late already, and heard of at once"


# The end, and elsewhere


def test_the_main_line_ends_with_its_side_lines() -> None:
    life = assigned()
    life.does(OTHER_UNIT, "submit_report", findings="Benar.", recommendation="Perbaiki.")
    life.does(SECRETARY, "approve")
    decision = life.does(CLERK, "upload_answer", answer="Sudah diperbaiki.")
    events = {(change.line, change.event) for change in decision.lines}
    assert events == {
        ("main", LineEvent.CLOSE),
        ("first_response", LineEvent.CANCEL),
        ("publication", LineEvent.START),
    }


def test_what_comes_home_from_another_office_counts_from_its_coming_home() -> None:
    life = Life.begins("greged", "2025-06-02 08:00")
    life.does(CLERK, "hand_up", reason="Ini jalan kabupaten, bukan jalan kami.")
    procedure, settings = life.preset.procedure, life.preset.settings
    life.at("2025-06-03 09:00")
    gone = engine.depart(procedure, settings, life.case, desk("central_admin"), life.now)
    life.case = replay.applied(life.case, gone)
    life.at("2025-06-20 09:00")
    again = Intake(received_at=life.now, timezone="Asia/Jakarta", description="Jalan rusak parah.")
    home = engine.arrive(procedure, settings, life.case, again, life.now)
    clocks = {change.state.code: change for change in home.clocks}
    assert {change.event for change in home.clocks} == {ClockEvent.START}
    for code in ("verification", "whole_process"):
        assert clocks[code].state.base_at == life.now, code
        assert clocks[code].state.round == 2
    assert clocks["verification"].state.due_at == wib("2025-06-23 09:00")
    assert home.due_at == clocks["whole_process"].state.due_at


def test_what_came_of_a_referral_can_be_written_down_where_the_sop_knows_no_notes() -> None:
    life = Life.begins("greged", "2025-06-02 08:00")
    data = life.preset.procedure.model_dump(mode="json")
    data["platform"]["note"] = False
    procedure = Procedure.model_validate(data)
    life.preset = replace(life.preset, procedure=procedure)
    central = desk("central_admin")
    assert "note" not in life.codes(CLERK)
    life.does(CLERK, "hand_up", reason="Ini jalan nasional.")
    assert "note" not in life.codes(central)
    life.does(central, "refer", authority="Balai Jalan Nasional", reason="Jalan nasional.")
    assert "note" in life.codes(central)
    assert "note" not in life.codes(CLERK)
    assert "note" not in life.codes(desk("editor"))
