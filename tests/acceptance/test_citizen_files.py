"""Photos and documents of a report, by HTTP: judged at once, kept in the draft, removable."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Attachment, DraftFile
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.pictures import letter, photo, program

pytestmark = pytest.mark.django_db
FILES = "/lapor/berkas/"


@pytest.fixture
def citizen(greged: Office, warga: Callable[[Office], Citizen]) -> Citizen:
    """A citizen who has come to the question of the files."""
    cache.clear()
    citizen = warga(greged)
    citizen.fill(until="berkas")
    return citizen


def kept(office: Office) -> list[str]:
    with inside(office):
        return list(DraftFile.objects.order_by("id").values_list("name", flat=True))


def test_files_come_with_the_complaint(citizen: Citizen, greged: Office) -> None:
    answer = citizen.post(FILES, {"uploads": [photo(), letter()], "lanjut": "1"})
    assert answer["Location"] == "/lapor/kerahasiaan/"
    page = citizen.follow(citizen.fill())
    assert "lampu.jpg surat.pdf" in text_of(page)
    citizen.send()
    with inside(greged):
        files = Attachment.objects.order_by("id")
        assert [(file.name, file.content_type, file.by_reporter) for file in files] == [
            ("lampu.jpg", "image/jpeg", True),
            ("surat.pdf", "application/pdf", True),
        ]
    assert kept(greged) == []


def test_one_is_added_after_the_other_and_taken_away_again(citizen: Citizen, greged: Office) -> None:
    for name in ("satu.jpg", "dua.jpg"):
        assert citizen.post(FILES, {"uploads": [photo(name)], "tambah": "1"})["Location"] == FILES
    body = citizen.get(FILES).content.decode()
    first = re.findall(r'name="hapus" value="([0-9a-f]{32})"', body)[0]
    assert citizen.post(FILES, {"hapus": first})["Location"] == FILES
    assert kept(greged) == ["dua.jpg"]
    assert citizen.post(FILES, {"hapus": first}).status_code == 303
    assert citizen.post(FILES, {"hapus": "../etc"}).status_code == 303


def test_a_wrong_file_is_explained_and_the_good_one_kept(citizen: Citizen, greged: Office) -> None:
    page = citizen.post(FILES, {"uploads": [program("rusak.jpg"), photo("bagus.jpg")], "lanjut": "1"})
    assert page.status_code == 422
    text = text_of(page)
    assert "<title>Kesalahan:" in page.content.decode()
    assert "rusak.jpg" in text
    assert "bukan foto atau PDF" in text
    assert kept(greged) == ["bagus.jpg"]
    assert "bagus.jpg" in text
    assert citizen.post(FILES, {"lanjut": "1"})["Location"] == "/lapor/kerahasiaan/"


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (SimpleUploadedFile("kosong.jpg", b""), "kosong"),
        (SimpleUploadedFile("program.exe", b"MZ" + b"0" * 100), "tidak diterima"),
        (SimpleUploadedFile("besar.jpg", b"\xff\xd8\xff" + b"0" * (10 * 1024 * 1024)), "terlalu besar"),
        (SimpleUploadedFile("gambar.svg", b"<svg onload=alert(1)>"), "tidak diterima"),
    ],
    ids=["empty", "program", "big", "svg"],
)
def test_files_that_are_not_taken(
    citizen: Citizen, greged: Office, upload: SimpleUploadedFile, said: str
) -> None:
    page = citizen.post(FILES, {"uploads": [upload], "lanjut": "1"})
    assert page.status_code == 422
    assert said in text_of(page)
    assert kept(greged) == []


def test_no_more_files_than_the_sop_takes(citizen: Citizen, greged: Office) -> None:
    many = [photo(f"{number}.jpg", colour=f"#{number:02x}0000") for number in range(7)]
    page = citizen.post(FILES, {"uploads": many, "tambah": "1"})
    assert page.status_code == 422
    assert kept(greged) == [f"{number}.jpg" for number in range(5)]
    text = text_of(page)
    assert "“5.jpg” tidak disimpan: paling banyak 5 berkas" in text
    assert "Jumlah berkas sudah penuh" in text


def test_files_outlive_a_mistake_elsewhere(citizen: Citizen, greged: Office) -> None:
    citizen.post(FILES, {"uploads": [photo()], "lanjut": "1"})
    assert citizen.post("/lapor/uraian/?ubah=1", {"description": "x"}).status_code == 422
    assert kept(greged) == ["lampu.jpg"]


def test_another_citizen_cannot_take_a_file_away(citizen: Citizen, greged: Office, warga: Callable) -> None:
    citizen.post(FILES, {"uploads": [photo()], "tambah": "1"})
    with inside(greged):
        uid = DraftFile.objects.get().uid
    other = warga(greged)
    other.fill(until="berkas")
    other.post(FILES, {"hapus": uid.hex})
    assert kept(greged) == ["lampu.jpg"]
