"""An admin gives the open work of one member to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflows.cases import Actor

from ..models import Member
from .common import demand_admin, note

if TYPE_CHECKING:
    from tenants.complaints.services import HandedOver


def hand_over_work(member: Member, *, actor: Actor, heir: Member | None) -> HandedOver:
    """Gives the open work that is meant for a member alone to the heir; what they have no role for, and
    everything without an heir, goes back to the holders of its role. Raises `not_a_member` for an heir who is
    not there.
    """
    from tenants.complaints.services import hand_over_work_of

    demand_admin(actor)
    done = hand_over_work_of(member.pk, heir_id=heir.pk if heir is not None else None, actor=actor)
    note(actor, f"work of member {member.pk} handed over", heir.pk if heir is not None else "its roles")
    return done
