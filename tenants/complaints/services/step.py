"""The one way on: every later step of a complaint, whoever takes it, goes through `act`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from central.coordination.models import OutsideOffice
from central.coordination.services import alert_desk, update_case
from central.offices.access import OfficeAccessError, current_office
from central.offices.models import Office
from central.plaintext import clean_line, clean_text
from central.rows import Rows
from tenants.complaints import words
from tenants.complaints.errors import ComplaintConflict, ComplaintError, from_refusal, not_found
from tenants.complaints.models import Complaint, Event, Reporter
from tenants.complaints.snapshot import case_of
from tenants.procedure.queries import Rules, rules_of
from workflows import engine
from workflows.cases import MAIN, Actor, ActorKind, Case, ClockState, Scope
from workflows.coordination import ASKED, COORDINATE, END_COORDINATION, number_of
from workflows.decision import (
    ActionRefused,
    Audience,
    Decision,
    InputKind,
    OfferedInput,
    OfferKind,
)
from workflows.own import REFER, RETURN

from . import asking, notices, publication, record, store
from .people import as_now, check_people, forget_who_cannot
from .referral import NOWHERE, Referral, follow_up, letter_to, said_of

_NOTHING: Mapping[str, Any] = MappingProxyType({})

_CLEAN = MappingProxyType({InputKind.TEXT: clean_text, InputKind.LINE: clean_line})

REMINDER = "notice"
"""Kind of the events by which the clock has told somebody something, and no more."""

_LATE = ("overdue", "escalated")
"""Messages by which somebody hears that a limit has passed."""

_COLUMNS = [
    "version",
    "state",
    "stage",
    "status",
    "outcome",
    "due_at",
    "closed_at",
    "category",
    "case_class",
    "complexity",
    "urgency",
    "unit",
    "member",
    "rating",
    "rating_comment",
    "rated_at",
    "published_at",
    "chain",
    "procedure",
]


def here() -> Office:
    """The office we are in."""
    office = current_office()
    if office is None:
        raise OfficeAccessError("A complaint is changed inside its office.")
    return office


def locked(uid: UUID, *, wait: bool = True) -> Complaint:
    """The complaint, locked until the transaction ends so that steps follow one another. Raises `not_found`,
    and without `wait` `ComplaintError("conflict")` while somebody else has it.

    `FOR NO KEY UPDATE`: rows that refer to it can be written meanwhile.
    """
    rows = Complaint.objects.select_for_update(no_key=True, of=("self",), skip_locked=not wait)
    complaint = rows.select_related("unit").filter(uid=uid).first()
    if complaint is None and not wait and Complaint.objects.filter(uid=uid).exists():
        raise ComplaintError(
            "conflict", _("Petugas lain sedang mencatat langkah pada sebuah aduan. Coba lagi sebentar lagi.")
        )
    if complaint is None:
        raise not_found()
    return complaint


def act(
    uid: UUID,
    action: str,
    *,
    actor: Actor,
    line: str = MAIN,
    inputs: Mapping[str, Any] = _NOTHING,
    expected_version: int | None = None,
    released: Sequence[UUID] = (),
    public_place: str | None = None,
    referral: Referral = NOWHERE,
    key: UUID | None = None,
) -> Complaint:
    """Takes one step on a complaint. One transaction, with the office's.

    `inputs`: by the codes of the offer's inputs; files as `files.accept` gave them, a unit by code, a
    member by id. `expected_version`: the complaint's version when the step was prepared; None: whatever it
    is now. `released`: uids of the pictures that a publishing step lets the public see; all others stay
    hidden. `public_place`: where it happened, as the public may read it; None leaves that as it was.
    `referral`: of the step `refer`, which of the directory it goes to, and when the desk looks after it.
    `key`: of a request that asks somebody else, made when the form was shown: the same key asks once.

    Raises `ComplaintConflict` if something happened meanwhile, a reminder apart, else `ComplaintError` with
    the engine's codes, `not_found`, and `not_allowed` for somebody who has just lost the right to act. Then
    nothing was changed; all of that is found before the first row is written.
    """
    office = here()
    complaint = locked(uid)
    if action == COORDINATE and key is not None and asking.asked_before(complaint, key):
        return complaint
    now = timezone.now()  # after whoever was there before: the story is told in the order of its events
    demand_unchanged(complaint, expected_version)
    actor = as_now(actor)
    rules = rules_of(complaint)
    clocks = list(complaint.clocks.all())
    case = case_of(complaint, office.timezone, clocks)
    asked = _asked(rules, case, action, actor, line, now)
    outside = referral.office(office) if action == REFER else None
    if outside is not None:
        inputs = {**inputs, **said_of(outside)}
    target = asking.asked_of(office, actor, inputs.get(ASKED)) if action == COORDINATE and asked else None
    if target is not None:
        inputs = {**inputs, ASKED: target.name}
    inputs = as_meant(asked, inputs)
    check_people(rules, asked, inputs)
    try:
        if action == RETURN:
            # A delivery, which stores its steps by this module.
            from .direct import give_back

            if give_back(office, complaint, rules, case, actor, inputs, now, asked=asked):
                return complaint
        decision = engine.decide(rules.procedure, rules.settings, case, action, actor, now, line, inputs)
        if forget_who_cannot(complaint, rules, decision):
            case = case_of(complaint, office.timezone, clocks)
            decision = engine.decide(rules.procedure, rules.settings, case, action, actor, now, line, inputs)
    except ActionRefused as refused:
        raise from_refusal(refused) from refused
    publication.check(complaint, decision, released)
    shown = publication.Shown(released, public_place and clean_line(public_place))
    apply(office, complaint, case, rules, decision, asked=asked, shown=shown, outside=outside)
    if target is not None:
        asking.put(office, complaint, rules, decision, target, asking.uid_of(complaint, key or uuid4()))
    if action == END_COORDINATION:
        ended, reason = [number_of(decision.inputs)], decision.reason
        asking.end(office, complaint, ended, now=now, by=actor.name, reason=reason)
    if action == REFER and referral.follow_up_on is not None and actor.kind is ActorKind.GOVERNMENT:
        follow_up(office, complaint, rules, referral.follow_up_on, now)
    return complaint


def as_meant(asked: Sequence[OfferedInput], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs without what nobody sees in their words. Codes stay as they were given, right or wrong."""
    clean = {item.code: _CLEAN[item.kind] for item in asked if item.kind in _CLEAN}
    return {
        code: clean[code](value) if code in clean and isinstance(value, str) else value
        for code, value in inputs.items()
    }


