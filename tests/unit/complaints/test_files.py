"""Files: what is taken, what is refused and in which words, where it lies, who sweeps it."""

from __future__ import annotations

import io
import os
import re
import struct
import time
import zipfile
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from pillow_heif import register_heif_opener
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from central.coordination.models import Alarm
from central.offices.access import office
from tenants.complaints import files, inspection
from tenants.complaints.models import Attachment
from tenants.complaints.services import receive
from tenants.complaints.services.upkeep import on_files_alarm

register_heif_opener()
PLACE = {1: "N", 2: (6.0, 44.0, 0.0), 3: "E", 4: (108.0, 33.0, 0.0)}


@pytest.fixture(autouse=True)
def store(tmp_path, settings):
    """A store of the test's own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "config.storage.WholeFiles",
            "OPTIONS": {"location": tmp_path, "base_url": None},
        },
    }
    return tmp_path


def picture(form: str = "JPEG", size: tuple[int, int] = (64, 48), *, exif: bool = False, **more) -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", size, "orange")
    if exif:
        data = image.getexif()
        data[0x010F] = "Kamera Siti"
        data[0x0112] = 6  # lies on its side
        data.get_ifd(0x8825).update(PLACE)
        more["exif"] = data
    image.save(out, form, **more)
    return out.getvalue()


def pdf(pages: int = 1, change=None, **encrypt) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(100, 100)
    if change is not None:
        change(writer)
    if encrypt:
        writer.encrypt(**encrypt)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


@pytest.mark.parametrize(
    ("name", "data", "content_type"),
    [
        ("foto.jpg", picture(), "image/jpeg"),
        ("FOTO.JPEG", picture(), "image/jpeg"),
        ("foto.png", picture("PNG"), "image/png"),
        ("foto.webp", picture("WEBP"), "image/webp"),
        ("foto.heic", picture("HEIF"), "image/heic"),
        ("surat.pdf", pdf(3), "application/pdf"),
    ],
)
def test_pictures_and_pdfs_are_taken_and_stored_by_content(inside, store, name, data, content_type):
    stored = files.accept(upload(name, data))
    assert (stored.name, stored.content_type, stored.size) == (name, content_type, len(data))
    path = store / inside.schema_name / stored.digest[:2] / stored.digest
    assert path.read_bytes() == data
    files.accept(upload(name, data))
    assert len(os.listdir(path.parent)) == 1


def test_a_picture_with_another_pictures_name_gets_its_own(inside):
    assert files.accept(upload("foto.jpg", picture("WEBP"))).name == "foto.webp"


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is large and is small."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def zipped(data: bytes) -> bytes:
    out = io.BytesIO(data)
    out.seek(0, io.SEEK_END)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("virus.class", "x")
    return out.getvalue()


def script(writer: PdfWriter) -> None:
    action = {
        NameObject("/S"): NameObject("/JavaScript"),
        NameObject("/JS"): TextStringObject("app.alert(1)"),
    }
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)


def attachment(writer: PdfWriter) -> None:
    writer.add_attachment("isi.exe", b"MZ")


def opening(writer: PdfWriter) -> None:
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/URI"), NameObject("/URI"): TextStringObject("http://x.example")}
    )
    writer.root_object[NameObject("/OpenAction")] = action


REFUSED = {
    "empty": ("foto.jpg", b"", "file_empty"),
    "too big": ("foto.jpg", b"\xff\xd8\xff" + b"0" * files.MAX_BYTES, "file_too_big"),
    "a program": ("tagihan.exe", b"MZ" + b"\0" * 200, "file_name"),
    "no extension": ("foto", picture(), "file_name"),
    "a program named as a picture": ("foto.jpg", b"MZ" + b"\0" * 200, "file_type"),
    "text named as a picture": ("foto.png", b"halo halo", "file_type"),
    "svg named as a picture": ("foto.png", b"<svg onload=alert(1)>", "file_type"),
    "a gif": ("foto.jpg", picture("GIF"), "file_type"),
    "a picture named as a pdf": ("surat.pdf", picture(), "file_mismatch"),
    "a pdf named as a picture": ("foto.jpg", pdf(), "file_mismatch"),
    "a cut picture": ("foto.jpg", picture(size=(800, 800))[:900], "file_broken"),
    "a picture's head only": ("foto.png", picture("PNG")[:20], "file_broken"),
    "noise with a picture's head": ("foto.heic", b"\0\0\0\x18ftypheic" + os.urandom(200), "file_broken"),
    "a bomb by pixels": ("foto.png", png_of(30_000, 30_000), "file_too_big"),
    "a bomb by a side": ("foto.png", png_of(100_000, 10), "file_too_big"),
    "a picture and an archive": ("foto.jpg", zipped(picture()), "file_unsafe"),
    "a picture and a script": ("foto.jpg", picture() + b"<?php system($_GET[0]);", "file_unsafe"),
    "a picture and a page": ("foto.png", picture("PNG") + b"<SCRIPT>alert(1)</SCRIPT>", "file_unsafe"),
    "a picture and a pdf": ("foto.jpg", b"\xff\xd8\xff\xfe%PDF-1.7" + picture()[2:], "file_unsafe"),
    "a film of pictures": (
        "foto.webp",
        picture("WEBP", save_all=True, append_images=[Image.new("RGB", (64, 48), "red")]),
        "file_unsafe",
    ),
    "a pdf with a script": ("surat.pdf", pdf(change=script), "file_unsafe"),
    "a pdf with a file in it": ("surat.pdf", pdf(change=attachment), "file_unsafe"),
    "a pdf that opens an address": ("surat.pdf", pdf(change=opening), "file_unsafe"),
    "a locked pdf": ("surat.pdf", pdf(user_password="rahasia", algorithm="RC4-128"), "file_unsafe"),
    "a pdf without pages": ("surat.pdf", pdf(0), "file_broken"),
    "a pdf's head only": ("surat.pdf", b"%PDF-1.7\n%%EOF", "file_broken"),
    "a cut pdf": ("surat.pdf", pdf()[:200], "file_broken"),
    "a pdf with too many pages": ("surat.pdf", pdf(201), "file_too_big"),
    "a pdf and an archive": ("surat.pdf", zipped(pdf()), "file_unsafe"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_hostile_and_broken_files_are_refused_with_what_to_do(inside, store, case):
    name, data, code = REFUSED[case]
    began = time.perf_counter()
    with pytest.raises(files.FileRefused) as refused:
        files.accept(upload(name, data))
    assert refused.value.code == code
    assert len(str(refused.value.message)) > 20
    assert time.perf_counter() - began < 2
    assert os.listdir(store) == []


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\Foto\\jalan.jpg", "jalan.jpg"),
        ("foto\u202egpj.jpg", "fotogpj.jpg"),
        ("a\x00b\n.jpg", "a b.jpg"),
        ("x" * 300 + ".jpg", "x" * 116 + ".jpg"),
        ('"><b>.png', "b.png"),
    ],
)
def test_names_lose_paths_and_tricks(name, clean):
    assert files.clean_name(name) == clean


def test_what_the_public_sees_has_neither_place_nor_camera(inside):
    stored = files.accept(upload("foto.jpg", picture(exif=True, size=(3000, 1500))))
    with files.opened(stored.digest) as original:
        assert Image.open(original).getexif().get_ifd(0x8825)
    for copy, side in ((files.public_copy, files.PUBLIC_SIDE), (files.thumbnail, files.THUMBNAIL_SIDE)):
        data = copy(stored.digest).read()
        shown = Image.open(io.BytesIO(data))
        assert not shown.getexif()
        assert b"Kamera" not in data
        assert shown.size == (side // 2, side)  # turned upright
        assert copy(stored.digest).read() == data


def test_files_of_a_report_are_referenced_and_the_rest_is_swept(staff, inside, report, store):
    kept = files.accept(upload("foto.jpg", picture()))
    left = files.accept(upload("lain.jpg", picture(size=(32, 32))))
    receive(report(files=(kept,)))
    assert Attachment.objects.get().digest == kept.digest
    now = timezone.now()
    assert files.sweep(now) == 0
    old = (now - timedelta(days=2)).timestamp()
    for digest in (kept.digest, left.digest):
        os.utime(default_storage.path(f"{inside.schema_name}/{digest[:2]}/{digest}"), (old, old))
    assert Alarm.objects.filter(kind="files").exists()
    on_files_alarm("files", now)
    assert default_storage.exists(f"{inside.schema_name}/{kept.digest[:2]}/{kept.digest}")
    assert not default_storage.exists(f"{inside.schema_name}/{left.digest[:2]}/{left.digest}")
    assert Alarm.objects.filter(kind="files").exists()
    on_files_alarm("files", now + timedelta(days=30))
    assert not Alarm.objects.filter(kind="files").exists()


def test_a_file_that_comes_again_is_not_swept_for_its_age(inside, store):
    """Sent a day ago with a form that nobody finished, and again just now: its row is not stored yet."""
    digest = files.accept(upload("foto.jpg", picture())).digest
    (path,) = (path for path in store.rglob("*") if path.is_file())
    old = (timezone.now() - timedelta(days=2)).timestamp()
    os.utime(path, (old, old))
    files.accept(upload("foto.jpg", picture()))
    assert files.sweep(timezone.now()) == 0
    with files.opened(digest) as file:
        assert file.read() == picture()


def test_the_sweep_leaves_the_offices_logo_alone(inside, store):
    logo = default_storage.save(f"{inside.schema_name}/logo/0123.png", ContentFile(b"logo"))
    old = (timezone.now() - timedelta(days=9)).timestamp()
    os.utime(default_storage.path(logo), (old, old))
    assert files.sweep(timezone.now()) == 0
    assert default_storage.exists(logo)


def test_a_store_without_folders_is_swept_too(inside, monkeypatch):
    """A bucket knows names only: there is nothing at a prefix, and a listing of it gives what lies below."""
    left = files.accept(upload("lain.jpg", picture(size=(32, 32))))
    path = default_storage.path(f"{inside.schema_name}/{left.digest[:2]}/{left.digest}")
    old = (timezone.now() - timedelta(days=9)).timestamp()
    os.utime(path, (old, old))
    exists = type(default_storage._wrapped).exists
    monkeypatch.setattr(
        type(default_storage._wrapped), "exists", lambda self, name: "/" in name and exists(self, name)
    )
    assert files.sweep(timezone.now()) == 1
    assert not os.path.exists(path)


def test_an_office_without_files_has_nothing_to_sweep(inside):
    assert files.sweep(timezone.now()) == 0


def test_an_office_does_not_find_anothers_file(office_a, office_b):
    with office(office_a):
        stored = files.accept(upload("foto.jpg", picture()))
    with office(office_b), pytest.raises(files.FileRefused) as gone, files.opened(stored.digest):
        pass
    assert gone.value.code == "file_gone"


def test_a_file_that_the_store_has_lost_says_so(inside):
    with pytest.raises(files.FileRefused) as gone, files.opened("0" * 64):
        pass
    assert gone.value.code == "file_gone"


def test_half_a_file_never_has_a_name(inside, store, monkeypatch):
    """As where the process is killed while it writes, or the disk is full."""
    data, seen = picture(size=(640, 480)), []

    def cut_off(self, *_):
        yield data[: len(data) // 2]
        seen.extend(path.name for path in store.rglob("*") if path.is_file())
        raise OSError("no space left on device")

    monkeypatch.setattr(ContentFile, "chunks", cut_off)
    with pytest.raises(OSError, match="no space"):
        files.accept(upload("jalan.jpg", data))
    assert [name for name in seen if not name.startswith(".")] == []
    assert [path for path in store.rglob("*") if path.is_file()] == []
    monkeypatch.undo()
    with files.opened(files.accept(upload("jalan.jpg", data)).digest) as file:
        assert file.read() == data


def test_half_a_file_that_a_power_cut_left_is_mended_by_the_next_upload(inside, store):
    data = picture()
    stored = files.accept(upload("jalan.jpg", data))
    (path,) = (path for path in store.rglob("*") if path.is_file())
    os.truncate(path, len(data) // 2)
    assert files.accept(upload("jalan.jpg", data)) == stored
    assert path.read_bytes() == data


def test_every_refusal_of_the_inspection_has_words(monkeypatch):
    for code in inspection.kinds.CODES:

        def refuse(*_of_the_file, code=code):
            raise inspection.Refused(code)

        monkeypatch.setattr(files, "inspect", refuse)
        with pytest.raises(files.FileRefused) as refused:
            files.judge("foto.jpg", b"")
        assert refused.value.code == code
        assert "“foto.jpg”" in str(refused.value.message)


def test_every_refusal_is_among_the_codes():
    folder = Path(inspection.__file__).parent
    sources = "".join(path.read_text() for path in folder.glob("*.py"))
    raised = set(re.findall(r'Refused\("(\w+)"\)', sources)) | set(re.findall(r"x00(\w+)\"", sources))
    assert len(raised) > 5
    assert raised <= set(inspection.kinds.CODES)
