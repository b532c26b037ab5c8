"""A request's way into its office and out again, with real commits."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from central.accounts.models import ApiToken, User
from central.offices.access import OfficeAccessError, TransactionLost, office
from central.offices.middleware import host_name
from central.offices.models import Domain, Government, Office
from central.offices.services import (
    add_domain,
    create_office,
    remove_office,
    resume_office,
    suspend_government,
    suspend_office,
)
from central.offices.tokens import digest

from .support import login, names, write

PASSWORD = "benar-benar-rahasia"
ONE_DATABASE = True


@pytest.fixture(autouse=True)
def _test_site(settings: Settings) -> None:
    settings.URLCONFS = dict.fromkeys(settings.URLCONFS, "tests.isolation.site")


def at(host: str, **options: Any) -> Client:
    return Client(headers={"host": host}, **options)


@pytest.fixture
def client_a(office_a: Office) -> Client:
    return at("greged.localhost:8000")


@pytest.fixture
def person(_some_database: None) -> User:
    return User.objects.create_user("petugas@contoh.id", PASSWORD, name="Petugas")


def stored(target: Office) -> list[str]:
    with office(target):
        return names()


class TestHosts:
    @pytest.mark.parametrize(
        ("header", "name"),
        [
            ("greged.localhost", "greged.localhost"),
            ("Greged.LOCALHOST:8000", "greged.localhost"),
            ("greged.localhost.", "greged.localhost"),
            ("127.0.0.1:8000", "127.0.0.1"),
            ("[::1]:8000", "[::1]"),
            ("[::1]", "[::1]"),
        ],
    )
    def test_a_host_is_looked_up_without_its_port_and_in_lower_case(self, header: str, name: str) -> None:
        assert host_name(header) == name

    def test_each_kind_of_host_has_its_urls(
        self, office_a: Office, government: Government, settings: Settings
    ) -> None:
        settings.URLCONFS = {kind: f"config.urls.{kind}" for kind in settings.URLCONFS}
        for host, kind in (
            ("localhost", "platform"),
            ("127.0.0.1:8000", "platform"),
            ("cirebon.localhost", "government"),
            ("greged.localhost", "office"),
        ):
            request = at(host).get("/").wsgi_request
            assert request.site_kind == kind
            assert request.urlconf == f"config.urls.{kind}"
            assert request.office == (office_a if kind == "office" else None)
            expected = None if kind == "platform" else government
            assert request.government == expected

    @pytest.mark.usefixtures("db")
    @pytest.mark.parametrize("host", ["nowhere.localhost", "evil.example", "x_y.localhost", "a" * 300])
    def test_an_unknown_host_gets_a_page_that_helps(self, host: str) -> None:
        answer = at(host).get("/")
        assert answer.status_code == 404
        assert b"http://localhost:8000/" in answer.content

    @pytest.mark.usefixtures("db")
    def test_the_api_of_an_unknown_host_answers_with_a_problem_document(self) -> None:
        answer = at("nowhere.localhost").get("/api/v1/complaints/")
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == 404

    @pytest.mark.usefixtures("db")
    @pytest.mark.parametrize("host", ["10.0.0.7:8000", "nowhere.example", "jenawi.localhost"])
    def test_the_health_page_answers_on_any_host(self, host: str) -> None:
        assert at(host).get("/healthz/").status_code == 200

    def test_a_suspended_office_says_so_until_it_is_resumed(self, office_a: Office, client_a: Client) -> None:
        suspend_office(office_a, reason="test")
        answer = client_a.get("/show/")
        assert (answer.status_code, answer["Retry-After"]) == (503, "3600")
        assert office_a.name in answer.content.decode()
        resume_office(office_a)
        assert client_a.get("/show/").status_code == 200

    def test_a_suspended_government_closes_its_offices(
        self, government: Government, client_a: Client
    ) -> None:
        suspend_government(government)
        assert client_a.get("/show/").status_code == 503
        assert at("cirebon.localhost").get("/").status_code == 503

    @pytest.mark.parametrize(
        ("status", "code"), [("requested", 503), ("provisioning", 503), ("failed", 503), ("removed", 410)]
    )
    def test_an_office_that_is_not_ready_says_what_it_is(
        self, office_a: Office, client_a: Client, status: str, code: int
    ) -> None:
        office_a.status = status
        office_a.save()
        answer = client_a.get("/show/")
        assert answer.status_code == code
        assert office_a.name in answer.content.decode()

    def test_a_removed_office_is_gone(self, real_commits: str, government: Government) -> None:
        target = create_office(government=government, code="sebentar", name="Sebentar")
        assert at("sebentar.localhost").get("/show/").status_code == 200
        remove_office(suspend_office(target), confirm="sebentar")
        assert at("sebentar.localhost").get("/show/").status_code == 410

    def test_an_office_may_have_a_domain_of_its_own(self, office_a: Office) -> None:
        add_domain("Lapor.Greged.Example", office=office_a, is_primary=False)
        assert at("lapor.greged.example").get("/show/").json()["role"] == f"o_main_{office_a.pk}"
        Domain.objects.get(host="lapor.greged.example").delete()
        assert at("lapor.greged.example").get("/show/").status_code == 404

    def test_a_known_host_costs_a_query_once_in_a_while(
        self, office_a: Office, client_a: Client, django_assert_num_queries: Any
    ) -> None:
        client_a.get("/outside/")
        with django_assert_num_queries(1):  # the view's own
            client_a.get("/outside/")

    @pytest.mark.usefixtures("db")
    def test_a_host_opens_the_moment_it_is_known(self, office_a: Office) -> None:
        assert at("baru.localhost").get("/show/").status_code == 404
        Domain.objects.bulk_create([Domain(host="baru.localhost", kind="office", office=office_a)])
        assert at("baru.localhost").get("/show/").status_code == 200

    def test_what_a_request_changes_on_its_office_stays_in_that_request(
        self, office_a: Office, client_a: Client
    ) -> None:
        first = client_a.get("/outside/").wsgi_request.office
        first.name = "changed"
        first.government.name = "changed"
        second = client_a.get("/outside/").wsgi_request.office
        assert second.name == office_a.name
        assert second.government.name == office_a.government.name

    @pytest.mark.usefixtures("db")
    def test_the_platform_answers_without_any_query(self, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(0):
            assert at("localhost").get("/nothing/").status_code == 404


@pytest.mark.usefixtures("real_commits")
class TestInside:
    def test_a_view_runs_in_its_hosts_office(self, offices: list[Office]) -> None:
        for target in offices:
            with office(target):
                write(f"t-{target.code}")
        for target in offices:
            answer = at(f"{target.code}.localhost").get("/show/").json()
            assert answer["role"] == f"o_main_{target.pk}"
            assert answer["names"] == [f"t-{target.code}"]

    def test_a_template_that_reads_lazily_is_rendered_inside(
        self, office_a: Office, client_a: Client
    ) -> None:
        client_a.get("/store/t-1/")
        assert client_a.get("/lazy/").content == b"[stored t-1]t-1 "

    def test_session_and_messages_are_saved_after_it(self, client_a: Client) -> None:
        client_a.get("/store/t-1/")
        assert Session.objects.count() == 1
        assert client_a.get("/show/").json()["session"] == "t-1"

    @pytest.mark.parametrize(
        ("what", "status"), [("raise", 500), ("missing", 404), ("forbidden", 403), ("unavailable", 503)]
    )
    def test_a_request_that_fails_stores_nothing(
        self, office_a: Office, client_a: Client, what: str, status: int
    ) -> None:
        client_a.raise_request_exception = False
        assert client_a.get(f"/store-and/{what}/").status_code == status
        assert stored(office_a) == []

    def test_a_form_that_is_shown_again_keeps_what_it_stored(
        self, office_a: Office, client_a: Client
    ) -> None:
        assert client_a.get("/store-and/again/").status_code == 422
        assert stored(office_a) == ["t-again"]

    def test_a_template_that_fails_stores_nothing(self, office_a: Office, client_a: Client) -> None:
        client_a.raise_request_exception = False
        assert client_a.get("/broken-template/").status_code == 500
        assert stored(office_a) == []

    def test_a_swallowed_error_is_not_answered_with_ok(self, office_a: Office, client_a: Client) -> None:
        with pytest.raises(TransactionLost):
            client_a.get("/store-and/swallow/")
        client_a.raise_request_exception = False
        assert client_a.get("/store-and/swallow/").status_code == 500
        assert stored(office_a) == []

    def test_an_error_within_a_savepoint_may_be_swallowed(self, office_a: Office, client_a: Client) -> None:
        assert client_a.get("/store-and/savepoint/").content == b"ok"
        assert stored(office_a) == ["t-savepoint"]

    def test_a_connection_that_is_lost_is_not_answered_with_ok(
        self, office_a: Office, client_a: Client
    ) -> None:
        client_a.raise_request_exception = False
        assert client_a.get("/kill/").status_code == 500
        assert stored(office_a) == []

    def test_what_is_refused_at_the_commit_is_not_answered_with_ok(
        self, office_a: Office, client_a: Client
    ) -> None:
        client_a.raise_request_exception = False
        assert client_a.get("/late/").status_code == 500
        assert stored(office_a) == []

    def test_a_commit_hook_enters_the_office_again(self, office_a: Office, client_a: Client) -> None:
        assert client_a.get("/hook/").status_code == 200
        assert stored(office_a) == ["t-before-hook", "t-hook"]

    def test_a_stream_that_reads_the_office_breaks_off(self, office_a: Office, client_a: Client) -> None:
        client_a.get("/store/t-1/")
        answer = client_a.get("/stream/")
        with pytest.raises(OfficeAccessError):
            b"".join(answer.streaming_content)

    def test_a_stream_that_enters_for_each_page_works(self, office_a: Office, client_a: Client) -> None:
        client_a.get("/store/t-1/")
        client_a.get("/store/t-2/")
        answer = client_a.get("/stream-by-page/")
        assert b"".join(answer.streaming_content) == b"t-1;t-2;"

    @pytest.mark.parametrize("pieces", [1, 2])
    def test_a_stream_that_is_left_in_an_office_is_not_the_next_requests(
        self, offices: list[Office], client_a: Client, pieces: int
    ) -> None:
        """Closed by the server when the reader goes away: before its end nothing is stored."""
        client_a.get("/store/t-1/")
        answer = client_a.get("/stream-inside/")
        read = list(islice(answer.streaming_content, pieces))
        assert read == [b"first", b"t-1 t-stream"][:pieces]
        assert connection.office == offices[0]
        with pytest.raises(OfficeAccessError):
            at("jenawi.localhost").get("/show/")
        answer.close()
        assert (connection.office, connection.in_atomic_block) == (None, False)
        assert at("jenawi.localhost").get("/show/").json()["names"] == []
        assert stored(offices[0]) == ["t-1"]

    def test_central_data_is_read_in_public_mode_and_by_mistake_not_at_all(
        self, office_a: Office, client_a: Client, person: User
    ) -> None:
        assert client_a.get("/central/").json() == {"people": 1, "role": f"o_main_{office_a.pk}"}
        with pytest.raises(OfficeAccessError):
            client_a.get("/central-by-mistake/")

    @pytest.mark.parametrize("path", ["/outside/", "/outside-class/"])
    def test_public_side_views_do_not_enter(self, client_a: Client, path: str) -> None:
        assert client_a.get(path).json()["role"] == login()

    def test_a_page_that_is_not_there_does_not_enter(
        self, client_a: Client, django_assert_num_queries: Any
    ) -> None:
        client_a.get("/outside/")
        with django_assert_num_queries(0):
            assert client_a.get("/nothing/").status_code == 404

    def test_the_connection_is_public_after_every_answer(self, client_a: Client) -> None:
        client_a.raise_request_exception = False
        for path in ("/show/", "/store-and/raise/", "/nothing/", "/kill/", "/broken-template/"):
            client_a.get(path)
            assert connection.office is None
            assert connection.frames == []
            assert connection.in_atomic_block is False


@pytest.mark.usefixtures("real_commits")
class TestSigningIn:
    def test_people_sign_in_and_out_on_the_offices_host(self, office_a: Office, person: User) -> None:
        client = at("greged.localhost:8000", enforce_csrf_checks=True)
        assert client.get("/akun/login/").status_code == 200
        form = {"login": person.email, "password": PASSWORD, "csrfmiddlewaretoken": self._csrf(client)}
        assert client.post("/akun/login/", form).status_code == 302
        assert client.get("/show/").json()["user"] == person.email
        for path in ("/akun/email/", "/akun/2fa/", "/akun/password/change/", "/akun/reauthenticate/"):
            assert client.get(path, follow=False).status_code in (200, 302), path
        assert client.post("/akun/logout/", {"csrfmiddlewaretoken": self._csrf(client)}).status_code == 302
        assert client.get("/show/").json()["user"] is None

    def test_a_view_made_of_allauths_is_on_the_public_side_too(self, client_a: Client, person: User) -> None:
        answer = client_a.post("/login-again/", {"login": person.email, "password": PASSWORD})
        assert answer.status_code == 302

    def test_the_person_is_known_inside_without_a_query_there(
        self, office_a: Office, client_a: Client, person: User
    ) -> None:
        client_a.force_login(person)
        assert client_a.get("/lazy/").content == person.email.encode()

    @pytest.mark.parametrize("what", ["in", "out"])
    def test_inside_an_office_nobody_signs_in_or_out(
        self, office_a: Office, client_a: Client, person: User, what: str
    ) -> None:
        """The office's role may not write sessions: such a view fails whole."""
        if what == "out":
            client_a.force_login(person)
        client_a.raise_request_exception = False
        assert client_a.get(f"/sign-inside/{what}/").status_code == 500
        assert client_a.get("/show/").json()["user"] == (person.email if what == "out" else None)
        assert stored(office_a) == []

    @staticmethod
    def _csrf(client: Client) -> str:
        return next(cookie.value for name, cookie in client.cookies.items() if "csrf" in name)


