"""A complaint goes to another office whole, or not at all; what stays is a stub."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from central.coordination.models import Alarm, CaseIndex, GovernmentWork, Handover
from central.delivery.models import Outbox
from central.offices.access import office
from central.offices.models import Government, Office
from tenants.complaints import books
from tenants.complaints.chain import verify_chain
from tenants.complaints.errors import ComplaintError
from tenants.complaints.models import (
    Attachment,
    Complaint,
    Coordination,
    Event,
    Message,
    Reporter,
    WorkItem,
)
from tenants.complaints.services import act, hand_up, receive
from tenants.complaints.services.handover import HandoverError, deliver
from tests.acceptance.cast import neighbour_of
from workflows.cases import Actor, ActorKind
from workflows.loading import as_data

ADMIN = Actor(ActorKind.GOVERNMENT, id=7, name="Rini", roles=frozenset({"central_admin"}))
OTHER = Actor(ActorKind.GOVERNMENT, id=8, name="Budi", roles=frozenset({"editor"}))


@pytest.fixture
def pair(office_a: Office, office_b: Office) -> tuple[Office, Office]:
    """Two offices of one government."""
    return office_a, neighbour_of(office_a, office_b.code)


@pytest.fixture
def handed_up(pair, staff, report) -> Handover:
    with office(pair[0]):
        complaint = receive(report()).complaint
        act(complaint.uid, "note", actor=staff("complaint_clerk"), inputs={"note": "Jalan kabupaten?"})
        hand_up(complaint.uid, "Ini jalan kabupaten.", actor=staff("complaint_clerk"))
    return Handover.objects.get()


def give(handover: Handover, to: Office, *, actor: Actor = ADMIN, key=None):
    return deliver(handover.pk, to.code, government=handover.government, actor=actor, key=key or uuid4())


def refused(code: str, *args, **kwargs) -> str:
    with pytest.raises(HandoverError) as error:
        give(*args, **kwargs)
    assert error.value.code == code
    return str(error.value)


def in_order(*offices: Office) -> None:
    for each in offices:
        found = books.check(each, now=timezone.now())
        assert found.in_order, [str(item) for item in found.findings]


def test_what_is_handed_up_stands_in_the_ledger_with_the_desks_own_limit(handed_up, pair):
    assert (handed_up.state, handed_up.hop, handed_up.from_office) == ("waiting", 0, pair[0])
    assert handed_up.opened_by_name
    work = GovernmentWork.objects.get(closed_at=None)
    assert work.due_at == handed_up.due_at
    assert handed_up.due_at > timezone.now()
    in_order(*pair)


def test_everything_arrives_and_a_stub_stays(handed_up, pair):
    here, there = pair
    with office(here):
        before = Complaint.objects.get()
        reporter = Reporter.objects.get()
        said = [(m.uid, m.subject, m.body) for m in Message.objects.order_by("id")]
        digests = list(Event.objects.order_by("seq").values_list("digest", flat=True))
    done = give(handed_up, there)
    with office(there):
        complaint = Complaint.objects.get()
        assert (complaint.uid, complaint.tracking_code) == (before.uid, before.tracking_code)
        assert (complaint.description, complaint.place) == (before.description, before.place)
        assert complaint.received_at == before.received_at
        assert complaint.promised_due_at == before.promised_due_at
        assert complaint.number == done.number != before.number
        assert Reporter.objects.get().email == reporter.email
        arrived = [(m.uid, m.subject, m.body) for m in Message.objects.order_by("id")]
        assert arrived[: len(said)] == said
        assert list(Event.objects.order_by("seq").values_list("digest", flat=True))[: len(digests)] == digests
        assert verify_chain(complaint).intact
        assert not verify_chain(complaint).erased
        assert WorkItem.objects.get(closed_at=None).due_at
        assert complaint.version == Event.objects.count()
        assert [part["office"] for part in complaint.journey] == [here.code]
        told = Message.objects.get(to_reporter=True, kind="notice", created_at=complaint.arrived_at)
        assert complaint.tracking_code in told.body
    with office(here):
        stub = Complaint.objects.get()
        assert (stub.stage, stub.status, stub.number) == ("handed_over", "forwarded", before.number)
        assert not Reporter.objects.exists()
        assert not Attachment.objects.exists()
        assert (stub.description, stub.place, stub.latitude) == ("", "", None)
        assert not Message.objects.exclude(body="", subject="", recipient="").exists()
        assert verify_chain(stub).intact
        assert not WorkItem.objects.filter(closed_at=None).exists()
    handed_up.refresh_from_db()
    assert (handed_up.state, handed_up.to_office, handed_up.number_there) == ("delivered", there, done.number)
    entry = CaseIndex.objects.get()
    assert (entry.office, entry.number, entry.closed_at) == (there, done.number, None)
    assert not GovernmentWork.objects.filter(closed_at=None).exists()
    assert set(Outbox.objects.exclude(office=None).values_list("office_id", flat=True)) == {there.pk}
    assert set(Alarm.objects.filter(kind="case").values_list("office_id", flat=True)) <= {there.pk}
    in_order(*pair)


def test_the_same_request_delivers_once(handed_up, pair):
    key = uuid4()
    first = give(handed_up, pair[1], key=key)
    again = give(handed_up, pair[1], key=key)
    assert (again.again, again.number) == (True, first.number)
    assert refused("stale", handed_up, pair[1])
    with office(pair[1]):
        assert Complaint.objects.count() == 1


def test_a_page_that_was_sent_delivers_nothing_else(handed_up, pair, staff, report):
    """A page that is kept from the first time, for what its office has handed up again since."""
    here, there = pair
    key = uuid4()
    give(handed_up, there, key=key)
    officer = Actor(ActorKind.MEMBER, id=None, name="Petugas", roles=_first_owner(there))
    with office(there):
        uid = Complaint.objects.get().uid
        act(uid, "return_handover", actor=officer, inputs={"reason": "Bukan jalan kami juga."})
    assert "sudah pernah dikirim" in refused("stale", handed_up, there, key=key)
    give(Handover.objects.get(state="waiting"), here)
    with office(here):
        hand_up(uid, "Sungguh bukan jalan kami.", actor=staff("complaint_clerk"))
        hand_up(receive(report()).complaint.uid, "Ini jalan kabupaten.", actor=staff("complaint_clerk"))
    waiting = Handover.objects.filter(state="waiting")
    assert waiting.count() == 2
    for again in waiting:
        assert "sudah pernah dikirim" in refused("stale", again, there, key=key)
    in_order(*pair)


def test_what_cannot_be_is_refused_and_changes_nothing(handed_up, pair, office_b):
    here, there = pair
    refused("same_office", handed_up, here)
    refused("not_allowed", handed_up, there, actor=OTHER)
    there.status = Office.Status.SUSPENDED
    there.save(update_fields=["status"])
    refused("office_halted", handed_up, there)
    there.status = Office.Status.READY
    there.government = Government.objects.exclude(pk=here.government_id).first()
    there.save(update_fields=["status", "government"])
    refused("other_government", handed_up, there)
    with office(here):
        assert Complaint.objects.get().stage == "with_government"
    in_order(here, there)


def test_the_receiver_accepts_or_acts(handed_up, pair):
    give(handed_up, pair[1])
    head = Actor(ActorKind.MEMBER, id=None, name="Petugas", roles=_first_owner(pair[1]))
    with office(pair[1]):
        complaint = Complaint.objects.get()
        act(complaint.uid, "accept_handover", actor=head)
        complaint.refresh_from_db()
        assert complaint.state["memory"]["arrived"] is False
        assert "return_handover" not in _codes(complaint, head)
    handed_up.refresh_from_db()
    assert (handed_up.state, handed_up.how) == ("accepted", "accept_handover")
    in_order(*pair)


def test_what_is_given_back_waits_at_the_desk_again_and_may_go_home(handed_up, pair):
    here, there = pair
    give(handed_up, there)
    officer = Actor(ActorKind.MEMBER, id=None, name="Petugas", roles=_first_owner(there))
    with office(there):
        complaint = Complaint.objects.get()
        act(complaint.uid, "return_handover", actor=officer, inputs={"reason": "Bukan jalan kami juga."})
    handed_up.refresh_from_db()
    assert (handed_up.state, handed_up.how) == ("returned", "return_handover")
    second = Handover.objects.get(state="waiting")
    assert (second.hop, second.from_office) == (1, there)
    in_order(here, there)
    give(second, here)
    with office(here):
        home = Complaint.objects.get()
        assert home.description
        assert home.gone_at is None
        assert verify_chain(home).intact
        assert not verify_chain(home).erased
        assert Reporter.objects.get().email == "siti.aminah@example.org"
        assert WorkItem.objects.filter(closed_at=None).count() == 1
        assert [part["office"] for part in home.journey] == [here.code, there.code]
        running = home.clocks.filter(stopped_at=None)
        assert {clock.base_at for clock in running} == {home.arrived_at}, (
            "its limits count from its coming home"
        )
    with office(there):
        assert Complaint.objects.get().gone_at
        assert not Reporter.objects.exists()
    assert CaseIndex.objects.get().office == here
    in_order(here, there)


def test_nothing_is_written_on_a_stub_so_that_it_comes_home_in_order(handed_up, pair, staff):
    here, there = pair
    clerk = staff("complaint_clerk")
    give(handed_up, there)
    with office(here):
        stub = Complaint.objects.get()
        assert _codes(stub, clerk) == set()
        with pytest.raises(ComplaintError) as error:
            act(stub.uid, "note", actor=clerk, inputs={"note": "Warga menelepon lagi."})
        assert error.value.code == "wrong_stage"
    officer = Actor(ActorKind.MEMBER, id=None, name="Petugas", roles=_first_owner(there))
    with office(there):
        act(stub.uid, "return_handover", actor=officer, inputs={"reason": "Bukan jalan kami juga."})
    give(Handover.objects.get(state="waiting"), here)
    with office(here):
        home = Complaint.objects.get()
        assert verify_chain(home).intact
        actions = list(Event.objects.order_by("seq").values_list("action", flat=True))
        assert actions.count("arrive") == 2
        assert "note" in _codes(home, clerk)
    in_order(*pair)


@pytest.mark.parametrize(
    ("action", "inputs", "how", "stage"),
    [
        ("send_back", {"reason": "Ini tugas kecamatan."}, "send_back", "verification"),
        ("close_by_desk", {"reason": "Bukan urusan pemerintah."}, "close_by_desk", "closed_by_desk"),
        ("refer", {"authority": "BPN", "reason": "Soal sertifikat."}, "refer", "referred"),
    ],
)
def test_the_desk_decides_otherwise(handed_up, pair, action, inputs, how, stage):
    with office(pair[0]):
        complaint = Complaint.objects.get()
        act(complaint.uid, action, actor=ADMIN, inputs=inputs)
        complaint.refresh_from_db()
        assert complaint.stage == stage
    handed_up.refresh_from_db()
    assert (handed_up.state, handed_up.how) == ("ended", how)
    in_order(*pair)


def test_two_limits_the_whole_wait_and_the_offices_own(handed_up, pair):
    with office(pair[0]):
        began = Complaint.objects.get().received_at
    give(handed_up, pair[1])
    with office(pair[1]):
        complaint = Complaint.objects.get()
        assert complaint.received_at == began
        assert complaint.arrived_at > began
        assert complaint.due_at - complaint.arrived_at > timedelta(0)
        clocks = complaint.clocks.all()
        assert all(clock.base_at >= complaint.arrived_at for clock in clocks)


def _first_owner(there: Office) -> frozenset[str]:
    from tenants.procedure.queries import procedure_in_force

    with office(there):
        return frozenset(procedure_in_force().lines[0].stages[0].owner)


def _codes(complaint: Complaint, actor: Actor) -> set[str]:
    from tenants.complaints.queries import offers_for

    return {offer.action for offer in offers_for(complaint, actor)}


@pytest.fixture
def asking(pair, staff):
    """The first office's procedure lets its clerk ask others where complaints are handed up."""
    from tenants.procedure.queries import procedure_in_force
    from tenants.procedure.services import put_procedure

    staff("complaint_clerk")  # a procedure comes into force where its roles are held
    with office(pair[0]):
        document = as_data(procedure_in_force())
        stages = document["platform"]["hand_up"]["stages"]
        document["platform"]["coordinate"] = {"stages": stages, "limit": {"value": 1, "unit": "WD"}}
        put_procedure(document, actor=Actor(ActorKind.MEMBER, name="Admin", is_admin=True))
    return pair


