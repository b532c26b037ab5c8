"""Entering a complaint on somebody's behalf, calls instead of letters, and the log of what was sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.http import HttpResponse

from central.delivery.models import Outbox
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import CallTask, Complaint, Reporter
from tests.acceptance.cast import Player
from tests.acceptance.citizen import Citizen, receipt, text_of
from tests.acceptance.portal_steps import offered, page_of, picture, slug_of

Clock = Callable[..., datetime]
AsMember = Callable[..., Player]
Warga = Callable[[Office], Citizen]

GIVEN = {
    "channel": "letter",
    "received_at": "2025-03-03T09:00",
    "name": "Karta Wijaya",
    "address": "Dusun Manis RT 03",
    "phone": "0813-1111-2222",
    "email": "",
    "visibility": "open",
    "category": "irrigation",
    "description": "Saluran air di belakang balai desa tersumbat sampah.",
    "place": "Belakang balai desa",
    "occurred_at": "dua minggu ini",
}


def send(player: Player, **changes: Any) -> HttpResponse:
    page = player.get("/kantor/masukkan/")
    key = re.search(r'name="kunci" value="([^"]+)"', page.content.decode())
    assert key is not None
    return player.post("/kantor/masukkan/", {"kunci": key[1], **GIVEN, **changes})


@pytest.mark.parametrize("channel", ["counter", "phone", "letter", "box", "social_media"])
def test_each_channel_that_staff_enter_is_offered_and_kept(
    greged: Office, petugas: Player, at: Clock, channel: str
) -> None:
    at("2025-03-04 10:00")
    answer = send(petugas, channel=channel)
    assert answer.status_code == 302, text_of(answer)
    with inside(greged):
        complaint = Complaint.objects.get()
        assert complaint.channel == channel
        assert complaint.entered_by_id == petugas.member_id
        assert Reporter.objects.get().name == "Karta Wijaya"


def test_the_receipt_shows_number_code_and_qr_and_the_limit_counts_from_the_stamp(
    greged: Office, petugas: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-04 10:00")
    answer = send(petugas)
    page = petugas.get(answer["Location"])
    number, code = receipt(page)
    assert "<svg" in page.content.decode()
    assert warga(greged).get(f"/lacak/{code}/").status_code == 200
    words = text_of(page_of(petugas, slug_of(greged, number)))
    assert "surat, dimasukkan oleh Petugas Administrasi Pengaduan" in words
    assert "Senin, 3 Maret 2025 pukul 09.00 WIB" in words
    assert "4 Maret 2025 pukul 09.00 WIB" in words
    printed = petugas.get(f"/kantor/aduan/{slug_of(greged, number)}/cetak/receipt/")
    sheet = text_of(printed)
    for part in ("Tanda Terima Aduan", number, code, "Kecamatan Greged"):
        assert part in sheet


def test_the_code_of_a_report_that_a_citizen_sent_is_nowhere_on_staffs_pages(
    greged: Office, petugas: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-04 10:00")
    number, code = warga(greged).report()
    slug = slug_of(greged, number)
    for path in ("", "cetak/complaint_form/", "tindakan/main/ask_reporter/", "tindakan/main/note/"):
        page = petugas.get(f"/kantor/aduan/{slug}/{path}")
        assert page.status_code == 200
        assert code not in page.content.decode()
    assert petugas.get(f"/kantor/masukkan/{slug}/").status_code == 404


def test_the_form_says_on_whose_behalf_and_refuses_the_officers_own_contact(
    greged: Office, petugas: Player, at: Clock
) -> None:
    at("2025-03-04 10:00")
    page = petugas.get("/kantor/masukkan/")
    assert "Mode atas nama" in text_of(page)
    assert re.search(r'<input[^>]*id="petugas"[^>]*disabled', page.content.decode())
    answer = send(petugas, email="petugas-pengaduan@greged.example.id")
    assert answer.status_code == 422
    assert "alamat surel Anda sendiri" in text_of(answer)
    with inside(greged):
        assert not Complaint.objects.exists()


def test_receipt_may_lie_in_the_past_but_not_in_the_future_and_nothing_typed_is_lost(
    greged: Office, petugas: Player, at: Clock
) -> None:
    at("2025-03-04 10:00")
    answer = send(petugas, received_at="2025-03-04T10:30", files=picture("surat.jpg"))
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "tidak boleh di masa depan" in body
    assert "Karta Wijaya" in body
    assert "Sudah diunggah: surat.jpg" in body
    token = re.search(r'name="files-ada" value="([^"]+)"', body)
    assert token is not None
    again = send(petugas, **{"files-ada": token[1]})
    assert again.status_code == 302
    with inside(greged):
        assert [file.name for file in Complaint.objects.get().attachments.all()] == ["surat.jpg"]


def test_the_same_form_sent_twice_makes_one_complaint(greged: Office, petugas: Player, at: Clock) -> None:
    at("2025-03-04 10:00")
    page = petugas.get("/kantor/masukkan/")
    key = re.search(r'name="kunci" value="([^"]+)"', page.content.decode())
    assert key is not None
    data = {"kunci": key[1], **GIVEN}
    first = petugas.post("/kantor/masukkan/", data)
    second = petugas.post("/kantor/masukkan/", data)
    assert first["Location"] == second["Location"]
    with inside(greged):
        assert Complaint.objects.count() == 1


def test_overlong_text_and_a_category_of_another_office_are_refused_in_words(
    greged: Office, petugas: Player, at: Clock
) -> None:
    at("2025-03-04 10:00")
    long = "panjang " * 900
    answer = send(petugas, description=long, category="denied_or_late")
    assert answer.status_code == 422
    assert long.strip() in answer.content.decode()
    assert "Ada yang perlu diperbaiki" in text_of(answer)


def test_errors_are_told_in_the_order_of_the_page(greged: Office, petugas: Player, at: Clock) -> None:
    at("2025-03-04 10:00")
    body = send(petugas, channel="", description="", place="x" * 300, occurred_at="x" * 300).content.decode()
    told = re.findall('<li><a href="#([^"]+)">', body)
    assert len(told) > 2
    places = [body.index(f'id="{name}"') for name in told]
    assert places == sorted(places), told


def test_an_anonymous_reporters_data_are_not_kept(greged: Office, petugas: Player, at: Clock) -> None:
    at("2025-03-04 10:00")
    assert send(petugas, visibility="anonymous").status_code == 302
    with inside(greged):
        assert not Reporter.objects.exists()


def test_a_reporter_with_a_telephone_only_becomes_a_call_and_the_call_is_logged(
    greged: Office, petugas: Player, at: Clock
) -> None:
    at("2025-03-04 10:00")
    send(petugas)
    listed = petugas.get("/kantor/telepon/")
    link = re.search(r'href="(/kantor/telepon/\d+/)"', listed.content.decode())
    assert link is not None
    page = petugas.get(link[1])
    words = text_of(page)
    assert "0813-1111-2222" in words
    assert "Karta Wijaya" in words
    assert "http://greged.localhost:8000/lacak/" in words
    assert "{url}" not in words
    first = petugas.post(link[1], {"outcome": "no_answer", "note": "Tidak diangkat dua kali."})
    assert first.status_code == 302
    assert "Tidak diangkat dua kali." in text_of(petugas.get(link[1]))
    petugas.post(link[1], {"outcome": "reached"})
    with inside(greged):
        assert CallTask.objects.get().done_at is not None
    assert "Tidak ada yang perlu ditelepon" in text_of(petugas.get("/kantor/telepon/"))
    assert "tersambung" in text_of(petugas.get("/kantor/telepon/?selesai=1"))


def test_a_confidential_reporters_call_is_for_those_who_handle_the_complaint(
    greged: Office, petugas: Player, as_member: AsMember, at: Clock
) -> None:
    at("2025-03-04 10:00")
    send(petugas, visibility="confidential")
    link = re.search(r'href="(/kantor/telepon/\d+/)"', petugas.get("/kantor/telepon/").content.decode())
    assert link is not None
    assert "Karta Wijaya" in text_of(petugas.get(link[1]))
    other = as_member(greged, "unit_officer", "trantib")
    page = other.get(link[1]).content.decode()
    for secret in ("Karta", "1111-2222", "+6281311112222", "/lacak/"):
        assert secret not in page
    assert other.post(link[1], {"outcome": "reached"}).status_code == 403
    with inside(greged):
        assert CallTask.objects.get().done_at is None


def test_a_confidential_reporter_is_called_by_those_who_may_know_the_name(
    greged: Office, petugas: Player, as_member: AsMember, at: Clock
) -> None:
    at("2025-03-04 10:00")
    send(petugas, visibility="confidential")
    with inside(greged):
        code = Complaint.objects.get().tracking_code
        path = f"/kantor/telepon/{CallTask.objects.get().pk}/"
    assert "0813-1111-2222" in text_of(petugas.get(path))
    stranger = as_member(greged, "unit_officer", "trantib")
    page = stranger.get(path)
    assert page.status_code == 200
    for secret in ("0813", "+62813", "Karta", code):
        assert secret not in page.content.decode()
    assert stranger.post(path, {"outcome": "reached"}).status_code == 403


def test_the_delivery_log_shows_a_failure_and_sends_again(
    greged: Office, petugas: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-04 10:00")
    number, _ = warga(greged).report()
    with inside(greged):
        Outbox.objects.filter(office=greged).update(
            state="failed", last_error="mailbox unavailable", attempts=8
        )
    page = petugas.get("/kantor/pengiriman/?keadaan=failed")
    words = text_of(page)
    assert number in words
    assert "mailbox unavailable" in words
    assert "gagal" in words
    link = re.search(r'action="(/kantor/pengiriman/\d+/ulang/)"', page.content.decode())
    assert link is not None
    assert petugas.get(link[1]).status_code == 405
    assert petugas.post(link[1]).status_code == 302
    with inside(greged):
        assert Outbox.objects.filter(office=greged, state="pending").count() == 1


def test_another_offices_message_cannot_be_sent_again(
    greged: Office, jenawi: Office, petugas: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-04 10:00")
    warga(jenawi).report(category="")
    with inside(jenawi):
        theirs = Outbox.objects.filter(office=jenawi).first()
    assert theirs is not None
    assert petugas.post(f"/kantor/pengiriman/{theirs.pk}/ulang/").status_code == 404


def test_a_complaint_that_was_entered_is_the_clerks_work(greged: Office, petugas: Player, at: Clock) -> None:
    at("2025-03-04 10:00")
    slug = send(petugas)["Location"].split("/")[3]
    assert "main/verify_complete" in offered(petugas, slug)
