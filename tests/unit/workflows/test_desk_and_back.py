"""What lies in the government's queue comes back as it went: to its stage, and under the same eyes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.workflows.simulate import Life, desk, staff
from tests.unit.workflows.test_rules_of_time_and_people import two_step
from workflows import engine
from workflows.cases import CENTRAL_ADMIN
from workflows.decision import ActionRefused, Refusal
from workflows.loading import as_data, procedure_from
from workflows.moving import check_move, moved
from workflows.preset import load_preset
from workflows.procedure import Procedure
from workflows.replay import applied

ANN, BOB = staff("clerk", "head", id=1), staff("clerk", "head", id=2)
WHY = "Bukan tugas kami."


def approvals() -> Procedure:
    """A proposal and its approval by somebody else; both stages hand up."""
    data = as_data(two_step())
    data["platform"] = {"hand_up": {"stages": ["first", "approval"]}}
    return procedure_from(data)


def proposed() -> Life:
    life = Life.begins(replace(load_preset("greged"), procedure=approvals()), "2025-06-02 10:00")
    life.does(ANN, "propose")
    return life


def test_the_way_to_the_desk_and_back_is_no_second_pair_of_eyes() -> None:
    life = proposed()
    for back, who in (("take_back_hand_up", BOB), ("send_back", desk(CENTRAL_ADMIN))):
        life.does(ANN, "hand_up", reason=WHY)
        life.does(who, back, reason=WHY)
        assert life.stage() == "approval"
        assert "approve" not in life.codes(ANN)
        with pytest.raises(ActionRefused) as refused:
            life.does(ANN, "approve")
        assert refused.value.code is Refusal.FOUR_EYES
        assert "approve" in life.codes(BOB)


def test_what_lies_at_the_desk_needs_its_stage_in_a_new_version() -> None:
    life = proposed()
    life.does(ANN, "hand_up", reason=WHY)
    data = as_data(life.preset.procedure)
    for stage in data["lines"][0]["stages"]:
        if stage["code"] == "approval":
            stage["code"] = "signing"
    data["lines"][0]["stages"][0]["actions"][0]["to"] = "signing"
    data["platform"]["hand_up"]["stages"] = ["first", "signing"]
    new, settings = procedure_from(data), life.preset.settings
    assert [found.code for found in check_move(new, {("main", "approval"): 1}, {})] == ["W17"]
    with pytest.raises(ValueError, match="W17"):
        moved(new, settings, life.case, {}, None, life.now)
    there = applied(
        life.case, moved(new, settings, life.case, {("main", "approval"): "signing"}, None, life.now)
    )
    back = engine.decide(
        new, settings, there, "send_back", desk(CENTRAL_ADMIN), life.now, inputs={"reason": WHY}
    )
    assert applied(there, back).main.stage == "signing"
