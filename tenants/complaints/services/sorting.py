"""What came in by the government's own address and no rule sends anywhere: the desk sorts it."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from tenants.complaints.models import Complaint
from tenants.complaints.snapshot import case_of
from tenants.procedure.queries import rules_of
from workflows import engine

from .step import apply, here, locked


def put_before_desk(uid: UUID) -> Complaint:
    """Puts a complaint that an office has received in its government's name into the desk's queue, whatever
    its own procedure says of handing up. One transaction with the receipt.
    """
    office = here()
    complaint = locked(uid)
    rules = rules_of(complaint)
    case = case_of(complaint, office.timezone)
    decision = engine.sort(rules.procedure, rules.settings, case, timezone.now())
    apply(office, complaint, case, rules, decision)
    return complaint
