"""Files that are made to hurt: each is refused with what to do, and costs neither time nor memory."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints import files
from tenants.complaints.inspection import Refused, desk, logo
from tenants.complaints.models import DraftFile
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.pictures import letter, photo
from tests.hostile import bombs
from tests.hostile.bombs import BOMBS, Bomb
from tests.plugins.figures import Keep
from tests.proof import FULL, Subject

MEGABYTE = 1024 * 1024
CHOSEN = {name: bomb for name, bomb in BOMBS.items() if FULL or not bomb.slow}
THROUGH_THE_FORM = [
    "a zip bomb as a photo",
    "a picture of 2.5 thousand million points",
    "a jpeg of a thousand passes",
    "a jpeg that is a page",
    "a pdf of endless pages",
    "a pdf whose script is compressed",
]


@pytest.mark.parametrize("name", CHOSEN)
def test_a_bomb_is_refused(name: str, figure: Keep) -> None:
    bomb = CHOSEN[name]
    data = bomb.make()
    began = time.monotonic()
    with pytest.raises(files.FileRefused) as refused:
        files.judge(files.clean_name(bomb.name), data)
    figure(Subject.HOSTILE, "hostile files refused", 1)
    assert refused.value.code == bomb.code
    assert files.clean_name(bomb.name) in str(refused.value.message)
    assert time.monotonic() - began < 30


@pytest.fixture
def citizen(greged: Office, warga: Callable[[Office], Citizen]) -> Citizen:
    """A citizen who has come to the question of the files."""
    cache.clear()
    citizen = warga(greged)
    citizen.fill(until="berkas")
    return citizen


@pytest.mark.django_db
def test_the_form_says_of_each_what_is_wrong_and_keeps_the_good_one(
    citizen: Citizen, greged: Office, tmp_path: Path, settings: pytest.FixtureRequest
) -> None:
    _store_in(settings, tmp_path)
    for name in THROUGH_THE_FORM:
        bomb = BOMBS[name]
        page = citizen.post("/lapor/berkas/", {"uploads": [_upload(bomb)], "tambah": "1"})
        assert page.status_code == 422, name
        assert f"“{bomb.name}”" in text_of(page), name
    page = citizen.post(
        "/lapor/berkas/", {"uploads": [_upload(BOMBS[THROUGH_THE_FORM[1]]), photo()], "tambah": "1"}
    )
    assert page.status_code == 422
    with inside(greged):
        assert list(DraftFile.objects.values_list("name", flat=True)) == ["lampu.jpg"]
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize(
    "document",
    [
        bombs.pdf_with(),
        bombs.pdf_with(b"/OpenAction[3 0 R/Fit]"),
        bombs.pdf_with(b"/OpenAction<</S/GoTo/D[3 0 R/Fit]>>"),
        bombs.pdf_with(
            page=b"/Annots[8 0 R]",
            hidden=[(8, b"<</Subtype/Link/A<</S/URI/URI(https://kantor.example)>>>>")],
        ),
        letter().read(),
    ],
    ids=["plain", "opens at a page", "goes to a page", "with a link", "by a program"],
)
def test_an_ordinary_document_is_taken(document: bytes) -> None:
    assert files.judge("surat.pdf", document).content_type == "application/pdf"


def test_large_pictures_of_telephones_are_taken() -> None:
    for form, name, side in (("JPEG", "a.jpg", 8000), ("HEIF", "a.heic", 800), ("PNG", "a.png", 4000)):
        assert files.judge(name, bombs.picture(form, (side, side * 3 // 4))).format == form
    progressive = bombs.picture("JPEG", (4000, 3000), progressive=True)
    moving = bombs.picture() + b"\xff\xda" * 200 + b"ftypmp42"  # a picture with its film behind it
    for data in (progressive, moving):
        assert files.judge("a.jpg", data).format == "JPEG"


@pytest.mark.parametrize(
    "name", ["a picture of 2.5 thousand million points", "a script's drawing as a photo"]
)
def test_a_bomb_is_no_logo(name: str) -> None:
    with pytest.raises(Refused):
        logo(BOMBS[name].make(), 256)


# the process that looks at files ----------------------------------------------------------------------------


@pytest.fixture
def own_desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Makes helpers of the test's own, with other limits."""

    def make(prelude: str = "", **limits: int) -> None:
        lines = "".join(f"process.{name} = {value}\n" for name, value in limits.items())
        code = f"from tenants.complaints.inspection import process\n{prelude}\n{lines}\nprocess.main()"
        desk.end()
        monkeypatch.setattr(desk, "COMMAND", [sys.executable, "-c", code])
        monkeypatch.setattr(desk, "_free", desk._new())

    yield make
    desk.end()


ENDLESS = """
look = process._answer
def endless(job):
    while job.data.startswith(b"%PDF"):
        pass
    return look(job)
process._answer = endless
"""


def test_what_takes_too_long_is_given_up(own_desk: Callable[..., None]) -> None:
    own_desk(ENDLESS, PROCESSOR_SECONDS=1)
    data = letter().read()
    began = time.monotonic()
    with pytest.raises(files.FileRefused) as refused:
        files.judge("surat.pdf", data)
    assert refused.value.code == "file_too_complex"
    assert time.monotonic() - began < 20
    assert files.judge("foto.jpg", bombs.picture()).format == "JPEG"


