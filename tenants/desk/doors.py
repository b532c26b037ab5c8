"""The government's own doors: the choices of its report form, the office that receives what they send
nowhere, and the directory of offices outside. Commands and reads, in public mode; only the desk's admins
change anything.
"""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from central.coordination.models import CentralIntake, IntakeRule, OutsideOffice
from central.offices.access import office as inside
from central.offices.models import Government, Office
from tenants.procedure.queries import NoProcedure, settings_now
from workflows.common import Text

from .services import DeskError

MOST_RULES = 200
MOST_OUTSIDE = 500


# --- offices outside ----------------------------------------------------------------------------------------


def outside_offices(government: Government) -> list[OutsideOffice]:
    """The directory, by name."""
    return list(OutsideOffice.objects.filter(government=government).order_by("name"))


def outside_office(government: Government, pk: int) -> OutsideOffice:
    """One of the directory. Raises `DeskError("not_found")`."""
    found = OutsideOffice.objects.filter(government=government, pk=pk).first()
    if found is None:
        raise DeskError("not_found", _("Instansi ini tidak ada lagi dalam daftar."))
    return found


def keep_outside(government: Government, pk: int | None, values: dict[str, Any]) -> OutsideOffice:
    """Puts an office outside into the directory (`pk` None), or changes what is known of it.

    Raises `DeskError`: `known_office` for a name that is there already, `not_found`, `too_many`.
    """
    row = outside_office(government, pk) if pk is not None else OutsideOffice(government=government)
    if pk is None and OutsideOffice.objects.filter(government=government).count() >= MOST_OUTSIDE:
        raise DeskError("too_many", _("Daftar ini penuh. Hapus dahulu yang tidak dipakai."))
    for name, value in values.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise DeskError(
            "known_office",
            _("Nama ini sudah ada dalam daftar."),
            {"name": _("Nama ini sudah ada dalam daftar.")},
        ) from None
    return row


def drop_outside(government: Government, pk: int) -> str:
    """Takes an office outside off the directory; returns its name. What was referred to it stays as it is."""
    row = outside_office(government, pk)
    row.delete()
    return row.name


# --- the government's own form ------------------------------------------------------------------------------


def intake_rules(government: Government) -> list[IntakeRule]:
    """The choices in their order, with their offices."""
    rows = IntakeRule.objects.filter(government=government).select_related("office")
    return list(rows.order_by("position", "id"))


def intake_rule(government: Government, pk: int) -> IntakeRule:
    """One choice. Raises `DeskError("not_found")`."""
    found = IntakeRule.objects.filter(government=government, pk=pk).select_related("office").first()
    if found is None:
        raise DeskError("not_found", _("Pilihan ini tidak ada lagi."))
    return found


def next_position(government: Government) -> int:
    """Where a new choice stands: at the end."""
    last = IntakeRule.objects.filter(government=government).aggregate(last=Max("position"))["last"]
    return min((last or 0) + 1, 999)


def keep_rule(government: Government, pk: int | None, values: dict[str, Any]) -> IntakeRule:
    """Adds a choice (`pk` None), or changes one. `values`: of the form; the office by its code.

    Raises `DeskError`: `not_found`, `too_many`, `other_government`.
    """
    row = intake_rule(government, pk) if pk is not None else IntakeRule(government=government)
    if pk is None and IntakeRule.objects.filter(government=government).count() >= MOST_RULES:
        raise DeskError("too_many", _("Formulir ini penuh. Hapus dahulu pilihan yang tidak dipakai."))
    for name in ("name", "name_en", "group", "position"):
        setattr(row, name, values[name])
    row.office, row.category = _door(government, row.office, values)
    row.save()
    return row


def drop_rule(government: Government, pk: int) -> str:
    """Takes a choice off the form; returns its name."""
    row = intake_rule(government, pk)
    row.delete()
    return row.name


def front_of(government: Government) -> CentralIntake:
    """The office that receives what the rules send nowhere; without an office where none was named."""
    rows = CentralIntake.objects.filter(government=government).select_related("office")
    return rows.first() or CentralIntake(government=government)


def keep_front(government: Government, values: dict[str, Any]) -> CentralIntake:
    """Names the office that receives what the rules send nowhere. Raises `DeskError("other_government")`."""
    row = front_of(government)
    row.office, row.category = _door(government, row.office, values)
    row.save()
    return row


def _door(government: Government, before: Office | None, values: dict[str, Any]) -> tuple[Office | None, str]:
    """The office that a form names, and its category; one of another office is left out."""
    if not values["office"]:
        return None, ""
    found = Office.objects.filter(government=government, code=values["office"]).first()
    if found is None:
        raise DeskError(
            "other_government",
            _("Instansi itu bukan bagian dari pemerintah daerah ini. Pilih salah satu dari daftar."),
        )
    return found, values.get("category", "") if found == before else ""


def categories_of(office: Office | None, language: str) -> list[tuple[str, str]]:
    """The categories that an office takes complaints in, as its own form shows them."""
    if office is None or office.status != Office.Status.READY:
        return []
    try:
        with inside(office):
            listed: list[tuple[str, Text]] = list(settings_now().category_choices)
    except NoProcedure:
        return []
    return [(code, label.get(language)) for code, label in listed]


def category_name(rule: IntakeRule, language: str) -> str:
    """What a choice is called, in a language."""
    return rule.name_en if rule.name_en and language.startswith("en") else rule.name
