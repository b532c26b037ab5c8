"""The demo's governments, offices and people, as `data/demo.yaml` has them."""

from __future__ import annotations

import base64
import hashlib
import time
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

PERIOD = 30  # seconds that a code is shown


@dataclass(frozen=True)
class Person:
    """Somebody who signs in. `position`: code of the preset's position; `roles`: at a government's desk;
    `first`: who has an office's first step, and is the one to begin with."""

    email: str
    name: str
    task: str = ""
    position: str = ""
    admin: bool = False
    roles: tuple[str, ...] = ()
    first: bool = False

    @property
    def second_factor(self) -> bool:
        """Whether this person's tasks demand a second factor."""
        return self.admin or bool(self.roles)

    @property
    def secret(self) -> str:
        """The seed of the time codes: the same in every demo, for it protects nothing."""
        return base64.b32encode(hashlib.sha256(f"tanggap demo {self.email}".encode()).digest()[:20]).decode()

    def code(self, at: float | None = None) -> str:
        """The time code of a moment (seconds since 1970), by default of now."""
        counter = int(time.time() if at is None else at) // PERIOD
        return str(format_hotp_value(hotp_value(self.secret, counter)))


@dataclass(frozen=True)
class DemoGovernment:
    code: str
    name: str
    region: str
    people: tuple[Person, ...]


@dataclass(frozen=True)
class DemoOffice:
    """An office with its people. `area` and `places` make the places of its complaints, such as "Desa" and
    names.
    """

    code: str
    government: str
    preset: str
    name: str
    kind: str
    region: str
    colour: str
    address: str
    phone: str
    area: str
    places: tuple[str, ...]
    people: tuple[Person, ...]
    variant: str = ""


@dataclass(frozen=True)
class Cast:
    password: str
    governments: tuple[DemoGovernment, ...]
    offices: tuple[DemoOffice, ...]

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody, of desks and offices."""
        desks = tuple(person for government in self.governments for person in government.people)
        return desks + tuple(person for office in self.offices for person in office.people)


def data(name: str) -> str:
    """The text of one of the demo's data files."""
    return files("tenants.demo").joinpath("data", name).read_text("utf-8")


@cache
def words() -> dict[str, Any]:
    """What the demo's people are called and what they write; read once a process."""
    written: dict[str, Any] = yaml.safe_load(data("words.yaml"))
    return written


@cache
def cast() -> Cast:
    """Everybody of the demo; read once a process."""
    written: dict[str, Any] = yaml.safe_load(data("demo.yaml"))
    return Cast(
        password=written["password"],
        governments=tuple(DemoGovernment(**_with_people(item)) for item in written["governments"]),
        offices=tuple(
            DemoOffice(**{**_with_people(item), "places": tuple(item["places"])})
            for item in written["offices"]
        ),
    )


def _with_people(item: dict[str, Any]) -> dict[str, Any]:
    people = tuple(Person(**{**one, "roles": tuple(one.get("roles", ()))}) for one in item["people"])
    return {**item, "people": people}
