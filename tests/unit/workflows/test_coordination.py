"""Questions to other offices and officials: who may ask, what it does to the limits, how it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from tests.unit.workflows.simulate import Life, desk, staff, wib
from workflows import coordination, engine
from workflows.cases import MAIN, REPORTER, Case, memory_from_json, memory_to_json
from workflows.decision import ActionRefused, Audience, Refusal
from workflows.loading import as_data, procedure_from
from workflows.moving import moved
from workflows.preset import load_preset
from workflows.replay import applied
from workflows.soundness import check_procedure

OPERATOR, HEAD = staff("operator", id=1), staff("agency_head", id=3)
OFFICIAL = staff("responsible_official", id=2, units=("sekretariat",))
ASKED = {"asked": "Dinas Pekerjaan Umum", "question": "Apakah jalan itu milik kota?"}


@pytest.fixture
def life() -> Life:
    """A case that lies with the head since Monday, 10:00."""
    life = Life.begins("mojokerto", "2025-06-02 10:00")
    life.does(OPERATOR, "verify", case_class="within_duties")
    life.does(OPERATOR, "forward", member=2)
    life.does(OFFICIAL, "report_study", assessment="Lampu putus.")
    return life


def answered(life: Life, number: int, *, declined: bool = False) -> None:
    decision = coordination.answered(
        life.preset.procedure,
        life.preset.settings,
        life.case,
        number,
        staff(id=9),
        life.now,
        by="Dinas PU",
        text="Bukan.",
        declined=declined,
    )
    life.decisions.append(decision)
    life.case = applied(life.case, decision)


def test_only_who_has_the_work_asks_and_the_reporter_hears_nothing(life: Life) -> None:
    assert "request_coordination" in life.codes(HEAD)
    for other in (OPERATOR, OFFICIAL, REPORTER, desk("central_admin")):
        assert "request_coordination" not in life.codes(other)
        with pytest.raises(ActionRefused) as refused:
            life.does(other, "request_coordination", **ASKED)
        assert refused.value.code in (Refusal.NOT_ALLOWED, Refusal.WRONG_STAGE)
    decision = life.does(HEAD, "request_coordination", **ASKED)
    assert decision.internal
    assert decision.timeline_key is None
    assert all(message.audience is not Audience.REPORTER for message in decision.messages)
    assert decision.lines == (), "the case stays where it is"
    assert decision.sop_row == "A7"


def test_asking_ends_the_limit_of_the_stage_and_begins_its_own(life: Life) -> None:
    assert life.due("follow_up") == wib("2025-06-02 22:00")
    life.at("2025-06-02 20:00").does(HEAD, "request_coordination", **ASKED)
    assert life.running() == {"coordination"}
    assert life.due("coordination") == wib("2025-06-03 20:00")
    life.at("2025-06-03 09:00").does(HEAD, "request_coordination", **ASKED)
    assert life.due("coordination") == wib("2025-06-03 20:00"), "a further question gives no more time"
    life.does(HEAD, "answer_in_writing", written_answer="Lampu sudah diganti.")
    assert life.running() == {"entry"}


def test_the_case_numbers_its_questions_and_remembers_which_wait(life: Life) -> None:
    for _ in range(3):
        life.does(HEAD, "request_coordination", **ASKED)
    answered(life, 2)
    life.does(HEAD, "end_coordination", coordination="k1")
    assert (life.case.memory.coordinated, life.case.memory.coordinations) == (3, (3,))
    assert memory_from_json(memory_to_json(life.case.memory)) == life.case.memory
    with pytest.raises(ActionRefused):
        life.does(HEAD, "end_coordination", coordination="k2")
    life.does(HEAD, "request_coordination", **ASKED)
    assert life.case.memory.coordinations == (3, 4), "no number comes twice"


def test_not_endlessly_many_wait_at_once(life: Life) -> None:
    for _ in range(coordination.MOST_OPEN):
        life.does(HEAD, "request_coordination", **ASKED)
    assert "request_coordination" not in life.codes(HEAD)
    answered(life, 1)
    assert "request_coordination" in life.codes(HEAD)


@pytest.mark.parametrize("declined", [False, True])
def test_an_answer_wakes_those_who_have_the_work_and_those_who_asked(life: Life, declined: bool) -> None:
    life.does(HEAD, "request_coordination", **ASKED)
    life.does(HEAD, "answer_in_writing", written_answer="Lampu sudah diganti.")
    answered(life, 1, declined=declined)
    told = life.decisions[-1].messages
    key = "coordination_declined" if declined else "coordination_answered"
    assert {(message.key, message.roles) for message in told} == {
        (key, ("operator",)),
        (key, ("agency_head",)),
    }
    assert life.case.memory.coordinations == ()
    assert life.stage() == "entry"


def test_a_late_answer_is_told_to_the_head_once_and_changes_nothing(life: Life) -> None:
    life.does(HEAD, "request_coordination", **ASKED)
    procedure, settings = life.preset.procedure, life.preset.settings
    decision = coordination.late(procedure, settings, life.case, life.now, by="Dinas PU", number=1)
    assert [message.roles for message in decision.messages] == [("agency_head",)]
    assert applied(life.case, decision).memory.coordinations == (1,)
    assert decision.internal


def test_questions_end_with_the_case_and_the_decision_says_which(life: Life) -> None:
    life.does(HEAD, "request_coordination", **ASKED)
    life.does(HEAD, "request_coordination", **ASKED)
    moved_on = life.does(HEAD, "answer_in_writing", written_answer="Lampu sudah diganti.")
    assert moved_on.coordinations_ended == ()
    assert "end_coordination" in life.codes(HEAD) & life.codes(OPERATOR), "whoever asked, and whoever has it"
    closed = life.does(OPERATOR, "enter_answer", answer="Lampu sudah diganti.")
    assert closed.coordinations_ended == (1, 2)
    assert life.case.memory.coordinations == ()
    assert "end_coordination" not in life.codes(HEAD)


def test_they_end_when_the_reporter_withdraws_or_another_office_takes_the_case(life: Life) -> None:
    life.does(HEAD, "request_coordination", **ASKED)
    procedure, settings = life.preset.procedure, life.preset.settings
    gone = engine.depart(procedure, settings, life.case, desk("central_admin"), life.now)
    assert gone.coordinations_ended == (1,)
    assert gone.memory.coordinations == ()
    assert life.does(REPORTER, "withdraw").coordinations_ended == (1,)


def test_after_an_objection_the_numbers_go_on(life: Life) -> None:
    life.does(HEAD, "request_coordination", **ASKED)
    life.does(HEAD, "answer_in_writing", written_answer="Lampu sudah diganti.")
    life.does(OPERATOR, "enter_answer", answer="Lampu sudah diganti.")
    life.at("2025-06-04 10:00").does(REPORTER, "object", reason="Lampunya masih mati.")
    assert life.running() == {"follow_up"}, "the stage's own limit begins anew"
    life.does(HEAD, "request_coordination", **ASKED)
    assert life.case.memory.coordinations == (2,)
    assert life.clock("coordination").round == 2


def test_a_new_version_does_not_run_a_limit_again_that_asking_has_ended(life: Life) -> None:
    life.at("2025-06-02 12:00").does(HEAD, "request_coordination", **ASKED)
    case: Case = life.case
    procedure, settings = life.preset.procedure, life.preset.settings
    told: datetime | None = engine.due_at(procedure, case)
    decision = moved(procedure, settings, case, {}, told, wib("2025-06-02 13:00"))
    after = applied(case, decision)
    assert {code for code, clock in after.clocks.items() if clock.running} == {"coordination"}
    assert after.memory.coordinations == (1,)


# --- who answers --------------------------------------------------------------------------------------------


def test_who_answers_is_named_or_who_receives_complaints() -> None:
    assert coordination.answerers(load_preset("mojokerto").procedure) == ("responsible_official",)
    greged = load_preset("greged").procedure
    first = greged.index.lines[MAIN].stages[greged.index.lines[MAIN].first]
    assert coordination.answerers(greged) == first.owners


# --- soundness ----------------------------------------------------------------------------------------------


def found(change: Callable[[dict[str, Any]], object]) -> set[str]:
    """The codes of what is wrong with a procedure that was changed."""
    document = as_data(load_preset("mojokerto").procedure)
    change(document)
    return {problem.code for problem in check_procedure(procedure_from(document))}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"stages": ["nowhere"]}, "R01"),
        ({"answered_by": ["nobody"]}, "R01"),
        ({"stages": []}, "W18"),
        ({"stages": ["closed"]}, "W18"),
        ({"answered_by": ["press_coordinator"]}, "W18"),
    ],
)
def test_what_cannot_be_asked_or_answered_is_found(change: dict[str, Any], code: str) -> None:
    assert found(lambda document: document["platform"]["coordinate"].update(change)) == {code}


def test_limits_that_no_question_can_touch_or_that_leave_a_stage_without_one_are_found() -> None:
    assert found(lambda document: document["platform"].pop("coordinate")) == {"W18"}

    def without_its_own(document: dict[str, Any]) -> None:
        document["clocks"] = [clock for clock in document["clocks"] if clock["code"] != "coordination"]

    assert found(without_its_own) == {"W07"}
    assert found(lambda document: None) == set()
