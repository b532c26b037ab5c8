"""Management commands that work inside offices."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from .access import office
from .models import Office


class OfficeCommand(BaseCommand):
    """Runs `handle_office` in the named office, or in every one that is ready: one transaction each.

    An office that fails is named at the end and does not stop the others; the exit code is then 1.
    """

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--office", metavar="CODE", help="the code of one office")
        which.add_argument("--every-office", action="store_true", help="every office that is ready")
        return parser

    def handle(self, *args: Any, **options: Any) -> None:
        failed = []
        for target in self._offices(options):
            try:
                with office(target):
                    self.handle_office(target, **options)
            except Exception as error:
                failed.append(target.code)
                self.stderr.write(self.style.ERROR(f"{target.code}: {type(error).__name__}: {error}"))
        if failed:
            raise CommandError(f"Failed in {len(failed)} office(s): {', '.join(failed)}")

    def handle_office(self, target: Office, **options: Any) -> None:
        """The command's work in one office, inside it."""
        raise NotImplementedError

    def _offices(self, options: dict[str, Any]) -> list[Office]:
        ready = Office.objects.select_related("government").filter(status=Office.Status.READY)
        if options["every_office"]:
            return list(ready.order_by("pk"))
        try:
            return [ready.get(code=options["office"])]
        except Office.DoesNotExist as error:
            raise CommandError(f"There is no office {options['office']!r} that is ready.") from error
