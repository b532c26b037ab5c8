"""What the office has published, by HTTP: released words and pictures, and nothing else."""

from __future__ import annotations

import base64
import gzip
import io
import re
from collections.abc import Callable
from uuid import UUID

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.utils import timezone
from PIL import Image

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Attachment, Complaint, Publication
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.office_hand import ANSWER, OfficeHand
from tests.acceptance.pictures import photo

pytestmark = pytest.mark.django_db

TITLE = "Lampu jalan mati di tikungan"
TEXT = "Lampu jalan mati sejak seminggu. Pelapor dapat dihubungi di [nomor disamarkan]."


@pytest.fixture
def citizen(greged: Office, warga: Callable[[Office], Citizen]) -> Citizen:
    cache.clear()
    return warga(greged)


@pytest.fixture
def hand(greged: Office) -> OfficeHand:
    return OfficeHand(greged)


@pytest.fixture
def published(citizen: Citizen, hand: OfficeHand, greged: Office) -> Complaint:
    """A complaint with two pictures, one of them released."""
    citizen.fill(until="berkas")
    citizen.post(
        "/lapor/berkas/", {"uploads": [photo("satu.jpg"), photo("dua.jpg", colour="navy")], "lanjut": "1"}
    )
    citizen.fill(description="Lampu mati. Hubungi Siti Aminah di 0812-3456-7890.")
    citizen.send()
    with inside(greged):
        complaint = Complaint.objects.get()
        picture = Attachment.objects.get(name="satu.jpg")
    hand.answer(complaint.tracking_code)
    hand.publish(complaint.tracking_code, TITLE, TEXT, pictures=[picture.uid])
    with inside(greged):
        return Complaint.objects.get()


def pictures(office: Office) -> dict[str, UUID]:
    with inside(office):
        return dict(Attachment.objects.values_list("name", "uid"))


def test_everybody_reads_the_released_words_and_nothing_else(published: Complaint, citizen: Citizen) -> None:
    stranger = Citizen(citizen.host)
    for page in (stranger.get("/"), stranger.get("/aduan/"), stranger.get(f"/aduan/{published.slug}/")):
        text = text_of(page)
        assert page.status_code == 200
        assert TITLE in text
        assert published.number in text
        for private in ("Siti Aminah", "0812", "siti.aminah@example.org", "Jalan Melati 7", "Lampu putus."):
            assert private not in page.content.decode()
        assert published.tracking_code not in page.content.decode()
    assert ANSWER in text_of(stranger.get(f"/aduan/{published.slug}/"))


def test_the_reporter_is_led_to_the_public_page_and_tells_its_words_from_the_answer(
    published: Complaint, citizen: Citizen, hand: OfficeHand
) -> None:
    page = citizen.get(f"/lacak/{published.tracking_code}/")
    top, way = text_of(page).split("Perjalanan laporan", 1)
    assert "Penanganan sudah selesai. Jawaban untuk Anda" in top
    assert ANSWER in top
    assert f"Yang dibaca umum, dengan data pribadi disamarkan: {TITLE}" in way
    assert "Jawabannya ada di bagian atas halaman ini." in way
    assert f'href="/aduan/{published.slug}/"' in page.content.decode()
    hand.act(published.tracking_code, "unpublish", line="publication", reason="Salah menyamarkan.")
    page = citizen.get(f"/lacak/{published.tracking_code}/")
    assert f"/aduan/{published.slug}/" not in page.content.decode()


def test_an_answer_stands_in_its_place_again_while_an_objection_is_looked_at(
    published: Complaint, citizen: Citizen, hand: OfficeHand
) -> None:
    code = published.tracking_code
    citizen.post(f"/lacak/{code}/langkah/main/object/", {"reason": "Lampunya mati lagi sejak kemarin."})
    top, way = text_of(citizen.get(f"/lacak/{code}/")).split("Perjalanan laporan", 1)
    assert "Jawaban untuk Anda" not in top
    assert ANSWER in way
    assert "di bagian atas halaman ini" not in way


def test_only_released_pictures_and_without_their_metadata(
    published: Complaint, citizen: Citizen, greged: Office
) -> None:
    known = pictures(greged)
    base = f"/aduan/{published.slug}/foto"
    body = citizen.get(f"/aduan/{published.slug}/").content.decode()
    assert f"{base}/{known['satu.jpg'].hex}/" in body
    assert known["dua.jpg"].hex not in body
    page = citizen.get(f"{base}/{known['satu.jpg'].hex}/")
    assert page["Content-Type"] == "image/jpeg"
    assert page["X-Content-Type-Options"] == "nosniff"
    assert not Image.open(io.BytesIO(b"".join(page.streaming_content))).getexif()
    assert citizen.get(f"{base}/{known['dua.jpg'].hex}/").status_code == 404


def test_what_is_not_released_is_not_there(citizen: Citizen, greged: Office) -> None:
    _number, code = citizen.report()
    with inside(greged):
        slug = Complaint.objects.get(tracking_code=code).slug
    assert citizen.get(f"/aduan/{slug}/").status_code == 404
    assert citizen.get("/aduan/00000000000000000000000000000000/").status_code == 404
    assert "Belum ada aduan yang diterbitkan" in text_of(citizen.get("/aduan/"))


