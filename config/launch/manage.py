"""Management commands against the embedded server, where the environment names no other."""

from __future__ import annotations

import os
import sys

from config.env import EnvironmentProblem
from config.launch import Trouble

# These need no database; so they run where no server can.
WITHOUT_DATABASE = frozenset(
    {
        "collectstatic",
        "compilemessages",
        "diffsettings",
        "findstatic",
        "help",
        "makemessages",
        "version",
        "--help",
        "-h",
    }
)


def run(argv: list[str]) -> int:
    """What manage.py does: a server if one is needed, then the command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    try:
        if argv[1:] and argv[1] not in WITHOUT_DATABASE and not os.environ.get("DATABASE_URL", "").strip():
            from config.launch.postgres import ensure_server

            ensure_server("run")
            os.environ.setdefault("TANGGAP_DEMO", "1")
        execute_from_command_line(argv)
    except (Trouble, EnvironmentProblem) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0
