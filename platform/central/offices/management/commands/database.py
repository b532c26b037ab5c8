"""`manage.py database bootstrap | migrate | check`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error, connections

from central.offices import bootstrap, checks, ddl, grants, rollout, template
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
        if connections[OWNER].settings_dict["USER"] == app_login():
            raise CommandError("DATABASE_ADMIN_URL is missing: it names the login that owns the tables.")
        if problems := checks.missing(tables=False):
            raise CommandError("\n".join(problems))
        try:
            self._migrate_all(self._say(options), verbosity=max(0, options["verbosity"] - 1))
        except (Error, psycopg.Error, grants.UndeclaredTables, grants.ForeignRole) as error:
            raise CommandError(f"The database refused the migration: {str(error).strip()}") from error
        except (template.TemplateProblem, ddl.NotRenderable) as error:
            raise CommandError(str(error)) from error

    def _migrate_all(self, say: Callable[[str], None], *, verbosity: int) -> None:
        call_command("migrate_schemas", shared=True, interactive=False, verbosity=verbosity)
        with owner_transaction() as cursor:
            grants.apply_public_rights(cursor, app=app_login(), cell=settings.CELL_KEY)
        template.migrate_template(say)
        if failed := rollout.migrate_offices(say):
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
