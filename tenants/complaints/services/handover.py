"""Delivering a complaint to another office: one transaction over both schemas, whole or not at all."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from central.coordination import ledger
from central.coordination.models import Handover
from central.delivery.services import follow_complaint
from central.offices.access import office as inside
from central.offices.access import public
from central.offices.models import Government, Office
from central.plaintext import clean_text
from central.rows import Rows
from tenants.complaints import files, journey, numbering
from tenants.complaints.models import Attachment, Complaint
from tenants.complaints.report import intake_again
from tenants.complaints.snapshot import case_of, latest_rounds
from tenants.errors import ServiceError
from tenants.organization.queries import Present
from tenants.procedure.queries import Rules, rules_in_force, rules_of
from tenants.procedure.targets import targets_now
from workflows import engine
from workflows.cases import MAIN, WITH_GOVERNMENT, Actor, Case, Intake
from workflows.decision import Decision, OfferedInput
from workflows.index import offered
from workflows.numbering import register_number
from workflows.rights import may_work

from . import notices, record, store
from .luggage import Luggage, empty, note_where, pack, unpack
from .step import apply, locked

log = logging.getLogger(__name__)


class HandoverError(ServiceError):
    """A complaint that does not go to that office. Codes: `not_found`, `not_allowed`, `stale` (somebody has
    decided on it already), `same_office`, `other_government`, `office_halted`; without the desk too
    `not_direct`, `desk_decides` (it has gone to and fro often enough), `no_route`.
    """


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of it. `again`: it had been delivered by the same request before."""

    handover: Handover
    to: Office
    number: str
    again: bool = False


def deliver(
    pk: int, to_code: str, *, government: Government, actor: Actor, key: UUID, message: str = ""
) -> Delivered:
    """The central desk has decided: a complaint that was handed up goes to an office of the government.

    Called in public mode. `pk`: of the ledger's row; `key`: of the request, made when the form was shown: the
    same key delivers once, however often it comes. `message`: what the reporter and the office that gets it
    read about the decision; "" for nothing. Raises `HandoverError`, and `NoProcedure` where the office
    was not set up to its end; then nothing has changed anywhere.
    """
    to = _office_of(government, to_code)
    handover = ledger.handover_of(pk, government.pk)
    if handover is None:
        raise HandoverError("not_found", _("Aduan ini tidak ada di meja Anda."))
    before = _done_before(handover, key)
    if before is not None:
        return before
    _bring_files(handover, to)
    with transaction.atomic():
        with inside(handover.from_office):
            # As every step does: first the complaint, then what the ledger says of it.
            complaint = locked(handover.uid)
            handover = ledger.locked_handover(pk)
            before = _done_before(handover, key)
            if before is not None:
                return before
            _demand_waiting(handover)
            if ledger.by_key(key) is not None:
                raise used_before()
            _demand_target(handover, to)
            rules = rules_of(complaint)
            person = _demand_right(complaint, rules, actor)
            now = timezone.now()
            case = case_of(complaint, handover.from_office.timezone)
            told = {"message": clean_text(message)}
            decision = engine.depart(rules.procedure, rules.settings, case, person, now, told)
            asked = (offered(engine.message_input()),)
            arrived = move(handover.from_office, complaint, case, rules, decision, to, asked=asked)
        ledger.delivered(
            handover, to=to, number=arrived.number, key=key, by_id=person.id, by_name=person.name, now=now
        )
    log.info("handover %s: office %s to office %s", handover.pk, handover.from_office_id, to.pk)
    return Delivered(handover, to, arrived.number)


def move(
    source: Office,
    complaint: Complaint,
    case: Case,
    rules: Rules,
    decision: Decision,
    to: Office,
    *,
    asked: Sequence[OfferedInput] = (),
) -> Complaint:
    """Moves a locked complaint of the office we are in, whose way here ends by `decision`. Returns it as it
    stands at the other one. The ledger is the caller's.
    """
    now = decision.at
    apply(source, complaint, case, rules, decision, asked=asked)
    events = complaint.events.order_by("seq")
    way = [*complaint.journey, journey.chapter(complaint, source, rules, events, now)]
    luggage = pack(complaint, case, way)
    empty(complaint, way, now)
    if luggage.attachments:
        files.watch_left(complaint.uid)
    with inside(to, cross=True):
        arrived = _arrive(to, luggage, now)
    note_where(complaint, to.name, arrived.number)
    with public():
        to_staff = [row.uid for row in luggage.messages if row.member_id is not None]
        follow_complaint([row.uid for row in luggage.messages], to, to_staff=to_staff)
        ledger.move_case(
            uid=arrived.uid,
            to=to,
            number=arrived.number,
            status=arrived.status,
            stage=arrived.stage,
            due_at=arrived.due_at,
            category=arrived.category,
            now=now,
        )
    return arrived


