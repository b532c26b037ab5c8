"""What members and the central desk see of complaints: the only doors to one.

A member sees every complaint of the office; what is shown of the reporter is decided here, line by line.
Everything is called inside `central.offices.access.office()`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from central.coordination.models import GovernmentWork
from central.offices.access import OfficeAccessError, current_office
from tenants.complaints import words
from tenants.complaints.errors import not_found
from tenants.complaints.models import Attachment, Complaint, Event, Message, Reporter, WorkItem
from tenants.complaints.services.publication import official_answer, suggest
from tenants.complaints.snapshot import case_of
from tenants.organization.models import Unit
from tenants.organization.queries import Person, holders, units
from tenants.procedure.queries import Rules, rules_in_force, rules_of
from workflows import engine
from workflows.cases import MAIN, Actor, ActorKind, Scope, Visibility
from workflows.decision import Fact, InputKind, Offer, OfferedInput
from workflows.procedure import Procedure


def complaint_for_staff(uid: UUID, actor: Actor) -> Complaint:
    """A complaint that this person may open. Raises `ComplaintError("not_found")`, whatever the reason.

    - a member of this office: every complaint of the office;
    - somebody of the central desk: only while the government has open work on it;
    - nobody else.
    """
    found = Complaint.objects.select_related("unit", "member", "entered_by").filter(uid=uid).first()
    if found is None:
        raise not_found()
    if actor.kind is ActorKind.MEMBER:
        return found
    if actor.kind is ActorKind.GOVERNMENT and desk_has_work(uid, actor):
        return found
    raise not_found()


def desk_has_work(uid: UUID, actor: Actor) -> bool:
    """Whether work on the complaint lies open with a role that this person holds at the desk. The desk's
    admins see what lies open there whoever holds it, and act on none of it by that.
    """
    mine = Q() if actor.is_admin else Q(role__in=list(actor.roles)) | Q(role="")
    return GovernmentWork.objects.filter(mine, uid=uid, closed_at=None).exists()


def handling_roles(procedure: Procedure) -> frozenset[str]:
    """Office roles that own a stage of the main line which is not narrowed to an assigned unit or person.

    Their holders act on every complaint of the office.
    """
    scopes = {role.code: role.scope for role in procedure.roles}
    main = next(line for line in procedure.lines if line.code == MAIN)
    return frozenset(
        code
        for stage in main.stages
        if not stage.assigned
        for code in stage.owner
        if scopes.get(code) is Scope.OFFICE
    )


def may_read_names(person: Actor, procedure: Procedure | None = None) -> bool:
    """Whether confidential names may stand in lists and searches of this person: they act on every
    complaint. `procedure`: the one in force, if it was read already.
    """
    if person.kind is not ActorKind.MEMBER:
        return False
    return not person.roles.isdisjoint(handling_roles(procedure or rules_in_force().procedure))


def may_read_reporter(complaint: Complaint, actor: Actor) -> bool:
    """Whether this person may know who reported it.

    - anonymous: there is nothing to know;
    - open: every member who holds a role; of the desk, whoever may open the complaint;
    - confidential: who acts on it, that is who holds a role that acts on every complaint, who has its work
    open now,
      or who has taken a step on it before. Nobody of the desk.
    """
    if complaint.visibility == Visibility.ANONYMOUS.value:
        return False
    if complaint.visibility == Visibility.OPEN.value:
        return bool(actor.roles)
    if actor.kind is not ActorKind.MEMBER:
        return False
    if may_read_names(actor):
        return True
    if WorkItem.objects.filter(my_work(actor), complaint=complaint).exists():
        return True
    steps = Event.objects.filter(complaint=complaint, actor_kind=ActorKind.MEMBER.value, actor_id=actor.id)
    return steps.exists()


def reporter_for_staff(complaint: Complaint, actor: Actor) -> Reporter | None:
    """Who reported it, if this person may know; None otherwise and where nobody is known."""
    if not may_read_reporter(complaint, actor):
        return None
    return Reporter.objects.filter(complaint=complaint).first()


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


def offers_for(complaint: Complaint, actor: Actor) -> list[Offer]:
    """Exactly what this person may do now. Two statements."""
    office = current_office()
    if office is None:
        raise OfficeAccessError("Offers are made inside an office.")
    rules = rules_of(complaint)
    case = case_of(complaint, office.timezone)
    return engine.offers(rules.procedure, rules.settings, case, actor, timezone.now())


def input_choices(offers: Sequence[Offer]) -> Mapping[tuple[str, str], list[tuple[str, str]]]:
    """Units and members to choose from, by (action, input): (value, label) each. The engine knows all other
    choices. At most one statement for the units and one for each group of roles.
    """
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    unit_choices: list[tuple[str, str]] | None = None
    people: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for offer in offers:
        for item in offer.inputs:
            if item.kind is InputKind.UNIT:
                if unit_choices is None:
                    unit_choices = [(unit.code, unit.name) for unit in units()]
                found[offer.action, item.code] = unit_choices
            elif item.kind is InputKind.MEMBER:
                if item.roles not in people:
                    people[item.roles] = [(str(p.id), _with_title(p)) for p in holders(item.roles)]
                found[offer.action, item.code] = people[item.roles]
    return found


def _with_title(person: Person) -> str:
    return f"{person.name} ({person.title})" if person.title else person.name


def prefilled(complaint: Complaint, offer: Offer, rules: Rules | None = None) -> dict[str, str]:
    """What a form begins with where the office has something to propose: earlier words, and masked public
    texts.
    """
    found: dict[str, str] = {}
    public = [item for item in offer.inputs if item.sets in _PUBLIC]
    if public:
        proposal = suggest(complaint, (rules or rules_of(complaint)).settings)
        texts = {
            Fact.PUBLIC_TITLE: proposal.title,
            Fact.PUBLIC_COMPLAINT: proposal.text.text,
            Fact.PUBLIC_ANSWER: proposal.answer.text,
        }
        page = getattr(complaint, "publication", None)
        if page is not None:
            texts = {
                Fact.PUBLIC_TITLE: page.title,
                Fact.PUBLIC_COMPLAINT: page.text,
                Fact.PUBLIC_ANSWER: page.answer or texts[Fact.PUBLIC_ANSWER],
            }
        found.update({item.code: texts[item.sets] for item in public if item.sets is not None})
    for item in offer.inputs:
        if item.prefill and item.code not in found:
            text = _earlier(complaint, item)
            if text:
                found[item.code] = text
    return found


_PUBLIC = (Fact.PUBLIC_TITLE, Fact.PUBLIC_COMPLAINT, Fact.PUBLIC_ANSWER)


def _earlier(complaint: Complaint, item: OfferedInput) -> str:
    newest = complaint.messages.filter(field=item.prefill).order_by("-id").first()
    if newest is not None:
        return newest.body
    return official_answer(complaint) if item.prefill == "answer" else ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of a complaint for staff, with the words and files that came with it."""

    event: Event
    what: str
    stage: str
    messages: tuple[Message, ...]
    attachments: tuple[Attachment, ...]


