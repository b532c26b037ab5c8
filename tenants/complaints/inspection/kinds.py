"""The kinds of file that are taken, told apart by their first bytes."""

from __future__ import annotations

from dataclasses import dataclass

CODES = (
    "file_type",
    "file_mismatch",
    "file_broken",
    "file_unsafe",
    "file_too_big",
    "file_too_complex",
    "file_busy",
)


class Refused(Exception):
    """`code`: one of `CODES`. `file_too_complex`: the look at the file takes more time or memory than is
    given; `file_busy`: other files are being looked at, or the machine has no time for this one.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken. `format`: Pillow's name; empty for what is no picture.

    `most_pixels`: above what phones make, below what hurts to unpack.
    """

    content_type: str
    extensions: tuple[str, ...]
    format: str = ""
    most_pixels: int = 60_000_000


JPEG = Kind("image/jpeg", ("jpg", "jpeg", "jpe", "jfif"), "JPEG")
PNG = Kind("image/png", ("png",), "PNG")
# Takes sixteen bytes a pixel while it is unpacked, and is never as large where messengers make it.
WEBP = Kind("image/webp", ("webp",), "WEBP", most_pixels=24_000_000)
HEIC = Kind("image/heic", ("heic", "heif"), "HEIF")
PDF = Kind("application/pdf", ("pdf",))
KINDS = (JPEG, PNG, WEBP, HEIC, PDF)

_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


def sniff(data: bytes) -> Kind | None:
    """The kind by the first bytes alone."""
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return HEIC
    if data.startswith(b"%PDF-"):
        return PDF
    return None
