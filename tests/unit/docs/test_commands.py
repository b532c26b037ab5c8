"""Every command of `manage.py` that a document names can be typed as it stands there."""

from __future__ import annotations

import re
import shlex

import pytest
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

from config.launch import BASE_DIR

DOCUMENTS = sorted(
    path for pattern in ("*.md", "docs/**/*.md", "deploy/*.md") for path in BASE_DIR.glob(pattern)
)
OURS = ("books", "database", "demo", "domain", "government", "migrate_offices", "office", "offices", "sop")
BARE = re.compile(rf"`((?:{'|'.join(OURS)}) (?:[a-z]|--|CODE)[^`]*)`")
NAMED = re.compile(r"manage\.py ([a-z_]+ [^`\n]*)")


def written() -> list[tuple[str, str]]:
    """Document and command, each command once a document."""
    found = set()
    for path in DOCUMENTS:
        text = re.sub(r"\\\n\s*", "", path.read_text())
        text = re.sub(r"(`[^`\n]*)\n\s*([^`\n]*`)", r"\1 \2", text)
        for line in BARE.findall(text) + NAMED.findall(text):
            for part in alternatives(line.partition("#")[0].partition(" > ")[0].strip()):
                found.add((path.name, part))
    return sorted(found)


def alternatives(line: str) -> list[str]:
    """`sop check|diff` are two commands; `…` stands for what everybody puts there themselves."""
    first, _, rest = line.partition(" ")
    second, _, after = rest.partition(" ")
    return [f"{first} {part} {after}".strip() for part in second.split("|")]


def parsed(line: str) -> list[str]:
    """What the command's parser does not know of a line; words in capitals are values."""
    name, *words = shlex.split(line.replace("…", " ").strip())
    command = load_command_class(get_commands()[name], name)
    assert isinstance(command, BaseCommand)
    parser = command.create_parser("manage.py", name)
    choices = next((action.choices for action in parser._actions if action.dest == "part"), None)
    if choices is not None:
        assert words, f"{name} needs a part"
        assert words[0] in choices, f"{name} has no part {words[0]}"
        parser = choices[words.pop(0)]
    known = set(parser._option_string_actions)
    return [word for word in words if word.startswith("--") and word.partition("=")[0] not in known]


@pytest.mark.parametrize(("document", "line"), written())
def test_a_command_is_what_its_parser_takes(document: str, line: str) -> None:
    assert parsed(line) == [], document


def test_commands_were_found() -> None:
    assert {line.split()[0] for _document, line in written()} >= set(OURS) - {"demo"}
