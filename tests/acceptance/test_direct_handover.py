"""Straight from office to office, by HTTP alone: where the government allows it, to the office that routing
names, and not to and fro for ever.
"""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse

from central.coordination.models import Alarm, CaseIndex, GovernmentWork, Handover
from central.delivery.models import CentralMessage
from central.offices.access import office as inside
from central.offices.models import Government, Office
from tenants.complaints.models import Complaint, Message, Reporter
from tenants.organization.models import Unit
from tenants.organization.queries import actor_for_member
from tenants.organization.services import STAFF_ALARM, STAFF_CHANGED
from tenants.procedure.models import SettingsVersion
from tenants.procedure.queries import digest_of, settings_now
from tenants.procedure.services import put_settings
from tests.acceptance.cast import Cast, Player, host_of, neighbour_of
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.desk_steps import queued
from tests.acceptance.portal_steps import offered, page_of, slug_of, step, step_path, version_on
from tests.acceptance.test_handover import tracked

REASON = "Lampu ini di jalan kecamatan, bukan jalan kota."
ALL = {"field": "visibility", "value": ["open", "confidential", "anonymous"]}


@pytest.fixture
def sender(_some_database: None) -> Office:
    """An office whose government allows it."""
    found = Office.objects.select_related("government").get(code="greged")
    Government.objects.filter(pk=found.government_id).update(direct_handover=True)
    found.government.refresh_from_db()
    return found


@pytest.fixture
def receiver(sender: Office) -> Office:
    """Another office of that government, with another procedure."""
    return neighbour_of(sender, "dishub-mojokerto")


@pytest.fixture
def routed(sender: Office, receiver: Office, cast: Cast) -> None:
    """Both offices' rules name the other one for whatever comes."""
    name_office(cast, sender, receiver.code)
    name_office(cast, receiver, sender.code)


@pytest.fixture
def clerk(sender: Office, cast: Cast) -> Player:
    return cast.member(sender, "complaint_clerk")


def name_office(cast: Cast, office: Office, code: str, when: dict[str, Any] = ALL) -> None:
    """The office's routing sends everything, or what fits, to another office."""
    rule = {"code": "elsewhere", "why": "Urusan kota", "when": [when], "target": {"office": code}}
    rule_with(cast, office, rule)


def rule_with(cast: Cast, office: Office, rule: dict[str, Any]) -> None:
    """The office's only routing rule."""
    member_id = cast.admin(office).member_id
    assert member_id is not None
    with inside(office):
        document = settings_now().model_dump(mode="json")
        put_settings({**document, "routing": [rule]}, actor=actor_for_member(member_id))


def reported(office: Office) -> tuple[str, str, str]:
    """Number, code and slug of a new complaint."""
    number, code = Citizen(host_of(office)).report()
    return number, code, slug_of(office, number)


def path_of(slug: str) -> str:
    return f"/kantor/aduan/{slug}/alihkan/"


def filled(page: HttpResponse, **inputs: Any) -> dict[str, Any]:
    """What the page sends."""
    body = page.content.decode()
    hidden = dict(re.findall(r'name="(kunci|versi)" value="([^"]+)"', body))
    assert set(hidden) == {"kunci", "versi"}, text_of(page)
    return {**hidden, **{f"isi-{name}": value for name, value in inputs.items()}}


def hand(player: Player, slug: str, page: HttpResponse | None = None, **inputs: Any) -> HttpResponse:
    page = page or player.get(path_of(slug))
    return player.post(path_of(slug), filled(page, **{"reason": REASON, **inputs}))


