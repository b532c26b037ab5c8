"""What goes along with a complaint to another office beside its own rows, and that it does not stay: files,
notes of calls, messages on their way.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.core import mail
from django.core.files.storage import default_storage
from django.utils import timezone

from central.coordination.models import Alarm, Handover
from central.delivery.models import Outbox
from central.delivery.services import claim
from central.delivery.tasks import deliver as deliver_message
from central.delivery.tasks import send
from central.offices.access import office
from tenants.complaints.chain import verify_chain
from tenants.complaints.files import KEEP_UNREFERENCED, accept, place_of
from tenants.complaints.models import Attachment, CallLog, CallTask, Complaint, Message
from tenants.complaints.services import hand_up, receive, record_call
from tenants.complaints.services.upkeep import on_files_alarm
from tests.acceptance.pictures import photo
from tests.unit.complaints.test_handover import give, in_order
from tests.unit.complaints.test_handover import handed_up as handed_up
from tests.unit.complaints.test_handover import pair as pair


def test_files_lie_in_the_other_offices_store(pair, staff, report):
    here, there = pair
    with office(here):
        stored = accept(photo())
        complaint = receive(report(files=(stored,))).complaint
        hand_up(complaint.uid, "Ini jalan kabupaten.", actor=staff("complaint_clerk"))
    give(Handover.objects.get(), there)
    with office(there):
        row = Attachment.objects.get()
        with default_storage.open(place_of(row.digest), "rb") as file:
            assert hashlib.sha256(file.read()).hexdigest() == row.digest
        assert row.event.seq == 1
    in_order(*pair)


def test_no_file_stays_in_the_senders_store_however_old_it_is(pair, staff, report):
    here, there = pair
    with office(here):
        stored = accept(photo())
        complaint = receive(report(files=(stored,))).complaint
        hand_up(complaint.uid, "Ini jalan kabupaten.", actor=staff("complaint_clerk"))
        place = place_of(stored.digest)
    Alarm.objects.filter(kind="files").delete()  # nothing was sent here for a week
    give(Handover.objects.get(), there)
    alarm = Alarm.objects.get(kind="files", office=here)
    assert alarm.due_at - timezone.now() < KEEP_UNREFERENCED + timedelta(minutes=1)
    with office(here):
        assert default_storage.exists(place)
        on_files_alarm(alarm.key, alarm.due_at + timedelta(minutes=1))
        assert not default_storage.exists(place)
    assert not Alarm.objects.filter(kind="files", office=here).exists()
    with office(there):
        assert default_storage.exists(place_of(stored.digest))


def test_a_file_that_the_store_has_lost_does_not_hold_the_complaint_up(pair, staff, report, caplog):
    here, there = pair
    with office(here):
        stored = accept(photo())
        complaint = receive(report(files=(stored,))).complaint
        hand_up(complaint.uid, "Ini jalan kabupaten.", actor=staff("complaint_clerk"))
        default_storage.delete(place_of(stored.digest))
    give(Handover.objects.get(), there)
    assert "does not go along" in caplog.text
    with office(there):
        assert Attachment.objects.get().digest == stored.digest


def test_what_was_noted_of_a_call_goes_along_and_does_not_stay(pair, staff, report):
    here, there = pair
    clerk = staff("complaint_clerk")
    with office(here):
        complaint = receive(report(email="")).complaint
        task = CallTask.objects.get()
        record_call(task.pk, actor=clerk, outcome="no_answer")
        record_call(
            task.pk, actor=clerk, outcome="reached", note="Bu Siti minta dihubungi di 0812-3456-7890."
        )
        hand_up(complaint.uid, "Ini jalan kabupaten.", actor=clerk)
    give(Handover.objects.get(), there)
    with office(here):
        assert list(CallLog.objects.order_by("id").values_list("outcome", "note")) == [
            ("no_answer", ""),
            ("reached", ""),
        ]
    with office(there):
        note = Message.objects.get(body__contains="Bu Siti")
        assert (note.kind, note.event.seq, note.author_name, note.to_reporter) == (
            "note",
            1,
            clerk.name,
            False,
        )
        assert note.body.startswith("Hasil telepon: tersambung, pesan disampaikan.")
        assert verify_chain(Complaint.objects.get()).intact
    in_order(*pair)


def test_a_message_that_a_worker_had_taken_before_the_complaint_left_is_sent_all_the_same(handed_up, pair):
    here, there = pair
    with office(here):
        told = Message.objects.filter(to_reporter=True).order_by("id").last()
    claimed = claim(told.uid, timezone.now())
    give(handed_up, there)
    assert deliver_message(claimed) is False
    row = Outbox.objects.get(message_uid=told.uid)
    assert (row.state, row.office_id) == (Outbox.State.PENDING, there.pk)
    mail.outbox.clear()
    assert send([str(told.uid)]) == 1
    assert [message.to for message in mail.outbox] == [["siti.aminah@example.org"]]


def test_news_of_work_that_is_gone_is_not_sent_to_the_staff_who_had_it(handed_up, pair):
    here, there = pair
    with office(here):
        rows = Message.objects.exclude(channel="").values_list("uid", "member_id")
        staff_news = {uid for uid, member in rows if member is not None}
        told = {uid for uid, member in rows if member is None}
    assert staff_news
    give(handed_up, there)
    states = dict(Outbox.objects.values_list("message_uid", "state"))
    assert {states[uid] for uid in staff_news} == {Outbox.State.CANCELLED}
    assert {states[uid] for uid in told} == {Outbox.State.PENDING}
    in_order(*pair)
