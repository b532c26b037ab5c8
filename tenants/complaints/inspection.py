"""What a file really is, from its bytes: sniffed, parsed, and searched for what does not belong there."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from dataclasses import dataclass

import pillow_heif
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError

pillow_heif.register_heif_opener()

MAX_PIXELS = 60_000_000
"""Above what phones make, below what hurts to unpack (180 MB)."""

MAX_SIDE = 20_000
MAX_PAGES = 200


class Refused(Exception):
    """`code`: `file_type`, `file_mismatch`, `file_broken`, `file_unsafe` or `file_too_big`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken. `format`: Pillow's name; empty for what is no picture."""

    content_type: str
    extensions: tuple[str, ...]
    format: str = ""


JPEG = Kind("image/jpeg", ("jpg", "jpeg", "jpe", "jfif"), "JPEG")
PNG = Kind("image/png", ("png",), "PNG")
WEBP = Kind("image/webp", ("webp",), "WEBP")
HEIC = Kind("image/heic", ("heic", "heif"), "HEIF")
PDF = Kind("application/pdf", ("pdf",))
KINDS = (JPEG, PNG, WEBP, HEIC, PDF)

_UNREADABLE = (
    PyPdfError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RecursionError,
    OverflowError,
)
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")

# A file that is a picture and something else too: what a browser or an interpreter would run.
_FOREIGN = re.compile(rb"<\?php|<script|<!doctype html|<html[\s>]|<svg[\s>]|<iframe", re.IGNORECASE)
_PDF_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData)\b")


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


def inspect(data: bytes, claimed: Kind) -> Kind:
    """The real kind of a file whose name claims a kind. Raises `Refused`.

    A picture with the name of another kind of picture passes: messengers rename them. The cheap looks come
    first, so that a hostile file is refused before anything is unpacked.
    """
    kind = sniff(data)
    if kind is None:
        raise Refused("file_type")
    if kind is not claimed and PDF in (kind, claimed):
        raise Refused("file_mismatch")
    if _FOREIGN.search(data) or zipfile.is_zipfile(io.BytesIO(data)):
        raise Refused("file_unsafe")
    if kind is PDF:
        _inspect_pdf(data)
    else:
        if b"%PDF-" in data[:1024]:
            raise Refused("file_unsafe")
        _inspect_picture(data, kind)
    return kind


def _inspect_picture(data: bytes, kind: Kind) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[kind.format]) as picture:
                width, height = picture.size
                if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
                    raise Refused("file_too_big")
                if getattr(picture, "n_frames", 1) > 1 and kind in (PNG, WEBP):
                    raise Refused("file_unsafe")
                picture.draft("RGB", (1600, 1600))
                # The PDF library, once loaded, has the whole process take cut pictures.
                ImageFile.LOAD_TRUNCATED_IMAGES = False
                picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("file_too_big") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, RuntimeError, EOFError) as error:
        raise Refused("file_broken") from error


def _inspect_pdf(data: bytes) -> None:
    if _PDF_ACTIVE.search(data):
        raise Refused("file_unsafe")
    if b"%%EOF" not in data[-2048:]:
        raise Refused("file_broken")
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise Refused("file_unsafe")
        root = reader.root_object
        pages = len(reader.pages)
    except _UNREADABLE as error:
        raise Refused("file_broken") from error
    if pages == 0:
        raise Refused("file_broken")
    if pages > MAX_PAGES:
        raise Refused("file_too_big")
    if "/AA" in root or _runs_something(root.get("/OpenAction")) or _carries(root):
        raise Refused("file_unsafe")


def _runs_something(action: object) -> bool:
    """An opening action may say which page to show, nothing else."""
    resolved = action.get_object() if hasattr(action, "get_object") else action
    return isinstance(resolved, dict) and resolved.get("/S") not in (None, "/GoTo")


def _carries(root: object) -> bool:
    """Scripts and files under the document's names, where compressed objects hide them from a search."""
    names = root.get("/Names") if isinstance(root, dict) else None
    resolved = names.get_object() if names is not None and hasattr(names, "get_object") else names
    return isinstance(resolved, dict) and ("/JavaScript" in resolved or "/EmbeddedFiles" in resolved)


def without_metadata(data: bytes, side: int) -> bytes:
    """A JPEG of a picture, turned the way it is meant, no longer than `side` pixels, with nothing but the
    picture.
    """
    with Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP", "HEIF"]) as picture:
        picture.draft("RGB", (side * 2, side * 2))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((side, side))
        if upright.mode in ("RGBA", "LA", "PA", "P"):
            rgba = upright.convert("RGBA")
            flat = Image.new("RGB", rgba.size, "white")
            flat.paste(rgba, mask=rgba.getchannel("A"))
        else:
            flat = upright.convert("RGB")
        clean = Image.new("RGB", flat.size)
        clean.paste(flat)
        out = io.BytesIO()
        clean.save(out, "JPEG", quality=82, optimize=True)
        return out.getvalue()
