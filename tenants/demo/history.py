"""Makes an office's past: complaints come in and go on through the real services, each step at its own
moment.
"""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F, QuerySet
from django.utils import timezone

from central.coordination.models import CaseIndex
from central.coordination.registry import alarm_handler
from central.delivery.models import CentralMessage, Outbox
from central.offices.access import office as inside
from central.offices.access import public
from central.offices.models import GovernmentMember, Office
from tenants.complaints import files
from tenants.complaints.errors import ComplaintError
from tenants.complaints.models import Attachment, CallTask, Complaint
from tenants.complaints.report import Report
from tenants.complaints.services import act, receive, record_call
from tenants.complaints.services.store import CASE_ALARM
from tenants.complaints.snapshot import case_of
from tenants.demo import past
from tenants.demo.cast import DemoOffice, words
from tenants.demo.filling import inputs_for
from tenants.demo.pictures import kind_of, picture
from tenants.demo.stories import REPORTER, Planned, Step, moments, planned
from tenants.organization.queries import Person, holders
from tenants.procedure.queries import rules_in_force
from workflows import engine
from workflows.cases import REPORTER as BY_REPORTER
from workflows.cases import Actor, ActorKind, Scope, alarms_from_json
from workflows.decision import Offer

ON_BEHALF = ("counter", "phone", "letter", "whatsapp", "box")
RELEASING = frozenset({"release", "publish"})
MOST_ALARMS = 500  # of one office between two steps; more would mean that one never ends
KEPT_TO_SEND = 2  # newest messages of an office that the demo really sends, so that its mailbox is not empty


@dataclass
class Made:
    """What became of an office's plan: how many complaints, steps and refused steps, in how many seconds."""

    office: str
    seconds: float = 0.0
    complaints: int = 0
    steps: int = 0
    refused: list[str] = field(default_factory=list)


def has_history(office: Office) -> bool:
    """Whether the office has complaints already."""
    return CaseIndex.objects.filter(office=office).exists()


def make_history(plan: DemoOffice, office: Office, now: datetime) -> Made:
    """Fills an office that has no complaint yet, in one transaction: there is a whole past, or none."""
    began = time.perf_counter()
    desk = _desk(office)
    with past.silence(), inside(office):
        if Complaint.objects.exists():
            return Made(office.code)
        making = _Making(office, desk)
        for at, complaint, step in making.in_order(plan, now):
            making.ring(at)
            with past.moment(at):
                if step is None:
                    making.receive(complaint)
                else:
                    making.take(complaint, step)
        making.ring(now)
        making.call(now)
        _settle(now)
    making.made.seconds = time.perf_counter() - began
    return making.made


def _desk(office: Office) -> dict[str, Actor]:
    """Who acts at the government's desk for a role."""
    members = GovernmentMember.objects.filter(government=office.government, is_active=True)
    roles: dict[int, set[str]] = {}
    names: dict[int, str] = {}
    for member in members.select_related("user"):
        roles.setdefault(member.user_id, set()).add(member.role)
        names[member.user_id] = member.user.name
    return {
        role: Actor(ActorKind.GOVERNMENT, id=pk, name=names[pk], roles=frozenset(held))
        for pk, held in roles.items()
        for role in held
    }


