"""What a reminder of the central desk leaves at the office: an event that staff see, and mails."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from central.coordination.services import reminded
from tenants.complaints.errors import ComplaintError
from tenants.complaints.models import Complaint, Event
from tenants.complaints.snapshot import case_of
from tenants.organization.queries import Present
from tenants.procedure.queries import Rules, rules_of
from workflows import reminding
from workflows.cases import Actor, ActorKind
from workflows.coordination import ANSWERED, DECLINED

from .step import apply, here, locked


def check(uid: UUID, *, actor: Actor) -> tuple[Complaint, Rules, Actor]:
    """The locked complaint, its rules, and the person with the rights of this moment, where they may remind
    this office of it. Raises `ComplaintError`: `not_found`, `not_allowed`, `wrong_stage`.
    """
    complaint = locked(uid)
    rules = rules_of(complaint)
    person = actor.at_present() if isinstance(actor, Present) else actor
    if person is None or not reminding.may_remind(rules.procedure, person):
        raise not_allowed()
    _demand_work(complaint)
    return complaint, rules, person


def not_allowed() -> ComplaintError:
    """What somebody reads who may not remind."""
    return ComplaintError(
        "not_allowed",
        _("Anda tidak memegang peran yang mengingatkan instansi. Hubungi admin meja pusat."),
    )


def remind(complaint: Complaint, rules: Rules, *, actor: Actor, escalate: bool = False) -> Complaint:
    """Tells those who have the work, and the head, that the desk waits for a locked complaint. With
    `escalate` only the head hears that an earlier reminder had no effect. Nobody's prepared step is
    disturbed, and the reporter sees nothing. Raises `ComplaintError("wrong_stage")`.
    """
    _demand_work(complaint)
    office = here()
    case = case_of(complaint, office.timezone)
    decision = reminding.remind(
        rules.procedure, rules.settings, case, actor, timezone.now(), escalate=escalate
    )
    apply(office, complaint, case, rules, decision)
    reminded(uid=complaint.uid)
    return complaint


def waits_here(complaint: Complaint) -> bool:
    """Whether the office that we are in still has work to do on a complaint."""
    if complaint.gone_at is not None:
        return False
    return reminding.has_work(rules_of(complaint).procedure, case_of(complaint, here().timezone))


def acted_since(complaint: Complaint, since: datetime) -> bool:
    """Whether somebody of the office has taken a step after a moment. A note is none, nor is what
    another office answers.
    """
    events = Event.objects.filter(complaint=complaint, at__gt=since, kind="step")
    own = events.exclude(action__in=(ANSWERED, DECLINED))
    return own.filter(actor_kind=ActorKind.MEMBER.value).exists()


def _demand_work(complaint: Complaint) -> None:
    if not waits_here(complaint):
        raise ComplaintError(
            "wrong_stage",
            _("Aduan ini tidak menunggu pekerjaan instansi ini, jadi tidak ada yang perlu diingatkan."),
        )
