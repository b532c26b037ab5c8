"""Management commands against the embedded server, where the environment names no other."""

from __future__ import annotations

import os
import sys

from config.env import Environment, EnvironmentProblem
from config.launch import Trouble, last_port, var_folder

# These need no database; so they run where no server can.
WITHOUT_DATABASE = frozenset(
    {
        "collectstatic",
        "diffsettings",
        "findstatic",
        "help",
        "makemessages",
        "sop",
        "version",
        "--help",
        "--version",
        "-h",
    }
)


def run(argv: list[str]) -> int:
    """What manage.py does: a server if one is needed, then the command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    try:
        if argv[1:] and argv[1] not in WITHOUT_DATABASE and not os.environ.get("DATABASE_URL", "").strip():
            embedded()
        execute_from_command_line(argv)
    except (Trouble, EnvironmentProblem) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def embedded() -> None:
    """Starts the embedded server; one that no `make run` has seen yet gets its logins and tables first."""
    import psycopg

    from config.launch.postgres import ensure_server

    port = last_port(var_folder(Environment()))
    if port:
        os.environ.setdefault("PORT", port)
    server = ensure_server("run")
    os.environ.setdefault("TANGGAP_DEMO", "1")
    try:
        psycopg.connect(server.app_url).close()
    except psycopg.OperationalError:
        import django
        from django.core.management import call_command

        print("Preparing the embedded database ...", file=sys.stderr)
        django.setup()
        call_command("database", "bootstrap", superuser_url=server.superuser_url, verbosity=0)
        call_command("database", "migrate", verbosity=0)
