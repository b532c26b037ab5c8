"""What plain forms do to a procedure: it stays sound, and what was added can be taken out again."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from tests.plugins.figures import Keep
from tests.proof import Subject, scaled
from tests.unit.workflows.sound_procedures import sound_document
from workflows.actions import Action
from workflows.common import Span
from workflows.editing import (
    Gap,
    Name,
    NewLimit,
    NewStage,
    add_role,
    add_stage,
    change_limit,
    change_stage,
    closes,
    code_for,
    escalations,
    gaps,
    give_limit,
    next_of,
    remove_stage,
    rename_role,
    take_limits,
)
from workflows.loading import as_data, as_yaml, digest, load_procedure, procedure_from
from workflows.owed import check_owed
from workflows.preset import load_preset, preset_codes
from workflows.problems import Severity
from workflows.procedure import Procedure
from workflows.soundness import check_procedure

NAME = Name("Telaah hukum", "Legal review")
DAY = Span.model_validate("1 WD")


def errors(procedure: Procedure) -> list[str]:
    return [str(item) for item in check_procedure(procedure) if item.severity is Severity.ERROR]


def limit(procedure: Procedure, owner: str, text: str = "1 WD") -> NewLimit:
    span = Span.model_validate(text)
    return NewLimit((span,), escalations(procedure, [owner])[0], 0.5, "Keputusan 1", date(2026, 1, 2))


def new_stage(procedure: Procedure, owner: str, **more: object) -> NewStage:
    given = {"limit": limit(procedure, owner), **more}
    return NewStage(NAME, owner, Name("Selesai ditelaah"), **given)  # type: ignore[arg-type]  # its fields by name


def status_of(procedure: Procedure, gap: Gap) -> dict[str, object]:
    stage = procedure.stage(gap.before, gap.line)
    if stage is not None and stage.waits is not None:
        stage = procedure.stage(gap.after, gap.line)
    return {"status": stage.status} if stage is not None and stage.status is not None else {}


def procedures() -> list[Procedure]:
    shipped = [load_preset(code).procedure for code in preset_codes()]
    dice = random.Random(20260103)
    return [*shipped, *(procedure_from(sound_document(dice)) for _ in range(scaled(25, 400)))]


def test_a_stage_in_any_gap_with_a_new_role_leaves_the_procedure_sound(figure: Keep) -> None:
    tried = 0
    for before in procedures():
        assert errors(before) == []
        for gap in gaps(before):
            with_role, owner = add_role(before, Name("Bagian Hukum"))
            for more in ({}, {"limit": None}):
                given = {**status_of(before, gap), **more}
                after, code = add_stage(with_role, gap, new_stage(with_role, owner, **given))
                assert check_owed(before, after) == [], "a stage that is put in between takes nothing away"
                assert errors(after) == [], (before.code, gap, more)
                assert next_of(after, gap.line, code) == (None if closes(before, gap) else gap.after)
                tried += 1
    figure(Subject.PROCEDURE, "stages added by a form", tried)
    assert tried > 60


def test_every_step_to_the_next_stage_leads_through_the_new_one() -> None:
    before = load_preset("greged").procedure
    gap = Gap("main", "classification", "disposition")
    after, code = add_stage(before, gap, new_stage(before, "complaint_clerk"))
    assert code == "telaah_hukum"
    stages = [stage.code for stage in after.lines[0].stages]
    assert stages.index(code) == stages.index("classification") + 1
    old = after.stage("classification")
    assert old is not None
    assert "disposition" not in {to for action in old.actions for to in action.targets()}
    new = after.stage(code)
    assert new is not None
    assert [(action.code, action.to) for action in new.actions] == [("selesai_ditelaah", "disposition")]
    clock = next(clock for clock in after.clocks if clock.live == (code,))
    assert (str(clock.limit), clock.warn_share, clock.since) == ("1 WD", 0.5, date(2026, 1, 2))
    begins = next(clock for clock in after.clocks if clock.code == "disposition").counts_from
    assert begins.kind == "entering"


def test_no_stage_is_offered_before_a_step_of_four_eyes() -> None:
    """It looks at who took the step before: another step in between would take its meaning away."""
    text = (Path(__file__).parents[2] / "acceptance/sops/own/two_approvals.procedure.yaml").read_text()
    procedure = load_procedure(text)
    eyes = {s.code for line in procedure.lines for s in line.stages if any(a.four_eyes for a in s.actions)}
    ways = {
        to for line in procedure.lines for stage in line.stages for a in stage.actions for to in a.targets()
    }
    assert eyes & ways
    assert eyes & {gap.after for gap in gaps(procedure)} == set()
    assert gaps(procedure)


def test_a_stage_before_the_end_holds_the_answer_back() -> None:
    tried = 0
    for preset in preset_codes():
        before = load_preset(preset).procedure
        for gap in [gap for gap in gaps(before) if closes(before, gap)]:
            after, code = add_stage(before, gap, new_stage(before, before.roles[0].code, limit=None))
            old = next(a for a in _actions(before, gap) if gap.after in a.targets())
            was = next(a for a in _actions(after, gap) if a.code == old.code)
            (now,) = after.stage(code).actions  # type: ignore[union-attr]  # it is there
            assert (was.tells, was.timeline, was.publication, was.to) == (None, None, None, code)
            assert (now.tells, now.timeline, now.publication) == (old.tells, old.timeline, old.publication)
            assert not any(item.to_reporter for item in was.inputs), "nothing reaches the reporter before"
            answer = next(item for item in now.inputs if item.code == old.tells.body)  # type: ignore[union-attr]  # it is there
            assert (answer.prefill, answer.to_reporter) == (answer.code, True)
            tried += 1
    assert tried >= 3


def _actions(procedure: Procedure, gap: Gap) -> tuple[Action, ...]:
    stage = procedure.stage(gap.before, gap.line)
    assert stage is not None
    return stage.actions


def test_a_stage_after_a_wait_takes_every_answer_and_the_end_by_time() -> None:
    before = load_preset("greged").procedure
    gap = Gap("main", "awaiting_reporter", "verification")
    assert gap in gaps(before)
    after, code = add_stage(before, gap, new_stage(before, "complaint_clerk", limit=None))
    wait = after.stage("awaiting_reporter")
    assert wait is not None
    assert wait.waits is not None
    assert wait.waits.to == code
    assert {to for action in wait.actions for to in action.targets()} == {code}
    clock = next(clock for clock in after.clocks if clock.code == "verification")
    assert code in clock.live, "the limit that stood still goes on there"
    assert digest(remove_stage(after, "main", code)) == digest(before)


def test_a_limit_that_runs_on_both_sides_runs_on_in_between() -> None:
    before = load_preset("greged").procedure
    gap = Gap("main", "verification", "classification")
    after, code = add_stage(before, gap, new_stage(before, "unit_officer", limit=None))
    clock = next(clock for clock in after.clocks if clock.code == "verification")
    assert clock.live == ("verification", code, "classification")
    stage = after.stage(code)
    assert stage is not None
    assert not stage.no_limit


def test_what_was_added_can_be_taken_out_again() -> None:
    tried = 0
    for before in procedures():
        for gap in gaps(before):
            if closes(before, gap):
                continue
            owner = before.stage(gap.before, gap.line).owner[0]  # type: ignore[union-attr]  # it is there
            after, code = add_stage(before, gap, new_stage(before, owner, **status_of(before, gap)))
            again = remove_stage(after, gap.line, code)
            assert errors(again) == []
            begun = [clock.counts_from for clock in before.clocks]
            if [clock.counts_from for clock in again.clocks] == begun:
                assert digest(again) == digest(before)
                tried += 1
    assert tried > 30


def test_stages_that_cannot_be_taken_out_by_themselves_stay() -> None:
    procedure = load_preset("greged").procedure
    for code in ("verification", "awaiting_reporter", "disposition", "answering", "closed"):
        assert next_of(procedure, "main", code) is None, code
        with pytest.raises(ValueError, match=code):
            remove_stage(procedure, "main", code)


def test_what_named_a_stage_that_is_taken_out_names_the_next_one() -> None:
    after = remove_stage(load_preset("jenawi").procedure, "main", "coordination")
    objection, hand_up, refer = after.reporter.object, after.platform.hand_up, after.platform.refer
    assert objection is not None
    assert objection.to == "response_drafting"
    assert hand_up is not None
    assert refer is not None
    assert (hand_up.stages, refer.stages) == ((), ())
    assert [error for error in errors(after) if error.startswith("R01")] == []


def test_no_stage_is_offered_between_a_question_and_its_wait() -> None:
    data = as_data(load_preset("jenawi").procedure)
    stages = data["lines"][0]["stages"]
    drafting = next(stage for stage in stages if stage["code"] == "response_drafting")
    ask = {"tells": {"text": "question", "body": "note"}, "inputs": [
        {"code": "note", "kind": "text", "label": "Pertanyaan"}]}  # fmt: skip
    drafting["actions"].append({"code": "ask", "name": "Tanya", "to": "waiting", **ask})
    reply = {"code": "reply", "name": "Jawab", "roles": ["reporter"], "to": "response_drafting"}
    waiting = {"code": "waiting", "name": "Menunggu", "owner": ["web_admin"], "status": "awaiting_reporter"}
    wait = {"no_limit": True, "waits": {"cap": "7 d", "to": "response_drafting"}, "actions": [reply]}
    stages.insert(stages.index(drafting), {**waiting, **wait})
    procedure = procedure_from(data)
    assert "waiting" not in {gap.after for gap in gaps(procedure)}
    assert [gap.after for gap in gaps(procedure) if gap.before == "waiting"] == ["response_drafting"]


def test_an_owner_is_not_told_of_its_own_miss() -> None:
    procedure = load_preset("greged").procedure
    assert escalations(procedure, ["district_secretary"])[0] == "district_head"
    assert "district_secretary" not in escalations(procedure, ["district_secretary"])
    assert "central_admin" in escalations(procedure, ["district_secretary"])


def test_a_stage_gets_another_name_owner_and_limit() -> None:
    before = load_preset("jenawi").procedure
    after = change_stage(before, "main", "answering", name=NAME, owner=["data_officer"])
    after = change_limit(after, "answering", limit(after, "data_officer", "3 h"))
    stage, clock = after.stage("answering"), next(c for c in after.clocks if c.code == "answering")
    assert stage is not None
    assert (stage.name.id, stage.name.en, stage.owner) == ("Telaah hukum", "Legal review", ("data_officer",))
    assert (str(clock.limit), clock.legal_basis) == ("3 h", "Keputusan 1")
    assert errors(after) == []
    assert load_procedure(as_yaml(after)) == after


def test_a_limit_with_branches_keeps_their_conditions() -> None:
    for code in preset_codes():
        procedure = load_preset(code).procedure
        for clock in procedure.clocks:
            branches = clock.limits()
            spans = tuple(Span(value=n + 1, unit=branches[n].limit.unit) for n in range(len(branches)))
            after = change_limit(procedure, clock.code, NewLimit(spans, clock.escalate_to))
            new = next(one for one in after.clocks if one.code == clock.code)
            assert [branch.when for branch in new.limits()] == [branch.when for branch in branches]
            assert tuple(branch.limit for branch in new.limits()) == spans


def test_a_limit_is_taken_and_given_back() -> None:
    before = load_preset("jenawi").procedure
    without = take_limits(before, "main", "answering")
    assert errors(without) == []
    assert "answering" not in {clock.code for clock in without.clocks}
    shared = take_limits(before, "main", "response_drafting")
    assert next(c for c in shared.clocks if c.code == "coordination").live == ("coordination",)
    again = give_limit(without, "main", "answering", limit(without, "web_admin"))
    assert errors(again) == []
    assert not again.stage("answering").no_limit  # type: ignore[union-attr]  # it is there


def test_a_role_is_renamed_and_keeps_its_code() -> None:
    before = load_preset("jenawi").procedure
    after = rename_role(before, "web_admin", NAME)
    assert after.role("web_admin").name.id == "Telaah hukum"  # type: ignore[union-attr]  # it is there
    assert [{**role, "name": ""} for role in as_data(after)["roles"]] == [
        {**role, "name": ""} for role in as_data(before)["roles"]
    ]


def test_codes_are_made_from_names_and_never_twice() -> None:
    assert code_for("Telaah Hukum & HAM", ()) == "telaah_hukum_ham"
    assert code_for("2 orang", ()) == "x_2_orang"
    assert code_for("審査", ()) == "x"
    assert code_for("Telaah", {"telaah", "telaah_2"}) == "telaah_3"
    assert len(code_for("a" * 300, ())) <= 49
    for name in ("Kepala", "reporter", "central admin"):
        procedure, code = add_role(load_preset("greged").procedure, Name(name))
        assert code not in ("reporter", "central_admin")
        assert procedure.role(code) is not None


def test_a_draft_that_is_unsound_opens_its_forms_all_the_same() -> None:
    """A step to a stage that is not there, a line that is there twice: the proof says so, no page fails."""
    data = as_data(load_preset("greged").procedure)
    data["lines"][0]["stages"][0]["actions"][0]["to"] = "nowhere"
    procedure = procedure_from(data)
    assert all(gap.after != "nowhere" for gap in gaps(procedure))
    assert next_of(procedure, "main", "classification") == "disposition"
    twice = {**data["lines"][1], "stages": [{**data["lines"][1]["stages"][0], "code": "other"}]}
    procedure = procedure_from({**data, "lines": [*data["lines"], twice]})
    assert {gap.before for gap in gaps(procedure) if gap.line == twice["code"]} == {
        gap.before for gap in gaps(procedure_from(data)) if gap.line == twice["code"]
    }
    assert next_of(procedure, twice["code"], "other") is None
