"""Whose work something is."""

from __future__ import annotations

from django.db.models import Q

from tenants.organization.models import Unit
from workflows.cases import Actor, Scope


def my_work(actor: Actor) -> Q:
    """Open work that this member is meant to do now: theirs alone, or of their roles and units.

    The same rule as the engine's `rights`: a named person before a named unit before everybody of the role.
    """
    # The units as a set of ids, not as a join: it would be made for every row before any is counted.
    here = Unit.objects.filter(code__in=list(actor.units)).order_by().values("pk")
    shared = Q(member=None) & (Q(unit=None) | Q(unit__in=here))
    return Q(
        Q(member=actor.id) | shared,
        closed_at=None,
        waiting=False,
        scope=Scope.OFFICE.value,
        roles__overlap=list(actor.roles),
    )
