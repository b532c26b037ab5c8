"""A support visit by HTTP: an admin of the desk begins it, and stands at the office's host."""

from __future__ import annotations

from typing import Any

from central.offices.models import Office
from tests.acceptance.cast import Player, host_of

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
