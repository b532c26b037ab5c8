"""Several absences of one member: each with its days and its substitute, who acts on exactly these days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tenants.organization.models import Absence, Holding, Member
from tenants.organization.queries import Person, actor_for_member, today
from tenants.organization.services import (
    OrganizationError,
    change_absence,
    deactivate_member,
    end_absence,
    note_absence,
)

SECRETARY, HEAD = "district_secretary", "district_head"


@pytest.fixture
def admin(inside):
    member = Member.objects.create(name="Admin", email="a@example.id", is_admin=True, user_id=10**9)
    return actor_for_member(member.pk)


@pytest.fixture
def people(staff, inside) -> dict[str, Member]:
    found = {"head": staff(HEAD), "secretary": staff(SECRETARY), "officer": staff("unit_officer", "trantib")}
    return {name: Member.objects.get(pk=person.id) for name, person in found.items()}


def day(number: int) -> date:
    return today() + timedelta(days=number)


def acts(member: Member, role: str = HEAD) -> list[int]:
    """On which of the next 12 days somebody holds a role."""
    found: list[Person | None] = [actor_for_member(member.pk, on=day(number)) for number in range(12)]
    return [number for number, person in enumerate(found) if person is not None and role in person.roles]


def away(admin: Person, who: Member, first: int, last: int, substitute: Member | None) -> Absence:
    return note_absence(who, actor=admin, starts_on=day(first), ends_on=day(last), substitute=substitute)


def test_each_absence_has_its_own_substitute_on_exactly_its_days(people, admin):
    first = away(admin, people["head"], 0, 2, people["secretary"])
    second = away(admin, people["head"], 3, 4, people["officer"])
    away(admin, people["head"], 7, 8, people["secretary"])
    assert acts(people["secretary"]) == [0, 1, 2, 7, 8]
    assert acts(people["officer"]) == [3, 4]
    end_absence(second, actor=admin)
    assert (acts(people["secretary"]), acts(people["officer"])) == ([0, 1, 2, 7, 8], [])
    end_absence(first, actor=admin)
    assert acts(people["secretary"]) == [7, 8]
    absent = [actor_for_member(people["head"].pk, on=day(number)).absent for number in range(12)]
    assert [number for number, is_absent in enumerate(absent) if is_absent] == [7, 8]


def test_a_running_absence_is_made_longer_and_shorter(people, admin):
    head, secretary = people["head"], people["secretary"]
    absence = away(admin, head, 0, 3, secretary)
    # It has been running since yesterday.
    Absence.objects.update(starts_on=day(-1))
    Holding.objects.filter(absence=absence).update(starts_on=day(-1))
    longer = {"starts_on": day(-1), "ends_on": day(5), "substitute": secretary}
    change_absence(absence, actor=admin, **longer)
    assert acts(secretary) == [0, 1, 2, 3, 4, 5]
    change_absence(absence, actor=admin, **longer | {"ends_on": day(2)})
    assert acts(secretary) == [0, 1, 2]
    change_absence(absence, actor=admin, **longer | {"substitute": people["officer"]})
    assert (acts(secretary), acts(people["officer"])) == ([], [0, 1, 2, 3, 4, 5])
    kept = Holding.objects.filter(absence=absence, member=secretary).values_list("starts_on", "ends_on")
    assert list(kept) == [(day(-1), day(-1))], "who acted until yesterday did so"


def test_one_substitute_of_two_who_share_a_position_acts_while_one_of_them_is_away(people, admin):
    head = people["head"]
    other = Member.objects.create(name="Dua", email="dua@example.id", user_id=10**9 + 1)
    position = Holding.objects.get(member=head).position
    Holding.objects.create(member=other, position=position, starts_on=day(-9))
    first = away(admin, head, 0, 4, people["secretary"])
    second = away(admin, other, 3, 7, people["secretary"])
    assert acts(people["secretary"]) == [0, 1, 2, 3, 4, 5, 6, 7]
    end_absence(first, actor=admin)
    assert acts(people["secretary"]) == [3, 4, 5, 6, 7]
    end_absence(second, actor=admin)
    assert acts(people["secretary"]) == []


def test_who_acts_for_a_substitute_follows_them(people, admin):
    absence = away(admin, people["head"], 1, 6, people["secretary"])
    away(admin, people["secretary"], 3, 9, people["officer"])
    assert acts(people["officer"]) == [3, 4, 5, 6]
    change_absence(absence, actor=admin, starts_on=day(1), ends_on=day(4), substitute=people["secretary"])
    assert acts(people["officer"]) == [3, 4]
    end_absence(absence, actor=admin)
    assert acts(people["officer"]) == []
    assert acts(people["officer"], SECRETARY) == [3, 4, 5, 6, 7, 8, 9]


@pytest.mark.parametrize(("first", "last"), [(2, 3), (5, 9), (0, 9), (3, 4)])
def test_a_day_is_noted_once(people, admin, first, last):
    away(admin, people["head"], 2, 5, None)
    with pytest.raises(OrganizationError) as refused:
        away(admin, people["head"], first, last, None)
    assert refused.value.code == "absence_overlaps"
    free = away(admin, people["head"], 6, 7, None)
    with pytest.raises(OrganizationError) as refused:
        change_absence(free, actor=admin, starts_on=day(first), ends_on=day(last))
    assert refused.value.code == "absence_overlaps"


def test_who_is_away_at_any_noted_time_is_no_substitute_then(people, admin):
    away(admin, people["secretary"], 0, 1, None)
    away(admin, people["secretary"], 8, 9, None)
    away(admin, people["head"], 2, 7, people["secretary"])
    with pytest.raises(OrganizationError) as refused:
        away(admin, people["officer"], 7, 8, people["secretary"])
    assert refused.value.code == "bad_substitute"


def test_what_is_over_is_neither_changed_nor_ended(people, admin):
    absence = away(admin, people["head"], 0, 0, None)
    end_absence(absence, actor=admin)
    with pytest.raises(OrganizationError) as refused:
        end_absence(absence, actor=admin)
    assert refused.value.code == "conflict"
    with pytest.raises(OrganizationError) as refused:
        change_absence(absence, actor=admin, starts_on=day(0), ends_on=day(1))
    assert refused.value.code == "conflict"


def test_who_leaves_is_away_no_more_and_acts_for_nobody(people, admin):
    away(admin, people["head"], 0, 2, people["secretary"])
    away(admin, people["head"], 5, 6, people["officer"])
    away(admin, people["officer"], 8, 9, people["secretary"])
    deactivate_member(people["secretary"], actor=admin)
    assert set(Absence.objects.values_list("substitute_id", flat=True)) == {None, people["officer"].pk}
    deactivate_member(people["head"], actor=admin)
    assert acts(people["officer"]) == []
    assert [noted.member_id for noted in Absence.objects.filter(starts_on__gt=timezone.localdate())] == [
        people["officer"].pk
    ]