def test_another_office_shows_its_own_alone(published: Complaint, jenawi: Office, warga: Callable) -> None:
    neighbour = warga(jenawi)
    assert neighbour.get(f"/aduan/{published.slug}/").status_code == 404
    assert TITLE not in text_of(neighbour.get("/aduan/"))


def test_a_list_does_not_say_the_title_twice(published: Complaint, citizen: Citizen, greged: Office) -> None:
    def told(title: str) -> str:
        with inside(greged):
            Publication.objects.update(title=title)
        return text_of(citizen.get("/aduan/"))

    assert TEXT in told("Lampu di tikungan")
    begun = "Lampu jalan mati…"
    shown = told(begun)
    assert begun in shown
    assert "… sejak seminggu. Pelapor" in shown
    assert TEXT not in shown
    assert told(TEXT).count("sejak seminggu") == 1


def test_a_search_by_words_and_by_category(published: Complaint, citizen: Citizen) -> None:
    found = {
        "/aduan/?cari=LAMPU": True,
        "/aduan/?cari=seminggu": True,
        "/aduan/?cari=banjir": False,
        "/aduan/?cari=Siti": False,
        "/aduan/?kategori=street_light": True,
        "/aduan/?kategori=waste": False,
        "/aduan/?kategori=street_light&cari=lampu": True,
        "/aduan/?kategori=nonsense": True,
        "/aduan/?cari=%00": True,
        "/aduan/?cari=%25": False,
        "/aduan/?setelah=nonsense": True,
    }
    for path, expected in found.items():
        page = citizen.get(path)
        assert page.status_code == 200
        assert (TITLE in text_of(page)) is expected, path
    assert "Tidak ada yang cocok" in text_of(citizen.get("/aduan/?cari=banjir"))


def test_page_after_page_by_key(published: Complaint, citizen: Citizen, greged: Office) -> None:
    with inside(greged):
        for number in range(45):
            complaint = Complaint.objects.get(pk=published.pk)
            complaint.pk, complaint.uid = None, UUID(int=number + 1)
            complaint.number, complaint.register_seq = f"{number:04}/X/2025", 1000 + number
            complaint.tracking_code = f"KODE{number:04}"
            complaint.published_at = timezone.now()
            complaint.save(force_insert=True)
            Publication.objects.create(
                complaint=complaint,
                title=f"Aduan {number}",
                text="Isi.",
                released_by_name="Petugas",
                released_at=timezone.now(),
            )
    seen: list[str] = []
    path = "/aduan/"
    for _page in range(3):
        body = citizen.get(path).content.decode()
        seen += re.findall(r'href="(/aduan/[0-9a-f]{32}/)"', body)
        following = re.search(r'href="(/aduan/\?[^"]+)" rel="next"', body)
        path = following[1].replace("&amp;", "&") if following else ""
    assert path == ""
    assert len(seen) == len(set(seen)) == 46


# The front page


@pytest.mark.parametrize(
    "place",
    ["[null, Infinity]", '["2025-01-01T00:00:00+23:59", 1]', '["0001-01-01T00:00:00+14:00", 1]', "{}"],
)
def test_a_token_that_nobody_gave_out_begins_from_the_front(citizen: Citizen, place: str) -> None:
    token = base64.urlsafe_b64encode(place.encode()).decode()
    assert citizen.get(f"/aduan/?setelah={token}").status_code == 200


def test_the_front_page_says_what_the_office_takes_and_promises(citizen: Citizen, at: Callable) -> None:
    at("2025-03-03 10:00")
    text = text_of(citizen.get("/"))
    assert "14 hari kerja" in text
    assert "Tanggapan awal 3 hari kerja" in text
    assert "Senin–Jumat 07.30–16.00" in text
    assert "Sekarang buka" in text
    assert "112" in text
    assert "119" in text
    assert "Jalan, irigasi, dan fasilitas umum" in text
    at("2025-03-03 19:00")
    assert "Sekarang tutup" in text_of(citizen.get("/"))
    at("2025-03-31 10:00")  # Idul Fitri
    assert "Sekarang tutup" in text_of(citizen.get("/"))


def test_an_office_without_a_whole_process_limit_promises_its_steps(jenawi: Office, warga: Callable) -> None:
    text = text_of(warga(jenawi).get("/"))
    assert "menit kerja" in text
    assert "dijawab tuntas" not in text


def test_what_happens_to_personal_data_is_said(citizen: Citizen, triharjo: Office, warga: Callable) -> None:
    assert "melapor tanpa nama" in text_of(citizen.get("/privasi/"))
    assert "melapor tanpa nama" not in text_of(warga(triharjo).get("/privasi/"))


@pytest.mark.parametrize("path", ["/", "/lapor/kategori/", "/lacak/", "/aduan/"])
def test_the_first_view_weighs_little(citizen: Citizen, path: str) -> None:
    """HTML, style and scripts, compressed as they travel."""
    body = citizen.get(path).content
    weights = {path: len(gzip.compress(body, 6))}
    for name in set(re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js))"', body.decode())):
        with open(str(finders.find(name)), "rb") as file:
            weights[name] = len(gzip.compress(file.read(), 6))
    assert sum(weights.values()) <= 30_000, weights
