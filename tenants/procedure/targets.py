"""What routing rules may name now: units that work, roles of the procedure, people, other offices."""

from __future__ import annotations

from collections.abc import Iterable

from central.offices import directory
from central.offices.access import current_office, public
from central.offices.models import Office
from tenants.organization import holds
from tenants.organization.models import Member
from tenants.organization.queries import role_holders
from workflows.problems import Problem
from workflows.routing import Targets, check_targets
from workflows.settings import Settings

from .queries import Rules, rules_in_force


def targets_now(
    rules: Rules,
    *,
    settings: Settings | None = None,
    hold: bool = False,
    offices: Iterable[str] | None = None,
) -> Targets:
    """What exists now. People and other offices are looked up only where a rule in use names one.

    `settings`: others than those in effect, which are to be tried. `hold`: a complaint is being stored by
    them: the people that rules name do not leave until the transaction ends, and offices are those of the
    kept directory. `offices`: those that can take complaints, where the caller has looked already. A person
    counts while they hold a role of the procedure and are not away: work that is given to anybody else could
    be done by nobody.
    """
    named = [rule.target for rule in (settings or rules.settings).routing if rule.in_use]
    members = {target.member for target in named if target.member is not None}
    if offices is None and any(target.office for target in named):
        offices = _kept_offices() if hold else other_offices()
    return Targets(
        units=frozenset(code for code, unit in rules.units.items() if unit.is_active),
        roles=frozenset(role.code for role in rules.procedure.roles),
        members=_able(rules, members, hold) if members else None,
        offices=None if offices is None else frozenset(offices),
    )


def offices_named(settings: Settings) -> set[str]:
    """Codes of the other offices that rules in use name."""
    return {rule.target.office for rule in settings.routing if rule.in_use and rule.target.office}


def other_offices() -> dict[str, str]:
    """Code to name of the other offices of the government that work."""
    office = current_office()
    if office is None:
        return {}
    with public():
        rows = Office.objects.filter(government_id=office.government_id, status=Office.Status.READY)
        return dict(rows.exclude(pk=office.pk).order_by("name").values_list("code", "name"))


def _kept_offices() -> set[str]:
    """As `other_offices`, the codes alone, from what the process keeps for some seconds."""
    office = current_office()
    if office is None:
        return set()
    with_this = directory.working(office.government_id)
    return set(with_this) - {office.code}


def broken_targets(rules: Rules | None = None) -> list[Problem]:
    """R01 for every routing rule and category in use that names what cannot take complaints now."""
    rules = rules or rules_in_force()

    def called(kind: str, code: str | int) -> str:
        if kind == "unit":
            unit = rules.units.get(str(code))
            return unit.name if unit else str(code)
        if kind == "member":
            return Member.objects.filter(pk=code).values_list("name", flat=True).first() or str(code)
        return str(code)

    return list(check_targets(rules.settings, targets_now(rules), called))


def _able(rules: Rules, members: set[int], hold: bool) -> frozenset[int]:
    if hold:
        here = holds.present(members)
    else:
        here = set(Member.objects.filter(pk__in=members, is_active=True).values_list("pk", flat=True))
    roles = {role.code for role in rules.procedure.roles}
    held = (people for role, people in role_holders().items() if role in roles)
    return frozenset(here & {pk for people in held for pk in people})
