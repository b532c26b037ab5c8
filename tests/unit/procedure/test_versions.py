"""Versions: drafted, proved, put in force, retired; what is open goes on under its own, or is moved whole."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from central.coordination.models import Alarm
from central.coordination.registry import alarm_handler
from central.offices.access import office
from central.offices.models import Office
from tenants.complaints.chain import verify_chain
from tenants.complaints.models import Complaint, Event, WorkItem
from tenants.complaints.services import act, receive
from tenants.organization.models import Member
from tenants.organization.queries import actor_for_member
from tenants.organization.services import add_member, assign, create_position
from tenants.procedure.models import ProcedureDraft, ProcedureVersion
from tenants.procedure.queries import settings_now
from tenants.procedure.services import (
    ProcedureError,
    begin_move,
    check_draft,
    draft_from_preset,
    draft_from_version,
    drop_draft,
    enforce_draft,
    plan_move,
    put_procedure,
    put_settings,
    roll_back,
    save_draft,
    start_draft,
)
from tenants.procedure.signing import mark_of
from tests.signed import enforce_signed, put_signed
from workflows.checking import check
from workflows.loading import as_data, as_yaml, procedure_from
from workflows.preset import load_preset
from workflows.problems import Severity


@pytest.fixture
def admin(staff, inside):
    staff("complaint_clerk")  # everybody is hired
    member = Member.objects.create(name="Admin", email="admin@example.id", is_admin=True, user_id=10**9)
    return actor_for_member(member.pk)


def in_force() -> ProcedureVersion:
    return ProcedureVersion.objects.get(state="in_force")


def refused(code: str, command, /, *args, **kwargs) -> ProcedureError:
    with pytest.raises(ProcedureError) as error:
        command(*args, **kwargs)
    assert error.value.code == code
    assert str(error.value.message)
    return error.value


def changed(limit: str = "2 WD", clock: str = "verification") -> dict[str, Any]:
    """The procedure in force with another limit."""
    data = as_data(procedure_from(in_force().document))
    for item in data["clocks"]:
        if item["code"] == clock:
            item["limit"] = limit
    return data


def renamed(old: str, new: str) -> dict[str, Any]:
    """The procedure in force with another code for a stage."""

    def walk(part: Any, key: str = "") -> Any:
        if isinstance(part, dict):
            return {name: walk(value, name) for name, value in part.items()}
        if isinstance(part, list):
            return [walk(value, key) for value in part]
        coded = key in ("to", "else", "live", "pauses_in", "returns_to", "joins", "code", "stages")
        return new if coded and part == old else part

    return walk(as_data(procedure_from(in_force().document)))


def yaml_of(data: dict[str, Any]) -> str:
    return as_yaml(procedure_from(data))


def test_only_admins_draft_and_put_in_force(staff, admin):
    clerk = staff("complaint_clerk")
    draft = draft_from_version(1, actor=admin)
    refused("not_admin", draft_from_version, 1, actor=clerk)
    refused("not_admin", draft_from_preset, "jenawi", actor=clerk)
    refused("not_admin", start_draft, actor=clerk, title="x", text="x")
    refused("not_admin", save_draft, draft.pk, actor=clerk, text="x", expected_version=1)
    refused("not_admin", check_draft, draft.pk, actor=clerk)
    refused("not_admin", enforce_draft, draft.pk, actor=clerk, expected_version=1)
    refused("not_admin", drop_draft, draft.pk, actor=clerk)
    refused("not_admin", roll_back, 1, actor=clerk)
    refused("not_admin", plan_move, 1, {}, actor=clerk)
    refused("not_admin", put_procedure, changed(), actor=clerk)
    assert ProcedureVersion.objects.count() == 1


def test_a_draft_is_kept_as_typed_and_checked_only_as_it_stands(admin):
    draft = start_draft(actor=admin, title="  Konsep 2027 ", text="bukan: [yaml")
    assert (draft.title, draft.text, draft.is_checked) == ("Konsep 2027", "bukan: [yaml", False)
    found = check_draft(draft.pk, actor=admin)
    assert found.errors[0].code.startswith("P")
    assert found.errors[0].line
    draft = save_draft(draft.pk, actor=admin, text=yaml_of(changed()), expected_version=1)
    assert not draft.is_checked
    assert check_draft(draft.pk, actor=admin).sound
    draft.refresh_from_db()
    assert draft.is_checked
    draft = save_draft(draft.pk, actor=admin, text=draft.text + "\n", expected_version=2)
    assert not draft.is_checked
    late = refused("conflict", save_draft, draft.pk, actor=admin, text="lain", expected_version=2)
    assert admin.name in late.message


def test_a_draft_in_force_is_a_version_and_the_one_before_retires(admin):
    first = in_force()
    draft = start_draft(actor=admin, title="Verifikasi lebih cepat", text=yaml_of(changed()))
    version = enforce_signed(draft.pk, actor=admin)
    first.refresh_from_db()
    assert (version.number, version.state, version.note) == (2, "in_force", "Verifikasi lebih cepat")
    assert (first.state, first.retired_at) == ("retired", version.in_force_from)
    assert not ProcedureDraft.objects.exists()
    refused("not_found", enforce_draft, draft.pk, actor=admin, expected_version=1)
    refused("unchanged", put_procedure, changed(), actor=admin)
    again = roll_back(1, actor=admin)
    assert (again.number, again.digest) == (3, first.digest)
    refused("not_found", roll_back, 9, actor=admin)


def test_a_draft_that_is_too_large_or_one_too_many_is_refused(admin):
    refused("too_large", start_draft, actor=admin, title="x", text="a" * 5_000_000)
    for n in range(20):
        start_draft(actor=admin, title=str(n), text="x")
    refused("too_many", start_draft, actor=admin, title="x", text="x")
    assert ProcedureDraft.objects.count() == 20


def test_an_unsound_procedure_comes_in_force_by_no_door(admin):
    data = changed()
    data["lines"][0]["stages"][0]["actions"] = []
    error = refused("refused", put_procedure, data, actor=admin)
    assert {item.code for item in error.problems} & {"W02", "W03"}
    draft = start_draft(actor=admin, title="Buntu", text=yaml_of(data))
    assert not check_draft(draft.pk, actor=admin).sound
    refused("refused", enforce_draft, draft.pk, actor=admin, expected_version=1)
    assert ProcedureVersion.objects.count() == 1
    assert ProcedureDraft.objects.count() == 1


def broken(how: str) -> dict[str, Any]:
    """The procedure in force with one thing wrong about asking the reporter."""
    data = changed()
    stages = {stage["code"]: stage for stage in data["lines"][0]["stages"]}
    wait = stages["awaiting_reporter"]
    answers = {action["code"]: action for action in wait["actions"]}
    if how == "the answer leads to who did not ask":
        answers["reply"]["to"] = "disposition"
    elif how == "the answer ends no wait":
        del answers["reply"]["to"]
    elif how == "the pause has no end":
        del wait["waits"]
    elif how == "the wait ends in itself":
        wait["waits"]["to"] = "awaiting_reporter"
    elif how == "the question is told to nobody":
        ask = next(a for a in stages["verification"]["actions"] if a["code"] == "ask_reporter")
        del ask["tells"]
    elif how == "the clock that stood still is lost":
        next(c for c in data["clocks"] if c["code"] == "verification")["live"] = ["classification"]
    return data


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("the answer leads to who did not ask", "W08"),
        ("the answer ends no wait", "W08"),
        ("the pause has no end", "W08"),
        ("the wait ends in itself", "W10"),
        ("the question is told to nobody", "W15"),
        ("the clock that stood still is lost", "W08"),
    ],
)
def test_broken_answers_and_pauses_come_in_force_by_no_door(admin, how, code):
    data = broken(how)
    error = refused("refused", put_procedure, data, actor=admin)
    assert code in {item.code for item in error.problems if item.severity is Severity.ERROR}
    draft = start_draft(actor=admin, title="Uji", text=yaml_of(data))
    found = [item for item in check_draft(draft.pk, actor=admin).errors if item.code == code]
    assert found
    assert all(item.line for item in found)
    refused("refused", enforce_draft, draft.pk, actor=admin, expected_version=1)
    assert ProcedureVersion.objects.count() == 1


def test_a_role_that_nobody_holds_is_cured_before_it_owns_work(admin):
    data = changed()
    data["roles"].append({"code": "analyst", "name": {"id": "Analis"}})
    data["lines"][0]["stages"][0]["owner"] = ["analyst"]
    for action in data["lines"][0]["stages"][0]["actions"]:
        action.pop("roles", None)
    draft = start_draft(actor=admin, title="Analis", text=yaml_of(data))
    found = check_draft(draft.pk, actor=admin)
    assert [item.code for item in found.errors] == ["W06"], found.errors
    assert "Analis" in found.errors[0].text.id
    refused("refused", enforce_draft, draft.pk, actor=admin, expected_version=1)
    position = create_position(actor=admin, code="analis", title="Analis Aduan", roles=["analyst"])
    member = add_member(actor=admin, name="Rina", email="rina@example.id", user_id=10**9 + 1)
    assign(actor=admin, member=member, position=position)
    version = enforce_signed(draft.pk, actor=admin)
    assert version.number == 2


def test_what_the_settings_name_stays_in_the_procedure(admin):
    from tenants.procedure.queries import settings_now

    document = as_data(settings_now())
    document["categories"][0]["case_class"] = "special"
    with_it = changed()
    with_it["case_classes"] = [*with_it["case_classes"], {"code": "special", "name": {"id": "Khusus"}}]
    put_signed(with_it, actor=admin)
    put_settings(document, actor=admin)
    error = refused("refused", roll_back, 1, actor=admin)
    assert "R06" in {item.code for item in error.problems}
    draft = draft_from_version(1, actor=admin)
    assert "R06" in {item.code for item in check_draft(draft.pk, actor=admin).errors}


def test_a_preset_is_copied_word_by_word(admin):
    draft = draft_from_preset("jenawi", actor=admin)
    assert check(draft.text).procedure == load_preset("jenawi").procedure
    refused("not_found", draft_from_preset, "nowhere", actor=admin)


def test_who_puts_less_in_force_signs_for_exactly_the_warnings_that_were_shown(admin):
    data = changed("3 WD")
    draft = start_draft(actor=admin, title="Lebih lama", text=yaml_of(data))
    shown = check_draft(draft.pk, actor=admin).problems
    assert [(one.code, one.severity) for one in shown] == [("W19", Severity.WARNING)]
    error = refused("unsigned", enforce_draft, draft.pk, actor=admin, expected_version=1)
    assert error.problems
    refused("unsigned", enforce_draft, draft.pk, actor=admin, expected_version=1, signed="0" * 64)
    assert in_force().number == 1
    mark = mark_of(shown)
    longer = {**data, "reporter": {**data["reporter"], "withdraw": False}}
    save_draft(draft.pk, actor=admin, text=yaml_of(longer), expected_version=1)
    refused("unsigned", enforce_draft, draft.pk, actor=admin, expected_version=2, signed=mark)
    save_draft(draft.pk, actor=admin, text=yaml_of(data), expected_version=2)
    version = enforce_draft(draft.pk, actor=admin, expected_version=3, signed=mark)
    (kept,) = version.warnings
    assert kept["code"] == "W19"
    assert "menjadi lebih panjang: dari 1 WD menjadi 3 WD" in kept["id"]
    assert "becomes longer" in kept["en"]
    assert version.created_by_name == admin.name
    back = roll_back(1, actor=admin)  # shorter again: nothing to sign
    assert back.warnings == []
    refused("unsigned", roll_back, 2, actor=admin)


def test_what_is_open_ends_under_its_own_version(complaint, admin, report, staff):
    put_signed(renamed("verification", "checking"), actor=admin)
    assert WorkItem.objects.get(complaint=complaint).stage == "verification"
    other = receive(report(name="Budi", email="budi@example.id")).complaint
    assert (other.stage, other.procedure.number) == ("checking", 2)
    complaint.refresh_from_db()
    assert (complaint.stage, complaint.procedure.number) == ("verification", 1)
    act(complaint.uid, "note", actor=staff("complaint_clerk"), inputs={"note": "Masih di tahap lama."})


def test_settings_are_proved_with_every_version_that_has_open_complaints(complaint, admin):
    from tenants.procedure.queries import settings_now

    data = as_data(settings_now())
    classes = {item.get("case_class") for item in data["categories"]} - {None}
    if not classes:
        data["categories"][0]["case_class"] = "urgent-matter"
    old = changed()
    old["case_classes"] = [*old["case_classes"], {"code": "special", "name": {"id": "Khusus"}}]
    put_signed(old, actor=admin)
    with_special = as_data(settings_now())
    with_special["categories"][0]["case_class"] = "special"
    error = refused("refused", put_settings, with_special, actor=admin)  # version 1 does not know it
    assert error.problems
    WorkItem.objects.update(closed_at=timezone.now())
    put_settings(with_special, actor=admin)


def test_a_pattern_whose_numbers_are_longer_than_any_register_takes_is_refused(office_a):
    with office(Office.objects.get(code="dishub-mojokerto")):
        member = Member.objects.create(name="Admin", email="a@example.id", is_admin=True, user_id=10**9)
        admin = actor_for_member(member.pk)
        document = as_data(settings_now())
        document["number_pattern"] = "{office}" * 5 + "{seq}{year}"
        error = refused("refused", put_settings, document, actor=admin)
        assert [item.code for item in error.problems if item.severity is Severity.ERROR] == ["R08"]
        document["number_pattern"] = "{seq:04}/{office}/{month_roman}/{year}"
        put_settings(document, actor=admin)


def test_a_move_wants_a_place_for_every_stage_that_is_live(complaint, admin):
    put_signed(renamed("verification", "checking"), actor=admin)
    plan = plan_move(1, {}, actor=admin)
    assert [item.code for item in plan.problems] == ["W17"]
    assert dict(plan.live) == {("main", "verification"): 1}
    assert not plan.cases
    refused("refused", begin_move, 1, {}, actor=admin)
    mapping = {("main", "verification"): "checking"}
    plan = plan_move(1, mapping, actor=admin)
    assert plan.complete
    assert [case.number for case in plan.cases] == [complaint.number]
    complaint.refresh_from_db()
    assert complaint.stage == "verification", "a dry run changes nothing"
    refused("not_found", plan_move, 2, mapping, actor=admin)


def test_what_lies_in_the_governments_queue_wants_its_place_too(complaint, admin, staff):
    """It comes back to the stage that handed it up, which has another name now."""
    act(complaint.uid, "hand_up", actor=staff("complaint_clerk"), inputs={"reason": "Bukan tugas kami."})
    put_signed(renamed("verification", "checking"), actor=admin)
    plan = plan_move(1, {}, actor=admin)
    assert [item.code for item in plan.problems] == ["W17"]
    assert dict(plan.live) == {("main", "with_government"): 1, ("main", "verification"): 1}
    move = begin_move(1, {("main", "verification"): "checking"}, actor=admin)
    alarm_handler("move-version")(str(move.pk), timezone.now())
    move.refresh_from_db()
    assert (move.moved, move.failed) == (1, 0)
    act(complaint.uid, "take_back_hand_up", actor=staff("complaint_clerk"))
    complaint.refresh_from_db()
    assert complaint.stage == "checking"


def test_a_move_takes_work_clocks_chain_and_index_along(complaint, admin, staff):
    from central.coordination.models import CaseIndex

    opened = WorkItem.objects.get(complaint=complaint, closed_at=None).opened_at
    put_signed(renamed("verification", "checking"), actor=admin)
    move = begin_move(1, {("main", "verification"): "checking"}, actor=admin)
    refused("conflict", begin_move, 1, {("main", "verification"): "checking"}, actor=admin)
    alarm = Alarm.objects.get(kind="move-version")
    alarm_handler("move-version")(alarm.key, timezone.now())
    move.refresh_from_db()
    complaint.refresh_from_db()
    assert (move.moved, move.failed, bool(move.finished_at)) == (1, 0, True)
    assert (complaint.stage, complaint.procedure.number) == ("checking", 2)
    work = WorkItem.objects.get(complaint=complaint, closed_at=None)
    assert (work.stage, work.opened_at) == ("checking", opened)
    assert CaseIndex.objects.get(pk=complaint.uid).stage == "checking"
    assert Event.objects.filter(complaint=complaint, action="move_version").count() == 1
    assert verify_chain(complaint).intact
    assert not Alarm.objects.filter(kind="move-version").exists()
    act(complaint.uid, "note", actor=staff("complaint_clerk"), inputs={"note": "Sudah di tahap baru."})


def test_one_that_cannot_be_moved_holds_up_no_other(complaint, admin, report):
    other = receive(report(name="Budi", email="budi@example.id")).complaint
    put_signed(renamed("verification", "checking"), actor=admin)
    move = begin_move(1, {("main", "verification"): "checking"}, actor=admin)
    Complaint.objects.filter(pk=complaint.pk).update(state={"lines": "broken"})
    alarm_handler("move-version")(str(move.pk), timezone.now())
    move.refresh_from_db()
    other.refresh_from_db()
    assert other.procedure.number == 2
    assert (bool(move.finished_at), move.moved, move.failed) == (True, 1, 1)
