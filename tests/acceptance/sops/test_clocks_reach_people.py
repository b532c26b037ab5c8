"""What time alone does reaches the people it is meant for: reminders, rungs of the ladder, a new calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.utils import timezone

from central.coordination.services import claim_due_alarms
from central.coordination.tasks import ring
from central.delivery.models import CentralMessage
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Event, Message
from tests.acceptance.cast import Cast, Player
from tests.acceptance.sops.driver import Case, seen, walk, wib
from tests.acceptance.sops.test_greged import WAY

Report = Callable[..., Case]
At = Callable[..., datetime]

REPORTER = "siti.aminah@example.org"


@pytest.fixture
def staff(
    greged: Office, as_member: Callable[..., Player], as_admin: Callable[..., Player]
) -> dict[str, Player]:
    return {
        "clerk": as_member(greged, "complaint_clerk"),
        "secretary": as_member(greged, "district_secretary"),
        "head": as_member(greged, "district_head"),
        "unit": as_member(greged, "unit_officer", "pemberdayaan"),
        "admin": as_admin(greged),
    }


@pytest.fixture
def case(greged: Office, staff: dict[str, Player], monday: datetime, reported: Report) -> Case:
    """A complaint of Monday, 10:00."""
    return reported(greged, category="street_light")


def worker(office: Office) -> None:
    """Does what is due, until nothing is."""
    for _ in range(20):
        due = claim_due_alarms(timezone.now())
        if not due:
            return
        ring(office.pk, [(kind, key) for _office, kind, key in due])
    raise AssertionError("The alarms never end.")


def test_work_without_a_limit_is_reminded_of_and_then_climbs_the_ladder(
    case: Case, staff: dict[str, Player], at: At, cast: Cast
) -> None:
    walk(case, staff, WAY, "submit_report")
    response = "Petugas kami memeriksa tiang lampunya hari ini."
    case.does(staff["unit"], "first_response/give_first_response", response=response)
    assert case.has_no_limit()
    desk = cast.desk(case.office.government, "central_admin")
    reminder, escalated = f"Pengingat: {case.number} masih menunggu", f"Belum ditangani: {case.number}"
    unit, secretary, head = (staff[who].user.email for who in ("unit", "secretary", "head"))
    at("2025-02-06 10:01")  # three working days
    worker(case.office)
    assert case.told(unit).count(reminder) == 1
    assert escalated not in case.told(secretary), "the first is for those who have the work"
    at("2025-02-11 10:02")
    worker(case.office)
    assert case.told(unit).count(reminder) == 2
    assert case.told(secretary).count(escalated) == 1
    at("2025-02-14 10:03")
    worker(case.office)
    assert case.told(head).count(escalated) == 1
    assert not CentralMessage.objects.filter(recipient=desk.user.email)
    at("2025-02-19 10:04")
    worker(case.office)
    assert case.number in CentralMessage.objects.get(recipient=desk.user.email).subject
    assert case.told(unit).count(reminder) == 4


def test_a_note_puts_off_no_reminder(case: Case, staff: dict[str, Player], at: At) -> None:
    walk(case, staff, WAY, "submit_report")
    before = case.work().remind_at
    at("2025-02-05 10:00")
    case.does(staff["unit"], "note", note="Sudah saya lihat, menunggu suku cadang.")
    assert case.work().remind_at == before
    at("2025-02-06 10:01")
    worker(case.office)
    reminder = f"Pengingat: {case.number} masih menunggu"
    assert case.told(staff["unit"].user.email).count(reminder) == 1


def test_whoever_takes_the_work_up_stills_the_ladder(case: Case, staff: dict[str, Player], at: At) -> None:
    due = case.due("verification")
    walk(case, staff, WAY, "submit_report")
    assert case.met("verification")
    at("2025-02-04 15:00")
    assert due < timezone.now()
    worker(case.office)
    late = f"Lewat batas waktu: {case.number}"
    assert late not in case.told(staff["clerk"].user.email)
    assert late not in case.told(staff["secretary"].user.email)


def test_a_letter_says_which_limit_it_names(case: Case, staff: dict[str, Player], at: At) -> None:
    """That of the step where it has one, else that of the whole process, in as many words."""
    first = case.mail(staff["clerk"].user.email)
    assert "Paling lambat Selasa, 4 Februari 2025" in first
    assert "Seluruh penanganan" not in first
    walk(case, staff, WAY, "approve")
    whole = "Seluruh penanganan paling lambat Jumat, 21 Februari 2025 pukul 10.00 WIB."
    letter = case.mail(staff["secretary"].user.email)
    assert whole in letter
    assert " Paling lambat" not in letter
    at("2025-02-19 10:00")
    worker(case.office)
    assert any(
        subject.startswith("Mendekati batas waktu") for subject in case.told(staff["secretary"].user.email)
    )
    with inside(case.office):
        sent = Message.objects.filter(
            subject__startswith="Mendekati", recipient=staff["secretary"].user.email
        )
        assert whole in sent.get().body


def test_a_day_off_moves_what_is_open_tells_the_reporter_and_leaves_the_promise(
    case: Case, staff: dict[str, Player], at: At, greged: Office, reported: Report
) -> None:
    admin, clerk = staff["admin"], staff["clerk"]
    other = reported(greged, category="street_light", email="", phone="", visibility="anonymous")
    closed = reported(greged, category="street_light")
    closed.answers("withdraw")
    promised = case.row().promised_due_at
    assert promised == wib("2025-02-21 10:00")
    assert case.row().due_at == promised
    limit = case.due("verification")
    given = {"name": "Banjir di kantor", "starts_on": "2025-02-12", "ends_on": "2025-02-12"}
    assert admin.post("/kantor/atur/kalender/", given).status_code == 302
    assert case.row().due_at == promised, "the office's worker does it"
    worker(greged)
    for one in (case, other):
        assert one.row().due_at == wib("2025-02-24 10:00")
        assert one.row().promised_due_at == promised
        assert one.due("whole_process") == wib("2025-02-24 10:00")
    assert case.due("verification") == limit, "before the day off nothing moves"
    assert closed.row().due_at is None
    assert case.told(REPORTER)[-1] == f"Batas waktu laporan {case.number} berubah"
    page = case.page(clerk)
    assert "Batas waktu dihitung ulang" in page
    assert "Dijanjikan: " in page
    assert "Penanganan selesai paling lambat Senin, 24 Februari 2025" in case.mail(REPORTER)
    tracked = case.tracked()
    assert "24 Februari 2025 pukul 10.00 WIB" in tracked
    assert "Semula dijanjikan 21 Februari 2025 pukul 10.00 WIB" in tracked
    with inside(greged):
        events = Event.objects.filter(action="recompute").order_by("complaint_id")
        assert [event.complaint.number for event in events] == [case.number, other.number]
        (moved,) = events[0].data["clocks"]
        assert (moved["code"], moved["event"]) == ("whole_process", "move")
        assert datetime.fromisoformat(moved["previous"]) == promised
        assert not Message.objects.filter(complaint__number=other.number, to_reporter=True).exists()
    drop = next(href for href in seen(admin, "/kantor/atur/kalender/").forms if "hapus" in href.action)
    assert admin.post(drop.action, drop.data()).status_code == 302
    worker(greged)
    assert case.row().due_at == promised, "and back, when the office opens after all"
    assert case.row().promised_due_at == promised