def apply(
    office: Office,
    complaint: Complaint,
    case: Case,
    rules: Rules,
    decision: Decision,
    *,
    asked: Sequence[OfferedInput] = (),
    shown: publication.Shown = publication.NOTHING,
    more: Mapping[str, Any] = _NOTHING,
    outside: OutsideOffice | None = None,
) -> None:
    """Stores a decision on a locked complaint. `more`: further data of its event, codes and numbers.
    `outside`: who is told of a referral. An error takes the whole transaction with it.
    """
    with transaction.atomic(savepoint=False):
        _apply(office, complaint, case, rules, decision, asked, shown, more, outside)


def _apply(
    office: Office,
    complaint: Complaint,
    case: Case,
    rules: Rules,
    decision: Decision,
    asked: Sequence[OfferedInput],
    shown: publication.Shown,
    more: Mapping[str, Any],
    outside: OutsideOffice | None,
) -> None:
    now = decision.at
    alarm_before = min((alarm.at for alarm in case.alarms), default=None)
    seq = Event.objects.filter(complaint=complaint).count() + 1
    complaint.version += 1
    corrected = store.put_state(complaint, decision, rules)
    author = record.actor_name(decision.actor)
    words_given = record.written(complaint, decision, asked, author=author, now=now)
    letters = _letters(office, rules, complaint, case, decision, now)
    if outside is not None and outside.email:
        letters.rows.append(letter_to(outside, office, rules, complaint, decision))
    contents = {**words_given.contents(), **letters.contents()}
    page = publication.put(complaint, decision, shown, author=author, now=now)
    if corrected and decision.actor.kind in (ActorKind.MEMBER, ActorKind.GOVERNMENT):
        page = {**page, "corrected": corrected}
    event = record.event_of(
        complaint, decision, seq=seq, contents=contents, codes=words_given.codes, more={**page, **more}
    )
    complaint.save(update_fields=_COLUMNS)
    store.end_work(complaint, decision, rules)
    store.follow_ledger(complaint, case, decision)
    own = Rows()
    happened = own.add([event])
    own.add(store.clock_rows(complaint, decision), store.CLOCK_CONFLICT)
    own.add(store.work_rows(complaint, decision, rules))
    own.add(words_given.messages, event_id=happened)
    own.add(words_given.attachments, event_id=happened)
    stored = own.add(letters.rows, event_id=happened)
    notices.add_calls(own, letters, stored, now)
    own.store()
    accepted = case.memory.arrived and not decision.memory.arrived
    if accepted or not decision.internal or decision.lines or decision.clocks:
        update_case(
            uid=complaint.uid,
            status=complaint.status,
            stage=complaint.stage,
            due_at=complaint.due_at,
            closed_at=complaint.closed_at,
            category=words.catalogue_entry(rules.settings, complaint.category),
            taken=decision.actor.kind is ActorKind.MEMBER,
            now=now,
        )
    remind_by_at = _remind_by(office, rules, decision)
    if remind_by_at is not None:
        alert_desk(uid=complaint.uid, remind_by_at=remind_by_at)
    central = Rows()
    store.put_alarm(central, office, complaint, decision, before=alarm_before)
    notices.send(central, office, letters, complaint, now)
    central.store()
    store.open_desk_work(office, complaint, decision, rules)
    if decision.coordinations_ended:
        asking.end(office, complaint, decision.coordinations_ended, now=now, by=author)


