"""PDF documents: whether they can be read, and whether something in them acts by itself or is packed in."""

from __future__ import annotations

import io
import re
from typing import Any

from pypdf import PdfReader, apply_configuration, get_configuration
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from .kinds import Refused

MAX_PAGES = 200
MOST_OBJECTS = 20_000
"""How many objects are looked at. A long report made by an office program has some thousands."""

MOST_DEPTH = 60

_UNPACKED = 16_000_000
_LIMITS = get_configuration().with_overwrites(
    maximum_declared_stream_length=_UNPACKED,
    array_based_stream_maximum_output_length=_UNPACKED,
    zlib_maximum_output_length=_UNPACKED,
    lzw_maximum_output_length=_UNPACKED,
    run_length_maximum_output_length=_UNPACKED,
    stream_decoding_work_maximum_length=2 * _UNPACKED,
)

_UNREADABLE = (
    PyPdfError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    RecursionError,
    OverflowError,
)
_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData)\b")
_ACTIVE_KEYS = frozenset(
    {"/JS", "/JavaScript", "/EmbeddedFile", "/EmbeddedFiles", "/EF", "/RichMedia", "/XFA"}
)
_ACTIONS = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/GoToR",
        "/GoToE",
        "/Rendition",
        "/Movie",
        "/Sound",
    }
)
_ACTIVE_PARTS = frozenset({"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})
# Ways back up, and what only says how the text is ordered: the largest part of a tagged document.
_PASSED_BY = frozenset({"/Parent", "/P", "/Prev", "/StructTreeRoot", "/StructParents", "/Dest", "/Outlines"})


def look(data: bytes) -> None:
    """Reads a document without drawing it. Raises `Refused`."""
    if _ACTIVE.search(data):
        raise Refused("file_unsafe")
    if b"%%EOF" not in data[-2048:]:
        raise Refused("file_broken")
    try:
        with apply_configuration(_LIMITS):
            reader = PdfReader(io.BytesIO(data), strict=False)
            if reader.is_encrypted:
                raise Refused("file_unsafe")
            root = reader.root_object
            _count_pages(root)
            _search(root)
    except LimitReachedError as error:
        raise Refused("file_too_complex") from error
    except _UNREADABLE as error:
        raise Refused("file_broken") from error


def _resolved(part: Any) -> Any:
    return part.get_object() if isinstance(part, IndirectObject) else part


def _count_pages(root: DictionaryObject) -> None:
    """Walks the tree of pages itself, for what it says of its size need not be true."""
    waiting = [(_resolved(root["/Pages"]), 0)]
    pages = nodes = 0
    while waiting:
        node, depth = waiting.pop()
        nodes += 1
        if depth > MOST_DEPTH or nodes > 10 * MAX_PAGES or pages > MAX_PAGES:
            raise Refused("file_too_big")
        kids = _resolved(node.get("/Kids")) if isinstance(node, DictionaryObject) else None
        if kids is None:
            pages += isinstance(node, DictionaryObject)
            continue
        room = MAX_PAGES + 1 - pages
        waiting += [(_resolved(kid), depth + 1) for kid in kids[:room]]
        if len(kids) > room:
            raise Refused("file_too_big")
    if pages == 0:
        raise Refused("file_broken")
    if pages > MAX_PAGES:
        raise Refused("file_too_big")


def _search(root: DictionaryObject) -> None:
    """Looks at every object that can be reached from the root, also where compression hides it."""
    seen: set[int] = set()
    waiting: list[Any] = [root]
    looked = 0
    while waiting:
        part = waiting.pop()
        if isinstance(part, IndirectObject):
            if part.idnum in seen:
                continue
            seen.add(part.idnum)
            part = part.get_object()
        looked += 1
        if looked > MOST_OBJECTS:
            raise Refused("file_too_complex")
        if isinstance(part, DictionaryObject):
            _demand_still(part)
            waiting += [value for key, value in part.items() if key not in _PASSED_BY and _can_hold(value)]
        elif isinstance(part, ArrayObject):
            waiting += [value for value in part if _can_hold(value)]


def _can_hold(value: Any) -> bool:
    return isinstance(value, IndirectObject | DictionaryObject | ArrayObject)


def _demand_still(part: DictionaryObject) -> None:
    """Raises `Refused` for a part that acts, or that carries a file."""
    if not _ACTIVE_KEYS.isdisjoint(part):
        raise Refused("file_unsafe")
    if part.get("/S") in _ACTIONS or part.get("/Subtype") in _ACTIVE_PARTS or "/AA" in part:
        raise Refused("file_unsafe")
    opening = _resolved(part.get("/OpenAction"))
    # An opening action may say which page to show, nothing else.
    if isinstance(opening, DictionaryObject) and opening.get("/S") not in (None, "/GoTo"):
        raise Refused("file_unsafe")