@pytest.mark.usefixtures("routed")
def test_it_goes_straight_to_the_office_that_routing_names(
    sender: Office, receiver: Office, clerk: Player, cast: Cast
) -> None:
    number, code, slug = reported(sender)
    page = page_of(clerk, slug)
    assert "Serahkan langsung ke Dinas Perhubungan" in text_of(page)
    done = hand(clerk, slug)
    assert done.status_code == 302, text_of(done)
    stub = text_of(clerk.get(done["Location"]))
    assert "Aduan diserahkan langsung ke Dinas Perhubungan" in stub
    assert "dialihkan ke Dinas Perhubungan" in stub
    assert "Siti" not in stub
    row = Handover.objects.get()
    assert (row.state, row.direct, row.from_office, row.to_office) == ("delivered", True, sender, receiver)
    assert row.decided_by_id is None, "nobody of the desk has decided"
    assert CaseIndex.objects.get().office == receiver
    with inside(sender):
        assert not Reporter.objects.exists()
    assert not GovernmentWork.objects.exists(), "the desk has nothing to do with it"
    assert not CentralMessage.objects.filter(kind="desk_work").exists()

    story = text_of(tracked(receiver, code))
    with inside(receiver):
        there = Complaint.objects.get()
        told = [m.subject for m in Message.objects.filter(to_reporter=True, kind="notice").order_by("id")]
    assert told[-1] == "Laporan Anda kini ditangani " + receiver.name
    assert not any("diserahkan ke pemerintah daerah" in subject for subject in told)
    for words in (
        f"{sender.name} menyerahkan laporan langsung kepada instansi yang berwenang.",
        REASON,
        f"Laporan kini ditangani {receiver.name} dengan nomor {there.number}.",
    ):
        assert words in story, words
    operator = cast.member(receiver, "operator")
    assert "Siti Aminah" in text_of(page_of(operator, slug))
    assert number in text_of(page_of(operator, slug))
    step(operator, slug, "accept_handover")
    row.refresh_from_db()
    assert (row.state, row.how) == ("accepted", "accept_handover")


def test_the_region_decides_there_and_here_and_goes_along(
    sender: Office, receiver: Office, clerk: Player, cast: Cast
) -> None:
    """A rule by region names the office, another one the unit at that office, and "why here" says which."""
    south = {"field": "region", "value": ["32.09.38"]}
    name_office(cast, sender, receiver.code, south)
    with inside(receiver):
        unit = Unit.objects.filter(is_active=True).order_by("pk").last()
        assert unit is not None
    here = {"code": "selatan", "why": "Wilayah selatan", "when": [south], "target": {"unit": unit.code}}
    rule_with(cast, receiver, here)
    slugs = []
    for region in ("32.09.12.2001", "32.09.38.2005"):
        number, _code, slug = reported(sender)
        with inside(sender):
            Complaint.objects.filter(number=number).update(region=region)
        slugs.append(slug)
    assert "Serahkan langsung" not in text_of(page_of(clerk, slugs[0]))
    assert "Serahkan langsung ke Dinas Perhubungan" in text_of(page_of(clerk, slugs[1]))
    done = hand(clerk, slugs[1])
    assert done.status_code == 302, text_of(done)
    with inside(sender):
        assert Complaint.objects.get(uid=UUID(slugs[1])).region == ""
    with inside(receiver):
        there = Complaint.objects.get()
        assert there.region == "32.09.38.2005"
        assert there.unit == unit
    words = text_of(page_of(cast.member(receiver, "operator"), slugs[1]))
    why = words.split("Mengapa di sini?")[1][:300]
    assert "Wilayah selatan" in why
    assert unit.name in why
    assert "Urusan kota" not in why, "the rule of the office that had it before"


def test_a_rule_that_is_broken_at_the_arrival_raises_an_alert(
    sender: Office, receiver: Office, clerk: Player, cast: Cast
) -> None:
    name_office(cast, sender, receiver.code)
    with inside(receiver):
        unit = Unit.objects.filter(is_active=True).order_by("pk").last()
        assert unit is not None
    rule_with(cast, receiver, {"code": "unit", "why": "Satu", "when": [ALL], "target": {"unit": unit.code}})
    with inside(receiver):
        Unit.objects.filter(pk=unit.pk).update(is_active=False)
    Alarm.objects.filter(office=receiver, kind=STAFF_ALARM).delete()
    slug = reported(sender)[2]
    assert hand(clerk, slug).status_code == 302
    assert Alarm.objects.filter(office=receiver, kind=STAFF_ALARM, key=STAFF_CHANGED).exists()