def demand_target(handover: Handover, to_code: str) -> None:
    """Raises `HandoverError` if the complaint cannot go to the office with this code now. In public mode."""
    _demand_waiting(handover)
    _demand_target(handover, _office_of(handover.government, to_code))


# --- the right to decide, and whereto -----------------------------------------------------------------------


def _office_of(government: Government, code: str) -> Office:
    known = Office.objects.select_related("government")
    found = known.filter(code=code).first() if code.isprintable() else None
    if found is None or found.government_id != government.pk:
        raise HandoverError(
            "other_government",
            _("Instansi itu bukan bagian dari pemerintah daerah ini. Pilih salah satu dari daftar."),
        )
    return found


def _done_before(handover: Handover, key: UUID) -> Delivered | None:
    """What the same request has delivered already. Raises `HandoverError` where it has come back since."""
    if handover.key != key or handover.to_office is None:
        return None
    if handover.state == Handover.State.RETURNED:
        raise used_before()
    return Delivered(handover, handover.to_office, handover.number_there, again=True)


def used_before() -> HandoverError:
    """A page that was sent before, for what has come back since, or for another complaint."""
    return HandoverError(
        "stale",
        _("Halaman ini sudah pernah dikirim. Muat ulang halaman, periksa keadaannya, lalu kirim lagi."),
    )


def _demand_waiting(handover: Handover) -> None:
    if handover.state != Handover.State.WAITING:
        raise HandoverError(
            "stale",
            _("Aduan %(number)s sudah diputuskan sebelumnya. Muat ulang antrean untuk melihat hasilnya.")
            % {"number": handover.number},
        )


def _demand_target(handover: Handover, to: Office) -> None:
    if to.pk == handover.from_office_id:
        raise HandoverError(
            "same_office",
            _(
                "Aduan ini justru diserahkan oleh %(name)s. Pilih instansi lain, atau pakai tindakan "
                "“Minta instansi menanganinya”."
            )
            % {"name": to.name},
        )
    if not to.serves:
        raise HandoverError(
            "office_halted",
            _("Layanan %(name)s sedang tidak berjalan, jadi tidak dapat menerima aduan. Pilih instansi lain.")
            % {"name": to.name},
        )


def _demand_right(complaint: Complaint, rules: Rules, actor: Actor) -> Actor:
    """The person with the rights of this moment, who may decide on what lies in the queue."""
    person = actor.at_present() if isinstance(actor, Present) else actor
    stage = rules.procedure.index.stage(MAIN, complaint.stage)
    if person is None or stage is None or not may_work(rules.procedure.index, stage, None, person):
        raise HandoverError(
            "not_allowed",
            _("Anda tidak memegang peran yang memutuskan penyerahan. Hubungi admin meja pusat."),
        )
    if complaint.stage != WITH_GOVERNMENT:
        raise HandoverError("stale", _("Aduan ini tidak lagi ada di antrean. Muat ulang antrean."))
    return person


# --- files --------------------------------------------------------------------------------------------------


def _bring_files(handover: Handover, to: Office) -> None:
    """Puts the files of a complaint into the other office's store before its rows move: a content has the
    same name there, and one that no row refers to in the end is swept.
    """
    if handover.state != Handover.State.WAITING or not to.serves:
        return
    with inside(handover.from_office):
        rows = Attachment.objects.filter(complaint__uid=handover.uid)
        digests = sorted(set(rows.values_list("digest", flat=True)))
        sources = {digest: files.place_of(digest) for digest in digests}
    with inside(to):
        targets = {digest: files.place_of(digest) for digest in digests}
        if targets:
            files.watch()
    _copy(sources, targets)


def bring_along(complaint: Complaint, to: Office) -> None:
    """As `_bring_files`, for the office that we are in, whose transaction is open already: where that is
    taken back, what was put there is swept with the next that is. That there is a sweep is the arrival's to
    see to.
    """
    digests = sorted(set(Attachment.objects.filter(complaint=complaint).values_list("digest", flat=True)))
    sources = {digest: files.place_of(digest) for digest in digests}
    with inside(to, cross=True):
        targets = {digest: files.place_of(digest) for digest in digests}
    _copy(sources, targets)


