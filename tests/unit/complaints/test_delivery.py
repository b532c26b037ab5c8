"""Delivery: written with the change, sent after it, found again when lost, always under the same identity."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected
from uuid import uuid4

import pytest
from django.core import mail
from django.utils import timezone

from central.delivery import services, tasks
from central.delivery.models import Outbox
from central.delivery.queries import delivery_log
from central.offices.access import office
from central.offices.models import Office
from central.offices.services import suspend_government
from tenants.complaints.models import Message
from tenants.complaints.services import receive
from tenants.procedure.models import SettingsVersion

SENT = Outbox.State.SENT
REPORTER = "siti.aminah@example.org"


@pytest.fixture
def mails(office_a, report):
    """A complaint has come in and committed; the reporter's message waits. Gives its outbox row anew."""
    with office(office_a):
        receive(report())
        message = Message.objects.get(to_reporter=True)

    def row() -> Outbox:
        return Outbox.objects.get(message_uid=message.uid)

    return row


def test_a_message_is_sent_by_the_worker_with_its_link(mails):
    row = mails()
    assert tasks.send([str(row.message_uid)]) == 1
    (sent,) = mail.outbox
    assert sent.to == [REPORTER]
    assert sent.extra_headers["Message-ID"] == f"<{row.message_uid}@localhost>"
    assert "http://greged.localhost:8000/lacak/" in sent.body
    assert "{url}" not in sent.body
    assert mails().state == SENT
    assert tasks.send([str(row.message_uid)]) == 0
    assert len(mail.outbox) == 1


