"""The inbox and the lists: what is whose, in which order, found how."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from central.offices.models import Office
from tests.acceptance.cast import Player
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.portal_steps import slug_of, step

Clock = Callable[..., datetime]
AsMember = Callable[..., Player]
Warga = Callable[[Office], Citizen]


def numbers(page: HttpResponse) -> list[str]:
    """The numbers in a list, from the top."""
    found = re.findall(r'<a class="nowrap" href="/kantor/aduan/[^"]+">([^<]+)</a>', page.content.decode())
    return [unescape(number) for number in found]


def counts(page: HttpResponse) -> dict[str, int]:
    """The tabs with their counts."""
    found = re.findall(
        r"<a [^>]*>([^<]+?) <span class=\"count-badge\">(\d+)</span></a>", page.content.decode()
    )
    return {label.strip(): int(count) for label, count in found}


def test_the_inbox_opens_on_my_work_sorted_by_time_left(
    greged: Office, petugas: Player, sekcam: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    first, _ = warga(greged).report()
    at("2025-03-03 08:00")
    second, _ = warga(greged).report()
    at("2025-03-03 11:00")
    page = petugas.get("/kantor/")
    assert page.status_code == 200
    assert numbers(page) == [second, first]
    words = text_of(page)
    for header in ("Nomor", "Ringkasan", "Tempat", "Langkah", "Pemegang", "Sisa waktu langkah"):
        assert header in words
    assert "sisa 21 jam" in words
    assert "Petugas Administrasi Pengaduan" in words
    assert "Tidak ada pekerjaan untuk Anda sekarang" in text_of(sekcam.get("/kantor/"))


def test_tabs_count_the_whole_set_and_late_work_says_so(
    greged: Office, petugas: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    citizen = warga(greged)
    reports = [citizen.report()[0] for _n in range(3)]
    step(petugas, slug_of(greged, reports[0]), "ask_reporter", question="Mohon sebutkan letak lampu itu.")
    at("2025-03-06 10:00")
    page = petugas.get("/kantor/")
    assert counts(page) == {
        "Kerja saya": 2,
        "Unit saya": 0,
        "Semua terbuka": 3,
        "Terlambat": 2,
        "Menunggu pelapor": 1,
        "Selesai": 0,
    }
    assert "lewat" in text_of(page)
    waiting = petugas.get("/kantor/?tab=menunggu")
    assert numbers(waiting) == [reports[0]]
    row = text_of(waiting).split("Jalan Melati RT 02 RW 05", 1)[1]
    assert "Menunggu pelapor" in row
    assert "sisa 15 hari" in row, "the whole process does not stand still"


def test_a_number_in_the_search_box_goes_straight_to_the_complaint(
    greged: Office, petugas: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    number, _ = warga(greged).report()
    slug = slug_of(greged, number)
    for typed in (number, f" {number.lower()} "):
        answer = petugas.get("/kantor/aduan/", {"q": typed})
        assert answer.status_code == 302
        assert answer["Location"] == f"/kantor/aduan/{slug}/"


def test_search_takes_phone_name_and_words(greged: Office, petugas: Player, warga: Warga, at: Clock) -> None:
    at("2025-03-03 10:00")
    number, _ = warga(greged).report()
    other, _ = warga(greged).report(
        name="Budi Santoso",
        phone="0857-0000-1111",
        email="budi@example.org",
        description="Sampah menumpuk di pasar sejak kemarin.",
    )
    for typed, found in (
        ("081234567890", number),
        ("+62 812 3456 7890", number),
        ("siti amin", number),
        ("tikungan", number),
        ("budi", other),
        ("menumpuk", other),
    ):
        assert numbers(petugas.get("/kantor/aduan/", {"q": typed})) == [found], typed
    assert "Tidak ada aduan yang cocok" in text_of(petugas.get("/kantor/aduan/", {"q": "zzzz"}))


def test_a_confidential_name_is_not_found_by_somebody_who_may_not_read_it(
    greged: Office, petugas: Player, as_member: AsMember, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    number, _ = warga(greged).report(visibility="confidential")
    stranger = as_member(greged, "unit_officer", "trantib")
    assert numbers(petugas.get("/kantor/aduan/", {"q": "Siti"})) == [number]
    for typed in ("Siti", "081234567890"):
        assert numbers(stranger.get("/kantor/aduan/", {"q": typed})) == []


def test_filters_live_in_the_address_and_one_that_is_unknown_narrows_nothing(
    greged: Office, petugas: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    road, _ = warga(greged).report(category="road")
    waste, _ = warga(greged).report(category="waste")
    assert numbers(petugas.get("/kantor/?tab=terbuka&kategori=road")) == [road]
    assert numbers(petugas.get("/kantor/?tab=saya&kategori=waste")) == [waste]
    assert (
        len(numbers(petugas.get("/kantor/?tab=terbuka&kategori=nonsense&unit=%27&status=x&kanal=website")))
        == 2
    )
    assert numbers(petugas.get("/kantor/?tab=terbuka&terlambat=on")) == []
    assert petugas.get("/kantor/?tab=terbuka&q=%00").status_code == 200


def test_pages_follow_each_other_by_key_forwards_and_backwards(
    greged: Office, petugas: Player, warga: Warga, at: Clock
) -> None:
    made = []
    for minute in range(23):
        at(f"2025-03-03 10:{minute:02d}")
        made.append(warga(greged).report()[0])
    at("2025-03-03 11:00")
    first = petugas.get("/kantor/")
    assert numbers(first) == made[:20]
    link = re.search(r'href="([^"]+)" rel="next"', first.content.decode())
    assert link is not None
    second = petugas.get(unescape(link[1]))
    assert numbers(second) == made[20:]
    back = re.search(r'href="([^"]+)" rel="prev"', second.content.decode())
    assert back is not None
    assert numbers(petugas.get(unescape(back[1]))) == made[:20]
    for nonsense in ("sesudah=x", "sesudah=~", "sebelum=2025~99", "sesudah=2025-03-03T10%3A00~abc"):
        assert numbers(petugas.get(f"/kantor/?{nonsense}")) == made[:20]


def test_the_monitor_board_counts_late_and_soon_by_step_and_unit(
    greged: Office, petugas: Player, sekcam: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    late, _ = warga(greged).report()
    at("2025-03-05 10:00")
    soon, _ = warga(greged).report()
    page = sekcam.get("/kantor/pantau/")
    assert page.status_code == 200
    words = text_of(page)
    assert numbers(page) == [late, soon]
    for part in (
        "Langkah yang terlambat",
        "Jatuh tempo dalam 24 jam",
        "Verifikasi kelengkapan",
        "Menurut unit",
    ):
        assert part in words


def test_the_way_in_asks_to_sign_in_and_remembers_where_to(greged: Office, warga: Warga) -> None:
    answer = warga(greged).get("/kantor/aduan/?q=lampu")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/akun/login/?next=")
    assert "kantor" in answer["Location"]


@pytest.mark.parametrize("tab", ["saya", "unit", "terbuka", "terlambat", "menunggu", "selesai"])
def test_a_tab_costs_at_most_twelve_statements(
    greged: Office, petugas: Player, warga: Warga, at: Clock, tab: str
) -> None:
    at("2025-03-03 10:00")
    for _n in range(3):
        warga(greged).report()
    petugas.get("/kantor/")
    with CaptureQueriesContext(connection) as said:
        petugas.get(f"/kantor/?tab={tab}")
    statements = [query["sql"] for query in said if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) <= 12, "\n".join(statements)


@pytest.mark.parametrize("offset", ["%2B23:59", "%2B99:99", "Z", ""])
def test_a_place_in_the_list_that_nobody_gave_out_is_no_error(petugas: Player, offset: str) -> None:
    for moment in ("2025-01-01T00:00:00", "0001-01-01T00:00:00", "9999-12-31T23:59:59"):
        assert petugas.get(f"/kantor/?sesudah={moment}{offset}~1").status_code == 200
