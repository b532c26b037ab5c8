"""Units, positions, people: who may change them, and what an office must never lose."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from central.coordination.models import Alarm
from central.coordination.registry import alarm_handler
from tenants.complaints.chain import verify_chain
from tenants.complaints.models import Event, WorkItem
from tenants.organization.models import Holding, Member, Position, Unit
from tenants.organization.queries import (
    actor_for,
    actor_for_member,
    holders,
    local_zone,
    roles_without_holder,
    today,
)
from tenants.organization.services import (
    OrganizationError,
    add_member,
    assign,
    create_position,
    create_unit,
    deactivate_member,
    end_holding,
    link_user,
    update_member,
    update_position,
    update_unit,
)
from workflows.cases import SYSTEM

ADMIN = 10**9
"""The admin's account: no account of the test's own people comes near this id."""


@pytest.fixture
def admin(inside):
    member = Member.objects.create(name="Admin", email="admin@example.id", is_admin=True, user_id=ADMIN)
    return actor_for_member(member.pk)


def refused(code: str, command, /, *args, **kwargs) -> None:
    with pytest.raises(OrganizationError) as error:
        command(*args, **kwargs)
    assert error.value.code == code
    assert str(error.value.message)


def test_only_admins_change_the_organisation(staff, inside):
    clerk = staff("complaint_clerk")
    before = (Unit.objects.count(), Position.objects.count(), Member.objects.count())
    refused("not_admin", create_unit, actor=clerk, code="baru", name="Seksi Baru")
    refused("not_admin", create_position, actor=clerk, code="baru", title="Jabatan")
    refused("not_admin", add_member, actor=clerk, name="Siti", email="siti@example.id")
    assert before == (Unit.objects.count(), Position.objects.count(), Member.objects.count())


def test_codes_and_addresses_are_given_once(admin):
    create_unit(actor=admin, code="baru", name="Seksi Baru")
    refused("code_taken", create_unit, actor=admin, code="baru", name="Lain")
    create_position(actor=admin, code="kasi-baru", title="Kasi Baru", roles=["unit_officer"])
    refused("code_taken", create_position, actor=admin, code="kasi-baru", title="Lain")
    add_member(actor=admin, name="Siti", email="Siti@Example.id")
    refused("email_taken", add_member, actor=admin, name="Lain", email="siti@example.id")


def test_a_unit_cannot_stand_below_itself_or_close_with_work(staff, admin, complaint):
    from .test_steps import assign as dispose
    from .test_steps import to_disposition

    parent = create_unit(actor=admin, code="atas", name="Atas")
    child = create_unit(actor=admin, code="bawah", name="Bawah", parent=parent)
    refused("loop", update_unit, parent, actor=admin, name="Atas", parent=child)
    to_disposition(complaint, staff)
    dispose(complaint, staff)
    busy = Unit.objects.get(code="pemberdayaan")
    refused("in_use", update_unit, busy, actor=admin, name=busy.name, is_active=False)


def test_the_last_admin_stays(admin):
    only = Member.objects.get(pk=admin.id)
    refused("last_admin", deactivate_member, only, actor=admin)
    refused("last_admin", update_member, only, actor=admin, name="Admin", is_admin=False)
    add_member(actor=admin, name="Dua", email="dua@example.id", is_admin=True)
    deactivate_member(only, actor=admin)
    assert actor_for(ADMIN) is None


def test_whoever_leaves_holds_nothing_from_that_moment(staff, admin):
    clerk = staff("complaint_clerk")
    assert roles_without_holder(["complaint_clerk"]) == set()
    deactivate_member(Member.objects.get(pk=clerk.id), actor=admin)
    assert roles_without_holder(["complaint_clerk"]) == {"complaint_clerk"}
    assert [person.id for person in holders(["complaint_clerk"])] == [admin.id]
    assert "complaint_clerk" in actor_for(ADMIN).roles


def test_positions_are_given_for_days_and_never_twice_to_the_same(admin):
    head = Position.objects.get(code="camat")
    member = add_member(actor=admin, name="Siti", email="siti@example.id", user_id=ADMIN + 1)
    day = today()
    refused(
        "bad_dates",
        assign,
        actor=admin,
        member=member,
        position=head,
        starts_on=day,
        ends_on=day - timedelta(days=1),
    )
    refused("bad_dates", assign, actor=admin, member=member, position=head, acting_kind="plt")
    holding = assign(actor=admin, member=member, position=head)
    refused("position_taken", assign, actor=admin, member=member, position=head)
    assert actor_for_member(member.pk).roles == {"district_head"}
    end_holding(holding, actor=admin)
    assert not actor_for_member(member.pk).roles
    assert not Holding.objects.exists()  # it had begun today: taken back altogether


def test_a_closed_position_ends_its_holdings_and_takes_nobody(admin):
    head = Position.objects.get(code="camat")
    member = add_member(actor=admin, name="Siti", email="siti@example.id", user_id=ADMIN + 1)
    assign(actor=admin, member=member, position=head, starts_on=today() - timedelta(days=30))
    update_position(head, actor=admin, title="Camat", unit=None, roles=["district_head"], is_active=False)
    assert not actor_for_member(member.pk).roles
    assert Holding.objects.get().ends_on == today() - timedelta(days=1)
    refused("position_closed", assign, actor=admin, member=member, position=head)


@pytest.fixture
def lies_with(staff, admin, complaint):
    """A complaint that was given to one officer; gives that member."""
    from .test_steps import assign as dispose
    from .test_steps import to_disposition

    officer = staff("unit_officer", "pemberdayaan")
    to_disposition(complaint, staff)
    dispose(complaint, staff, member=officer.id)
    return Member.objects.get(pk=officer.id)


def meant_for(member: Member) -> int:
    return WorkItem.objects.filter(member=member, closed_at=None).count()


def test_work_of_somebody_who_holds_the_role_no_more_goes_back_to_the_unit(lies_with, admin, complaint):
    assert meant_for(lies_with) == 2
    end_holding(Holding.objects.get(member=lies_with), actor=admin)
    assert meant_for(lies_with) == 0
    complaint.refresh_from_db()
    assert complaint.member is None
    assert {line["member"] for line in complaint.state["lines"].values()} == {None}
    assert verify_chain(complaint).intact
    assert Event.objects.filter(action="release_work").count() == 1


def test_work_stays_with_whoever_keeps_the_role_by_another_position(lies_with, admin):
    unit = Unit.objects.get(code="pemberdayaan")
    other = create_position(actor=admin, code="kasi-dua", title="Kasi Dua", unit=unit, roles=["unit_officer"])
    first = Holding.objects.get(member=lies_with)
    assign(actor=admin, member=lies_with, position=other)
    end_holding(first, actor=admin)
    assert meant_for(lies_with) == 2


@pytest.mark.parametrize("change", [{"roles": []}, {"is_active": False}])
def test_a_position_that_loses_the_role_takes_the_work_from_its_holder(lies_with, admin, change):
    position = Position.objects.get(holdings__member=lies_with)
    kept = {"title": position.title, "unit": position.unit, "roles": position.roles}
    update_position(position, actor=admin, **{**kept, **change})
    assert meant_for(lies_with) == 0


def test_work_goes_back_when_the_last_day_of_a_task_is_over(lies_with, admin):
    day = today()
    end_holding(Holding.objects.get(member=lies_with), actor=admin, ends_on=day + timedelta(days=2))
    alarm = Alarm.objects.get(kind="holding")
    with time_machine.travel(alarm.due_at - timedelta(minutes=1), tick=False):
        alarm_handler("holding")(alarm.key, timezone.now())
        assert meant_for(lies_with) == 2
        assert Alarm.objects.get(kind="holding").due_at == alarm.due_at
    with time_machine.travel(alarm.due_at, tick=False):
        alarm_handler("holding")(alarm.key, timezone.now())
    assert meant_for(lies_with) == 0
    assert Event.objects.get(action="release_work").actor_kind == "system"
    assert not Alarm.objects.filter(kind="holding").exists()


def test_a_task_that_is_made_longer_keeps_its_work_until_then(lies_with, admin):
    day = today()
    holding = Holding.objects.get(member=lies_with)
    end_holding(holding, actor=admin, ends_on=day + timedelta(days=2))
    end_holding(holding, actor=admin, ends_on=day + timedelta(days=9))
    alarm = Alarm.objects.get(kind="holding")
    assert alarm.due_at.astimezone(local_zone()).date() == day + timedelta(days=10)


def test_an_invitation_ties_an_account_to_a_member_once(admin):
    member = add_member(actor=admin, name="Siti", email="siti@example.id")
    link_user(member.pk, ADMIN + 1)
    assert actor_for(ADMIN + 1).id == member.pk
    refused("not_a_member", link_user, member.pk, ADMIN + 2)
    refused("not_a_member", link_user, 999_999, ADMIN + 1)


def test_provisioning_acts_as_the_system(inside):
    assert create_unit(actor=SYSTEM, code="sistem", name="Dibuat sistem").pk