@pytest.mark.usefixtures("routed")
def test_what_comes_back_goes_to_the_sender_until_only_the_desk_decides(
    sender: Office, receiver: Office, clerk: Player, cast: Cast
) -> None:
    _number, code, slug = reported(sender)
    hand(clerk, slug)
    operator = cast.member(receiver, "operator")
    step(operator, slug, "return_handover", reason="Bukan lampu lalu lintas.")
    first, second = Handover.objects.order_by("id")
    assert (first.state, first.how) == ("returned", "return_handover")
    assert (second.state, second.direct, second.hop, second.to_office) == ("delivered", True, 1, sender)
    assert "Siti Aminah" in text_of(page_of(clerk, slug)), "it is home again, whole"
    assert "Bukan lampu lalu lintas." in text_of(page_of(clerk, slug)), "with the reason for the staff"
    assert "Bukan lampu lalu lintas." not in text_of(tracked(sender, code))
    assert GovernmentWork.objects.count() == 0

    page = page_of(clerk, slug)
    assert path_of(slug) not in page.content.decode()
    assert "hanya meja pusat yang memutuskan" in text_of(page)
    refused = clerk.get(path_of(slug))
    assert refused.status_code == 409
    assert "hanya meja pusat yang memutuskan" in text_of(refused)
    step(clerk, slug, "return_handover", reason="Tetap bukan urusan kami.")
    assert Handover.objects.get(state="waiting").from_office == sender
    assert len(queued(cast.desk(sender.government, "central_admin"))) == 1


@pytest.mark.usefixtures("routed")
def test_a_second_click_hands_it_over_once_and_a_stale_page_says_so(
    sender: Office, receiver: Office, clerk: Player
) -> None:
    slug = reported(sender)[2]
    first, other = (clerk.get(path_of(slug)) for _ in range(2))
    assert hand(clerk, slug, first).status_code == 302
    again = hand(clerk, slug, first)
    assert again.status_code == 302
    late = hand(clerk, slug, other)
    assert late.status_code == 409
    assert "sudah dialihkan" in text_of(late)
    assert REASON in late.content.decode(), "nothing typed is lost"
    assert Handover.objects.count() == 1
    with inside(receiver):
        assert Complaint.objects.count() == 1


@pytest.mark.usefixtures("routed")
def test_a_page_from_before_it_came_back_hands_nothing_over(
    sender: Office, receiver: Office, clerk: Player, cast: Cast
) -> None:
    """It was sent once; what it did has been undone since."""
    slug = reported(sender)[2]
    kept = clerk.get(path_of(slug))
    hand(clerk, slug, kept)
    step(cast.member(receiver, "operator"), slug, "return_handover", reason="Bukan urusan kami.")
    late = hand(clerk, slug, kept)
    assert late.status_code == 409
    assert "sudah pernah dikirim" in text_of(late)
    assert REASON in late.content.decode()
    other = reported(sender)[2]
    page = clerk.get(path_of(other))
    mixed = {**filled(page, reason=REASON), "kunci": filled(kept)["kunci"]}
    assert clerk.post(path_of(other), mixed).status_code == 409, "nor does its key do anything else"
    assert CaseIndex.objects.filter(office=sender).count() == 2


@pytest.mark.usefixtures("routed")
def test_a_page_that_somebody_else_overtook_comes_back_with_what_was_typed(
    sender: Office, clerk: Player
) -> None:
    slug = reported(sender)[2]
    page = clerk.get(path_of(slug))
    step(clerk, slug, "note", note="Sudah saya telepon.")
    late = hand(clerk, slug, page)
    assert late.status_code == 409
    assert "Aduan ini baru saja berubah" in text_of(late)
    assert REASON in late.content.decode()
    assert not Handover.objects.exists()


@pytest.mark.usefixtures("routed")
def test_the_reason_is_obligatory_and_only_who_may_hand_up_may(
    sender: Office, clerk: Player, cast: Cast
) -> None:
    slug = reported(sender)[2]
    empty = hand(clerk, slug, reason="")
    assert empty.status_code == 422
    head = cast.member(sender, "district_head")
    assert head.get(path_of(slug)).status_code == 409
    posted = head.post(path_of(slug), {"kunci": uuid4().hex, "versi": "1", "isi-reason": REASON})
    assert posted.status_code == 403
    assert not Handover.objects.exists()


def test_without_the_governments_leave_there_is_no_such_way(
    sender: Office, receiver: Office, clerk: Player, cast: Cast
) -> None:
    name_office(cast, sender, receiver.code)
    slug = reported(sender)[2]
    page = clerk.get(path_of(slug))
    Government.objects.update(direct_handover=False)
    assert path_of(slug) not in page_of(clerk, slug).content.decode()
    assert clerk.get(path_of(slug)).status_code == 403
    late = hand(clerk, slug, page)
    assert late.status_code == 403
    assert "tidak mengizinkan penyerahan langsung" in text_of(late)
    assert "main/hand_up" in offered(clerk, slug), "the desk's way stays open"


