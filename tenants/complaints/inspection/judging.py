"""Whether name, content and parsing of a file agree, and nothing else is hidden in it."""

from __future__ import annotations

import io
import re
import zipfile

from . import documents, pictures
from .kinds import PDF, Kind, Refused, sniff

# A file that is a picture and something else too: what a browser or an interpreter would run.
_FOREIGN = re.compile(rb"<\?php|<script|<!doctype html|<html[\s>]|<svg[\s>]|<iframe", re.IGNORECASE)


def judge(data: bytes, claimed: Kind) -> Kind:
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
        documents.look(data)
    else:
        if b"%PDF-" in data[:1024]:
            raise Refused("file_unsafe")
        pictures.look(data, kind)
    return kind
