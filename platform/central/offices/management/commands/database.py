"""`manage.py database bootstrap | migrate | check`."""

from __future__ import annotations

from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from central.offices import bootstrap, checks, grants, rollout, template
from central.offices.owner import OWNER, app_login, owner_transaction


class Command(BaseCommand):
    help = "Prepares a PostgreSQL server, migrates the database and its offices, or says what is missing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True, metavar="bootstrap | migrate | check")
        once = parts.add_parser("bootstrap", help="the superuser's part; once a server, and after a restore")
        once.add_argument(
            "--superuser-url",
            required=True,
            metavar="URL",
            help="postgresql://postgres:password@host/postgres",
        )
        parts.add_parser("migrate", help="public tables, rights, the offices' template, the offices")
        parts.add_parser("check", help="says what is missing; exit code 1 if anything is")

    def handle(self, *args: Any, part: str, **options: Any) -> None:
        getattr(self, f"_{part}")(options)

    def _bootstrap(self, options: dict[str, Any]) -> None:
        app, owner = (connections[alias].settings_dict for alias in ("default", OWNER))
        try:
            bootstrap.bootstrap(options["superuser_url"], app=app, owner=owner, say=self._say(options))
        except (bootstrap.BootstrapProblem, psycopg.Error) as error:
            raise CommandError(str(error).strip()) from error

    def _migrate(self, options: dict[str, Any]) -> None:
        say = self._say(options)
        call_command(
            "migrate_schemas", shared=True, interactive=False, verbosity=max(0, options["verbosity"] - 1)
        )
        try:
            with owner_transaction() as cursor:
                grants.apply_public_rights(cursor, app=app_login(), cell=settings.CELL_KEY)
            template.migrate_template(say)
            failed = rollout.migrate_offices(say)
        except (grants.UndeclaredTables, template.TemplateProblem) as error:
            raise CommandError(str(error)) from error
        if failed:
            raise CommandError(
                f"Not brought to this release: {', '.join(failed)}. Run `manage.py migrate_offices`."
            )

    def _check(self, options: dict[str, Any]) -> None:
        problems = checks.missing()
        if problems:
            raise CommandError("\n".join(problems))
        self._say(options)("The database has everything.")

    def _say(self, options: dict[str, Any]) -> Any:
        return self.stdout.write if options["verbosity"] else lambda line: None
