"""The report form, by HTTP: one question a page, nothing lost, never a second complaint."""

from __future__ import annotations

import pytest

from central.offices.access import office
from central.offices.models import Office
from tenants.complaints.models import Complaint

from tests.acceptance.citizen import Citizen, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def citizen(office_a: Office) -> Citizen:
    return Citizen("greged.localhost")


def test_a_citizen_goes_the_whole_way(citizen: Citizen, office_a: Office) -> None:
    assert citizen.get("/").status_code == 200
    number, code = citizen.report()
    page = citizen.get(f"/lacak/{code}/")
    assert page.status_code == 200
    assert number in text_of(page)
    with office(office_a):
        complaint = Complaint.objects.select_related("reporter").get(number=number)
        assert complaint.channel == "website"
        assert complaint.reporter.phone == "+6281234567890"
