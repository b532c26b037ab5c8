"""What tests of questions between offices share: who asks whom, and how, by HTTP alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.utils import timezone

from central.delivery.models import CentralMessage
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints import books
from tenants.complaints.models import Coordination
from tests.acceptance.cast import Cast, Player, neighbour_of
from tests.acceptance.citizen import Citizen
from tests.acceptance.sops.driver import Case, walk

At = Callable[..., datetime]

STORY = "Saya Siti Aminah, telepon 0812-3456-7890. Lampu di tikungan balai RW padam sejak Selasa."
QUESTION = "Apakah lampu di tikungan itu milik kecamatan?"
ANSWER = "Bukan, lampu itu milik provinsi sejak 2020."
URL = "/kantor/koordinasi/"


@pytest.fixture
def asker(_some_database: None) -> Office:
    return Office.objects.select_related("government").get(code="dishub-mojokerto")


@pytest.fixture
def other(asker: Office) -> Office:
    """Another office of the same government, with another procedure."""
    return neighbour_of(asker, "greged")


@pytest.fixture
def staff(asker: Office, cast: Cast) -> dict[str, Player]:
    return {
        "operator": cast.member(asker, "operator"),
        "official": cast.member(asker, "responsible_official", "lalu-lintas"),
        "colleague": cast.member(asker, "responsible_official", "angkutan"),
        "head": cast.member(asker, "agency_head"),
        "admin": cast.admin(asker),
    }


@pytest.fixture
def clerk(other: Office, cast: Cast) -> Player:
    return cast.member(other, "complaint_clerk")


def with_the_head(asker: Office, staff: dict[str, Player], citizen: Citizen, **report: Any) -> Case:
    """A complaint that lies with the head."""
    case = Case(asker, citizen, *citizen.report(category="traffic_light", **report))
    way = (
        ("operator", "verify", {"case_class": "within_duties"}),
        ("operator", "forward", {"member": staff["official"]}),
        ("official", "report_study", {"assessment": "Lampu putus, perlu diganti."}),
        ("head", "answer_in_writing", {"written_answer": "Lampu sudah diganti."}),
        ("operator", "enter_answer", {}),
    )
    walk(case, staff, way, "answer_in_writing")
    return case


@pytest.fixture
def case(
    asker: Office, other: Office, staff: dict[str, Player], at: At, warga: Callable[[Office], Citizen]
) -> Case:
    """A complaint that lies with the head, on Monday at 10:00."""
    at("2025-02-03 10:00")
    return with_the_head(asker, staff, warga(asker), description=STORY, name="Siti Aminah")


def asks(case: Case, head: Player, whom: str, **more: Any) -> Coordination:
    case.does(head, "request_coordination", asked=whom, question=QUESTION, **more)
    return asked(case)[-1]


def asked(case: Case) -> list[Coordination]:
    with inside(case.office):
        return list(Coordination.objects.filter(complaint__uid=UUID(hex=case.slug)).order_by("seq"))


def received(office: Office) -> list[Coordination]:
    with inside(office):
        return list(Coordination.objects.filter(direction="received").order_by("id"))


def answers(who: Player, row: Coordination, text: str = ANSWER) -> HttpResponse:
    return who.post(f"{URL}{row.slug}/", {"answer": text})


def declines(who: Player, row: Coordination, reason: str) -> HttpResponse:
    return who.post(f"{URL}{row.slug}/tolak/", {"reason": reason})


def mails(who: Player) -> list[str]:
    rows = CentralMessage.objects.filter(kind="coordination", recipient=who.user.email).order_by("id")
    return list(rows.values_list("subject", flat=True))


def in_order(*offices: Office) -> None:
    for each in offices:
        found = books.check(each, now=timezone.now() + timedelta(seconds=1))
        assert found.in_order, [str(item) for item in found.findings]
