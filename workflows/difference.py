"""What two versions of a document differ in, in words for the person who puts one in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any

from workflows.common import Model, Span, Text
from workflows.labels import label
from workflows.procedure import Procedure
from workflows.schema import meaning
from workflows.settings import Settings

Crumbs = tuple[Text, ...]

_KEYS = ("code", "role", "value", "on", "starts_on")
"""By which of its fields a part of a list is known again in the other version."""


class Change(StrEnum):
    """What became of something."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    """The parts of a list are the same, their order is not."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs. `where`: the parts that it lies in, from the top, such as "Tahap Verifikasi".

    `field`: the field's name in the document, empty for a whole part that was added or removed; `meaning`:
    what the field means. `before` and `after` are empty where there was or is nothing; `old` and `new` are
    the values themselves, of a changed order the codes.
    """

    change: Change
    where: Crumbs
    field: str = ""
    meaning: Text | None = None
    before: Text | None = None
    after: Text | None = None
    old: Any = None
    new: Any = None

    def place(self, language: str) -> str:
        """The parts in one line."""
        return " › ".join(part.get(language) for part in self.where)


def differences(old: Procedure | Settings, new: Procedure | Settings) -> list[Difference]:
    """Everything in which two versions of the same kind differ, in the document's order; empty for equals."""
    return list(_parts(old, new, ()))


def _parts(old: Model, new: Model, where: Crumbs) -> Iterator[Difference]:
    part = type(new).__name__
    for name in type(new).model_fields:
        before, after = getattr(old, name), getattr(new, name)
        if before == after:
            continue
        if _is_part(before) and _is_part(after):
            yield from _parts(before, after, (*where, _title(after)))
        elif _are_parts(before) and _are_parts(after) and (before or after):
            yield from _lists(_keyed(before), _keyed(after), where, part, name)
        elif isinstance(before, dict) and isinstance(after, dict):
            yield from _lists(before, after, where, part, name)
        else:
            told = (shown(before), shown(after))
            yield Difference(Change.CHANGED, where, name, meaning(part, name), *told, before, after)


def _lists(
    old: Mapping[str, Model], new: Mapping[str, Model], where: Crumbs, part: str, name: str
) -> Iterator[Difference]:
    for key, item in old.items():
        if key not in new:
            yield Difference(Change.REMOVED, (*where, _title(item, key)), before=shown(item), old=item)
    for key, item in new.items():
        if key not in old:
            yield Difference(Change.ADDED, (*where, _title(item, key)), after=shown(item), new=item)
        elif item != old[key]:
            yield from _parts(old[key], item, (*where, _title(item, key)))
    was, now = (tuple(key for key in keys if key in old and key in new) for keys in (old, new))
    if was != now:
        before, after = (Text(id=", ".join(keys)) for keys in (was, now))
        yield Difference(Change.MOVED, where, name, meaning(part, name), before, after, was, now)


def _is_part(value: object) -> bool:
    return isinstance(value, Model) and not isinstance(value, Text | Span) and _word(value) is not None


def _are_parts(value: object) -> bool:
    return isinstance(value, tuple) and all(_is_part(item) and _key(item) is not None for item in value)


def _key(item: Any) -> str | None:
    return next((str(getattr(item, name)) for name in _KEYS if hasattr(item, name)), None)


def _keyed(items: tuple[Model, ...]) -> dict[str, Model]:
    return {_key(item) or "": item for item in items}


def _word(item: Model) -> Text | None:
    try:
        return label(f"part.{type(item).__name__}")
    except KeyError:
        return None


def _title(item: Model, key: str = "") -> Text:
    """Such as "Tahap Verifikasi"."""
    word = _word(item) or Text(id=type(item).__name__)
    name = next((told for field in ("name", "label", "why") if (told := getattr(item, field, None))), None)
    if isinstance(name, Text):
        return Text(id=f"{word.id} {name.id}", en=f"{word.get('en')} {name.get('en')}")
    named = key or getattr(item, "role", "")
    return Text(id=f"{word.id} {named}".strip(), en=f"{word.get('en')} {named}".strip())


def shown(value: Any) -> Text:
    """A value as people read it."""
    if value is None or value == () or value == "":
        return label("value.none")
    if isinstance(value, bool):
        return label("value.yes" if value else "value.no")
    if isinstance(value, Text):
        return value
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(part, time) for part in value):
        return Text(id="-".join(f"{part:%H:%M}" for part in value))
    if isinstance(value, tuple):
        parts = [shown(item) for item in value]
        return Text(id=", ".join(p.id for p in parts), en=", ".join(p.get("en") for p in parts))
    if isinstance(value, date):
        return Text(id=value.isoformat())
    if isinstance(value, Model) and not isinstance(value, Span):
        return _summary(value)
    return Text(id=str(value))


def _summary(item: Model) -> Text:
    """A part in one line: what it says of itself beside its code and name."""
    told = {
        name: shown(getattr(item, name))
        for name in type(item).model_fields
        if name in item.model_fields_set and name not in ("code", "name", "label", "format")
    }
    if not told:
        return _title(item)
    return Text(
        id="; ".join(f"{field_name(name).id}: {text.id}" for name, text in told.items())[:4000],
        en="; ".join(f"{field_name(name).get('en')}: {text.get('en')}" for name, text in told.items())[:4000],
    )


def field_name(field: str) -> Text:
    """A field's short name for people; its name in the document where it has no other."""
    try:
        return label(f"field.{field}")
    except KeyError:
        return Text(id=field)
