"""A procedure that is no preset: an appeal after closing, and six working days in Eastern Indonesia Time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from central.offices.models import Government
from tests.acceptance.cast import Player
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.sops.driver import Case, Way, seen, walk
from tests.acceptance.sops.own_office import OwnOffice

Report = Callable[..., Case]
At = Callable[..., datetime]
Wit = Callable[[str], datetime]

DECISION = "Batas tanah ditetapkan menurut patok yang lama."
ON_APPEAL = "Putusan kampung dibatalkan; batas tanah diukur ulang bersama kedua keluarga."
WAY: Way = (
    ("secretary", "heard", {"findings": "Dua keluarga mengaku tanah yang sama."}),
    ("village_head", "decide", {"answer": DECISION}),
)


@pytest.fixture
def own(real_commits: str) -> OwnOffice:
    return OwnOffice("appeal", Government.objects.get(code="jogja"), "Asia/Jayapura")


@pytest.fixture
def staff(own: OwnOffice) -> dict[str, Player]:
    return own.staff


@pytest.fixture
def wit(own: OwnOffice, at: At) -> Wit:
    """`wit("2026-03-07 11:00")`: it is that moment in Eastern Indonesia Time."""
    return lambda moment: at(moment, own.office)


def wit_moment(moment: str) -> datetime:
    return datetime.fromisoformat(f"{moment}+09:00")


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-06 10:30", "2026-03-07 10:30"),  # Friday: Saturday is a working day
        ("2026-03-07 11:00", "2026-03-09 11:00"),  # Saturday: Sunday is none
        ("2026-03-06 13:00", "2026-03-09 08:00"),  # after closing on Friday: as on Saturday morning
        ("2026-03-08 09:00", "2026-03-10 08:00"),  # Sunday: as on Monday morning
    ],
)
def test_saturday_is_a_working_day_and_moments_are_told_in_wit(
    own: OwnOffice, wit: Wit, reported: Report, received: str, due: str
) -> None:
    wit(received)
    case = reported(own.office, category="land")
    assert case.due("hearing") == wit_moment(due)
    words = f"{int(due[8:10])} Maret 2026 pukul {due[11:].replace(':', '.')} WIT"
    assert words in case.page(own.staff["secretary"])
    assert words in case.tracked()


def test_the_year_of_the_register_is_the_one_in_the_village(
    own: OwnOffice, wit: Wit, reported: Report
) -> None:
    wit("2026-12-31 23:50")
    assert reported(own.office, category="land").number == "1/KMP/2026"
    wit("2027-01-01 00:10")  # in Jakarta it is still the year before
    assert reported(own.office, category="land").number == "1/KMP/2027"


def test_the_head_decides_within_six_working_days_and_the_reporter_hears_of_it(
    own: OwnOffice, wit: Wit, reported: Report, staff: dict[str, Player]
) -> None:
    wit("2026-03-07 11:00")
    case = reported(own.office, category="water")
    case.refuses(staff["village_head"], "heard")
    case.does(staff["secretary"], "heard", findings="Air keruh sejak Kamis.")
    assert case.met("hearing")
    assert case.due("decision") == wit_moment("2026-03-14 11:00"), "Saturday to Saturday"
    case.refuses(staff["secretary"], "decide")
    case.refuses(staff["council"], "decide")
    case.does(staff["village_head"], "decide", answer=DECISION)
    assert case.row().outcome == "resolved"
    assert DECISION in case.tracked()
    assert case.told("siti.aminah@example.org")[-1] == f"Jawaban atas laporan {case.number}"


def test_an_appeal_after_closing_is_decided_by_others_and_once_only(
    own: OwnOffice, wit: Wit, reported: Report, staff: dict[str, Player]
) -> None:
    wit("2026-03-05 09:00")
    case = reported(own.office, category="land")
    walk(case, staff, (*WAY, ("", "end", {})), "end")
    assert case.running() == set()
    assert not case.waits_for(staff["council"])
    wit("2026-03-09 09:00")
    assert "Dapat dilakukan sampai Sabtu, 4 April 2026 pukul 09.00 WIT." in case.tracked()
    case.answers("object", reason="Patok yang lama sudah dipindahkan orang.")
    assert case.row().stage == "appeal"
    assert case.row().closed_at is None
    assert case.waits_for(staff["council"])
    assert "Patok yang lama sudah dipindahkan orang." in case.page(staff["council"])
    # 19 March is Nyepi, the 21st Idul Fitri; joint leave is no day off in this village.
    assert case.due("appeal") == wit_moment("2026-03-25 09:00")
    for other in ("secretary", "village_head"):
        case.refuses(staff[other], "decide_appeal")
    wit("2026-03-20 10:00")
    case.does(staff["council"], "decide_appeal", answer=ON_APPEAL)
    assert case.met("appeal")
    assert ON_APPEAL in case.tracked()
    offered = [href for href, _words in case.tracked().links if "/langkah/" in href]
    assert not any("object" in href for href in offered), "one appeal, says the document"


def test_an_appeal_comes_too_late_after_thirty_days(
    own: OwnOffice, wit: Wit, reported: Report, staff: dict[str, Player]
) -> None:
    wit("2026-03-05 09:00")
    case = reported(own.office, category="land")
    walk(case, staff, (*WAY, ("", "end", {})), "end")
    page = case.tracked().link(r"/langkah/main/object/$")
    wit("2026-04-04 09:01")
    assert not any("object" in href for href, _words in case.tracked().links)
    answer = case.citizen.post(page, {"reason": "Saya baru sempat sekarang."})
    assert answer.status_code in {404, 409, 422}, text_of(answer)
    assert case.row().stage == "closed"


def test_who_leaves_no_name_is_heard_too_and_what_is_not_the_villages_is_referred(
    own: OwnOffice, wit: Wit, warga: Callable[..., Citizen], staff: dict[str, Player]
) -> None:
    wit("2026-03-05 09:00")
    citizen = warga(own.office)
    number, code = citizen.report(category="water", visibility="anonymous")
    case = Case(own.office, citizen, number, code)
    assert "Tanpa nama" in case.page(staff["secretary"])
    case.does(staff["secretary"], "refer", authority="Balai Sungai", reason="Sungai urusan provinsi.")
    assert case.row().outcome == "referred"
    assert "Balai Sungai" in case.tracked()
    assert "Sabtu" in seen(citizen, "/"), "the page of the office names its hours"
