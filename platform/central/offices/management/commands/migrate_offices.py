"""`manage.py migrate_offices`: the offices that are behind, or the named ones."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from central.offices.rollout import migrate_offices
from central.onboarding.operator import find_office


class Command(BaseCommand):
    help = (
        "Brings offices to the present release. `database migrate` does it too; this tries again what failed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "codes", nargs="*", metavar="CODE", help="offices; without any: all that are behind"
        )

    def handle(self, *args: Any, codes: list[str], **options: Any) -> None:
        failed = migrate_offices(self.stdout.write, codes=[find_office(code).code for code in codes])
        if failed:
            raise CommandError(f"Failed: {', '.join(failed)}")
