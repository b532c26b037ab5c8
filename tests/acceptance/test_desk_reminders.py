"""The desk reminds an office, now or at a time set; what comes of it; and the log of its calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.utils import timezone

from central.coordination.models import Alarm, CaseIndex, DeskCall, DeskLook, Reminder
from central.coordination.tasks import ring
from central.delivery.models import CentralMessage
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.chain import verify_chain
from tenants.complaints.models import Complaint, Event, Message
from tests.acceptance.cast import Cast, Player, host_of
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.desk_steps import case_path, handed_up
from tests.acceptance.portal_steps import page_of, slug_of, step

Clocked = Callable[..., datetime]
Report = tuple[str, str]


@pytest.fixture
def coordinator(mojokerto: Office, cast: Cast) -> Player:
    return cast.desk(mojokerto.government, "press_coordinator")


@pytest.fixture
def report(mojokerto: Office, cast: Cast, at: Clocked) -> Report:
    """Number and slug of a complaint that waits for the operator since Tuesday, 10:00."""
    at("2025-03-04 10:00")
    cast.member(mojokerto, "operator")
    cast.member(mojokerto, "agency_head")
    number, _code = Citizen(host_of(mojokerto)).report()
    return number, slug_of(mojokerto, number)


def path_of(office: Office, slug: str, page: str = "pantauan") -> str:
    return f"{case_path(office, slug)}{page}/"


def told(office: Office, since: datetime | None = None) -> list[tuple[str, str]]:
    """Address and subject of what the office's staff were sent since a moment."""
    with inside(office):
        rows = Message.objects.filter(kind="notice", to_reporter=False)
        rows = rows.filter(created_at__gte=since) if since else rows
        return sorted(rows.values_list("recipient", "subject"))


def rings(office: Office) -> int:
    """Answers the office's alarms that are due by now. Returns how many."""
    due = Alarm.objects.filter(office=office, kind="desk-reminder", due_at__lte=timezone.now())
    waiting = list(due.values_list("kind", "key"))
    assert ring(office.pk, waiting) == len(waiting)
    return len(waiting)


def test_a_reminder_is_told_to_who_has_the_work_and_to_the_head_and_noted(
    mojokerto: Office, cast: Cast, coordinator: Player, report: Report, at: Clocked
) -> None:
    number, slug = report
    now = at("2025-03-04 14:00")
    page = coordinator.get(path_of(mojokerto, slug))
    assert path_of(mojokerto, slug, "ingatkan") in page.content.decode()
    answer = coordinator.post(path_of(mojokerto, slug, "ingatkan"), {})
    assert (answer.status_code, answer["Location"]) == (302, path_of(mojokerto, slug))
    row = Reminder.objects.get()
    assert (row.state, row.number, row.by_name, row.role) == (
        "sent",
        number,
        coordinator.user.name,
        "press_coordinator",
    )
    subject = f"Pengingat: {number} masih menunggu"
    people = {cast.member(mojokerto, role).user.email for role in ("operator", "agency_head")}
    assert {who for who, what in told(mojokerto, now) if what == subject} == people
    shown = text_of(page_of(cast.member(mojokerto, "operator"), slug))
    assert "Diingatkan oleh meja pusat" in shown
    assert coordinator.user.name in shown
    with inside(mojokerto):
        complaint = Complaint.objects.get(uid=slug)
        assert verify_chain(complaint).intact
        assert complaint.stage == "received"
        assert not Event.objects.get(action="desk_reminder").public
    assert "terkirim" in text_of(coordinator.get(path_of(mojokerto, slug)))
    assert not DeskLook.objects.exists()


def test_a_step_that_was_prepared_before_the_reminder_is_not_refused(
    mojokerto: Office, cast: Cast, coordinator: Player, report: Report, at: Clocked
) -> None:
    _number, slug = report
    operator = cast.member(mojokerto, "operator")
    prepared = operator.get(f"/kantor/aduan/{slug}/tindakan/main/verify/")
    at("2025-03-04 14:00")
    assert coordinator.post(path_of(mojokerto, slug, "ingatkan"), {}).status_code == 302
    version = prepared.content.decode().partition('name="versi" value="')[2].partition('"')[0]
    answer = operator.post(
        f"/kantor/aduan/{slug}/tindakan/main/verify/", {"versi": version, "isi-case_class": "within_duties"}
    )
    assert answer.status_code == 302, text_of(answer)


