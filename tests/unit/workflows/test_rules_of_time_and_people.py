"""W06, W09, W11 and W14: people for the work, ears for what was missed, limits that fit together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.workflows.simulate import PRESETS, Life, staff
from tests.unit.workflows.test_soundness import MINIMAL, changed
from workflows.cases import ActorKind, Scope
from workflows.decision import ActionRefused, Refusal
from workflows.loading import as_data, load_procedure, procedure_from, read
from workflows.preset import Preset, load_preset
from workflows.problems import Problem, Severity
from workflows.procedure import Procedure
from workflows.soundness import check_procedure
from workflows.staffing import check_staff

APPROVAL = """\
        actions:
          - {code: propose, name: {id: Usul, en: Propose}, to: approval}
      - code: approval
        name: {id: Persetujuan, en: Approval}
        owner: [head]
        status: in_process
        no_limit: true
        actions:
          - code: approve
            name: {id: Setuju, en: Approve}
            roles: [head, clerk]
            four_eyes: true
            tells: {text: finished}
            to: closed
      - {code: closed, name: {id: Selesai, en: Closed}, status: closed, final: resolved}
"""


def two_step() -> Procedure:
    head, _, rest = MINIMAL.partition("        actions:\n")
    tail = rest[rest.index("clocks:") :].replace("    pauses_in: [waiting]\n", "")
    text = head + APPROVAL + tail
    return load_procedure(text.replace("platform:", "ladder: [{role: head, after: 1 WD}]\nplatform:"))


def warnings(text: str) -> list[Problem]:
    found = check_procedure(load_procedure(text))
    assert all(problem.severity is Severity.WARNING for problem in found)
    return [problem for problem in found if problem.code != "W15"]


def test_of_several_ways_that_last_too_long_the_longest_is_named() -> None:
    """Always the same one: whoever signs for it is shown it again."""
    data = as_data(load_preset("greged").procedure)
    ways = [f"way{n}" for n in range(9)]
    work: dict[str, object] = {"name": "A", "owner": ["complaint_clerk"], "status": "received"}
    end: dict[str, object] = {"code": "end", "name": "A", "status": "closed", "final": "resolved"}
    choose = [{"code": f"to_{code}", "name": "A", "to": code} for code in ways]
    finish = [{"code": "finish", "name": "A", "to": "end", "tells": {"text": "finished"}}]
    begin = {**work, "code": "begin", "within_whole": True, "actions": choose}
    stages = [begin, *({**work, "code": code, "actions": finish} for code in ways), end]
    data["lines"] = [{"code": "main", "name": "A", "stages": stages}]
    ears = {"name": "A", "counts_from": "entering", "escalate_to": "district_head"}
    clocks = [
        {**ears, "code": code, "live": [code], "limit": f"{number + 2} WD"}
        for number, code in enumerate(ways)
    ]
    whole = {**ears, "code": "all", "whole": True, "counts_from": "receipt", "limit": "1 WD"}
    data |= {"clocks": [*clocks, whole], "platform": {}, "reporter": {}}
    found = check_procedure(procedure_from(data))
    (one,) = (problem for problem in found if "sum of limits" in problem.text.en)
    assert "(10 WD)" in one.text.en


def test_a_finding_about_very_many_limits_is_still_a_sentence() -> None:
    """Four hundred of them in a row are more characters than a text has."""
    data = as_data(load_preset("greged").procedure)
    clock = next(clock for clock in data["clocks"] if clock["code"] == "verification")
    many = [{**clock, "code": f"k{number}", "limit": "90000 WD"} for number in range(500)]
    data["clocks"] = [*many, *data["clocks"]]
    if not any(clock.get("whole") for clock in data["clocks"]):
        ears = {"counts_from": "receipt", "escalate_to": "district_head"}
        whole = {**ears, "code": "all", "name": "A", "whole": True, "limit": "1 WD"}
        data["clocks"].append(whole)
    found = check_procedure(procedure_from(data))
    (one,) = (problem for problem in found if "sum of limits" in problem.text.en)
    assert one.text.en.endswith("…")


def test_limits_of_stages_that_add_up_to_more_than_the_whole_are_warned_of() -> None:
    whole = """\
  - code: whole
    name: {id: Semua, en: All}
    limit: 7 WH
    counts_from: receipt
    whole: true
    escalate_to: head
    legal_basis: Contoh
    since: 2025-01-02
