"""What two versions of the settings differ in, as rows of a page: names in the place of codes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from central.dates import DAY, written
from tenants.complaints.words import category_words, hours_words, said
from tenants.portal.routing_words import Named
from workflows.common import Model, Span, Text
from workflows.difference import Change, Difference, differences, field_name, shown
from workflows.settings import RoutingCondition, RoutingTarget, Settings

CHANGES: Mapping[Change, Promise] = {
    Change.ADDED: _("ditambahkan"),
    Change.REMOVED: _("dihapus"),
    Change.CHANGED: _("diubah"),
    Change.MOVED: _("urutannya diubah"),
}

MOST_ROWS = 300
"""Differences that a page shows."""

_TITLES = ("code", "name", "label", "format")
"""Fields of a part that its title says already, or that say nothing to people."""


def settings_rows(old: Settings, new: Settings, names: Named) -> list[dict[str, Any]]:
    """What two versions differ in, in words. `names`: of the units, people and offices of now."""
    language = get_language() or "id"
    return [
        {
            "what": CHANGES[found.change],
            "place": found.place(language) or _("Pengaturan"),
            "field": said(field_name(found.field)) if found.field else "",
            "before": _side(found, found.old, old, names) if found.before else "",
            "after": _side(found, found.new, new, names) if found.after else "",
        }
        for found in differences(old, new)[:MOST_ROWS]
    ]


def _side(found: Difference, value: Any, settings: Settings, names: Named) -> str:
    if found.change is not Change.MOVED:
        return _words(value, found.field, names)
    rules = {rule.code: said(rule.why) for rule in settings.routing}
    return ", ".join(rules.get(code) or category_words(settings, code) for code in value)


def _words(value: Any, field: str, names: Named) -> str:
    """A value as people read it. `field`: whose value it is, for a code says nothing of what it names."""
    if isinstance(value, RoutingCondition):
        return names.condition(value)
    if isinstance(value, RoutingTarget):
        return names.target(value)
    if isinstance(value, date):
        return written(value, DAY)
    if isinstance(value, tuple) and value:
        if all(_is_frame(part) for part in value):
            return hours_words(value)
        between = "; " if isinstance(value[0], Model) else ", "
        return between.join(_words(part, field, names) for part in value)
    if isinstance(value, Model) and not isinstance(value, Text | Span):
        parts = (name for name in type(value).model_fields if name in value.model_fields_set)
        told = {name: _words(getattr(value, name), name, names) for name in parts if name not in _TITLES}
        return "; ".join(f"{said(field_name(name))}: {words}" for name, words in told.items()) or said(
            shown(value)
        )
    known: Mapping[Any, str] = {"unit": names.units, "role": names.roles, "office": names.offices}.get(
        field, {}
    )
    if field == "member" and value in names.members:
        return names.members[value]
    return known.get(value) or said(shown(value))


def _is_frame(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(isinstance(part, time) for part in value)
