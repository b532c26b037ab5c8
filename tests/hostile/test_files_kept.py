"""Files that are taken: their names, what they tell, how they are sent out, and how many there can be."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.utils import timezone
from PIL import Image, PngImagePlugin

from central.coordination.models import Alarm
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints import files
from tenants.complaints.models import Attachment, Draft, DraftFile
from tenants.site import drafts
from tests.acceptance.cast import Player
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.office_hand import OfficeHand
from tests.acceptance.pictures import letter, photo
from tests.acceptance.portal_steps import slug_of
from tests.hostile import bombs
from tests.hostile.server import form
from tests.plugins.figures import Keep
from tests.proof import Subject

pytestmark = pytest.mark.django_db
Warga = Callable[[Office], Citizen]

# How it was sent, and how it is kept.
NAMES = {
    "../../../etc/passwd.jpg": "passwd.jpg",
    "..\\..\\Windows\\sistem.jpg": "sistem.jpg",
    "/etc/cron.d/jahat.jpg": "jahat.jpg",
    "foto\x00.php.jpg": "foto .php.jpg",
    "foto\u202egpj.jpg": "fotogpj.jpg",
    "foto\u2066gpj\u2069.jpg": "fotogpj.jpg",
    "fo\u200bto\ufeff\u00ad.jpg": "foto.jpg",
    "foto\u2028Set-Cookie: a=1.jpg": "foto Set-Cookie a=1.jpg",
    'a"; filename="b.html.jpg': "a ; filename= b.html.jpg",
    "<img src=x onerror=alert(1)>.jpg": "img src=x onerror=alert(1).jpg",
    "{{ 7*7 }}{% debug %}.jpg": "{{ 7 7 }}{% debug %}.jpg",
    "=cmd|'calc'!A0.jpg": "=cmd 'calc'!A0.jpg",
    "tagihan.exe.jpg": "tagihan.exe.jpg",
    "x" * 240 + ".jpg": "x" * 116 + ".jpg",
    "Z" + "\u0335" * 60 + ".jpg": "Z" + "\u0335" * 4 + ".jpg",
}


@pytest.fixture
def citizen(greged: Office, warga: Warga) -> Citizen:
    """A citizen who has come to the question of the files."""
    cache.clear()
    citizen = warga(greged)
    citizen.fill(until="berkas")
    return citizen


@pytest.mark.parametrize("sent", NAMES)
def test_a_name_is_cleaned_before_it_is_kept_and_shown(citizen: Citizen, greged: Office, sent: str) -> None:
    assert files.clean_name(sent) == NAMES[sent]
    answer = _send(citizen, sent)
    assert answer.status_code == 303, text_of(answer)
    with inside(greged):
        name = DraftFile.objects.get().name
    # Browsers write quotation marks otherwise, and Django leaves out some signs before we do.
    assert name.replace("%22", "").replace(" ", "") == NAMES[sent].replace(" ", "")
    assert not {unicodedata.category(sign) for sign in name} & {"Cc", "Cf", "Zl", "Zp"}
    body = citizen.get("/lapor/berkas/").content.decode()
    assert "<img src=x" not in body
    assert "\u202e" not in body


@pytest.mark.parametrize(
    "name", ["cod\u202egpj.exe", "foto.jpg.exe", "foto.jpg\u2028.html", ".htaccess", "jpg"]
)
def test_a_name_that_only_looks_like_a_photos_is_refused(citizen: Citizen, greged: Office, name: str) -> None:
    answer = _send(citizen, name)
    assert answer.status_code == 422
    assert "tidak diterima" in text_of(answer)
    assert "\u202e" not in answer.content.decode()
    with inside(greged):
        assert not DraftFile.objects.exists()


def test_the_name_of_a_file_too_many_is_cleaned_too(citizen: Citizen) -> None:
    many = [photo(f"{number}.jpg", colour=f"#{number:02x}0000") for number in range(5)]
    citizen.post("/lapor/berkas/", {"uploads": many, "tambah": "1"})
    page = _send(citizen, "x\u202ey.jpg")
    assert "“xy.jpg” tidak disimpan" in text_of(page)
    assert "\u202e" not in page.content.decode()


# what a file tells ----------------------------------------

SECRET = "Rahasia-6d2e"
XMP = (
    f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>{SECRET}</exif:GPSLatitude></x:xmpmeta>'.encode()
)
PLACE = {1: "S", 2: (6.0, 43.0, 55.0), 3: "E", 4: (108.0, 33.0, 8.0)}


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = SECRET
    exif.get_ifd(0x8825).update(PLACE)
    return exif


def _telling() -> dict[str, bytes]:
    """Pictures that tell who made them where, in each way that their kinds know."""
    iptc = (
        b"Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x14\x1c\x02\x69\x00\x0f"
        + SECRET.encode()
        + b"\x00"
    )
    app13 = b"\xff\xed" + (len(iptc) + 2).to_bytes(2, "big") + iptc
    jpeg = bombs.picture("JPEG", exif=_exif(), xmp=XMP, comment=SECRET.encode())
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", SECRET)
    texts.add_text("Comment", SECRET * 50, zip=True)
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return {
        "jpg": jpeg[:2] + app13 + jpeg[2:],
        "png": bombs.picture("PNG", exif=_exif(), pnginfo=texts),
        "webp": bombs.picture("WEBP", exif=_exif(), xmp=XMP),
        "heic": bombs.picture("HEIF", exif=_exif(), xmp=XMP),
    }


@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "heic"])
def test_copies_tell_neither_place_nor_device(greged: Office, extension: str) -> None:
    data = _telling()[extension]
    assert SECRET.encode() in data, "the picture of this test tells nothing"
    with inside(greged):
        stored = files.accept(SimpleUploadedFile(f"foto.{extension}", data))
        for copy in (files.thumbnail, files.public_copy):
            with copy(stored.digest) as file:
                content = file.read()
            assert SECRET.encode() not in content
            assert not re.search(rb"Exif|xmp|Photoshop|8BIM|GPS", content)
            shown = Image.open(io.BytesIO(content))
            assert not shown.getexif()
            assert shown.format == "JPEG"
            assert set(shown.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


# how a file is sent out ----------------------------------------

# Taken, for they are pictures; a browser that looked for a page in them would find one.
ODD = {
    "with a page in its comment": bombs.picture(comment=b"<body onload=alert(document.domain)>"),
    "with a script in its comment": bombs.picture(comment=b"*/=alert(1);/*"),
    "with a program behind it": bombs.picture("PNG") + b"#!/bin/sh\nrm -rf /\n",
}


def test_no_browser_takes_a_file_for_a_page(
    citizen: Citizen, greged: Office, petugas: Player, figure: Keep
) -> None:
    uploads = [
        SimpleUploadedFile(f"{place}.{'png' if b'IHDR' in data else 'jpg'}", data, "text/html")
        for place, data in enumerate(ODD.values())
    ]
    uploads.append(SimpleUploadedFile("surat.pdf", letter().read(), "text/html"))
    citizen.post("/lapor/berkas/", {"uploads": uploads, "lanjut": "1"})
    number, code = citizen.report()
    slug = slug_of(greged, number)
    with inside(greged):
        kept = list(Attachment.objects.order_by("id"))
    assert len(kept) == len(uploads)
    for file in kept:
        for answer in (
            citizen.get(f"/lacak/{code}/berkas/{file.uid.hex}/"),
            citizen.get(f"/lacak/{code}/berkas/{file.uid.hex}/?kecil=1"),
            petugas.get(f"/kantor/aduan/{slug}/berkas/{file.uid.hex}/"),
            petugas.get(f"/kantor/aduan/{slug}/berkas/{file.uid.hex}/?kecil=1"),
        ):
            figure(Subject.HOSTILE, "files sent out", 1)
            _assert_is_no_page(answer, file)


def test_a_published_picture_is_no_page_either(citizen: Citizen, greged: Office) -> None:
    data = bombs.picture(comment=b"<body onload=alert(1)>", exif=_exif())
    citizen.post("/lapor/berkas/", {"uploads": [SimpleUploadedFile("a.jpg", data)], "lanjut": "1"})
    number, code = citizen.report()
    hand = OfficeHand(greged)
    hand.answer(code)
    with inside(greged):
        picture = Attachment.objects.get(by_reporter=True)
        slug = slug_of(greged, number)
    hand.publish(code, "Lampu mati", "Lampu mati.", pictures=[picture.uid])
    answer = citizen.get(f"/aduan/{slug}/foto/{picture.uid.hex}/")
    content = b"".join(answer.streaming_content)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"onload" not in content
    assert SECRET.encode() not in content


def _assert_is_no_page(answer: Any, file: Attachment) -> None:
    assert answer.status_code == 200
    assert answer["Content-Type"] in {"image/jpeg", "image/png", "application/pdf"}
    assert answer["X-Content-Type-Options"] == "nosniff"
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    disposition = answer.get("Content-Disposition", "")
    assert "\n" not in disposition
    assert "\r" not in disposition
    if answer["Content-Type"] != "application/pdf":
        return
    assert file.name in disposition


# how many ----------------------------------------


def test_a_sender_cannot_fill_the_store(citizen: Citizen, greged: Office, settings: Any) -> None:
    settings.INTAKE_RATE = "2/hour"  # five files for each report that may be sent
    cache.clear()
    for number in range(10):
        page = citizen.post("/lapor/berkas/", {"uploads": [photo(f"{number}.txt")], "tambah": "1"})
        assert page.status_code == 422
    page = citizen.post("/lapor/berkas/", {"uploads": [photo()], "tambah": "1"})
    assert page.status_code == 429
    assert "Berkas yang sudah ada tetap tersimpan" in text_of(page)
    with inside(greged):
        assert not DraftFile.objects.exists()


def test_a_reporter_who_answers_cannot_either(greged: Office, warga: Warga, settings: Any) -> None:
    citizen = warga(greged)
    _number, code = citizen.report()
    OfficeHand(greged).ask(code, "Sejak kapan lampunya mati?")
    story = citizen.get(f"/lacak/{code}/").content.decode()
    link = re.search(rf"/lacak/{code}/langkah/[a-z_]+/[a-z_]+/", story)
    assert link is not None
    settings.INTAKE_RATE = "1/hour"
    cache.clear()
    for number in range(5):
        page = citizen.post(link[0], {"files": [photo(f"{number}.txt")]})
        assert page.status_code == 422
    page = citizen.post(link[0], {"reply": "Sejak Senin.", "files": [photo()]})
    assert page.status_code == 429
    assert "belum terkirim" in text_of(page)


def test_a_sender_cannot_begin_reports_without_end(greged: Office, warga: Warga, settings: Any) -> None:
    settings.INTAKE_RATE = "1/hour"
    cache.clear()
    statuses = []
    for _ in range(5):
        citizen = warga(greged)
        answer = citizen.post("/lapor/kategori/", {"category": citizen.categories()[0]})
        statuses.append(answer.status_code)
    assert statuses == [303] * 4 + [429]
    with inside(greged):
        assert Draft.objects.count() == 4


def test_what_was_begun_and_left_is_removed_with_its_files(citizen: Citizen, greged: Office) -> None:
    citizen.post("/lapor/berkas/", {"uploads": [photo()], "tambah": "1"})
    with inside(greged):
        draft = Draft.objects.get()
        later = draft.expires_at + timedelta(seconds=1)
        assert later - timezone.now() < timedelta(hours=25)
        drafts.sweep(draft.uid.hex, later)
        assert not Draft.objects.exists()
        assert not DraftFile.objects.exists()
    assert Alarm.objects.filter(kind=files.SWEEP).exists()


def _send(citizen: Citizen, name: str) -> HttpResponse:
    """Sends a photo under a name, written as browsers write it."""
    written = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    kind, body = form({"tambah": "1"}, [(written, photo().read())])
    return citizen.client.post("/lapor/berkas/", body, content_type=kind, HTTP_HOST=citizen.host)
