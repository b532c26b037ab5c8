"""The desk's queue: order, sides, filters, counts, paging."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone

from central.coordination.models import GovernmentWork
from central.offices.models import Office
from tests.acceptance.cast import Cast, host_of
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.desk_steps import answered, edited, handed_up, queued
from tests.acceptance.portal_steps import slug_of, step

Clocked = Callable[..., datetime]


def waiting(office: Office, count: int, *, role: str = "editor", kind: str = "step") -> None:
    """Rows of work whose complaints nobody reads: each ends an hour after the one before."""
    now = timezone.now()
    GovernmentWork.objects.bulk_create(
        GovernmentWork(
            uid=uuid.uuid4(),
            office=office,
            government=office.government,
            number=f"{number:04}/UJI",
            kind=kind,
            role=role,
            line="publication",
            stage="editing",
            due_at=now + timedelta(hours=number - 2) if number else None,
            opened_at=now,
        )
        for number in range(count)
    )


def test_what_ends_first_stands_first_and_what_has_no_limit_last(
    mojokerto: Office, cast: Cast, at: Clocked
) -> None:
    at("2025-03-04 10:00")
    waiting(mojokerto, 4)
    editor = cast.desk(mojokerto.government, "editor")
    assert queued(editor) == ["0001/UJI", "0002/UJI", "0003/UJI", "0000/UJI"]
    shown = text_of(editor.get("/meja/"))
    assert "lewat 1 jam" in shown
    assert "tanpa batas waktu" in shown


def test_what_was_handed_up_is_said_to_be_decided_here(mojokerto: Office, cast: Cast, at: Clocked) -> None:
    at("2025-03-04 10:00")
    handed_up(cast, mojokerto)
    shown = text_of(cast.desk(mojokerto.government, "central_admin").get("/meja/?jenis=diserahkan"))
    assert "belum tersedia" not in shown, "all of it can be done on the complaint's page"
    assert "mengalihkannya ke instansi lain" in shown


def test_a_role_sees_its_own_work_and_an_admin_all(mojokerto: Office, cast: Cast, at: Clocked) -> None:
    at("2025-03-04 10:00")
    first, _slug = answered(cast, mojokerto)
    second, slug = answered(cast, mojokerto)
    edited(cast, mojokerto, slug)
    third, _slug = handed_up(cast, mojokerto)
    desk = mojokerto.government
    assert queued(cast.desk(desk, "editor")) == [first]
    assert queued(cast.desk(desk, "press_coordinator")) == [second]
    assert queued(cast.desk(desk, "central_admin")) == [third]
    admin = cast.desk(desk, "admin")
    assert queued(admin) == [second, first, third]
    assert queued(admin, jenis="langkah") == [second, first]
    assert queued(admin, jenis="diserahkan") == [third]
    assert queued(admin, peran="press_coordinator") == [second]
    at("2025-03-04 10:30")
    assert queued(admin, terlambat="on") == [second]
    shown = text_of(admin.get("/meja/"))
    assert "3 tugas menunggu; 1 lewat batas waktu, 2 berakhir dalam 24 jam" in shown
    for words in ("Semua tugas 3", "Langkah SOP 2", "Diserahkan ke meja pusat 1", "Koordinator Bagian Humas"):
        assert words in shown


def test_what_was_just_handed_up_stands_above_a_long_queue(
    mojokerto: Office, cast: Cast, at: Clocked
) -> None:
    at("2025-03-04 12:00")
    first, _slug = handed_up(cast, mojokerto)
    at("2025-03-04 12:30")
    last, _slug = handed_up(cast, mojokerto)
    admin = cast.desk(mojokerto.government, "central_admin")
    waiting(mojokerto, 10 - len(queued(admin)), role="central_admin")
    above = "Menunggu keputusan meja pusat, terbaru di atas"
    assert above not in text_of(admin.get("/meja/")), "all of it is seen at once"
    waiting(mojokerto, 11, role="central_admin")
    body = admin.get("/meja/").content.decode()
    assert queued_on(body.partition("Semua tugas</h2>")[0]) == [last, first]
    shown = text_of(admin.get("/meja/"))
    assert "Semua yang diserahkan (2)" in shown
    assert "4 Maret 2025 pukul 12.30 WIB" in shown
    for elsewhere in ("?jenis=langkah", "?terlambat=on", after_the_first(body)):
        assert above not in text_of(admin.get(f"/meja/{elsewhere}"))


def after_the_first(body: str) -> str:
    link = body.partition('" rel="next"')[0].rpartition('href="')[2]
    return link.replace("&amp;", "&").partition("/meja/")[2]


def test_filters_that_are_not_known_narrow_nothing(mojokerto: Office, cast: Cast, at: Clocked) -> None:
    at("2025-03-04 10:00")
    waiting(mojokerto, 2)
    editor = cast.desk(mojokerto.government, "editor")
    everything = queued(editor)
    odd = {"jenis": "apa", "peran": "raja", "instansi": "x'y", "terlambat": "?", "sesudah": "abc~\x00"}
    assert queued(editor, **{**odd, "terlambat": ""}) == everything
    for key, value in odd.items():
        assert editor.get("/meja/", {key: value}).status_code == 200


def test_pages_follow_one_another_by_key(mojokerto: Office, cast: Cast, at: Clocked) -> None:
    at("2025-03-04 10:00")
    waiting(mojokerto, 45)
    editor = cast.desk(mojokerto.government, "editor")
    seen: list[list[str]] = []
    path = "/meja/"
    while path:
        body = editor.get(path).content.decode()
        seen.append(queued_on(body))
        path = f"/meja/{after_the_first(body)}" if 'rel="next"' in body else ""
    assert [len(numbers) for numbers in seen] == [20, 20, 5]
    assert [number for numbers in seen for number in numbers] == [
        f"{number:04}/UJI" for number in (*range(1, 45), 0)
    ]


def queued_on(body: str) -> list[str]:
    rows = body.split('<th role="rowheader" scope="row">')[1:]
    return [row.partition('">')[2].partition("<")[0] for row in rows]


def test_another_governments_work_is_not_here(
    mojokerto: Office, upik: Office, cast: Cast, at: Clocked
) -> None:
    at("2025-03-04 10:00")
    waiting(upik, 3, role="central_admin", kind="handed_up")
    for role in ("admin", "central_admin"):
        assert queued(cast.desk(mojokerto.government, role)) == []
        assert len(queued(cast.desk(upik.government, role))) == 3


def test_an_empty_queue_says_so(mojokerto: Office, cast: Cast) -> None:
    editor = cast.desk(mojokerto.government, "editor")
    assert "Tidak ada tugas untuk Anda sekarang" in text_of(editor.get("/meja/"))
    assert "Tidak ada aduan yang diserahkan" in text_of(editor.get("/meja/", {"jenis": "diserahkan"}))


def test_a_confidential_reporter_is_not_named_in_the_reason_of_a_hand_up(
    mojokerto: Office, cast: Cast, at: Clocked
) -> None:
    at("2025-03-04 10:00")
    number, _code = Citizen(host_of(mojokerto)).report(visibility="confidential")
    slug, operator = slug_of(mojokerto, number), cast.member(mojokerto, "operator")
    step(operator, slug, "verify", case_class="outside_duties")
    step(operator, slug, "hand_up", reason="Ibu Siti Aminah melaporkan jalan provinsi.")
    shown = text_of(cast.desk(mojokerto.government, "central_admin").get("/meja/", {"jenis": "diserahkan"}))
    assert "Ibu [nama] melaporkan jalan provinsi." in shown
    assert "Siti" not in shown


def test_several_offices_share_a_desk_and_can_be_told_apart(
    mojokerto: Office, upik: Office, cast: Cast, at: Clocked
) -> None:
    at("2025-03-04 10:00")
    Office.objects.filter(pk=upik.pk).update(government=mojokerto.government)
    upik.refresh_from_db()
    here, _slug = handed_up(cast, mojokerto)
    number, _code = Citizen(host_of(upik)).report()
    step(cast.member(upik, "agency_admin"), slug_of(upik, number), "hand_up", reason="Bukan urusan kami.")
    central = cast.desk(mojokerto.government, "central_admin")
    assert queued(central) == [here, number]
    assert queued(central, instansi=upik.code) == [number]
    shown = text_of(central.get("/meja/", {"jenis": "diserahkan"}))
    for words in ("Bukan urusan kami.", "DPUPKP Kota Yogyakarta", "Dinas Perhubungan", "Admin Pusat"):
        assert words in shown