class TestApi:
    @pytest.fixture
    def key(self, office_a: Office, person: User) -> str:
        ApiToken.objects.create(user=person, office_id=office_a.pk, name="test", digest=digest("secret"))
        return "secret"

    @pytest.mark.parametrize("scheme", ["Token", "Bearer"])
    def test_a_token_signs_in_inside_the_office(
        self, office_a: Office, client_a: Client, person: User, key: str, scheme: str
    ) -> None:
        answer = client_a.get("/api/v1/thing/", headers={"authorization": f"{scheme} {key}"})
        assert answer.json() == {"user": person.email, "role": f"o_main_{office_a.pk}"}

    @pytest.mark.parametrize("change", ["revoked", "expired", "inactive", "wrong", "elsewhere"])
    def test_a_token_that_is_not_valid_here_is_refused(
        self, office_a: Office, office_b: Office, person: User, key: str, change: str
    ) -> None:
        token = ApiToken.objects.get()
        if change == "revoked":
            token.revoked_at = timezone.now()
        elif change == "expired":
            token.expires_at = timezone.now() - timedelta(seconds=1)
        elif change == "inactive":
            User.objects.update(is_active=False)
        token.save()
        host = "jenawi.localhost" if change == "elsewhere" else "greged.localhost"
        sent = "guess" if change == "wrong" else key
        answer = at(host).get("/api/v1/thing/", headers={"authorization": f"Token {sent}"})
        assert answer.status_code == 401

    def test_an_api_error_stores_nothing(self, real_commits: str, office_a: Office, client_a: Client) -> None:
        assert client_a.post("/api/v1/thing/", {"fail": 1}).status_code == 400
        assert stored(office_a) == []
        assert client_a.post("/api/v1/thing/", {"fail": ""}).status_code == 201
        assert stored(office_a) == ["t-api"]
