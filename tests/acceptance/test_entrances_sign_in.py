"""Staff sign in on their office's host, government staff on their government's; the second factor holds the
door.
"""

from __future__ import annotations

import logging

import pytest

from central.accounts.models import User
from central.delivery.models import CentralMessage
from central.onboarding.models import Invitation
from central.onboarding.services import invite
from tests.acceptance.entrance_steps import (
    CIREBON,
    GREGED,
    JENAWI,
    PASSWORD,
    at,
    code,
    desk_member,
    member,
    pair,
    path,
    person,
    sign_in,
    sign_in_with_code,
    text,
)


@pytest.fixture
def petugas(office_a):
    user = person("petugas@contoh.id", "Petugas Greged")
    member(office_a, user)
    return user


@pytest.fixture
def admin(office_a):
    user = person("admin@contoh.id", "Admin Greged")
    member(office_a, user, is_admin=True)
    return user


@pytest.fixture
def redaktur(government):
    user = person("redaktur@contoh.id", "Redaktur")
    desk_member(government, user, "redaktur")
    return user


def test_staff_sign_in_by_email_in_any_case_and_come_to_the_portal(petugas):
    client = at(GREGED)
    response = client.post("/akun/login/", {"login": " Petugas@CONTOH.id", "password": PASSWORD})
    assert path(response) == "/kantor/"
    assert client.get("/kantor/").status_code == 200


def test_the_portal_sends_who_is_not_signed_in_to_the_sign_in_page_and_back(petugas):
    client = at(GREGED)
    response = client.get("/kantor/?q=lampu")
    assert response["Location"] == "/akun/login/?next=/kantor/%3Fq%3Dlampu"
    response = client.post(response["Location"], {"login": petugas.email, "password": PASSWORD})
    assert response["Location"] == "/kantor/?q=lampu"


def test_who_was_writing_when_the_session_ended_gets_the_words_back(office_a):
    client = at(GREGED)
    note = "/kantor/aduan/" + "0" * 32 + "/tindakan/main/note/"
    answer = client.post(note, {"isi-note": "Jalan <b>ini</b> sudah saya lihat.", "versi": "3"})
    assert answer.status_code == 403
    body = answer.content.decode()
    assert "Jalan &lt;b&gt;ini&lt;/b&gt; sudah saya lihat." in body
    assert f'href="/akun/login/?next={note}"' in body
    nothing_typed = client.post(note, {"versi": "3"})
    assert path(nothing_typed) == "/akun/login/"


def test_masuk_leads_to_the_sign_in_page_and_then_to_work(petugas):
    client = at(GREGED)
    assert path(client.get("/masuk/")) == "/akun/login/"
    sign_in(client, petugas)
    assert path(client.get("/masuk/")) == "/kantor/"


def test_nobody_signs_up_by_themselves(office_a):
    client = at(GREGED)
    assert client.get("/akun/signup/").status_code == 404
    assert client.get("/akun/email/").status_code == 404
    assert "signup" not in text(client.get("/akun/login/"))


def test_a_wrong_password_and_an_unknown_address_get_the_same_words(petugas):
    wrong = at(GREGED).post("/akun/login/", {"login": petugas.email, "password": "salah-sekali-1"})
    unknown = at(GREGED).post("/akun/login/", {"login": "tiada@contoh.id", "password": "salah-sekali-1"})
    words = "Alamat surel atau kata sandi tidak cocok"
    assert words in text(wrong)
    assert words in text(unknown)


def test_guessing_is_slowed_down_across_the_hosts_of_all_offices(petugas, office_b):
    first, second = at(GREGED), at(JENAWI)
    for number in range(5):
        client = first if number % 2 else second
        client.post("/akun/login/", {"login": petugas.email, "password": f"salah-{number}"})
    response = second.post("/akun/login/", {"login": petugas.email, "password": PASSWORD})
    assert "Terlalu banyak percobaan" in text(response)