def test_only_who_holds_the_role_reminds_or_an_admin_where_none_is_named(
    mojokerto: Office, upik: Office, cast: Cast, coordinator: Player, report: Report
) -> None:
    _number, slug = report
    for role in ("editor", "central_admin", "admin"):
        other = cast.desk(mojokerto.government, role)
        shown = other.get(path_of(mojokerto, slug))
        assert shown.status_code == 200
        assert path_of(mojokerto, slug, "ingatkan") not in shown.content.decode()
        assert other.post(path_of(mojokerto, slug, "ingatkan"), {}).status_code == 403
    assert cast.desk(upik.government, "admin").get(path_of(mojokerto, slug)).status_code == 404
    assert not Reminder.objects.exists()
    number, _code = Citizen(host_of(upik)).report()
    there = slug_of(upik, number)
    assert (
        cast.desk(upik.government, "central_admin").post(path_of(upik, there, "ingatkan"), {}).status_code
        == 403
    )
    assert cast.desk(upik.government, "admin").post(path_of(upik, there, "ingatkan"), {}).status_code == 302
    assert Reminder.objects.get().role == ""


def test_a_second_click_and_times_that_cannot_be_are_refused(
    mojokerto: Office, coordinator: Player, report: Report, at: Clocked
) -> None:
    _number, slug = report
    path = path_of(mojokerto, slug, "ingatkan")
    assert coordinator.post(path, {}).status_code == 302
    again = coordinator.post(path, {})
    assert again.status_code == 422
    assert "baru saja diingatkan" in text_of(again)
    for wrong in (
        {"ring_at": "2025-03-04T09:00"},
        {"ring_at": "2027-01-01T09:00"},
        {"ring_at": "2025-03-05T09:00", "follow_at": "2025-03-05T08:00"},
        {"ring_at": "besok"},
    ):
        answer = coordinator.post(path, wrong)
        assert answer.status_code == 422, wrong
        assert f'value="{wrong["ring_at"]}"' in answer.content.decode()
    at("2025-03-04 11:01")
    assert coordinator.post(path, {}).status_code == 302
    assert Reminder.objects.count() == 2
    assert coordinator.post(path, {"ring_at": "2025-03-05T09:00"}).status_code == 302
    twice = coordinator.post(path, {"ring_at": "2025-03-05T09:00"})
    assert twice.status_code == 422
    assert "sudah dijadwalkan" in text_of(twice)
    assert Reminder.objects.count() == 3


def test_a_reminder_to_the_office_that_had_it_before_is_not_offered_to_be_cancelled(
    mojokerto: Office, cast: Cast, coordinator: Player, report: Report
) -> None:
    _number, slug = report
    other = Office.objects.get(code="greged")
    Office.objects.filter(pk=other.pk).update(government=mojokerto.government)
    coordinator.post(path_of(mojokerto, slug, "ingatkan"), {"ring_at": "2025-03-05T09:00"})
    assert "Batalkan pengingat" in text_of(coordinator.get(path_of(mojokerto, slug)))
    CaseIndex.objects.update(office=other, government=mojokerto.government)
    page = text_of(cast.desk(mojokerto.government, "admin").get(path_of(other, slug)))
    assert "Ingatkan instansi" in page
    assert "dijadwalkan" in page
    assert "Batalkan pengingat" not in page


def test_what_does_not_wait_for_the_office_is_not_reminded_of(
    mojokerto: Office, cast: Cast, coordinator: Player, at: Clocked
) -> None:
    at("2025-03-04 10:00")
    _number, slug = handed_up(cast, mojokerto)
    answer = coordinator.post(path_of(mojokerto, slug, "ingatkan"), {})
    assert answer.status_code == 409
    assert "tidak menunggu pekerjaan instansi ini" in text_of(answer)
    Office.objects.filter(pk=mojokerto.pk).update(status="suspended")
    assert "dihentikan sementara" in text_of(coordinator.post(path_of(mojokerto, slug, "ingatkan"), {}))
    assert not Reminder.objects.exists()


def test_a_reminder_that_was_set_goes_out_at_its_time_and_is_heard_of_further_up(
    mojokerto: Office, cast: Cast, coordinator: Player, report: Report, at: Clocked
) -> None:
    number, slug = report
    times = {"ring_at": "2025-03-05T09:00", "follow_at": "2025-03-06T09:00"}
    assert coordinator.post(path_of(mojokerto, slug, "ingatkan"), times).status_code == 302
    assert "dijadwalkan" in text_of(coordinator.get(path_of(mojokerto, slug)))
    at("2025-03-05 08:59")
    assert rings(mojokerto) == 0
    now = at("2025-03-05 09:00")
    assert rings(mojokerto) == 1
    row = Reminder.objects.get()
    assert (row.state, row.sent_at) == ("sent", now)
    assert f"Pengingat: {number} masih menunggu" in {what for _who, what in told(mojokerto, now)}
    assert rings(mojokerto) == 0
    CentralMessage.objects.all().delete()
    now = at("2025-03-06 09:00")
    assert rings(mojokerto) == 1
    row.refresh_from_db()
    assert (row.state, row.ended_at) == ("escalated", now)
    head = cast.member(mojokerto, "agency_head").user.email
    assert (head, f"Belum ditangani: {number}") in told(mojokerto, now)
    sent = CentralMessage.objects.get()
    assert sent.recipient == coordinator.user.email
    assert number in sent.subject
    assert not Alarm.objects.filter(kind="desk-reminder").exists()
    assert "kepala instansi diberi tahu" in text_of(coordinator.get(path_of(mojokerto, slug)))


