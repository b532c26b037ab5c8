"""Pictures: whether they can be unpacked without harm, and copies of them with nothing but the picture."""

from __future__ import annotations

import io
import re
import warnings

import pillow_heif
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from .kinds import JPEG, PNG, WEBP, Kind, Refused

pillow_heif.register_heif_opener()
pillow_heif.options.DECODE_THREADS = 1  # each would take memory of its own

MAX_SIDE = 20_000
MOST_SCANS = 100
"""Passes over one JPEG. Cameras make 1, programs about 10; each costs as much as the whole picture."""

_BROKEN = (UnidentifiedImageError, OSError, SyntaxError, ValueError, RuntimeError, EOFError)
# A marker within what was compressed: there 0xFF stands before a zero or a restart, or is doubled.
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")


def look(data: bytes, kind: Kind) -> None:
    """Unpacks a picture. Raises `Refused`."""
    if kind is JPEG and _scans(data) > MOST_SCANS:
        raise Refused("file_too_complex")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[kind.format]) as picture:
                width, height = picture.size
                if width * height > kind.most_pixels or max(width, height) > MAX_SIDE:
                    raise Refused("file_too_big")
                if getattr(picture, "n_frames", 1) > 1 and kind in (PNG, WEBP):
                    raise Refused("file_unsafe")
                picture.draft("RGB", (1600, 1600))
                # Other libraries, once loaded, have the whole process take cut pictures.
                ImageFile.LOAD_TRUNCATED_IMAGES = False
                picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("file_too_big") from error
    except _BROKEN as error:
        raise Refused("file_broken") from error


def _scans(data: bytes) -> int:
    """How many passes the first picture of a JPEG has; what follows its end is not looked at."""
    place, scans = 2, 0
    while scans <= MOST_SCANS and data[place : place + 1] == b"\xff":
        marker = data[place + 1 : place + 2]
        if marker in (b"", b"\xd9"):
            break
        if marker == b"\xff":  # fill bytes may stand before a marker
            place += 1
            continue
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        if marker == b"\xda":
            scans += 1
            found = _MARKER.search(data, place)
            if found is None:
                break
            place = found.start()
    return scans


def smaller(data: bytes, side: int) -> bytes:
    """A JPEG of a picture, turned the way it is meant, no longer than `side` pixels, with nothing but the
    picture: no place, no device, no text.
    """
    with _opened(data) as picture:
        picture.draft("RGB", (side * 2, side * 2))
        picture.thumbnail((side, side))
        upright = ImageOps.exif_transpose(picture)
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


def logo(data: bytes, side: int) -> bytes:
    """A PNG of a picture, no longer than `side` pixels, that keeps what is see-through."""
    with _opened(data) as picture:
        picture.thumbnail((side, side))
        small = ImageOps.exif_transpose(picture).convert("RGBA")
        clean = Image.new("RGBA", small.size)
        clean.paste(small)
        out = io.BytesIO()
        clean.save(out, "PNG", optimize=True)
        return out.getvalue()


def _opened(data: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP", "HEIF"])
    except _BROKEN as error:
        raise Refused("file_broken") from error
