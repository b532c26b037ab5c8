"""The files that rows refer to, as they lie in the store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.storage import default_storage

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.files import place_of
from tenants.complaints.models import Attachment, DraftFile

from .findings import Finding

SIZE = 500
READ_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as its row describes it. `place`: in the store."""

    place: str
    digest: str
    size: int
    about: str


def batches(target: Office) -> Iterator[list[Kept]]:
    """The office's files, a transaction each batch: none is held while the store answers."""
    for model, about in ((Attachment, "complaint__number"), (DraftFile, "draft__uid")):
        after = 0
        while True:
            with inside(target):
                rows = list(
                    model._default_manager.filter(pk__gt=after)
                    .order_by("pk")
                    .values_list("pk", "digest", "size", about)[:SIZE]
                )
                batch = [Kept(place_of(digest), digest, size, str(name)) for _pk, digest, size, name in rows]
            if not rows:
                break
            yield batch
            after = rows[-1][0]


def wrong_with(file: Kept, *, contents: bool) -> Finding | None:
    """What is wrong with a file in the store; None where nothing is. Outside of any transaction."""
    try:
        size = default_storage.size(file.place)
        if size != file.size:
            return Finding(file.about, f"file {file.digest} has {size} bytes instead of {file.size}")
        if contents and _digest(file.place) != file.digest:
            return Finding(file.about, f"file {file.digest} has another content")
    except FileNotFoundError:
        return Finding(file.about, f"file {file.digest} is not in the store")
    return None


def _digest(place: str) -> str:
    found = hashlib.sha256()
    with default_storage.open(place, "rb") as file:
        while part := file.read(READ_BYTES):
            found.update(part)
    return found.hexdigest()