def _copy(sources: Mapping[str, str], targets: Mapping[str, str]) -> None:
    for digest, place in sources.items():
        try:
            with default_storage.open(place, "rb") as content:
                default_storage.save(targets[digest], content)
        except FileNotFoundError:  # lost already: that is no reason to keep the complaint where it is
            log.error("the content %s is not in the store and does not go along", place)


# --- at the office that takes it on -------------------------------------------------------------------------


def _arrive(office: Office, luggage: Luggage, now: datetime) -> Complaint:
    rules = rules_in_force()
    complaint = Complaint.objects.select_for_update(no_key=True).filter(uid=luggage.values["uid"]).first()
    known = complaint is not None
    if complaint is None:
        complaint = Complaint()
    for name, value in luggage.values.items():
        setattr(complaint, name, value)
    if complaint.category not in rules.settings.selectable:
        complaint.category = ""
    case = _case(complaint, office, luggage.case)
    decision = engine.arrive(
        rules.procedure,
        rules.settings,
        case,
        _intake(luggage, complaint, office, now),
        now,
        targets_now(rules, hold=True),
    )
    _begin(complaint, luggage, decision, rules, now)
    if not known:
        day = now.astimezone(ZoneInfo(office.timezone)).date()
        complaint.register_year, complaint.register_seq = day.year, numbering.take(day.year)
        complaint.number = register_number(
            rules.settings.number_pattern, complaint.register_seq, day, office.code
        )
    _store(office, complaint, luggage, decision, rules, now)
    return complaint


def _case(complaint: Complaint, office: Office, there: Case) -> Case:
    """The case as the engine takes it on: what ran here before is known, what ran there is not."""
    clocks = latest_rounds(complaint.clocks.all()) if complaint.pk is not None else {}
    return replace(there, timezone=office.timezone, clocks=clocks, category=complaint.category or None)


def _intake(luggage: Luggage, complaint: Complaint, office: Office, now: datetime) -> Intake:
    reporter = luggage.reporter
    return replace(
        intake_again(complaint, timezone=office.timezone),
        received_at=now,
        name=reporter.name if reporter else "",
        email=reporter.email if reporter else "",
        phone=reporter.phone if reporter else "",
        files=len(luggage.attachments),
    )


def _begin(complaint: Complaint, luggage: Luggage, decision: Decision, rules: Rules, now: datetime) -> None:
    complaint.procedure_id = rules.procedure_id
    complaint.arrived_at, complaint.gone_at, complaint.journey = now, None, list(luggage.journey)
    complaint.case_class = complaint.complexity = complaint.urgency = complaint.outcome = ""
    complaint.unit = complaint.member = complaint.closed_at = complaint.published_at = None
    complaint.version = len(luggage.events) + 1
    store.put_state(complaint, decision, rules)


def _store(
    office: Office, complaint: Complaint, luggage: Luggage, decision: Decision, rules: Rules, now: datetime
) -> None:
    clocks = {change.state.code: change.state for change in decision.clocks}
    unit_name = complaint.unit.name if complaint.unit else ""
    scene = notices.Scene(office, rules, complaint, luggage.reporter, decision, clocks, unit_name)
    letters = notices.compose(scene, now, notices.recipients(scene))
    event = record.event_of(
        complaint,
        decision,
        seq=complaint.version,
        contents=letters.contents(),
        codes={},
        more={"number": complaint.number, "from_office": luggage.journey[-1]["office"]},
    )
    complaint.save()
    event.complaint = complaint  # it has its key only now
    for letter in letters.rows:
        letter.complaint = complaint
    unpack(luggage, complaint)
    own = Rows()
    happened = own.add([event])
    own.add(store.clock_rows(complaint, decision), store.CLOCK_CONFLICT)
    own.add(store.work_rows(complaint, decision, rules))
    stored = own.add(letters.rows, event_id=happened)
    notices.add_calls(own, letters, stored, now)
    own.store()
    central = Rows()
    store.put_alarm(central, office, complaint, decision, before=None)
    store.ensure_upkeep(central, office, now)
    store.watch_rules(central, office, decision, now)
    notices.send(central, office, letters, complaint, now)
    central.store()
    store.open_desk_work(office, complaint, decision, rules)
