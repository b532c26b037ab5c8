"""What the central desk may look into, and that every look is noted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from central.coordination.models import DeskLook
from central.offices.access import office as inside
from central.offices.models import GovernmentMember, Office
from tenants.complaints.models import Complaint
from tests.acceptance.cast import Cast, Player, host_of, neighbour_of
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.desk_steps import (
    EDITED,
    answered,
    case_path,
    edited,
    handed_up,
    looks_at,
    offered,
    opened,
    queued,
    send_to,
    step_path,
    try_step,
)
from tests.acceptance.portal_steps import page_of, picture, slug_of, step

Clocked = Callable[..., datetime]
STORY_WORDS = "simpang lima"


@pytest.fixture
def slug(mojokerto: Office, cast: Cast, at: Clocked) -> str:
    """A complaint that waits for the editor."""
    at("2025-03-04 10:00")
    return answered(cast, mojokerto)[1]


@pytest.fixture
def editor(mojokerto: Office, cast: Cast) -> Player:
    return cast.desk(mojokerto.government, "editor")


@pytest.fixture
def desk_admin(mojokerto: Office, cast: Cast) -> Player:
    return cast.desk(mojokerto.government, "admin")


def test_without_signing_in_the_desk_asks_for_it(mojokerto: Office) -> None:
    answer = Client().get("/meja/", HTTP_HOST=host_of(mojokerto.government))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/akun/login/")


def test_another_governments_desk_gets_nothing(
    mojokerto: Office, upik: Office, cast: Cast, slug: str
) -> None:
    stranger = cast.desk(upik.government, "editor")
    assert opened(stranger, mojokerto, slug).status_code == 404
    assert stranger.get(step_path(mojokerto, slug, "submit_edited")).status_code == 404
    assert queued(stranger) == []
    carried = stranger.at(mojokerto.government)
    for path in ("/meja/", case_path(mojokerto, slug), "/meja/catatan/", "/meja/anggota/"):
        answer = carried.get(path)
        assert answer.status_code == 403
        assert STORY_WORDS not in text_of(answer)
    assert looks_at(slug) == []


def test_an_offices_member_gets_nothing_at_the_desk(mojokerto: Office, cast: Cast, slug: str) -> None:
    for member in (cast.member(mojokerto, "operator"), cast.admin(mojokerto)):
        carried = member.at(mojokerto.government)
        assert carried.get("/meja/").status_code == 403
        assert carried.get(case_path(mojokerto, slug)).status_code == 403
    assert looks_at(slug) == []


def test_the_desk_has_no_door_at_an_offices_host(mojokerto: Office, editor: Player) -> None:
    carried = editor.at(mojokerto)
    assert carried.get("/meja/").status_code == 404
    assert carried.get("/kantor/").status_code in {302, 403}


def test_a_former_member_is_out_at_once(mojokerto: Office, editor: Player, slug: str) -> None:
    assert opened(editor, mojokerto, slug).status_code == 200
    GovernmentMember.objects.filter(user=editor.user).update(is_active=False)
    assert opened(editor, mojokerto, slug).status_code == 403


def test_no_complaint_opens_without_open_work_and_the_page_tells_nothing(
    mojokerto: Office, cast: Cast, editor: Player, at: Clocked
) -> None:
    at("2025-03-04 10:00")
    number, _code = Citizen(host_of(mojokerto)).report()
    waiting = slug_of(mojokerto, number)
    there = opened(editor, mojokerto, waiting)
    nowhere = opened(editor, mojokerto, "0" * 32)
    elsewhere = editor.get(f"/meja/tidak-ada/{waiting}/")
    assert [page.status_code for page in (there, nowhere, elsewhere)] == [404, 404, 404]
    assert text_of(there) == text_of(nowhere) == text_of(elsewhere)
    assert "Tidak ada tugas terbuka untuk Anda" in text_of(there)
    assert editor.post(step_path(mojokerto, waiting, "submit_edited"), EDITED).status_code == 404
    assert looks_at(waiting) == []
    admin = cast.desk(mojokerto.government, "admin")
    assert opened(admin, mojokerto, waiting).status_code == 404


def test_work_of_another_role_does_not_open_it(mojokerto: Office, cast: Cast, slug: str) -> None:
    coordinator = cast.desk(mojokerto.government, "press_coordinator")
    assert opened(coordinator, mojokerto, slug).status_code == 404
    assert coordinator.get(step_path(mojokerto, slug, "submit_edited")).status_code == 404


def test_every_look_is_noted_with_its_purpose(mojokerto: Office, editor: Player, slug: str) -> None:
    name = editor.user.name
    opened(editor, mojokerto, slug)
    assert looks_at(slug) == [(name, "step:editing")]
    editor.get(step_path(mojokerto, slug, "submit_edited"))
    assert looks_at(slug) == [(name, "step:editing")] * 2
    look = DeskLook.objects.filter(uid=slug).first()
    assert look is not None
    assert (look.government, look.office, look.user_id) == (
        mojokerto.government,
        mojokerto,
        editor.user.pk,
    )


def test_files_are_noted_and_only_this_complaints_are_given(
    mojokerto: Office, cast: Cast, editor: Player, slug: str
) -> None:
    other = answered(cast, mojokerto)[1]
    operator = cast.member(mojokerto, "operator")
    for one in (slug, other):
        step(operator, one, "note", note="Foto dari lapangan.", files=[picture()])
    edited(cast, mojokerto, other)
    with inside(mojokerto):
        mine, foreign = (Complaint.objects.get(uid=one).attachments.get() for one in (slug, other))
    path = f"{case_path(mojokerto, slug)}berkas/"
    answer = editor.get(f"{path}{mine.uid.hex}/")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert looks_at(slug) == [(editor.user.name, "file")]
    editor.get(f"{path}{mine.uid.hex}/", {"kecil": "1"})
    assert len(looks_at(slug)) == 1  # it belongs to a look that was noted just now
    assert editor.get(f"{path}{foreign.uid.hex}/").status_code == 404
    assert editor.get(f"{case_path(mojokerto, other)}berkas/{foreign.uid.hex}/").status_code == 404


def test_an_admin_oversees_but_takes_no_step(mojokerto: Office, desk_admin: Player, slug: str) -> None:
    assert len(queued(desk_admin)) == 1
    assert offered(desk_admin, mojokerto, slug) == set()
    assert looks_at(slug) == [(desk_admin.user.name, "oversight")]
    answer = desk_admin.post(
        step_path(mojokerto, slug, "withhold"), {"versi": "1", "isi-reason": "Tidak perlu diterbitkan."}
    )
    assert answer.status_code == 409
    assert "Langkah ini tidak tersedia" in text_of(answer)


def test_the_log_shows_who_looked_at_what(
    mojokerto: Office, editor: Player, desk_admin: Player, slug: str, at: Clocked
) -> None:
    at("2025-03-04 10:20")
    opened(editor, mojokerto, slug)
    page = desk_admin.get("/meja/catatan/")
    shown = text_of(page)
    for words in (
        editor.user.name,
        "4 Maret 2025 pukul 10.20 WIB",
        "Langkah SOP: Penyuntingan",
        "Dinas Perhubungan",
    ):
        assert words in shown
    with inside(mojokerto):
        assert Complaint.objects.get(uid=slug).number in shown
    refused = editor.get("/meja/catatan/")
    assert refused.status_code == 403
    assert "hanya untuk admin meja pusat" in text_of(refused)


def test_the_log_is_paged_by_key_and_holds_only_this_governments_looks(
    mojokerto: Office, upik: Office, cast: Cast, desk_admin: Player, slug: str
) -> None:
    for target, count in ((mojokerto, 45), (upik, 1)):
        DeskLook.objects.bulk_create(
            DeskLook(
                user_id=1,
                user_name=f"Orang {number}",
                government=target.government,
                office=target,
                uid=slug,
                purpose="handed_up",
            )
            for number in range(count)
        )
    seen: list[int] = []
    path = "/meja/catatan/"
    while path:
        page = desk_admin.get(path)
        body = page.content.decode()
        seen.append(body.count("Orang "))
        after = body.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
        path = after.replace("&amp;", "&") if 'rel="next"' in body else ""
    assert seen == [20, 20, 5]
    assert text_of(cast.desk(upik.government, "admin").get("/meja/catatan/")).count("Orang ") == 1


def test_a_suspended_offices_work_is_shown_and_does_not_open(
    mojokerto: Office, editor: Player, slug: str
) -> None:
    Office.objects.filter(pk=mojokerto.pk).update(status=Office.Status.SUSPENDED)
    queue = editor.get("/meja/")
    assert "Dinas Perhubungan dihentikan sementara" in text_of(queue)
    assert case_path(mojokerto, slug) not in queue.content.decode()
    page = opened(editor, mojokerto, slug)
    assert page.status_code == 503
    assert "Layanan Dinas Perhubungan sedang dihentikan sementara" in text_of(page)
    assert STORY_WORDS not in text_of(page)
    typed = "Alasan yang ditulis panjang sebelum layanan dihentikan."
    posted = editor.post(step_path(mojokerto, slug, "withhold"), {"isi-reason": typed})
    assert posted.status_code == 503
    assert typed in text_of(posted)
    assert looks_at(slug) == []


def test_what_a_suspended_office_has_handed_up_is_read_and_given_to_another(
    mojokerto: Office, cast: Cast, at: Clocked
) -> None:
    """That is the desk's to decide, whatever has become of the office; in the office nothing is done."""
    at("2025-03-04 10:00")
    reason = "Lampu ini milik jalan provinsi, bukan jalan kota."
    _number, slug = handed_up(cast, mojokerto, reason)
    neighbour = neighbour_of(mojokerto, "greged")
    Office.objects.filter(pk=mojokerto.pk).update(status=Office.Status.SUSPENDED)
    central = cast.desk(mojokerto.government, "central_admin")
    for tab in ({}, {"jenis": "diserahkan"}):
        queue = central.get("/meja/", tab)
        assert f'href="{case_path(mojokerto, slug)}"' in queue.content.decode(), tab
        assert "Dinas Perhubungan dihentikan sementara" in text_of(queue)
    assert reason in text_of(queue)
    page = opened(central, mojokerto, slug)
    assert page.status_code == 200
    told = text_of(page)
    for part in (reason, "tikungan mati", "Layanan Dinas Perhubungan sedang dihentikan sementara"):
        assert part in told, part
    assert "dapat menariknya kembali" not in told
    assert looks_at(slug) == [(central.user.name, "reason"), (central.user.name, "handed_up")]
    assert offered(central, mojokerto, slug) == set()
    typed = "Alasan menutup yang ditulis panjang."
    closed = central.post(step_path(mojokerto, slug, "close_by_desk"), {"isi-reason": typed})
    assert closed.status_code == 503
    assert typed in text_of(closed)
    send_to(central, mojokerto, slug, neighbour)
    with inside(neighbour):
        assert Complaint.objects.get(uid=slug).stage != "with_government"
    assert queued(central) == []