class _Making:
    """An office whose past is being made. Nobody comes or goes meanwhile, and its rules stay as they are."""

    def __init__(self, office: Office, desk: dict[str, Actor]) -> None:
        self.made = Made(office.code)
        self.office = office
        self.desk = desk
        self.rules = rules_in_force()
        self.zone = ZoneInfo(office.timezone)
        roles = self.rules.procedure.roles
        self.central = {role.code for role in roles if role.scope is Scope.GOVERNMENT}
        self._uids: dict[int, UUID] = {}
        self._due: dict[UUID, datetime] = {}  # when each complaint is to be called next
        self._holders: dict[str, list[Person]] = {}
        self._pictures: dict[tuple[str, bool], files.StoredFile] = {}

    def in_order(self, plan: DemoOffice, now: datetime) -> Iterator[tuple[datetime, Planned, Step | None]]:
        """Receipts and steps of all complaints, by time, so that register numbers follow one another."""
        calendar = self.rules.settings.calendar.working_time(self.office.timezone)
        numbers = itertools.count()
        queue: list[tuple[datetime, int, Planned, Step | None]] = []
        for complaint in planned(plan, now, self.zone):
            heapq.heappush(queue, (complaint.received_at, next(numbers), complaint, None))
            for at, step in moments(complaint, calendar, self.zone, now):
                heapq.heappush(queue, (at, next(numbers), complaint, step))
        while queue:
            at, _number, complaint, due = heapq.heappop(queue)
            yield at, complaint, due

    # --- who acts ---------------------------------------------------------------------------------------

    def holders(self, role: str) -> list[Person]:
        """The members who hold a role."""
        if role not in self._holders:
            self._holders[role] = holders([role])
        return self._holders[role]

    def candidates(self, role: str, unit: str) -> Sequence[Actor]:
        """Who may take a step of a role, those of the complaint's unit first."""
        if role == REPORTER:
            return [BY_REPORTER]
        if role in self.central:
            return [self.desk[role]] if role in self.desk else []
        return sorted(self.holders(role), key=lambda person: unit not in person.units)

    def clerk(self) -> Person:
        """Who enters a complaint for somebody: the role that the procedure names, else the first stage's
        owner.
        """
        procedure = self.rules.procedure
        roles = procedure.intake.recorded_by or procedure.lines[0].stages[0].owner
        return self.holders(roles[0])[0]

    # --- what they do -----------------------------------------------------------------------------------

    def receive(self, plan: Planned) -> None:
        """The complaint comes in: by the website, or entered by a member for somebody."""
        rules, random = self.rules.procedure.intake, plan.random
        anonymous = rules.anonymous and random.random() < 0.12
        confidential = not anonymous and random.random() < 0.15
        channels = [channel for channel in ON_BEHALF if channel in self.rules.settings.channels]
        on_behalf = bool(channels) and random.random() < 0.22
        has_mail = not anonymous and random.random() < 0.75
        has_phone = not anonymous and (not has_mail or "phone" in rules.required or random.random() < 0.6)
        address = f"{plan.reporter.lower().replace(' ', '.')}{plan.number}@warga.example"
        report = Report(
            description=plan.text,
            category=plan.told.category,
            visibility="anonymous" if anonymous else "confidential" if confidential else "open",
            channel=random.choice(channels) if on_behalf else "website",
            name="" if anonymous else plan.reporter,
            address="" if anonymous else plan.place.split(",")[0],
            email=address if has_mail else "",
            phone=f"08990000{plan.number:03d}" if has_phone else "",
            place=plan.place,
            occurred_at=random.choice(words()["when"]),
            files=tuple(self.pictures(plan, 0.35)),
        )
        actor = self.clerk() if on_behalf else BY_REPORTER
        complaint = receive(report, actor=actor, idempotency_key=f"demo:{plan.number}").complaint
        self._uids[plan.number] = complaint.uid
        self.note_alarm(complaint)
        self.made.complaints += 1

    def pictures(self, plan: Planned, chance: float, *, mended: bool = False) -> list[files.StoredFile]:
        """A picture that suits the complaint, or none. The same drawing is judged and stored once an
        office.
        """
        if plan.random.random() >= chance:
            return []
        kind = kind_of(plan.told.category)
        if (kind, mended) not in self._pictures:
            name = "sesudah.jpg" if mended else "lokasi.jpg"
            upload = SimpleUploadedFile(name, picture(kind, mended=mended), "image/jpeg")
            self._pictures[kind, mended] = files.accept(upload)
        return [self._pictures[kind, mended]]

    def take(self, plan: Planned, step: Step) -> None:
        """A step is taken by somebody who is really offered it; a refusal is kept, for it should not
        happen.
        """
        complaint = Complaint.objects.select_related("unit").get(uid=self._uids[plan.number])
        case = case_of(complaint, self.office.timezone)
        unit = complaint.unit.code if complaint.unit else ""
        refusal = f"not offered at {complaint.stage}"
        for actor in self.candidates(step.by, unit):
            offers = engine.offers(self.rules.procedure, self.rules.settings, case, actor, timezone.now())
            found = [offer for offer in offers if (offer.action, offer.line) == (step.action, step.line)]
            if found:
                refusal = self.act(complaint, found[0], plan, step, actor)
                break
        if refusal:
            self.made.refused.append(f"{step.by} {step.line}/{step.action}: {refusal}")
        else:
            self.made.steps += 1

    def act(self, complaint: Complaint, offer: Offer, plan: Planned, step: Step, actor: Actor) -> str:
        """Takes the step; returns why it was refused, or nothing."""
        asked = {item.code for item in offer.inputs}
        pictures: dict[str, Sequence[files.StoredFile]] = {
            code: self.pictures(plan, 0.6, mended=code == "after")
            for code in ("before", "after")
            if code in asked
        }
        inputs = inputs_for(offer, step, plan, complaint, self.rules.settings, pictures)
        released = _released(offer, complaint, plan)
        try:
            changed = act(
                complaint.uid, step.action, actor=actor, line=step.line, inputs=inputs, released=released
            )
        except ComplaintError as error:
            return f"{error.code} {dict(error.fields)}"
        self.note_alarm(changed)
        return ""

    def call(self, now: datetime) -> None:
        """Most reporters with a telephone only were called a while after; the newest still wait."""
        clerk, notes = self.clerk(), words()["calls"]
        tasks = CallTask.objects.filter(opened_at__lt=now - timedelta(days=2)).order_by("id")
        for index, task in enumerate(tasks):
            with past.moment(min(task.opened_at + timedelta(hours=20), now)):
                if index % 4 == 3:
                    record_call(task.pk, actor=clerk, outcome="no_answer", note=notes["no_answer"])
                if index % 8 != 7:
                    record_call(task.pk, actor=clerk, outcome="reached", note=notes["reached"])

    # --- what time does ---------------------------------------------------------------------------------

    def note_alarm(self, complaint: Complaint) -> None:
        """Keeps when the complaint is to be called next, so that the table need not be asked before each
        step.
        """
        alarms = [alarm.at for alarm in alarms_from_json(complaint.state["alarms"])]
        if alarms:
            self._due[complaint.uid] = min(alarms)
        else:
            self._due.pop(complaint.uid, None)

    def ring(self, until: datetime) -> None:
        """Lets every alarm ring that went off before the next thing happens, at its own moment."""
        for _ in range(MOST_ALARMS):
            uid = min(self._due, key=self._due.__getitem__, default=None)
            if uid is None or self._due[uid] > until:
                return
            with past.moment(self._due[uid]):
                alarm_handler(CASE_ALARM)(uid.hex, self._due[uid])
            self.note_alarm(Complaint.objects.only("uid", "state").get(uid=uid))
        raise RuntimeError(f"The alarms of {self.office.code} do not come to an end.")


