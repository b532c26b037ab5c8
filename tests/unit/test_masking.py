"""What becomes public hides people: names, numbers, contacts, plates, homes."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenants.complaints.masking import Known, compare, mask, parts_in

STORY = (
    "Nama saya Siti Nurhaliza, NIK 3209384512900001, hp 0812-3456-7890, surel siti@contoh.id. "
    "Pak Joko lewat naik motor E 1234 AB. Rumah saya Jl. Raya Kamarang No. 12 RT 02 RW 01."
)


def test_hides_names_numbers_contacts_plates_and_homes() -> None:
    public = mask(STORY).text
    for secret in (
        "Siti",
        "Nurhaliza",
        "3209384512900001",
        "0812",
        "7890",
        "siti@",
        "Joko",
        "1234",
        "No. 12",
    ):
        assert secret not in public
    for label in ("[nama]", "[nomor identitas]", "[telepon]", "[surel]", "[pelat nomor]", "[alamat]"):
        assert label in public


def test_keeps_the_place_of_the_incident_dates_amounts_and_register_numbers() -> None:
    text = (
        "Lubang di Jl. Raya Kamarang No. 12 RT 02 RW 01 sejak 12 Maret 2026, "
        "aduan 0001/SIGAP/2026, biaya Rp 1.500.000 per KK."
    )
    assert mask(text).text == text


@pytest.mark.parametrize(
    "secret",
    [
        "62857-1234-567",
        "+62 812 3456 7890",
        "081234567890",
        "(0231) 321456",
        "3209 3845 1290 0001",
        "9999999999999999",
        "warga@example.com",
        "AD 9876 XY",
    ],
)
def test_hides_what_a_check_digit_or_a_known_domain_would_let_through(secret: str) -> None:
    assert secret not in mask(f"hubungi {secret} ya").text


def test_a_village_on_the_allow_list_stays_and_a_person_of_that_name_does_not() -> None:
    assert "Triharjo" in mask("Pak Triharjo lambat", allow=["Triharjo"]).text
    assert "Wibowo" not in mask("Pak Triharjo Wibowo lambat", allow=["Triharjo"]).text


def test_the_reporters_own_data_are_hidden_however_they_are_written() -> None:
    known = Known(
        name="Rahma Wulandari", address="Dusun Karang 4", email="rw@desa.id", phone="+6281234567890"
    )
    public = mask(
        "RAHMA datang ke dusun  karang 4, tulis ke RW@desa.id atau 0812.3456.7890; wulandari menunggu",
        known=known,
    ).text
    assert not re.search(r"rahma|wulandari|karang|rw@|3456", public, re.IGNORECASE)


def test_the_offices_own_words_are_hidden_as_whole_words() -> None:
    assert mask("Warung Mbah Ri tutup, berita", words=["Mbah Ri"]).text == "Warung [disamarkan] tutup, berita"


def test_compare_shows_what_was_taken_out_put_in_and_kept() -> None:
    parts = compare("lampu di depan rumah Budi mati", "lampu di depan rumah warga mati sejak lama")
    assert [(p.text, p.masked) for p in parts if p.masked is not None] == [
        ("Budi", "warga"),
        ("", " sejak lama"),
    ]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.text(max_size=40))
def test_pieces_always_add_up_to_the_original(text: str, name: str) -> None:
    masked = mask(text, known=Known(name=name, phone=name), words=[name])
    assert "".join(part.text for part in masked.segments) == text
    assert "".join(part.text for part in compare(text, masked.text)) == text


@pytest.mark.parametrize("text", ["a " * 10_000, "".join(f"{n % 90}," for n in range(10_000))])
def test_the_longest_text_of_ill_will_is_compared_in_no_time(text: str) -> None:
    public = text.replace("a a a a a ", "b ").replace("7,8,", "[nama]")
    begun = time.process_time()
    parts = compare(text, public)
    assert time.process_time() - begun < 5
    assert "".join(part.text for part in parts) == text
    assert "".join(part.text if part.masked is None else part.masked for part in parts) == public


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Lampu di RT 03 RW 01 mati.", ("RT 03 RW 01",)),
        ("Lampu di rt 3/rw 1 mati, juga di RT 04.", ("rt 3/rw 1",)),
        ("Di Desa Kamarang Kecamatan Greged, lalu RT 03.", ("Desa Kamarang Kecamatan Greged", "RT 03")),
        ("Jalan di Desa Kamarang rusak sejak 3 hari.", ()),
        ("", ()),
    ],
)
def test_an_address_is_found_in_part(text: str, parts: tuple[str, ...]) -> None:
    assert parts_in(text, "RT 03 RW 01 Desa Kamarang Kecamatan Greged") == parts
    assert parts_in(text, "") == ()
