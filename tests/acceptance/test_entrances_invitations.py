"""A sign-up link lets one person in, once, within 72 hours, on the host where they will work."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from central.accounts.models import User
from central.delivery.models import CentralMessage
from central.offices.access import office as inside
from central.offices.models import GovernmentMember
from central.onboarding import services
from central.onboarding.models import Invitation
from tenants.organization.models import Member
from tests.acceptance.entrance_steps import (
    CIREBON,
    GREGED,
    PASSWORD,
    PLATFORM,
    at,
    code,
    pair,
    path,
    person,
    text,
)

Kind = Invitation.Kind
ANSWERS = {"name": "Siti Aminah", "password": PASSWORD, "again": PASSWORD}


def page_of(link: str) -> str:
    return link.partition(":8000")[2]


@pytest.fixture
def link(office_a):
    return services.invite(Kind.OFFICE_ADMIN, "Camat@Contoh.id", office=office_a)


def test_the_link_leads_to_the_host_where_the_person_will_work(office_a, government, link):
    assert link.startswith("http://greged.localhost:8000/undangan/")
    desk = services.invite(Kind.GOVERNMENT_ADMIN, "admin@contoh.id", government=government)
    assert desk.startswith("http://cirebon.localhost:8000/undangan/")


def test_only_a_digest_of_the_token_is_stored_and_the_mail_says_what_to_do(link):
    token = link.rstrip("/").rpartition("/")[2]
    stored = Invitation.objects.get()
    assert token not in str(vars(stored))
    mail = CentralMessage.objects.get(recipient="camat@contoh.id")
    assert link in mail.body
    assert "72 jam" in mail.body
    assert "Kecamatan Greged" in mail.subject


def test_an_office_admin_comes_in_sets_the_second_factor_up_and_works(real_commits, link):
    client = at(GREGED)
    page = client.get(page_of(link))
    assert "camat@contoh.id" in text(page)
    response = client.post(page_of(link), ANSWERS)
    assert path(response) == "/akun/2fa/totp/activate/"
    assert path(client.get("/kantor/")) == "/akun/2fa/totp/activate/"
    secret = client.get(response["Location"]).context["form"].secret  # no password is asked for once more
    client.post("/akun/2fa/totp/activate/", {"code": code(secret)})
    assert client.get("/kantor/").status_code == 200


def test_the_new_admin_is_an_admin_of_that_office_and_of_no_other(office_a, office_b, link):
    at(GREGED).post(page_of(link), ANSWERS)
    user = User.objects.get(email="camat@contoh.id")
    with inside(office_a):
        found = Member.objects.get(user_id=user.pk)
        assert (found.is_admin, found.name) == (True, "Siti Aminah")
    with inside(office_b):
        assert not Member.objects.filter(user_id=user.pk).exists()


def test_an_invited_member_gets_the_row_that_the_admin_made(office_a):
    with inside(office_a):
        waiting = Member.objects.create(name="Calon", email="baru@contoh.id")
        link = services.invite(Kind.OFFICE_MEMBER, "baru@contoh.id", office=office_a, member_id=waiting.pk)
    response = at(GREGED).post(page_of(link), ANSWERS)
    assert path(response) == "/kantor/"
    user = User.objects.get(email="baru@contoh.id")
    with inside(office_a):
        waiting.refresh_from_db()
        assert waiting.user_id == user.pk
        assert not waiting.is_admin


def test_who_is_an_admin_no_longer_does_not_become_one_by_an_older_invitation(office_a):
    with inside(office_a):
        waiting = Member.objects.create(name="Calon", email="baru@contoh.id", is_admin=True)
        link = services.invite(Kind.OFFICE_ADMIN, "baru@contoh.id", office=office_a, member_id=waiting.pk)
        Member.objects.filter(pk=waiting.pk).update(is_admin=False)
    at(GREGED).post(page_of(link), ANSWERS)
    with inside(office_a):
        waiting.refresh_from_db()
        assert waiting.user_id is not None
        assert not waiting.is_admin


def test_a_member_taken_out_before_accepting_is_told_so_and_no_account_is_left(office_a):
    with inside(office_a):
        waiting = Member.objects.create(name="Calon", email="baru@contoh.id")
        link = services.invite(Kind.OFFICE_MEMBER, "baru@contoh.id", office=office_a, member_id=waiting.pk)
        Member.objects.filter(pk=waiting.pk).update(is_active=False)
    response = at(GREGED).post(page_of(link), ANSWERS)
    assert response.status_code == 410
    assert "sudah tidak berlaku" in text(response)
    assert not User.objects.filter(email="baru@contoh.id").exists()
    assert Invitation.objects.get().used_at is None


def test_desk_staff_are_invited_with_their_role(government):
    link = services.invite(
        Kind.GOVERNMENT_MEMBER, "redaktur@contoh.id", government=government, role="redaktur"
    )
    response = at(CIREBON).post(page_of(link), ANSWERS)
    assert path(response) == "/akun/2fa/totp/activate/"
    role = GovernmentMember.objects.get(user__email="redaktur@contoh.id")
    assert (role.role, role.government) == ("redaktur", government)


def test_who_has_an_account_shows_its_password_and_keeps_it(office_a, link):
    user = person("camat@contoh.id", "Camat Lama", "kata-sandi-lama-1")
    client = at(GREGED)
    assert "sudah punya akun" in text(client.get(page_of(link)))
    wrong = client.post(page_of(link), {**ANSWERS, "password": "salah-sekali-1"})
    assert "Kata sandi salah" in text(wrong)
    assert path(client.post(page_of(link), {"password": "kata-sandi-lama-1"})) == "/akun/2fa/totp/activate/"
    user.refresh_from_db()
    assert user.check_password("kata-sandi-lama-1")
    assert user.name == "Camat Lama"


def test_who_has_a_second_factor_is_asked_for_it(office_a, link):
    user = person("camat@contoh.id")
    pair(user)
    client = at(GREGED)
    assert path(client.post(page_of(link), {"password": PASSWORD})) == "/akun/2fa/authenticate/"
    assert path(client.get("/kantor/")) == "/akun/login/"
    client.post("/akun/2fa/authenticate/", {"code": code()})
    assert client.get("/kantor/").status_code == 200


def test_the_platforms_host_and_a_wrong_host_send_on_to_the_right_one(link, office_b):
    for host in (PLATFORM, "jenawi.localhost", CIREBON):
        response = at(host).get(page_of(link))
        assert response["Location"] == link, host


def test_a_link_works_once(link):
    at(GREGED).post(page_of(link), ANSWERS)
    again = at(GREGED).get(page_of(link))
    assert again.status_code == 410
    assert "sudah dipakai" in text(again)
    assert "/akun/login/" in text(again)


def test_a_link_ends_after_72_hours(link):
    with time_machine.travel(timezone.now() + timedelta(hours=72, seconds=1), tick=False):
        late = at(GREGED).get(page_of(link))
    assert late.status_code == 410
    assert "72 jam" in text(late)
    with time_machine.travel(timezone.now() + timedelta(hours=71, minutes=59), tick=False):
        assert at(GREGED).get(page_of(link)).status_code == 200


def test_a_newer_link_ends_the_older_one(office_a, link):
    newer = services.invite(Kind.OFFICE_ADMIN, "camat@contoh.id", office=office_a)
    assert at(GREGED).get(page_of(link)).status_code == 410
    assert at(GREGED).get(page_of(newer)).status_code == 200


def test_an_unknown_link_says_what_to_do(office_a):
    page = at(GREGED).get("/undangan/tidak-ada/")
    assert page.status_code == 404
    assert "minta undangan baru" in text(page)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"again": "lain-sama-sekali-9"}, "Kata sandi tidak sama"),
        ({"password": "pendek", "again": "pendek"}, "Kata sandi terlalu pendek"),
        ({"password": "password12", "again": "password12"}, "terlalu umum"),
        ({"name": ""}, "Isi nama lengkap"),
    ],
)
def test_what_is_wrong_is_said_and_the_name_is_kept(link, change, words):
    page = at(GREGED).post(page_of(link), {**ANSWERS, **change})
    assert words.lower() in text(page).lower()
    if "name" not in change:
        assert "Siti Aminah" in text(page)
    assert not User.objects.filter(email="camat@contoh.id").exists()


def test_two_at_once_make_one_person(real_commits, office_a, link):
    token = link.rstrip("/").rpartition("/")[2]
    start, results = Barrier(2), []

    def accept(name):
        try:
            start.wait(10)
            services.accept(token, name=name, password=PASSWORD)
            results.append("in")
        except services.InvitationProblem as problem:
            results.append(problem.code)
        finally:
            connection.close()

    both = [Thread(target=accept, args=(name,)) for name in ("Satu", "Dua")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(20)
    assert sorted(results) == ["in", "used"]
    user = User.objects.get(email="camat@contoh.id")
    with inside(office_a):
        assert Member.objects.filter(user_id=user.pk).count() == 1