def test_what_takes_too_much_memory_is_given_up(own_desk: Callable[..., None]) -> None:
    own_desk(MEMORY_BYTES=220 * MEGABYTE)
    data = bombs.png(7000, 7000, rows=7000, depth=8, colour=2)
    with pytest.raises(files.FileRefused) as refused:
        files.judge("foto.png", data)
    assert refused.value.code == "file_too_complex"
    assert files.judge("foto.jpg", bombs.picture()).format == "JPEG"


KILLED = """
import os, pathlib
look = process._answer
def killed(job):
    mark = pathlib.Path({mark!r})
    if not mark.exists() or {always}:
        mark.touch()
        os.kill(os.getpid(), 9)
    return look(job)
process._answer = killed
"""


def test_a_file_whose_look_was_killed_from_outside_is_looked_at_again(
    own_desk: Callable[..., None], tmp_path: Path
) -> None:
    """A machine that runs out of memory kills whom it likes: no fault of the file."""
    own_desk(KILLED.format(mark=str(tmp_path / "mark"), always=False))
    assert files.judge("foto.jpg", bombs.picture()).format == "JPEG"
    assert (tmp_path / "mark").exists()


HALF = """
import os, pathlib, sys
apart = process._apart
def half(job):
    mark = pathlib.Path({mark!r})
    if mark.exists():
        return apart(job)
    mark.touch()
    sys.stdout.buffer.write(process.ANSWER.pack(True, 1000) + b"half")
    sys.stdout.buffer.flush()
    os.kill(os.getpid(), 9)
process._apart = half
"""


def test_half_a_picture_is_no_picture(own_desk: Callable[..., None], tmp_path: Path) -> None:
    """The process may be killed while it answers."""
    own_desk(HALF.format(mark=str(tmp_path / "mark")))
    assert desk.smaller(bombs.picture(), 64)[-2:] == b"\xff\xd9"
    assert (tmp_path / "mark").exists()


def test_who_sends_a_file_that_nobody_had_time_for_is_told_to_send_it_again(
    own_desk: Callable[..., None], tmp_path: Path
) -> None:
    for prelude in (
        KILLED.format(mark=str(tmp_path / "mark"), always=True),
        "import threading\nprocess.WALL_SECONDS = 1\nprocess._answer = lambda job: threading.Event().wait()",
    ):
        own_desk(prelude)
        with pytest.raises(files.FileRefused) as refused:
            files.judge("foto.jpg", bombs.picture())
        assert refused.value.code == "file_busy"
        assert "kirim lagi" in str(refused.value)


def test_a_helper_that_was_killed_is_begun_anew(own_desk: Callable[..., None]) -> None:
    own_desk()
    assert files.judge("foto.jpg", bombs.picture()).format == "JPEG"
    (helper,) = _helpers()
    os.kill(helper.pid, signal.SIGKILL)
    assert files.judge("foto.jpg", bombs.picture()).format == "JPEG"
    (other,) = _helpers()
    assert other.pid != helper.pid


def test_bombs_leave_the_memory_of_who_serves_people_alone(
    own_desk: Callable[..., None], figure: Keep
) -> None:
    own_desk()
    large = [
        bombs.png(7700, 7700, rows=7700, depth=8, colour=2),
        bombs.picture("WEBP", (4800, 4800), lossless=True, quality=0, method=0),
    ]
    files.judge("foto.jpg", bombs.picture())
    this = psutil.Process()
    before, most, done = this.memory_info().rss, 0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(0.005):
            most = max(most, this.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for data, name in zip(large, ("foto.png", "foto.webp"), strict=True):
            assert files.judge(name, data)
    finally:
        done.set()
        watcher.join()
    growth = max(0.0, (most - before) / MEGABYTE)
    figure(Subject.HOSTILE, "memory growth MB, a picture of 59 million points", round(growth, 1))
    assert growth < 16
    assert all(helper.memory_info().rss < 120 * MEGABYTE for helper in _helpers())


def test_the_helper_knows_no_secret(own_desk: Callable[..., None]) -> None:
    own_desk()
    files.judge("foto.jpg", bombs.picture())
    (helper,) = _helpers()
    assert set(helper.environ()) <= {"PYTHONPATH", "MALLOC_ARENA_MAX", "LANG", "LC_CTYPE"}


def _helpers() -> list[psutil.Process]:
    """The helpers of the test's own, without those that they fork. Others of its children may be ending."""
    found = []
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):  # a zombie, too
            if "process.main()" in " ".join(child.cmdline()):
                found.append(child)
    return found


def _upload(bomb: Bomb) -> SimpleUploadedFile:
    return SimpleUploadedFile(bomb.name, bomb.make())


def _store_in(settings: pytest.FixtureRequest, folder: Path) -> None:
    """A store of the test's own."""
    settings.STORAGES = {  # type: ignore[attr-defined]  # pytest-django's settings
        **settings.STORAGES,  # type: ignore[attr-defined]  # Django's settings
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": folder, "base_url": None},
        },
    }
