"""Receiving: numbers without gaps, codes that cannot be guessed, the same receipt for the same report."""

from __future__ import annotations

import contextlib
import re
import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from central.coordination.models import Alarm, CaseIndex
from central.delivery.models import Outbox
from central.offices.access import OfficeAccessError, TransactionLost, office
from tenants.complaints.codes import ALPHABET, code_digest, new_code, normal_code
from tenants.complaints.errors import ComplaintError
from tenants.complaints.models import (
    CallTask,
    Complaint,
    Event,
    IntakeKey,
    Message,
    NumberCounter,
    Reporter,
    WorkItem,
)
from tenants.complaints.report import normal_report
from tenants.complaints.services import intake, receive
from tenants.complaints.services.upkeep import FILES_ALARM, KEEP_KEYS, on_files_alarm

MOST_STATEMENTS = 8
"""With BEGIN and COMMIT and an idempotency key; what the web adds must stay within 15."""


def test_a_report_becomes_a_complaint_with_work_messages_and_index(staff, inside, report):
    clerk = staff("complaint_clerk")
    receipt = receive(report())
    complaint = Complaint.objects.get()
    assert receipt.created
    assert (receipt.number, receipt.tracking_code) == (complaint.number, complaint.tracking_code)
    assert re.fullmatch(r"0001/SIGAP/[IVX]+/\d{4}", complaint.number)
    assert complaint.promised_due_at == complaint.due_at
    work = WorkItem.objects.get()
    assert (work.stage, work.roles, work.closed_at) == ("verification", ["complaint_clerk"], None)
    index = CaseIndex.objects.get()
    assert (index.uid, index.number, index.stage) == (complaint.uid, complaint.number, "verification")
    assert index.tracking_digest == code_digest(complaint.tracking_code)
    assert Reporter.objects.get().phone == "+6281234567890"
    told = {message.recipient: message for message in Message.objects.all()}
    assert set(told) == {"siti.aminah@example.org", clerk.email}
    assert complaint.tracking_code in told["siti.aminah@example.org"].body
    assert complaint.tracking_code not in told[clerk.email].body
    assert {row.message_uid for row in Outbox.objects.all()} == {m.uid for m in told.values()}
    assert Alarm.objects.get(kind="case").key == complaint.uid.hex


def test_intake_costs_few_statements(staff, inside, report):
    receive(report())  # the documents are parsed now
    with CaptureQueriesContext(connection) as statements, office(inside):
        receive(report(), idempotency_key="once")
    assert len(statements) <= MOST_STATEMENTS, [s["sql"][:80] for s in statements]


def test_an_anonymous_report_leaves_nothing_of_its_reporter(staff, inside, report):
    complaint = receive(report(visibility="anonymous")).complaint
    assert not Reporter.objects.exists()
    assert not Message.objects.filter(to_reporter=True).exists()
    event = Event.objects.get()
    assert (event.actor_name, event.actor_id, set(event.contents) & {"reporter"}) == ("", None, set())
    stored = " ".join(str(row) for table in _every_row() for row in table)
    for secret in ("Siti", "Melati", "siti.aminah", "3456"):
        assert secret not in stored
    assert complaint.visibility == "anonymous"


def test_an_anonymous_report_is_rid_of_its_reporter_before_anything_else_sees_it(report):
    plain = normal_report(report(visibility="anonymous"), timezone.now())
    assert (plain.name, plain.address, plain.email, plain.phone) == ("", "", "", "")


def _every_row():
    """All rows of the office, as the database holds them."""
    from django.apps import apps

    for label in ("complaints", "procedure", "organization"):
        for model in apps.get_app_config(label).get_models():
            if model.__name__ not in ("Member", "Position", "Unit", "ProcedureVersion", "SettingsVersion"):
                yield list(model.objects.values_list())


def test_a_reporter_with_a_telephone_only_gets_a_call(staff, inside, report):
    complaint = receive(report(email="")).complaint
    message = Message.objects.get(to_reporter=True)
    assert (message.channel, message.recipient) == ("call", "+6281234567890")
    assert CallTask.objects.get().message == message
    assert CallTask.objects.get().complaint == complaint
    assert not Outbox.objects.filter(message_uid=message.uid).exists()


@pytest.mark.parametrize(
    "written", ["081234567890", "0812-3456-7890", "+62 812 3456 7890", "62812 3456 7890", " 812 3456 7890"]
)
def test_telephone_numbers_are_stored_in_one_form(staff, inside, report, written):
    receive(report(phone=written))
    assert Reporter.objects.get().phone == "+6281234567890"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"phone": "besok saja"}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"email": "bukan surel"}, "email"),
        ({"description": ""}, "description"),
        ({"description": "x" * 20_001}, "description"),
        ({"description": "apa\x00itu lama sekali"}, "description"),
        ({"category": "kategori-instansi-lain"}, "category"),
        ({"category": "infrastructure"}, "category"),
        ({"name": "x" * 151}, "name"),
        ({"place": "x" * 251}, "place"),
        ({"visibility": "rahasia-sekali"}, "visibility"),
        ({"received_at": timezone.now() + timedelta(days=1)}, "received_at"),
    ],
)
def test_what_cannot_be_taken_is_named_by_field_and_nothing_is_stored(staff, inside, report, changes, field):
    with pytest.raises(ComplaintError) as refused:
        receive(report(**changes))
    assert refused.value.code == "bad_input"
    assert field in refused.value.fields
    assert str(refused.value.fields[field])
    assert not Complaint.objects.exists()
    assert not NumberCounter.objects.exists()


