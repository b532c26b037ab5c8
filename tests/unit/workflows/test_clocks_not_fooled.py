"""A limit that is missed stays missed: no question, no way to the desk, no step taken back hides it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.proof import scaled
from tests.unit.workflows.simulate import PRESETS, Life, desk, everybody, staff, wib
from tests.unit.workflows.test_random import typed
from workflows import engine
from workflows.cases import CENTRAL_ADMIN, AlarmKind, Case, memory_from_json, memory_to_json
from workflows.decision import ClockEvent, Decision
from workflows.loading import as_data, procedure_from
from workflows.moving import moved
from workflows.preset import Preset, load_preset
from workflows.replay import applied
from workflows.settings import Settings
from workflows.timing import moves

CLERK = staff("complaint_clerk")
SECRETARY = staff("district_secretary", id=3)
HEAD = staff("district_head", id=2)
OFFICER = staff("unit_officer", id=4, units=("trantib",))
SELDOM = {"withdraw": 0.02, "refer": 0.05, "decline": 0.1, "close_by_desk": 0.05, "note": 0.2}
"""How often people take the steps that end a life, against 1 for any other."""
ASSIGNED = {"unit": "trantib", "instruction": "Tegur.", "urgency": "ordinary"}


def heard(decision: Decision | None, clock: str) -> list[tuple[str, str]]:
    """Who is told what about a limit."""
    messages = decision.messages if decision is not None else ()
    return [(message.key, message.roles[0]) for message in messages if message.clock == clock]


def with_calendar(settings: Settings, **changes: Any) -> Settings:
    data = settings.model_dump(mode="json")
    data["calendar"] = {**data["calendar"], **changes}
    return Settings.model_validate(data)


def preset_with(code: str, change: Any) -> Preset:
    """A preset whose procedure was changed as a document."""
    preset = load_preset(code)
    data = as_data(preset.procedure)
    change(data)
    return replace(preset, procedure=procedure_from(data))


def late() -> Life:
    """The verification limit (3 June, 10:00) has been missed, and the owners and the secretary know it."""
    life = Life.begins("greged", "2025-06-02 10:00")
    missed = life.waits("2025-06-03 10:00")
    assert ("overdue", "district_secretary") in heard(missed, "verification")
    return life


# What was missed climbs on


def test_a_question_asked_after_the_limit_holds_up_no_escalation() -> None:
    life = late()
    life.at("2025-06-03 11:00").does(CLERK, "ask_reporter", question="Di RT berapa letaknya?")
    assert life.clock("verification").paused_at is not None
    assert life.clock("verification").overdue(life.now), "a pause heals nothing"
    climbed = life.waits("2025-06-04 10:00")
    assert heard(climbed, "verification") == [("escalated", "district_head")]
    again = life.at("2025-06-04 11:00").does(CLERK, "record_reply", reply="RT 4.")
    assert not heard(again, "verification")
    assert life.waits("2025-06-04 11:01") is None, "nobody is told a second time what they know"
    life.does(CLERK, "ask_reporter", question="Sebelah mana dari balai desa?")
    last = life.waits("2025-06-10 10:00")
    assert heard(last, "verification") == [("escalated", CENTRAL_ADMIN)]


def test_a_question_asked_in_time_still_lets_nothing_climb() -> None:
    life = Life.begins("greged", "2025-06-02 10:00")
    life.does(CLERK, "ask_reporter", question="Di RT berapa letaknya?")
    assert not heard(life.waits("2025-06-05 15:00"), "verification")
    assert not life.clock("verification").overdue(life.now)


def test_the_way_to_the_desk_and_back_holds_up_no_escalation() -> None:
    life = late()
    life.at("2025-06-03 11:00").does(CLERK, "hand_up", reason="Jalan kabupaten, bukan urusan kami.")
    life.at("2025-06-03 12:00").does(CLERK, "take_back_hand_up")
    assert life.waits("2025-06-03 12:01") is None
    assert heard(life.waits("2025-06-04 10:00"), "verification") == [("escalated", "district_head")]


def test_a_step_taken_back_holds_up_no_escalation() -> None:
    def by_the_clerk(data: dict[str, Any]) -> None:
        (clock,) = [one for one in data["clocks"] if one["code"] == "disposition"]
        clock["escalate_to"] = "complaint_clerk"

    life = Life.begins(preset_with("greged", by_the_clerk), "2025-06-02 10:00", category="noise")
    life.does(CLERK, "verify_complete")
    life.does(CLERK, "propose_disposition", category="noise", case_class="routine")
    assert ("overdue", "complaint_clerk") in heard(life.waits("2025-06-03 10:00"), "disposition")
    life.at("2025-06-03 11:00").does(HEAD, "assign", **ASSIGNED)
    life.case = replace(life.case, memory=memory_from_json(memory_to_json(life.case.memory)))
    life.at("2025-06-03 15:00").does(HEAD, "take_back")
    assert life.clock("disposition").overdue(life.now)
    assert not heard(life.waits("2025-06-03 15:01"), "disposition"), "told already"
    climbed = life.waits("2025-06-04 10:00")
    assert heard(climbed, "disposition") == [("escalated", "district_secretary")]


def test_a_step_that_was_stored_before_alarms_were_kept_is_told_again_rather_than_never() -> None:
    life = Life.begins("greged", "2025-06-02 10:00", category="noise")
    life.does(CLERK, "verify_complete")
    life.does(CLERK, "propose_disposition", category="noise", case_class="routine")
    life.waits("2025-06-03 10:00")
    life.at("2025-06-03 11:00").does(HEAD, "assign", **ASSIGNED)
    stored = memory_to_json(life.case.memory)
    del stored["undo"]["alarms"]
    life.case = replace(life.case, memory=memory_from_json(stored))
    life.at("2025-06-03 15:00").does(HEAD, "take_back")
    assert ("overdue", CENTRAL_ADMIN) in heard(life.waits("2025-06-03 15:01"), "disposition")


def test_a_calendar_that_moves_a_missed_limit_to_another_past_day_tells_nobody_again() -> None:
    life = Life.begins("greged", "2025-06-02 10:00")
    life.waits("2025-06-04 09:00")
    flood = {"starts_on": "2025-06-02", "ends_on": "2025-06-02", "name": "Banjir"}
    opened = with_calendar(life.preset.settings, closings=[flood])
    life.at("2025-06-04 10:30")
    life.waits("2025-06-04 10:30")
    decision = engine.recompute(life.preset.procedure, opened, life.case, life.now)
    assert decision is not None
    due = next(change.state.due_at for change in decision.clocks if change.state.code == "verification")
    assert due == wib("2025-06-04 07:30"), "missed by either calendar"
    before, after = (
        [alarm for alarm in alarms if alarm.clock == "verification"]
        for alarms in (life.case.alarms, decision.alarms)
    )
    assert after == before


# What was missed is on record


def test_a_missed_limit_is_not_wiped_out_by_taking_the_step_back() -> None:
    life = Life.begins("upik", "2025-06-02 10:00")
    admin = staff("agency_admin")
    life.at("2025-06-02 10:10").does(admin, "accept")
    life.waits("2025-06-02 13:00")
    assert life.clock("takeover").overdue(life.now)
    life.does(admin, "take_back")
    missed = life.clock("takeover")
    assert (missed.stopped_at, missed.cancelled) == (life.now, False)
    assert missed.overdue(life.now)
    life.does(admin, "accept")
    assert life.clock("takeover").round == 2
    life.at("2025-06-02 13:10").does(admin, "take_back")
    assert life.clock("takeover").cancelled, "what was in time was not wanted"


def test_a_first_response_that_was_due_is_missed_although_the_case_is_closed_without_it() -> None:
    life = Life.begins("greged", "2025-06-02 10:00", category="noise")
    life.does(CLERK, "verify_complete")
    life.does(CLERK, "propose_disposition", category="noise", case_class="routine")
    life.does(HEAD, "assign", **ASSIGNED)
    life.at("2025-06-11 10:00").does(OFFICER, "submit_report", findings="Bising.", recommendation="Tegur.")
    life.does(SECRETARY, "approve")
    life.does(CLERK, "upload_answer", answer="Sudah ditegur kemarin.")
    clock = life.clock("first_response")
    assert life.case.lines["first_response"].cancelled
    assert clock.overdue(life.now)


def test_a_case_that_ends_in_a_pause_was_not_late_for_the_pause() -> None:
    def ends(data: dict[str, Any]) -> None:
        (wait,) = [s for line in data["lines"] for s in line["stages"] if s["code"] == "awaiting_reporter"]
        (whole,) = [clock for clock in data["clocks"] if clock.get("whole")]
        whole["pauses_in"] = ["awaiting_reporter"]
        wait["waits"]["to"] = "closed"

    life = Life.begins(preset_with("greged", ends), "2025-06-02 10:00")
    life.does(CLERK, "ask_reporter", question="Di RT berapa letaknya?")
    life.waits("2025-07-05 10:00")
    assert life.stage() == "closed"
    whole = life.clock("whole_process")
    assert whole.stopped_at == life.now
    assert not whole.overdue(life.now)
    assert whole.due_at > life.now, "the pause does not count"


def test_nothing_is_promised_by_a_moment_while_the_whole_process_stands_still() -> None:
    def stands(data: dict[str, Any]) -> None:
        (whole,) = [clock for clock in data["clocks"] if clock.get("whole")]
        whole["pauses_in"] = ["awaiting_reporter"]

    preset = preset_with("greged", stands)
    life = Life.begins(preset, "2025-06-02 10:00")
    asked = life.does(CLERK, "ask_reporter", question="Di RT berapa letaknya?")
    assert asked.due_at is None, "else it would be called late while the reporter is waited for"
    answered = life.at("2025-07-01 10:00").does(CLERK, "record_reply", reply="RT 4.")
    assert answered.due_at == life.due("whole_process") > life.now
    life = Life.begins(preset, "2025-06-02 10:00")
    due = life.due("whole_process")
    life.waits("2025-06-30 10:00")
    assert life.does(CLERK, "ask_reporter", question="Di RT berapa?").due_at == due < life.now


# What a step taken back gives back


def test_a_clock_that_stood_still_stands_still_again_when_the_step_is_taken_back() -> None:
    def ends(data: dict[str, Any]) -> None:
        (wait,) = [s for line in data["lines"] for s in line["stages"] if s["code"] == "awaiting_reporter"]
        (reply,) = [action for action in wait["actions"] if action["code"] == "record_reply"]
        (own,) = [clock for clock in data["clocks"] if clock["code"] == "verification"]
        reply |= {"revocable": True, "to": "disposition"}
        assert own["pauses_in"] == ["awaiting_reporter"]

    life = Life.begins(preset_with("greged", ends), "2025-06-02 10:00")
    life.at("2025-06-02 11:00").does(CLERK, "ask_reporter", question="Di RT berapa letaknya?")
    before = life.clock("verification")
    life.at("2025-06-03 15:00").does(CLERK, "record_reply", reply="RT 4.")
    assert life.clock("verification").stopped_at is not None
    life.at("2025-06-03 16:00").does(CLERK, "take_back")
    assert life.clock("verification") == before


def test_a_clock_of_another_line_comes_back_with_the_step_that_ended_it() -> None:
    def ends(data: dict[str, Any]) -> None:
        (own,) = [clock for clock in data["clocks"] if clock["code"] == "first_response"]
        (disposition,) = [s for line in data["lines"] for s in line["stages"] if s["code"] == "investigation"]
        (report,) = [action for action in disposition["actions"] if action["code"] == "submit_report"]
        report["revocable"] = True
        own["stops_by"] = ["submit_report"]

    life = Life.begins(preset_with("greged", ends), "2025-06-02 10:00", category="noise")
    life.does(CLERK, "verify_complete")
    life.does(CLERK, "propose_disposition", category="noise", case_class="routine")
    life.does(HEAD, "assign", **ASSIGNED)
    before = life.clock("first_response")
    assert before.running
    life.does(OFFICER, "submit_report", findings="Bising.", recommendation="Tegur.")
    assert not life.clock("first_response").running
    life.at("2025-06-03 10:00").does(OFFICER, "take_back")
    assert life.clock("first_response") == before
    assert [a.at for a in life.case.alarms if a.clock == before.code and a.kind is AlarmKind.DUE] == [
        before.due_at
    ]


# Other ways by which a pause grew or a text grew old


def test_moving_to_another_version_gives_the_reporters_wait_no_second_length() -> None:
    life = Life.begins("greged", "2025-06-02 10:00")
    life.does(CLERK, "ask_reporter", question="Di RT berapa letaknya?")
    (cap,) = [alarm.at for alarm in life.case.alarms if alarm.kind is AlarmKind.TIMEOUT]
    life.at("2025-06-20 10:00")
    preset = life.preset
    decision = moved(preset.procedure, preset.settings, life.case, {}, None, life.now)
    assert [alarm.at for alarm in decision.alarms if alarm.kind is AlarmKind.TIMEOUT] == [cap]
    assert cap == wib("2025-06-02 10:00") + timedelta(days=30)


@pytest.mark.parametrize("decreed", [2025, 2026])
def test_a_decree_that_moves_no_day_ends_what_was_provisional(decreed: int) -> None:
    life = Life.begins("greged", "2026-03-02 10:00")
    preset = life.preset

    def known_until(year: int) -> Settings:
        return with_calendar(preset.settings, decreed_until=year)

    first = engine.recompute(preset.procedure, known_until(2025), life.case, life.now)
    case: Case = life.case if first is None else applied(life.case, first)
    assert {state.provisional for state in case.clocks.values()} == {True}
    decision = engine.recompute(preset.procedure, known_until(decreed), case, life.now)
    if decreed == 2025:
        assert decision is None
        return
    assert decision is not None
    assert {change.event for change in decision.clocks} == {ClockEvent.MOVE}
    assert not any(change.state.provisional or change.previous_due_at for change in decision.clocks)
    assert not decision.messages, "no moment moved"
    assert decision.internal
    assert not moves(case, decision)
    assert decision.alarms == case.alarms
    assert engine.recompute(preset.procedure, known_until(2026), applied(case, decision), life.now) is None


# Four eyes


def test_nobody_gives_themselves_the_second_look_at_their_own_step() -> None:
    """Work meant for the one person who may not do it would be nobody's."""

    def approve(data: dict[str, Any]) -> None:
        stages = {stage["code"]: stage for line in data["lines"] for stage in line["stages"]}
        stages["work"]["actions"][0]["to"] = "finishing"
        stages["finishing"]["actions"][0]["four_eyes"] = True

    life = Life.begins(preset_with("upik", approve), "2025-06-02 10:00")
    units = (life.case.unit or "",)
    one, other = (staff("field_officer", id=number, units=units) for number in (2, 3))
    life.does(staff("agency_admin"), "accept")
    life.does(one, "take_over")
    assert life.case.lines["main"].member == 2
    life.does(one, "report_work", report="Lampu diganti.")
    assert life.case.lines["main"].member is None
    assert "finish" not in life.codes(one)
    assert "finish" in life.codes(other)


