"""What the tracking code opens, by HTTP, and what a reporter may do with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints import files
from tenants.complaints.models import Attachment, CallTask, Complaint, Message
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.office_hand import ANSWER, OfficeHand
from tests.acceptance.pictures import letter, photo, program

pytestmark = pytest.mark.django_db
UNKNOWN = "Tidak ada laporan dengan kode atau nomor itu di sini."


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def citizen(greged: Office, warga: Callable[[Office], Citizen]) -> Citizen:
    return warga(greged)


@pytest.fixture
def hand(greged: Office) -> OfficeHand:
    return OfficeHand(greged)


def complaint_of(office: Office, code: str) -> Complaint:
    with inside(office):
        return Complaint.objects.get(tracking_code=code)


# Finding it


@pytest.mark.parametrize("change", [str.lower, lambda code: code.replace("-", " "), str.strip])
def test_a_code_is_found_however_it_is_typed(citizen: Citizen, change: Callable[[str], str]) -> None:
    _number, code = citizen.report()
    assert citizen.post("/lacak/", {"code": change(code)})["Location"] == f"/lacak/{code}/"
    assert citizen.get(f"/lacak/{code.lower()}/")["Location"] == f"/lacak/{code}/"


def test_wrong_codes_get_the_same_words_whatever_they_are(citizen: Citizen, jenawi: Office) -> None:
    _number, foreign = Citizen("jenawi.localhost").report()
    wrong = ["KKKK-KKKK-KKKK-KKKK", foreign, "bukan kode", "0001/SIGAP/I/2020"]
    for code in wrong:
        page = citizen.post("/lacak/", {"code": code})
        assert page.status_code == 404
        assert UNKNOWN in text_of(page)
    assert citizen.get("/lacak/KKKK-KKKK-KKKK-KKKK/").status_code == 404


def test_nothing_typed(citizen: Citizen) -> None:
    page = citizen.post("/lacak/", {"code": " "})
    assert page.status_code == 422
    assert "Isi kode lacak atau nomor registrasi." in text_of(page)


def test_guessing_is_stopped_even_for_the_right_code(citizen: Citizen) -> None:
    _number, code = citizen.report()
    now = timezone.now().replace(minute=0, second=0)
    with time_machine.travel(now, tick=False) as clock:
        for _ in range(20):
            assert citizen.get("/lacak/KKKK-KKKK-KKKK-KKKK/").status_code == 404
        for path in (f"/lacak/{code}/", "/lacak/KKKK-KKKK-KKKK-KKKK/", f"/lacak/{code}/tanda-terima/"):
            page = citizen.get(path)
            assert page.status_code == 429
            assert page["Retry-After"] == "900"
        clock.shift(timedelta(seconds=901))
        assert citizen.get(f"/lacak/{code}/").status_code == 200


def test_the_number_alone_opens_only_what_is_published(citizen: Citizen, hand: OfficeHand) -> None:
    number, code = citizen.report()
    stranger = Citizen(citizen.host)
    page = stranger.post("/lacak/", {"code": number})
    assert page.status_code == 404
    assert UNKNOWN in text_of(page)
    hand.answer(code)
    assert stranger.post("/lacak/", {"code": number}).status_code == 404
    hand.publish(code, "Lampu jalan mati", "Lampu jalan di tikungan mati.")
    answer = stranger.post("/lacak/", {"code": number})
    assert answer["Location"].startswith("/aduan/")
    text = text_of(stranger.follow(answer))
    assert "Lampu jalan di tikungan mati." in text
    assert "Siti Aminah" not in text
    assert code not in text


# The story


def test_the_page_tells_what_happens_and_by_when(
    citizen: Citizen, hand: OfficeHand, at: Callable[..., object]
) -> None:
    at("2025-03-03 10:00")
    number, code = citizen.report()
    text = text_of(citizen.get(f"/lacak/{code}/"))
    assert number in text
    assert "diterima" in text
    assert "Verifikasi kelengkapan" in text
    assert "Janji kami: paling lambat 21 Maret 2025 pukul 10.00 WIB" in text  # 14 working days
    hand.answer(code)
    text = text_of(citizen.get(f"/lacak/{code}/"))
    assert ANSWER in text
    assert "Penanganan sudah selesai." in text
    assert "Lampu putus." not in text  # findings are the office's own
    assert "Periksa lampunya." not in text


def test_a_missed_promise_is_said(citizen: Citizen, at: Callable[..., object]) -> None:
    at("2025-03-03 10:00")
    _number, code = citizen.report()
    at("2025-04-30 10:00")
    assert "sudah lewat" in text_of(citizen.get(f"/lacak/{code}/"))


def test_a_date_that_moved_is_shown_beside_the_promise(
    citizen: Citizen, greged: Office, at: Callable[..., object]
) -> None:
    at("2025-03-03 10:00")
    _number, code = citizen.report()
    with inside(greged):
        complaint = Complaint.objects.get()
        complaint.due_at += timedelta(days=3)
        complaint.save(update_fields=["due_at"])
    text = text_of(citizen.get(f"/lacak/{code}/"))
    assert "paling lambat 24 Maret 2025" in text
    assert "Semula dijanjikan 21 Maret 2025" in text


def test_after_an_objection_the_page_says_that_the_date_counts_from_the_reopening(
    citizen: Citizen, hand: OfficeHand, at: Callable[..., object]
) -> None:
    at("2025-03-03 10:00")
    _number, code = citizen.report()
    hand.answer(code)
    at("2025-03-10 09:00")
    sent = citizen.post(f"/lacak/{code}/langkah/main/object/", {"reason": "Lampunya masih mati."})
    text = text_of(citizen.follow(sent))
    assert (
        "Semula dijanjikan 21 Maret 2025 pukul 10.00 WIB; laporan dibuka kembali pada 10 Maret 2025" in text
    )
    assert "kalender kerja" not in text


def test_the_page_is_private_and_asks_the_database_little(
    citizen: Citizen, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    _number, code = citizen.report()
    with django_assert_max_num_queries(14):
        page = citizen.get(f"/lacak/{code}/")
    assert "no-store" in page["Cache-Control"]
    assert "noindex" in page["X-Robots-Tag"]
    assert page["Referrer-Policy"] == "same-origin"


# What a reporter may do


def test_a_question_is_answered_with_a_file(citizen: Citizen, hand: OfficeHand, greged: Office) -> None:
    _number, code = citizen.report()
    hand.ask(code, "Tikungan yang mana?\nMohon kirim foto.")
    page = citizen.get(f"/lacak/{code}/")
    assert "Tikungan yang mana?" in text_of(page)
    step = f"/lacak/{code}/langkah/main/reply/"
    assert f'href="{step}"' in page.content.decode()
    assert "Kami menunggu sampai" in text_of(page)
    assert "Tikungan yang mana?" in text_of(citizen.get(step))
    sent = citizen.post(step, {"reply": "Dekat masjid.", "files": [photo()]})
    page = citizen.follow(sent)
    assert "Jawaban Anda sudah kami terima." in text_of(page)
    assert "Dekat masjid." in text_of(page)
    with inside(greged):
        assert Message.objects.get(kind="reply").body == "Dekat masjid."
    again = citizen.post(step, {"reply": "Sekali lagi."})
    assert again.status_code == 409
    assert "sudah dilakukan" in text_of(again)
    assert "Sekali lagi." not in text_of(citizen.get(f"/lacak/{code}/"))


def test_a_wrong_file_loses_neither_the_words_nor_the_good_file(
    citizen: Citizen, hand: OfficeHand, greged: Office
) -> None:
    _number, code = citizen.report()
    hand.ask(code, "Tikungan yang mana?")
    step = f"/lacak/{code}/langkah/main/reply/"
    page = citizen.post(step, {"reply": "Dekat masjid.", "files": [program("rusak.jpg"), photo("bagus.jpg")]})
    assert page.status_code == 422
    text = text_of(page)
    assert "rusak.jpg" in text
    assert "bagus.jpg" in text
    assert "Dekat masjid." in text
    token = page.content.decode().split('name="files-ada" value="')[1].split('"')[0]
    citizen.post(step, {"reply": "Dekat masjid.", "files-ada": token})
    with inside(greged):
        assert list(Attachment.objects.values_list("name", flat=True)) == ["bagus.jpg"]


def test_a_report_is_withdrawn_after_a_question_back(citizen: Citizen, greged: Office) -> None:
    _number, code = citizen.report()
    step = f"/lacak/{code}/langkah/main/withdraw/"
    assert citizen.get(step).status_code == 200
    assert complaint_of(greged, code).closed_at is None
    page = citizen.follow(citizen.post(step, {"reason": "Sudah diperbaiki warga."}))
    assert "sudah dicabut" in text_of(page)
    assert complaint_of(greged, code).outcome == "withdrawn"
    assert step not in citizen.get(f"/lacak/{code}/").content.decode()


def test_the_service_is_rated_once(citizen: Citizen, hand: OfficeHand, greged: Office) -> None:
    _number, code = citizen.report()
    step = f"/lacak/{code}/langkah/main/rate/"
    assert citizen.get(step).status_code == 409
    hand.answer(code)
    page = citizen.post(step, {"comment": "Bagus"})
    assert page.status_code == 422
    assert "Pilih satu nilai" in text_of(page)
    assert "Bagus" in text_of(page)
    assert citizen.post(step, {"score": "6"}).status_code == 422
    citizen.post(step, {"score": "4", "comment": "Cepat."})
    found = complaint_of(greged, code)
    assert (found.rating, found.rating_comment) == (4, "Cepat.")
    assert "★★★★☆ 4 dari 5 Cepat." in text_of(citizen.get(f"/lacak/{code}/"))
    assert citizen.post(step, {"score": "1"}).status_code == 409
    assert complaint_of(greged, code).rating == 4


def test_an_objection_opens_the_report_again_within_its_time(
    citizen: Citizen, hand: OfficeHand, greged: Office
) -> None:
    _number, code = citizen.report()
    hand.answer(code)
    assert "ditelaah ulang. Dapat dilakukan sampai" in text_of(citizen.get(f"/lacak/{code}/"))
    step = f"/lacak/{code}/langkah/main/object/"
    page = citizen.post(step, {"reason": ""})
    assert page.status_code == 422
    page = citizen.follow(citizen.post(step, {"reason": "Lampunya masih mati sampai malam ini."}))
    assert "Laporan dibuka kembali." in text_of(page)
    assert complaint_of(greged, code).closed_at is None


def test_an_objection_comes_too_late(citizen: Citizen, hand: OfficeHand, at: Callable[..., object]) -> None:
    at("2025-03-03 10:00")
    _number, code = citizen.report()
    hand.answer(code)
    at("2025-03-17 10:00")
    assert "/langkah/main/object/" in citizen.get(f"/lacak/{code}/").content.decode()
    at("2025-03-17 10:01")
    assert "/langkah/main/object/" not in citizen.get(f"/lacak/{code}/").content.decode()
    answer = citizen.post(f"/lacak/{code}/langkah/main/object/", {"reason": "Lampunya masih mati."})
    assert answer.status_code == 409


@pytest.mark.parametrize("action", ["verify_complete", "upload_answer", "hand_up", "note", "nonsense"])
def test_nothing_of_the_offices_own_can_be_done_with_a_code(citizen: Citizen, action: str) -> None:
    _number, code = citizen.report()
    for line in ("main", "publication"):
        answer = citizen.post(f"/lacak/{code}/langkah/{line}/{action}/", {"answer": "x" * 20, "note": "x"})
        assert answer.status_code == 409


# Files


def test_the_reporters_files_open_and_say_what_they_are(
    citizen: Citizen, hand: OfficeHand, greged: Office
) -> None:
    citizen.fill(until="berkas")
    citizen.post("/lapor/berkas/", {"uploads": [photo(), letter()], "lanjut": "1"})
    citizen.fill()
    citizen.send()
    with inside(greged):
        complaint = Complaint.objects.get()
        picture, paper = Attachment.objects.order_by("id")
    base = f"/lacak/{complaint.tracking_code}/berkas"
    page = citizen.get(f"{base}/{picture.uid.hex}/")
    assert page["Content-Type"] == "image/jpeg"
    assert page["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in page["Content-Security-Policy"]
    assert page["Content-Disposition"].startswith("inline")
    assert "no-store" in page["Cache-Control"]
    assert b"".join(page.streaming_content).startswith(b"\xff\xd8\xff")
    small = citizen.get(f"{base}/{picture.uid.hex}/?kecil=1")
    assert b"PabrikPonsel" not in b"".join(small.streaming_content)
    page = citizen.get(f"{base}/{paper.uid.hex}/")
    assert page["Content-Disposition"].startswith("attachment")
    assert page["Content-Type"] == "application/pdf"


def test_a_code_opens_the_files_of_its_own_report_alone(
    citizen: Citizen, hand: OfficeHand, greged: Office
) -> None:
    _number, code = citizen.report()
    hand.act(code, "verify_complete")
    with inside(greged):
        inner = files.accept(photo("internal.jpg"))
    hand.act(code, "note", note="Catatan petugas", files=[inner])
    with inside(greged):
        internal = Attachment.objects.get(name="internal.jpg")
    assert citizen.get(f"/lacak/{code}/berkas/{internal.uid.hex}/").status_code == 404
    citizen.fill(until="berkas")
    citizen.post("/lapor/berkas/", {"uploads": [photo("lain.jpg", colour="red")], "lanjut": "1"})
    citizen.fill()
    citizen.send()
    with inside(greged):
        other = Attachment.objects.get(name="lain.jpg")
    assert citizen.get(f"/lacak/{code}/berkas/{other.uid.hex}/").status_code == 404


def test_the_answers_files_are_the_reporters_too(citizen: Citizen, hand: OfficeHand, greged: Office) -> None:
    _number, code = citizen.report()
    with inside(greged):
        paper = files.accept(letter("jawaban.pdf"))
    hand.answer(code, files=[paper])
    body = citizen.get(f"/lacak/{code}/").content.decode()
    with inside(greged):
        uid = Attachment.objects.get(name="jawaban.pdf").uid
    assert f"/lacak/{code}/berkas/{uid.hex}/" in body
    assert citizen.get(f"/lacak/{code}/berkas/{uid.hex}/").status_code == 200


# A lost code


def messages(office: Office) -> list[Message]:
    with inside(office):
        return list(Message.objects.filter(subject__startswith="Kode lacak").order_by("id"))


def test_a_lost_code_comes_by_the_mail_that_was_given(citizen: Citizen, greged: Office) -> None:
    _number, code = citizen.report()
    answer = citizen.post("/kode-hilang/", {"contact": " Siti.Aminah@example.org "})
    assert "Bila ada laporan dengan kontak itu" in text_of(citizen.follow(answer))
    (message,) = messages(greged)
    assert (message.recipient, message.channel) == ("siti.aminah@example.org", "email")
    assert code in message.body


def test_a_telephone_alone_gets_a_call(citizen: Citizen, greged: Office) -> None:
    _number, code = citizen.report(email="")
    citizen.post("/kode-hilang/", {"contact": "0812 3456 7890"})
    (message,) = messages(greged)
    assert message.channel == "call"
    with inside(greged):
        task = CallTask.objects.get(message=message)
        assert code in task.message.body


def test_the_answer_tells_nobody_who_has_reported(citizen: Citizen, greged: Office) -> None:
    citizen.report()
    pages = [
        text_of(
            Citizen(citizen.host).follow(Citizen(citizen.host).post("/kode-hilang/", {"contact": contact}))
        )
        for contact in ("siti.aminah@example.org", "tidak.ada@example.org", "0899 9999 9999")
    ]
    assert len(set(pages)) == 1
    assert len(messages(greged)) == 1


def test_nobodys_mailbox_is_flooded(citizen: Citizen, greged: Office) -> None:
    citizen.report()
    for _ in range(4):
        assert citizen.post("/kode-hilang/", {"contact": "siti.aminah@example.org"}).status_code == 303
    assert len(messages(greged)) == 2
    citizen.post("/kode-hilang/", {"contact": "siti.aminah@example.org"})
    assert citizen.post("/kode-hilang/", {"contact": "siti.aminah@example.org"}).status_code == 429


def test_what_is_no_contact_is_explained(citizen: Citizen) -> None:
    page = citizen.post("/kode-hilang/", {"contact": "siti"})
    assert page.status_code == 422
    assert "0812 3456 7890" in text_of(page)
