"""Files as people send them."""

from __future__ import annotations

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

GPS_IFD = 0x8825


def photo(name: str = "lampu.jpg", *, colour: str = "olive", with_place: bool = True) -> SimpleUploadedFile:
    """A small photo with the place in its metadata, as a phone takes it."""
    image = Image.new("RGB", (640, 480), colour)
    exif = Image.Exif()
    exif[0x010F] = "PabrikPonsel"
    if with_place:
        exif.get_ifd(GPS_IFD).update({1: "S", 2: (6.0, 43.0, 55.0), 3: "E", 4: (108.0, 33.0, 8.0)})
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def letter(name: str = "surat.pdf") -> SimpleUploadedFile:
    """A PDF of one empty page."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    out = io.BytesIO()
    writer.write(out)
    return SimpleUploadedFile(name, out.getvalue(), content_type="application/pdf")


def program(name: str = "foto.jpg") -> SimpleUploadedFile:
    """A page with a script that calls itself a photo."""
    return SimpleUploadedFile(name, b"<html><script>alert(1)</script></html>", content_type="image/jpeg")
