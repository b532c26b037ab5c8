"""`manage.py government create | list | suspend | resume`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import Count

from central.accounts.sites import full_address
from central.offices.models import Government
from central.offices.services import (
    OfficeProblem,
    create_government,
    resume_government,
    suspend_government,
)
from central.onboarding import queries
from central.onboarding.models import Invitation
from central.onboarding.operator import checked_email, find_government, main_host
from central.onboarding.services import invite


class Command(BaseCommand):
    help = "Makes a government, lists those that there are, closes one for a time or opens it again."

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True, metavar="create | list | suspend | resume")
        create = parts.add_parser(
            "create", help="a government with its host name, and its admin's sign-up link"
        )
        create.add_argument("--code", required=True, help="short name in lower case, such as the region's")
        create.add_argument("--name", required=True, help="as people should read it")
        create.add_argument("--subdomain", required=True, help="its host is SUBDOMAIN.<base host>")
        create.add_argument("--admin", required=True, metavar="EMAIL", help="who gets the sign-up link")
        create.add_argument("--region", default="", metavar="CODE", help="the region's official code")
        parts.add_parser("list", help="every government with its host, its number of offices and its status")
        suspend = parts.add_parser("suspend", help="close a government and its offices; their data stays")
        suspend.add_argument("code")
        parts.add_parser("resume", help="open a suspended government again").add_argument("code")

    def handle(self, *args: Any, part: str, **options: Any) -> None:
        getattr(self, f"_{part}")(options)

    def _create(self, options: dict[str, Any]) -> None:
        email = checked_email(options["admin"])
        try:
            with transaction.atomic():
                government = create_government(
                    code=options["code"],
                    name=options["name"],
                    subdomain=options["subdomain"],
                    region_code=options["region"],
                )
                link = invite(Invitation.Kind.GOVERNMENT_ADMIN, email, government=government)
        except OfficeProblem as problem:
            raise CommandError(f"Government {options['code']!r} was not made: {problem}") from problem
        address = full_address(main_host(government))
        self.stdout.write(f"Government {government.code} ({government.name}): {address}")
        self.stdout.write(f"Sign-up link for {email}, valid once and for 72 hours:\n{link}")

    def _list(self, options: dict[str, Any]) -> None:
        self.stdout.write("\t".join(("code", "host", "offices", "status", "name")))
        for government in queries.governments_with_offices().annotate(count=Count("offices")):
            host = next((domain.host for domain in government.domains.all()), "-")
            cells = [government.code, host, str(government.count), government.status, government.name]
            self.stdout.write("\t".join(cells))

    def _suspend(self, options: dict[str, Any]) -> None:
        self._turn(options["code"], suspend_government)

    def _resume(self, options: dict[str, Any]) -> None:
        self._turn(options["code"], resume_government)

    def _turn(self, code: str, turn: Callable[[Government], Government]) -> None:
        try:
            government = turn(find_government(code))
        except OfficeProblem as problem:
            raise CommandError(f"Government {code!r}: {problem}") from problem
        self.stdout.write(f"Government {government.code} is {government.status}.")
