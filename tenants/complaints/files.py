"""Files that people send: judged before anything else happens, kept under the digest of their content.

A file is stored first and referenced in the transaction of the step that brings it; what nothing
references is swept. Each office has a folder (or prefix) of its own in the store.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Any
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from central.coordination.services import ensure_alarm, set_alarm
from central.offices.access import OfficeAccessError, current_office
from central.plaintext import clean_line
from tenants.errors import ServiceError

from .inspection import KINDS, Kind, Refused, inspect, smaller

MAX_BYTES = 10 * 1024 * 1024
"""A phone's photo fits, a film does not."""

KEEP_UNREFERENCED = timedelta(hours=25)
"""How long a stored file may wait for its reference: longer than a draft lives."""

SWEEP = "files"
"""Kind of the alarms that sweep an office's store, and the key of the one that comes back."""

LONGEST_NAME = 120
LONGEST_EXTENSION = 12

PUBLIC_SIDE = 1600
THUMBNAIL_SIDE = 480


class FileRefused(ServiceError):
    """A file that is not taken. Codes: `file_empty`, `file_too_big`, `file_name`, `file_type`,
    `file_mismatch`, `file_broken`, `file_unsafe`, `file_too_complex`, `file_busy`, `file_gone`. `name`: the
    file's name as it was sent.
    """

    def __init__(self, code: str, message: str | Promise, name: str = "") -> None:
        self.name = name
        super().__init__(code, message)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that was judged and stored. `digest`: SHA-256 of its content, its name in the store."""

    digest: str
    name: str
    content_type: str
    size: int


_NO_NAME = re.compile(r"[\x00-\x1f\\/:*?\"<>|]+")


def clean_name(name: str) -> str:
    """A file's name without path, control characters or tricks with the direction of writing; at most
    `LONGEST_NAME` long.
    """
    name = clean_line(_NO_NAME.sub(" ", os.path.basename(name.replace("\\", "/"))))
    stem, extension = os.path.splitext(name.strip(" ."))
    extension = extension[:LONGEST_EXTENSION]
    return f"{stem[: LONGEST_NAME - len(extension)].strip()}{extension}"


def accept(upload: UploadedFile[Any]) -> StoredFile:
    """Judges a file by size, name, content and parsing, and stores it. Raises `FileRefused`.

    In the office, before the step that refers to it. The same content is stored once.
    """
    shown = clean_name(upload.name or "")
    size = upload.size or 0
    if size == 0:
        raise FileRefused(
            "file_empty", _("Berkas “%(name)s” kosong. Pilih berkas lain.") % {"name": shown}, shown
        )
    if size > MAX_BYTES:
        raise FileRefused(
            "file_too_big",
            _("Berkas “%(name)s” terlalu besar: paling besar %(limit)d MB. Perkecil lalu coba lagi.")
            % {"name": shown, "limit": MAX_BYTES // (1024 * 1024)},
            shown,
        )
    upload.seek(0)
    data = upload.read(MAX_BYTES + 1)
    kind = judge(shown, data)
    return store(data, _named(shown, kind), kind.content_type)


def judge(name: str, data: bytes) -> Kind:
    """What a file is. Raises `FileRefused` where name, content and parsing do not agree or it is not safe."""
    extension = os.path.splitext(name)[1].lower().lstrip(".")
    claimed = next((kind for kind in KINDS if extension in kind.extensions), None)
    if claimed is None:
        raise FileRefused(
            "file_name",
            _("Jenis berkas “%(name)s” tidak diterima. Kirim foto (JPG, PNG, WebP, HEIC) atau PDF.")
            % {"name": name},
            name,
        )
    try:
        return inspect(data, claimed)
    except Refused as refused:
        messages = {
            "file_type": _(
                "Isi berkas “%(name)s” bukan foto atau PDF. Kirim foto (JPG, PNG, WebP, HEIC) atau PDF."
            ),
            "file_mismatch": _(
                "Isi berkas “%(name)s” tidak sesuai dengan namanya. Simpan ulang lalu kirim lagi."
            ),
            "file_broken": _(
                "Berkas “%(name)s” rusak atau tidak lengkap. Coba kirim ulang atau ambil foto baru."
            ),
            "file_unsafe": _(
                "Berkas “%(name)s” memuat bagian yang tidak aman, jadi tidak diterima. "
                "Kirim fotonya saja, atau simpan ulang PDF tanpa lampiran dan sandi."
            ),
            "file_too_big": _(
                "Berkas “%(name)s” terlalu besar ukurannya: terlalu banyak titik gambar atau halaman. "
                "Perkecil lalu coba lagi."
            ),
            "file_too_complex": _(
                "Berkas “%(name)s” terlalu rumit untuk diperiksa. "
                "Simpan ulang dengan cara yang lebih sederhana, atau kirim fotonya saja."
            ),
            "file_busy": _(
                "Berkas “%(name)s” belum sempat diperiksa karena sedang ramai. "
                "Tunggu sebentar, lalu kirim lagi."
            ),
        }
        raise FileRefused(refused.code, messages[refused.code] % {"name": name}, name) from refused


def _named(name: str, kind: Kind) -> str:
    """The name with the extension of what the file really is: phones give pictures wrong ones."""
    stem, extension = os.path.splitext(name)
    fits = extension.lower().lstrip(".") in kind.extensions
    return f"{stem or 'berkas'}{extension if fits else '.' + kind.extensions[0]}"


def _prefix() -> str:
    office = current_office()
    if office is None:
        raise OfficeAccessError("A file was asked for outside an office.")
    return office.schema_name


def place_of(digest: str, variant: str = "") -> str:
    """Where a content of the office we are in lies in the store; a variant (a copy made from it) lies beside
    it.
    """
    return f"{_prefix()}/{digest[:2]}/{digest}{'.' + variant if variant else ''}"


def store(data: bytes, name: str, content_type: str) -> StoredFile:
    """Keeps content that was judged (or made by us) under its digest."""
    digest = hashlib.sha256(data).hexdigest()
    _put(place_of(digest), data)
    watch()
    return StoredFile(digest, name, content_type, len(data))


def watch() -> None:
    """Has the office's store swept some day: something was put there before its row."""
    office = current_office()
    if office is None:
        raise OfficeAccessError("A store is watched inside its office.")
    ensure_alarm(office, kind=SWEEP, key=SWEEP, due_at=timezone.now() + KEEP_UNREFERENCED)


