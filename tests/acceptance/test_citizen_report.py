"""The report form, by HTTP: one question a page, nothing lost, never a second complaint."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.cache import cache
from pytest_django import DjangoAssertNumQueries

from central.offices import directory
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Complaint, Draft
from tests.acceptance.citizen import (
    ANSWERS,
    Citizen,
    complaints_of,
    drafts_of,
    text_of,
)

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> {{ 7|add:7 }} ' OR 1=1; -- ‮gnp.exe"


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def citizen(greged: Office, warga: Callable[[Office], Citizen]) -> Citizen:
    return warga(greged)


# The way from the first question to the receipt


def test_a_report_becomes_a_complaint_with_number_and_code(citizen: Citizen, greged: Office) -> None:
    number, code = citizen.report(occurred_at="kemarin sore")
    (complaint,) = complaints_of(greged)
    assert (complaint.number, complaint.tracking_code) == (number, code)
    assert complaint.channel == "website"
    assert complaint.description == ANSWERS["uraian"]["description"]
    assert (complaint.place, complaint.occurred_at) == ("Jalan Melati RT 02 RW 05", "kemarin sore")
    assert complaint.reporter.name == "Siti Aminah"
    assert complaint.reporter.phone == "+6281234567890"
    assert number in text_of(citizen.get(f"/lacak/{code}/"))


@pytest.mark.parametrize("name", ["greged", "jenawi", "mojokerto", "triharjo", "upik"])
def test_every_office_takes_a_report(
    request: pytest.FixtureRequest, warga: Callable[[Office], Citizen], name: str
) -> None:
    office = request.getfixturevalue(name)
    citizen = warga(office)
    number, code = citizen.report()
    text = text_of(citizen.get(f"/lacak/{code}/"))
    assert number in text
    assert complaints_of(office)[0].description in text


def test_dates_are_those_of_the_offices_own_zone(
    citizen: Citizen, greged: Office, at: Callable[..., object]
) -> None:
    at("2025-03-03 10:00")
    Office.objects.filter(pk=greged.pk).update(timezone="Asia/Jayapura")
    directory.forget()
    citizen.fill()
    assert "4 Maret 2025 pukul 12.00 WIT" in text_of(citizen.follow(citizen.send()))
    assert "Waktu WIT" in text_of(citizen.get("/"))


def test_the_receipt_says_what_happens_next_and_by_when(citizen: Citizen, at: Callable[..., object]) -> None:
    at("2025-03-03 10:00")
    citizen.fill()
    page = citizen.follow(citizen.send())
    text = text_of(page)
    assert "Verifikasi kelengkapan" in text
    assert "4 Maret 2025 pukul 10.00 WIB" in text  # one working day
    assert "Kabar dikirim ke siti.aminah@example.org." in text
    body = page.content.decode()
    assert 'aria-label="Kode QR ke halaman lacak"' in body
    assert f"{settings.PLATFORM_URL}t/" in body
    assert "style=" not in body


def test_the_receipt_stays_at_its_address_and_is_there_by_code_too(citizen: Citizen) -> None:
    number, code = citizen.report()
    assert number in text_of(citizen.get("/lapor/terkirim/"))
    stranger = Citizen(citizen.host)
    assert number in text_of(stranger.get(f"/lacak/{code}/tanda-terima/"))
    assert number not in text_of(stranger.get("/lapor/terkirim/"))


def test_the_first_page_is_the_category_and_leads_on(citizen: Citizen) -> None:
    first = citizen.get("/lapor/")
    assert first.status_code == 200
    assert 'action="/lapor/kategori/"' in first.content.decode()
    answer = citizen.post("/lapor/kategori/", {"category": citizen.categories()[0]})
    assert answer["Location"] == "/lapor/uraian/"


def test_pages_ahead_lead_back_to_the_first_open_question(citizen: Citizen) -> None:
    citizen.post("/lapor/kategori/", {"category": citizen.categories()[0]})
    for path in ("/lapor/tempat/", "/lapor/pelapor/", "/lapor/periksa/"):
        assert citizen.get(path)["Location"].startswith("/lapor/uraian/")


def test_going_back_shows_what_was_answered(citizen: Citizen) -> None:
    citizen.fill()
    assert ANSWERS["uraian"]["description"] in text_of(citizen.get("/lapor/uraian/"))
    assert 'value="Jalan Melati RT 02 RW 05"' in citizen.get("/lapor/tempat/").content.decode()
    assert 'value="+6281234567890"' in citizen.get("/lapor/pelapor/").content.decode()


def test_the_check_page_leads_to_each_answer_and_back_again(citizen: Citizen) -> None:
    citizen.fill()
    page = citizen.get("/lapor/periksa/")
    links = re.findall(r'href="(/lapor/[a-z]+/\?ubah=1)', page.content.decode())
    assert {link.split("/")[2] for link in links} == {
        "kategori",
        "uraian",
        "tempat",
        "berkas",
        "kerahasiaan",
        "pelapor",
    }
    answer = citizen.post("/lapor/tempat/?ubah=1", {"place": "Pasar Lama", "occurred_at": ""})
    assert answer["Location"] == "/lapor/periksa/"
    text = text_of(citizen.get("/lapor/periksa/"))
    assert "Pasar Lama" in text
    assert "Tidak diisi" in text


def test_a_change_that_demands_more_leads_to_what_is_missing(triharjo: Office, warga: Callable) -> None:
    citizen = warga(triharjo)
    page = citizen.fill()
    assert page["Location"] == "/lapor/periksa/", text_of(page)
    with inside(triharjo):
        draft = Draft.objects.get()
        draft.answers["name"] = ""
        draft.save(update_fields=["answers"])
    page = citizen.follow(citizen.get("/lapor/periksa/"))
    assert page.status_code == 200
    assert "Isi nama Anda." in text_of(page)


def test_somebody_who_comes_back_may_go_on_or_begin_anew(citizen: Citizen, greged: Office) -> None:
    citizen.fill(until="tempat")
    page = citizen.get("/lapor/")
    assert ANSWERS["uraian"]["description"] in text_of(page)
    assert 'href="/lapor/tempat/"' in page.content.decode()
    assert citizen.post("/lapor/baru/")["Location"] == "/lapor/kategori/"
    assert ANSWERS["uraian"]["description"] not in text_of(citizen.get("/lapor/uraian/", follow=True))
    assert [draft.answers for draft in drafts_of(greged)] == [{}]


def test_a_next_report_need_not_ask_again_who_somebody_is(citizen: Citizen, greged: Office) -> None:
    citizen.report()
    citizen.post("/lapor/baru/")
    citizen.reported = False
    citizen.fill(until="pelapor")
    body = citizen.get("/lapor/pelapor/").content.decode()
    assert 'value="Siti Aminah"' in body
    assert ANSWERS["uraian"]["description"] not in str(drafts_of(greged)[0].answers)


def test_the_note_of_a_category_is_shown_at_once(citizen: Citizen, greged: Office) -> None:
    from tenants.procedure.queries import rules_in_force

    with inside(greged):
        paths = rules_in_force().settings.paths
    hinted = {code: path[-1].hint.id for code, path in paths.items() if path[-1].hint}
    code, hint = next((code, hint) for code, hint in hinted.items() if code in citizen.categories())
    citizen.post("/lapor/kategori/", {"category": code})
    assert hint in text_of(citizen.get("/lapor/uraian/"))


def test_english_by_a_switch_and_back_to_the_page(citizen: Citizen) -> None:
    answer = citizen.post("/bahasa/", {"language": "en", "next": "/lapor/kategori/"})
    assert answer["Location"] == "/lapor/kategori/"
    assert '<html lang="en"' in citizen.get("/lapor/kategori/").content.decode()


# What may be shown of the reporter


def test_an_anonymous_reporter_is_not_asked_for_a_name(citizen: Citizen, greged: Office) -> None:
    filled = citizen.fill(visibility="anonymous")
    assert filled["Location"] == "/lapor/periksa/"
    text = text_of(citizen.get("/lapor/periksa/"))
    assert "Tanpa nama" in text
    assert "Surel" not in text.split("Tentang Anda")[1].split("Sebelum mengirim")[0]
    page = citizen.follow(citizen.send())
    assert "Anda tidak meninggalkan kontak" in text_of(page)
    with inside(greged):
        complaint = Complaint.objects.get()
        assert not hasattr(complaint, "reporter")


def test_choosing_anonymous_later_forgets_the_name(citizen: Citizen, greged: Office) -> None:
    citizen.fill()
    citizen.post("/lapor/kerahasiaan/?ubah=1", {"visibility": "anonymous"})
    (draft,) = drafts_of(greged)
    assert {draft.answers[name] for name in ("name", "address", "email", "phone")} == {""}


def test_a_confidential_report_says_who_reads_the_name(citizen: Citizen) -> None:
    citizen.fill(visibility="confidential")
    assert "hanya dilihat petugas yang menangani" in text_of(citizen.get("/lapor/periksa/"))


def test_the_sop_decides_what_a_reporter_must_give(triharjo: Office, warga: Callable) -> None:
    citizen = warga(triharjo)
    page = citizen.fill(name="", address="", email="", phone="")
    assert page.status_code == 422
    text = text_of(page)
    assert "Isi nama Anda." in text
    assert "Isi alamat Anda." in text
    assert "Isi alamat surel atau nomor telepon, salah satu saja cukup." in text
    assert citizen.post("/lapor/pelapor/", {**ANSWERS["pelapor"], "email": ""}).status_code == 303
    assert complaints_of(triharjo) == []


def test_what_the_sop_does_not_offer_cannot_be_chosen(triharjo: Office, warga: Callable) -> None:
    citizen = warga(triharjo)
    assert "anonymous" not in citizen.follow(citizen.fill(until="kerahasiaan")).content.decode()
    answer = citizen.post("/lapor/kerahasiaan/", {"visibility": "anonymous"})
    assert answer.status_code == 422
    assert "Pilihan itu tidak tersedia" in text_of(answer)


def test_no_page_of_the_form_is_stored(citizen: Citizen) -> None:
    citizen.fill()
    for path in ("/lapor/kategori/", "/lapor/pelapor/", "/lapor/periksa/"):
        page = citizen.get(path)
        assert "no-store" in page["Cache-Control"]
        assert "noindex" in page["X-Robots-Tag"]


def test_pages_ask_the_database_little(
    citizen: Citizen, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    citizen.get("/")  # the directory of hosts and the office's documents are kept from here on
    with django_assert_max_num_queries(6):
        citizen.get("/")
    with django_assert_max_num_queries(5):
        citizen.get("/lapor/kategori/")
    citizen.fill()
    with django_assert_max_num_queries(6):
        citizen.get("/lapor/periksa/")
