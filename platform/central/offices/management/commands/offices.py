"""`manage.py offices list | provision | remove`: offices as the database has them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from central.offices import services
from central.offices.models import Office
from central.offices.provisioning import ProvisioningFailed, provision
from central.onboarding.operator import find_office


class Command(BaseCommand):
    help = "Lists the offices with their versions, makes a failed one ready, removes one for good."

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True, metavar="list | provision | remove")
        parts.add_parser("list", help="every office with its state and version")
        finish = parts.add_parser("provision", help="makes a requested or failed office ready")
        finish.add_argument("code", help="the office's code")
        remove = parts.add_parser("remove", help="drops a suspended office's data for good")
        remove.add_argument("code", help="the office's code")
        remove.add_argument("--confirm", default="", metavar="CODE", help="the code once more")

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
        self._tell(provision(find_office(options["code"])))

    def _remove(self, options: dict[str, Any]) -> None:
        if options["confirm"] != options["code"]:
            raise CommandError("All complaints of the office are lost. Repeat its code: --confirm CODE.")
        self._tell(services.remove_office(find_office(options["code"]), confirm=options["confirm"]))

    def _tell(self, target: Office) -> None:
        self.stdout.write(f"{target.code}: {target.status}")
