"""Routing rules in words: what they look at, where they send a case, and why one won and another did not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.channels.registry import label as channel_label
from tenants.complaints.models import Complaint
from tenants.complaints.words import area_words, category_words, said
from tenants.organization.models import Member
from tenants.procedure.queries import Rules
from tenants.procedure.targets import other_offices
from workflows.decision import RoutingResult
from workflows.problems import Problem
from workflows.routing import BY_CATEGORY, BY_NOTHING, Trial
from workflows.settings import RoutingCondition, RoutingTarget, Settings

from .forms.timetable import DAYS

FIELDS: dict[str, str | Promise] = {
    "category": gettext_lazy("Kategori"),
    "words": gettext_lazy("Kata"),
    "region": gettext_lazy("Kode wilayah"),
    "intake_channel": gettext_lazy("Kanal"),
    "hour": gettext_lazy("Jam"),
    "weekday": gettext_lazy("Hari"),
    "visibility": gettext_lazy("Kerahasiaan"),
    "answer": gettext_lazy("Jawaban"),
}
"""What a condition looks at."""


@dataclass(frozen=True, slots=True)
class Named:
    """Names of what rules may name, by code; of people by id. `closed`: units that do not work any more."""

    settings: Settings
    units: dict[str, str]
    roles: dict[str, str]
    members: dict[int, str]
    offices: dict[str, str]
    closed: frozenset[str] = frozenset()

    def target(self, target: RoutingTarget) -> str:
        """Where a rule sends a case."""
        parts = []
        if target.office:
            parts.append(
                _("instansi lain: %(name)s") % {"name": self.offices.get(target.office, target.office)}
            )
        if target.unit:
            parts.append(_("unit %(name)s") % {"name": self.units.get(target.unit, target.unit)})
        if target.role:
            parts.append(_("peran %(name)s") % {"name": self.roles.get(target.role, target.role)})
        if target.member is not None:
            parts.append(self.members.get(target.member) or _("anggota yang sudah keluar"))
        return ", ".join(parts)

    def condition(self, condition: RoutingCondition) -> str:
        """What one condition looks at and which values it wants."""
        field, values = str(FIELDS[condition.field]), list(condition.value)
        if condition.field == "category":
            values = [category_words(self.settings, code) for code in values]
        elif condition.field == "region":
            values = [area_words(self.settings, code) for code in values]
        elif condition.field == "intake_channel":
            values = [str(channel_label(code)) for code in values]
        elif condition.field == "weekday":
            values = [str(DAYS.get(day, day)) for day in values]
        elif condition.field == "hour":
            return f"{field}: {hours_text(values)}"
        elif condition.field == "visibility":
            names = dict(Complaint.Visibility.choices)
            values = [str(names.get(value, value)) for value in values]
        elif condition.field == "answer":
            question = self.settings.questions.get(condition.question or "")
            if question is not None:
                field = f"{field} “{said(question.label)}”"
                values = [said(question.shown(value)) for value in values]
        return f"{field}: {', '.join(values)}"


def named(rules: Rules) -> Named:
    """The names of this office: closed units and people who have left, too."""
    roles = {role.code: said(role.name) for role in rules.procedure.roles}
    return Named(
        settings=rules.settings,
        units={code: unit.name for code, unit in rules.units.items()},
        roles=roles,
        members=dict(Member.objects.filter(is_active=True).order_by("name").values_list("pk", "name")),
        offices=other_offices(),
        closed=frozenset(code for code, unit in rules.units.items() if not unit.is_active),
    )


def hours_text(hours: Iterable[str]) -> str:
    """Hours of the day as ranges, such as `16-23, 0-6`."""
    numbers = sorted({int(hour) for hour in hours if hour.isdecimal()})
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    if len(spans) > 1 and spans[0][0] == 0 and spans[-1][1] == 23:
        spans = [*spans[1:-1], [spans[-1][0], spans[0][1]]]
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)


def rule_rows(rules: Rules, names: Named, broken: Iterable[Problem]) -> list[dict[str, Any]]:
    """Every rule in its order, for the list."""
    wrong = {item.path[1] for item in broken if item.path[:1] == ("routing",)}
    last = len(rules.settings.routing) - 1
    return [
        {
            "code": rule.code,
            "why": said(rule.why),
            "conditions": [names.condition(condition) for condition in rule.when],
            "target": names.target(rule.target),
            "in_use": rule.in_use,
            "broken": number in wrong,
            "first": number == 0,
            "last": number == last,
        }
        for number, rule in enumerate(rules.settings.routing)
    ]


def trial_rows(trials: Iterable[Trial], names: Named) -> list[dict[str, Any]]:
    """Each rule with what became of it and why."""
    rows, won = [], False
    for trial in trials:
        missed = [
            names.condition(condition)
            for condition, holds in zip(trial.rule.when, trial.holds, strict=True)
            if not holds
        ]
        tone, text = "quiet", ""
        if trial.wins:
            tone, text = "ok", _("Menang: semua syaratnya terpenuhi.")
        elif missed:
            text = _("Tidak cocok. Tidak terpenuhi: %(missed)s.") % {"missed": "; ".join(missed)}
        elif trial.broken:
            tone, text = "warn", _("Cocok, tetapi dilewati: tujuannya sekarang tidak dapat menerima aduan.")
        elif won:
            text = _("Cocok, tetapi aturan di atasnya sudah menang.")
        won = won or trial.wins
        rows.append(
            {
                "code": trial.rule.code,
                "why": said(trial.rule.why),
                "wins": trial.wins,
                "tone": tone,
                "text": text,
            }
        )
    return rows


def result_words(found: RoutingResult, names: Named) -> str:
    """Where a report goes."""
    if found.office:
        office = names.offices.get(found.office, found.office)
        return _("Tugas instansi lain: %(office)s. Petugas penerima menyerahkannya.") % {"office": office}
    parts = []
    if found.unit:
        parts.append(_("unit %(name)s") % {"name": names.units.get(found.unit, found.unit)})
    if found.role:
        parts.append(_("peran %(name)s") % {"name": names.roles.get(found.role, found.role)})
    if found.member is not None:
        parts.append(names.members.get(found.member) or _("anggota yang sudah keluar"))
    return _("Ke %(where)s.") % {"where": ", ".join(parts)} if parts else _("Ke petugas penerima.")


def by_rule(found: RoutingResult) -> bool:
    """Whether a rule of the office won."""
    return found.rule not in (BY_CATEGORY, BY_NOTHING)


@dataclass(frozen=True, slots=True)
class Broken:
    """What names somebody who cannot take complaints now, in words; and where that is put right."""

    sentences: tuple[str, ...] = ()
    rules: bool = False
    categories: bool = False

    def __bool__(self) -> bool:
        return bool(self.sentences)


def broken_words(problems: Iterable[Problem]) -> Broken:
    """The findings about targets for the page of an admin."""
    found = list(problems)
    places = {item.path[0] for item in found if item.path}
    return Broken(tuple(said(item.text) for item in found), "routing" in places, "categories" in places)
