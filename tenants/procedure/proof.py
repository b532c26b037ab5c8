"""The proof of a procedure at an office: by itself, with its settings, and with the people of today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from django.db.models import Count

from central.offices.access import current_office
from tenants.complaints.models import Complaint
from tenants.organization.models import Unit
from tenants.organization.queries import positions, role_holders
from tenants.procedure.queries import procedure_in_force
from workflows.cases import Scope
from workflows.numbering import register_number
from workflows.owed import check_owed
from workflows.problems import Problem, problem
from workflows.procedure import Assigner, Procedure
from workflows.routingrules import without_effect
from workflows.settings import Settings
from workflows.soundness import check_procedure, check_settings
from workflows.staffing import Holders, check_staff

_LONG_MONTH = date(2028, 8, 1)
"""Of a month whose Roman number is the longest."""


def holders_of(procedure: Procedure) -> Holders:
    """The office's roles of a procedure, each with the ids of the members who hold it today."""
    roles = [role.code for role in procedure.roles if role.scope is Scope.OFFICE]
    held = role_holders()
    return {role: held.get(role, frozenset()) for role in roles}


def prove(procedure: Procedure, settings: Settings) -> list[Problem]:
    """Everything that keeps the procedure from being put in force here today, and every warning."""
    return [*check_procedure(procedure, settings), *here_today(procedure, settings)]


def here_today(procedure: Procedure, settings: Settings) -> list[Problem]:
    """What a procedure lacks at this office: people for its roles, what the settings in effect name, and what
    the procedure in force owes to complaints (W19).
    """
    found = [*_named_by(settings, procedure), *check_staff(procedure, holders_of(procedure))]
    return [*found, *_two_keepers(procedure), *check_owed(procedure_in_force(), procedure)]


def _two_keepers(procedure: Procedure) -> Iterator[Problem]:
    """W06 for every position that nobody could give: with a role of the head's and one of the desk's."""
    keeper = {
        role.code: role.assigned_by for role in procedure.roles if role.assigned_by is not Assigner.ADMIN
    }
    if len(set(keeper.values())) < 2:
        return
    place = {role.code: number for number, role in enumerate(procedure.roles)}
    for position in positions():
        kept = [role for role in position.roles if role in keeper]
        if len({keeper[role] for role in kept}) > 1:
            yield problem("W06-keepers", ("roles", place[kept[0]], "assigned_by"), name=position.title)


def _named_by(settings: Settings, procedure: Procedure) -> Iterator[Problem]:
    classes = {value.code for value in procedure.case_classes}
    for category, _above in settings.walk():
        if category.in_use and category.case_class and category.case_class not in classes:
            yield problem("R06", (), name=category.name, detail=category.case_class)
    for rule in settings.routing:
        role = rule.target.role
        if rule.in_use and role and procedure.role(role) is None:
            yield problem("R06-role", (), name=rule.code, detail=role)
        elif rule.in_use and without_effect(procedure, rule):
            yield problem("R06-first", (), name=rule.code, detail=role)


def prove_settings(settings: Settings, before: Settings, procedures: list[Procedure]) -> list[Problem]:
    """Everything that keeps settings from being put in effect: with each procedure in use, with the units,
    and with the complaints that there are.

    What was wrong with the settings `before` already, such as a unit that was closed since, holds up no other
    change: the admins are told of it by themselves.
    """
    units = frozenset(Unit.objects.filter(is_active=True).values_list("code", flat=True))
    found = _lost_categories(settings, before)
    if not settings.selectable:
        found.append(problem("R05", ("categories",)))
    found += _long_number(settings)
    for procedure in procedures:
        known = Counter(_key(item) for item in check_settings(before, procedure, units))
        for item in check_settings(settings, procedure, units):
            if known[_key(item)] > 0:
                known[_key(item)] -= 1
            elif item not in found:
                found.append(item)
        found += [item for item in check_procedure(procedure, settings) if item not in found]
    return found


def _long_number(settings: Settings) -> Iterator[Problem]:
    """R08: every complaint's number fits its column."""
    office, most = current_office(), Complaint._meta.get_field("number").max_length or 0
    longest = register_number(settings.number_pattern, 9_999_999, _LONG_MONTH, office.code if office else "")
    if len(longest) > most:
        yield problem("R08", ("number_pattern",), detail=longest, count=most)


def _key(item: Problem) -> tuple[str, str]:
    return item.code, item.text.id


def _lost_categories(settings: Settings, before: Settings) -> list[Problem]:
    """R04 for every category that is no longer there and stands on a complaint, open or closed."""
    lost = {code: path[-1].name for code, path in before.paths.items() if code not in settings.paths}
    rows = Complaint.objects.filter(category__in=list(lost)).order_by() if lost else Complaint.objects.none()
    used = dict(rows.values_list("category").annotate(count=Count("pk")))
    return [
        problem("R04", ("categories",), name=name, count=used[code])
        for code, name in lost.items()
        if code in used
    ]
