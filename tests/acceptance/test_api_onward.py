"""Through the API, a complaint goes on: to an office of the directory, or straight to another office."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from central.accounts.services import create_token
from central.coordination.models import CaseIndex, Handover, OutsideOffice
from central.offices.access import office as inside
from central.offices.models import Government, Office
from tenants.complaints.models import Complaint, Message
from tests.acceptance.cast import Cast, Player, host_of, neighbour_of
from tests.acceptance.citizen import Citizen
from tests.acceptance.portal_steps import slug_of
from tests.acceptance.test_direct_handover import name_office

REASON = "Lampu ini di jalan kota."


def program(player: Player, office: Office) -> Client:
    """A program with the person's token, at the office's host."""
    secret = create_token(player.user, office, "Aplikasi")[1]
    return Client(HTTP_HOST=host_of(office), HTTP_AUTHORIZATION=f"Bearer {secret}")


def send(caller: Client, path: str, **data: Any) -> Any:
    return caller.post(path, data, content_type="application/json")


def case(office: Office) -> str:
    number, _code = Citizen(host_of(office)).report()
    return slug_of(office, number)


@pytest.fixture
def caller(greged: Office, cast: Cast) -> Client:
    return program(cast.member(greged, "complaint_clerk"), greged)


def test_a_program_refers_to_one_of_the_directory(greged: Office, caller: Client, upik: Office) -> None:
    outside = OutsideOffice.objects.create(
        government=greged.government, name="Balai Jalan", phone="031-123456", email="balai@example.go.id"
    )
    foreign = OutsideOffice.objects.create(government=upik.government, name="Milik Pemda Lain")
    listed = caller.get("/api/v1/outside-offices/").json()["results"]
    assert [(row["id"], row["name"], row["phone"]) for row in listed] == [
        (outside.pk, "Balai Jalan", "031-123456")
    ]
    slug = case(greged)
    path, known = f"/api/v1/cases/{slug}/", caller.get(f"/api/v1/cases/{slug}/").json()
    assert "refer" in {row["action"] for row in known["actions"]}
    step = {"version": known["version"], "inputs": {"reason": REASON}}
    gone = send(caller, f"{path}actions/refer/", **step, outside=foreign.pk)
    assert (gone.status_code, gone.json()["errors"][0]["field"]) == (400, "outside")
    wrong = send(caller, f"{path}actions/note/", **step, outside=outside.pk)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "outside")
    done = send(caller, f"{path}actions/refer/", **step, outside=outside.pk)
    assert done.status_code == 200, done.content
    assert done.json()["stage"] == "referred"
    with inside(greged):
        assert Message.objects.filter(recipient="balai@example.go.id").exists()
        told = Message.objects.filter(to_reporter=True, kind="notice").latest("id")
        assert "031-123456" in told.body


def test_a_program_hands_straight_over_once(
    greged: Office, mojokerto: Office, cast: Cast, caller: Client
) -> None:
    mojokerto = neighbour_of(greged, mojokerto.code)
    name_office(cast, greged, mojokerto.code)
    slug = case(greged)
    path = f"/api/v1/cases/{slug}/direct-handover/"
    version = caller.get(f"/api/v1/cases/{slug}/").json()["version"]
    data = {"version": version, "key": str(uuid4()), "reason": REASON}
    refused = send(caller, path, **data)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_direct")
    Government.objects.filter(pk=greged.government_id).update(direct_handover=True)
    assert send(caller, path, **{**data, "version": version + 1}).status_code == 409
    assert send(caller, path, **{**data, "key": "bukan-uuid"}).status_code == 400
    done = send(caller, path, **data)
    assert done.status_code == 200, done.content
    with inside(mojokerto):
        there = Complaint.objects.get()
    assert done.json() == {"office": mojokerto.name, "number": there.number}
    assert send(caller, path, **data).json() == done.json(), "sent again, delivered once"
    assert Handover.objects.get().direct
    assert CaseIndex.objects.get().office == mojokerto
    other = send(caller, path, **{**data, "key": str(uuid4())})
    assert (other.status_code, other.json()["code"]) == (409, "stale")
