"""An admin of the desk looks at how an office is set up: with a reason, for a time, told and on record; at
nothing else, and changing nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from central.coordination.models import SupportLook, SupportVisit, SupportVisitEnd
from central.delivery.models import CentralMessage
from central.offices.access import office as inside
from central.offices.models import GovernmentMember, Office
from central.onboarding.models import Invitation
from tenants.organization.models import Member
from tests.acceptance.cast import Cast, Player, host_of
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.entrance_steps import PASSWORD, sign_in
from tests.acceptance.portal_steps import slug_of
from tests.acceptance.visit_steps import HOME, REASON, at_office, begin, nowhere
from tests.acceptance.visit_steps import desk as desk
from tests.acceptance.visit_steps import head as head
from tests.acceptance.visit_steps import now as now
from tests.acceptance.visit_steps import visitor as visitor

# --- beginning ----------------------------------------------------------------------------------------------


def test_the_office_is_told_who_looks_why_and_until_when(
    desk: Player, head: Player, mojokerto: Office, now: datetime
) -> None:
    assert "Mulai kunjungan" in text_of(desk.get("/meja/kunjungan/"))
    assert begin(desk, mojokerto).status_code == 302
    visit = SupportVisit.objects.get()
    assert (visit.user_id, visit.user_name, visit.reason) == (desk.user.pk, desk.user.name, REASON)
    assert (visit.begun_at, visit.until_at) == (now, now + timedelta(minutes=30))
    message = CentralMessage.objects.get(kind="support_visit")
    assert message.recipient == head.user.email
    for words in (desk.user.name, REASON, "Selasa, 4 Maret 2025 pukul 10.30 WIB", mojokerto.name):
        assert words in message.body
    path = re.search(r"https?://([^/:]+)(?::\d+)?(/kantor/\S+)", message.body)
    assert path
    assert path[1] == host_of(mojokerto)
    shown = text_of(head.get(path[2]))
    assert REASON in shown
    assert "Belum ada halaman yang dibuka." in shown
    page = desk.get("/meja/kunjungan/")
    assert f"Anda mengunjungi {mojokerto.name}" in text_of(page)
    assert f"{host_of(mojokerto)}:8000{HOME}" in page.content.decode()


def test_every_admin_of_the_office_is_told_and_nobody_else(
    desk: Player, head: Player, mojokerto: Office, cast: Cast
) -> None:
    cast.member(mojokerto, "operator")
    with inside(mojokerto):
        Member.objects.create(name="Admin Kedua", email="kedua@example.id", is_admin=True)
        Member.objects.create(name="Admin Lama", email="lama@example.id", is_admin=True, is_active=False)
    begin(desk, mojokerto)
    told = CentralMessage.objects.values_list("recipient", flat=True)
    assert set(told) == {head.user.email, "kedua@example.id"}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"reason": ""}, "Alasan"),
        ({"reason": "cek saja"}, "10"),
        ({"reason": "         x          "}, "10"),
        ({"minutes": "240"}, "Lama kunjungan"),
        ({"minutes": ""}, "Lama kunjungan"),
        ({"office": "greged"}, "Instansi"),
        ({"office": "tidak-ada"}, "Instansi"),
    ],
)
def test_without_a_reason_a_time_or_an_office_of_ones_own_none_begins(
    desk: Player, head: Player, mojokerto: Office, wrong: dict[str, str], words: str
) -> None:
    answer = begin(desk, mojokerto, **wrong)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert not SupportVisit.objects.exists()
    assert not CentralMessage.objects.exists()
    typed = {"reason": REASON, **wrong}["reason"].strip()
    assert typed in text_of(answer)


def test_data_of_people_in_the_reason_is_hidden(desk: Player, head: Player, mojokerto: Office) -> None:
    begin(desk, mojokerto, reason="Pelapor 0812-3456-7890, siti@example.org, tidak menerima surel.")
    reason = SupportVisit.objects.get().reason
    assert "[telepon]" in reason
    assert "[surel]" in reason
    assert "0812" not in CentralMessage.objects.get().body


def test_only_the_desks_admins_begin_one(mojokerto: Office, upik: Office, cast: Cast, head: Player) -> None:
    for role in ("central_admin", "editor", "press_coordinator"):
        other = cast.desk(mojokerto.government, role)
        assert other.get("/meja/kunjungan/").status_code == 403
        assert begin(other, mojokerto).status_code == 403
    assert begin(head.at(mojokerto.government), mojokerto).status_code == 403
    foreign = cast.desk(upik.government, "admin")
    assert begin(foreign, mojokerto).status_code == 422
    assert not SupportVisit.objects.exists()


def test_none_begins_where_it_makes_no_sense(
    desk: Player, head: Player, mojokerto: Office, at: Callable[..., datetime]
) -> None:
    begin(desk, mojokerto)
    again = begin(desk, mojokerto)
    assert again.status_code == 422
    assert "masih berlangsung" in text_of(again)
    at("2025-03-04 10:31")
    with inside(mojokerto):
        mine = Member.objects.create(user_id=desk.user.pk, name="Rangkap", email="rangkap@example.id")
    assert "Anda anggota" in text_of(begin(desk, mojokerto))
    with inside(mojokerto):
        Member.objects.filter(pk=mine.pk).update(is_active=False)
        Member.objects.filter(is_admin=True).update(is_active=False)
    assert "belum mempunyai admin" in text_of(begin(desk, mojokerto))
    Office.objects.filter(pk=mojokerto.pk).update(status="suspended")
    assert begin(desk, mojokerto).status_code == 422
    assert SupportVisit.objects.count() == 1


# --- who and when -------------------------------------------------------------------------------------------


def test_it_ends_by_itself_to_the_second(visitor: Player, at: Callable[..., datetime]) -> None:
    at("2025-03-04 10:29:59")
    assert visitor.get(HOME).status_code == 200
    at("2025-03-04 10:30:00")
    assert nowhere(visitor.get(HOME))
    assert nowhere(visitor.post(f"{HOME}unit/", {"name": "Unit Baru"}))
    assert not SupportVisitEnd.objects.exists()
    assert SupportLook.objects.count() == 1


def test_the_visitor_ends_it_by_the_banners_button(
    visitor: Player, desk: Player, head: Player, mojokerto: Office, at: Callable[..., datetime]
) -> None:
    at("2025-03-04 10:10")
    action = re.search(
        r'<form method="post" action="(/kantor/kunjungan/[^"]+)"', visitor.get(HOME).content.decode()
    )
    assert action
    assert nowhere(visitor.post(action[1]))
    assert nowhere(visitor.get(HOME))
    assert nowhere(visitor.post(action[1])), "a second click"
    end = SupportVisitEnd.objects.get()
    assert (end.at, end.by_name) == (at("2025-03-04 10:10"), desk.user.name)
    assert f"diakhiri {desk.user.name}" in text_of(head.get(f"{HOME}kunjungan/"))
    assert begin(desk, mojokerto).status_code == 302, "another can begin at once"


def test_an_admin_of_the_office_ends_it(visitor: Player, head: Player, cast: Cast, mojokerto: Office) -> None:
    path = f"{HOME}kunjungan/{SupportVisit.objects.get().pk}/"
    member = cast.member(mojokerto, "operator")
    assert member.get(path).status_code == 403
    assert member.post(f"{path}akhiri/").status_code == 403
    assert visitor.get(HOME).status_code == 200
    assert "Akhiri kunjungan sekarang" in text_of(head.get(path))
    assert head.post(f"{path}akhiri/")["Location"] == path
    assert nowhere(visitor.get(HOME))
    assert "Akhiri kunjungan sekarang" not in text_of(head.get(path))
    head.post(f"{path}akhiri/")
    assert "Kunjungan ini sudah berakhir." in text_of(head.get(path))
    assert SupportVisitEnd.objects.get().by_name == head.user.name


def test_the_desk_ends_its_own_and_no_other(
    visitor: Player, desk: Player, cast: Cast, mojokerto: Office
) -> None:
    visit = SupportVisit.objects.get()
    other = cast.desk(mojokerto.government, "second")
    GovernmentMember.objects.filter(user=other.user).update(role="admin")
    assert other.post(f"/meja/kunjungan/{visit.pk}/akhiri/").status_code == 404
    assert nowhere(at_office(other, mojokerto).get(HOME)), "the visit is one person's"
    assert desk.post(f"/meja/kunjungan/{visit.pk}/akhiri/").status_code == 302
    assert nowhere(visitor.get(HOME))


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "editor"}])
def test_who_is_no_admin_of_the_desk_any_more_is_out_at_once(visitor: Player, change: dict[str, Any]) -> None:
    assert visitor.get(HOME).status_code == 200
    GovernmentMember.objects.filter(user=visitor.user).update(**change)
    assert nowhere(visitor.get(HOME))
    assert SupportLook.objects.count() == 1


def test_the_lists_do_not_call_running_what_lets_nobody_in(
    visitor: Player, head: Player, cast: Cast, mojokerto: Office
) -> None:
    visit = SupportVisit.objects.get()
    office_list, one = f"{HOME}kunjungan/", f"{HOME}kunjungan/{visit.pk}/"
    other = cast.desk(mojokerto.government, "second")
    GovernmentMember.objects.filter(user=other.user).update(role="admin")
    places = ((head, office_list), (head, one), (other, "/meja/kunjungan/"))
    for person, path in places:
        assert "berlangsung" in text_of(person.get(path))
    GovernmentMember.objects.filter(user=visitor.user).update(is_active=False)
    for person, path in places:
        page = text_of(person.get(path))
        assert "berlangsung" not in page, path
        assert "tertutup: bukan admin meja pusat lagi" in page, path
    assert head.post(f"{one}akhiri/").status_code == 302, "so that it does not go on if they come back"
    assert SupportVisitEnd.objects.exists()
    assert "tertutup" not in text_of(head.get(one))


def test_a_locked_account_is_out_at_once(visitor: Player) -> None:
    visitor.user.is_active = False
    visitor.user.save()
    assert visitor.get(HOME)["Location"].startswith("/akun/login/")


def test_the_second_factor_is_demanded(visitor: Player, desk: Player, mojokerto: Office) -> None:
    hasty = at_office(desk, mojokerto, second_factor=False)
    answer = hasty.get(HOME)
    assert answer.status_code == 302
    assert "/2fa/" in answer["Location"]
    assert not SupportLook.objects.exists()


def test_signing_in_at_the_offices_host_leads_there(desk: Player, head: Player, mojokerto: Office) -> None:
    """The same account, its own password: no link carries anybody from host to host."""
    desk.user.set_password(PASSWORD)
    desk.user.save()
    begin(desk, mojokerto)
    browser = Client(HTTP_HOST=host_of(mojokerto))
    answer = sign_in(browser, desk.user)
    assert answer["Location"] == "/kantor/"
    asked = browser.get(browser.get("/kantor/")["Location"])
    assert asked.status_code in {200, 302}
    assert not SupportLook.objects.exists(), "the second factor comes first"


def test_a_visit_is_to_one_office(visitor: Player, desk: Player, upik: Office, greged: Office) -> None:
    for other in (upik, greged):
        assert nowhere(at_office(desk, other).get(HOME))
    greged.government = desk.user.government_roles.get().government
    greged.save(update_fields=["government"])
    assert nowhere(at_office(desk, greged).get(HOME)), "of the same government, and not visited"


def test_the_session_is_none_for_the_api(visitor: Player, mojokerto: Office) -> None:
    number, _code = Citizen(host_of(mojokerto)).report()
    slug = slug_of(mojokerto, number)
    for path in ("/api/v1/work/", f"/api/v1/cases/{slug}/"):
        assert visitor.get(path).status_code == 401
    assert visitor.get("/akun/token/").status_code in {302, 403}
    assert not SupportLook.objects.exists()


def test_another_office_neither_sees_nor_ends_it(visitor: Player, cast: Cast, upik: Office) -> None:
    other = cast.admin(upik)
    visit = SupportVisit.objects.get()
    assert other.get(f"{HOME}kunjungan/{visit.pk}/").status_code == 404
    assert other.post(f"{HOME}kunjungan/{visit.pk}/akhiri/").status_code == 404
    assert REASON not in text_of(other.get(f"{HOME}kunjungan/"))
    assert visitor.get(HOME).status_code == 200


def test_a_member_of_the_office_stays_a_member(visitor: Player, mojokerto: Office) -> None:
    with inside(mojokerto):
        Member.objects.create(user_id=visitor.user.pk, name="Rangkap", email="rangkap@example.id")
    assert visitor.get("/kantor/").status_code == 200
    assert not SupportLook.objects.exists()
    assert not Invitation.objects.exists()
