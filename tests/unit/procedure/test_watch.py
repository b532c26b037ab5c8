"""Work that nobody is there for: noticed every night and when somebody leaves, told to who can mend it."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from central.coordination.models import Alarm
from central.coordination.registry import alarm_handler
from central.delivery.models import CentralMessage
from central.offices.access import office, public
from central.offices.models import GovernmentMember
from tenants.organization.models import Holding, Member, Position
from tenants.organization.queries import actor_for_member, holders, holdings
from tenants.organization.services import (
    EVERY_NIGHT,
    STAFF_ALARM,
    STAFF_CHANGED,
    assign,
    deactivate_member,
    end_holding,
    link_user,
    update_position,
)
from tenants.procedure.models import StaffGap


@pytest.fixture
def admin(staff, inside):
    staff("complaint_clerk")
    member = Member.objects.create(name="Admin", email="admin@example.id", is_admin=True, user_id=10**9)
    Alarm.objects.filter(kind=STAFF_ALARM).delete()
    return actor_for_member(member.pk)


def ring(key: str = STAFF_CHANGED, now=None) -> None:
    """What the worker does when the office is called."""
    assert Alarm.objects.filter(kind=STAFF_ALARM, key=key).exists()
    alarm_handler(STAFF_ALARM)(key, now or timezone.now())


def told() -> list[tuple[str, str]]:
    with public():
        rows = CentralMessage.objects.filter(kind="staff_gap").order_by("created_at", "recipient")
        return [(row.recipient, row.body) for row in rows]


def clerk_holding() -> Holding:
    return holdings().get(position__roles__contains=["complaint_clerk"])


def test_whoever_leaves_is_missed_and_the_admins_hear_of_it_once(admin):
    deactivate_member(clerk_holding().member, actor=admin)
    ring()
    gap = StaffGap.objects.get(ended_at=None)
    assert (gap.code, "petugas" in gap.text_id.lower()) == ("W06", True)
    ((recipient, body),) = told()
    assert recipient == "admin@example.id"
    assert gap.text_id in body
    assert "/kantor/atur/" in body
    assert not Alarm.objects.filter(kind=STAFF_ALARM, key=STAFF_CHANGED).exists()
    alarm_handler(STAFF_ALARM)(EVERY_NIGHT, timezone.now())
    assert len(told()) == 1, "what is known already is not told every night"


def test_the_letter_names_what_mends_each_gap(admin):
    """A position is empty, whoever holds it is away, or has not joined: each is mended elsewhere."""
    holding = clerk_holding()
    position, title = holding.position, holding.position.title
    end_holding(holding, actor=admin)
    ring()
    assert f"Jabatan dengan peran ini belum ada orangnya ({title}). Tunjuk" in told()[-1][1]
    invited = Member.objects.create(name="Sari", email="sari@example.id")
    assign(actor=admin, member=invited, position=position)
    alarm_handler(STAFF_ALARM)(EVERY_NIGHT, timezone.now() + timedelta(days=8))
    assert "Sari sudah diundang tetapi belum masuk" in told()[-1][1]
    update_position(position, actor=admin, title=title, unit=position.unit, roles=[])
    alarm_handler(STAFF_ALARM)(EVERY_NIGHT, timezone.now() + timedelta(days=16))
    assert "Beri peran itu pada sebuah jabatan" in told()[-1][1]


def test_a_gap_that_stays_is_told_again_after_a_week_and_one_that_is_mended_ends(admin):
    member = clerk_holding().member
    position = clerk_holding().position
    end_holding(clerk_holding(), actor=admin)
    now = timezone.now()
    ring(now=now)
    alarm_handler(STAFF_ALARM)(EVERY_NIGHT, now + timedelta(days=6))
    assert len(told()) == 1
    alarm_handler(STAFF_ALARM)(EVERY_NIGHT, now + timedelta(days=7))
    assert len(told()) == 2
    assign(actor=admin, member=member, position=position)
    ring()
    assert not StaffGap.objects.filter(ended_at=None).exists()
    assert StaffGap.objects.count() == 1
    assert len(told()) == 2


def test_whoever_was_invited_holds_nothing_before_joining(admin):
    position = clerk_holding().position
    end_holding(clerk_holding(), actor=admin)
    invited = Member.objects.create(name="Sari", email="sari@example.id")
    assign(actor=admin, member=invited, position=position)
    ring()
    assert [gap.code for gap in StaffGap.objects.filter(ended_at=None)] == ["W06"]
    assert "complaint_clerk" in actor_for_member(admin.id).roles, "the stand-in stays"
    assert [person.id for person in holders(["complaint_clerk"])] == [admin.id]
    link_user(invited.pk, 10**9 + 1)
    ring()
    assert not StaffGap.objects.filter(ended_at=None).exists()
    assert "complaint_clerk" not in actor_for_member(admin.id).roles
    assert [person.id for person in holders(["complaint_clerk"])] == [invited.pk]


@pytest.mark.parametrize("how", ["leaves", "ends", "loses the role"])
def test_every_way_to_lose_a_role_has_the_office_called(admin, how):
    holding = clerk_holding()
    match how:
        case "leaves":
            deactivate_member(holding.member, actor=admin)
        case "ends":
            end_holding(holding, actor=admin)
        case _:
            update_position(
                Position.objects.get(pk=holding.position_id),
                actor=admin,
                title=holding.position.title,
                unit=holding.position.unit,
                roles=[],
            )
    ring()
    assert [gap.code for gap in StaffGap.objects.all()] == ["W06"]


def test_the_desk_hears_of_it_where_there_is_one(office_a, admin, staff):
    from central.accounts.models import User

    with public():
        user = User.objects.create(email="meja@example.id", name="Meja", language="en")
        GovernmentMember.objects.create(
            government=office_a.government, user=user, role=GovernmentMember.ADMIN
        )
    end_holding(clerk_holding(), actor=admin)
    ring()
    assert {recipient for recipient, _body in told()} == {"admin@example.id", "meja@example.id"}
    (body,) = [body for recipient, body in told() if recipient == "meja@example.id"]
    assert "Nobody holds the role" in body


def test_the_night_comes_back_by_itself_at_the_offices_own_hour(office_a, admin):
    now = timezone.now()
    with office(office_a):
        alarm_handler(STAFF_ALARM)(EVERY_NIGHT, now)
    due = Alarm.objects.get(kind=STAFF_ALARM, key=EVERY_NIGHT).due_at.astimezone(ZoneInfo(office_a.timezone))
    assert due.date() == now.astimezone(due.tzinfo).date() + timedelta(days=1)
    assert 1 <= due.hour < 4


def test_a_new_office_is_looked_at_from_its_first_night(office_a):
    assert Alarm.objects.filter(kind=STAFF_ALARM, key=EVERY_NIGHT, office=office_a).exists()
