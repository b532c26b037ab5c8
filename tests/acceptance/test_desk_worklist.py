"""The desk's worklist: every open complaint of the government, by its row of the case index alone."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

import pytest
from django.utils import timezone

from central.coordination.models import CaseIndex, DeskLook
from central.offices.models import Office
from tests.acceptance.cast import Cast, Player, neighbour_of
from tests.acceptance.citizen import text_of
from tests.acceptance.desk_steps import answered, case_path, handed_up, send_to
from tests.acceptance.portal_steps import step

Clocked = Callable[..., datetime]
PATH = "/meja/aduan/"


@pytest.fixture
def neighbour(mojokerto: Office) -> Office:
    """Another office of the same government."""
    return neighbour_of(mojokerto, "greged")


def case(office: Office, number: str, **changes: Any) -> CaseIndex:
    """A row of the index that no complaint stands behind."""
    now, uid = timezone.now(), uuid.uuid4()
    return CaseIndex.objects.create(
        uid=uid,
        office=office,
        government=office.government,
        number=number,
        tracking_digest=hashlib.sha256(uid.bytes).hexdigest(),
        **{
            "status": "received",
            "stage": "received",
            "received_at": now - timedelta(days=1),
            "due_at": now + timedelta(days=3),
            "updated_at": now,
            "taken_at": now,
            **changes,
        },
    )


def listed(player: Player, **query: str) -> list[str]:
    """The numbers on the first page, in its order."""
    page = player.get(PATH, query)
    assert page.status_code == 200, text_of(page)
    return numbers(page.content.decode())


def numbers(body: str) -> list[str]:
    rows = re.findall(r'scope="row">(?:<a[^>]*>|<span[^>]*>)([^<]+)<', body)
    return [number.strip() for number in rows]


@pytest.fixture
def desk(mojokerto: Office, cast: Cast) -> Player:
    return cast.desk(mojokerto.government, "editor")


def test_each_side_shows_what_it_says(mojokerto: Office, desk: Player, at: Clocked) -> None:
    now = at("2025-03-04 10:00")
    case(mojokerto, "0001/UJI", due_at=now - timedelta(hours=2))
    case(mojokerto, "0002/UJI", due_at=now + timedelta(hours=5), hop=2)
    case(mojokerto, "0003/UJI", taken_at=None)
    case(mojokerto, "0004/UJI", due_at=None, remind_by_at=now + timedelta(hours=1))
    case(mojokerto, "0005/UJI", closed_at=now)
    assert listed(desk) == ["0001/UJI", "0002/UJI", "0003/UJI", "0004/UJI"]
    sides = {
        "terlambat": ["0001/UJI"],
        "hampir": ["0002/UJI"],
        "berpindah": ["0002/UJI"],
        "belum-ditangani": ["0003/UJI"],
        "ingatkan": ["0004/UJI"],
        "diserahkan": [],
        "apa?": ["0001/UJI", "0002/UJI", "0003/UJI", "0004/UJI"],
    }
    for side, found in sides.items():
        assert listed(desk, sisi=side) == found, side
    shown = text_of(desk.get(PATH))
    assert "4 aduan terbuka di semua instansi; 1 lewat batas waktu, 1 berakhir dalam 24 jam" in shown
    for words in (
        "Semua aduan terbuka 4",
        "Terlambat 1",
        "Diserahkan ke meja pusat 0",
        "sudah 2 kali berpindah",
        "belum ada petugas yang menangani",
        "Verifikasi",
        "Ingatkan paling lambat",
    ):
        assert words in shown, words


def test_filters_narrow_rows_and_counts(
    mojokerto: Office, neighbour: Office, desk: Player, at: Clocked
) -> None:
    now = at("2025-03-04 10:00")
    case(mojokerto, "0001/UJI", category="traffic", category_name="Lalu lintas")
    case(neighbour, "0002/UJI", category="road", category_name="Jalan")
    case(neighbour, "0003/UJI", received_at=now - timedelta(days=20), due_at=now + timedelta(days=9))
    assert listed(desk, instansi=neighbour.code) == ["0002/UJI", "0003/UJI"]
    assert listed(desk, instansi="kecamatan GREGED") == ["0002/UJI", "0003/UJI"]
    assert listed(desk, instansi="tidak ada") == []
    assert listed(desk, kategori="traffic") == ["0001/UJI"]
    assert listed(desk, umur="14") == ["0003/UJI"]
    assert listed(desk, urut="umur")[0] == "0003/UJI"
    page = desk.get(PATH, {"instansi": neighbour.code})
    assert "2 aduan terbuka" in text_of(page)
    for words in ("Lalu lintas", "Jalan"):
        assert f">{words}</option>" in page.content.decode()
    for odd in ({"kategori": "x'y"}, {"umur": "99999999999"}, {"urut": "?"}, {"sesudah": "abc~\x00"}):
        assert len(listed(desk, **odd)) == 3


def test_pages_follow_one_another_by_key_over_what_has_no_limit(
    mojokerto: Office, desk: Player, at: Clocked
) -> None:
    now = at("2025-03-04 10:00")
    for number in range(45):
        due = now + timedelta(hours=number // 2) if number < 30 else None
        case(mojokerto, f"{number:04}/UJI", due_at=due)
    for first in (PATH, f"{PATH}?urut=umur"):
        forth, back = walked(desk, first, "next")
        assert [len(page) for page in forth] == [20, 20, 5]
        assert sorted(chain(*forth)) == [f"{number:04}/UJI" for number in range(45)]
        there, _start = walked(desk, back, "prev")
        assert there[::-1] == forth
    forth, _back = walked(desk, PATH, "next")
    dues = [int(number[:4]) // 2 for number in list(chain(*forth))[:30]]
    assert dues == sorted(dues)


def walked(player: Player, path: str, way: str) -> tuple[list[list[str]], str]:
    """The numbers page by page, and the address of the last one."""
    pages = []
    while True:
        body = player.get(path).content.decode()
        pages.append(numbers(body))
        link = re.search(rf'href="([^"]+)" rel="{way}"', body)
        if link is None:
            return pages, path
        path = link[1].replace("&amp;", "&")


def test_the_index_follows_the_complaint(
    mojokerto: Office, neighbour: Office, cast: Cast, at: Clocked
) -> None:
    at("2025-03-04 10:00")
    number, slug = handed_up(cast, mojokerto)
    entry = CaseIndex.objects.get(uid=slug)
    assert entry.category_name
    assert entry.taken_at == timezone.now()
    central = cast.desk(mojokerto.government, "central_admin")
    editor = cast.desk(mojokerto.government, "editor")
    assert listed(central, sisi="diserahkan") == [number]
    path = f'href="{case_path(mojokerto, slug)}"'
    assert path in central.get(PATH).content.decode()
    assert path not in editor.get(PATH).content.decode()
    assert send_to(central, mojokerto, slug, neighbour).status_code == 302
    entry.refresh_from_db()
    assert (entry.office, entry.taken_at, entry.hop) == (neighbour, None, 0)
    assert listed(editor, sisi="belum-ditangani") == [entry.number]
    clerk = cast.member(neighbour, "complaint_clerk")
    step(clerk, slug, "return_handover", reason="Bukan jalan kami.")
    entry.refresh_from_db()
    assert (entry.hop, bool(entry.taken_at)) == (1, True)
    assert listed(editor, sisi="berpindah") == listed(editor, sisi="diserahkan") == [entry.number]


def test_looking_at_the_list_opens_nothing_and_is_no_look(mojokerto: Office, cast: Cast, at: Clocked) -> None:
    at("2025-03-04 10:00")
    answered(cast, mojokerto, description="Lampu mati di depan rumah Ibu Siti Aminah.")
    handed_up(cast, mojokerto)
    admin = cast.desk(mojokerto.government, "admin")
    shown = text_of(admin.get(PATH))
    assert "Lampu mati" not in shown
    assert "Siti" not in shown
    assert not DeskLook.objects.exists()


def test_another_governments_complaints_are_not_here(
    mojokerto: Office, upik: Office, cast: Cast, at: Clocked
) -> None:
    at("2025-03-04 10:00")
    case(upik, "0001/UPIK", category="water", category_name="Air")
    admin = cast.desk(mojokerto.government, "admin")
    assert listed(admin) == listed(admin, instansi=upik.code) == listed(admin, kategori="water") == []
    assert "Air</option>" not in admin.get(PATH).content.decode()
    assert listed(cast.desk(upik.government, "admin")) == ["0001/UPIK"]


def test_counts_end_where_nobody_reads_on(
    mojokerto: Office, desk: Player, at: Clocked, monkeypatch: pytest.MonkeyPatch
) -> None:
    at("2025-03-04 10:00")
    monkeypatch.setattr("tenants.desk.queries.watch.MOST", 3)
    for number in range(5):
        case(mojokerto, f"{number:04}/UJI")
    shown = text_of(desk.get(PATH))
    assert "lebih dari 3 aduan terbuka" in shown
    assert "Semua aduan terbuka 3+" in shown
    assert "5 baris di halaman ini" in shown