def history(complaint: Complaint, *, procedure: Procedure | None = None) -> list[Entry]:
    """Everything that happened, oldest first. Three statements."""
    procedure = procedure or rules_of(complaint).procedure
    messages: dict[int | None, list[Message]] = {}
    for message in complaint.messages.select_related("member").order_by("id"):
        messages.setdefault(message.event_id, []).append(message)
    attachments: dict[int | None, list[Attachment]] = {}
    for attachment in complaint.attachments.order_by("id"):
        attachments.setdefault(attachment.event_id, []).append(attachment)
    return [
        Entry(
            event,
            words.action_words(procedure, event),
            words.stage_words(procedure, event.to_stage, event.line) if event.to_stage else "",
            tuple(messages.get(event.pk, ())),
            tuple(attachments.get(event.pk, ())),
        )
        for event in complaint.events.order_by("seq")
    ]


def open_work_of(complaint: Complaint) -> QuerySet[WorkItem]:
    """What waits for somebody on a complaint, the main line first."""
    return complaint.work_items.filter(closed_at=None).select_related("unit", "member").order_by("id")


def late_by(complaint: Complaint, now: datetime) -> bool:
    """Whether the whole process is late."""
    return complaint.closed_at is None and complaint.due_at is not None and complaint.due_at < now


def attachment_for_staff(uid: UUID, actor: Actor) -> Attachment:
    """A file of a complaint that this person may open. Raises `not_found`."""
    found = Attachment.objects.select_related("complaint").filter(uid=uid).first()
    if found is None:
        raise not_found()
    complaint_for_staff(found.complaint.uid, actor)
    return found
