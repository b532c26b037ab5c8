"""Uploads that are too large, too slow or dishonest, against the web server of `make run` without a proxy."""

from __future__ import annotations

import json
import os
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.acceptance.citizen import ANSWERS
from tests.acceptance.pictures import photo
from tests.databases import TestServer
from tests.hostile.bombs import BOMBS, png
from tests.hostile.server import BOUNDARY, Caller, Site, form, running
from tests.plugins.figures import Keep
from tests.proof import Subject, scaled

MEGABYTE = 1024 * 1024
HOST = "greged.localhost"
PATIENCE_SECONDS = 2
LEFT = {"killed.upload": 2 * 3600, "other.upload": 60}
"""Files in the folder of uploads when the server starts, and how many seconds old they are."""
BOMBS_SENT = [
    "a picture of 2.5 thousand million points",
    "a jpeg of a thousand passes",
    "a pdf of endless pages",
    "a pdf packed twice",
]
SLOW = scaled(24, 200)
"""Slow senders at once; the server has four threads."""


@pytest.fixture(scope="module")
def site(
    django_db_setup: None,
    test_server: TestServer,
    first_office_id: int,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """One server for the module. Its patience is short, so that a test can see the end of it."""
    var = tmp_path_factory.mktemp("var")
    patience = str(PATIENCE_SECONDS)
    (var / "uploads").mkdir()
    for name, age in LEFT.items():
        (var / "uploads" / name).write_bytes(b"x")
        os.utime(var / "uploads" / name, (time.time() - age,) * 2)
    with (
        django_db_blocker.unblock(),
        test_server.using_fresh_clone(first_office_id=first_office_id + 500) as name,
        running(
            test_server, name, var, WEB_HEAD_SECONDS=patience, WEB_BODY_SECONDS=patience, WEB_THREADS="4"
        ) as site,
    ):
        yield site


@pytest.fixture
def citizen(site: Site) -> Caller:
    """A citizen who has come to the question of the files."""
    citizen = Caller(site, HOST)
    page = citizen.get("/lapor/kategori/")
    assert page.status == 200
    assert citizen.post("/lapor/kategori/", {"category": "street_light"}).location == "/lapor/uraian/"
    for step in ("uraian", "tempat"):
        answer = citizen.post(f"/lapor/{step}/", ANSWERS[step])
        assert answer.status == 303, answer.text
    assert answer.location == "/lapor/berkas/"
    return citizen


def head(
    path: str, length: int | None, *, kind: str = f"multipart/form-data; boundary={BOUNDARY}", **more: str
) -> bytes:
    """A POST without its body."""
    lines = [f"POST {path} HTTP/1.1", f"Host: {HOST}", f"Content-Type: {kind}"]
    lines += [f"Content-Length: {length}"] if length is not None else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in more.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def read_answer(sock: socket.socket) -> str:
    """Everything that the server says until it closes the connection."""
    sock.settimeout(30)
    parts = []
    while True:
        try:
            part = sock.recv(65536)
        except ConnectionResetError:
            part = b""
        if not part:
            return b"".join(parts).decode()
        parts.append(part)


def test_what_a_killed_server_left_is_removed_at_the_start(site: Site) -> None:
    folder = site.var / "uploads"
    assert [name for name in LEFT if (folder / name).exists()] == ["other.upload"]


def held_files(site: Site) -> list[Path]:
    """What the server keeps of uploads, by its folder and by the files that its processes hold open."""
    folder = site.var / "uploads"
    open_files = [
        Path(file.path)
        for process in site.process.children(recursive=True)
        for file in process.open_files()
        if str(folder) in file.path
    ]
    return [*(path for path in folder.iterdir() if path.name not in LEFT), *open_files]


def until(condition: Callable[[], object], seconds: float = 20) -> bool:
    """Waits until something is so; false if it never was."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
    return False


@pytest.mark.parametrize("length", [61 * MEGABYTE, 200 * MEGABYTE, 10**15])
def test_what_is_too_large_is_refused_by_its_head_alone(site: Site, length: int, figure: Keep) -> None:
    with closing(site.connect()) as sock:
        began = time.monotonic()
        sock.sendall(head("/lapor/berkas/", length))
        answer = read_answer(sock)
        seconds = time.monotonic() - began
    if length == 200 * MEGABYTE:
        figure(Subject.HOSTILE, "seconds until a 200 MB upload is refused", round(seconds, 3))
    assert answer.startswith("HTTP/1.1 413 ")
    assert "Kiriman terlalu besar" in answer
    assert "paling besar 10 MB" in answer
    assert "Kecamatan Greged" in answer
    assert seconds < 2


def test_who_sends_200_megabytes_all_the_same_reads_the_answer_and_costs_no_memory(
    site: Site, figure: Keep
) -> None:
    length = scaled(64, 200) * MEGABYTE
    before, most = site.memory, 0.0
    block = b"x" * MEGABYTE
    with closing(site.connect()) as sock:
        sock.sendall(head("/lapor/berkas/", length))
        sent = 0
        try:
            while sent < length:
                sock.sendall(block)
                sent += len(block)
                most = max(most, site.memory)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the server need not take what it has refused
        answer = read_answer(sock)
    growth = max(0.0, most - before)
    figure(Subject.HOSTILE, "memory growth MB, a 200 MB upload", round(growth, 1))
    assert answer.startswith("HTTP/1.1 413 ")
    assert growth < 16
    assert until(lambda: not held_files(site))


def test_a_program_is_told_in_its_own_form_and_language(site: Site) -> None:
    for kind, length in (
        ("application/json", 3 * MEGABYTE),
        ("multipart/form-data; boundary=x", 61 * MEGABYTE),
    ):
        with closing(site.connect()) as sock:
            sock.sendall(
                head("/api/v1/complaints/", length, kind=kind, Accept_Language="en", Expect="100-continue")
            )
            top, _, body = read_answer(sock).partition("\r\n\r\n")
        assert top.startswith("HTTP/1.1 413 "), "asked to go on, or not refused"
        assert "application/problem+json" in top
        problem = json.loads(body)
        assert (problem["status"], problem["code"]) == (413, "too_large")
        assert "multipart/form-data" in problem["detail"]
        assert "The" in problem["detail"]


@pytest.mark.parametrize(
    ("path", "kind", "status"),
    [
        ("/kantor/atur/prosedur/konsep/impor/", "application/x-www-form-urlencoded", 302),
        ("/kantor/atur/prosedur/konsep/impor/", f"multipart/form-data; boundary={BOUNDARY}", 302),
        ("/api/v1/sop-checks/", "application/json", 401),
    ],
)
def test_a_page_that_speaks_for_itself_gets_the_request_without_its_body(
    site: Site, path: str, kind: str, status: int
) -> None:
    """Five megabytes of text for a page of staff: who has not signed in is sent to do so, and waits for no
    body to be read.
    """
    length = 5 * MEGABYTE
    Caller(site, HOST).get("/kantor/")  # the server has its addresses by then
    with closing(site.connect()) as sock:
        began = time.monotonic()
        try:
            sock.sendall(head(path, length, kind=kind, Connection="close"))
            sock.sendall(b"x" * length)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the server need not take what it has refused
        sock.settimeout(30)
        answer = sock.recv(65536).decode()
        seconds = time.monotonic() - began
        read_answer(sock)
    assert answer.startswith(f"HTTP/1.1 {status} "), answer[:300]
    assert seconds < 2
    assert until(lambda: not held_files(site))


def test_a_body_that_does_not_say_how_long_it_is_is_not_read(site: Site) -> None:
    with closing(site.connect()) as sock:
        sock.sendall(head("/lapor/berkas/", None, Transfer_Encoding="chunked") + b"5\r\nhalo!\r\n")
        answer = read_answer(sock)
    assert answer.startswith("HTTP/1.1 411 ")
    assert "Content-Length" in answer


def test_more_than_was_announced_is_not_read_as_the_next_request(site: Site) -> None:
    kind, body = form({"name": "x"})
    hidden = f"GET /healthz/ HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
    with closing(site.connect()) as sock:
        sock.sendall(head("/lapor/uraian/", len(body), kind=kind) + body + hidden * 3)
        answer = read_answer(sock)
    assert answer.count("HTTP/1.1 ") == 1


def test_less_than_was_announced_is_cut_off_and_said(site: Site) -> None:
    with closing(site.connect()) as sock:
        began = time.monotonic()
        sock.sendall(head("/lapor/berkas/", 5 * MEGABYTE) + b"x" * MEGABYTE)
        answer = read_answer(sock)
        seconds = time.monotonic() - began
    assert answer.startswith("HTTP/1.1 408 ")
    assert "tidak sampai seluruhnya" in answer
    assert PATIENCE_SECONDS <= seconds < PATIENCE_SECONDS + 10
    assert until(lambda: not held_files(site))


def test_slow_senders_keep_nobody_from_reporting(site: Site, citizen: Caller, figure: Keep) -> None:
    """One byte a second, of heads and of bodies, on many more connections than the server has threads."""
    with ExitStack() as stack:
        slow = []
        for number in range(SLOW):
            sock = stack.enter_context(closing(site.connect()))
            start = head("/lapor/berkas/", 100_000)
            sock.sendall(start[:20] if number % 2 else start + b"--")
            slow.append(sock)
        longest = 0.0
        for name, content in (("lampu.jpg", photo().read()), ("lagi.jpg", photo(colour="navy").read())):
            began = time.monotonic()
            answer = citizen.post("/lapor/berkas/", {"tambah": "1"}, [(name, content)])
            longest = max(longest, time.monotonic() - began)
            assert answer.status == 303, answer.text
            for sock in slow:
                try:
                    sock.send(b"x")
                except OSError:
                    continue  # cut off already
        figure(Subject.HOSTILE, "slow senders at once", SLOW)
        figure(Subject.HOSTILE, "seconds of a report's page meanwhile, longest", round(longest, 2))
        ended = sum(_was_ended(sock) for sock in slow)
    assert ended == SLOW
    assert citizen.get("/lapor/berkas/").text.count("lagi.jpg") >= 1


def _was_ended(sock: socket.socket) -> bool:
    answer = read_answer(sock)
    return not answer or answer.startswith("HTTP/1.1 408 ")


def test_a_slow_but_honest_upload_arrives(site: Site, citizen: Caller) -> None:
    """In pieces, over more time than the server's patience with a standstill."""
    kind, body = form(
        citizen.signed({"tambah": "1"}), [("pelan.jpg", photo().read() + random.Random(1).randbytes(8192))]
    )
    step = len(body) // 12
    with closing(site.connect()) as sock:
        began = time.monotonic()
        sock.sendall(head("/lapor/berkas/", len(body), kind=kind, Cookie=citizen.cookie_line))
        for start in range(0, len(body), step):
            sock.sendall(body[start : start + step])
            until(lambda: False, PATIENCE_SECONDS / 8)
        sock.shutdown(socket.SHUT_WR)
        answer = read_answer(sock)
    assert time.monotonic() - began > PATIENCE_SECONDS
    assert answer.startswith("HTTP/1.1 303 "), answer[:300]
    assert "pelan.jpg" in citizen.get("/lapor/berkas/").text


def test_many_large_uploads_leave_memory_and_disk_as_they_were(
    site: Site, citizen: Caller, figure: Keep
) -> None:
    """What stays is less than one of them brings, however many there are."""
    rounds = scaled(3, 12)
    noise = random.Random(7).randbytes(9 * MEGABYTE)
    files = [(f"{number}.jpg", b"\xff\xd8\xff" + noise) for number in range(5)]
    citizen.post("/lapor/berkas/", {"tambah": "1"}, files)  # the first brings what stays loaded
    before = site.memory
    for _ in range(rounds):
        answer = citizen.post("/lapor/berkas/", {"tambah": "1"}, files)
        assert answer.status == 422
        assert "rusak atau tidak lengkap" in answer.text
    growth = max(0.0, site.memory - before)
    figure(Subject.HOSTILE, "memory growth MB, uploads of 45 MB one after the other", round(growth, 1))
    assert growth < 45
    assert until(lambda: not held_files(site))
    assert not [
        path for path in (site.var / "files").rglob("*") if path.is_file() and path.stat().st_size > MEGABYTE
    ]


def test_bombs_cost_the_web_server_nothing(site: Site, citizen: Caller, figure: Keep) -> None:
    before, most = site.memory, 0.0
    done = threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(0.02):
            most = max(most, site.memory)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for name in BOMBS_SENT:
            bomb = BOMBS[name]
            answer = citizen.post("/lapor/berkas/", {"tambah": "1"}, [(bomb.name, bomb.make())])
            assert answer.status == 422, name
        large = png(7700, 7700, rows=7700, depth=8, colour=2)
        assert citizen.post("/lapor/berkas/", {"tambah": "1"}, [("luas.png", large)]).status == 303
    finally:
        done.set()
        watcher.join()
    growth = max(0.0, most - before)
    figure(Subject.HOSTILE, "memory growth MB, bombs sent to the web server", round(growth, 1))
    assert growth < 16


@pytest.mark.parametrize("count", [21, scaled(300, 5000)])
def test_many_small_files_are_refused_as_a_whole(site: Site, citizen: Caller, count: int) -> None:
    answer = citizen.post("/lapor/berkas/", {"tambah": "1"}, [("a.jpg", b"x")] * count)
    assert answer.status == 400
    assert "rusak atau terlalu besar" in answer.text
    assert until(lambda: not held_files(site))
