"""Whoever leaves, is away or holds a role no more: what was meant for them alone is somebody's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from central.coordination.models import Alarm
from central.coordination.services import claim_due_alarms
from central.coordination.tasks import ring
from central.offices.access import public
from tenants.complaints.chain import verify_chain
from tenants.complaints.models import Event, WorkItem
from tenants.complaints.services import act, hand_over_work_of, plan_handover, receive, take_back
from tenants.organization.models import Holding, Member, Position, Unit
from tenants.organization.queries import Person, actor_for_member, today
from tenants.organization.services import (
    assign,
    deactivate_member,
    end_absence,
    end_holding,
    note_absence,
    update_member,
)
from tenants.procedure.models import ProcedureVersion
from tests.signed import put_signed
from tests.unit.complaints.test_steps import assign as dispose
from tests.unit.complaints.test_steps import to_disposition
from workflows.cases import SYSTEM

REPORT = {"findings": "Berlubang.", "recommendation": "Tambal."}


@pytest.fixture
def admin(inside):
    member = Member.objects.create(name="Admin", email="a@example.id", is_admin=True, user_id=10**9)
    return actor_for_member(member.pk)


def stages(document: dict[str, Any]) -> dict[str, Any]:
    return {stage["code"]: stage for line in document["lines"] for stage in line["stages"]}


def under(admin: Person, change) -> None:
    """Puts the procedure in force with a change."""
    document = ProcedureVersion.objects.get(state="in_force").document
    change(stages(document))
    document["reporter"]["object"]["to"] = "answering"
    put_signed(document, actor=admin)


def colleague_of(officer: Person, admin: Person) -> Person:
    """A second officer of the same unit."""
    position = Position.objects.get(holdings__member=officer.id)
    member = Member.objects.create(name="Rekan", email="rekan@example.id", user_id=10**9 + 1)
    assign(actor=admin, member=member, position=position)
    found = actor_for_member(member.pk)
    assert found is not None
    return found


def work(line: str = "main") -> WorkItem:
    return WorkItem.objects.get(line=line, closed_at=None)


def worker(office) -> None:
    """What time alone does, until nothing is due."""
    with public():
        while due := claim_due_alarms(timezone.now()):
            assert ring(office.pk, [(kind, key) for _office, kind, key in due]) == len(due)


@pytest.mark.parametrize("gone", ["left", "away"])
def test_a_step_taken_back_gives_nothing_to_whoever_is_not_there(staff, inside, admin, report, gone):
    under(admin, lambda found: found["investigation"]["actions"][0].update(revocable=True))
    complaint = receive(report()).complaint
    officer = staff("unit_officer", "pemberdayaan")
    colleague = colleague_of(officer, admin)
    to_disposition(complaint, staff)
    dispose(complaint, staff, member=officer.id)
    act(complaint.uid, "submit_report", actor=officer, inputs=REPORT)
    member = Member.objects.get(pk=officer.id)
    if gone == "left":
        deactivate_member(member, actor=admin)
    else:
        note_absence(member, actor=admin, starts_on=today(), ends_on=today())
    take_back(complaint.uid, actor=colleague)
    assert (work().stage, work().member_id) == ("investigation", None)
    act(complaint.uid, "submit_report", actor=colleague, inputs=REPORT)


def by_another(found: dict[str, Any]) -> None:
    """The officer names who looks at the report: somebody else."""
    found["review"] |= {"owner": ["unit_officer"], "assigned": True}
    found["review"]["actions"][0]["four_eyes"] = True
    named = {"code": "reviewer", "kind": "member", "sets": "member", "roles": ["unit_officer"]}
    found["investigation"]["actions"][0]["inputs"].append({**named, "label": {"id": "Penelaah"}})


def test_the_second_look_is_not_handed_over_to_whose_step_it_is_about(staff, inside, admin, report):
    under(admin, by_another)
    complaint = receive(report()).complaint
    officer = staff("unit_officer", "pemberdayaan")
    colleague = colleague_of(officer, admin)
    third = Member.objects.create(name="Tiga", email="tiga@example.id", user_id=10**9 + 2)
    assign(actor=admin, member=third, position=Position.objects.get(holdings__member=officer.id))
    to_disposition(complaint, staff)
    dispose(complaint, staff, member=officer.id)
    act(complaint.uid, "submit_report", actor=officer, inputs={**REPORT, "reviewer": colleague.id})
    assert work().member_id == colleague.id
    assert [piece.fits for piece in plan_handover(colleague.id, officer.id)] == [False]
    assert [piece.fits for piece in plan_handover(colleague.id, third.pk)] == [True]
    done = hand_over_work_of(colleague.id, heir_id=officer.id, actor=admin)
    assert (done.to_heir, done.to_role) == (0, 1)
    assert work().member_id is None
    act(complaint.uid, "approve", actor=actor_for_member(third.pk))


def test_what_a_first_admin_stood_in_for_is_not_theirs_when_somebody_holds_the_role(
    staff, inside, admin, complaint
):
    officer = staff("unit_officer", "pemberdayaan")
    positions = [Holding.objects.get(member=officer.id).position]
    for holding in Holding.objects.filter(position__roles__contains=["unit_officer"]):
        end_holding(holding, actor=admin)
    to_disposition(complaint, staff)
    dispose(complaint, staff, member=admin.id)
    worker(inside)
    assert work().member_id == admin.id, "nobody else is there"
    assign(actor=admin, member=Member.objects.get(pk=officer.id), position=positions[0])
    worker(inside)
    assert work().member_id is None
    complaint.refresh_from_db()
    assert verify_chain(complaint).intact
    act(complaint.uid, "submit_report", actor=actor_for_member(officer.id), inputs=REPORT)


def test_what_a_first_admin_stood_in_for_is_the_next_ones_when_they_are_admin_no_more(
    staff, inside, admin, complaint
):
    for holding in Holding.objects.filter(position__roles__contains=["unit_officer"]):
        end_holding(holding, actor=admin)
    to_disposition(complaint, staff)
    dispose(complaint, staff, member=admin.id)
    second = Member.objects.create(name="Admin Dua", email="b@example.id", is_admin=True, user_id=10**9 + 1)
    member = Member.objects.get(pk=admin.id)
    worker(inside)
    update_member(member, actor=SYSTEM, name=member.name, is_admin=False)
    worker(inside)
    assert work().member_id is None
    act(complaint.uid, "submit_report", actor=actor_for_member(second.pk), inputs=REPORT)


def test_work_of_a_unit_that_lost_its_only_officer_opens_to_everybody_with_the_role(
    staff, inside, admin, complaint
):
    officer, other = staff("unit_officer", "pemberdayaan"), staff("unit_officer", "trantib")
    to_disposition(complaint, staff)
    dispose(complaint, staff)
    worker(inside)
    assert work().unit is not None, "there is somebody"
    member = Member.objects.get(pk=officer.id)
    absence = note_absence(member, actor=admin, starts_on=today(), ends_on=today())
    worker(inside)
    assert work().unit is not None, "who is away comes back"
    end_absence(absence, actor=admin)
    deactivate_member(member, actor=admin)
    worker(inside)
    assert (work().unit, work("first_response").unit) == (None, None)
    assert Event.objects.filter(action="release_work").count() == 1
    complaint.refresh_from_db()
    assert complaint.unit == Unit.objects.get(code="pemberdayaan"), "it is still about it"
    assert verify_chain(complaint).intact
    act(complaint.uid, "submit_report", actor=other, inputs=REPORT)
    assert not Alarm.objects.filter(kind="stranded").exists()


def test_work_of_a_unit_stays_there_while_a_first_admin_stands_in(staff, inside, admin, complaint):
    to_disposition(complaint, staff)
    dispose(complaint, staff)
    for holding in Holding.objects.filter(position__roles__contains=["unit_officer"]):
        end_holding(holding, actor=SYSTEM)
    worker(inside)
    assert work().unit is not None
    act(complaint.uid, "submit_report", actor=actor_for_member(admin.id), inputs=REPORT)


def test_who_comes_back_early_ends_what_their_substitutes_substitute_held_for_them(staff, inside, admin):
    head, secretary = (
        Member.objects.get(pk=staff(role).id) for role in ("district_head", "district_secretary")
    )
    third = Member.objects.get(pk=staff("unit_officer", "trantib").id)
    day = today()
    later = day + timedelta(days=5)
    absence = note_absence(head, actor=admin, starts_on=day, ends_on=later, substitute=secretary)
    note_absence(secretary, actor=admin, starts_on=day, ends_on=later, substitute=third)
    assert {"district_head", "district_secretary"} <= actor_for_member(third.pk).roles
    end_absence(absence, actor=admin)
    left = actor_for_member(third.pk).roles
    assert "district_head" not in left
    assert "district_secretary" in left, "the secretary is still away"
    assert "district_head" not in actor_for_member(secretary.pk).roles
