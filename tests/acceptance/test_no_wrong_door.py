"""At the government's own address: the citizen says what it is about, not whose it is."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import timezone

from central.coordination.models import CaseIndex, CentralIntake, GovernmentWork, Handover, IntakeRule
from central.delivery.models import CentralMessage
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Complaint, Draft, Message
from tests.acceptance.cast import Cast, host_of, neighbour_of
from tests.acceptance.citizen import ANSWERS, Citizen, receipt, text_of
from tests.acceptance.desk_steps import opened, queued, send_to
from tests.acceptance.portal_steps import slug_of
from tests.acceptance.test_handover import tracked


@pytest.fixture
def office(_some_database: None) -> Office:
    return Office.objects.select_related("government").get(code="dishub-mojokerto")


@pytest.fixture
def neighbour(office: Office) -> Office:
    return neighbour_of(office, "greged")


@pytest.fixture
def front(office: Office) -> CentralIntake:
    """The office that receives in the government's name."""
    return CentralIntake.objects.create(government=office.government, office=office, category="other")


@pytest.fixture
def rule(office: Office, neighbour: Office) -> IntakeRule:
    """What the neighbour is for."""
    return IntakeRule.objects.create(
        government=office.government,
        position=1,
        group="Jalan",
        name="Lampu jalan mati",
        name_en="Street light out",
        office=neighbour,
        category="street_light",
    )


@pytest.fixture
def citizen(office: Office) -> Citizen:
    return Citizen(host_of(office.government))


def chosen(citizen: Citizen, number: int) -> HttpResponse:
    return citizen.post("/lapor/", {"about": str(number)})


def fill(citizen: Citizen, number: int, **changes: Any) -> HttpResponse:
    """Chooses, and answers one question after the other up to the page to check; every page is looked at."""
    page = citizen.follow(chosen(citizen, number))
    response = page
    while True:
        address = re.search(r'<form method="post" action="(/lapor/[^"]+)"', page.content.decode())
        assert address, text_of(page)
        step = address[1].strip("/").split("/")[-1]
        given = {name: changes.get(name, value) for name, value in ANSWERS.get(step, {}).items()}
        response = citizen.post(address[1], given)
        if response.status_code != 303 or "periksa" in response["Location"]:
            return response
        page = citizen.follow(response)


def report(citizen: Citizen, number: int, **changes: Any) -> tuple[str, str]:
    checked = fill(citizen, number, **changes)
    assert checked.status_code == 303, text_of(checked)
    assert "Periksa jawaban Anda" in text_of(citizen.follow(checked))
    sent = citizen.post(checked["Location"])
    assert sent.status_code == 303, text_of(sent)
    return receipt(citizen.follow(sent))


def test_a_rule_leads_straight_to_the_office_whose_it_is(
    citizen: Citizen, rule: IntakeRule, neighbour: Office
) -> None:
    assert "Lapor tanpa memilih instansi" in text_of(citizen.get("/"))
    page = text_of(citizen.get("/lapor/"))
    assert "Lampu jalan mati" in page
    assert "Saya tidak tahu" not in page, "nobody would receive that"
    number, code = report(citizen, rule.pk)
    with inside(neighbour):
        complaint = Complaint.objects.get()
        assert (complaint.number, complaint.tracking_code) == (number, code)
        assert (complaint.category, complaint.channel) == ("street_light", "website")
        assert complaint.stage != "with_government"
    assert CaseIndex.objects.get().office == neighbour
    assert not GovernmentWork.objects.exists()
    assert f"Laporan diterima dengan nomor {number}." in text_of(tracked(neighbour, code))
    platform = citizen.client.get(f"/t/{code}/", HTTP_HOST="localhost")
    assert platform["Location"].endswith(f"{host_of(neighbour)}:8000/lacak/{code}/")


def test_what_no_rule_sends_anywhere_waits_at_the_desk_which_sends_it_on(
    citizen: Citizen, front: CentralIntake, office: Office, neighbour: Office, cast: Cast
) -> None:
    assert "Saya tidak tahu" in text_of(citizen.get("/lapor/"))
    number, code = report(citizen, 0)
    slug = slug_of(office, number)
    row = Handover.objects.get()
    assert (row.state, row.from_office, row.number) == ("waiting", office, number)
    story = text_of(tracked(office, code))
    assert "Meja pusat pemerintah daerah menentukan instansi yang menangani laporan ini." in story
    assert "bukan kewenangan" not in story
    desk = cast.desk(office.government, "central_admin")
    assert queued(desk) == [number]
    assert "Lampu jalan di tikungan mati" in text_of(opened(desk, office, slug))
    assert send_to(desk, office, slug, neighbour).status_code == 302
    with inside(neighbour):
        assert Complaint.objects.get().tracking_code == code
    with inside(office):
        assert Draft.objects.get(sent_uid=slug).answers == {}, "nor is who reported it kept for a next report"


