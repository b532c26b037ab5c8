"""Questions between offices: those of a complaint, and those that wait for somebody's answer."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tenants.complaints.errors import ComplaintError
from tenants.complaints.models import Complaint, Coordination
from tenants.organization.queries import Person
from tenants.procedure.queries import NoProcedure, procedure_in_force
from workflows.coordination import answerers
from workflows.procedure import Procedure


def questions_of(complaint: Complaint) -> list[Coordination]:
    """What was asked of others about a complaint, the newest first. One statement."""
    rows = Coordination.objects.filter(complaint=complaint)
    return list(rows.select_related("member").order_by("-seq"))


def mine(person: Person, procedure: Procedure | None = None) -> QuerySet[Coordination]:
    """What this person is to answer, or has seen answered: put to them alone, or to their office where they
    hold a role that answers. `procedure`: the one in force, where it was read already.
    """
    theirs = Q(roles__overlap=list(person.roles))
    if person.roles.intersection(answerers(procedure) if procedure is not None else _answerers()):
        theirs = Q()  # the roles of the day on which it came may be no more
    received = Q(direction=Coordination.Direction.RECEIVED) & theirs
    return Coordination.objects.filter(Q(member_id=person.id) | received)


def _answerers() -> tuple[str, ...]:
    try:
        return answerers(procedure_in_force())
    except NoProcedure:
        return ()


def question_for(uid: UUID, person: Person) -> Coordination:
    """A question that this person may see and answer. Raises `ComplaintError("not_found")`."""
    found = mine(person).select_related("member").filter(uid=uid).first()
    if found is None:
        raise not_there()
    return found


def not_there() -> ComplaintError:
    """The question does not exist, or is not this person's to see: the same words for both."""
    return ComplaintError("not_found", _("Pertanyaan tidak ditemukan. Periksa kembali alamatnya."))
