"""The counts of tabs and menu are written out in SQL; they are those of the lists behind them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Complaint, WorkItem
from tenants.complaints.queries import my_work
from tenants.complaints.report import Report
from tenants.complaints.services import receive
from tenants.organization.models import Member, Unit
from tenants.organization.queries import Person
from tenants.portal.queries import late_complaints, menu_counts, tab_counts, unit_work
from tests.acceptance.cast import Cast
from workflows.cases import ActorKind


@pytest.fixture
def every_kind(office_a: Office) -> Iterator[tuple[list[Member], list[Unit]]]:
    """Complaints of nobody, of a unit, and closed, with work of every kind there can be."""
    cast = Cast()
    ids = [cast.member(office_a, role).member_id for role in ("complaint_clerk", "unit_officer")]
    now = timezone.now()
    with inside(office_a):
        members, units = list(Member.objects.filter(pk__in=ids)), list(Unit.objects.order_by("pk")[:2])
        for unit, closed_at in ((None, None), (units[0], None), (units[0], now)):
            case = receive(Report(description="Lampu jalan padam.", category="street_light", name="Warga"))
            Complaint.objects.filter(pk=case.complaint.pk).update(unit=unit, closed_at=closed_at)
            kinds = product(
                (None, *members),
                (None, *units),
                (False, True),
                ("office", "government"),
                (["clerk"], ["head", "editor"]),
                (None, now),  # when it was closed
                (None, now - timedelta(hours=1), now + timedelta(hours=1)),
            )
            WorkItem.objects.bulk_create(
                WorkItem(
                    complaint=case.complaint,
                    line=f"line-{number}",
                    stage="check",
                    member=member,
                    unit=place,
                    waiting=waiting,
                    scope=scope,
                    roles=roles,
                    closed_at=done_at,
                    due_at=due_at,
                    opened_at=now,
                )
                for number, (member, place, waiting, scope, roles, done_at, due_at) in enumerate(kinds)
            )
        yield members, units


def test_what_is_counted_is_what_is_listed(every_kind: tuple[list[Member], list[Unit]]) -> None:
    members, units = every_kind
    now, seen = timezone.now(), set()
    for member, roles, places in product(
        members, ([], ["clerk"], ["editor", "other"]), ([], units[:1], units[1:], units)
    ):
        person = Person(
            ActorKind.MEMBER,
            id=member.pk,
            roles=frozenset(roles),
            units=frozenset(unit.code for unit in places),
        )
        counted = tab_counts(person, now)
        listed = {
            "mine": WorkItem.objects.filter(my_work(person)).count(),
            "unit": WorkItem.objects.filter(unit_work(person)).count(),
            "late": Complaint.objects.filter(late_complaints(now)).count(),
            "open": Complaint.objects.filter(closed_at=None).count(),
        }
        assert {name: counted[name] for name in listed} == listed, person
        assert menu_counts(person)["work"] == listed["mine"], person
        seen.add((listed["mine"], listed["unit"]))
    assert len(seen) > 6  # the persons differ in what is theirs, so that a rule left out would show
