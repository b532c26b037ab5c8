"""Reading documents: from YAML or JSON data to models that were checked, with the line of every problem."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any, Generic, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from workflows.problems import DocumentRefused, Problem, located, problem, raise_errors, sentence
from workflows.procedure import Procedure
from workflows.settings import Settings
from workflows.soundness import check_procedure, check_settings
from workflows.strictyaml import MAX_BYTES, Path, YamlDocument, YamlRefused, last_line, read_yaml

M = TypeVar("M", bound=BaseModel)

_TOLD = 200
"""Of how many parts that do not have their form the reader tells at once."""

_REFUSALS = {
    "syntax": "P01",
    "too_large": "P02",
    "alias": "P03",
    "tag": "P04",
    "key_twice": "P05",
    "too_deep": "P06",
    "too_many": "P15",
    "many_documents": "P07",
    "key": "P07",
    "control": "P16",
}
_DETAILS = (
    (("enum", "literal_error"), "expected"),
    (("string_pattern_mismatch",), "code"),
    (("int_", "float_"), "number"),
    (("greater_than", "less_than"), "bounds"),
    (("date_", "datetime_"), "date"),
    (("tuple_type", "list_type"), "list"),
    (("string_too", "too_short", "too_long"), "length"),
    (("string_",), "words"),
    (("bool_",), "yes_no"),
    (("model_", "dict_"), "group"),
)


def load_procedure(source: str | FilePath) -> Procedure:
    """A procedure from YAML text or a file, sound by itself. Raises `DocumentRefused`."""
    document = read(source)
    procedure = build(Procedure, document)
    raise_errors(located(check_procedure(procedure), document))
    return procedure


def load_settings(source: str | FilePath, procedure: Procedure | None = None) -> Settings:
    """Settings from YAML text or a file, checked with a procedure if one is given. Raises
    `DocumentRefused`.
    """
    document = read(source)
    settings = build(Settings, document)
    raise_errors(located(check_settings(settings, procedure), document))
    return settings


def procedure_from(data: Mapping[str, Any], content_digest: str = "") -> Procedure:
    """A procedure from the JSON data of a stored version. Equal content gives the same object.

    `content_digest`: what `digest` said of it, if it was kept; it spares the reading of what is known
    already.
    """
    return _procedures.get(data, content_digest)


def settings_from(data: Mapping[str, Any], content_digest: str = "") -> Settings:
    """Settings from the JSON data of a stored version; as `procedure_from`."""
    return _settings.get(data, content_digest)


def canonical(data: Mapping[str, Any]) -> str:
    """The one JSON text of some data: keys sorted, no spaces."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def as_data(document: Procedure | Settings) -> dict[str, Any]:
    """JSON data of a document, without what was left out; the inverse of `procedure_from` and
    `settings_from`.
    """
    data: dict[str, Any] = document.model_dump(mode="json", exclude_defaults=True)
    return data


def digest(document: Procedure | Settings) -> str:
    """SHA-256 of a document's content, in hexadecimal digits."""
    return hashlib.sha256(canonical(as_data(document)).encode()).hexdigest()


def as_yaml(document: Procedure | Settings) -> str:
    """The document as YAML that `load_procedure` or `load_settings` reads."""
    text: str = yaml.dump(as_data(document), Dumper=_Plain, allow_unicode=True, sort_keys=False, width=110)
    return text


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        """Every part is written out: the reader refuses aliases."""
        return True


class _ByContent(Generic[M]):
    """Models by the digest of their content: nothing of an office but what it has in common with its
    equals.
    """

    def __init__(self, model: type[M], size: int) -> None:
        self.model, self.size = model, size
        self.known: OrderedDict[str, M] = OrderedDict()

    def get(self, data: Mapping[str, Any], content_digest: str) -> M:
        key = content_digest or hashlib.sha256(canonical(data).encode()).hexdigest()
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = build(self.model, YamlDocument(data, {}))
            while len(self.known) > self.size:
                self.known.pop(next(iter(self.known)), None)
        return found


_procedures = _ByContent(Procedure, 512)
_settings = _ByContent(Settings, 2048)


def read(source: str | FilePath) -> YamlDocument:
    """The YAML of a text or a file. Raises `DocumentRefused`."""
    if isinstance(source, FilePath):
        try:
            if source.stat().st_size > MAX_BYTES:
                with source.open("rb") as file:
                    raise DocumentRefused([oversize(file.read(MAX_BYTES))])
            source = source.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise DocumentRefused([problem("P08", detail=source)]) from error
    try:
        return read_yaml(source)
    except YamlRefused as error:
        text = sentence(_REFUSALS[error.code], detail=error.detail)
        raise DocumentRefused([Problem(_REFUSALS[error.code], text, (), error.line)]) from error


def oversize(content: bytes = b"") -> Problem:
    """The finding about a document that is too large, with the line in which it gets so; line 1, where its
    document begins, if nothing of it was read.
    """
    return replace(problem("P02", detail=MAX_BYTES), line=last_line(content))


def build(model: type[M], document: YamlDocument, prefix: Path = ()) -> M:
    """The part of a document under `prefix` as a model. Raises `DocumentRefused`."""
    data = document.data
    for key in prefix:
        data = data[key]
    if not isinstance(data, Mapping):
        raise DocumentRefused(located([problem("P09")], document, prefix))
    try:
        return model.model_validate(data)
    except ValidationError as error:
        found: dict[Path, Problem] = {}
        for item in error.errors(include_url=False)[:_TOLD]:
            one = _problem(item, data)
            found.setdefault(one.path, one)
        raise DocumentRefused(located(_telling(found), document, prefix)) from None


def _telling(found: Mapping[Path, Problem]) -> list[Problem]:
    """The findings without those about a part that is wrong only because something in it is."""
    above = {path[:end] for path in found for end in range(len(path))}
    return [one for path, one in found.items() if one.code != "P12" or path not in above]


def _problem(error: Any, data: Any) -> Problem:
    """One of pydantic's errors in our words. Its location also names branches of unions, which are left
    out.
    """
    path: list[str | int] = []
    here = data
    for key in error["loc"]:
        if (isinstance(here, Mapping) and key in here) or (
            isinstance(here, list | tuple) and isinstance(key, int) and key < len(here)
        ):
            here = here[key]
        else:
            continue
        path.append(key)
    kind, context = error["type"], error.get("ctx") or {}
    name = error["loc"][-1] if error["loc"] else ""
    if kind == "extra_forbidden":
        return problem("P10", tuple(path), name=name)
    if kind == "missing":
        return problem("P11", tuple(path), name=name)
    shown = next((str(key) for key in reversed(path) if isinstance(key, str)), str(name))
    if kind == "detail":
        key = context["kind"]
        values = {name: value for name, value in context.items() if name != "kind"}
        return problem("P12", tuple(path), name=shown, detail=sentence(f"detail.{key}", **values))
    detail = next(
        (key for starts, key in _DETAILS if any(kind.startswith(start) for start in starts)), "other"
    )
    expected = context.get("expected", "")
    return problem("P12", tuple(path), name=shown, detail=sentence(f"detail.{detail}", expected=expected))
