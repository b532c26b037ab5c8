"""`manage.py offices list | provision | suspend | resume | remove`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from central.offices import services
from central.offices.models import Office
from central.offices.provisioning import ProvisioningFailed, provision


class Command(BaseCommand):
    help = "Lists the offices, tries a failed one again, closes, opens or removes one."

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True, metavar="list | provision | …")
        parts.add_parser("list", help="every office with its state and version")
        for part, text in (
            ("provision", "makes a requested or failed office ready"),
            ("suspend", "closes an office; its data stays"),
            ("resume", "opens a suspended office again"),
            ("remove", "drops a suspended office's data for good"),
        ):
            one = parts.add_parser(part, help=text)
            one.add_argument("code", help="the office's code")
            if part == "suspend":
                one.add_argument("--reason", default="", help="kept with the office")
            if part == "remove":
                one.add_argument("--confirm", default="", metavar="CODE", help="the code once more")

    def handle(self, *args: Any, part: str, **options: Any) -> None:
        try:
            getattr(self, f"_{part}")(options)
        except (services.OfficeProblem, ProvisioningFailed) as error:
            raise CommandError(str(error)) from error

    def _list(self, options: dict[str, Any]) -> None:
        self.stdout.write("\t".join(("office", "status", "version")))
        for target in Office.objects.select_related("government").order_by("government__code", "code"):
            version = target.schema_version[:12] or "-"
            self.stdout.write(f"{target.government.code}/{target.code}\t{target.status}\t{version}")

    def _provision(self, options: dict[str, Any]) -> None:
        self._tell(provision(self._office(options)))

    def _suspend(self, options: dict[str, Any]) -> None:
        self._tell(services.suspend_office(self._office(options), reason=options["reason"]))

    def _resume(self, options: dict[str, Any]) -> None:
        self._tell(services.resume_office(self._office(options)))

    def _remove(self, options: dict[str, Any]) -> None:
        if options["confirm"] != options["code"]:
            raise CommandError("All complaints of the office are lost. Repeat its code: --confirm CODE.")
        self._tell(services.remove_office(self._office(options), confirm=options["confirm"]))

    def _office(self, options: dict[str, Any]) -> Office:
        target = Office.objects.filter(code=options["code"]).first()
        if target is None:
            raise CommandError(f"There is no office {options['code']!r}.")
        return target

    def _tell(self, target: Office) -> None:
        self.stdout.write(f"{target.code}: {target.status}")
