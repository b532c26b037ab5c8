"""The report form and what people type wrongly into it: said clearly, nothing lost, nothing half-done."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache

from central.offices.access import office as inside
from central.offices.models import Office
from central.plaintext import clean_text
from tenants.complaints.models import Complaint, Draft
from tests.acceptance.citizen import Citizen, assert_error_page, text_of

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> {{ 7|add:7 }} ' OR 1=1; -- ‮gnp.exe"


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def citizen(greged: Office, warga: Callable[[Office], Citizen]) -> Citizen:
    return warga(greged)


def drafts_of(office: Office) -> list[Draft]:
    with inside(office):
        return list(Draft.objects.order_by("id"))


def complaints_of(office: Office) -> list[Complaint]:
    with inside(office):
        return list(Complaint.objects.select_related("reporter").order_by("id"))


def test_nothing_chosen(citizen: Citizen, greged: Office) -> None:
    page = citizen.post("/lapor/kategori/", {})
    assert_error_page(page)
    assert "Pilih satu kategori." in text_of(page)
    assert drafts_of(greged) == []


def test_a_category_of_another_office(citizen: Citizen, jenawi: Office, warga: Callable) -> None:
    foreign = next(code for code in warga(jenawi).categories() if code not in citizen.categories())
    page = citizen.post("/lapor/kategori/", {"category": foreign})
    assert_error_page(page)
    assert "Kategori itu tidak ada di instansi ini" in text_of(page)


def test_a_category_that_only_groups_others(citizen: Citizen, greged: Office) -> None:
    from tenants.procedure.queries import rules_in_force

    with inside(greged):
        group = next(category.code for category, _ in rules_in_force().settings.walk() if category.children)
    assert citizen.post("/lapor/kategori/", {"category": group}).status_code == 422


def test_a_category_that_was_closed_meanwhile(citizen: Citizen, greged: Office) -> None:
    citizen.fill()
    with inside(greged):
        draft = Draft.objects.get()
        draft.answers["category"] = "gone"
        draft.save(update_fields=["answers"])
    assert citizen.get("/lapor/periksa/")["Location"] == "/lapor/kategori/?ubah=1"
    assert citizen.send()["Location"] == "/lapor/kategori/?ubah=1"
    assert complaints_of(greged) == []


@pytest.mark.parametrize(("text", "said"), [("Pendek", "Paling sedikit 10 karakter"), ("x" * 5001, "5.001")])
def test_a_text_that_is_too_short_or_too_long_comes_back_whole(
    citizen: Citizen, text: str, said: str
) -> None:
    page = citizen.fill(description=text)
    assert_error_page(page, typed=text)
    assert said in text_of(page)


def test_a_line_break_counts_once(citizen: Citizen) -> None:
    assert citizen.fill(description="a\r\n" * 2400 + "b" * 100)["Location"] == "/lapor/periksa/"


def test_a_place_that_is_too_long_is_refused_and_kept(citizen: Citizen) -> None:
    page = citizen.fill(place="x" * 251)
    assert_error_page(page, typed="x" * 251)


def test_wrong_contacts_are_explained(citizen: Citizen) -> None:
    page = citizen.fill(email="siti@", phone="12")
    assert_error_page(page, typed="siti@")
    assert "nama@contoh.id" in text_of(page)
    assert "0812 3456 7890" in text_of(page)


@pytest.mark.parametrize("phone", ["081234567890", "+62 812-3456-7890", "62 812 3456 7890", "0812 3456 7890"])
def test_telephone_numbers_as_people_write_them(citizen: Citizen, greged: Office, phone: str) -> None:
    citizen.report(phone=phone)
    assert complaints_of(greged)[0].reporter.phone == "+6281234567890"


@pytest.mark.parametrize("phone", ["08123", "0812345", "0812 3456", "14045"])
def test_a_telephone_number_with_digits_missing_is_asked_for_again(citizen: Citizen, phone: str) -> None:
    page = citizen.fill(phone=phone)
    assert_error_page(page, typed=phone)
    assert "Nomor telepon ini belum lengkap." in text_of(page)
    assert citizen.post("/lapor/pelapor/", {"name": "Siti", "phone": "0231 8300123"}).status_code == 303


def test_a_number_in_the_story_is_pointed_out_before_it_is_sent(citizen: Citizen) -> None:
    citizen.fill(description="Lampu mati di gang kami, hubungi 0812-3456-7890 saja.")
    assert "Uraian Anda tampaknya memuat nomor telepon" in text_of(citizen.get("/lapor/periksa/"))
    citizen.post("/lapor/uraian/?ubah=1", {"description": "Lampu mati di gang kami sejak 3 Maret 2025."})
    assert "tampaknya memuat nomor" not in text_of(citizen.get("/lapor/periksa/"))


def test_hostile_text_is_text_everywhere(citizen: Citizen, greged: Office) -> None:
    _number, code = citizen.report(description=HOSTILE, place=HOSTILE, name=HOSTILE, occurred_at=HOSTILE[:90])
    for page in (citizen.get(f"/lacak/{code}/"), citizen.get("/lapor/terkirim/")):
        assert "<script>alert" not in page.content.decode()
        assert "<img src=x" not in page.content.decode()
    assert complaints_of(greged)[0].description == clean_text(HOSTILE)


def test_control_characters_are_left_out(citizen: Citizen, greged: Office) -> None:
    citizen.report(description="Saluran air\x00 mampet\x07 di depan balai desa")
    assert complaints_of(greged)[0].description == "Saluran air mampet di depan balai desa"


@pytest.mark.parametrize(
    ("latitude", "longitude", "kept"),
    [
        ("-6.732100", "108.552300", ("-6.732100", "108.552300")),
        ("999", "5", (None, None)),
        ("x", "y", (None, None)),
        ("nan", "inf", (None, None)),
        ("-6.7321", "", (None, None)),
    ],
)
def test_a_place_from_the_device(
    citizen: Citizen, greged: Office, latitude: str, longitude: str, kept: tuple
) -> None:
    citizen.fill(until="tempat")
    place = {"place": "Pasar", "latitude": latitude, "longitude": longitude}
    assert citizen.post("/lapor/tempat/", place).status_code == 303
    citizen.fill()
    citizen.post("/lapor/tempat/?ubah=1", place)
    citizen.send()
    (complaint,) = complaints_of(greged)
    found = (complaint.latitude, complaint.longitude)
    assert tuple(None if part is None else str(part) for part in found) == kept


def test_more_text_than_any_form_takes(citizen: Citizen) -> None:
    citizen.fill(until="uraian")
    page = citizen.post("/lapor/uraian/", {"description": "x" * (1024 * 1024)})
    assert_error_page(page, typed="x" * (1024 * 1024))
    page = citizen.post("/lapor/uraian/", {"description": "x" * (3 * 1024 * 1024)})
    assert page.status_code == 400
    assert "terlalu besar" in text_of(page)


def test_a_place_from_the_device_can_be_taken_back(citizen: Citizen, greged: Office) -> None:
    citizen.fill()
    assert "Hapus titik lokasi" not in text_of(citizen.get("/lapor/tempat/"))
    place = {"place": "Pasar", "latitude": "-6.7321", "longitude": "108.5523"}
    citizen.post("/lapor/tempat/?ubah=1", place)
    assert "titik lokasi: -6.732100, 108.552300" in text_of(citizen.get("/lapor/periksa/"))
    assert "Hapus titik lokasi yang tersimpan" in text_of(citizen.get("/lapor/tempat/"))
    citizen.post("/lapor/tempat/?ubah=1", {**place, "forget_point": "on"})
    citizen.send()
    assert complaints_of(greged)[0].latitude is None
