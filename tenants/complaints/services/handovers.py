"""People change: the open work that is meant for one person goes to another, or back to whose role it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.complaints.errors import ComplaintError
from tenants.complaints.models import Complaint, WorkItem
from tenants.complaints.snapshot import case_of, lines_of
from tenants.organization import holds
from tenants.organization.queries import Person, actor_for_member
from tenants.procedure.queries import rules_of
from workflows.cases import Actor
from workflows.handing import handed_over
from workflows.index import Index
from workflows.rights import needs_another

from .passing import give_back, pass_on
from .step import apply, here, locked
from .upkeep import meant_for, released, waiting_for


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of open work that is meant for a member alone. `fits`: the heir can take it; else it goes
    back to the holders of its role.
    """

    item: WorkItem
    fits: bool

    @property
    def complaint(self) -> Complaint:
        """What it is work on."""
        return self.item.complaint

    @property
    def due_at(self) -> datetime | None:
        """When its step is due."""
        return self.item.due_at


@dataclass(frozen=True, slots=True)
class HandedOver:
    """How much open work went where, in complaints. `questions`: of coordination, that went to the heir or
    back to who asked.
    """

    to_heir: int = 0
    to_role: int = 0
    questions: int = 0


def plan_handover(
    member_id: int, heir_id: int | None, *, keeping: Collection[str] = (), also: Collection[str] = ()
) -> list[Piece]:
    """What `hand_over_work_of` would do, what ends first at the top. Changes nothing. `also`: roles that the
    heir will hold by then.
    """
    heir = actor_for_member(heir_id) if heir_id is not None else None
    heir = replace(heir, roles=heir.roles.union(also)) if heir is not None else None
    items = meant_for(member_id, keeping).select_related("complaint__procedure", "unit")
    ordered = sorted(items, key=lambda item: (item.due_at is None, item.due_at or item.opened_at, item.pk))
    known: dict[int, Index] = {}

    def fits(item: WorkItem) -> bool:
        complaint = item.complaint
        if complaint.procedure_id not in known:
            known[complaint.procedure_id] = rules_of(complaint).procedure.index
        return _fits(heir, item, known[complaint.procedure_id])

    return [Piece(item, heir is not None and fits(item)) for item in ordered]


def hand_over_work_of(
    member_id: int, *, heir_id: int | None, actor: Actor, keeping: Collection[str] = (), wait: bool = True
) -> HandedOver:
    """Gives the open work that is meant for a member alone to another, who is told of each piece; what the
    heir has no role for, and everything without an heir, goes back to the holders of its role. Questions that
    wait for the member's answer go along to the heir, else back to who asked.

    `keeping`: roles whose work stays. `wait`: as in `release_work_of`. Raises `ComplaintError`:
    `not_a_member` for an heir who does not work here, is away, or is the same person; `conflict`.
    """
    if heir_id is not None and heir_id == member_id:
        raise _no_heir()
    given = back = questions = 0
    for uid in waiting_for(member_id, keeping):
        complaint = locked(uid, wait=wait)
        if heir_id is not None:
            heir = _heir(heir_id)
            given += _given(complaint, member_id, heir, keeping, actor)
            questions += 0 if keeping else pass_on(complaint, member_id, heir_id, actor)
        back += released(complaint, member_id, keeping, actor)
        questions += 0 if keeping else give_back(complaint, member_id)
    return HandedOver(given, back, questions)


def _heir(heir_id: int) -> Person:
    """Asked after the complaint is locked, as every step does; from here on the heir does not leave."""
    heir = actor_for_member(heir_id) if holds.present([heir_id]) else None
    if heir is None or heir.absent:
        raise _no_heir()
    return heir


def _given(
    complaint: Complaint, member_id: int, heir: Person, keeping: Collection[str], actor: Actor
) -> bool:
    """Whether the heir has got work on a locked complaint."""
    assert heir.id is not None
    office, rules = here(), rules_of(complaint)
    mine = meant_for(member_id, keeping).filter(complaint=complaint).select_related("complaint")
    lines = [item.line for item in mine if _fits(heir, item, rules.procedure.index)]
    if not lines:
        return False
    case = case_of(complaint, office.timezone)
    decision = handed_over(
        rules.procedure,
        rules.settings,
        case,
        lines,
        giver=member_id,
        heir=heir.id,
        actor=actor,
        now=timezone.now(),
    )
    apply(office, complaint, case, rules, decision, more={"member": member_id, "heir": heir.id})
    return True


def _fits(heir: Person | None, item: WorkItem, index: Index) -> bool:
    """Whether somebody holds a role for this work, and no step of it demands other eyes than theirs: nobody
    else could take what is meant for them alone.
    """
    if heir is None or heir.roles.isdisjoint(item.roles):
        return False
    stage = index.stage(item.line, item.stage)
    line = lines_of(item.complaint).get(item.line)
    return stage is None or not any(needs_another(step, line, heir) for step in stage.actions.values())


def _no_heir() -> ComplaintError:
    return ComplaintError(
        "not_a_member", _("Orang yang dipilih tidak bertugas sekarang. Pilih orang lain, atau tanpa orang.")
    )
