"""Alarms: found by index, answered in the office, never twice, never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from central.coordination import registry, services, tasks
from central.coordination.models import Alarm
from central.coordination.services import set_alarm
from central.offices.access import office
from central.offices.models import Office
from central.offices.services import suspend_government
from tenants.complaints.models import Clock, Complaint, Event, Message
from tenants.complaints.services import act, receive, upkeep
from tenants.procedure.models import SettingsVersion
from tenants.procedure.services import put_settings

MONDAY = "2025-03-03T03:00:00+00:00"  # 10:00 WIB


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def case(clock, office_a, staff, report) -> Complaint:
    with office(office_a):
        return receive(report()).complaint


def ring_all(office_a: Office) -> int:
    """What the dispatcher and the worker do, without a queue between them."""
    due = services.claim_due_alarms(timezone.now())
    return tasks.ring(office_a.pk, [(kind, key) for _office, kind, key in due])


def test_a_limit_warns_then_tells_the_owner_and_the_role_above(clock, case, office_a, staff):
    alarm = Alarm.objects.get(kind="case")
    assert ring_all(office_a) == 0
    clock.move_to(alarm.due_at)
    assert ring_all(office_a) == 1
    with office(office_a):
        warned = Message.objects.filter(subject__startswith="Mendekati batas waktu")
        assert [m.recipient for m in warned] == [staff("complaint_clerk").email]
        limit = Clock.objects.get(code="verification").due_at
    assert ring_all(office_a) == 0
    clock.move_to(limit + timedelta(minutes=1))
    assert ring_all(office_a) == 1
    with office(office_a):
        late = Message.objects.filter(subject__contains="batas waktu").exclude(
            subject__startswith="Mendekati"
        )
        assert {m.recipient for m in late} == {
            staff("complaint_clerk").email,
            staff("district_secretary").email,
        }
        assert not Event.objects.filter(kind="notice", public=True).exists()


def test_an_alarm_that_rings_twice_tells_once(clock, case, office_a):
    clock.move_to(Alarm.objects.get(kind="case").due_at)
    tasks.ring(office_a.pk, [("case", case.uid.hex)])
    tasks.ring(office_a.pk, [("case", case.uid.hex)])
    with office(office_a):
        assert Event.objects.filter(kind="notice").count() == 1


def test_waiting_for_the_reporter_ends_by_itself(clock, case, office_a, staff):
    with office(office_a):
        act(
            case.uid,
            "ask_reporter",
            actor=staff("complaint_clerk"),
            inputs={"question": "Di RT berapa letaknya?"},
        )
    clock.shift(timedelta(days=31))
    ring_all(office_a)
    with office(office_a):
        case.refresh_from_db()
        assert case.stage == "verification"
        ended = Event.objects.get(kind="timeout")
        assert (ended.actor_kind, ended.public) == ("system", True)


def test_a_finished_complaint_has_no_alarm(clock, case, office_a):
    from tenants.complaints.services import withdraw

    with office(office_a):
        withdraw(case.uid)
    assert not Alarm.objects.filter(kind="case").exists()


def test_a_claimed_alarm_is_not_given_to_another_and_comes_back_if_its_worker_dies(clock, case):
    clock.move_to(Alarm.objects.get(kind="case").due_at)
    assert len(services.claim_due_alarms(timezone.now())) == 1
    assert services.claim_due_alarms(timezone.now()) == []
    clock.shift(services.CLAIM + timedelta(seconds=1))
    assert len(services.claim_due_alarms(timezone.now())) == 1
    clock.shift(services.CLAIM + timedelta(seconds=1))
    assert services.claim_due_alarms(timezone.now()) == []  # patience grows with each failure


def test_one_broken_alarm_does_not_hold_up_the_others(clock, case, office_a, monkeypatch):
    def broken(key, now):
        raise ZeroDivisionError

    monkeypatch.setitem(registry._handlers, "broken", broken)
    with office(office_a):
        services.set_alarm(office_a, kind="broken", key="x", due_at=timezone.now())
    clock.move_to(Alarm.objects.get(kind="case").due_at)
    assert ring_all(office_a) == 1
    assert Alarm.objects.filter(kind="broken").exists()
    with office(office_a):
        assert Event.objects.filter(kind="notice").count() == 1


def test_an_alarm_of_a_suspended_office_waits(clock, case, office_a):
    Office.objects.filter(pk=office_a.pk).update(status=Office.Status.SUSPENDED)
    clock.move_to(Alarm.objects.get(kind="case").due_at)
    assert ring_all(office_a) == 0
    assert Alarm.objects.filter(kind="case").exists()


def test_an_alarm_of_a_suspended_governments_office_waits(clock, case, office_a):
    suspend_government(office_a.government)
    clock.move_to(Alarm.objects.get(kind="case").due_at)
    assert ring_all(office_a) == 0
    assert Alarm.objects.filter(kind="case").exists()


def test_the_dispatcher_sends_one_task_an_office(clock, case, office_a, office_b, report, monkeypatch):
    with office(office_b):
        receive(report(category=_category(office_b), address="Jalan Melati 7"))
    sent = []
    monkeypatch.setattr(tasks.ring, "delay", lambda office_id, alarms: sent.append((office_id, len(alarms))))
    clock.shift(timedelta(days=30))
    assert tasks.dispatch_alarms() == 2
    assert sorted(sent) == sorted([(office_a.pk, 1), (office_b.pk, 1)])


def _category(target: Office) -> str:
    from tenants.procedure.queries import settings_now

    with office(target):
        return next(iter(settings_now().selectable))


def test_a_changed_calendar_moves_the_clocks_and_tells_the_reporter(clock, case, office_a, staff):
    from tenants.organization.models import Member
    from tenants.organization.queries import actor_for_member

    with office(office_a):
        before = Clock.objects.get(code="whole_process").due_at
        document = SettingsVersion.objects.get().document
        calendar = {
            **document["calendar"],
            "closings": [{"starts_on": "2025-03-05", "ends_on": "2025-03-06", "name": {"id": "Banjir"}}],
        }
        admin = Member.objects.create(name="Admin", email="admin@example.id", is_admin=True)
        put_settings({**document, "calendar": calendar}, actor=actor_for_member(admin.pk))
    assert Alarm.objects.get(kind="recompute").due_at == timezone.now()
    ring_all(office_a)
    assert not Alarm.objects.filter(kind="recompute").exists()
    with office(office_a):
        moved = Clock.objects.get(code="whole_process").due_at
        assert moved > before
        case.refresh_from_db()
        assert (case.due_at, case.promised_due_at) == (moved, before)
        told = Message.objects.filter(to_reporter=True).order_by("-id")[0]
        assert "berubah" in told.subject
        event = Event.objects.get(kind="recompute")
        (change,) = [c for c in event.data["clocks"] if c["code"] == "whole_process"]
        assert change["previous"] == before.isoformat()


def test_a_calendar_that_changes_while_clocks_are_reckoned_is_reckoned_again(
    clock, case, office_a, monkeypatch
):
    """Somebody sets the alarm anew while its handler is at work: it must ring once more."""

    def meanwhile(uid, now):
        set_alarm(office_a, kind="recompute", key="0", due_at=now)
        return False

    monkeypatch.setattr(upkeep, "recompute", meanwhile)
    with office(office_a):
        set_alarm(office_a, kind="recompute", key="0", due_at=timezone.now())
    ring_all(office_a)
    assert Alarm.objects.filter(kind="recompute").exists()


def test_a_complaint_whose_clocks_cannot_be_reckoned_holds_up_no_other(
    clock, case, office_a, report, monkeypatch
):
    with office(office_a):
        other = receive(report(address="Jalan Melati 8")).complaint
        set_alarm(office_a, kind="recompute", key="0", due_at=timezone.now())
    reckoned = []

    def broken(uid, now):
        if uid == case.uid:
            Complaint.objects.filter(uid=uid).update(urgency="spoilt")
            raise ZeroDivisionError
        reckoned.append(uid)
        return False

    monkeypatch.setattr(upkeep, "recompute", broken)
    assert ring_all(office_a) == 1
    assert reckoned == [other.uid]
    assert not Alarm.objects.filter(kind="recompute").exists()
    assert Alarm.objects.get(kind="recompute-one").key == case.uid.hex
    with office(office_a):
        assert Complaint.objects.get(uid=case.uid).urgency == ""
    assert ring_all(office_a) == 0, "it fails again, and stays"
    assert Alarm.objects.filter(kind="recompute-one").exists()
    monkeypatch.setattr(upkeep, "recompute", lambda uid, now: reckoned.append(uid))
    clock.shift(timedelta(hours=1))
    ring_all(office_a)
    assert reckoned == [other.uid, case.uid]
    assert not Alarm.objects.filter(kind="recompute-one").exists()


def test_settings_that_do_not_fit_are_refused_with_their_problems(clock, office_a, staff):
    from tenants.organization.models import Member
    from tenants.organization.queries import actor_for_member
    from tenants.procedure.services import ProcedureError

    with office(office_a):
        admin = Member.objects.create(name="Admin", email="admin@example.id", is_admin=True)
        document = SettingsVersion.objects.get().document
        with pytest.raises(ProcedureError) as refused:
            put_settings({**document, "number_pattern": "{year}"}, actor=actor_for_member(admin.pk))
        assert refused.value.code == "refused"
        assert refused.value.problems
        with pytest.raises(ProcedureError) as refused:
            put_settings(document, actor=staff("complaint_clerk"))
        assert refused.value.code == "not_admin"
        assert SettingsVersion.objects.count() == 1


def test_a_decree_that_comes_with_the_platform_is_reckoned_in_the_night(clock, case, office_a):
    """The settings say nothing new; what was stored before the decree says that it is not known yet."""
    with office(office_a):
        Clock.objects.update(provisional=True)
        set_alarm(office_a, kind="staff", key="night", due_at=timezone.now())
    ring_all(office_a)
    assert Alarm.objects.get(kind="recompute").key == "0"
    ring_all(office_a)
    with office(office_a):
        assert not Clock.objects.filter(provisional=True).exists()
        assert not Message.objects.filter(subject__contains="berubah").exists(), "no day moved"
        assert not Event.objects.filter(kind="recompute", public=True).exists()
        set_alarm(office_a, kind="staff", key="night", due_at=timezone.now())
    ring_all(office_a)
    assert not Alarm.objects.filter(kind="recompute").exists()


@pytest.mark.parametrize(
    ("action", "inputs"),
    [
        ("ask_reporter", {"question": "Di RT berapa letaknya?"}),
        ("hand_up", {"reason": "Jalan ini milik kabupaten."}),
    ],
)
def test_what_was_missed_climbs_on_while_others_have_the_complaint(
    clock, case, office_a, staff, action, inputs
):
    with office(office_a):
        limit = Clock.objects.get(code="verification").due_at
    clock.move_to(limit + timedelta(minutes=1))
    ring_all(office_a)
    with office(office_a):
        act(case.uid, action, actor=staff("complaint_clerk"), inputs=inputs)
    clock.shift(timedelta(days=1))
    ring_all(office_a)
    with office(office_a):
        told = Message.objects.filter(recipient=staff("district_head").email)
        assert [case.number in message.subject for message in told] == [True]
    ring_all(office_a)
    with office(office_a):
        assert told.count() == 1
