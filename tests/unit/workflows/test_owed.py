"""Whoever puts a version in force is told what complaints are owed no longer: every step that can now be left
out, every end, right and limit that is gone, and nothing where nothing is.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.workflows.mutants import Data
from tests.unit.workflows.simulate import PRESETS
from tests.unit.workflows.sound_procedures import sound_document
from workflows.cases import Outcome
from workflows.loading import as_data, procedure_from
from workflows.owed import MOST, check_owed
from workflows.passing import Passing, numbered
from workflows.preset import load_preset
from workflows.problems import Problem, Severity
from workflows.procedure import Line, Procedure


def greged() -> Data:
    return as_data(load_preset("greged").procedure)


def stage(data: Data, code: str) -> Data:
    return next(stage for line in data["lines"] for stage in line["stages"] if stage["code"] == code)


def action(data: Data, at: str, code: str) -> Data:
    return next(action for action in stage(data, at)["actions"] if action["code"] == code)


def found_after(change: Callable[[Data], Any], preset: str = "greged") -> list[Problem]:
    old = load_preset(preset).procedure
    data = as_data(old)
    change(data)
    found = check_owed(old, procedure_from(data))
    assert all(one.severity is Severity.WARNING and one.code == "W19" for one in found)
    assert all(one.text.id != one.text.en for one in found)
    return found


@pytest.mark.parametrize("preset", PRESETS)
def test_the_same_procedure_owes_the_same(preset: str) -> None:
    assert found_after(lambda data: None, preset) == []


def test_a_step_that_can_now_be_left_out_is_named_with_where_and_how() -> None:
    (found,) = found_after(lambda data: action(data, "disposition", "assign").update(to="answering"))
    assert found.path == ("lines", 0, "stages", 3, "actions", 0)
    assert found.text.en == (
        "After “Assign” (stage “Disposition”), a complaint can now end at “Closed” without passing: "
        "“Submit the report” (stage “Investigation”), “Approve” (stage “Review”). "
        "Make sure that this may be left out."
    )


def test_a_new_way_around_a_step_is_named() -> None:
    shortcut = {"code": "skip", "name": {"id": "Langsung", "en": "Go on"}, "to": "answering"}
    (found,) = found_after(lambda data: stage(data, "investigation")["actions"].append(shortcut))
    assert "After “Go on” (stage “Investigation”)" in found.text.en
    assert "without passing: “Submit the report” (stage “Investigation”), “Approve”" in found.text.en


def test_an_added_stage_takes_nothing_away() -> None:
    def change(data: Data) -> None:
        extra: Data = {"code": "extra", "name": {"id": "Rapat", "en": "Meeting"}, "owner": ["district_head"]}
        go_on = {"code": "go_on", "name": {"id": "Lanjut", "en": "Go on"}, "to": "review"}
        extra |= {"status": "in_process", "no_limit": True, "actions": [go_on]}
        data["lines"][0]["stages"].insert(5, extra)
        action(data, "investigation", "submit_report")["to"] = "extra"

    assert found_after(change) == []


def test_going_back_further_than_before_is_told() -> None:
    (found,) = found_after(lambda data: action(data, "review", "return_report").update(to="classification"))
    assert "now has to pass first" in found.text.en


def test_an_end_that_is_out_of_reach_is_told() -> None:
    def change(data: Data) -> None:
        stage(data, "misrouted")["actions"] = []

    out_of_reach, gone = found_after(change, "mojokerto")
    assert "is no longer there" in gone.text.en
    assert "can no longer end at “Closed”" in out_of_reach.text.en


def test_an_end_that_can_now_be_reached_is_told() -> None:
    def change(data: Data) -> None:
        decline = {"code": "drop", "name": {"id": "Buang", "en": "Drop"}, "to": "declined"}
        stage(data, "misrouted")["actions"] = [
            decline | {"reason_required": True, "tells": {"text": "declined"}}
        ]

    found = found_after(change, "mojokerto")
    assert any("can no longer end at “Closed”" in one.text.en for one in found)
    declined = found_after(
        lambda data: stage(data, "study")["actions"].append(
            {"code": "drop", "name": {"id": "Buang", "en": "Drop"}, "to": "declined", "reason_required": True}
        ),
        "mojokerto",
    )
    assert [one.text.en for one in declined] == [
        "After “Drop” (stage “Study”), a complaint can now end at “Declined”, which was not possible before. "
        "Make sure that it may."
    ]


def two_limits(d: Data) -> None:
    """The first branch as long as before, the other three times as long."""
    first = {"limit": "1 WD", "when": {"visibility": "anonymous"}}
    d["clocks"][0]["limit"] = [first, {"else": "3 WD"}]


def asks_less(d: Data) -> None:
    action(d, "investigation", "submit_report")["inputs"][0]["required"] = False


LESS: list[tuple[str, Callable[[Data], Any], str]] = [
    ("greged", two_limits, "“Verification and classification” becomes longer: from 1 WD to 3 WD"),
    ("greged", asks_less, "“Submit the report” at the stage “Investigation” no longer demands: “"),
    (
        "greged",
        lambda d: action(d, "review", "approve").update(roles=["complaint_clerk"]),
        "“Approve” at the stage “Review” may now be taken by “",
    ),
    (
        "greged",
        lambda d: stage(d, "review").update(owner=["complaint_clerk"]),
        "“Review” is now the work of “",
    ),
    (
        "greged",
        lambda d: action(d, "review", "approve").update(when={"visibility": "anonymous"}),
        "no longer there for every complaint that had it",
    ),
    (
        "greged",
        lambda d: stage(d, "answering").update(final="resolved", actions=[]),
        "now ends the complaint",
    ),
    ("greged", lambda d: stage(d, "closed").update(final="declined"), "with another outcome"),
    ("greged", lambda d: stage(d, "closed").pop("final"), "no longer ends the complaint"),
    ("greged", lambda d: stage(d, "closed").update(status="answered"), "now reads another status"),
    (
        "greged",
        lambda d: stage(d, "awaiting_reporter")["waits"].update(cap="1 WD"),
        "changes from 30 d to 1 WD",
    ),
    ("greged", lambda d: d["clocks"][0].update(live=d["clocks"][0]["live"][:1]), "no longer runs at “"),
    ("greged", lambda d: d["clocks"][0].update(counts_from="entering"), "counted from another moment"),
    ("greged", lambda d: d["clocks"][1].update(pauses_in=["awaiting_reporter"]), "stands still at “"),
    ("greged", lambda d: d["clocks"][0].update(stops_by=["note"]), "now ends with the step “"),
    ("greged", lambda d: d["ladder"][-1].update(after="9 WD"), "reaches “Central admin” later: "),
    ("greged", lambda d: d["reporter"]["object"].update(within="1 h"), "The reporter's time for objection"),
    ("greged", lambda d: d["intake"].update(anonymous=False), "report anonymously"),
    ("greged", lambda d: d["intake"].update(confidential=False), "ask for confidentiality"),
    ("greged", lambda d: d["intake"].update(max_files=0), "no longer attach files"),
    (
        "greged",
        lambda d: d["intake"].update(required=[*d["intake"].get("required", ["category"]), "occurred_at"]),
        "has to give also: the time of what happened",
    ),
    (
        "mojokerto",
        lambda d: d["platform"]["hand_up"].update(stages=d["platform"]["hand_up"]["stages"][1:]),
        "no longer be handed up from “",
    ),
    ("mojokerto", lambda d: d["platform"].pop("coordinate"), "no longer ask another office"),
    (
        "triharjo",
        lambda d: d["lines"][1]["stages"].append(d["lines"][1]["stages"].pop(0)),
        "From the beginning of the side line “",
    ),
]
"""Further things that a reader would feel cheated of if nobody had told them."""


@pytest.mark.parametrize(
    ("preset", "change", "words"),
    [
        (
            "greged",
            lambda d: d["clocks"].pop(0),
            "The limit “Verification and classification” is no longer there",
        ),
        ("greged", lambda d: d["clocks"][0].update(limit="9 WD"), "becomes longer: from 1 WD to 9 WD"),
        ("greged", lambda d: d["clocks"][0].update(limit="7 h"), "counted otherwise now: from 1 WD to 7 h"),
        ("greged", lambda d: d["ladder"].pop(), "no longer reaches"),
        ("greged", lambda d: d["reporter"].update(withdraw=False), "can no longer withdraw"),
        ("greged", lambda d: d["reporter"].pop("object"), "can no longer object"),
        ("greged", lambda d: d["reporter"].pop("rate"), "can no longer rate"),
        ("mojokerto", lambda d: d["platform"].pop("hand_up"), "can no longer be handed up"),
        ("triharjo", lambda d: d["lines"].pop(1), "The side line “"),
        (
            "mojokerto",
            lambda d: action(d, "received", "decline").update(reason_required=False),
            "no longer demands a reason",
        ),
        (
            "mojokerto",
            lambda d: action(d, "entry", "enter_answer").pop("tells"),
            "no longer hears of the step",
        ),
        (
            "mojokerto",
            lambda d: d["lines"][1].update(starts={"closing": ["declined"]}),
            "Something else begins",
        ),
        ("mojokerto", lambda d: d["clocks"][5].update(escalate_to="central_admin"), "no longer hears of it"),
        *LESS,
    ],
)
def test_what_is_no_longer_owed_is_told(preset: str, change: Callable[[Data], Any], words: str) -> None:
    found = found_after(change, preset)
    assert any(words in one.text.en for one in found), [one.text.en for one in found]


def branching(*branches: tuple[str, dict[str, str] | None]) -> Callable[[Data], None]:
    """Approving leads to one stage or another."""
    written = [{"to": to, "when": when} if when else {"else": to} for to, when in branches]
    return lambda d: action(d, "review", "approve").update(to=written)


ANONYMOUS, NAMED_ONES = {"visibility": "anonymous"}, {"visibility": "open"}


def test_which_complaints_go_which_way_is_compared_and_not_how_it_is_written() -> None:
    old = greged()
    branching(("investigation", ANONYMOUS), ("answering", None))(old)
    turned, fewer, other = greged(), greged(), greged()
    everybody_else = {"negate": ANONYMOUS}
    action(turned, "review", "approve")["to"] = [
        {"to": "answering", "when": everybody_else},
        {"else": "investigation"},
    ]
    branching(("investigation", NAMED_ONES), ("answering", None))(fewer)
    branching(("investigation", ANONYMOUS), ("closed", None))(other)
    assert check_owed(procedure_from(old), procedure_from(turned)) == []
    (found,) = check_owed(procedure_from(old), procedure_from(fewer))
    assert "now leads some complaints to another stage" in found.text.en
    (found,) = check_owed(procedure_from(old), procedure_from(other))
    assert "without passing: “Upload the answer and close”" in found.text.en


def test_another_code_for_what_keeps_its_name_is_no_loss() -> None:
    def recoded(part: Any) -> Any:
        codes = {"district_secretary": "secretary", "verification_limit": "first_limit"}
        codes |= {
            "review": "looking_over",
            "approve": "say_yes",
            "disposition": "assigning",
        }
        codes |= {"assign": "give_out", "verification": "first_look"}
        if isinstance(part, dict):
            return {key: recoded(value) for key, value in part.items()}
        if isinstance(part, list):
            return [recoded(value) for value in part]
        return codes.get(part, part) if isinstance(part, str) else part

    old = greged()
    old["clocks"][0]["code"] = "verification_limit"
    new = recoded(old)
    assert new != old
    assert check_owed(procedure_from(old), procedure_from(new)) == []


def test_the_same_limit_written_in_another_way_is_no_loss() -> None:
    def split(d: Data) -> None:
        d["clocks"][0]["limit"] = [{"limit": "1 WD", "when": ANONYMOUS}, {"else": "1 WD"}]

    assert found_after(split) == []


def test_a_day_of_24_hours_is_as_long_as_24_hours() -> None:
    def written(limit: str) -> Data:
        data = greged()
        data["clocks"][0]["limit"] = limit
        return data

    day, hours, longer = (procedure_from(written(limit)) for limit in ("1 d", "24 h", "25 h"))
    assert check_owed(day, hours) == check_owed(hours, day) == []
    (found,) = check_owed(day, longer)
    assert "becomes longer: from 1 d to 25 h" in found.text.en


def test_a_wholly_other_procedure_is_told_in_as_many_sentences_as_anybody_reads() -> None:
    old, new = greged(), greged()
    step = action(old, "review", "approve")
    stage(old, "review")["actions"] += [
        {**step, "code": f"extra{n}", "name": f"Tambahan {n}"} for n in range(300)
    ]
    found = check_owed(procedure_from(old), procedure_from(new))
    assert len(found) == MOST
    assert f"{302 - MOST} more things" in found[-1].text.en


def test_less_than_two_people_is_told() -> None:
    old = greged()
    action(old, "review", "approve")["four_eyes"] = True
    (found,) = check_owed(procedure_from(old), load_preset("greged").procedure)
    assert "no longer demands a second person" in found.text.en


def test_names_of_any_length_fit_into_the_sentence() -> None:
    data = greged()
    for line in data["lines"]:
        for one in line["stages"]:
            for part in (one, *one.get("actions", ())):
                part["name"] = {"id": part["code"] + "a" * 3_900, "en": part["code"] + "b" * 3_900}
    changed = greged()
    changed["lines"] = [{**data["lines"][0]}]
    action(changed, "disposition", "assign")["to"] = "answering"
    assert check_owed(procedure_from(data), procedure_from(changed))


# The sets that all this rests on


def passes(line: Line, start: str, ends: frozenset[str], without: tuple[str, str]) -> bool:
    """Whether an end can be reached from a stage if one step is never taken."""
    seen, todo = {start}, [start]
    stages = {one.code: one for one in line.stages}
    while todo:
        here = stages[todo.pop()]
        if here.code in ends:
            return True
        onward = [to for one in here.actions if (here.code, one.code) != without for to in one.targets()]
        for to in [*onward, *([here.waits.to] if here.waits else [])]:
            if to not in seen:
                seen.add(to)
                todo.append(to)
    return False


def look_through(procedure: Procedure) -> None:
    for line in procedure.lines:
        bits = numbered(line)
        for outcome in Outcome:
            passing = Passing(line, outcome, bits)
            for one in line.stages:
                reached = passes(line, one.code, passing.ends, ("", "-"))
                needed = passing.from_stage(one.code)
                assert (needed is not None) == reached
                for step, bit in bits.items():
                    by_hand = reached and not passes(line, one.code, passing.ends, step)
                    assert bool((needed or 0) & bit) == by_hand, (line.code, one.code, step, outcome)


@pytest.mark.parametrize("preset", PRESETS)
def test_what_has_to_be_passed_is_what_no_way_to_the_end_goes_without(preset: str) -> None:
    look_through(load_preset(preset).procedure)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_so_it_is_in_random_procedures(seed: int) -> None:
    look_through(procedure_from(sound_document(random.Random(seed))))


@given(seed=st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_random_procedures_owe_the_same_as_themselves_and_compare_with_any(seed: int) -> None:
    dice = random.Random(seed)
    one, other = (procedure_from(sound_document(dice)) for _ in range(2))
    assert check_owed(one, one) == []
    assert all(found.text.id and found.text.en for found in check_owed(one, other))


def chain(count: int, step: int) -> Procedure:
    data = greged()
    codes = [f"d{n}" for n in range(count)] + ["done"]
    stages: list[Data] = [
        {"code": code, "name": "A", "owner": ["clerk"], "status": "received", "no_limit": True}
        for code in codes[:-1]
    ]
    for number, one in enumerate(stages):
        ways = [codes[min(count, number + step + further)] for further in (0, 1)]
        one["actions"] = [{"code": f"a{n}", "name": "A", "to": to} for n, to in enumerate(ways)]
    stages.append({"code": "done", "name": "A", "status": "closed", "final": "resolved"})
    data["lines"] = [{"code": "main", "name": "A", "stages": stages}]
    data["clocks"], data["platform"], data["reporter"] = [], {}, {}
    return procedure_from(data)


def test_a_long_procedure_is_compared_at_once() -> None:
    one, other = chain(1_200, 1), chain(1_200, 2)
    begin = time.process_time()
    check_owed(one, other)
    check_owed(other, one)
    assert time.process_time() - begin < 2


def guarded(count: int, values: int, shift: int) -> Procedure:
    """Steps and limits with branches over every pair of values that few guards can tell apart."""
    data = {**as_data(chain(count, 1)), "clocks": []}
    data["case_classes"] = [{"code": f"c{n}", "name": "A"} for n in range(values)]
    data["complexities"] = [{"code": f"x{n}", "name": "A"} for n in range(values)]
    for number, one in enumerate(data["lines"][0]["stages"][:-1]):
        guards = [{"case_class": f"c{n}"} for n in range(values)]
        guards += [{"complexity": f"x{n}"} for n in range(values)]
        one["actions"][0]["when"] = {"any": guards[shift:]}
        data["clocks"].append(
            {
                "code": f"k{number}",
                "name": "A",
                "live": [one["code"]],
                "counts_from": "entering",
                "escalate_to": "head",
                "limit": [{"limit": f"{n + shift + 1} WD", "when": guard} for n, guard in enumerate(guards)]
                + [{"limit": "9 WD"}],
            }
        )
    return procedure_from(data)


@pytest.mark.parametrize(("count", "values"), [(40, 18), (30, 40)])
def test_branches_over_many_cases_are_compared_at_once(count: int, values: int) -> None:
    one, other = guarded(count, values, 0), guarded(count, values, 1)
    begin = time.process_time()
    assert check_owed(one, other)
    assert time.process_time() - begin < 2


def side_by_side(count: int, limit: str) -> Procedure:
    """Very many side lines, each with a limit, a role and a step of its own."""
    data = greged()
    for number in range(count):
        work: Data = {"code": f"w{number}", "name": "A", "owner": [f"r{number}"]}
        end = {"code": f"e{number}", "name": "A", "final": "resolved"}
        work["actions"] = [{"code": f"go{number}", "name": "A", "to": end["code"]}]
        data["lines"].append({"code": f"l{number}", "name": "A", "starts": {"closing": ["resolved"]}})
        data["lines"][-1]["stages"] = (
            [work, end] if limit == "1 WD" else [{**work, "code": f"x{number}"}, end]
        )
        data["roles"].append({"code": f"r{number}", "name": "A"})
        ears = {"name": "A", "counts_from": "entering", "escalate_to": "district_head"}
        data["clocks"].append({**ears, "code": f"k{number}", "line": f"l{number}", "limit": limit})
        data["clocks"][-1]["live"] = [work["code"] if limit == "1 WD" else f"x{number}"]
    return procedure_from(data)


def test_very_many_lines_are_compared_at_once() -> None:
    one, other = side_by_side(400, "1 WD"), side_by_side(400, "2 WD")
    begin = time.process_time()
    assert len(check_owed(one, other)) == MOST
    assert len(check_owed(other, one)) == MOST
    assert time.process_time() - begin < 2
