"""`manage.py sop check FILE`: whether a procedure, settings or a preset can be put in force. No database."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError, CommandParser

from workflows.checking import Checked, check
from workflows.common import Language
from workflows.difference import differences
from workflows.manual import manual
from workflows.problems import Problem, Severity
from workflows.procedure import Procedure
from workflows.schema import json_schema
from workflows.settings import Settings

LANGUAGES = ("id", "en")


class Command(BaseCommand):
    help = "Proves an SOP that is written as YAML, shows its format, and compares two versions."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True, metavar="check|schema|format|diff")
        checked = parts.add_parser(
            "check", help="every error and warning with its line; exit code 1 on an error"
        )
        checked.add_argument("files", nargs="+", type=Path, metavar="FILE")
        checked.add_argument("--with-settings", type=Path, metavar="FILE", help="settings to prove it with")
        checked.add_argument("--with-procedure", type=Path, metavar="FILE", help="procedure to prove it with")
        checked.add_argument(
            "--in-force",
            type=Path,
            metavar="FILE",
            help="the procedure that it is to follow: warn of what complaints would be owed no longer",
        )
        schema = parts.add_parser("schema", help="the format as JSON Schema")
        manual_page = parts.add_parser("format", help="the format as a page to read (Markdown)")
        diff = parts.add_parser("diff", help="what a new version changes, in words")
        diff.add_argument("old", type=Path)
        diff.add_argument("new", type=Path)
        for part in (checked, schema, manual_page, diff):
            part.add_argument("--language", choices=LANGUAGES, default="id")

    def handle(self, *args: Any, **options: Any) -> None:
        language: Language = options["language"]
        if options["part"] == "schema":
            self.stdout.write(json.dumps(json_schema(language), indent=2, ensure_ascii=False))
        elif options["part"] == "format":
            self.stdout.write(manual(language), ending="")
        elif options["part"] == "diff":
            self._diff(options["old"], options["new"], language)
        else:
            self._check(options, language)

    def _check(self, options: dict[str, Any], language: str) -> None:
        settings, procedure = options["with_settings"], options["with_procedure"]
        known = _demanded(settings, _sound(settings, language).settings) if settings else None
        followed = _demanded(procedure, _sound(procedure, language).procedure) if procedure else None
        in_force = _in_force(options["in_force"], language) if options["in_force"] else None
        failed = False
        for path in options["files"]:
            found = check(path, procedure=followed, settings=known, in_force=in_force)
            for item in found.problems:
                self.stdout.write(_line(path, item, language))
            failed = failed or not found.sound
            if found.sound and found.kind:
                self.stdout.write(self.style.SUCCESS(f"{path}: {found.kind.value}: OK"))
        if failed:
            sys.exit(1)

    def _diff(self, old: Path, new: Path, language: str) -> None:
        before, after = _sound(old, language), _sound(new, language)
        pairs = [(before.procedure, after.procedure), (before.settings, after.settings)]
        for one, other in pairs:
            if (one is None) != (other is None):
                raise CommandError("The two files do not hold the same kind of document.")
            for item in differences(one, other) if one is not None and other is not None else ():
                what = f" {item.field}" if item.field else ""
                values = [text.get(language) if text else "" for text in (item.before, item.after)]
                self.stdout.write(f"{item.change.value}: {item.place(language)}{what}: {' -> '.join(values)}")


_Document = TypeVar("_Document", Procedure, Settings)


def _demanded(path: Path, document: _Document | None) -> _Document:
    if document is None:
        raise CommandError(f"{path} holds another kind of document.")
    return document


def _in_force(path: Path, language: str) -> Procedure:
    """What came into force under fewer rules may be unsound by now, and is followed all the same."""
    found = check(path)
    if found.procedure is None and found.errors:
        raise CommandError("\n".join(_line(path, item, language) for item in found.errors))
    return _demanded(path, found.procedure)


def _sound(path: Path, language: str) -> Checked:
    found = check(path)
    if not found.sound:
        raise CommandError("\n".join(_line(path, item, language) for item in found.errors))
    return found


def _line(path: Path, item: Problem, language: str) -> str:
    kind = "error" if item.severity is Severity.ERROR else "warning"
    return f"{path}:{item.line or 1}: {item.code} {kind}: {item.text.get(language)}"
