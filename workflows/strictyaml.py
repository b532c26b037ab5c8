"""A small, safe reader of YAML: data with the line of every part, and nothing that can blow up.

Read are mappings, sequences and scalars of the core schema (null, true, false, numbers, strings; a date or a
time stays a string). Refused are anchors and aliases, tags, a key twice, more than one document, deep
nesting, control characters and large texts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

MAX_BYTES = 512_000
MAX_DEPTH = 40
MAX_PARTS = 10_000
"""Keys, items and values: about ten times what the largest office needs; more would keep a process busy."""

_INT = re.compile(r"^[-+]?(0|[1-9]\d*)$")
_FLOAT = re.compile(r"^[-+]?\d+\.\d+$")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
"""Characters that nobody sees and no database or printed sheet takes; an escape may write them."""

_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}

Path = tuple[str | int, ...]

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class YamlRefused(ValueError):
    """The text is no YAML, or holds something that is refused. `code`: stable; `line`: counted from 1."""

    def __init__(self, code: str, line: int | None, detail: str = "") -> None:
        self.code, self.line, self.detail = code, line, detail
        super().__init__(f"{code} line {line}: {detail}")


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """`data` with the line, counted from 1, at which each path begins."""

    data: Any
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int | None:
        """The line of a path, or of the nearest part above it that is written."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return None


def read_yaml(text: str) -> YamlDocument:
    """Raises `YamlRefused`."""
    content = text.encode("utf-8", "surrogatepass")
    if len(content) > MAX_BYTES:
        raise YamlRefused("too_large", last_line(content), str(MAX_BYTES))
    reader = _Reader(text)
    try:
        return reader.document()
    except yaml.reader.ReaderError as error:
        line = content.count(b"\n", 0, error.position) + 1
        raise YamlRefused("control", line) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlRefused("syntax", mark.line + 1 if mark else None, error.problem or "") from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise YamlRefused("syntax", None, str(error)[:200]) from error


def last_line(content: bytes) -> int:
    """The line, from 1, in which a document that is too large reaches what is taken."""
    return content.count(b"\n", 0, MAX_BYTES) + 1


class _Reader:
    def __init__(self, text: str) -> None:
        self.events = iter(yaml.parse(text, Loader=_Loader))
        self.lines: dict[Path, int] = {}

    def document(self) -> YamlDocument:
        data: Any = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise YamlRefused("many_documents", _line(event))
                data = self.node(next(self.events), ())
        return YamlDocument(data, self.lines)

    def node(self, event: yaml.Event, path: Path) -> Any:
        line = _line(event)
        self.lines.setdefault(path, line)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise YamlRefused("alias", line)
        tag = getattr(event, "tag", None)
        if tag:
            raise YamlRefused("tag", line, str(tag))
        if len(path) > MAX_DEPTH:
            raise YamlRefused("too_deep", line, str(MAX_DEPTH))
        if len(self.lines) > MAX_PARTS:
            raise YamlRefused("too_many", line, str(MAX_PARTS))
        if isinstance(event, yaml.ScalarEvent):
            if _CONTROL.search(event.value):
                raise YamlRefused("control", line)
            return _scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Any] = []
            while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
                items.append(self.node(event, (*path, len(items))))
            return items
        return self.mapping(path)

    def mapping(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            line = _line(event)
            if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag:
                raise YamlRefused("key", line)
            key = event.value
            if key in found:
                raise YamlRefused("key_twice", line, key)
            self.lines[(*path, key)] = line
            found[key] = self.node(next(self.events), (*path, key))
        return found


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _scalar(event: yaml.ScalarEvent) -> Any:
    value = event.value
    if not event.implicit[0]:
        return value
    if value in _WORDS:
        return _WORDS[value]
    if _INT.match(value):
        return int(value) if len(value) < 20 else value
    if _FLOAT.match(value):
        return float(value)
    return value
