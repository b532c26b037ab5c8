"""The stage of the acceptance tests: an office for every SOP, its people, a citizen, a stranger, and the
clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
import time_machine

if TYPE_CHECKING:
    from central.offices.models import Government, Office
    from tests.acceptance.cast import Cast, Player
    from tests.acceptance.citizen import Citizen


def _office(code: str) -> Office:
    from central.offices.models import Office

    return Office.objects.select_related("government").get(code=code)


@pytest.fixture
def greged(_some_database: None) -> Office:
    return _office("greged")


@pytest.fixture
def jenawi(_some_database: None) -> Office:
    return _office("jenawi")


@pytest.fixture
def mojokerto(_some_database: None) -> Office:
    return _office("dishub-mojokerto")


@pytest.fixture
def triharjo(_some_database: None) -> Office:
    return _office("triharjo")


@pytest.fixture
def upik(_some_database: None) -> Office:
    return _office("dpupkp-jogja")


@pytest.fixture
def cast(_some_database: None) -> Cast:
    """Everybody; `cast.member(office, role, unit)`, `cast.admin(office)`, `cast.desk(government, role)`."""
    from tests.acceptance.cast import Cast

    return Cast()


@pytest.fixture
def as_member(cast: Cast) -> Callable[..., Player]:
    """`as_member(office, role, unit=None)`: a member who holds the role, at their office's host."""
    return cast.member


@pytest.fixture
def as_admin(cast: Cast) -> Callable[[Office], Player]:
    """`as_admin(office)`: the office's admin."""
    return cast.admin


@pytest.fixture
def as_desk(cast: Cast) -> Callable[[Government, str], Player]:
    """`as_desk(government, role)`: somebody of the central desk, at the government's host."""
    return cast.desk


@pytest.fixture
def petugas(cast: Cast, greged: Office) -> Player:
    """The complaint clerk of the first office."""
    return cast.member(greged, "complaint_clerk")


@pytest.fixture
def sekcam(cast: Cast, greged: Office) -> Player:
    """The district secretary of the first office."""
    return cast.member(greged, "district_secretary")


@pytest.fixture
def petugas_lapangan(cast: Cast, upik: Office) -> Player:
    """A field officer."""
    return cast.member(upik, "field_officer")


@pytest.fixture
def admin_pengaduan(cast: Cast, mojokerto: Office) -> Player:
    """The central complaint admin of a government's desk."""
    return cast.desk(mojokerto.government, "central_admin")


@pytest.fixture
def warga(_some_database: None) -> Callable[[Office], Citizen]:
    """`warga(office)`: a citizen with a browser at an office's site."""
    from tests.acceptance.cast import host_of
    from tests.acceptance.citizen import Citizen

    return lambda office: Citizen(host_of(office))


@pytest.fixture
def orang_luar(cast: Cast, jenawi: Office, greged: Office) -> Callable[[Office], Player]:
    """`orang_luar(office)`: a member of another office who carries their session to this one's host and
    must see nothing.
    """

    def stranger(office: Office) -> Player:
        home = greged if office.pk == jenawi.pk else jenawi
        return cast.admin(home).at(office)

    return stranger


@pytest.fixture
def at() -> Iterator[Callable[..., datetime]]:
    """`at("2025-03-03 10:00")`: sets the clock, which then stands still; again to move it.

    The moment is read in the zone of `office` if one is given, else in WIB. Returns it aware.
    """
    clocks: list[time_machine.Traveller] = []
    travels: list[time_machine.travel] = []

    def set_clock(moment: str, office: Office | None = None) -> datetime:
        zone = ZoneInfo(office.timezone if office is not None else "Asia/Jakarta")
        wanted = datetime.fromisoformat(moment).replace(tzinfo=zone)
        # In UTC: with a zone of its own the traveller would change that of the whole process.
        if clocks:
            clocks[0].move_to(wanted.astimezone(UTC))
        else:
            travels.append(time_machine.travel(wanted.astimezone(UTC), tick=False))
            clocks.append(travels[0].start())
        return wanted

    yield set_clock
    for travel in travels:
        travel.stop()