def test_a_handed_up_case_is_shown_with_its_reason_until_it_is_taken_back(
    mojokerto: Office, cast: Cast, at: Clocked
) -> None:
    at("2025-03-04 10:00")
    reason = "Lampu ini milik jalan provinsi, bukan jalan kota."
    number, slug = handed_up(cast, mojokerto, reason)
    central = cast.desk(mojokerto.government, "central_admin")
    assert queued(central) == [number]
    tab = central.get("/meja/", {"jenis": "diserahkan"})
    shown = text_of(tab)
    assert number in shown
    assert reason in shown
    assert "dapat menariknya kembali" in shown
    assert looks_at(slug) == [(central.user.name, "reason")]
    page = opened(central, mojokerto, slug)
    told = text_of(page)
    assert reason in told
    assert "Dinas Perhubungan dapat menariknya kembali dari portalnya" in told
    assert "Alihkan ke instansi lain" in told
    assert offered(central, mojokerto, slug) == {
        "main/send_back",
        "main/refer",
        "main/close_by_desk",
        "main/note",
    }
    assert looks_at(slug)[1] == (central.user.name, "handed_up")
    assert queued(cast.desk(mojokerto.government, "editor")) == []
    assert opened(cast.desk(mojokerto.government, "editor"), mojokerto, slug).status_code == 404

    step(cast.member(mojokerto, "operator"), slug, "take_back_hand_up")
    assert queued(central) == []
    assert number not in text_of(central.get("/meja/", {"jenis": "diserahkan"}))
    assert opened(central, mojokerto, slug).status_code == 404