def test_a_person_who_is_no_member_here_gets_a_page_that_says_so_and_no_loop(petugas, office_b):
    client = at(JENAWI)
    assert path(sign_in(client, petugas)) == "/kantor/"
    response = client.get("/kantor/", follow=True)
    assert response.status_code == 403
    assert len(response.redirect_chain) == 1
    assert "Anda tidak bertugas di sini" in text(response)
    assert petugas.email in text(response)


def test_that_page_names_the_places_where_the_account_works(office_a, office_b):
    link = invite(Invitation.Kind.OFFICE_MEMBER, "petugas@contoh.id", office=office_a)
    page = link.partition(":8000")[2]
    at(GREGED).post(page, {"name": "Petugas", "password": PASSWORD, "again": PASSWORD})
    client = at(JENAWI)
    sign_in(client, User.objects.get(email="petugas@contoh.id"))
    response = client.get("/kantor/", follow=True)
    assert 'href="http://greged.localhost:8000/kantor/"' in text(response)


def test_who_left_the_office_is_no_member_any_more(petugas, office_a):
    from central.offices.access import office as inside
    from tenants.organization.models import Member

    client = at(GREGED)
    sign_in(client, petugas)
    assert client.get("/kantor/").status_code == 200
    with inside(office_a):
        Member.objects.filter(user_id=petugas.pk).update(is_active=False)
    assert "Anda tidak bertugas di sini" in text(client.get("/kantor/", follow=True))


def test_a_session_of_one_office_says_nothing_to_its_neighbour(petugas, office_b):
    client = at(GREGED)
    sign_in(client, petugas)
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    assert all(not morsel["domain"] for morsel in client.cookies.values())
    neighbour = at(JENAWI)
    neighbour.cookies.load(cookies)
    # Even a stolen cookie opens nothing: membership is asked for on every entry.
    assert neighbour.get("/kantor/", follow=True).status_code == 403


# --- the second factor --------------------------------------------------------------------------------------


def test_an_admin_without_second_factor_is_sent_to_its_set_up_from_every_portal_page(admin):
    client = at(GREGED)
    sign_in(client, admin)
    for page in ("/kantor/", "/kantor/register/", "/kantor/atur/"):
        assert path(client.get(page)) == "/akun/2fa/totp/activate/", page
        assert path(client.post(page)) == "/akun/2fa/totp/activate/", page


def test_setting_the_second_factor_up_opens_the_portal_and_gives_recovery_codes(real_commits, admin):
    client = at(GREGED)
    sign_in(client, admin)
    page = client.get("/kantor/", follow=True)
    assert "Kembali ke pekerjaan" not in text(page), "the work leads back here until the app is paired"
    assert 'action="/akun/2fa/totp/activate/?next=/kantor/"' in page.content.decode()
    secret = page.context["form"].secret
    response = client.post("/akun/2fa/totp/activate/?next=/kantor/", {"code": code(secret)}, follow=True)
    assert len(response.context["unused_codes"]) == 10
    assert "Kode yang lama" not in text(response)
    assert '<a href="/kantor/">Selesai</a>' in response.content.decode()
    assert client.get("/kantor/").status_code == 200


