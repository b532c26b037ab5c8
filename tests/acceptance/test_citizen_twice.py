"""Two requests of one browser at the same moment, each with a database connection of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.core.cache import cache
from django.db import connections

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Complaint
from tests.acceptance.citizen import Citizen


def test_two_presses_at_the_same_moment_make_one_complaint(real_commits: str) -> None:
    cache.clear()
    citizen = Citizen("greged.localhost")
    citizen.fill()
    both = Barrier(2)

    def press() -> int:
        other = Citizen(citizen.host)
        other.client.cookies = citizen.client.cookies
        both.wait(timeout=10)
        try:
            return other.send().status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        answers = [future.result() for future in [pool.submit(press), pool.submit(press)]]
    assert answers == [303, 303]
    with inside(Office.objects.get(code="greged")):
        assert Complaint.objects.count() == 1
