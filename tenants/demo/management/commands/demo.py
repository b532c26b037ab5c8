"""`manage.py demo load`: the demo's governments, offices, people and complaints."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.utils import timezone

from central.accounts.sites import full_address
from central.offices.models import Office
from central.offices.services import host_for
from central.onboarding.operator import main_host
from tenants.demo.cast import DemoOffice, cast
from tenants.demo.history import Made, has_history, make_history
from tenants.demo.people import bring_in


class Command(BaseCommand):
    help = "Loads the demo where TANGGAP_DEMO is 1; what is there already stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True, metavar="load")
        load = parts.add_parser("load", help="governments, offices, people and their complaints")
        load.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1), metavar="N")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "This is no demo (TANGGAP_DEMO=1): everybody knows the password of its people."
            )
        now = timezone.now()
        demo = cast()
        offices = bring_in(demo, now)
        empty = [(plan, office) for plan, office in offices if not has_history(office)]
        for told in _made(empty, now, options["processes"]):
            self.stderr.write(
                f"  {told.office}: {told.complaints} complaints, {told.steps} steps, {told.seconds:.1f} s"
            )
            for line in told.refused:
                self.stderr.write(self.style.WARNING(f"  {told.office}: {line}"))
        self._say(offices, demo.password)

    def _say(self, offices: list[tuple[DemoOffice, Office]], password: str) -> None:
        self.stdout.write(
            f"Demo: password {password}; codes and mail on {full_address(settings.BASE_HOST, '/demo/')}"
        )
        for plan, office in offices:
            admin = next(person.email for person in plan.people if person.admin)
            staff = next(person.email for person in plan.people if person.first)
            self.stdout.write(f"  {full_address(main_host(office)):<44} {staff:<24} {admin}")
        for desk in cast().governments:
            address = full_address(host_for(desk.code), "/meja/")
            self.stdout.write(f"  {address:<44} {desk.people[-1].email}")


def _made(offices: Sequence[tuple[DemoOffice, Office]], now: datetime, processes: int) -> Iterator[Made]:
    """Makes the offices' pasts, several offices at once where there is more than one processor."""
    if processes < 2 or len(offices) < 2 or "fork" not in multiprocessing.get_all_start_methods():
        for plan, office in offices:
            yield make_history(plan, office, now)
        return
    connections.close_all()  # each process has its own
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        jobs = [pool.submit(make_history, plan, office, now) for plan, office in offices]
        for job in as_completed(jobs):
            yield job.result()
