"""Text messages to reporters who left a mobile number only: stored with the step, handed to the gateway once
it is committed, and taken for sent only when the gateway says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from central.delivery.models import Outbox
from central.delivery.tasks import send
from central.offices.access import office
from central.offices.models import Office
from tenants.complaints import books
from tenants.complaints.contacts import takes_texts
from tenants.complaints.models import CallTask, Message
from tenants.complaints.report import Report
from tenants.complaints.services import receive
from tenants.procedure.queries import rules_in_force
from tests.acceptance.sms import Gateway, running

MOBILE, LANDLINE = "081234567890", "0321399999"


@pytest.fixture
def gateway(settings: Settings) -> Iterator[Gateway]:
    with running() as server:
        settings.SMS_URL, settings.SMS_TOKEN = server.url, "rahasia"
        yield server


@pytest.fixture
def texting(_some_database: None) -> Office:
    """An office that uses the channel."""
    found = Office.objects.select_related("government").get(code="dishub-mojokerto")
    with office(found):
        assert "sms" in rules_in_force().settings.channels
    return found


def reported(where: Office, phone: str = MOBILE, email: str = "", channel: str = "website") -> list[Message]:
    """What the reporter is told of a new report."""
    with office(where):
        category = next(iter(rules_in_force().settings.selectable))
        report = Report(
            category=category,
            description="Lampu di simpang lima mati sejak kemarin malam.",
            name="Siti Aminah",
            phone=phone,
            email=email,
            place="Simpang lima",
            address="Jalan Melati 7",
            channel=channel,
        )
        complaint = receive(report).complaint
        return list(complaint.messages.filter(to_reporter=True, kind="notice"))


def row_of(message: Message) -> Outbox:
    return Outbox.objects.get(message_uid=message.uid)


def attempt(message: Message) -> Outbox:
    send.run([str(message.uid)])
    return row_of(message)


def test_a_reporter_with_a_mobile_number_only_gets_a_text_message(gateway: Gateway, texting: Office) -> None:
    (message,) = reported(texting)
    assert (message.channel, message.recipient) == ("sms", "+6281234567890")
    assert gateway.taken == [], "nothing is sent before the transaction is stored"
    row = attempt(message)
    assert (row.state, row.channel, row.last_error) == ("sent", "sms", "")
    ((told, headers),) = gateway.taken
    assert (told["to"], told["from"], told["id"]) == ("+6281234567890", texting.name, str(message.uid))
    assert "/lacak/" in told["text"]
    assert "{url}" not in told["text"]
    assert headers["Authorization"] == "Bearer rahasia"
    assert headers["Idempotency-Key"] == str(message.uid)
    with office(texting):
        assert not CallTask.objects.exists()
    assert attempt(message).state == "sent"
    assert len(gateway.taken) == 1, "what was sent is not sent again"
    found = books.check(texting, now=timezone.now() + timedelta(seconds=1))
    assert found.in_order, [str(item) for item in found.findings]


@pytest.mark.parametrize(
    ("changes", "ways"),
    [
        ({"phone": LANDLINE}, ["call"]),
        ({"channel": "phone"}, ["call"]),
        ({"email": "siti@example.org"}, ["email"]),
    ],
    ids=["a landline", "who telephoned", "who has mail"],
)
def test_others_are_told_as_before(
    gateway: Gateway, texting: Office, changes: dict[str, str], ways: list[str]
) -> None:
    assert [message.channel for message in reported(texting, **changes)] == ways


def test_without_a_gateway_or_without_the_channel_reporters_are_called(
    gateway: Gateway, texting: Office, office_a: Office, settings: Settings
) -> None:
    assert [message.channel for message in reported(office_a)] == ["call"], "it does not use the channel"
    settings.SMS_URL = ""
    assert [message.channel for message in reported(texting)] == ["call"]


@pytest.mark.parametrize(("answer", "state"), [(500, "pending"), (429, "pending"), (422, "failed")])
def test_what_the_gateway_does_not_take_is_tried_again_or_has_failed(
    gateway: Gateway, texting: Office, answer: int, state: str
) -> None:
    gateway.answer = answer
    (message,) = reported(texting)
    row = attempt(message)
    assert (row.state, row.last_error) == (state, f"SMS gateway: {answer}")
    if state == "pending":
        assert row.due_at > timezone.now()
        gateway.answer = 200
        Outbox.objects.filter(pk=row.pk).update(due_at=timezone.now())
        assert attempt(message).state == "sent"
        first, second = gateway.taken
        assert first[0]["id"] == second[0]["id"], "so that a gateway can tell a repetition"


def test_a_text_goes_nowhere_else_and_an_unreachable_gateway_is_tried_again(
    gateway: Gateway, texting: Office, settings: Settings
) -> None:
    gateway.answer, gateway.location = 302, "http://127.0.0.1:9/"
    (message,) = reported(texting)
    assert attempt(message).last_error == "SMS gateway: 302"
    settings.SMS_URL = "http://127.0.0.1:9/"
    (message,) = reported(texting)
    row = attempt(message)
    assert (row.state, row.attempts) == ("pending", 1)
    assert "+62" not in row.last_error


def test_mobile_numbers_are_told_from_others() -> None:
    assert takes_texts("+6281234567890")
    assert not takes_texts("+62321399999")
