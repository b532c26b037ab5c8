"""`manage.py office create | list | suspend | resume`."""

from __future__ import annotations

import time
from typing import Any
from zoneinfo import available_timezones

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from central.accounts.sites import full_address
from central.offices.models import Office
from central.offices.provisioning import ProvisioningFailed
from central.offices.services import OfficeProblem, create_office, resume_office, suspend_office
from central.onboarding.models import Invitation
from central.onboarding.operator import (
    checked_email,
    checked_subdomain,
    discard,
    find_government,
    find_office,
    main_host,
)
from central.onboarding.services import invite
from tenants.complaints.services.answering import send_back
from workflows.preset import Preset, load_preset, preset_codes


class Command(BaseCommand):
    help = "Makes an office from a preset, lists the offices, closes one for a time or opens it again."

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True, metavar="create | list | suspend | resume")
        create = parts.add_parser("create", help="an office that takes complaints at once")
        create.add_argument("--preset", required=True, help=f"one of {', '.join(preset_codes())}")
        create.add_argument(
            "--variant", default="", help="another office with the preset's SOP, see --preset's file"
        )
        create.add_argument("--name", required=True, help="as people should read it")
        create.add_argument("--subdomain", required=True, help="its host is SUBDOMAIN.<base host>")
        create.add_argument(
            "--government", required=True, metavar="CODE", help="the government that it belongs to"
        )
        create.add_argument("--admin", required=True, metavar="EMAIL", help="who gets the sign-up link")
        create.add_argument("--admin-name", default="", metavar="NAME")
        create.add_argument("--code", default="", help="short name; the subdomain if it is left out")
        create.add_argument(
            "--kind", default="", help="such as kecamatan, dinas; the preset's if it is left out"
        )
        create.add_argument(
            "--timezone", default="", help="such as Asia/Makassar; the preset's if it is left out"
        )
        create.add_argument("--colour", default=Office.Colour.TEAL, choices=Office.Colour.values)
        create.add_argument("--region", default="", metavar="CODE", help="the region's official code")
        listing = parts.add_parser("list", help="every office with its host and status")
        listing.add_argument("--government", default="", metavar="CODE")
        suspend = parts.add_parser("suspend", help="close an office to everybody; its data stays")
        suspend.add_argument("code")
        suspend.add_argument("--reason", default="")
        parts.add_parser("resume", help="open a suspended office again").add_argument("code")

    def handle(self, *args: Any, part: str, **options: Any) -> None:
        getattr(self, f"_{part}")(options)

    def _create(self, options: dict[str, Any]) -> None:
        government = find_government(options["government"])
        email = checked_email(options["admin"])
        code = options["code"] or options["subdomain"]
        subdomain = checked_subdomain(options["subdomain"])
        preset = _preset(options["preset"], options["variant"])
        zone = options["timezone"] or preset.timezone
        if zone not in available_timezones():
            raise CommandError(f"--timezone: {zone!r} is no time zone, such as Asia/Makassar.")
        began = time.perf_counter()
        try:
            office = create_office(
                government=government,
                code=code,
                subdomain=subdomain,
                name=options["name"],
                kind=options["kind"] or preset.kind,
                preset=preset.code,
                timezone=zone,
                colour=options["colour"],
                region_code=options["region"],
                seed={
                    "preset": preset.code,
                    "variant": preset.variant,
                    "admin": {"name": options["admin_name"] or email, "email": email},
                },
            )
        except OfficeProblem as problem:
            raise CommandError(f"Office {code!r} was not made: {problem}") from problem
        except ProvisioningFailed as problem:
            self._discard(code)
            raise CommandError(f"Office was not made, and nothing of it is left: {problem}") from problem
        seconds = time.perf_counter() - began
        link = invite(Invitation.Kind.OFFICE_ADMIN, email, office=office, name=options["admin_name"])
        self.stdout.write(f"Office {office.code} ({office.name}): {full_address(main_host(office))}")
        self.stdout.write(f"Database part: {seconds:.3f} s")
        self.stdout.write(f"Sign-up link for {email}, valid once and for 72 hours:\n{link}")

    def _discard(self, code: str) -> None:
        left = Office.objects.filter(code=code, status=Office.Status.FAILED).first()
        if left is not None:
            discard(left)

    def _list(self, options: dict[str, Any]) -> None:
        offices = Office.objects.select_related("government").order_by("government__code", "code")
        if options["government"]:
            offices = offices.filter(government=find_government(options["government"]))
        self.stdout.write("\t".join(("code", "host", "status", "government", "preset", "name")))
        for office in offices:
            cells = [
                office.code,
                main_host(office),
                office.status,
                office.government.code,
                office.preset,
                office.name,
            ]
            self.stdout.write("\t".join(cells))

    def _suspend(self, options: dict[str, Any]) -> None:
        with transaction.atomic():
            self._turn(options["code"], lambda office: suspend_office(office, reason=options["reason"]))
            send_back(find_office(options["code"]))

    def _resume(self, options: dict[str, Any]) -> None:
        self._turn(options["code"], resume_office)

    def _turn(self, code: str, turn: Any) -> None:
        office = find_office(code)
        try:
            office = turn(office)
        except OfficeProblem as problem:
            raise CommandError(f"Office {code!r}: {problem}") from problem
        self.stdout.write(f"Office {office.code} is {office.status}.")


def _preset(code: str, variant: str) -> Preset:
    """A preset by its code and variant; where there is none, names it and lists the known ones."""
    if code not in preset_codes():
        raise CommandError(f"There is no preset {code!r}. Known: {', '.join(preset_codes())}.")
    variants = load_preset(code).variants
    if variant and variant not in variants:
        known = ", ".join(variants) or "none"
        raise CommandError(f"Preset {code!r} has no variant {variant!r}. Known: {known}.")
    return load_preset(code, variant)