def test_routing_that_names_no_office_leaves_it_to_the_desk(
    sender: Office, receiver: Office, clerk: Player
) -> None:
    slug = reported(sender)[2]
    assert path_of(slug) not in page_of(clerk, slug).content.decode()
    refused = clerk.get(path_of(slug))
    assert refused.status_code == 409
    assert "tidak menunjuk instansi lain" in text_of(refused)


@pytest.mark.usefixtures("routed")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": Office.Status.SUSPENDED}, "sedang tidak berjalan"),
        ({"government": "jenawi"}, "bukan bagian dari pemerintah daerah ini"),
    ],
)
def test_an_office_that_is_halted_or_not_the_governments_gets_nothing(
    sender: Office, receiver: Office, clerk: Player, change: dict[str, Any], words: str
) -> None:
    slug = reported(sender)[2]
    page = clerk.get(path_of(slug))
    if "government" in change:
        change = {"government": Office.objects.get(code=change["government"]).government}
    Office.objects.filter(pk=receiver.pk).update(**change)
    assert path_of(slug) not in page_of(clerk, slug).content.decode()
    refused = hand(clerk, slug, page)
    assert refused.status_code in (409, 422)
    assert words in text_of(refused)
    assert REASON in refused.content.decode()
    assert not Handover.objects.exists()
    with inside(sender):
        assert Reporter.objects.exists()


@pytest.mark.usefixtures("routed")
def test_what_cannot_go_back_to_the_sender_goes_to_the_desk(
    sender: Office, receiver: Office, clerk: Player, cast: Cast
) -> None:
    slug = reported(sender)[2]
    hand(clerk, slug)
    Office.objects.filter(pk=sender.pk).update(status=Office.Status.SUSPENDED)
    step(cast.member(receiver, "operator"), slug, "return_handover", reason="Bukan urusan kami.")
    assert Handover.objects.get(state="waiting").from_office == receiver


@pytest.mark.usefixtures("_some_database")
def test_where_the_sop_demands_it_the_reporter_must_agree(cast: Cast) -> None:
    here, there = (Office.objects.get(code=code) for code in ("triharjo", "greged"))
    Office.objects.filter(pk=there.pk).update(government=here.government_id)
    Government.objects.filter(pk=here.government_id).update(direct_handover=True)
    name_office(cast, here, there.code)
    clerk = cast.member(here, "information_officer")
    number, _code = Citizen(host_of(here)).report(category="not_answered")
    slug = slug_of(here, number)
    step(clerk, slug, "accept_complete")
    without = hand(clerk, slug)
    assert without.status_code == 422
    assert "Pelapor menyetujui penyerahan ini" in text_of(without)
    assert hand(clerk, slug, consent="on").status_code == 302


@pytest.mark.usefixtures("routed")
def test_an_office_is_not_sent_its_own_complaints(
    sender: Office, receiver: Office, clerk: Player, cast: Cast
) -> None:
    """Rules that name the office itself, as those do that were copied from a neighbour."""
    slug = reported(sender)[2]
    page = clerk.get(path_of(slug))
    with inside(sender):
        newest = SettingsVersion.objects.order_by("-number")[0]
        rule = {**newest.document["routing"][0], "target": {"office": sender.code}}
        document = {**newest.document, "routing": [rule]}
        number, digest = newest.number + 1, digest_of(document)
        SettingsVersion.objects.create(number=number, document=document, digest=digest)
    assert path_of(slug) not in page_of(clerk, slug).content.decode()
    refused = hand(clerk, slug, page)
    assert refused.status_code in (409, 422)
    assert "menunjuk instansi ini sendiri" in text_of(refused)
    assert REASON in refused.content.decode()
    assert not Handover.objects.exists()


@pytest.mark.usefixtures("routed")
def test_a_second_click_on_the_way_back_gives_it_back_once(
    sender: Office, receiver: Office, clerk: Player, cast: Cast
) -> None:
    slug = reported(sender)[2]
    hand(clerk, slug)
    operator = cast.member(receiver, "operator")
    path = step_path(slug, "return_handover")
    page = operator.get(path)
    data = {"versi": version_on(page), "isi-reason": "Bukan urusan kami."}
    assert operator.post(path, data).status_code == 302
    again = operator.post(path, data)
    assert again.status_code == 409
    assert "Bukan urusan kami." in text_of(again), "nothing typed is lost"
    assert [row.state for row in Handover.objects.order_by("id")] == ["returned", "delivered"]
    with inside(sender):
        assert Reporter.objects.count() == 1
