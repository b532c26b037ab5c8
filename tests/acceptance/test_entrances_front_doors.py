"""The platform's host and a government's: directory, registration, the way to a complaint by its code."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from central.coordination.models import CaseIndex
from central.delivery.models import CentralMessage
from central.offices.models import Government
from central.offices.services import suspend_office
from central.onboarding.models import Registration
from central.onboarding.queries import MOST_FOUND
from tenants.complaints.codes import code_digest, new_code
from tests.acceptance.entrance_steps import CIREBON, PLATFORM, at, text

FORM = {
    "government_name": "Pemerintah Kabupaten Contoh",
    "office_name": "Kecamatan Contoh",
    "contact_name": "Budi Santoso",
    "contact_position": "Sekretaris Kecamatan",
    "email": "budi@contoh.go.id",
    "phone": "0812-3456-7890",
    "note": "Kami punya 12 desa.",
    "website": "",
}


def listed(response) -> list[str]:
    return [place.name for group in response.context["directory"].listed for place in group.offices]


def test_the_directory_lists_governments_with_their_offices_and_links(offices):
    page = at(PLATFORM).get("/")
    assert listed(page)[:2] == ["Kecamatan Greged", "Kecamatan Jenawi"]
    for address in ("http://greged.localhost:8000/", "http://cirebon.localhost:8000/"):
        assert f'href="{address}"' in text(page)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("greged", ["Kecamatan Greged"]),
        ("KARANGANYAR", ["Kecamatan Jenawi"]),
        ("kecamatan cirebon", ["Kecamatan Greged"]),
        ("kecamatan", ["Kecamatan Greged", "Kecamatan Jenawi"]),
        ("tidak ada di sini", []),
        ("'; DROP TABLE", []),
        ("%", []),
    ],
)
def test_the_search_finds_by_name_kind_and_government(offices, words, found):
    page = at(PLATFORM).get("/", {"q": words})
    assert page.status_code == 200
    assert listed(page) == found


def test_the_directory_stays_one_page_however_many_governments_there_are(offices):
    Government.objects.bulk_create(
        Government(code=code, name=f"Penguji {number:03}", subdomain=code)
        for number, code in enumerate(f"penguji-{number}" for number in range(MOST_FOUND))
    )
    page = at(PLATFORM).get("/")
    assert len(page.context["directory"].listed) == MOST_FOUND
    assert "Masih ada instansi lain" in text(page)
    last = f"Penguji {MOST_FOUND - 1:03}"
    assert last not in text(page)
    found = at(PLATFORM).get("/", {"q": last})
    assert last in text(found)
    assert "Masih ada instansi lain" not in text(found)


def test_a_government_is_found_by_name_even_without_offices(offices):
    from central.offices.services import create_government

    create_government(code="bone", name="Kabupaten Bone", subdomain="bone")
    page = at(PLATFORM).get("/", {"q": "bone"})
    assert "http://bone.localhost:8000/" in text(page)
    assert listed(page) == []


def test_a_suspended_office_is_not_offered(offices, office_a):
    suspend_office(office_a)
    shown = listed(at(PLATFORM).get("/"))
    assert "Kecamatan Jenawi" in shown
    assert "Kecamatan Greged" not in shown


def test_a_governments_host_lists_its_own_offices_and_the_desks_door(offices):
    page = at(CIREBON).get("/")
    assert listed(page) == ["Kecamatan Greged"]
    assert 'href="/meja/"' in text(page)
    assert listed(at(CIREBON).get("/", {"q": "jenawi"})) == []


def test_a_registration_is_stored_thanked_for_and_told_to_the_operators(offices, settings):
    settings.OPERATORS = ["operator@contoh.id"]
    client = at(PLATFORM)
    response = client.post("/daftar/", FORM)
    assert response["Location"] == "/daftar/terkirim/"
    stored = Registration.objects.get()
    assert (stored.office_name, stored.state) == ("Kecamatan Contoh", "new")
    to = set(CentralMessage.objects.values_list("recipient", "kind"))
    assert to == {("budi@contoh.go.id", "registered"), ("operator@contoh.id", "new_registration")}
    assert client.get("/daftar/terkirim/").status_code == 200


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"government_name": ""}, "Isi nama pemerintah daerah"),
        ({"email": "bukan-surel"}, "Tulis alamat surel yang lengkap"),
        ({"phone": "12"}, "tampaknya tidak lengkap"),
        ({"note": "x" * 2001}, "2000"),
        ({"contact_name": "x" * 151}, "150"),
    ],
)
def test_what_is_wrong_with_a_registration_is_said_and_nothing_typed_is_lost(offices, change, words):
    page = at(PLATFORM).post("/daftar/", {**FORM, **change})
    assert page.status_code == 200
    assert words in text(page)
    assert "Kesalahan:" in text(page)
    assert "Kami punya 12 desa." in text(page) or "note" in change
    assert not Registration.objects.exists()


def test_a_machine_that_fills_the_hidden_field_is_thanked_and_forgotten(offices):
    response = at(PLATFORM).post("/daftar/", {**FORM, "website": "http://spam.example"})
    assert response["Location"] == "/daftar/terkirim/"
    assert not Registration.objects.exists()


def test_registrations_from_one_address_are_limited(offices):
    client = at(PLATFORM)
    answers = [client.post("/daftar/", FORM).status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]


@pytest.fixture
def tracked(office_a):
    code, now = new_code(), timezone.now()
    CaseIndex.objects.create(
        uid=uuid4(),
        office=office_a,
        government=office_a.government,
        number="1/VII/2026",
        tracking_digest=code_digest(code),
        status="received",
        stage="verify",
        received_at=now,
        due_at=now + timedelta(days=1),
        updated_at=now,
    )
    return code


def test_a_code_leads_to_the_office_that_has_the_complaint_now(tracked, office_b):
    client = at(PLATFORM)
    assert client.get(f"/t/{tracked}")["Location"] == f"http://greged.localhost:8000/lacak/{tracked}/"
    CaseIndex.objects.update(office=office_b, government=office_b.government)
    assert client.get(f"/t/{tracked}")["Location"] == f"http://jenawi.localhost:8000/lacak/{tracked}/"


def test_a_code_may_be_typed_in_any_way(tracked):
    client = at(PLATFORM)
    for typed in (tracked.lower(), tracked.replace("-", ""), tracked.replace("-", " ")):
        response = client.get("/lacak/", {"code": typed}, follow=False)
        page = client.get(response["Location"])
        assert page.status_code == 200, "a browser lets no form lead to another host"
        there = f"http://greged.localhost:8000/lacak/{tracked}/"
        assert f'content="0; url={there}"' in page.content.decode(), typed
        assert f'href="{there}"' in page.content.decode()


@pytest.mark.parametrize("code", ["K7QM-3WXD-9PHT-RAEF", "salah", "1/VII/2026", "%00", "x" * 500])
def test_an_unknown_code_gets_a_page_that_helps(tracked, code):
    response = at(PLATFORM).get(f"/t/{code}")
    assert response.status_code == 404
    if "/" not in code:
        assert "Kode lacak tidak ditemukan" in text(response)
        assert "Kode lacak hilang?" in text(response)


def test_guessing_codes_is_stopped(tracked):
    client = at(PLATFORM)
    answers = [client.get(f"/t/{new_code()}").status_code for _ in range(31)]
    assert answers == [404] * 30 + [429]
    assert client.get(f"/t/{tracked}").status_code == 429


def test_the_pages_about_us_answer(offices):
    client = at(PLATFORM)
    for page in ("/privasi/", "/tentang/", "/lacak/", "/daftar/"):
        assert client.get(page).status_code == 200, page


def test_without_the_demo_there_are_no_demo_pages(offices, settings):
    settings.DEMO = False
    for page in ("/demo/", "/demo/surel/", "/demo/kode.json"):
        assert at(PLATFORM).get(page).status_code == 404, page


def test_staff_find_their_sign_in_from_the_platforms_host(offices):
    page = at(PLATFORM).get("/masuk/", {"q": "greged"})
    assert 'href="http://greged.localhost:8000/kantor/"' in text(page)
    assert "jenawi" not in text(page)


def test_pages_answer_to_head_as_well(offices):
    for page in ("/", "/daftar/", "/tentang/", "/masuk/"):
        assert at(PLATFORM).head(page).status_code == 200, page


@pytest.mark.parametrize("host", ["localhost", "cirebon.localhost"])
def test_a_search_for_what_no_name_holds_finds_nothing_and_breaks_nothing(offices, host):
    for words in ("%00", "%00greged", "%ff", "%25"):
        assert Client(HTTP_HOST=host).get(f"/?q={words}").status_code == 200