def test_a_step_of_the_office_answers_a_reminder_and_a_note_does_not(
    mojokerto: Office, cast: Cast, coordinator: Player, report: Report, at: Clocked
) -> None:
    _number, slug = report
    operator = cast.member(mojokerto, "operator")
    path = path_of(mojokerto, slug, "ingatkan")
    for minute, (action, inputs, state) in enumerate(
        (
            ("note", {"note": "Sedang diperiksa."}, "escalated"),
            ("verify", {"case_class": "within_duties"}, "heeded"),
        )
    ):
        at(f"2025-03-0{5 + minute} 10:00")
        assert coordinator.post(path, {"follow_at": f"2025-03-0{6 + minute}T09:00"}).status_code == 302
        at(f"2025-03-0{5 + minute} 11:00")
        step(operator, slug, action, **inputs)
        at(f"2025-03-0{6 + minute} 09:00")
        assert rings(mojokerto) == 1
        assert Reminder.objects.latest("id").state == state


def test_a_reminder_of_what_waits_no_longer_is_dropped_and_one_not_sent_can_be_cancelled(
    mojokerto: Office, cast: Cast, coordinator: Player, report: Report, at: Clocked
) -> None:
    _number, slug = report
    path = path_of(mojokerto, slug, "ingatkan")
    for moment in ("2025-03-05T08:30", "2025-03-05T09:00"):
        assert coordinator.post(path, {"ring_at": moment}).status_code == 302
    first, second = Reminder.objects.order_by("id")
    assert cast.desk(mojokerto.government, "editor").post(f"{path}{first.pk}/batal/").status_code == 403
    assert coordinator.post(f"{path}{first.pk}/batal/").status_code == 302
    assert coordinator.post(f"{path}{first.pk}/batal/").status_code == 409
    step(
        cast.member(mojokerto, "operator"),
        slug,
        "decline",
        ground="unethical",
        reason="Bukan aduan yang pantas.",
    )
    at("2025-03-05 09:00")
    assert rings(mojokerto) == 1
    states = [Reminder.objects.get(pk=row.pk).state for row in (first, second)]
    assert states == ["cancelled", "dropped"]
    with inside(mojokerto):
        assert not Event.objects.filter(action="desk_reminder").exists()


def test_calls_are_noted_without_a_citizens_data(mojokerto: Office, cast: Cast, report: Report) -> None:
    _number, slug = report
    editor = cast.desk(mojokerto.government, "editor")
    path = path_of(mojokerto, slug, "telepon")
    assert editor.post(path, {"called": "", "outcome": "apa"}).status_code == 422
    data = {
        "called": "Kepala Seksi Lalu Lintas",
        "outcome": "reached",
        "note": "Akan dicek sore ini. Pelapor 0812-3456-7890, siti@example.org.",
    }
    for _click in range(2):
        assert editor.post(path, data).status_code == 302
    row = DeskCall.objects.get()
    assert (row.called, row.outcome, row.by_name) == (data["called"], "reached", editor.user.name)
    shown = text_of(editor.get(path_of(mojokerto, slug)))
    for words in ("Kepala Seksi Lalu Lintas", "tersambung", "Akan dicek sore ini.", "[telepon]", "[surel]"):
        assert words in shown
    assert "0812" not in row.note


def test_the_desk_is_to_remind_once_it_was_alerted(
    mojokerto: Office, cast: Cast, coordinator: Player, report: Report, at: Clocked
) -> None:
    number, slug = report
    entry = CaseIndex.objects.get(uid=slug)
    assert entry.remind_by_at is None
    case_alarm = ("case", entry.uid.hex)
    at("2025-03-04 10:31")
    assert ring(mojokerto.pk, [case_alarm]) == 1  # overdue: the head hears of it
    assert not CaseIndex.objects.exclude(remind_by_at=None).exists()
    at("2025-03-05 10:31")
    assert ring(mojokerto.pk, [case_alarm]) == 1  # the next rung is the desk's
    entry.refresh_from_db()
    assert entry.remind_by_at == at("2025-03-05 12:31")
    assert number in text_of(coordinator.get("/meja/aduan/", {"sisi": "ingatkan"}))
    assert coordinator.post(path_of(mojokerto, slug, "ingatkan"), {}).status_code == 302
    entry.refresh_from_db()
    assert entry.remind_by_at is None
