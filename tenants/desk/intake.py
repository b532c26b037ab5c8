"""The government's own report form: which choices it has, and where each leads now."""

from __future__ import annotations

from dataclasses import dataclass

from central.coordination.models import CentralIntake
from central.offices.models import Government, Office

from .doors import category_name, front_of, intake_rules

UNKNOWN = 0
"""The choice of somebody who does not know."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where a choice leads. `unsorted`: the office receives in the government's name only."""

    office: Office
    category: str
    unsorted: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of the form, with the heading above it."""

    number: int
    group: str
    name: str


def choices(government: Government, language: str) -> list[Choice]:
    """What the citizen may choose, in the government's order; what leads nowhere now is left out."""
    front = _ready(front_of(government))
    return [
        Choice(rule.pk, rule.group, category_name(rule, language))
        for rule in intake_rules(government)
        if front is not None or _serves(rule.office)
    ]


def takes_unknown(government: Government) -> bool:
    """Whether somebody who does not know where to turn may report, too."""
    return _ready(front_of(government)) is not None


def door_of(government: Government, number: int) -> Door | None:
    """Where a choice leads now; None where it leads nowhere, or is no more."""
    rules = {rule.pk: rule for rule in intake_rules(government)}
    rule = rules.get(number)
    if rule is not None and rule.office is not None and _serves(rule.office):
        return Door(rule.office, rule.category, unsorted=False)
    front = _ready(front_of(government))
    if front is None or (rule is None and number != UNKNOWN):
        return None
    return Door(front[0], front[1], unsorted=True)


def offices(government: Government) -> list[Office]:
    """The offices to which the form leads now, each once."""
    named = [*(rule.office_id for rule in intake_rules(government)), front_of(government).office_id]
    known = {pk for pk in named if pk is not None}
    rows = Office.objects.filter(pk__in=known, status=Office.Status.READY)
    return list(rows.select_related("government").order_by("pk"))


def _ready(front: CentralIntake) -> tuple[Office, str] | None:
    office = front.office
    return (office, front.category) if office is not None and _serves(office) else None


def _serves(office: Office | None) -> bool:
    return office is not None and office.status == Office.Status.READY
