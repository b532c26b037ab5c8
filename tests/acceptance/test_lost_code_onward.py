"""A lost code is asked for where the report was made, and sent by whichever office has it by now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse

from central.coordination.models import CentralIntake
from central.delivery.models import Outbox
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import CallTask, Complaint, Message
from tests.acceptance.cast import Cast, host_of, neighbour_of
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.desk_steps import handed_up, send_to
from tests.acceptance.portal_steps import step

SITI, PHONE = "siti.aminah@example.org", "0812 3456 7890"
PAGE = "/kode-hilang/"


@pytest.fixture(autouse=True)
def _nobody_has_asked() -> None:
    """What was counted of senders and contacts is another test's."""
    cache.clear()


@pytest.fixture
def neighbour(mojokerto: Office) -> Office:
    """Another office of the same city."""
    return neighbour_of(mojokerto, "greged")


@pytest.fixture
def slug(mojokerto: Office, neighbour: Office, cast: Cast, at: Callable[..., datetime]) -> str:
    """A report that was made at one office and is at the other one now."""
    at("2025-03-04 10:00")
    _number, slug = handed_up(cast, mojokerto)
    send_to(cast.desk(mojokerto.government, "central_admin"), mojokerto, slug, neighbour)
    return slug


def asks(host: str, contact: str = SITI) -> HttpResponse:
    """Somebody whose browser was never here asks."""
    citizen = Citizen(host)
    return citizen.follow(citizen.post(PAGE, {"contact": contact}))


def sent(office: Office) -> list[Message]:
    with inside(office):
        return list(Message.objects.filter(subject__startswith="Kode lacak").order_by("id"))


def code_of(office: Office, slug: str) -> str:
    with inside(office):
        return Complaint.objects.get(uid=slug).tracking_code


def test_the_office_that_has_it_now_sends_the_code_to_the_contact_noted(
    mojokerto: Office, neighbour: Office, slug: str
) -> None:
    asks(host_of(mojokerto))
    (message,) = sent(neighbour)
    assert (message.recipient, message.channel) == (SITI, "email")
    assert code_of(neighbour, slug) in message.body
    assert Outbox.objects.filter(message_uid=message.uid, office=neighbour).exists()
    assert sent(mojokerto) == []


def test_a_telephone_alone_is_called_by_the_office_that_has_it_now(
    mojokerto: Office, neighbour: Office, slug: str
) -> None:
    asks(host_of(mojokerto), PHONE)
    (message,) = sent(neighbour)
    with inside(neighbour):
        assert CallTask.objects.filter(message=message, done_at=None).exists()


def test_the_answer_is_the_same_whether_or_not_another_office_has_something(
    mojokerto: Office, neighbour: Office, slug: str
) -> None:
    pages = {text_of(asks(host_of(mojokerto), contact)) for contact in (SITI, "tidak.ada@example.org")}
    assert len(pages) == 1
    assert "Bila ada laporan dengan kontak itu" in pages.pop()
    assert len(sent(neighbour)) == 1


def test_the_contact_is_copied_to_no_table_that_offices_share(
    mojokerto: Office, neighbour: Office, slug: str
) -> None:
    asks(host_of(mojokerto))
    assert len(sent(neighbour)) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall() if row[0].startswith(("coordination_", "delivery_"))]
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text ILIKE %s", [f"%{SITI}%"])
            assert cursor.fetchone() == (0,), table


def test_an_office_sends_nothing_that_never_was_at_the_one_that_was_asked(
    mojokerto: Office, neighbour: Office, slug: str
) -> None:
    """Whoever asks at one office asks for what was reported there, not for everything everywhere."""
    Citizen(host_of(neighbour)).report()
    asks(host_of(mojokerto))
    assert [message.complaint_id for message in sent(neighbour)] == [_pk(neighbour, slug)]


def _pk(office: Office, slug: str) -> int:
    with inside(office):
        return Complaint.objects.get(uid=slug).pk


def test_the_limit_of_a_contact_holds_wherever_it_is_asked_for(
    mojokerto: Office, neighbour: Office, slug: str
) -> None:
    """Asking at two addresses fills no mailbox twice as fast; and what sends nothing uses nothing up."""
    asks(host_of(mojokerto), "tidak.ada@example.org")
    asks(host_of(neighbour))
    for _ in range(2):
        asks(host_of(mojokerto))
    assert len(sent(neighbour)) == 2
    asks(host_of(neighbour))
    assert len(sent(neighbour)) == 2


def test_an_office_that_is_suspended_sends_nothing_and_the_answer_does_not_say_so(
    mojokerto: Office, neighbour: Office, slug: str
) -> None:
    before = text_of(asks(host_of(mojokerto), "tidak.ada@example.org"))
    Office.objects.filter(pk=neighbour.pk).update(status=Office.Status.SUSPENDED)
    assert text_of(asks(host_of(mojokerto))) == before
    assert sent(neighbour) == []


def test_what_came_home_is_sent_by_the_office_itself(
    mojokerto: Office, neighbour: Office, cast: Cast, slug: str
) -> None:
    clerk = cast.member(neighbour, "complaint_clerk")
    step(clerk, slug, "return_handover", reason="Bukan jalan kami.")
    central = cast.desk(mojokerto.government, "central_admin")
    send_to(central, neighbour, slug, mojokerto)
    asks(host_of(mojokerto))
    assert len(sent(mojokerto)) == 1
    assert sent(neighbour) == []


class TestAtTheGovernmentsAddress:
    @pytest.fixture(autouse=True)
    def _receives(self, mojokerto: Office) -> None:
        """The government's form leads to the office."""
        CentralIntake.objects.update_or_create(
            government=mojokerto.government, defaults={"office": mojokerto, "category": ""}
        )

    def test_the_code_of_what_was_reported_there_is_sent_wherever_it_is(
        self, mojokerto: Office, neighbour: Office, slug: str
    ) -> None:
        Citizen(host_of(mojokerto)).report(description="Rambu di simpang empat hilang.")
        page = asks(host_of(mojokerto.government))
        assert "Bila ada laporan dengan kontak itu" in text_of(page)
        assert len(sent(mojokerto)) == 1
        (message,) = sent(neighbour)
        assert code_of(neighbour, slug) in message.body

    def test_it_tells_strangers_nothing(self, mojokerto: Office, neighbour: Office, slug: str) -> None:
        host = host_of(mojokerto.government)
        assert text_of(asks(host)) == text_of(asks(host, "tidak.ada@example.org"))

    def test_it_is_limited_as_at_an_office(self, mojokerto: Office, neighbour: Office, slug: str) -> None:
        citizen = Citizen(host_of(mojokerto.government))
        for _ in range(5):
            assert citizen.post(PAGE, {"contact": SITI}).status_code == 303
        assert len(sent(neighbour)) == 2
        assert citizen.post(PAGE, {"contact": SITI}).status_code == 429
        assert "Kode lacak hilang?" in text_of(citizen.get("/"))

    def test_what_is_no_contact_is_explained(self, mojokerto: Office) -> None:
        page = Citizen(host_of(mojokerto.government)).post(PAGE, {"contact": "siti"})
        assert page.status_code == 422
        assert "0812 3456 7890" in text_of(page)
