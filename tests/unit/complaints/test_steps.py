"""Steps: who may, on which version, what is left behind, and that nothing half-done stays."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connections

from central.coordination.models import CaseIndex, GovernmentWork
from central.delivery.models import CentralMessage, Outbox
from central.offices.access import office, public
from central.offices.models import GovernmentMember
from tenants.complaints.errors import ComplaintConflict, ComplaintError
from tenants.complaints.models import CallLog, CallTask, Clock, Complaint, Event, Message, WorkItem
from tenants.complaints.services import (
    act,
    add_note,
    hand_up,
    rate,
    receive,
    record_call,
    release_work_of,
    reporter_act,
    take_back,
    take_back_hand_up,
    withdraw,
)
from tenants.organization.queries import actor_for_member
from workflows.cases import Actor, ActorKind

QUESTION = {"question": "Sejak kapan jalan itu rusak dan di RT berapa?"}


def test_a_step_moves_the_complaint_its_work_and_its_index(staff, complaint):
    clerk = staff("complaint_clerk")
    act(complaint.uid, "verify_complete", actor=clerk, inputs={"note": "lengkap"}, expected_version=1)
    complaint.refresh_from_db()
    assert (complaint.stage, complaint.status, complaint.version) == ("classification", "in_process", 2)
    open_work = WorkItem.objects.get(closed_at=None)
    assert open_work.stage == "classification"
    assert CaseIndex.objects.get().stage == "classification"
    event = Event.objects.get(seq=2)
    assert (event.actor_id, event.actor_title, event.from_stage, event.to_stage) == (
        clerk.id,
        clerk.title,
        "verification",
        "classification",
    )
    note = Message.objects.get(event=event, kind="step")
    assert (note.field, note.body, note.to_reporter) == ("note", "lengkap", False)


def test_a_stale_version_is_refused_and_names_who_acted(staff, complaint):
    clerk = staff("complaint_clerk")
    act(complaint.uid, "verify_complete", actor=clerk, expected_version=1)
    with pytest.raises(ComplaintConflict) as conflict:
        act(complaint.uid, "ask_reporter", actor=clerk, inputs=QUESTION, expected_version=1)
    assert conflict.value.code == "conflict"
    assert clerk.name in str(conflict.value)
    assert "Nyatakan lengkap" in str(conflict.value)
    assert conflict.value.current_version == 2
    assert Event.objects.count() == 2


def test_of_two_officers_at_once_one_is_told_of_the_other(real_commits, office_a, staff, report):
    with office(office_a):
        complaint = receive(report()).complaint
    clerk = staff("complaint_clerk")
    barrier = threading.Barrier(2)
    outcomes: list[str] = []

    def step(action: str, inputs: dict[str, str]) -> None:
        barrier.wait()
        try:
            with office(office_a):
                act(complaint.uid, action, actor=clerk, inputs=inputs, expected_version=1)
            outcomes.append("done")
        except ComplaintConflict:
            outcomes.append("conflict")
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=step, args=("verify_complete", {})),
        threading.Thread(target=step, args=("ask_reporter", QUESTION)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict", "done"]
    with office(office_a):
        assert Event.objects.count() == 2


@pytest.mark.parametrize(
    ("role", "action", "inputs", "code"),
    [
        ("district_head", "verify_complete", {}, "not_allowed"),
        ("complaint_clerk", "upload_answer", {"answer": "Sudah kami perbaiki."}, "wrong_stage"),
        ("complaint_clerk", "ask_reporter", {}, "bad_input"),
        ("complaint_clerk", "tidak_ada", {}, "wrong_stage"),
        ("complaint_clerk", "hand_up", {}, "reason_required"),
        ("complaint_clerk", "take_back", {}, "too_late"),
    ],
)
def test_a_step_that_is_not_allowed_says_so_and_changes_nothing(staff, complaint, role, action, inputs, code):
    with pytest.raises(ComplaintError) as refused:
        act(complaint.uid, action, actor=staff(role), inputs=inputs)
    assert refused.value.code == code
    assert str(refused.value.message)
    complaint.refresh_from_db()
    assert (complaint.version, Event.objects.count()) == (1, 1)


def to_disposition(complaint: Complaint, staff) -> None:
    clerk = staff("complaint_clerk")
    act(complaint.uid, "verify_complete", actor=clerk)
    act(
        complaint.uid,
        "propose_disposition",
        actor=clerk,
        inputs={"category": "road", "case_class": "routine", "unit": "pemberdayaan"},
    )


def assign(complaint: Complaint, staff, **changes) -> Complaint:
    inputs = {"unit": "pemberdayaan", "instruction": "Segera ditinjau.", "urgency": "urgent", **changes}
    return act(complaint.uid, "assign", actor=staff("district_head"), inputs=inputs)


def test_a_unit_or_person_that_the_office_does_not_have_is_refused(staff, complaint):
    to_disposition(complaint, staff)
    with pytest.raises(ComplaintError) as refused:
        assign(complaint, staff, unit="seksi-lain")
    assert "unit" in refused.value.fields
    with pytest.raises(ComplaintError) as refused:
        assign(complaint, staff, member=staff("complaint_clerk").id)
    assert "member" in refused.value.fields


def test_assigned_work_is_the_units_and_a_side_line_begins(staff, complaint):
    to_disposition(complaint, staff)
    assign(complaint, staff)
    complaint.refresh_from_db()
    assert complaint.unit.code == "pemberdayaan"
    assert complaint.urgency == "urgent"
    items = {item.line: item for item in WorkItem.objects.filter(closed_at=None)}
    assert set(items) == {"main", "first_response"}
    assert items["first_response"].unit.code == "pemberdayaan"
    with pytest.raises(ComplaintError) as refused:
        act(
            complaint.uid,
            "give_first_response",
            actor=staff("unit_officer", "trantib"),
            line="first_response",
            inputs={"response": "Kami segera ke lokasi."},
        )
    assert refused.value.code == "not_allowed"
    act(
        complaint.uid,
        "give_first_response",
        actor=staff("unit_officer", "pemberdayaan"),
        line="first_response",
        inputs={"response": "Kami segera ke lokasi."},
    )
    sent = Message.objects.filter(to_reporter=True, kind="notice").order_by("-id")[0]
    assert "Kami segera ke lokasi." in sent.body
    assert Clock.objects.get(code="first_response").stopped_at is not None


def test_a_disposition_can_be_taken_back_until_it_was_acted_on(staff, complaint):
    to_disposition(complaint, staff)
    assign(complaint, staff)
    take_back(complaint.uid, actor=staff("district_head"), reason="Salah unit")
    complaint.refresh_from_db()
    assert complaint.stage == "disposition"
    assert [item.stage for item in WorkItem.objects.filter(closed_at=None)] == ["disposition"]
    assign(complaint, staff)
    act(
        complaint.uid,
        "submit_report",
        actor=staff("unit_officer", "pemberdayaan"),
        inputs={"findings": "Rusak", "recommendation": "Tambal"},
    )
    with pytest.raises(ComplaintError) as refused:
        take_back(complaint.uid, actor=staff("district_head"))
    assert refused.value.code == "too_late"


def test_a_question_waits_for_the_reporters_answer(staff, complaint):
    clerk = staff("complaint_clerk")
    act(complaint.uid, "ask_reporter", actor=clerk, inputs=QUESTION)
    complaint.refresh_from_db()
    assert complaint.status == "awaiting_reporter"
    assert WorkItem.objects.get(closed_at=None).waiting
    assert Clock.objects.get(code="verification").paused_at is not None
    asked = Message.objects.get(kind="question")
    assert (asked.body, asked.to_reporter) == (QUESTION["question"], True)
    reporter_act(complaint.uid, "reply", inputs={"reply": "Sejak Januari, RT 3."})
    complaint.refresh_from_db()
    assert complaint.stage == "verification"
    answered = Event.objects.order_by("-seq")[0]
    assert (answered.actor_kind, answered.actor_name) == ("reporter", "")
    assert Message.objects.get(kind="reply").body == "Sejak Januari, RT 3."
    assert Clock.objects.get(code="verification").paused_at is None


def test_a_note_is_internal(staff, complaint):
    add_note(complaint.uid, "Pelapor minta dihubungi sore.", actor=staff("unit_officer", "trantib"))
    note = Message.objects.get(kind="note")
    assert not note.to_reporter
    assert not Event.objects.get(seq=2).public


def test_the_reporter_withdraws_and_the_work_ends(staff, complaint):
    withdraw(complaint.uid, reason="Sudah diperbaiki warga")
    complaint.refresh_from_db()
    assert (complaint.outcome, complaint.closed_at is not None) == ("withdrawn", True)
    assert not WorkItem.objects.filter(closed_at=None, line="main").exists()
    assert CaseIndex.objects.get().closed_at is not None
    with pytest.raises(ComplaintError):
        withdraw(complaint.uid)


def test_a_rating_is_given_once_after_the_answer(staff, complaint):
    with pytest.raises(ComplaintError):
        rate(complaint.uid, 5)
    finish(complaint, staff)
    with pytest.raises(ComplaintError) as refused:
        rate(complaint.uid, 6)
    assert "score" in refused.value.fields
    rate(complaint.uid, 4, comment="Cepat")
    complaint.refresh_from_db()
    assert (complaint.rating, complaint.rating_comment) == (4, "Cepat")
    with pytest.raises(ComplaintError):
        rate(complaint.uid, 5)


def finish(complaint: Complaint, staff) -> None:
    to_disposition(complaint, staff)
    assign(complaint, staff)
    officer = staff("unit_officer", "pemberdayaan")
    act(
        complaint.uid,
        "submit_report",
        actor=officer,
        inputs={"findings": "Berlubang", "recommendation": "Tambal"},
    )
    act(complaint.uid, "approve", actor=staff("district_secretary"))
    act(
        complaint.uid,
        "upload_answer",
        actor=staff("complaint_clerk"),
        inputs={"answer": "Jalan sudah kami tambal pada hari Senin."},
    )


def test_a_complaint_handed_up_waits_at_the_desk_and_comes_back(staff, inside, complaint):
    with public():
        from central.accounts.services import create_person

        desk = create_person("admin.pusat@example.id", "Admin Pusat", "sawah-hijau-2026")
        GovernmentMember.objects.create(user=desk, government=inside.government, role="central_admin")
    clerk = staff("complaint_clerk")
    hand_up(complaint.uid, "Ini jalan kabupaten, bukan kewenangan kami.", actor=clerk)
    work = GovernmentWork.objects.get()
    assert (work.uid, work.kind, work.role, work.closed_at) == (
        complaint.uid,
        "handed_up",
        "central_admin",
        None,
    )
    with public():
        mail = CentralMessage.objects.get(recipient="admin.pusat@example.id")
        assert complaint.number in mail.subject
        assert complaint.description not in mail.body
        assert Outbox.objects.filter(office=None, message_uid=mail.uid).exists()
    take_back_hand_up(complaint.uid, actor=clerk)
    work.refresh_from_db()
    assert work.closed_at is not None
    complaint.refresh_from_db()
    assert complaint.stage == "verification"


def test_a_calls_log_ends_the_task_when_somebody_was_reached(staff, inside, report):
    clerk = staff("complaint_clerk")
    receive(report(email=""))
    task = CallTask.objects.get()
    record_call(task.pk, actor=clerk, outcome="no_answer")
    task.refresh_from_db()
    assert task.done_at is None
    record_call(task.pk, actor=clerk, outcome="no_answer")  # a second click
    for _click in range(2):
        record_call(task.pk, actor=clerk, outcome="reached", note="Disampaikan")
    task.refresh_from_db()
    assert task.done_at is not None
    assert CallLog.objects.count() == 2
    with pytest.raises(ComplaintError) as refused:
        record_call(task.pk, actor=clerk, outcome="reached")
    assert refused.value.code == "wrong_stage"
    with pytest.raises(ComplaintError):
        record_call(task.pk, actor=Actor(ActorKind.REPORTER), outcome="reached")


def test_work_of_somebody_who_leaves_goes_back_to_the_unit(staff, complaint):
    to_disposition(complaint, staff)
    officer = staff("unit_officer", "pemberdayaan")
    assign(complaint, staff, member=officer.id)
    assert WorkItem.objects.filter(closed_at=None, member_id=officer.id).count() == 2
    assert release_work_of(officer.id, actor=staff("district_head")) == 1
    assert not WorkItem.objects.filter(closed_at=None, member_id=officer.id).exists()
    colleague = Actor(
        ActorKind.MEMBER, id=9999, roles=frozenset({"unit_officer"}), units=frozenset({"pemberdayaan"})
    )
    act(
        complaint.uid,
        "submit_report",
        actor=colleague,
        inputs={"findings": "Rusak", "recommendation": "Tambal"},
    )


def test_the_first_admin_does_what_nobody_else_can(inside, report):
    from tenants.organization.models import Member

    admin = Member.objects.create(name="Admin", email="admin@example.id", is_admin=True)
    second = Member.objects.create(name="Admin Dua", email="admin2@example.id", is_admin=True)
    complaint = receive(report()).complaint
    assert Message.objects.get(to_reporter=False).recipient == "admin@example.id"
    person = actor_for_member(admin.pk)
    assert "complaint_clerk" in person.roles
    assert not actor_for_member(second.pk).roles
    act(complaint.uid, "verify_complete", actor=person)


def test_acting_officers_hold_their_roles_on_their_days_only(staff, inside):
    from tenants.organization.models import Member, Position
    from tenants.organization.queries import today
    from tenants.organization.services import assign as give
    from workflows.cases import SYSTEM

    deputy = Member.objects.create(name="Pengganti", email="ganti@example.id", user_id=10**9)
    head = Position.objects.get(code="camat")
    day = today()
    give(
        actor=SYSTEM,
        member=deputy,
        position=head,
        acting_kind="plh",
        starts_on=day - timedelta(days=2),
        ends_on=day,
    )
    acting = actor_for_member(deputy.pk)
    assert acting.roles == {"district_head"}
    assert acting.title == "Plh. Camat"
    assert not actor_for_member(deputy.pk, on=day + timedelta(days=1)).roles
    assert not actor_for_member(deputy.pk, on=day - timedelta(days=3)).roles