def test_the_desks_note_reaches_the_office_and_not_the_reporter(
    mojokerto: Office, cast: Cast, at: Clocked
) -> None:
    at("2025-03-04 10:00")
    _number, slug = handed_up(cast, mojokerto)
    central = cast.desk(mojokerto.government, "central_admin")
    words = "Sudah kami tanyakan kepada dinas provinsi."
    taken = try_step(central, mojokerto, slug, "note", "main", note=words, files=[picture("surat.jpg")])
    assert taken["Location"] == case_path(mojokerto, slug)
    office_side = text_of(page_of(cast.member(mojokerto, "operator"), slug))
    assert words in office_side
    assert "surat.jpg" in office_side
    assert "central_admin Kota Mojokerto, Admin Pengaduan (Dishubkominfo)" in office_side
    with inside(mojokerto):
        code = Complaint.objects.get(uid=slug).tracking_code
    assert words not in text_of(Client().get(f"/lacak/{code}/", HTTP_HOST=host_of(mojokerto)))


def test_a_rejected_report_waits_at_another_governments_desk_in_the_same_way(
    upik: Office, cast: Cast, at: Clocked
) -> None:
    """UPIK 2: the reject goes to the government's queue, and the office can take it back."""
    at("2025-03-04 10:00")
    number, _code = Citizen(host_of(upik)).report()
    slug = slug_of(upik, number)
    admin = cast.member(upik, "agency_admin")
    step(admin, slug, "hand_up", reason="Bukan urusan dinas ini.")
    central = cast.desk(upik.government, "central_admin")
    assert queued(central, jenis="diserahkan") == [number]
    assert "Admin Pusat" in text_of(central.get("/meja/"))
    step(admin, slug, "take_back_hand_up")
    assert queued(central) == []
