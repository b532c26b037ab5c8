"""The one way in: every channel hands its report to `receive`."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from central.coordination.services import index_case
from central.offices.access import OfficeAccessError, current_office
from central.offices.models import Office
from central.rows import Rows
from tenants.complaints import answers, numbering, words
from tenants.complaints.chain import COMPLAINT, FILE, REPORTER, complaint_digest, new_salt, reporter_digest
from tenants.complaints.codes import code_digest, new_code
from tenants.complaints.errors import ComplaintError, from_refusal, not_recorder
from tenants.complaints.models import Attachment, Complaint, Event, IntakeKey, Reporter
from tenants.complaints.report import Report, intake_of, normal_report
from tenants.procedure.queries import Rules, rules_in_force
from tenants.procedure.targets import targets_now
from workflows import engine
from workflows.cases import MAIN, Actor, ActorKind, Scope
from workflows.cases import REPORTER as BY_REPORTER
from workflows.decision import ActionRefused, Audience, Decision
from workflows.intake import may_record
from workflows.numbering import register_number

from . import notices, record, store


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a reporter gets. `created` is False where the same report had come in before. `may_move`: joint
    leave that is not decreed yet may still move the promise; None: to be read.
    """

    complaint: Complaint
    created: bool
    may_move: bool | None = None

    @property
    def provisional(self) -> bool:
        """Whether the promise may still move. At most one statement."""
        if self.may_move is None:
            due = self.complaint.due_at
            return due is not None and self.complaint.clocks.filter(due_at=due, provisional=True).exists()
        return self.may_move

    @property
    def number(self) -> str:
        """The register number."""
        return self.complaint.number

    @property
    def tracking_code(self) -> str:
        """What opens everything of the complaint."""
        return self.complaint.tracking_code


def receive(
    report: Report,
    *,
    actor: Actor = BY_REPORTER,
    idempotency_key: str | None = None,
    for_desk: bool = False,
) -> Receipt:
    """Takes a report in: number, tracking code, first work, first messages. One transaction, with the
    office's.

    `actor`: the reporter, or the member who enters it for somebody. With an `idempotency_key` the same
    report sent again gives the same receipt, at once or after days; a draft's uid is a good key. `for_desk`:
    the caller puts it before the central desk in the same transaction, so that nobody here is told of the
    main line's work, which is gone at once.

    Raises `ComplaintError`: `bad_input` with the fields, `not_allowed` (the procedure has others enter
    complaints), `idempotency_mismatch` (the key came with another report), `no_procedure`.

    Everything that can be refused is refused before the first row is written.
    """
    office = current_office()
    if office is None:
        raise OfficeAccessError("A report is received inside an office.")
    now = timezone.now()
    key = _key_digest(idempotency_key) if idempotency_key else None
    rules = rules_in_force()
    try:
        report = normal_report(report, now)
        decision = _decide(rules, report, office, actor, now)
    except ComplaintError:
        # What was right when it was first sent may be refused today: the receipt stays the same.
        known = _known(key, report) if key else None
        if known is not None:
            return known
        raise
    if for_desk:
        decision = _without_work_here(decision)
    uid = uuid.uuid4()
    if key is not None and not _reserve(key, report, uid, now):
        known = _known(key, report)
        assert known is not None
        return known
    # An error from here on takes the whole transaction with it, whoever catches it.
    with transaction.atomic(savepoint=False):
        complaint = _store(office, rules, report, decision, actor, uid, now, keyed=key is not None)
    promised = {change.state.due_at: change.state.provisional for change in decision.clocks}
    may_move = complaint.due_at is not None and promised.get(complaint.due_at, False)
    return Receipt(complaint, created=True, may_move=may_move)


def _decide(rules: Rules, report: Report, office: Office, actor: Actor, now: datetime) -> Decision:
    on_behalf = actor.kind is ActorKind.MEMBER
    if on_behalf and not may_record(rules.procedure, actor):
        raise not_recorder()
    intake = intake_of(report, timezone=office.timezone, now=now, on_behalf=on_behalf)
    try:
        return engine.start(rules.procedure, rules.settings, intake, now, targets_now(rules, hold=True))
    except ActionRefused as refused:
        raise from_refusal(refused) from refused


def _without_work_here(decision: Decision) -> Decision:
    """Without the news of the main line to the office's staff. Side lines go on here, and so does theirs."""
    kept = [
        telling
        for telling in decision.messages
        if telling.line != MAIN or telling.audience is not Audience.ROLE or telling.scope is not Scope.OFFICE
    ]
    return replace(decision, messages=tuple(kept))


def _key_digest(key: str) -> str:
    return hashlib.sha256(f"intake key {key}".encode()).hexdigest()


_RESERVE = (
    "INSERT INTO complaints_intakekey (key_digest, request_digest, uid, created_at) VALUES (%s, %s, %s, %s) "
    "ON CONFLICT (key_digest) DO NOTHING"
)


def _reserve(key: str, report: Report, uid: uuid.UUID, now: datetime) -> bool:
    """Takes the key for this report; False if it is taken. Waits for a request with the same key to end."""
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, [key, report.digest(), uid, now])
        return bool(cursor.rowcount == 1)