def test_the_receipt_of_what_was_sent_on_leads_to_where_it_is(
    citizen: Citizen, front: CentralIntake, office: Office, neighbour: Office, cast: Cast
) -> None:
    number, code = report(citizen, 0)
    send_to(cast.desk(office.government, "central_admin"), office, slug_of(office, number), neighbour)
    page = citizen.get("/lapor/0/terkirim/")
    assert page.status_code == 200
    assert f"Laporan Anda kini ada di {neighbour.name}" in text_of(page)
    assert f"http://{host_of(neighbour)}:8000/lacak/{code}/" in page.content.decode()
    assert "tidak meninggalkan kontak" not in text_of(page)


def test_the_office_that_receives_for_the_desk_is_told_of_no_work_and_the_reporter_of_the_receipt(
    citizen: Citizen, front: CentralIntake, rule: IntakeRule, office: Office, neighbour: Office, cast: Cast
) -> None:
    cast.member(office, "operator")
    cast.member(neighbour, "complaint_clerk")
    cast.desk(office.government, "central_admin")
    number, _code = report(citizen, 0)
    with inside(office):
        sent = Message.objects.values_list("to_reporter", "subject")
        assert [subject for to_reporter, subject in sent if not to_reporter] == []
        assert [number in subject for to_reporter, subject in sent if to_reporter] == [True]
    assert number not in text_of(cast.member(office, "operator").get("/kantor/"))
    told = CentralMessage.objects.filter(kind="desk_work")
    assert [number in message.subject for message in told] == [True]
    # Whoever receives what is theirs is told as ever.
    report(citizen, rule.pk)
    with inside(neighbour):
        assert Message.objects.filter(to_reporter=False).exists()


def test_a_choice_without_an_office_goes_to_the_desk_too(
    citizen: Citizen, front: CentralIntake, office: Office
) -> None:
    open_choice = IntakeRule.objects.create(government=office.government, position=1, name="Lainnya")
    report(citizen, open_choice.pk)
    assert Handover.objects.get().state == "waiting"


def test_an_office_that_is_halted_gets_nothing_and_the_citizen_is_not_turned_away(
    citizen: Citizen, rule: IntakeRule, office: Office, neighbour: Office
) -> None:
    Office.objects.filter(pk=neighbour.pk).update(status=Office.Status.SUSPENDED)
    page = text_of(citizen.get("/lapor/"))
    assert "Formulir bersama belum dibuka" in page
    assert chosen(citizen, rule.pk).status_code == 422
    assert citizen.get(f"/lapor/{rule.pk}/uraian/")["Location"] == "/lapor/"
    CentralIntake.objects.create(government=office.government, office=office, category="other")
    report(citizen, rule.pk)
    assert Handover.objects.get().from_office == office


def test_choices_are_grouped_and_one_must_be_made(citizen: Citizen, rule: IntakeRule) -> None:
    refused = citizen.post("/lapor/")
    assert refused.status_code == 422
    assert "Pilih salah satu." in text_of(refused)
    assert citizen.post("/lapor/", {"about": "999999"}).status_code == 422
    body = citizen.get("/lapor/").content.decode()
    assert "<h2>Jalan</h2>" in body
    citizen.post("/bahasa/", {"language": "en", "next": "/lapor/"})
    assert "Street light out" in text_of(citizen.get("/lapor/"))


def test_nothing_typed_is_lost(citizen: Citizen, rule: IntakeRule, neighbour: Office) -> None:
    wrong = fill(citizen, rule.pk, email="siti@", phone="")
    assert wrong.status_code == 422
    assert 'value="siti@"' in wrong.content.decode()
    again = citizen.get(f"/lapor/{rule.pk}/")
    assert "Laporan Anda belum selesai" in text_of(again)
    assert "Lampu jalan di tikungan mati" in text_of(again)
    assert f"/lapor/{rule.pk}/pelapor/" in again.content.decode(), "it goes on where it stopped"
    with inside(neighbour):
        assert Draft.objects.count() == 1
        assert not Complaint.objects.exists()


def test_sending_twice_makes_one_and_another_report_begins_with_the_choice(
    citizen: Citizen, rule: IntakeRule, neighbour: Office
) -> None:
    number, _code = report(citizen, rule.pk)
    again = citizen.follow(citizen.post(f"/lapor/{rule.pk}/periksa/"))
    assert receipt(again)[0] == number
    anew = citizen.post(f"/lapor/{rule.pk}/baru/")
    assert anew["Location"] == "/lapor/"
    report(citizen, rule.pk)
    with inside(neighbour):
        assert Complaint.objects.count() == 2


def test_a_category_that_the_office_has_no_more_is_asked_for(
    citizen: Citizen, rule: IntakeRule, neighbour: Office
) -> None:
    IntakeRule.objects.update(category="gone")
    page = citizen.follow(chosen(citizen, rule.pk))
    assert 'name="category" value="street_light"' in page.content.decode()
    first = citizen.post(f"/lapor/{rule.pk}/kategori/", {"category": "street_light"})
    assert first["Location"].startswith(f"/lapor/{rule.pk}/")


def test_a_day_later_the_answers_are_gone_and_the_page_says_so(
    citizen: Citizen, rule: IntakeRule, neighbour: Office
) -> None:
    fill(citizen, rule.pk)
    with inside(neighbour):
        Draft.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    late = citizen.get(f"/lapor/{rule.pk}/periksa/")
    assert late.status_code == 410
    assert f'href="/lapor/{rule.pk}/"' in late.content.decode()