def _released(offer: Offer, complaint: Complaint, plan: Planned) -> list[UUID]:
    """Pictures that the publishing step lets the public see: in every second case."""
    if offer.action not in RELEASING or plan.random.random() < 0.5:
        return []
    pictures = Attachment.objects.filter(complaint=complaint, content_type="image/jpeg")
    return list(pictures.values_list("uid", flat=True)[:2])


def _settle(now: datetime) -> None:
    """The past's messages count as sent when they were written; only the newest go out, and one has
    failed.
    """
    pending = Outbox.objects.filter(state=Outbox.State.PENDING)
    newest = list(pending.order_by("-created_at", "-id").values_list("pk", flat=True)[:KEPT_TO_SEND])
    _count_as_sent(pending.exclude(pk__in=newest))
    Outbox.objects.filter(pk__in=newest).update(due_at=now)
    old = Outbox.objects.filter(channel="email", created_at__lt=now - timedelta(days=3))
    failed = old.order_by("-id").first()
    if failed is not None:
        failed.state, failed.sent_at, failed.attempts = Outbox.State.FAILED, None, 8
        failed.last_error = "550 5.1.1 Mailbox unavailable"
        failed.save(update_fields=["state", "sent_at", "attempts", "last_error"])
    with public():
        desk = CentralMessage.objects.filter(kind="desk_work").values("uid")
        _count_as_sent(Outbox.objects.filter(office=None, state=Outbox.State.PENDING, message_uid__in=desk))


def _count_as_sent(rows: QuerySet[Outbox]) -> None:
    rows.update(state=Outbox.State.SENT, sent_at=F("created_at"), attempts=1)
