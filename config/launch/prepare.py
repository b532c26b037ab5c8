"""What must be done before the web server starts, in one process: `python -m config.launch.prepare [FILE]`.

TANGGAP_SUPERUSER_URL, where it is set, is used for the superuser's part. What `demo load` says (the sign-ins)
goes into the file: the supervisor shows it at the end, below the addresses.
"""

from __future__ import annotations

import hashlib
import io
import os
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path

from config.env import Environment, EnvironmentProblem
from config.launch import BASE_DIR

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("LOG_LEVEL", "WARNING")  # the demo's people and offices are no news

UNUSED_STATIC = ["rest_framework"]  # the browsable API, which is off; its files take longer than all others


def prepare(superuser_url: str, demo: bool, said: Path | None) -> None:
    """Catalogues, logins and rights, migrations, static files, demo; each is quick where nothing is to do."""
    catalogues()
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    if superuser_url:
        step(
            "database logins",
            lambda: call_command("database", "bootstrap", superuser_url=superuser_url, verbosity=0),
        )
    step("migrations", migrate)
    step("static files", lambda: collect(Path(settings.STATIC_ROOT)))
    told = io.StringIO()
    if demo:
        with redirect_stdout(told):
            step("demo", lambda: call_command("demo", "load", stdout=told))
    if said is None:
        print(told.getvalue(), end="")
    else:
        said.write_text(told.getvalue())


def migrate() -> None:
    """Brings the database to this release, and says what it still lacks (a server of one's own may)."""
    import psycopg
    from django.core.management import call_command
    from django.core.management.base import CommandError
    from django.db import Error

    from central.offices import checks

    try:
        call_command("database", "migrate", verbosity=0)
    except (Error, psycopg.Error) as error:
        problems = checks.missing() or [f"The database refused the migrations: {error}"]
        raise CommandError("\n".join(problems)) from error
    call_command("database", "check", verbosity=0)


def step(name: str, work: object) -> None:
    """Runs one step, and says how long it took where that is worth knowing."""
    assert callable(work)
    began = time.monotonic()
    work()
    took = time.monotonic() - began
    if took > 1:
        print(f"  {name}: {took:.1f} s", file=sys.stderr, flush=True)


def catalogues() -> None:
    """Compiles the message catalogues that have changed (with Babel: no gettext tools needed)."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in sorted(BASE_DIR.glob("locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with open(source, "rb") as file:
            catalogue = read_po(file)
        draft = target.with_suffix(f".{os.getpid()}.mo")
        with open(draft, "wb") as file:
            write_mo(file, catalogue)
        draft.replace(target)


def collect(root: Path) -> None:
    """Collects and compresses the static files, unless nothing has changed since the last time."""
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    mark = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(UNUSED_STATIC):
            found = os.stat(storage.path(name))
            mark.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    stamp = root / ".collected"
    if stamp.exists() and stamp.read_text() == mark.hexdigest():
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0, ignore_patterns=UNUSED_STATIC)
    stamp.write_text(mark.hexdigest())


def main() -> int:
    from django.core.management.base import CommandError

    superuser_url = os.environ.pop("TANGGAP_SUPERUSER_URL", "")
    said = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    try:
        prepare(superuser_url, Environment().boolean("TANGGAP_DEMO", False), said)
    except (CommandError, EnvironmentProblem) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