def test_nothing_goes_to_the_queue_before_the_commit(
    office_a, report, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(tasks.send, "delay", sent.append)
    with django_capture_on_commit_callbacks(execute=True):
        with office(office_a):
            receive(report())
        assert sent == []
    assert len(sent) == 1
    assert len(sent[0]) == Outbox.objects.count()


@pytest.mark.parametrize("error", [OSError("connection refused"), ValueError("what lies there is no table")])
def test_a_queue_that_is_down_loses_nothing(
    office_a, report, monkeypatch, django_capture_on_commit_callbacks, caplog, error
):
    def down(_uids):
        raise error

    monkeypatch.setattr(tasks.send, "delay", down)
    with django_capture_on_commit_callbacks(execute=True), office(office_a):
        receive(report())
    assert "wait for the sweep" in caplog.text
    later(monkeypatch, services.GRACE + timedelta(seconds=1))
    assert tasks.sweep() == 1
    assert [m.to for m in mail.outbox] == [[REPORTER]]


def later(monkeypatch, span: timedelta) -> None:
    """The worker's clock stands later than ours."""
    moment = timezone.now() + span
    monkeypatch.setattr(tasks.timezone, "now", lambda: moment)


def test_the_sweep_finds_a_lost_message_and_leaves_fresh_ones_to_the_nudge(mails, monkeypatch):
    assert tasks.sweep() == 0
    later(monkeypatch, services.GRACE + timedelta(seconds=1))
    assert tasks.sweep() == 1
    assert mails().state == SENT
    assert tasks.sweep() == 0


def test_a_message_of_a_worker_that_died_goes_out_again_under_the_same_identity(mails, monkeypatch):
    """The mail server took it, then the worker died before it wrote that down: at least once."""
    monkeypatch.setattr(services, "mark_sent", lambda row, now: None)
    tasks.send([str(mails().message_uid)])
    monkeypatch.undo()
    assert mails().state == Outbox.State.PENDING
    later(monkeypatch, services.GRACE + timedelta(seconds=1))
    assert tasks.sweep() == 0  # still claimed
    later(monkeypatch, services.CLAIM + timedelta(seconds=1))
    assert tasks.sweep() == 1
    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


def test_two_workers_do_not_take_the_same_message(mails):
    now = timezone.now()
    uid = mails().message_uid
    assert services.claim(uid, now) is not None
    assert services.claim(uid, now) is None


def test_a_broken_mail_server_is_tried_again_later_each_time(mails, monkeypatch):
    broken(monkeypatch, SMTPServerDisconnected("gone"))
    uid = str(mails().message_uid)
    now = timezone.now()
    assert tasks.send([uid]) == 0
    row = mails()
    assert (row.state, row.attempts) == (Outbox.State.PENDING, 1)
    assert "gone" in row.last_error
    assert row.due_at - now > services.RETRIES[0] - timedelta(seconds=5)
    waits = []
    for _ in services.RETRIES[1:]:
        row = mails()
        monkeypatch.setattr(tasks.timezone, "now", lambda row=row: row.due_at + timedelta(seconds=1))
        before = tasks.timezone.now()
        assert tasks.send([uid]) == 0
        waits.append(mails().due_at - before)
    assert waits == sorted(waits)
    row = mails()
    monkeypatch.setattr(tasks.timezone, "now", lambda: row.due_at + timedelta(seconds=1))
    tasks.send([uid])
    assert mails().state == Outbox.State.FAILED


def broken(monkeypatch, error: Exception) -> None:
    def send(self, fail_silently=False):
        raise error

    monkeypatch.setattr("django.core.mail.EmailMessage.send", send)


def test_an_address_that_is_refused_for_good_fails_at_once(mails, monkeypatch):
    broken(monkeypatch, SMTPRecipientsRefused({REPORTER: (550, b"no such user")}))
    tasks.send([str(mails().message_uid)])
    assert mails().state == Outbox.State.FAILED


@pytest.mark.parametrize(
    "error",
    [
        SMTPDataError(554, f"5.7.1 <{REPORTER}>: blocked".encode()),
        ValueError(f"Invalid address '{REPORTER}'"),
    ],
)
def test_the_reason_of_a_failure_is_kept_without_the_address(mails, monkeypatch, error):
    """The outbox lies in the public schema and is listed for all members: no personal data stands there."""
    broken(monkeypatch, error)
    tasks.send([str(mails().message_uid)])
    kept = mails().last_error
    assert "@" not in kept
    assert "blocked" in kept or "Invalid address" in kept


def test_a_poison_message_is_pushed_forward_and_does_not_hold_up_the_others(office_a, report, monkeypatch):
    with office(office_a):
        receive(report(email="satu@example.org"))
        receive(report(email="dua@example.org"))
    from tenants.channels.email import sending

    original = sending.compose

    def compose(outgoing):
        if outgoing.recipient == "satu@example.org":
            raise ZeroDivisionError("poison")
        return original(outgoing)

    monkeypatch.setattr(sending, "compose", compose)
    later(monkeypatch, services.GRACE + timedelta(seconds=1))
    assert tasks.sweep() == 1
    assert [m.to for m in mail.outbox] == [["dua@example.org"]]
    row = Outbox.objects.get(state=Outbox.State.PENDING)
    assert "ZeroDivisionError" in row.last_error
    assert row.due_at > timezone.now()
    assert tasks.sweep() == 0


def test_a_message_that_kills_its_worker_each_time_fails_in_the_end(mails, monkeypatch):
    Outbox.objects.filter(pk=mails().pk).update(attempts=len(services.RETRIES) + 1)
    tasks.send([str(mails().message_uid)])
    assert mails().state == Outbox.State.FAILED
    assert mail.outbox == []


def test_a_suspended_office_sends_nothing_and_loses_nothing(mails, office_a):
    Office.objects.filter(pk=office_a.pk).update(status=Office.Status.SUSPENDED)
    tasks.send([str(mails().message_uid)])
    assert mail.outbox == []
    row = mails()
    assert (row.state, row.attempts, row.due_at > timezone.now()) == (Outbox.State.PENDING, 0, True)


def test_an_office_of_a_suspended_government_sends_nothing_and_loses_nothing(mails, office_a):
    suspend_government(office_a.government)
    tasks.send([str(mails().message_uid)])
    assert mail.outbox == []
    row = mails()
    assert (row.state, row.attempts, row.due_at > timezone.now()) == (Outbox.State.PENDING, 0, True)


def test_an_erased_message_is_not_sent(mails, office_a):
    with office(office_a):
        Message.objects.filter(to_reporter=True).update(body="", recipient="")
    tasks.send([str(mails().message_uid)])
    assert mails().state == Outbox.State.CANCELLED


def test_the_log_shows_a_failure_and_sends_again_under_the_same_identity(
    mails, office_a, monkeypatch, caplog
):
    broken(monkeypatch, SMTPRecipientsRefused({REPORTER: (550, b"no such user")}))
    tasks.send([str(mails().message_uid)])
    monkeypatch.undo()
    with office(office_a):
        row = delivery_log(office_a.pk).get(state="failed")
        assert Message.objects.get(uid=row.message_uid).recipient == REPORTER
        assert "550" in row.last_error
        with caplog.at_level("INFO"):
            assert services.resend(row.pk, member_id=7)
        assert f"message {row.message_uid} is sent again on the word of member 7" in caplog.text
    tasks.send([str(mails().message_uid)])
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<{mails().message_uid}@localhost>"
    assert mails().state == SENT


def test_an_office_cannot_send_anothers_message_again(mails, office_b):
    row = mails()
    with office(office_b):
        assert not services.resend(row.pk, member_id=7)
        assert not delivery_log(row.office_id)


def test_a_message_of_the_platform_itself_is_sent(db):
    services.send_central(kind="invitation", recipient="baru@example.id", subject="Undangan", body="Silakan")
    row = Outbox.objects.get()
    assert tasks.send([str(row.message_uid)]) == 1
    assert mail.outbox[0].subject == "Undangan"
    assert mail.outbox[0].body == "Silakan"
    assert tasks.send([str(uuid4())]) == 0


def test_a_link_that_opens_something_is_forgotten_once_it_is_sent(db, monkeypatch):
    message = services.send_central(
        kind="invitation", recipient="baru@example.id", subject="U", body="/undangan/x/"
    )
    row = Outbox.objects.get()

    def broken(*_args, **_kwargs):
        raise SMTPServerDisconnected

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMessage.send", broken)
        assert tasks.send([str(row.message_uid)]) == 0
    message.refresh_from_db()
    assert message.body == "/undangan/x/"
    Outbox.objects.update(due_at=timezone.now())
    assert tasks.send([str(row.message_uid)]) == 1
    message.refresh_from_db()
    assert message.body == ""


def test_an_offices_own_text_is_used(office_a, report):
    with office(office_a):
        now = SettingsVersion.objects.get()
        document = {
            **now.document,
            "texts": {"receipt": {"subject": {"id": "Diterima {number}"}, "body": {"id": "Halo {name}"}}},
        }
        from tenants.procedure.queries import digest_of

        SettingsVersion.objects.create(number=2, document=document, digest=digest_of(document))
        receive(report())
        assert Message.objects.get(to_reporter=True).body == "Halo Siti Aminah"
