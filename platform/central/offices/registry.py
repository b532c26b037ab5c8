"""What the apps of an office tell this one at start-up: `central` imports no model of theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.apps import apps

from .models import Office

AfterProvision = Callable[[Office, Mapping[str, Any]], None]

_after_provision: dict[str, tuple[int, AfterProvision]] = {}
_append_only: set[str] = set()
_sealed: dict[str, tuple[str, ...]] = {}


def register_after_provision(hook: AfterProvision, *, order: int = 100) -> None:
    """Has `hook(office, seed)` called inside every new office, in the transaction that makes it ready.

    `seed` is what was given to `create_office` (the preset's code, the first admin). Hooks run by `order`,
    then by name; one that raises leaves the office failed, to be tried again, and nothing of what the hooks
    wrote.
    """
    _after_provision[f"{hook.__module__}.{hook.__qualname__}"] = (order, hook)


def after_provision_hooks() -> list[AfterProvision]:
    return [hook for _name, (_order, hook) in sorted(_after_provision.items(), key=lambda i: (i[1][0], i[0]))]


def register_append_only(*labels: str) -> None:
    """Takes UPDATE and DELETE on a model's table (`"app.Model"`) away from the offices' roles, in every
    office.

    Such a row cannot be locked either (`select_for_update`): lock the row that it belongs to.
    """
    _append_only.update(labels)


def register_sealed(label: str, *, but: Iterable[str]) -> None:
    """Lets an office's role add rows to a model's table (`"app.Model"`) and change the fields `but` of them,
    and nothing else: what such a row says stays as it was written, and it is never deleted.
    """
    _sealed[label] = tuple(sorted(but))


def append_only_tables() -> list[str]:
    """The names of the append-only tables, sorted."""
    return sorted(apps.get_model(label)._meta.db_table for label in _append_only)


def sealed_tables() -> dict[str, list[str]]:
    """The names of the sealed tables with the columns that may be changed, sorted."""
    found = {}
    for label, fields in sorted(_sealed.items()):
        meta = apps.get_model(label)._meta
        found[meta.db_table] = [str(meta.get_field(field).column) for field in fields]
    return found


def restrictions() -> list[str]:
    """What an office's role may not do with its own tables, as a template keeps it: `table` for one that is
    append-only, `table(column, column)` for one that is sealed but for these columns.
    """
    sealed = (f"{table}({', '.join(columns)})" for table, columns in sealed_tables().items())
    return [*append_only_tables(), *sealed]
