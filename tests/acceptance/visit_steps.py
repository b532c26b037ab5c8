"""A support visit by HTTP: an admin of the desk begins it, and stands at the office's host."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from central.offices.models import Office
from tests.acceptance.cast import Cast, Player, host_of

Clocked = Callable[..., datetime]

REASON = "Operator tidak menemukan pengaturan kategori."
HOME = "/kantor/atur/"


def begin(desk: Player, office: Office, /, **changes: Any) -> Any:
    data = {"office": office.code, "reason": REASON, "minutes": "30", **changes}
    return desk.post("/meja/kunjungan/mulai/", data)


def at_office(person: Player, office: Office, *, second_factor: bool = True) -> Player:
    """The same account, signed in at the office's own host."""
    return Player(person.user, host_of(office), second_factor=second_factor)


def nowhere(answer: Any) -> bool:
    """Sent to the page that says where the account works."""
    return (answer.status_code, answer.get("Location", "")) == (302, "/akun/bukan-anggota/")


@pytest.fixture
def now(at: Clocked) -> datetime:
    return at("2025-03-04 10:00")


@pytest.fixture
def desk(mojokerto: Office, cast: Cast, now: datetime) -> Player:
    return cast.desk(mojokerto.government, "admin")


@pytest.fixture
def head(mojokerto: Office, cast: Cast, now: datetime) -> Player:
    """The office's admin."""
    return cast.admin(mojokerto)


@pytest.fixture
def visitor(desk: Player, head: Player, mojokerto: Office) -> Player:
    """The desk's admin at the office's host, signed in there, while a visit runs until 10:30."""
    assert begin(desk, mojokerto).status_code == 302
    return at_office(desk, mojokerto)