def test_the_same_key_gives_the_same_receipt(staff, inside, report):
    first = receive(report(), idempotency_key="kunci")
    second = receive(report(), idempotency_key="kunci")
    assert second.complaint.uid == first.complaint.uid
    assert (first.created, second.created) == (True, False)
    assert Complaint.objects.count() == 1
    assert NumberCounter.objects.get().last == 1


def test_the_same_key_with_another_report_is_refused(staff, inside, report):
    receive(report(), idempotency_key="kunci")
    with pytest.raises(ComplaintError) as refused:
        receive(report(place="Di tempat lain"), idempotency_key="kunci")
    assert refused.value.code == "idempotency_mismatch"
    assert Complaint.objects.count() == 1


def test_a_key_keeps_its_receipt_when_the_report_would_be_refused_today(staff, inside, report, monkeypatch):
    first = receive(report(), idempotency_key="kunci")

    def refuses(*_args, **_more):
        raise ComplaintError("bad_input", "tidak lagi")

    monkeypatch.setattr(intake, "_decide", refuses)
    assert receive(report(), idempotency_key="kunci").complaint.uid == first.complaint.uid
    with pytest.raises(ComplaintError):
        receive(report(), idempotency_key="kunci lain")
    assert not IntakeKey.objects.exclude(uid=first.complaint.uid).exists()


def test_old_keys_are_forgotten_after_a_week(staff, inside, report):
    receive(report(), idempotency_key="kunci")
    assert Alarm.objects.filter(kind=FILES_ALARM).exists()
    on_files_alarm("files", timezone.now() + timedelta(days=2))
    assert IntakeKey.objects.exists()
    on_files_alarm("files", timezone.now() + KEEP_KEYS + timedelta(days=1))
    assert not IntakeKey.objects.exists()
    assert not Alarm.objects.filter(kind=FILES_ALARM).exists()


def test_a_member_enters_a_letter_that_came_earlier(staff, inside, report):
    clerk = staff("complaint_clerk")
    stamped = timezone.now() - timedelta(days=2)
    complaint = receive(report(channel="letter", received_at=stamped, email=""), actor=clerk).complaint
    assert complaint.received_at == stamped
    assert complaint.entered_by_id == clerk.id
    event = Event.objects.get()
    assert (event.actor_kind, event.actor_name) == ("member", clerk.name)


def test_codes_have_no_look_alikes_and_enough_of_them():
    import math

    assert not set(ALPHABET) & set("0O1IL2Z5S8BU")
    code = new_code()
    assert re.fullmatch(r"([A-Z0-9]{4}-){3}[A-Z0-9]{4}", code)
    assert math.log2(len(ALPHABET)) * len(code.replace("-", "")) >= 60
    assert len({new_code() for _ in range(1000)}) == 1000


def test_codes_are_read_however_they_are_typed():
    code = new_code()
    assert normal_code(f"  {code.lower().replace('-', ' ')} ") == code
    assert normal_code(code.replace("-", "")) == code
    assert normal_code(code[:-1]) is None
    assert normal_code("O0I1-" + code[5:]) is None


def test_a_report_is_received_in_an_office_only(db, report):
    with pytest.raises(OfficeAccessError):
        receive(report())


def test_an_error_after_the_number_takes_everything_back(office_a, report, monkeypatch):
    def breaks(*_args, **_more):
        raise LookupError("broken")

    with office(office_a):
        receive(report())
    monkeypatch.setattr(intake, "index_case", breaks)

    def careless() -> None:
        with office(office_a), contextlib.suppress(LookupError):
            receive(report())

    with pytest.raises(TransactionLost):
        careless()
    with office(office_a):
        assert Complaint.objects.count() == 1
        assert NumberCounter.objects.get().last == 1


COMPLAINTS_AT_ONCE = 50


def test_numbers_have_no_gaps_when_fifty_come_at_once_and_some_fail(real_commits, office_a, report):
    """Real commits on connections of their own; every fifth transaction fails after it has its number."""
    barrier = threading.Barrier(COMPLAINTS_AT_ONCE)
    numbers: list[str] = []
    failures: list[BaseException] = []

    def send(place: int) -> None:
        barrier.wait()
        try:
            with office(office_a):
                receipt = receive(report(description=f"Laporan ke-{place} tentang jalan rusak"))
                if place % 5 == 0:
                    raise InterruptedError
            numbers.append(receipt.number)
        except InterruptedError:
            pass
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(place,)) for place in range(COMPLAINTS_AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    kept = COMPLAINTS_AT_ONCE - COMPLAINTS_AT_ONCE // 5
    assert sorted(int(number.split("/")[0]) for number in numbers) == list(range(1, kept + 1))
    with office(office_a):
        assert list(
            Complaint.objects.order_by("register_seq").values_list("register_seq", flat=True)
        ) == list(range(1, kept + 1))
        assert NumberCounter.objects.get().last == kept


def test_one_key_sent_by_ten_at_once_makes_one_complaint(real_commits, office_a, report):
    barrier = threading.Barrier(10)
    receipts = []

    def send() -> None:
        barrier.wait()
        try:
            with office(office_a):
                receipts.append(receive(report(), idempotency_key="kunci"))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({receipt.complaint.uid for receipt in receipts}) == 1
    assert [receipt.created for receipt in receipts].count(True) == 1
