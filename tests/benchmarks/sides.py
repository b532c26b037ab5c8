"""Two platforms side by side that differ in the number of their offices, each with a database server of its
own: roles belong to a whole server, and a login's memberships are among what might grow.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.launch import places, postgres
from tests.benchmarks.client import Client
from tests.benchmarks.crowd import crowd, signed_in
from tests.benchmarks.stage import VAR, begin, environment, free_port, preparing, web

if TYPE_CHECKING:
    from central.offices.models import Office

IN_A_GOVERNMENT = 10
"""Offices of each government, on both sides: pages of one government show the same."""

OPEN = 50
"""Open complaints of the office that is looked at."""

FIRST = "Padi"
"""In the name of the first office alone."""

PASSWORD = "sawah-hijau-2026"
EMAIL = "petugas@contoh.id"


@dataclass
class Side:
    """One platform. `made`: seconds that each of its offices took, in their order."""

    name: str
    var: Path
    server: postgres.Server
    port: int
    offices: list[Office] = field(default_factory=list)
    made: list[float] = field(default_factory=list)
    cookies: dict[str, str] = field(default_factory=dict)
    code: str = ""

    @property
    def first(self) -> str:
        """The host of the office that is looked at."""
        return f"{self.offices[0].code}.localhost"

    def client(self, host: str = "localhost", **headers: str) -> Client:
        return Client(self.port, host, headers)

    def staff(self) -> Client:
        """The clerk of the first office, signed in."""
        return self.client(self.first, Cookie="; ".join(f"{k}={v}" for k, v in self.cookies.items()))


@contextmanager
def two_sides(*names: str) -> Iterator[list[Side]]:
    """Fresh platforms without offices, each with one web worker of one thread; removed afterwards."""
    with ExitStack() as stack:
        sides = [stack.enter_context(_server(name)) for name in names]
        started = [preparing(side.var, _environment(side), side.server) for side in sides]
        ends = [process.wait() for process in started]
        if any(ends):
            raise SystemExit("The databases could not be prepared.")
        for side in sides:
            stack.enter_context(web(side.var, side.port, _environment(side), threads=1))
        yield sides


@contextmanager
def _server(name: str) -> Iterator[Side]:
    var = VAR / name
    _remove(var)
    lease = begin(var)
    try:
        yield Side(name, var, lease.server, free_port())
    finally:
        lease.release()
        _remove(var)


def _remove(var: Path) -> None:
    """A run that was killed has left its folder; its server ended with it."""
    for folder in (places.private_folder(var), var):
        shutil.rmtree(folder, ignore_errors=True)


def _environment(side: Side) -> dict[str, str]:
    # Behind a proxy in name: brakes count senders, and each request may come from another one.
    # The names of cookies are made of the port: with one for all, this process can sign people in everywhere.
    own = environment(side.var, int(os.environ["PORT"]), side.server)
    return {**os.environ, **own, "TRUSTED_PROXIES": "1"}


@contextmanager
def using(side: Side) -> Iterator[None]:
    """This process works on that platform's database meanwhile."""
    from django.db import connections

    from central.offices import directory
    from config.env import Environment

    before = {alias: dict(connections[alias].settings_dict) for alias in ("default", "owner")}
    urls = {"default": side.server.app_url, "owner": side.server.owner_url}
    connections.close_all()
    directory.forget()
    try:
        for alias, url in urls.items():
            parts = Environment({"DATABASE_URL": url}).database("DATABASE_URL")
            assert parts is not None
            connections[alias].settings_dict.update(parts)
        yield
    finally:
        connections.close_all()
        directory.forget()
        for alias, settings in before.items():
            connections[alias].settings_dict.update(settings)


def add_offices(side: Side, count: int) -> None:
    """Makes offices by the platform's own command, ten a government. Inside `using(side)`."""
    from central.offices.models import Government
    from central.offices.services import create_government, create_office

    for number in range(len(side.offices), len(side.offices) + count):
        code = f"kab-{number // IN_A_GOVERNMENT}"
        government = Government.objects.filter(code=code).first() or create_government(
            code=code, name=f"Kabupaten Penguji {number // IN_A_GOVERNMENT}", subdomain=code
        )
        began = time.perf_counter()
        office = create_office(
            government=government,
            code=f"kec-{number}",
            name=f"Kecamatan {number or FIRST}",
            seed=_seed(number),
        )
        side.made.append(time.perf_counter() - began)
        side.offices.append(office)


def _seed(number: int) -> dict[str, Any]:
    return {"preset": "greged", "admin_name": "Admin", "admin_email": f"admin-{number}@contoh.id"}


def furnish(side: Side) -> None:
    """Complaints and a clerk for the first office; an account that signs in by password."""
    from central.accounts.models import User
    from central.offices.access import office as inside
    from tenants.complaints.models import Complaint
    from tenants.organization.models import Member

    first = side.offices[0]
    crowd(first, OPEN)
    side.cookies = signed_in(first, role="complaint_clerk")
    user = User.objects.create_user(EMAIL, PASSWORD, name="Petugas Penguji")
    with inside(first):
        Member.objects.create(user_id=user.pk, name=user.name, email=user.email)
        side.code = str(Complaint.objects.order_by("id").values_list("tracking_code", flat=True)[0])
