"""What the clock does without anybody: warnings, what is late and climbs, and a calendar that changes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from tests.unit.workflows.simulate import Life, staff, wib
from tests.unit.workflows.test_steps import assigned
from workflows import engine
from workflows.cases import AlarmKind, alarms_from_json, alarms_to_json, memory_from_json, memory_to_json
from workflows.common import Span
from workflows.decision import ClockEvent
from workflows.procedure import Procedure
from workflows.settings import Settings

CLERK = staff("complaint_clerk")
UNIT = staff("unit_officer", id=4, units=("trantib",))


def test_warning_overdue_and_reminder_are_told_once_and_to_the_right_people() -> None:
    life = Life.begins("greged", "2025-06-02 10:00")
    clock = life.clock("verification")
    assert clock.warn_at == wib("2025-06-03 07:52:30"), "three quarters of the 8.5 working hours"
    assert life.waits("2025-06-03 07:00") is None
    warned = life.waits("2025-06-03 08:00")
    assert warned is not None
    assert [(m.key, m.roles) for m in warned.messages] == [("due_soon", ("complaint_clerk",))]
    assert (warned.action, warned.internal) == ("notice", True)
    missed = life.waits("2025-06-03 10:00")
    assert missed is not None
    assert [(m.key, m.roles) for m in missed.messages] == [
        ("overdue", ("complaint_clerk",)),
        ("overdue", ("district_secretary",)),
    ]
    assert life.waits("2025-06-03 10:01") is None, "nothing twice"
    assert life.clock("verification").running, "a miss does not end the clock"
    assert life.clock("verification").overdue(life.now)


def test_what_stays_missed_climbs_the_ladder_until_somebody_acts() -> None:
    life = Life.begins("greged", "2025-06-02 10:00")
    heard = []
    for day in range(3, 20):
        decision = life.waits(f"2025-06-{day:02} 15:00")
        if decision is not None:
            heard += [(day, m.roles[0]) for m in decision.messages if m.clock == "verification"]
    assert heard == [
        (3, "complaint_clerk"),
        (3, "complaint_clerk"),
        (3, "district_secretary"),
        (4, "district_head"),
        (10, "central_admin"),
    ]
    missed = Life.begins("greged", "2025-06-02 10:00").waits("2025-06-19 15:00")
    assert missed is not None
    told = [m.roles[0] for m in missed.messages if m.clock == "verification" and m.key != "due_soon"]
    assert told == ["complaint_clerk", "district_secretary", "district_head", "central_admin"]


def test_who_acts_in_time_stops_the_climb() -> None:
    life = Life.begins("greged", "2025-06-02 10:00")
    life.waits("2025-06-03 15:00")
    life.at("2025-06-04 08:00").does(CLERK, "verify_complete")
    life.does(CLERK, "propose_disposition", category="road", case_class="routine")
    decision = life.waits("2025-06-04 15:00")
    assert decision is None or not [m for m in decision.messages if m.clock == "verification"]
    assert not [alarm for alarm in life.case.alarms if alarm.clock == "verification"]


def test_work_without_a_limit_is_reminded_of_again_and_again_and_higher_and_higher() -> None:
    life = assigned()
    reminders = []
    for day in range(3, 24):
        decision = life.waits(f"2025-06-{day:02} 15:00")
        if decision is not None:
            reminders += [
                (day, m.key, m.roles[0])
                for m in decision.messages
                if m.key in ("work_reminder", "escalated") and not m.clock
            ]
    assert reminders == [
        (5, "work_reminder", "unit_officer"),
        (12, "work_reminder", "unit_officer"),
        (12, "escalated", "district_secretary"),
        (17, "work_reminder", "unit_officer"),
        (17, "escalated", "district_head"),
        (20, "work_reminder", "unit_officer"),
        (20, "escalated", "central_admin"),
    ]


def test_alarms_and_memory_survive_their_json() -> None:
    life = assigned()
    memory = json.loads(json.dumps(memory_to_json(life.case.memory)))
    assert memory_from_json(memory) == life.case.memory
    alarms = json.loads(json.dumps(alarms_to_json(life.case.alarms)))
    assert alarms_from_json(alarms) == life.case.alarms
    assert memory_from_json({}) == type(life.case.memory)()


# The calendar changes


def test_a_flood_day_moves_what_is_due_and_the_reporter_hears_of_it() -> None:
    life = Life.begins("greged", "2025-06-02 10:00")
    settings = life.preset.settings
    data = settings.model_dump(mode="json")
    data["calendar"]["closings"] = [{"starts_on": "2025-06-03", "ends_on": "2025-06-03", "name": "Banjir"}]
    flooded = type(settings).model_validate(data)
    assert engine.recompute(life.preset.procedure, settings, life.case, life.now) is None
    decision = engine.recompute(life.preset.procedure, flooded, life.case, life.now)
    assert decision is not None
    assert {c.event for c in decision.clocks} == {ClockEvent.MOVE}
    assert {c.state.code: c.state.due_at for c in decision.clocks} == {
        "verification": wib("2025-06-04 10:00"),
        "whole_process": wib("2025-06-25 10:00"),
    }
    assert [m.key for m in decision.messages] == ["due_moved"]
    assert decision.work_moved[0].due_at == wib("2025-06-04 10:00")
    assert decision.promised_due_at is None
    assert not decision.lines


def test_a_flood_day_moves_the_end_of_a_wait_that_is_counted_in_working_time() -> None:
    life = Life.begins("greged", "2025-06-02 10:00")
    life.does(CLERK, "ask_reporter", question="Di RT berapa letaknya?")

    def ends(cap: str) -> list[datetime]:
        document = life.preset.procedure.model_dump(mode="json")
        (wait,) = [s["waits"] for line in document["lines"] for s in line["stages"] if s["waits"]]
        wait["cap"] = cap
        procedure = Procedure.model_validate(document)
        data = life.preset.settings.model_dump(mode="json")
        data["calendar"]["closings"] = [
            {"starts_on": "2025-06-03", "ends_on": "2025-06-03", "name": "Banjir"}
        ]
        case = replace(
            life.case,
            alarms=tuple(
                replace(alarm, at=calendar.add(life.now, Span.model_validate(cap)))
                if alarm.kind is AlarmKind.TIMEOUT
                else alarm
                for alarm in life.case.alarms
            ),
        )
        decision = engine.recompute(procedure, Settings.model_validate(data), case, life.now)
        assert decision is not None
        return [alarm.at for alarm in decision.alarms if alarm.kind is AlarmKind.TIMEOUT]

    calendar = life.preset.settings.work_calendar("Asia/Jakarta")
    assert calendar.add(life.now, Span.model_validate("1 WD")) == wib("2025-06-03 10:00")
    assert ends("1 WD") == [wib("2025-06-04 10:00")]
    assert ends("30 d") == [wib("2025-07-02 10:00")]
