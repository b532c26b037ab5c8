"""Sending somebody on to an office that is not on the platform, by HTTP alone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.utils import timezone

from central.coordination.models import GovernmentWork, OutsideOffice
from central.delivery.models import Outbox
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints import books
from tenants.complaints.models import Complaint, Message
from tests.acceptance.cast import Cast, Player
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.desk_steps import case_path, handed_up, opened, queued, step_path, try_step
from tests.acceptance.portal_steps import slug_of
from tests.acceptance.portal_steps import step as office_step
from tests.acceptance.portal_steps import try_step as try_office_step
from tests.acceptance.test_handover import code_of, tracked

REASON = "Jalan nasional diurus balai, bukan kota. Terima kasih, Ibu Siti Aminah."


@pytest.fixture
def office(_some_database: None) -> Office:
    return Office.objects.select_related("government").get(code="dishub-mojokerto")


@pytest.fixture
def outside(office: Office) -> OutsideOffice:
    return OutsideOffice.objects.create(
        government=office.government,
        name="Balai Jalan Nasional",
        purpose="Jalan nasional",
        address="Jalan Raya Waru 20",
        phone="031-8531234",
        email="balai@example.go.id",
        website="https://balai.example.go.id",
    )


@pytest.fixture
def desk(office: Office, cast: Cast) -> Player:
    return cast.desk(office.government, "central_admin")


def refer(desk: Player, office: Office, slug: str, **inputs: str) -> HttpResponse:
    return try_step(desk, office, slug, "refer", "main", **{"reason": REASON, **inputs})


def test_the_desk_refers_to_one_of_the_directory(
    office: Office, outside: OutsideOffice, desk: Player, cast: Cast
) -> None:
    number, slug = handed_up(cast, office)
    page = text_of(desk.get(step_path(office, slug, "refer", "main")))
    assert "Balai Jalan Nasional (Jalan nasional)" in page
    done = refer(desk, office, slug, outside=str(outside.pk))
    assert done.status_code == 302, text_of(done)
    story = text_of(tracked(office, code_of(office, slug)))
    reach = ("Balai Jalan Nasional", "Jalan Raya Waru 20", "031-8531234", "https://balai.example.go.id")
    for words in (*reach, "Jalan nasional diurus balai"):
        assert words in story, words
    with inside(office):
        complaint = Complaint.objects.get()
        told = Message.objects.filter(to_reporter=True, kind="notice").latest("id")
        letter = Message.objects.get(recipient="balai@example.go.id")
    assert (complaint.stage, complaint.outcome) == ("referred", "referred")
    assert all(words in told.body for words in reach)
    assert number in letter.subject
    assert "Jalan nasional diurus balai" in letter.body
    for private in ("Siti", "Aminah", "Melati", "0812", "simpang lima", complaint.tracking_code):
        assert private not in letter.body, private
    assert Outbox.objects.filter(message_uid=letter.uid, office=office).exists()
    assert queued(desk) == []


def test_an_office_refers_by_itself_and_one_without_mail_gets_none(
    office: Office, outside: OutsideOffice, cast: Cast
) -> None:
    OutsideOffice.objects.update(email="")
    clerk = cast.member(greged := Office.objects.get(code="greged"), "complaint_clerk")
    OutsideOffice.objects.update(government=greged.government_id)
    number, _code = Citizen("greged.localhost").report()
    slug = slug_of(greged, number)
    done = try_office_step(clerk, slug, "refer", reason=REASON, outside=str(outside.pk))
    assert done.status_code == 302, text_of(done)
    assert "031-8531234" in text_of(tracked(greged, code_of(greged, slug)))
    with inside(greged):
        assert not Message.objects.filter(recipient="").filter(channel="email").exists()


def test_somebody_who_is_not_listed_is_written_by_hand(
    office: Office, outside: OutsideOffice, desk: Player, cast: Cast
) -> None:
    slug = handed_up(cast, office)[1]
    neither = refer(desk, office, slug)
    assert neither.status_code == 422
    assert "Pilih dari daftar, atau tulis pihak yang berwenang." in text_of(neither)
    assert REASON in neither.content.decode()
    done = refer(desk, office, slug, authority="PT Kereta Api", contact="Telepon: 121")
    assert done.status_code == 302
    story = text_of(tracked(office, code_of(office, slug)))
    assert "PT Kereta Api" in story
    assert "Telepon: 121" in story
    with inside(office):
        assert not Message.objects.filter(recipient="balai@example.go.id").exists()


def test_one_of_another_government_or_gone_meanwhile_is_refused(
    office: Office, outside: OutsideOffice, desk: Player, cast: Cast
) -> None:
    slug = handed_up(cast, office)[1]
    OutsideOffice.objects.update(government=Office.objects.get(code="jenawi").government_id)
    assert "Balai Jalan" not in text_of(desk.get(step_path(office, slug, "refer", "main")))
    refused = refer(desk, office, slug, outside=str(outside.pk))
    assert refused.status_code == 422
    with inside(office):
        assert Complaint.objects.get().stage == "with_government"


def test_the_desk_sets_itself_a_day_to_look_after_it(
    office: Office, outside: OutsideOffice, desk: Player, cast: Cast
) -> None:
    number, slug = handed_up(cast, office)
    day = timezone.localdate() + timedelta(days=7)
    late = refer(desk, office, slug, outside=str(outside.pk), follow_up_on="2020-01-01")
    assert late.status_code == 422
    assert "sudah lewat" in text_of(late)
    assert refer(desk, office, slug, outside=str(outside.pk), follow_up_on=f"{day}").status_code == 302
    assert queued(desk) == [number]
    assert "Tindak lanjuti rujukan" in text_of(desk.get("/meja/"))
    found = books.check(office, now=timezone.now())
    assert found.in_order, [str(item) for item in found.findings]
    page = opened(desk, office, slug)
    log = text_of(cast.desk(office.government, "admin").get("/meja/catatan/"))
    assert "Tindak lanjut rujukan" in log
    path = f"{case_path(office, slug)}tindak-lanjut/"
    assert path in page.content.decode()
    again = day + timedelta(days=7)
    written = {**shown(desk.get(path)), "note": "Balai belum menjawab.", "again_on": f"{again}"}
    assert desk.post(path, written).status_code == 302
    twice = desk.post(path, written)
    assert twice.status_code == 409, "a second click writes nothing twice"
    assert "Balai belum menjawab." in twice.content.decode()
    work = GovernmentWork.objects.get(closed_at=None)
    assert timezone.localtime(work.due_at).date() == again
    assert text_of(opened(desk, office, slug)).count("Balai belum menjawab.") == 1
    assert desk.post(path, {**shown(twice), "note": ""}).status_code == 422
    assert desk.post(path, {**shown(twice), "note": "Balai sudah memperbaiki."}).status_code == 302
    assert queued(desk) == []
    assert desk.get(path).status_code == 404
    late = desk.post(path, {"note": "Balai sudah memperbaiki lampunya."})
    assert late.status_code == 404
    assert "Balai sudah memperbaiki lampunya." in text_of(late), "nothing typed is lost"
    assert cast.desk(office.government, "editor").get(path).status_code == 404


def shown(page: HttpResponse) -> dict[str, str]:
    """For which version of the complaint a page was made."""
    return dict(re.findall(r'name="(versi)" value="([0-9]+)"', page.content.decode()))


def test_an_office_sets_no_day(office: Office, cast: Cast) -> None:
    greged = Office.objects.get(code="greged")
    clerk = cast.member(greged, "complaint_clerk")
    number, _code = Citizen("greged.localhost").report()
    slug = slug_of(greged, number)
    assert "Tindak lanjuti pada tanggal" not in text_of(
        clerk.get(f"/kantor/aduan/{slug}/tindakan/main/refer/")
    )
    office_step(clerk, slug, "refer", authority="PLN", reason=REASON, follow_up_on="2099-01-01")
    assert not GovernmentWork.objects.exists()