def test_what_was_asked_of_others_ends_with_the_hand_up_and_stays_at_neither_office(asking, staff, report):
    here, there = asking
    clerk = staff("complaint_clerk")
    with office(here):
        uid = receive(report()).complaint.uid
        for question in ("Apakah jalan ini milik Anda?", "Sejak kapan jalan ini rusak?"):
            inputs = {"asked": f"office:{there.code}", "question": question, "report": True}
            act(uid, "request_coordination", actor=clerk, inputs=inputs)
        assert Alarm.objects.filter(kind="coordination").count() == 2
        hand_up(uid, "Ini jalan kabupaten.", actor=clerk)
        assert set(Coordination.objects.values_list("state", "report")) == {("withdrawn", "")}
        assert Complaint.objects.get().state["memory"]["coordinations"] == []
    with office(there):
        assert set(Coordination.objects.values_list("state", "report")) == {("withdrawn", "")}
    assert not Alarm.objects.filter(kind="coordination").exists()
    give(Handover.objects.get(), there)
    with office(here):
        assert not Coordination.objects.exists()
        assert not Message.objects.filter(body__contains="Sejak kapan").exists()
    with office(there):
        complaint = Complaint.objects.get()
        assert not Coordination.objects.filter(complaint=complaint).exists()
        assert Message.objects.filter(complaint=complaint, body="Sejak kapan jalan ini rusak?").exists()
        assert verify_chain(complaint).intact
    in_order(*asking)


def test_a_question_to_an_office_that_is_no_more_holds_nothing_up(asking, staff, report):
    """Its tables and its role are gone: whatever would enter it fails."""
    here, there = asking
    clerk = staff("complaint_clerk")
    with office(here):
        uid = receive(report()).complaint.uid
        inputs = {"asked": f"office:{there.code}", "question": "Apakah jalan ini milik Anda?"}
        act(uid, "request_coordination", actor=clerk, inputs=inputs)
    Office.objects.filter(pk=there.pk).update(status=Office.Status.REMOVED)
    with office(here):
        hand_up(uid, "Ini jalan kabupaten.", actor=clerk)
        assert Coordination.objects.get().state == "withdrawn"
    with office(there):
        assert Coordination.objects.get().is_open, "it was not entered"
