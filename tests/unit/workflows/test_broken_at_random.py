"""Whatever is broken at random is refused, or every life that people lead in it keeps every promise."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from tests.proof import Subject, scaled
from tests.unit.workflows.sound_procedures import Data, sound_document
from tests.unit.workflows.test_random import live
from workflows.loading import procedure_from
from workflows.preset import load_preset
from workflows.problems import DocumentRefused, Severity
from workflows.soundness import check_procedure


def broken(document: Data, dice: random.Random) -> Data:
    """The document with some of its parts put otherwise, sound or not."""
    for _ in range(dice.randint(1, 5)):
        dice.choice(BREAKS)(document, dice)
    return document


def actions_of(document: Data) -> list[Data]:
    return [a for line in document["lines"] for s in line["stages"] for a in s.get("actions", ())]


def guard(document: Data, dice: random.Random) -> Data:
    known = [("visibility", ["open", "confidential", "anonymous"])]
    for field, declared in (("case_class", "case_classes"), ("complexity", "complexities")):
        if document[declared]:
            known.append((field, [value["code"] for value in document[declared]]))
    field, declared_values = dice.choice(known)
    found = {field: dice.choice(declared_values)}
    return {"negate": found} if dice.random() < 0.3 else found


def place(document: Data, dice: random.Random) -> tuple[Data, list[str]]:
    line = dice.choice(document["lines"])
    return line, [stage["code"] for stage in line["stages"]]


def put_a_guard(document: Data, dice: random.Random) -> None:
    dice.choice(actions_of(document))["when"] = guard(document, dice)


def put_branches(document: Data, dice: random.Random) -> None:
    line, codes = place(document, dice)
    found = [action for stage in line["stages"] for action in stage.get("actions", ())]
    branches = [{"when": guard(document, dice), "to": dice.choice(codes)}, {"else": dice.choice(codes)}]
    dice.choice(found)["to"] = dice.choice([dice.choice(codes), branches])


def count_from_an_action(document: Data, dice: random.Random) -> None:
    clocks = [clock for clock in document["clocks"] if not clock.get("whole")]
    for clock in dice.sample(clocks, min(len(clocks), 2)):
        clock["counts_from"] = {"action": dice.choice(actions_of(document))["code"]}


def stop_by_an_action(document: Data, dice: random.Random) -> None:
    if document["clocks"]:
        clock = dice.choice(document["clocks"])
        clock.setdefault("stops_by", []).append(dice.choice(actions_of(document))["code"])


def let_it_run_elsewhere(document: Data, dice: random.Random) -> None:
    for clock in document["clocks"]:
        if not clock.get("whole") and dice.random() < 0.5:
            line = next(one for one in document["lines"] if one["code"] == clock["line"])
            clock["live"] = [*clock["live"], dice.choice(line["stages"])["code"]]


def take_no_limit_away(document: Data, dice: random.Random) -> None:
    line, _ = place(document, dice)
    dice.choice(line["stages"]).pop("no_limit", None)


def put_within_the_whole(document: Data, dice: random.Random) -> None:
    line, _ = place(document, dice)
    stage = dice.choice([stage for stage in line["stages"] if "final" not in stage])
    stage["within_whole"] = True


def object_anywhere(document: Data, dice: random.Random) -> None:
    codes = [stage["code"] for stage in document["lines"][0]["stages"]]
    document["reporter"]["object"] = {"within": "14 d", "to": dice.choice(codes)}


def hand_up_anywhere(document: Data, dice: random.Random) -> None:
    codes = [stage["code"] for stage in document["lines"][0]["stages"]]
    document["platform"]["hand_up"] = {"stages": [dice.choice(codes)], "returns_to": dice.choice(codes)}


def begin_otherwise(document: Data, dice: random.Random) -> None:
    for line in document["lines"][1:]:
        action = {"action": dice.choice(actions_of(document))["code"]}
        line["starts"] = dice.choice([action, {"closing": ["resolved"]}])


def give_to_others(document: Data, dice: random.Random) -> None:
    dice.choice(actions_of(document))["roles"] = dice.choice([["reporter"], ["head"], []])


def refer_at_the_start_alone(document: Data, dice: random.Random) -> None:
    document["platform"]["refer"] = {"stages": ["s0"]}


BREAKS: tuple[Callable[[Data, random.Random], None], ...] = (
    put_a_guard,
    put_branches,
    count_from_an_action,
    stop_by_an_action,
    let_it_run_elsewhere,
    take_no_limit_away,
    put_within_the_whole,
    object_anywhere,
    hand_up_anywhere,
    begin_otherwise,
    give_to_others,
    refer_at_the_start_alone,
)


def test_whatever_is_broken_at_random_is_refused_or_keeps_every_promise(
    figure: Callable[[Subject, str, float], None],
) -> None:
    """Whoever breaks what nobody has thought of: the proof and the engine know the same procedures."""
    base = load_preset("greged")
    accepted = refused = 0
    for seed in range(scaled(120, 3_000)):
        dice = random.Random(seed)
        try:
            procedure = procedure_from(broken(sound_document(dice), dice))
        except DocumentRefused:
            refused += 1
            continue
        found = check_procedure(procedure, base.settings)
        if any(problem.severity is Severity.ERROR for problem in found):
            refused += 1
            continue
        accepted += 1
        for way in range(3):
            live(replace(base, procedure=procedure), seed * 3 + way, 20)
    figure(Subject.PROCEDURE, "procedures broken at random, refused", refused)
    figure(Subject.PROCEDURE, "procedures broken at random, accepted and lived in", accepted)
    assert accepted > scaled(10, 300)
    assert refused > accepted