def test_the_desk_still_closes_what_lies_with_it() -> None:
    life = late()
    life.at("2025-06-03 10:30").does(CLERK, "hand_up", reason="Jalan kabupaten, bukan urusan kami.")
    life.at("2025-06-03 15:00").does(desk(CENTRAL_ADMIN), "close_by_desk", reason="Sudah ditangani dinas.")
    assert not [alarm for alarm in life.case.alarms if alarm.clock == "verification"]
    assert life.clock("verification").overdue(life.now)


# Whatever people do


def ladder_is_climbed(code: str, seed: int, steps: int) -> int:
    """One random life: of a clock that has run out everybody on its ladder hears, once, and in time. How many
    were told.
    """
    dice = random.Random(seed)
    life = Life.begins(code, f"2025-{dice.randint(1, 12):02}-{dice.randint(1, 28):02} 09:30")
    preset, people, total = life.preset, everybody(life.preset), 0
    told: dict[tuple[str, int], list[str]] = {}
    stopped = dict.fromkeys(life.case.clocks, False)

    def follow(decision: Decision) -> None:
        for change in decision.clocks:
            state = change.state
            before = stopped.get(state.code, True)
            stopped[state.code] = state.stopped_at is not None
            anew = before and not stopped[state.code] and decision.action != "take_back"
            if anew or state.due_at > decision.at:
                told.pop((state.code, state.round), None)
        for message in decision.messages:
            if message.key == "escalated" and message.clock:
                clock = life.clock(message.clock)
                told.setdefault((clock.code, clock.round), []).append(message.roles[0])

    for _ in range(steps):
        life.now += timedelta(minutes=dice.choice([0, 1, 20, 200, 1500, 9000]))
        while (by_time := life.waits(f"{life.now:%Y-%m-%d %H:%M}")) is not None:
            follow(by_time)
        for clock in life.case.clocks.values():
            if not clock.ran_out(life.now):
                continue
            heard = told.get((clock.code, clock.round), [])
            rungs = [rung.role for rung in preset.procedure.index.ladders[clock.code]]
            waits = [a for a in life.case.alarms if a.clock == clock.code and a.kind is AlarmKind.ESCALATE]
            assert heard == rungs[: len(heard)], (clock.code, heard)
            assert len(waits) == (0 if heard == rungs else 1), (clock.code, heard, life.case.alarms)
            total += len(heard)
        possible = [(person, offer) for person in people for offer in life.offered(person)]
        if not possible:
            break
        weights = [SELDOM.get(offer.action, 1.0) for _, offer in possible]
        who, offer = dice.choices(possible, weights)[0]
        follow(life.does(who, offer.action, offer.line, **typed(offer, dice, preset)))
    return total


@pytest.mark.parametrize("code", PRESETS)
def test_whatever_is_done_after_a_limit_everybody_on_its_ladder_hears_once(code: str) -> None:
    lives = scaled(60, 2_000)
    assert sum(ladder_is_climbed(code, seed, 25) for seed in range(lives)) > lives
