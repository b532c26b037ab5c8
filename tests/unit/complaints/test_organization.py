"""Units, positions, people: who may change them, and what an office must never lose."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenants.organization.models import Holding, Member, Position, Unit
from tenants.organization.queries import actor_for, actor_for_member, holders, roles_without_holder, today
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
    member = add_member(actor=admin, name="Siti", email="siti@example.id")
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
    member = add_member(actor=admin, name="Siti", email="siti@example.id")
    assign(actor=admin, member=member, position=head, starts_on=today() - timedelta(days=30))
    update_position(head, actor=admin, title="Camat", unit=None, roles=["district_head"], is_active=False)
    assert not actor_for_member(member.pk).roles
    assert Holding.objects.get().ends_on == today() - timedelta(days=1)
    refused("position_closed", assign, actor=admin, member=member, position=head)


def test_an_invitation_ties_an_account_to_a_member_once(admin):
    member = add_member(actor=admin, name="Siti", email="siti@example.id")
    link_user(member.pk, ADMIN + 1)
    assert actor_for(ADMIN + 1).id == member.pk
    refused("not_a_member", link_user, member.pk, ADMIN + 2)
    refused("not_a_member", link_user, 999_999, ADMIN + 1)


def test_provisioning_acts_as_the_system(inside):
    assert create_unit(actor=SYSTEM, code="sistem", name="Dibuat sistem").pk
