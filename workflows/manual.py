"""The format of the two documents as a page to read (Markdown), from the same source as the schema."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from workflows.common import Language, Text
from workflows.problems import sentences
from workflows.schema import json_schema, parts

_RULE = re.compile(r"[PW]\d\d")

_WORDS: Mapping[str, Text] = {
    "title": Text(id="Format SOP", en="The format of an SOP"),
    "made": Text(
        id="Halaman ini dibuat dengan `manage.py sop format`; skema JSON-nya ada di `/api/sop-schema.json`.",
        en="This page is made by `manage.py sop format --language en`; its JSON Schema is at "
        "`/api/sop-schema.json`.",
    ),
    "two": Text(
        id="Sebuah instansi punya dua dokumen: **prosedur** (`Procedure`, berversi; aduan tetap pada "
        "versinya) dan **pengaturan** (`Settings`, langsung berlaku). Keduanya dapat ditulis sebagai YAML "
        "dan diperiksa dengan `manage.py sop check BERKAS`.",
        en="An office has two documents: the **procedure** (`Procedure`, in versions; a complaint stays on "
        "its own) and the **settings** (`Settings`, in effect at once). Both can be written as YAML and are "
        "proved by `manage.py sop check FILE`.",
    ),
    "field": Text(id="Isian", en="Field"),
    "value": Text(id="Nilai", en="Value"),
    "absent": Text(id="Bila kosong", en="Left out"),
    "meaning": Text(id="Arti", en="Meaning"),
    "required": Text(id="wajib", en="required"),
    "list": Text(id="daftar", en="list of"),
    "map": Text(id="pasangan kode dan", en="codes, each with"),
    "or": Text(id="atau", en="or"),
    "string": Text(id="teks", en="text"),
    "integer": Text(id="bilangan bulat", en="whole number"),
    "number": Text(id="bilangan", en="number"),
    "boolean": Text(id="`true`/`false`", en="`true`/`false`"),
    "date": Text(id="tanggal `2026-12-31`", en="date `2026-12-31`"),
    "time": Text(id="jam `07:30`", en="time `07:30`"),
    "date-time": Text(id="waktu", en="moment"),
    "rules": Text(id="Kode pemeriksaan", en="Codes of the proof"),
    "rules_are": Text(
        id="Kode P: dokumen tidak dapat dibaca. Kode W: prosedur tidak dapat berjalan. Bagian di dalam "
        "kurung kurawal diisi ketika ditemukan.",
        en="Codes P: the document cannot be read. Codes W: the procedure cannot work. What stands in braces "
        "is filled in when it is found.",
    ),
    "code": Text(id="Kode", en="Code"),
    "says": Text(id="Yang dikatakan", en="What it says"),
}


def manual(language: Language = "id") -> str:
    """The whole page."""
    return "\n".join(_lines(language)) + "\n"


def _lines(language: Language) -> Iterator[str]:
    def word(key: str) -> str:
        return _WORDS[key].get(language)

    yield f"# {word('title')}"
    yield from ("", word("made"), "", word("two"))
    definitions = json_schema(language)["$defs"]
    for part in parts():
        name = part.__name__
        found = definitions[name]
        shape = found["anyOf"][-1] if "anyOf" in found else found
        yield from ("", f"## {name}", "")
        yield f"| {word('field')} | {word('value')} | {word('absent')} | {word('meaning')} |"
        yield "|---|---|---|---|"
        for field, schema in shape.get("properties", {}).items():
            absent = word("required") if field in shape.get("required", ()) else _default(schema)
            yield f"| `{field}` | {_kind(schema, language)} | {absent} | {_cell(schema['description'])} |"
    yield from ("", f"## {word('rules')}", "", word("rules_are"), "")
    yield f"| {word('code')} | {word('says')} |"
    yield "|---|---|"
    for key, text in sorted(sentences().items()):
        if _RULE.match(key):
            yield f"| {key.partition('-')[0]} | {_cell(text.get(language))} |"


def _default(schema: Mapping[str, Any]) -> str:
    default = schema.get("default")
    if default in (None, "", [], {}) or isinstance(default, list | dict):
        return "–"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _kind(schema: Mapping[str, Any], language: Language) -> str:
    """What may stand in a field, in words."""
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return _link(name, language)
    if "anyOf" in schema:
        kinds = [_kind(item, language) for item in schema["anyOf"] if item.get("type") != "null"]
        return f" {_WORDS['or'].get(language)} ".join(dict.fromkeys(kinds))
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return ", ".join(f"`{value}`" for value in values)
    kind = schema.get("type")
    if kind == "array":
        items: Mapping[str, Any] = schema.get("items") or next(iter(schema.get("prefixItems", ())), {})
        return f"{_WORDS['list'].get(language)} {_kind(items, language)}"
    if kind == "object":
        return f"{_WORDS['map'].get(language)} {_kind(schema.get('additionalProperties') or {}, language)}"
    return _WORDS[schema.get("format") or str(kind or "string")].get(language)


def _link(name: str, language: Language) -> str:
    schema = json_schema(language)["$defs"].get(name, {})
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if name not in {part.__name__ for part in parts()}:
        return _kind(schema, language) if schema else name
    return f"[{name}](#{name.lower()})"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