platform:
"""
    (found,) = warnings(changed("platform:\n", whole))
    assert found.code == "W11"
    assert "1 WD" in found.text.en
    assert "7 WH" in found.text.en
    assert warnings(changed("platform:\n", whole.replace("7 WH", "2 WD"))) == []


def test_a_limit_without_its_legal_basis_or_date_is_warned_of() -> None:
    assert [p.code for p in warnings(changed("    legal_basis: Contoh\n", ""))] == ["W11"]
    assert [p.code for p in warnings(changed("    since: 2025-01-02\n", ""))] == ["W11"]


@pytest.mark.parametrize("code", PRESETS)
def test_every_limit_of_a_preset_names_its_clock_its_basis_and_its_date(code: str) -> None:
    preset = load_preset(code)
    for clock in preset.procedure.clocks:
        assert clock.legal_basis
        assert clock.since is not None
    assert not [p for p in check_procedure(preset.procedure, preset.settings) if p.code in ("W09", "W11")]


@pytest.mark.parametrize("code", PRESETS)
def test_every_ladder_ends_at_who_answers_for_it(code: str) -> None:
    procedure = load_preset(code).procedure
    for clock in procedure.clocks:
        rungs = [clock.escalate_to, *(rung.role for rung in procedure.ladder_of(clock))]
        assert len(set(rungs)) == len(rungs), "no cycle"
        role = procedure.role(rungs[-1])
        assert role is None or role.head or role.scope is Scope.GOVERNMENT


def test_a_role_that_owns_work_and_that_nobody_holds_is_named_once() -> None:
    procedure = load_preset("greged").procedure
    holders = {role.code: frozenset({1}) for role in procedure.roles}
    assert list(check_staff(procedure, holders)) == []
    missing = list(check_staff(procedure, holders | {"unit_officer": frozenset()}))
    assert [p.code for p in missing] == ["W06"]
    assert "Kasie/Kasubbag" in missing[0].text.id
    desk = load_preset("mojokerto").procedure
    office = {r.code: frozenset({1}) for r in desk.roles if r.scope is Scope.OFFICE}
    assert list(check_staff(desk, office)) == [], "the desk's people are the government's to look after"


def test_a_role_that_is_the_governments_is_given_there() -> None:
    text = MINIMAL.replace(
        "roles:\n",
        "roles:\n  - {code: editor, scope: government, assigned_by: head, name: {id: Redaksi, en: Editor}}\n",
    )
    found = check_procedure(procedure_from(read(text).data))
    (error,) = (problem for problem in found if problem.severity is Severity.ERROR)
    assert error.code == "W06"
    assert "Redaksi" in error.text.id or "editor" in error.text.id


def test_four_eyes_need_two_people() -> None:
    procedure = two_step()
    everybody = {"clerk": frozenset({1}), "head": frozenset({1})}
    assert [p.code for p in check_staff(procedure, everybody)] == ["W14"]
    assert list(check_staff(procedure, everybody | {"head": frozenset({2})})) == []


def test_whoever_comes_before_leaves_somebody_for_the_second_look() -> None:
    """Two people are there, but where the head proposes, nobody is left to approve."""
    data = as_data(two_step())
    data["lines"][0]["stages"][1]["actions"][0]["roles"] = ["head"]
    procedure = procedure_from(data)
    people = {"clerk": frozenset({1, 2}), "head": frozenset({2})}
    assert [p.code for p in check_staff(procedure, people)] == ["W14"]
    assert list(check_staff(procedure, {"clerk": frozenset({1}), "head": frozenset({2})})) == []
    assert list(check_staff(procedure, people | {"head": frozenset({2, 3})})) == []


def test_a_step_that_nobody_may_take_is_named() -> None:
    """The stage has an owner, who may do nothing but wait for a role that nobody holds."""
    data = as_data(two_step())
    data["roles"].append({"code": "signer", "name": {"id": "Penanda tangan"}})
    data["lines"][0]["stages"][1]["actions"][0] |= {"roles": ["signer"], "four_eyes": False}
    procedure = procedure_from(data)
    people = {"clerk": frozenset({1}), "head": frozenset({2})}
    (found,) = check_staff(procedure, people | {"signer": frozenset()})
    assert (found.code, found.path[-3:]) == ("W06", ("actions", 0, "roles"))
    assert "Penanda tangan" in found.text.id
    assert list(check_staff(procedure, people | {"signer": frozenset({2})})) == []


def test_whoever_proposed_does_not_approve() -> None:
    preset = replace(load_preset("greged"), procedure=two_step())
    life = _begin(preset)
    both = staff("clerk", "head", id=7)
    life.does(both, "propose")
    assert life.case.main.by == "member:7"
    assert "approve" not in life.codes(both)
    with pytest.raises(ActionRefused) as refused:
        life.does(both, "approve")
    assert refused.value.code is Refusal.FOUR_EYES
    assert "approve" in life.codes(staff("clerk", id=8)), "somebody else with the same role may"
    assert "approve" not in life.codes(replace(both, kind=ActorKind.GOVERNMENT)), "the role is the office's"
    life.does(staff("head", id=9), "approve")
    assert not life.case.is_open


def _begin(preset: Preset) -> Life:
    from datetime import timedelta

    from tests.unit.workflows.simulate import wib
    from workflows import engine
    from workflows.cases import Intake
    from workflows.replay import received

    life = Life(preset, wib("2025-06-02 10:00"))
    sent = Intake(life.now, "Asia/Jakarta", "Jalan rusak parah sejak lama.", category="road")
    life.case = received(sent, engine.start(preset.procedure, preset.settings, sent, life.now))
    life.now += timedelta(minutes=5)
    return life
