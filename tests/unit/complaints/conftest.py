"""What the tests of the core begin with: an office with its staff, and a report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from central.offices.models import Office
    from tenants.complaints.models import Complaint
    from tenants.complaints.report import Report
    from tenants.organization.queries import Person


@pytest.fixture
def inside(office_a: Office) -> Iterator[Office]:
    """The first office, entered for the whole test."""
    from central.offices.access import office

    with office(office_a):
        yield office_a


@pytest.fixture
def staff(office_a: Office) -> Callable[..., Person]:
    """`staff(role, unit=None)`: a member who holds the role, as an actor."""
    from central.offices.access import office
    from tenants.organization.queries import actor_for_member
    from tests.acceptance.cast import Cast

    cast = Cast()
    cast.member(office_a, "complaint_clerk")  # everybody is hired now, in public mode

    def holder(role: str, unit: str | None = None) -> Person:
        player = cast.member(office_a, role, unit)
        assert player.member_id is not None
        with office(office_a):
            person = actor_for_member(player.member_id)
        assert person is not None
        return person

    return holder


@pytest.fixture
def report() -> Callable[..., Report]:
    """`report(**changes)`: what somebody sends in."""
    from tenants.complaints.report import Report

    def make(**changes: Any) -> Report:
        given: dict[str, Any] = {
            "description": "Jalan di depan sekolah berlubang dalam, kemarin ada anak jatuh.",
            "category": "road",
            "name": "Siti Aminah",
            "address": "Jalan Melati 7",
            "email": "siti.aminah@example.org",
            "phone": "0812-3456-7890",
            "place": "Depan SD Negeri 1",
        }
        return Report(**{**given, **changes})

    return make


@pytest.fixture
def complaint(staff: Callable[..., Person], inside: Office, report: Callable[..., Report]) -> Complaint:
    """A complaint that has just come in."""
    from tenants.complaints.services import receive

    return receive(report()).complaint
