"""Files on this machine's disk, each of them whole."""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage


class WholeFiles(FileSystemStorage):
    """Django's store, in which a file has its name only when all of it is on the disk.

    Django's own writes in place: a process that was killed leaves half a file. One that is there already is
    replaced at once, as in a bucket.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, allow_overwrite=True)

    def _save(self, name: str, content: Any) -> str:
        place = Path(self.path(name))
        draft = place.with_name(f".{uuid.uuid4().hex}.draft")
        try:
            super()._save(os.path.relpath(draft, self.location), content)  # type: ignore[misc]  # not in the stubs
            _flush(draft)
            draft.replace(place)
            _flush(place.parent)
        except BaseException:
            with suppress(FileNotFoundError):
                draft.unlink()
            raise
        return name


def _flush(path: Path) -> None:
    """Has the disk hold a file, or the names of a folder: a row that refers to it is stored next."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
