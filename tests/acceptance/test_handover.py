"""From the wrong office to the right one, by HTTP alone: the desk decides, the citizen keeps one code."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpResponse
from django.test import Client

from central.coordination.models import GovernmentWork, Handover
from central.coordination.tasks import ring
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Complaint, WorkItem
from tenants.complaints.report import Report
from tenants.complaints.services import receive
from tenants.organization.queries import actor_for_member
from tests.acceptance.cast import Cast, host_of, neighbour_of
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.desk_steps import (
    hand_over_path,
    handed_up,
    opened,
    queued,
    send_to,
    try_step,
)
from tests.acceptance.portal_steps import page_of, slug_of, step

JAKARTA = ZoneInfo("Asia/Jakarta")
REASON = "Lampu ini milik jalan lain, bukan jalan kami."


@pytest.fixture
def neighbour(mojokerto: Office) -> Office:
    """Another office of the same city, with another procedure."""
    return neighbour_of(mojokerto, "greged")


def code_of(office: Office, slug: str) -> str:
    with inside(office):
        return Complaint.objects.get(uid=slug).tracking_code


def tracked(office: Office, code: str):
    return Client().get(f"/lacak/{code}/", HTTP_HOST=host_of(office))


def test_the_citizen_follows_it_all_by_one_code(mojokerto: Office, neighbour: Office, cast: Cast) -> None:
    number, slug = handed_up(cast, mojokerto, REASON)
    code = code_of(mojokerto, slug)
    desk = cast.desk(mojokerto.government, "central_admin")
    assert "Laporan Anda ada di meja pusat" in text_of(tracked(mojokerto, code))
    assert "Alihkan ke instansi lain" in text_of(opened(desk, mojokerto, slug))
    page = desk.get(hand_over_path(mojokerto, slug))
    assert "Siti" not in text_of(page), "the content is not needed to choose an office"
    done = send_to(desk, mojokerto, slug, neighbour, page)
    assert done.status_code == 302, text_of(done)
    assert "Aduan dialihkan ke Kecamatan Greged" in text_of(desk.get("/meja/"))
    assert queued(desk) == []

    led_on = tracked(mojokerto, code)
    assert led_on.status_code == 303
    assert led_on["Location"] == f"http://{host_of(neighbour)}:8000/lacak/{code}/"
    story = text_of(tracked(neighbour, code))
    with inside(neighbour):
        there = Complaint.objects.get(uid=slug)
    assert there.number != number
    for words in (
        f"Laporan diterima dengan nomor {number}.",
        "Laporan diserahkan kepada meja pusat pemerintah daerah.",
        REASON,
        f"Laporan kini ditangani Kecamatan Greged dengan nomor {there.number}.",
    ):
        assert words in story, words
    assert Client().get(f"/t/{code}/", HTTP_HOST="localhost")["Location"].endswith(f"/lacak/{code}/")
    api = Client().get(f"/api/v1/complaints/{code}/", HTTP_HOST=host_of(mojokerto))
    assert (api.status_code, host_of(neighbour) in api["Location"]) == (308, True)


def test_who_types_the_code_into_the_first_offices_form_is_led_on(
    mojokerto: Office, neighbour: Office, cast: Cast
) -> None:
    """By a page: a browser lets no form lead to another host, not even by a redirect."""
    _number, slug = handed_up(cast, mojokerto, REASON)
    code = code_of(mojokerto, slug)
    send_to(cast.desk(mojokerto.government, "central_admin"), mojokerto, slug, neighbour)
    citizen = Client(HTTP_HOST=host_of(mojokerto))
    there = f"http://{host_of(neighbour)}:8000/lacak/{code}/"
    page = citizen.post("/lacak/", {"code": code})
    assert page.status_code == 200
    assert "Laporan Anda kini ada di Kecamatan Greged" in text_of(page)
    assert f'content="0; url={there}"' in page.content.decode()
    typed = "Sudah diperbaiki sendiri oleh warga."
    late = citizen.post(f"/lacak/{code}/langkah/main/withdraw/", {"reason": typed})
    assert late.status_code == 409
    assert typed in text_of(late), "nothing typed is lost"
    assert there in late.content.decode()
    assert "refresh" not in late.content.decode()


def test_the_sender_sees_where_it_went_and_nothing_more(
    mojokerto: Office, neighbour: Office, cast: Cast
) -> None:
    number, slug = handed_up(cast, mojokerto, REASON)
    desk = cast.desk(mojokerto.government, "central_admin")
    send_to(desk, mojokerto, slug, neighbour)
    operator = cast.member(mojokerto, "operator")
    stub = text_of(page_of(operator, slug))
    assert "dialihkan ke Kecamatan Greged" in stub
    assert number in stub
    register = text_of(operator.get("/kantor/register/"))
    assert number in register
    for shown in (stub, register):
        assert "dialihkan ke instansi lain" in shown
        assert "diarahkan ke pihak lain" not in shown, "that is for who is not on the platform"
    for gone in ("Siti", "Melati", "simpang lima", REASON):
        assert gone not in stub, gone
    assert opened(desk, mojokerto, slug).status_code == 404, "nor does the desk see it any longer"


def test_the_sender_prints_no_code_of_what_has_left(mojokerto: Office, neighbour: Office, cast: Cast) -> None:
    """Whoever entered it could; the code opens what is said at the other office by now."""
    clerk = cast.member(neighbour, "complaint_clerk")
    assert clerk.member_id is not None
    with inside(neighbour):
        report = Report(
            category="street_light",
            description="Lampu di simpang lima mati sejak kemarin malam.",
            visibility="anonymous",
            channel="counter",
        )
        complaint = receive(report, actor=actor_for_member(clerk.member_id)).complaint
    slug = complaint.slug
    places = (f"/kantor/masukkan/{slug}/", f"/kantor/aduan/{slug}/cetak/receipt/")
    for path in places:
        assert complaint.tracking_code in clerk.get(path).content.decode()
    step(clerk, slug, "hand_up", reason=REASON)
    send_to(cast.desk(mojokerto.government, "central_admin"), neighbour, slug, mojokerto)
    for path in places:
        page = clerk.get(path)
        assert page.status_code == 404, path
        assert complaint.tracking_code not in page.content.decode()
    assert "/cetak/receipt/" not in page_of(clerk, slug).content.decode()


def test_the_receiver_sees_all_of_it_and_works_by_its_own_procedure(
    mojokerto: Office, neighbour: Office, cast: Cast
) -> None:
    number, slug = handed_up(cast, mojokerto, REASON)
    desk = cast.desk(mojokerto.government, "central_admin")
    send_to(desk, mojokerto, slug, neighbour)
    clerk = cast.member(neighbour, "complaint_clerk")
    page = text_of(page_of(clerk, slug))
    with inside(neighbour):
        said = Complaint.objects.get(uid=slug).description
    for words in (said[:40], "Siti Aminah", REASON, "Pernah di Dinas Perhubungan", number):
        assert words in page, words
    assert "main/accept_handover/" in page_of(clerk, slug).content.decode()
    step(clerk, slug, "accept_handover")
    assert Handover.objects.get().state == "accepted"
    assert "main/accept_handover/" not in page_of(clerk, slug).content.decode()


def test_given_back_it_waits_at_the_desk_which_sees_the_ping_pong(
    mojokerto: Office, neighbour: Office, cast: Cast
) -> None:
    _number, slug = handed_up(cast, mojokerto, REASON)
    desk = cast.desk(mojokerto.government, "central_admin")
    send_to(desk, mojokerto, slug, neighbour)
    step(cast.member(neighbour, "complaint_clerk"), slug, "return_handover", reason="Bukan jalan kami juga.")
    page = desk.get(hand_over_path(neighbour, slug))
    assert "sudah 1 kali pindah instansi" in text_of(page)
    send_to(desk, neighbour, slug, mojokerto, page)
    assert "Siti Aminah" in text_of(page_of(cast.member(mojokerto, "operator"), slug)), "it is home again"


def test_a_second_click_delivers_once_and_a_stale_page_says_so(
    mojokerto: Office, neighbour: Office, cast: Cast
) -> None:
    _number, slug = handed_up(cast, mojokerto, REASON)
    desk = cast.desk(mojokerto.government, "central_admin")
    first, stale = (desk.get(hand_over_path(mojokerto, slug)) for _ in range(2))
    assert send_to(desk, mojokerto, slug, neighbour, first).status_code == 302
    assert send_to(desk, mojokerto, slug, neighbour, first).status_code == 302
    late = send_to(desk, mojokerto, slug, neighbour, stale)
    assert late.status_code == 409
    assert "sudah diputuskan sebelumnya" in text_of(late)
    with inside(neighbour):
        assert Complaint.objects.count() == 1


def test_only_the_role_that_decides_may_hand_over(mojokerto: Office, neighbour: Office, cast: Cast) -> None:
    _number, slug = handed_up(cast, mojokerto, REASON)
    for role in ("editor", "press_coordinator"):
        other = cast.desk(mojokerto.government, role)
        assert other.get(hand_over_path(mojokerto, slug)).status_code == 404
    stranger = cast.desk(Office.objects.get(code="jenawi").government, "central_admin")
    assert stranger.get(hand_over_path(mojokerto, slug)).status_code == 404
    desk = cast.desk(mojokerto.government, "central_admin")
    page = desk.get(hand_over_path(mojokerto, slug))
    foreign = send_to(desk, mojokerto, slug, Office.objects.get(code="jenawi"), page)
    assert foreign.status_code == 422
    assert not Handover.objects.exclude(to_office=None).exists()


@pytest.mark.parametrize(
    ("action", "inputs", "words"),
    [
        ("send_back", {"reason": "Lampu ini milik kota."}, "Meja pusat meminta Dinas Perhubungan menangani"),
        ("close_by_desk", {"reason": "Lampu itu sudah dibongkar."}, "Meja pusat menutup laporan"),
        ("refer", {"authority": "Balai Jalan Nasional", "reason": "Jalan nasional."}, "Balai Jalan Nasional"),
    ],
)
def test_the_desk_asks_back_closes_or_refers(
    mojokerto: Office, cast: Cast, action: str, inputs: dict[str, str], words: str
) -> None:
    _number, slug = handed_up(cast, mojokerto, REASON)
    desk = cast.desk(mojokerto.government, "central_admin")
    done = try_step(desk, mojokerto, slug, action, "main", **inputs)
    assert done.status_code == 302, text_of(done)
    story = text_of(tracked(mojokerto, code_of(mojokerto, slug)))
    assert words in story
    assert queued(desk) == []


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ("dishub-mojokerto", "Aduan ini justru diserahkan oleh Dinas Perhubungan"),
        ("greged", "Layanan Kecamatan Greged sedang tidak berjalan"),
        ("jenawi", "bukan bagian dari pemerintah daerah ini"),
    ],
    ids=["itself", "halted", "another government's"],
)
def test_the_desk_is_told_why_a_complaint_cannot_go_there(
    mojokerto: Office, neighbour: Office, cast: Cast, chosen: str, words: str
) -> None:
    """Also where the page was opened while it still could."""
    _number, slug = handed_up(cast, mojokerto, REASON)
    desk = cast.desk(mojokerto.government, "central_admin")
    page = desk.get(hand_over_path(mojokerto, slug))
    neighbour.status = Office.Status.SUSPENDED
    neighbour.save(update_fields=["status"])
    key = re.search(r'name="kunci" value="([0-9a-f]{32})"', page.content.decode())
    assert key
    refused = desk.post(hand_over_path(mojokerto, slug), {"office": chosen, "kunci": key.group(1)})
    assert refused.status_code == 422
    assert words in text_of(refused)
    assert Handover.objects.get().state == "waiting"
    assert len(queued(desk)) == 1


def test_a_complaint_that_the_office_has_taken_back_meanwhile_goes_nowhere(
    mojokerto: Office, neighbour: Office, cast: Cast
) -> None:
    _number, slug = handed_up(cast, mojokerto, REASON)
    desk = cast.desk(mojokerto.government, "central_admin")
    page = desk.get(hand_over_path(mojokerto, slug))
    step(cast.member(mojokerto, "operator"), slug, "take_back_hand_up")
    late = send_to(desk, mojokerto, slug, neighbour, page, message="Jalan ini dipelihara kecamatan.")
    assert late.status_code == 404
    assert "Jalan ini dipelihara kecamatan." in text_of(late), "nothing typed is lost"
    assert Handover.objects.get().state == "ended"
    assert "Siti Aminah" in text_of(page_of(cast.member(mojokerto, "operator"), slug))


def test_what_waits_at_the_desk_shows_the_desks_own_limit_on_both_sides(
    mojokerto: Office, neighbour: Office, cast: Cast
) -> None:
    _number, slug = handed_up(cast, mojokerto, REASON)
    desk = cast.desk(mojokerto.government, "central_admin")
    row = GovernmentWork.objects.get(uid=slug, kind=GovernmentWork.Kind.HANDED_UP, closed_at=None)
    assert row.due_at is not None
    pages = (opened(desk, mojokerto, slug), page_of(cast.member(mojokerto, "operator"), slug))
    for page in pages:
        assert "tanpa batas waktu" not in text_of(page)
        assert "sisa " in text_of(page)
    assert "Batas waktu meja pusat" in text_of(pages[0])
    assert "milik peran lain" not in text_of(pages[0]), "it is theirs to decide"


def test_a_reminder_leaves_the_desks_limit_as_it_was(
    mojokerto: Office, cast: Cast, at: Callable[..., datetime]
) -> None:
    at("2025-03-04 10:00")
    _number, slug = handed_up(cast, mojokerto, REASON)
    with inside(mojokerto):
        item = WorkItem.objects.get(complaint__uid=slug, stage="with_government", closed_at=None)
    row = GovernmentWork.objects.get(uid=slug, kind=GovernmentWork.Kind.HANDED_UP, closed_at=None)
    assert item.due_at == row.due_at is not None
    at((item.remind_at.astimezone(JAKARTA) + timedelta(minutes=1)).strftime("%Y-%m-%d %H:%M"))
    assert ring(mojokerto.pk, [("case", row.uid.hex)]) == 1
    with inside(mojokerto):
        reminded = WorkItem.objects.get(pk=item.pk)
    assert reminded.remind_at > item.remind_at
    assert reminded.due_at == item.due_at
    assert GovernmentWork.objects.get(pk=row.pk).due_at == item.due_at


def test_it_is_the_desk_that_is_said_to_have_moved_it_and_why(
    mojokerto: Office, neighbour: Office, cast: Cast
) -> None:
    _number, slug = handed_up(cast, mojokerto, REASON)
    code = code_of(mojokerto, slug)
    desk = cast.desk(mojokerto.government, "central_admin")
    page = desk.get(hand_over_path(mojokerto, slug))
    moved = f"Meja pusat mengalihkan laporan dari {mojokerto.name} kepada instansi yang berwenang."
    assert moved in text_of(page), "what the reporter will read is shown before"
    told = "Jalan ini dipelihara kecamatan."
    assert send_to(desk, mojokerto, slug, neighbour, page, message=told).status_code == 302
    story = text_of(tracked(neighbour, code))
    assert moved in story
    assert told in story
    assert f"{mojokerto.name} mengalihkan" not in story
    there = text_of(page_of(cast.member(neighbour, "complaint_clerk"), slug))
    assert f"Meja pusat mengalihkan aduan ini dari {mojokerto.name} ke instansi ini." in there
    assert there.count(told) == 2, "in the history, and where it says why it is here"
    assert f"{desk.user.name}, meja pusat" in there
    assert f"{desk.user.name} ({mojokerto.name})" not in there
    assert told not in text_of(page_of(cast.member(mojokerto, "operator"), slug)), "it has gone along"


def main_ways(page: HttpResponse) -> list[str]:
    """The links of the actions, in their order, the filled one marked by a star."""
    acts = page.content.decode().partition('class="case-acts"')[2].partition("</section>")[0]
    found = re.findall(r'<a class="(button[^"]*)" href="[^"]*/tindakan/main/([a-z_]+)/"', acts)
    return [code + "*" * (kind == "button") for kind, code in found]


def test_the_main_way_stands_first_and_is_the_filled_one(
    mojokerto: Office, neighbour: Office, cast: Cast
) -> None:
    number, _code = Citizen(host_of(mojokerto)).report()
    slug = slug_of(mojokerto, number)
    operator = cast.member(mojokerto, "operator")
    assert main_ways(page_of(operator, slug))[:2] == ["verify*", "decline"]
    step(operator, slug, "verify", case_class="outside_duties")
    ways = main_ways(page_of(operator, slug))
    assert ways[:2] == ["hand_up*", "verify_again"], "what leads back is not what is expected now"
    step(operator, slug, "hand_up", reason=REASON)
    send_to(cast.desk(mojokerto.government, "central_admin"), mojokerto, slug, neighbour)
    ways = main_ways(page_of(cast.member(neighbour, "complaint_clerk"), slug))
    assert ways[0] == "accept_handover*"
    assert sum(way.endswith("*") for way in ways) == 1