def _known(key: str, report: Report) -> Receipt | None:
    """The receipt that was given for the key. Raises `idempotency_mismatch`."""
    row = IntakeKey.objects.filter(key_digest=key).first()
    if row is None or row.uid is None:
        return None
    complaint = Complaint.objects.filter(uid=row.uid).first()
    if complaint is None:
        return None
    if row.request_digest != report.digest():
        raise ComplaintError(
            "idempotency_mismatch",
            _("Kunci pengiriman ini sudah dipakai untuk laporan lain. Kirim laporan baru dengan kunci baru."),
        )
    return Receipt(complaint, created=False)


def _store(
    office: Office,
    rules: Rules,
    report: Report,
    decision: Decision,
    actor: Actor,
    uid: uuid.UUID,
    now: datetime,
    *,
    keyed: bool,
) -> Complaint:
    complaint = _complaint(rules, report, decision, actor, uid, now)
    store.put_state(complaint, decision, rules)
    reporter = _reporter(complaint, report)
    clocks = {change.state.code: change.state for change in decision.clocks}
    scene = notices.Scene(
        office,
        rules,
        complaint,
        reporter,
        decision,
        clocks,
        complaint.unit.name if complaint.unit else "",
    )
    audiences = notices.recipients(scene)
    # From here the year's counter is locked: nothing slow, and no other lock, may follow.
    day = now.astimezone(ZoneInfo(office.timezone)).date()
    complaint.register_year, complaint.register_seq = day.year, numbering.take(day.year)
    complaint.number = register_number(
        rules.settings.number_pattern, complaint.register_seq, day, office.code
    )
    letters = notices.compose(scene, now, audiences)
    files = record.attachments(complaint, report.files, now=now, by_reporter=actor.kind is ActorKind.REPORTER)
    event = _event(complaint, reporter, decision, actor, files, letters)
    own = Rows()
    ref = own.add([complaint])
    happened = own.add([event], complaint_id=ref)
    own.add([reporter] if reporter else [], complaint_id=ref)
    own.add(store.clock_rows(complaint, decision), complaint_id=ref)
    own.add(store.work_rows(complaint, decision, rules), complaint_id=ref)
    own.add(files, complaint_id=ref, event_id=happened)
    stored = own.add(letters.rows, complaint_id=ref, event_id=happened)
    notices.add_calls(own, letters, stored, now, complaint=ref)
    own.store()
    central = Rows()
    index_case(
        central,
        office,
        uid=uid,
        number=complaint.number,
        tracking_digest=code_digest(complaint.tracking_code),
        status=complaint.status,
        stage=complaint.stage,
        received_at=complaint.received_at,
        promised_due_at=complaint.promised_due_at,
        due_at=complaint.due_at,
        category=words.catalogue_entry(rules.settings, complaint.category),
        now=now,
    )
    store.put_alarm(central, office, complaint, decision, before=None)
    if keyed:
        store.ensure_upkeep(central, office, now)
    notices.send(central, office, letters, complaint, now)
    store.watch_rules(central, office, decision, now)
    central.store()
    store.open_desk_work(office, complaint, decision, rules)
    return complaint


def _complaint(
    rules: Rules, report: Report, decision: Decision, actor: Actor, uid: uuid.UUID, now: datetime
) -> Complaint:
    return Complaint(
        uid=uid,
        tracking_code=new_code(),
        procedure_id=rules.procedure_id,
        channel=report.channel,
        entered_by_id=actor.id if actor.kind is ActorKind.MEMBER else None,
        visibility=report.visibility,
        received_at=min(report.received_at or now, now),
        category=report.category,
        description=report.description,
        answers=answers.kept(rules.settings, report.category, report.answers),
        salt=new_salt(),
        place=report.place,
        region=report.region,
        latitude=report.latitude,
        longitude=report.longitude,
        occurred_at=report.occurred_at,
        promised_due_at=decision.promised_due_at,
    )


def _reporter(complaint: Complaint, report: Report) -> Reporter | None:
    """An anonymous reporter leaves no row at all."""
    if report.anonymous:
        return None
    return Reporter(
        complaint=complaint,
        name=report.name,
        address=report.address,
        email=report.email,
        phone=report.phone,
        language=report.language,
        salt=new_salt(),
    )


def _event(
    complaint: Complaint,
    reporter: Reporter | None,
    decision: Decision,
    actor: Actor,
    files: list[Attachment],
    letters: notices.Notices,
) -> Event:
    """The engine receives in the system's name; the record keeps whose hand it was."""
    contents = {COMPLAINT: complaint_digest(complaint), **letters.contents()}
    if reporter is not None:
        contents[REPORTER] = reporter_digest(reporter)
    contents.update({f"{FILE}{file.uid.hex}": file.digest for file in files})
    more = {"channel": complaint.channel, "number": complaint.number}
    return record.event_of(complaint, decision, seq=1, contents=contents, codes={}, more=more, actor=actor)