def _remind_by(office: Office, rules: Rules, decision: Decision) -> datetime | None:
    """Until when the desk, which is told that the office is late, should remind it; None where it is not."""
    remind = rules.procedure.platform.remind
    if remind is None or remind.limit is None:
        return None
    late = any(
        told.key in _LATE
        and told.scope is Scope.GOVERNMENT
        and not store.is_desk_stage(rules, told.line, told.stage)
        for told in decision.messages
    )
    return rules.settings.work_calendar(office.timezone).add(decision.at, remind.limit) if late else None


def _letters(
    office: Office, rules: Rules, complaint: Complaint, case: Case, decision: Decision, now: datetime
) -> notices.Notices:
    tells_reporter = any(message.audience is Audience.REPORTER for message in decision.messages)
    reporter = Reporter.objects.filter(complaint=complaint).first() if tells_reporter else None
    clocks: dict[str, ClockState] = dict(case.clocks)
    clocks.update({change.state.code: change.state for change in decision.clocks})
    unit_name = complaint.unit.name if complaint.unit else ""
    scene = notices.Scene(office, rules, complaint, reporter, decision, clocks, unit_name)
    return notices.compose(scene, now, notices.recipients(scene))


def _asked(
    rules: Rules, case: Case, action: str, actor: Actor, line: str, now: datetime
) -> Sequence[OfferedInput]:
    """What the action asks for, if this person is offered it; else nothing, and the engine says why."""
    for offer in engine.offers(rules.procedure, rules.settings, case, actor, now):
        if offer.action == action and (offer.line == line or offer.kind is not OfferKind.PROCEDURE):
            return offer.inputs
    return ()


def demand_unchanged(complaint: Complaint, expected_version: int | None) -> None:
    """Raises `ComplaintConflict` if something has happened since that version, a reminder apart."""
    if expected_version is not None and _changed_since(complaint, expected_version):
        raise _conflict(complaint)


def _changed_since(complaint: Complaint, version: int) -> bool:
    """Whether anything has happened since that version that somebody who prepared a step must know. Each
    event has made a version; a reminder that the clock sent has changed nothing else.
    """
    if version == complaint.version:
        return False
    events = Event.objects.filter(complaint=complaint, seq__gt=version)
    return version > complaint.version or events.exclude(kind=REMINDER).exists()


def _conflict(complaint: Complaint) -> ComplaintConflict:
    events = Event.objects.filter(complaint=complaint).order_by("-seq")
    event = events.exclude(kind=REMINDER).first()
    if event is None:
        return ComplaintConflict(who="-", what="-", current_version=complaint.version)
    actors = {
        ActorKind.REPORTER.value: _("pelapor"),
        ActorKind.SYSTEM.value: _("sistem"),
    }
    who = event.actor_name or actors.get(event.actor_kind, event.actor_kind)
    what = words.action_words(rules_of(complaint).procedure, event)
    return ComplaintConflict(who=who, what=what, current_version=complaint.version)


def add_note(
    uid: UUID, text: str, *, actor: Actor, files: Sequence[Any] = (), expected_version: int | None = None
) -> Complaint:
    """Writes an internal note; the reporter never sees it."""
    inputs: dict[str, Any] = {"note": text}
    if files:
        inputs["files"] = list(files)
    return act(uid, "note", actor=actor, inputs=inputs, expected_version=expected_version)


def hand_up(
    uid: UUID, reason: str, *, actor: Actor, consent: bool | None = None, expected_version: int | None = None
) -> Complaint:
    """Hands a complaint that is not this office's duty up to the government's queue."""
    inputs: dict[str, Any] = {"reason": reason}
    if consent is not None:
        inputs["consent"] = consent
    return act(uid, "hand_up", actor=actor, inputs=inputs, expected_version=expected_version)


def take_back_hand_up(
    uid: UUID, *, actor: Actor, reason: str = "", expected_version: int | None = None
) -> Complaint:
    """Takes a complaint back from the government's queue while it still lies there."""
    inputs = {"reason": reason} if reason else {}
    return act(uid, "take_back_hand_up", actor=actor, inputs=inputs, expected_version=expected_version)


def take_back(
    uid: UUID, *, actor: Actor, line: str = MAIN, reason: str = "", expected_version: int | None = None
) -> Complaint:
    """Takes the last revocable step back, as long as nobody has acted on it."""
    inputs = {"reason": reason} if reason else {}
    return act(uid, "take_back", actor=actor, line=line, inputs=inputs, expected_version=expected_version)