def watch_left(uid: UUID) -> None:
    """Has the office's store swept for what a complaint has left there that another office has now. An alarm
    of its own: two complaints that change places at once do not wait for one another.
    """
    office = current_office()
    if office is None:
        raise OfficeAccessError("A store is watched inside its office.")
    set_alarm(office, kind=SWEEP, key=uid.hex, due_at=timezone.now() + KEEP_UNREFERENCED)


def _put(path: str, data: bytes) -> None:
    """Stores content, also where it lies already: it is as young as its newest upload, so that no sweep takes
    it before its row is there, and what a power cut left of it is whole again.
    """
    default_storage.save(path, ContentFile(data))


@contextmanager
def opened(digest: str) -> Iterator[File[bytes]]:
    """The original content. Raises `FileRefused("file_gone")` if the store has lost it."""
    with _open(place_of(digest)) as file:
        yield file


def _open(path: str) -> File[bytes]:
    try:
        return default_storage.open(path, "rb")
    except FileNotFoundError as error:
        raise FileRefused("file_gone", _("Berkas ini tidak ada lagi. Hubungi petugas.")) from error


def thumbnail(digest: str) -> IO[bytes]:
    """A small JPEG of a picture without its metadata; made when first asked for."""
    return _variant(digest, "thumb.jpg", THUMBNAIL_SIDE)


def public_copy(digest: str) -> IO[bytes]:
    """A JPEG of a picture as the public may have it: no metadata, so no place and no device, and not
    larger than a screen needs. Made when first asked for.
    """
    return _variant(digest, "public.jpg", PUBLIC_SIDE)


def _variant(digest: str, variant: str, side: int) -> IO[bytes]:
    path = place_of(digest, variant)
    if not default_storage.exists(path):
        with opened(digest) as file:
            content = file.read()
        try:
            data = smaller(content, side)
        except Refused as refused:
            raise FileRefused(
                refused.code, _("Gambar ini tidak dapat ditampilkan sekarang. Cobalah lagi nanti.")
            ) from refused
        _put(path, data)
        return io.BytesIO(data)
    return _open(path)


def sweep(now: datetime) -> int:
    """Deletes what the office's store holds without a reference for longer than a draft lives. Returns how
    many.

    In the office. Cost follows the number of the office's files.
    """
    from .models import Attachment, DraftFile

    deleted = 0
    prefix = _prefix()
    old = now - KEEP_UNREFERENCED + timedelta(hours=1)
    for folder in _folders(prefix):
        names = default_storage.listdir(f"{prefix}/{folder}")[1]
        digests = {name.split(".", 1)[0] for name in names}
        wanted = set(Attachment.objects.filter(digest__in=digests).values_list("digest", flat=True))
        wanted |= set(DraftFile.objects.filter(digest__in=digests).values_list("digest", flat=True))
        for name in names:
            path = f"{prefix}/{folder}/{name}"
            unused = name.split(".", 1)[0] not in wanted
            if unused and default_storage.get_modified_time(path) < old:
                default_storage.delete(path)
                deleted += 1
    return deleted


def _folders(prefix: str) -> list[str]:
    """Where contents lie. Beside them the office keeps other things, such as its logo, that no report
    names.
    """
    try:
        folders = default_storage.listdir(prefix)[0]
    except FileNotFoundError:  # nothing was stored yet; a bucket knows no folders and gives an empty list
        return []
    return [folder for folder in folders if re.fullmatch("[0-9a-f]{2}", folder)]