def test_the_secret_is_not_readable_in_the_database(admin):
    authenticator = pair(admin, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    assert "JBSWY3DP" not in str(authenticator.data)


def test_an_admin_with_second_factor_signs_in_with_a_code(admin):
    pair(admin)
    client = at(GREGED)
    assert path(sign_in(client, admin)) == "/akun/2fa/authenticate/"
    assert path(client.get("/kantor/")) == "/akun/login/"
    assert "Kode itu salah" in text(client.post("/akun/2fa/authenticate/", {"code": "000000"}))
    assert path(client.post("/akun/2fa/authenticate/", {"code": code()})) == "/kantor/"
    assert client.get("/kantor/").status_code == 200


def test_a_code_is_good_for_once(admin):
    pair(admin)
    first, second = at(GREGED), at(GREGED)
    assert path(sign_in_with_code(first, admin)) == "/kantor/"
    sign_in(second, admin)
    assert "Kode itu salah" in text(second.post("/akun/2fa/authenticate/", {"code": code()}))


def test_a_recovery_code_opens_once(admin):
    authenticator = pair(admin)
    recovery = authenticator.user.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()[0]
    client = at(GREGED)
    sign_in(client, admin)
    assert path(client.post("/akun/2fa/authenticate/", {"code": recovery})) == "/kantor/"
    again = at(GREGED)
    sign_in(again, admin)
    assert again.post("/akun/2fa/authenticate/", {"code": recovery}).status_code == 200


def test_a_session_from_before_the_second_factor_is_asked_for_a_code(admin):
    client = at(GREGED)
    sign_in(client, admin)
    pair(admin)  # set up in another browser
    response = client.get("/kantor/")
    assert path(response) == "/akun/2fa/reauthenticate/"
    assert path(client.post(response["Location"], {"code": code()})) == "/kantor/"
    assert client.get("/kantor/").status_code == 200


def test_an_admin_cannot_switch_the_second_factor_off(admin):
    pair(admin)
    client = at(GREGED)
    sign_in_with_code(client, admin)
    page = client.get("/akun/2fa/totp/deactivate/")
    assert "wajib untuk tugas Anda" in text(page)
    client.post("/akun/2fa/totp/deactivate/")
    assert admin.authenticator_set.filter(type="totp").exists()


def test_a_member_may_set_it_up_but_need_not_and_may_switch_it_off(petugas):
    client = at(GREGED)
    sign_in(client, petugas)
    assert client.get("/kantor/").status_code == 200
    secret = client.get("/akun/2fa/totp/activate/").context["form"].secret
    client.post("/akun/2fa/totp/activate/", {"code": code(secret)})
    assert petugas.authenticator_set.filter(type="totp").exists()
    client.post("/akun/2fa/totp/deactivate/")
    assert not petugas.authenticator_set.filter(type="totp").exists()


def test_who_becomes_admin_after_switching_it_off_must_set_it_up_again(petugas, office_a):
    from central.offices.access import office as inside
    from tenants.organization.models import Member

    pair(petugas)
    client = at(GREGED)
    sign_in_with_code(client, petugas)
    client.post("/akun/2fa/totp/deactivate/")
    with inside(office_a):
        Member.objects.filter(user_id=petugas.pk).update(is_admin=True)
    assert path(client.get("/kantor/")) == "/akun/2fa/totp/activate/"


def test_for_the_api_an_admins_session_without_second_factor_is_nobodys(admin):
    client = at(GREGED)
    sign_in(client, admin)
    assert client.get("/api/v1/work/").status_code in (401, 403)
    assert client.get("/api/v1/categories/").status_code == 200


def test_government_staff_come_to_the_desk_with_a_code_only(redaktur):
    client = at(CIREBON)
    assert path(sign_in(client, redaktur)) == "/meja/"
    assert path(client.get("/meja/")) == "/akun/2fa/totp/activate/"
    pair(redaktur)
    other = at(CIREBON)
    assert path(sign_in_with_code(other, redaktur)) == "/meja/"
    assert other.get("/meja/").status_code == 200


def test_office_staff_do_not_get_to_the_desk(petugas, government):
    client = at(CIREBON)
    sign_in(client, petugas)
    response = client.get("/meja/")
    assert response.status_code == 403
    assert "Anda tidak bertugas di sini" in text(response)


def test_government_staff_are_no_members_of_its_offices(redaktur):
    pair(redaktur)
    client = at(GREGED)
    sign_in_with_code(client, redaktur)
    assert "Anda tidak bertugas di sini" in text(client.get("/kantor/", follow=True))


# --- password, log ------------------------------------------------------------------------------------------


def test_a_forgotten_password_is_replaced_by_a_link_in_a_mail(petugas):
    client = at(GREGED)
    client.post(
        "/akun/password/reset/", {"email": "PETUGAS@contoh.id"}, HTTP_HOST=f"{GREGED.split(':')[0]}:6666"
    )
    mail = CentralMessage.objects.get(recipient=petugas.email)
    link = next(word for word in mail.body.split() if "/password/reset/key/" in word)
    assert link.startswith("http://greged.localhost:8000/")
    page = client.get(link.partition(":8000")[2], follow=True)
    client.post(page.request["PATH_INFO"], {"password1": "lumbung-padi-88", "password2": "lumbung-padi-88"})
    assert path(sign_in(at(GREGED), petugas, "lumbung-padi-88")) == "/kantor/"


def test_asking_for_a_link_never_tells_whether_the_address_is_known(petugas):
    known = at(GREGED).post("/akun/password/reset/", {"email": petugas.email})
    unknown = at(GREGED).post("/akun/password/reset/", {"email": "tiada@contoh.id"})
    assert (known.status_code, path(known)) == (unknown.status_code, path(unknown))
    assert not CentralMessage.objects.filter(recipient="tiada@contoh.id").exists()


def test_the_log_tells_of_sign_ins_without_addresses_and_passwords(petugas, caplog):
    with caplog.at_level(logging.INFO, logger="tanggap.audit"):
        client = at(GREGED)
        sign_in(client, petugas, "salah-sekali-1")
        sign_in(client, petugas)
        client.post("/akun/logout/")
    acts = [record.getMessage().split()[0] for record in caplog.records]
    assert acts == ["signin-failed", "signin", "signout"]
    assert "petugas@" not in caplog.text
    assert "salah-sekali" not in caplog.text
    assert f"user={petugas.pk}" in caplog.text
    assert "host=greged.localhost" in caplog.text


# --- API tokens ---------------------------------------------------------------------------------------------


def test_a_token_is_shown_once_and_can_be_taken_back(petugas):
    from central.accounts.models import ApiToken

    client = at(GREGED)
    sign_in(client, petugas)
    page = client.post("/akun/token/", {"name": "Aplikasi lapangan", "lifetime": "30"})
    secret = page.context["secret"]
    assert secret.startswith("tgp_")
    assert secret in text(page)
    assert secret not in text(client.get("/akun/token/"))
    token = ApiToken.objects.get()
    assert secret not in token.digest
    client.post(f"/akun/token/{token.pk}/cabut/")
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_nobody_takes_back_somebody_elses_token(petugas, admin, office_a):
    from central.accounts.services import create_token

    token, _secret = create_token(admin, office_a, "Milik admin")
    client = at(GREGED)
    sign_in(client, petugas)
    client.post(f"/akun/token/{token.pk}/cabut/")
    token.refresh_from_db()
    assert token.revoked_at is None


def test_another_password_ends_the_tokens(petugas, office_a):
    from central.accounts.services import create_token

    token, _secret = create_token(petugas, office_a, "Aplikasi lapangan")
    client = at(GREGED)
    sign_in(client, petugas)
    new = "payung-biru-dua-belas"
    client.post("/akun/password/change/", {"oldpassword": "salah", "password1": new, "password2": new})
    token.refresh_from_db()
    assert token.revoked_at is None
    client.post("/akun/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_an_admin_makes_a_token_only_after_the_second_factor(admin):
    client = at(GREGED)
    sign_in(client, admin)
    assert path(client.get("/akun/token/")) == "/akun/2fa/totp/activate/"


def test_a_stranger_to_the_office_makes_no_token_there(petugas, office_b):
    client = at(JENAWI)
    sign_in(client, petugas)
    assert client.post("/akun/token/", {"name": "x", "lifetime": "30"}).status_code == 403


def test_too_many_sign_ins_from_one_address_get_a_page_in_plain_words(petugas):
    client = at(GREGED)
    for _ in range(30):
        client.post("/akun/login/", {"login": "tiada@contoh.id", "password": "x"})
    page = client.post("/akun/login/", {"login": "tiada@contoh.id", "password": "x"})
    assert page.status_code == 429
    assert 'lang="id"' in text(page)


def test_a_changed_password_is_told_to_its_owner(petugas):
    client = at(GREGED)
    sign_in(client, petugas)
    new = "lumbung-padi-88"
    client.post("/akun/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert CentralMessage.objects.filter(recipient=petugas.email, kind="password_changed").exists()
    assert client.get("/kantor/").status_code == 200
