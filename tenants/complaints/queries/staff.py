"""What members and the central desk see of complaints: the only doors to one.

A member sees every complaint of the office; what is shown of the reporter, `.names` decides.
Everything is called inside `central.offices.access.office()`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from central.coordination.models import GovernmentWork
from central.offices.access import OfficeAccessError, current_office
from tenants.complaints import words
from tenants.complaints.errors import not_found
from tenants.complaints.journey import Elsewhere
from tenants.complaints.models import Attachment, Complaint, Event, Message, WorkItem
from tenants.complaints.services.publication import Suggestion, official_answer, suggest
from tenants.complaints.snapshot import case_of
from tenants.organization.queries import Person, holders, units
from tenants.procedure.queries import Rules, rules_of
from workflows import engine
from workflows.cases import Actor, ActorKind, Case
from workflows.decision import Fact, InputKind, Offer, OfferedInput
from workflows.procedure import Procedure


def complaint_for_staff(uid: UUID, actor: Actor) -> Complaint:
    """A complaint that this person may open. Raises `ComplaintError("not_found")`, whatever the reason.

    - a member of this office: every complaint of the office;
    - somebody of the central desk: only while the government has open work on it;
    - nobody else.
    """
    related = ("unit", "member", "entered_by", "reporter")
    found = Complaint.objects.select_related(*related).filter(uid=uid).first()
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


def offers_for(
    complaint: Complaint, actor: Actor, *, rules: Rules | None = None, case: Case | None = None
) -> list[Offer]:
    """Exactly what this person may do now. A statement each for `rules` and `case` that were not read yet."""
    office = current_office()
    if office is None:
        raise OfficeAccessError("Offers are made inside an office.")
    rules = rules or rules_of(complaint)
    case = case or case_of(complaint, office.timezone)
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


def prefilled(
    complaint: Complaint, offer: Offer, rules: Rules | None = None, *, proposal: Suggestion | None = None
) -> dict[str, str]:
    """What a form begins with where the office has something to propose: earlier words, and masked public
    texts, which are `proposal` if it was made already.
    """
    found: dict[str, str] = {}
    public = [item for item in offer.inputs if item.sets in _PUBLIC]
    if public:
        proposal = proposal or suggest(complaint, (rules or rules_of(complaint)).settings)
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
    office: str = ""
    """The name of the office that did it, where it was another one."""


def history(
    complaint: Complaint,
    *,
    procedure: Procedure | None = None,
    files: Sequence[Attachment] | None = None,
) -> list[Entry]:
    """Everything that happened, oldest first. Three statements. `files`: the complaint's by id, if they were
    read already.
    """
    procedure = procedure or rules_of(complaint).procedure
    messages: dict[int | None, list[Message]] = {}
    for message in complaint.messages.select_related("member").order_by("id"):
        messages.setdefault(message.event_id, []).append(message)
    attachments: dict[int | None, list[Attachment]] = {}
    for attachment in complaint.attachments.order_by("id") if files is None else files:
        attachments.setdefault(attachment.event_id, []).append(attachment)
    elsewhere = Elsewhere(complaint)

    def named(event: Event) -> tuple[str, str]:
        what = elsewhere.says(event, "what")
        if what is not None:
            return what, elsewhere.says(event, "stage") or ""
        stage = words.stage_words(procedure, event.to_stage, event.line) if event.to_stage else ""
        return words.action_words(procedure, event), stage

    return [
        Entry(
            event,
            *named(event),
            tuple(messages.get(event.pk, ())),
            tuple(attachments.get(event.pk, ())),
            elsewhere.office(event),
        )
        for event in complaint.events.order_by("seq")
    ]


def open_work_of(complaint: Complaint) -> QuerySet[WorkItem]:
    """What waits for somebody on a complaint, the main line first."""
    return complaint.work_items.filter(closed_at=None).select_related("unit", "member").order_by("id")


def attachment_for_staff(uid: UUID, actor: Actor) -> Attachment:
    """A file of a complaint that this person may open. Raises `not_found`."""
    found = Attachment.objects.select_related("complaint").filter(uid=uid).first()
    if found is None:
        raise not_found()
    complaint_for_staff(found.complaint.uid, actor)
    return found
