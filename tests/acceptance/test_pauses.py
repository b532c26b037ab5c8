"""Time that does not count: kept as intervals with their reason, shown to staff and to the reporter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from central.coordination.services import claim_due_alarms
from central.coordination.tasks import ring
from central.offices.models import Office
from tenants.complaints.snapshot import pauses_of
from tests.acceptance.cast import Player
from tests.acceptance.citizen import Citizen
from tests.acceptance.sops.driver import Case, seen, wib

At = Callable[..., datetime]


@pytest.fixture
def case(greged: Office, at: At, warga: Callable[[Office], Citizen]) -> Case:
    """A complaint of Monday, 10:00."""
    at("2025-02-03 10:00")
    citizen = warga(greged)
    number, code = citizen.report(category="street_light")
    return Case(greged, citizen, number, code)


def test_a_question_to_the_reporter_stops_the_step_and_everybody_reads_from_when_to_when(
    case: Case, petugas: Player, at: At
) -> None:
    limit = case.due("verification")
    case.does(petugas, "ask_reporter", question="Tiang nomor berapa?")
    clock = case.clock("verification")
    assert clock.paused_at == wib("2025-02-03 10:00")
    assert clock.paused_in == case.row().stage
    page = case.page(petugas)
    assert "berhenti sejak 3 Februari 2025 pukul 10.00 WIB" in page
    assert "berhenti." in page, "the story says which limit stands still"
    tracked = case.tracked()
    since = "Batas waktu petugas berhenti sejak 3 Februari 2025 pukul 10.00 WIB"
    assert f"{since}: menunggu jawaban pelapor." in tracked
    at("2025-02-05 09:00")
    case.answers("reply", reply="Tiang nomor 17.")
    clock = case.clock("verification")
    assert [tuple(pause) for pause in pauses_of(clock)] == [
        (wib("2025-02-03 10:00"), wib("2025-02-05 09:00"), "awaiting_reporter")
    ]
    assert (clock.paused_at, clock.paused_in) == (None, "")
    assert case.due("verification") > limit
    kept = (
        "Tidak dihitung: 3 Februari 2025 pukul 10.00 WIB sampai 5 Februari 2025 pukul "
        "09.00 WIB, menunggu jawaban pelapor"
    )
    page = case.page(petugas)
    assert kept in page
    assert "berjalan lagi, sampai" in page
    assert "sampai 5 Februari 2025 pukul 09.00 WIB: menunggu jawaban pelapor." in case.tracked()
    found = petugas.get(f"/api/v1/cases/{case.slug}/").json()["clocks"]
    pauses = next(one["pauses"] for one in found if one["code"] == "verification")
    assert [pause["stage"] for pause in pauses] == ["awaiting_reporter"]


def test_a_wait_without_an_answer_ends_by_itself_and_is_kept_too(case: Case, petugas: Player, at: At) -> None:
    case.does(petugas, "ask_reporter", question="Tiang nomor berapa?")
    at("2025-03-06 10:00")
    ring(
        case.office.pk, [(kind, key) for _office, kind, key in claim_due_alarms(datetime.now().astimezone())]
    )
    (pause,) = pauses_of(case.clock("verification"))
    assert (pause.begin, pause.stage) == (wib("2025-02-03 10:00"), "awaiting_reporter")
    assert "menunggu jawaban pelapor" in case.page(petugas)


def test_time_in_the_governments_queue_is_kept_with_its_own_reason(
    case: Case, petugas: Player, at: At
) -> None:
    case.does(petugas, "hand_up", reason="Urusan dinas lain.")
    at("2025-02-04 10:00")
    case.does(petugas, "take_back_hand_up")
    (pause,) = pauses_of(case.clock("verification"))
    assert pause.stage == "with_government"
    assert "WIB, di meja pusat" in case.page(petugas)


def test_a_question_hides_from_nobody_that_a_limit_was_missed(case: Case, petugas: Player, at: At) -> None:
    """The step stands still, the whole process does not; and what was missed before stays missed."""
    at("2025-02-05 10:00")
    case.does(petugas, "ask_reporter", question="Tiang nomor berapa?")
    head, rest = case.page(petugas).text.split("Tahap:", 1)
    assert "berhenti" not in head, "14 days run on"
    assert "lewat 24 jam" in rest, "the verification was due on Tuesday"
    at("2025-02-26 10:00")
    assert "lewat" in case.page(petugas).text.split("Tahap:")[0]
    row = seen(petugas, "/kantor/?tab=terbuka").text.split(case.number, 1)[1]
    assert "lewat" in row
    assert "berhenti: menunggu pelapor" not in row
