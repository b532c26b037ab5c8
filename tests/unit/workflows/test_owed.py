"""Whoever puts a version in force is told what complaints are owed no longer: every step that can now be left
out, every end, right and limit that is gone, and nothing where nothing is.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.workflows.mutants import Data
from tests.unit.workflows.simulate import PRESETS
from tests.unit.workflows.sound_procedures import sound_document
from workflows.loading import as_data, procedure_from
from workflows.owed import MOST, check_owed
from workflows.preset import load_preset
from workflows.problems import Problem, Severity


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


@given(seed=st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_random_procedures_owe_the_same_as_themselves_and_compare_with_any(seed: int) -> None:
    dice = random.Random(seed)
    one, other = (procedure_from(sound_document(dice)) for _ in range(2))
    assert check_owed(one, one) == []
    assert all(found.text.id and found.text.en for found in check_owed(one, other))
