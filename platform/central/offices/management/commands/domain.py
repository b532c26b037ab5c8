"""`manage.py domain add`: real host names, beside the subdomains of the platform."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from central.accounts.sites import full_address
from central.offices.services import OfficeProblem, add_domain
from central.onboarding.operator import find_government, find_office


class Command(BaseCommand):
    help = "Has a host name of its own lead to an office or a government."

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True, metavar="add")
        add = parts.add_parser("add", help="addresses are written with it from now on; the older ones go on")
        add.add_argument("host", help="such as pengaduan.contoh.go.id; its DNS must lead here")
        place = add.add_mutually_exclusive_group(required=True)
        place.add_argument("--office", default="", metavar="CODE")
        place.add_argument("--government", default="", metavar="CODE")
        add.add_argument("--secondary", action="store_true", help="it answers too, but is not written")

    def handle(self, *args: Any, **options: Any) -> None:
        office = find_office(options["office"]) if options["office"] else None
        government = find_government(options["government"]) if options["government"] else None
        try:
            domain = add_domain(
                options["host"], office=office, government=government, is_primary=not options["secondary"]
            )
        except OfficeProblem as problem:
            raise CommandError(f"{options['host']!r} was not added: {problem}") from problem
        self.stdout.write(f"{full_address(domain.host)} leads to {office or government}.")
