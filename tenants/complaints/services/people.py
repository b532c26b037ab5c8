"""The people of a step, as they are now: rights may go, and somebody may leave, while a request waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tenants.complaints.errors import FIELD_ERRORS, ComplaintError
from tenants.complaints.models import Complaint
from tenants.organization import holds
from tenants.organization.queries import Present, actor_for_member, holders
from tenants.procedure.queries import Rules
from workflows.cases import Actor
from workflows.decision import Decision, FieldError, InputKind, OfferedInput


def as_now(actor: Actor) -> Actor:
    """The person with the rights that they have now: a request may have waited while somebody lost them."""
    if not isinstance(actor, Present):
        return actor
    found = actor.at_present()
    if found is None:
        raise ComplaintError(
            "not_allowed", _("Anda tidak lagi bertugas di sini, jadi langkah ini tidak dicatat.")
        )
    return found


def check_people(rules: Rules, asked: Sequence[OfferedInput], inputs: Mapping[str, Any]) -> None:
    """Units and members that are named must be the office's own, and such as the step may name. They stay so
    until the step is stored.
    """
    wrong = {}
    for item in asked:
        value = inputs.get(item.code)
        if value in (None, ""):
            continue
        if item.kind is InputKind.UNIT:
            unit = rules.units.get(str(value))
            if unit is None or not holds.in_use([unit.code]):
                wrong[item.code] = FIELD_ERRORS[FieldError.UNKNOWN]
        elif item.kind is InputKind.MEMBER:
            known = str(value).isdecimal() and len(str(value)) < 19
            held = holds.present([int(value)]) if known else set()
            # Asked after the person is held: until then they may lose the role.
            if not held & {person.id for person in holders(item.roles)}:
                wrong[item.code] = FIELD_ERRORS[FieldError.NOT_A_CHOICE]
    if wrong:
        raise ComplaintError(
            "bad_input", _("Ada isian yang belum lengkap atau keliru. Perbaiki isian yang ditandai."), wrong
        )


def forget_who_cannot(complaint: Complaint, rules: Rules, decision: Decision) -> bool:
    """Takes from the locked complaint those members to whom the decision gives work though they left, or have
    lost the role for it: nobody else could take it. Whoever can stays able until the step is stored. Returns
    whether there was anybody; then the step is to be decided anew.
    """
    opened = {item.member for item in decision.work_opened if item.member is not None}
    given = opened | {item.member for item in decision.work_moved if item.member is not None}
    if not given:
        return False
    here = holds.present(given)
    lost = {pk for pk in given if pk not in here or not _is_able(pk, rules)}
    for line in complaint.state["lines"].values():
        if line["member"] in lost:
            line["member"] = None
    undo = complaint.state["memory"].get("undo")
    if undo is not None and undo["member"] in lost:
        undo["member"] = None  # else a step taken back would give them the work once more
    if complaint.member_id in lost:
        complaint.member = None
    return bool(lost)


def _is_able(member_id: int, rules: Rules) -> bool:
    """Whether a member holds a role for which work is given to one person."""
    person = actor_for_member(member_id)
    if person is None or person.absent:
        return False
    return not person.roles.isdisjoint(rules.procedure.index.assigned_roles)
