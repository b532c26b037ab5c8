"""`manage.py books check`: whether everything that an office has stored fits together. Changes nothing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from central.offices.models import Office
from central.onboarding.operator import find_office
from tenants.complaints.books import Books, check

KEPT = (Office.Status.READY, Office.Status.SUSPENDED)


class Command(BaseCommand):
    help = "Holds the complaints, numbers, events, messages, alarms and files of offices against one another."

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True, metavar="check")
        one = parts.add_parser("check", help="names what does not fit; exit code 1 if anything does not")
        which = one.add_mutually_exclusive_group(required=True)
        which.add_argument("--office", metavar="CODE", help="the code of one office")
        which.add_argument("--every-office", action="store_true", help="every office that has data")
        one.add_argument("--contents", action="store_true", help="read every file, not only its size")

    def handle(self, *args: Any, part: str, **options: Any) -> None:
        wrong = []
        for target in self._offices(options):
            try:
                books = check(target, now=timezone.now(), contents=options["contents"])
            except Exception as error:
                # One office whose books cannot even be read must not hide those of the others.
                wrong.append(target.code)
                self.stderr.write(self.style.ERROR(f"{target.code}: {type(error).__name__}: {error}"))
                continue
            self._tell(target, books)
            if not books.in_order:
                wrong.append(target.code)
        if wrong:
            raise CommandError(f"Not in order: {', '.join(wrong)}")

    def _offices(self, options: dict[str, Any]) -> list[Office]:
        if options["office"]:
            return [find_office(options["office"])]
        return list(Office.objects.filter(status__in=KEPT).order_by("code"))

    def _tell(self, target: Office, books: Books) -> None:
        state = "in order" if books.in_order else f"{len(books.findings)} findings"
        self.stdout.write(
            f"{target.code}: {books.complaints} complaints, {books.events} events, "
            f"{books.messages} messages, {books.files} files: {state}"
        )
        for finding in books.findings:
            self.stdout.write(f"  {finding}")
