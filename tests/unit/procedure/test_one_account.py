"""Four eyes are two people's: one account is one person on both sides of the desk and in every position."""

from __future__ import annotations

import pytest

from tenants.organization.queries import Person
from tests.unit.workflows.simulate import Life, desk, staff
from tests.unit.workflows.test_rules_of_time_and_people import two_step
from workflows.cases import Actor, ActorKind
from workflows.decision import ActionRefused, Refusal
from workflows.loading import as_data, procedure_from
from workflows.preset import Preset, load_preset


@pytest.fixture
def preset() -> Preset:
    """A clerk proposes, and the government's desk approves, by other eyes."""
    from dataclasses import replace

    data = as_data(two_step())
    approval = next(stage for stage in data["lines"][0]["stages"] if stage["code"] == "approval")
    data["roles"].append({"code": "auditor", "name": {"id": "Pemeriksa"}, "scope": "government"})
    approval["owner"] = ["auditor"]
    del approval["actions"][0]["roles"]
    return replace(load_preset("greged"), procedure=procedure_from(data))


def clerk(user_id: int | None) -> Person:
    return Person(ActorKind.MEMBER, id=5, name="Petugas", roles=frozenset({"clerk"}), user_id=user_id)


@pytest.mark.parametrize(
    ("proposer", "approver", "allowed"),
    [
        (clerk(77), desk("auditor", id=77), False),
        (clerk(78), desk("auditor", id=77), True),
        (clerk(None), desk("auditor", id=77), True),
        (staff("clerk", id=77), desk("auditor", id=77), True),
    ],
)
def test_who_proposed_at_the_office_does_not_approve_at_the_desk(
    preset: Preset, proposer: Actor, approver: Actor, allowed: bool
) -> None:
    life = Life.begins(preset, "2025-06-02 10:00")
    life.does(proposer, "propose")
    if allowed:
        life.does(approver, "approve")
        return
    with pytest.raises(ActionRefused) as refused:
        life.does(approver, "approve")
    assert refused.value.code is Refusal.FOUR_EYES


def test_a_step_of_before_still_counts_as_whose_it_was() -> None:
    """Steps that were noted by the member's number alone."""
    assert "member:5" in clerk(77).keys
    assert "government:77" in clerk(77).keys
    assert clerk(77).key in desk("auditor", id=77).keys
