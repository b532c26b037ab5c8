"""Every text has its words in both languages, and they fit: the same placeholders, the glossary's terms."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel.messages import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command

from tests.plugins import tools

ROOT = Path(settings.BASE_DIR)
SOURCES = ("config", "platform", "templates", "tenants", "workflows")
CATALOGUES = ("en", "id")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{[^{}]*\}|<[^<>]+>")
# The glossary's word in a text, and the one that must then stand in its English words.
TERMS = {
    "buku register": "register book",
    "dirahasiakan": "confidential",
    "disposisi": "disposition",
    "hari kerja": "working day",
    "instansi": "office",
    "jabatan": "position",
    "jam kerja": "working hour",
    "kanal": "channel",
    "kode lacak": "tracking code",
    "kode pemulihan": "recovery code",
    "langkah": "step",
    "nomor registrasi": "registration number",
    "nomor register": "register number",
    "pelapor": "reporter",
    "pemerintah daerah": "government",
    "surel": "email",
    "tahap": "stage",
    "tanda terima": "receipt",
}


def path_of(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def messages_in(path: Path) -> list[Message]:
    with path.open("rb") as file:
        return [message for message in read_po(file) if message.id]


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """A text, or its singular and plural."""
    return (text,) if isinstance(text, str) else tuple(text)


def key(message: Message) -> tuple[str | None, tuple[str, ...]]:
    return message.context, forms(message.id)


@pytest.fixture(scope="module", params=CATALOGUES)
def catalogue(request: pytest.FixtureRequest) -> list[Message]:
    return messages_in(path_of(request.param))


def test_the_english_catalogue_holds_the_texts_of_the_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    tools.gettext()
    for name in SOURCES:
        wanted = shutil.ignore_patterns("__pycache__", "data", "*.yaml", "*.html.py")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=wanted)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    (tmp_path / "locale").mkdir()
    monkeypatch.chdir(tmp_path)
    call_command("makemessages", locale=["en"], no_location=True, verbosity=0)
    extracted = {key(message) for message in messages_in(tmp_path / "locale/en/LC_MESSAGES/django.po")}
    known = {key(message) for message in messages_in(path_of("en"))}
    how = "see docs/translating.md"
    assert sorted(text for _context, text in extracted - known) == [], f"not in the catalogue: {how}"
    assert sorted(text for _context, text in known - extracted) == [], f"in no source any more: {how}"


def test_every_text_is_translated(catalogue: list[Message]) -> None:
    assert [key(message) for message in catalogue if message.fuzzy] == []
    assert [key(message) for message in catalogue if not all(forms(message.string))] == []


def test_placeholders_and_edges_are_the_same(catalogue: list[Message]) -> None:
    def shape(text: str) -> tuple[list[str], int, bool, bool]:
        edges = text[:1].isspace(), text[-1:].isspace()
        return sorted(PLACEHOLDER.findall(text)), text.count("\n"), *edges

    differing = [
        (text, words)
        for message in catalogue
        for text, words in zip(forms(message.id), forms(message.string), strict=False)
        if shape(text) != shape(words)
    ]
    assert differing == []


def test_english_uses_the_glossarys_words() -> None:
    wrong = [
        (text, words)
        for message in messages_in(path_of("en"))
        for text, words in zip(forms(message.id), forms(message.string), strict=False)
        for term, word in TERMS.items()
        if re.search(rf"\b{term}", text.lower()) and word not in words.lower()
    ]
    assert wrong == []


def test_no_page_speaks_of_tenants_and_none_writes_e_mail() -> None:
    texts = [text for message in messages_in(path_of("en")) for text in forms(message.string)]
    assert [text for text in texts if re.search(r"\btenants?\b|\be-mail", text, re.IGNORECASE)] == []


def test_indonesian_changes_only_what_a_framework_says() -> None:
    said = {key(message) for name in ("django", "allauth", "rest_framework") for message in _framework(name)}
    assert [key(message) for message in messages_in(path_of("id")) if key(message) not in said] == []


def _framework(name: str) -> Iterator[Message]:
    """What a package lets be translated; French is there in all of them, and whole."""
    folder = Path(import_module(name).__file__ or "").parent
    for path in folder.glob("**/locale/fr/LC_MESSAGES/django.mo"):
        with path.open("rb") as file:
            found: Catalog = read_mo(file)
        yield from (message for message in found if message.id)


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for name in SOURCES:
        for path in (ROOT / name).rglob("*.py"):
            yield path.relative_to(ROOT), ast.parse(path.read_text())


def test_marks_have_the_names_that_the_extractor_knows() -> None:
    """xgettext finds texts by the name of the function: a name of one's own would hide them."""
    strange = [
        f"{path}: {alias.name} as {alias.asname}"
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if "gettext" in alias.name and alias.asname not in {None, "_"}
    ]
    assert strange == []


def test_marked_texts_are_constant() -> None:
    """What is put together before it is looked up is in no catalogue."""
    composed = [
        f"{path}:{node.lineno}"
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and (node.func.id == "_" or "gettext" in node.func.id)
        and any(isinstance(text, ast.JoinedStr | ast.BinOp) for text in node.args[:2])
    ]
    assert composed == []


@pytest.mark.parametrize("path", sorted((ROOT / "workflows").rglob("*.yaml")), ids=lambda path: path.name)
def test_the_texts_of_procedures_have_both_languages(path: Path) -> None:
    texts = list(_texts(yaml.safe_load(path.read_text())))
    assert len(texts) > 10
    assert [text for text in texts if not text.get("id") or not text.get("en")] == []
    parts = [{name: set(re.findall(r"\{\w+\}", text[name])) for name in ("id", "en")} for text in texts]
    assert [part for part in parts if part["id"] != part["en"]] == []


def _texts(part: Any) -> Iterator[dict[str, str]]:
    """The texts in a document: whatever has words under `id` or `en`."""
    if isinstance(part, dict):
        if {"id", "en"} & set(part):
            yield part
        else:
            for value in part.values():
                yield from _texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from _texts(value)
