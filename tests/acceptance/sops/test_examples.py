"""The examples by which the tables say what a limit means, at offices that work Mon-Fri 07:30-16:00."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from central.offices import directory
from central.offices.models import Office
from tests.acceptance.cast import Player
from tests.acceptance.sops.driver import Case, walk, wib
from tests.acceptance.sops.test_greged import WAY

Report = Callable[..., Case]
At = Callable[..., datetime]

ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}


@pytest.mark.parametrize(
    ("limit", "moment", "due", "words"),
    [
        ("1 WD", "2025-02-07 10:00", "2025-02-10 10:00", "10 Februari 2025 pukul 10.00 WIB"),
        ("1 WD", "2025-02-08 22:00", "2025-02-11 07:30", "11 Februari 2025 pukul 07.30 WIB"),
        ("30 WM", "2025-02-07 15:50", "2025-02-10 07:50", "10 Februari 2025 pukul 07.50 WIB"),
        ("2 h", "2025-02-08 22:00", "2025-02-09 00:00", "9 Februari 2025 pukul 00.00 WIB"),
    ],
    ids=["1 WD from Fri 10:00", "1 WD from Sat 22:00", "30 WM from Fri 15:50", "2 h from Sat 22:00"],
)
def test_a_limit_from_receipt_ends_when_the_convention_says(
    request: pytest.FixtureRequest,
    as_member: Callable[..., Player],
    at: At,
    reported: Report,
    limit: str,
    moment: str,
    due: str,
    words: str,
) -> None:
    """The verification of the office whose SOP gives this limit to it."""
    name, role = {
        "1 WD": ("greged", "complaint_clerk"),
        "30 WM": ("mojokerto", "operator"),
        "2 h": ("upik", "agency_admin"),
    }[limit]
    office: Office = request.getfixturevalue(name)
    at(moment)
    case = reported(office)
    assert case.clock("verification").limit == limit
    assert case.due("verification") == case.work().due_at == wib(due)
    assert f"sampai {words}" in case.page(as_member(office, role))


def test_24_hours_from_friday_15_00_end_on_saturday_15_00(
    greged: Office, as_member: Callable[..., Player], at: At, reported: Report
) -> None:
    clerk = as_member(greged, "complaint_clerk")
    at("2025-02-07 14:00")
    case = reported(greged)
    at("2025-02-07 15:00")
    walk(case, {"clerk": clerk}, WAY, "assign")
    assert case.clock("disposition").limit == "24 h"
    assert case.due("disposition") == wib("2025-02-08 15:00")
    assert "sampai 8 Februari 2025 pukul 15.00 WIB" in case.page(clerk)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("moment", "due", "day"),
    [
        ("2025-02-03 00:30", "2025-02-04 07:30", "4 Februari"),
        ("2025-02-04 00:30", "2025-02-05 07:30", "5 Februari"),
        ("2025-02-08 00:30", "2025-02-11 07:30", "11 Februari"),
    ],
    ids=["Monday", "Tuesday", "Saturday"],
)
def test_at_00_30_weekday_and_hour_are_those_of_the_office(
    greged: Office,
    as_member: Callable[..., Player],
    at: At,
    reported: Report,
    zone: str,
    moment: str,
    due: str,
    day: str,
) -> None:
    """Half past midnight is still the day before in UTC, and east of Jakarta in WIB too."""
    office = moved(greged, zone)
    clerk = as_member(office, "complaint_clerk")
    received = at(moment, office)
    case = reported(office)
    assert case.row().received_at == received
    local = datetime.fromisoformat(due).replace(tzinfo=ZoneInfo(ZONES[zone]))
    assert case.due("verification") == local
    for page in (case.page(clerk), case.citizen.get(f"/lacak/{case.code}/tanda-terima/").content.decode()):
        assert f"{day} 2025 pukul 07.30 {zone}" in page


@pytest.mark.parametrize("zone", ZONES)
def test_the_register_follows_the_offices_own_calendar(
    greged: Office, at: At, reported: Report, zone: str
) -> None:
    office = moved(greged, zone)
    at("2024-12-31 23:30", office)
    assert reported(office).number == "0001/SIGAP/XII/2024"
    at("2025-01-01 00:30", office)
    assert reported(office).number == "0001/SIGAP/I/2025"


def moved(office: Office, zone: str) -> Office:
    """The office in another time zone."""
    office.timezone = ZONES[zone]
    office.save(update_fields=["timezone"])
    directory.forget()
    return office
