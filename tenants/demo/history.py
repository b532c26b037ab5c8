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
from django.utils import timezone

from central.coordination.models import Alarm, CaseIndex
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
from tenants.demo.cast import DemoOffice
from tenants.demo.filling import inputs_for
from tenants.demo.pictures import kind_of, picture
from tenants.demo.stories import REPORTER, Planned, Step, moments, planned
from tenants.organization.queries import Person, holders
from tenants.procedure.queries import Rules, rules_in_force
from workflows import engine
from workflows.cases import REPORTER as BY_REPORTER
from workflows.cases import Actor, ActorKind, Scope
from workflows.decision import Offer
from workflows.worktime import WorkCalendar

ON_BEHALF = ("counter", "phone", "letter", "whatsapp", "box")
MOST_ALARMS = 500  # of one office between two steps; more would mean that one never ends
RELEASING = frozenset({"release", "publish"})
KEPT_TO_SEND = 2  # newest messages of an office that the demo really sends, so that its mailbox is not empty


@dataclass
class Told:
    """What became of an office's plan: how many complaints, steps and refused steps, in how many seconds."""

    office: str
    seconds: float = 0.0
    complaints: int = 0
    steps: int = 0
    refused: list[str] = field(default_factory=list)

    def note(self, step: Step, refusal: str) -> None:
        """Counts a step, or keeps why it was refused: then data and services do not fit together any more."""
        if refusal:
            self.refused.append(f"{step.by} {step.line}/{step.action}: {refusal}")
        else:
            self.steps += 1


def has_history(office: Office) -> bool:
    """Whether the office has complaints already."""
    return CaseIndex.objects.filter(office=office).exists()


def make_history(plan: DemoOffice, office: Office, now: datetime) -> Told:
    """Fills an office that has no complaint yet, in one transaction: there is a whole past, or none."""
    told, began = Told(office.code), time.perf_counter()
    desk = _desk(office)
    with past.silence(), inside(office):
        if Complaint.objects.exists():
            return told
        zone = ZoneInfo(office.timezone)
        rules = rules_in_force()
        calendar = rules.settings.calendar.working_time(office.timezone)
        people = _People(rules, desk)
        uids: dict[int, UUID] = {}
        for at, plan_of, step in _in_order(planned(plan, now, zone), calendar, zone, now):
            _ring(office, at)
            with past.moment(at):
                if step is None:
                    uids[plan_of.number] = _receive(plan_of, people)
                    told.complaints += 1
                else:
                    _take(office, uids[plan_of.number], plan_of, step, people, told)
        _ring(office, now)
        _call(people, now)
        _settle(office, now)
    told.seconds = time.perf_counter() - began
    return told


def _in_order(
    plans: Sequence[Planned], calendar: WorkCalendar, zone: ZoneInfo, now: datetime
) -> Iterator[tuple[datetime, Planned, Step | None]]:
    """Receipts and steps of all complaints, by time, so that register numbers follow one another."""
    numbers = itertools.count()
    queue: list[tuple[datetime, int, Planned, Step | None]] = []
    for plan in plans:
        heapq.heappush(queue, (plan.received_at, next(numbers), plan, None))
        for at, step in moments(plan, calendar, zone, now):
            heapq.heappush(queue, (at, next(numbers), plan, step))
    while queue:
        at, _number, plan, due = heapq.heappop(queue)
        yield at, plan, due


# --- who acts -----------------------------------------------------------------------------------------------


def _desk(office: Office) -> dict[str, Actor]:
    """Who acts at the government's desk for a role."""
    members = GovernmentMember.objects.filter(government=office.government, is_active=True).select_related(
        "user"
    )
    roles: dict[int, set[str]] = {}
    users = {}
    for member in members:
        roles.setdefault(member.user_id, set()).add(member.role)
        users[member.user_id] = member.user
    actors = {
        pk: Actor(ActorKind.GOVERNMENT, id=pk, name=user.name, roles=frozenset(roles[pk]))
        for pk, user in users.items()
    }
    return {role: actors[pk] for pk, held in roles.items() for role in held}


class _People:
    """Finds who takes a step: whoever of a role's holders is really offered it."""

    def __init__(self, rules: Rules, desk: dict[str, Actor]) -> None:
        self.rules = rules
        procedure = self.procedure = rules.procedure
        self.desk = desk
        self.central = {role.code for role in procedure.roles if role.scope is Scope.GOVERNMENT}
        self._known: dict[str, list[Person]] = {}

    def holders(self, role: str) -> list[Person]:
        """The members who hold a role; nobody comes or goes while the past is made."""
        if role not in self._known:
            self._known[role] = holders([role])
        return self._known[role]

    def candidates(self, role: str, unit: str) -> list[Actor]:
        if role == REPORTER:
            return [BY_REPORTER]
        if role in self.central:
            return [self.desk[role]] if role in self.desk else []
        return sorted(self.holders(role), key=lambda person: unit not in person.units)

    def intake(self) -> Actor:
        """Who enters a complaint for somebody: the role that the procedure names, else the first stage's
        owner.
        """
        first = self.procedure.lines[0].stages[0].owner
        roles = self.procedure.intake.recorded_by or first
        return self.holders(roles[0])[0]


# --- what they do -------------------------------------------------------------------------------------------


def _receive(plan: Planned, people: _People) -> UUID:
    rules, random = people.procedure.intake, plan.random
    anonymous = rules.anonymous and random.random() < 0.12
    confidential = not anonymous and random.random() < 0.15
    on_behalf = random.random() < 0.22
    number = f"08990000{plan.number:03d}"
    address = f"{plan.reporter.lower().replace(' ', '.')}{plan.number}@warga.example"
    has_mail = random.random() < 0.75 and not anonymous
    has_phone = not anonymous and (not has_mail or "phone" in rules.required or random.random() < 0.6)
    channels = [channel for channel in ON_BEHALF if channel in people.rules.settings.channels]
    report = Report(
        description=plan.text,
        category=plan.told.category,
        visibility="anonymous" if anonymous else "confidential" if confidential else "open",
        channel=random.choice(channels) if on_behalf and channels else "website",
        name="" if anonymous else plan.reporter,
        address="" if anonymous else plan.place.split(",")[0],
        email=address if has_mail else "",
        phone=number if has_phone else "",
        place=plan.place,
        occurred_at=random.choice(("", "", "kemarin sore", "sudah beberapa minggu", "tadi malam")),
        files=_pictures(plan, 0.35),
    )
    actor = people.intake() if on_behalf and channels else BY_REPORTER
    return receive(report, actor=actor, idempotency_key=f"demo:{plan.number}").complaint.uid


def _pictures(plan: Planned, chance: float, *, mended: bool = False) -> tuple[files.StoredFile, ...]:
    if plan.random.random() >= chance:
        return ()
    content = picture(kind_of(plan.told.category), mended=mended)
    name = "sesudah.jpg" if mended else "lokasi.jpg"
    return (files.accept(SimpleUploadedFile(name, content, "image/jpeg")),)


def _take(office: Office, uid: UUID, plan: Planned, step: Step, people: _People, told: Told) -> None:
    complaint = Complaint.objects.select_related("unit").get(uid=uid)
    rules = people.rules
    case = case_of(complaint, office.timezone)
    unit = complaint.unit.code if complaint.unit else ""
    for actor in people.candidates(step.by, unit):
        for offer in engine.offers(rules.procedure, rules.settings, case, actor, timezone.now()):
            if offer.action == step.action and offer.line == step.line:
                told.note(step, _act(complaint, offer, step, plan, actor, rules))
                return
    told.note(step, f"not offered at {complaint.stage}")


def _act(complaint: Complaint, offer: Offer, step: Step, plan: Planned, actor: Actor, rules: Rules) -> str:
    """Takes the step; returns why it was refused, or nothing."""
    asked = {item.code for item in offer.inputs}
    pictures: dict[str, Sequence[files.StoredFile]] = {
        code: _pictures(plan, 0.6, mended=code == "after") for code in ("before", "after") if code in asked
    }
    inputs = inputs_for(offer, step, plan, complaint, rules.settings, pictures)
    released = _released(offer, complaint, plan)
    try:
        act(complaint.uid, step.action, actor=actor, line=step.line, inputs=inputs, released=released)
    except ComplaintError as error:
        return f"{error.code} {dict(error.fields)}"
    return ""


def _released(offer: Offer, complaint: Complaint, plan: Planned) -> list[UUID]:
    """Pictures that the publishing step lets the public see: in every second case."""
    if offer.action not in RELEASING or plan.random.random() < 0.5:
        return []
    return list(
        Attachment.objects.filter(complaint=complaint, content_type="image/jpeg").values_list(
            "uid", flat=True
        )[:2]
    )


def _ring(office: Office, until: datetime) -> None:
    """Lets every alarm ring that went off before the next thing happens, at its own moment."""
    for _ in range(MOST_ALARMS):
        alarm = Alarm.objects.filter(kind=CASE_ALARM, due_at__lte=until).order_by("due_at", "id").first()
        if alarm is None:
            return
        with past.moment(alarm.due_at):
            alarm_handler(CASE_ALARM)(alarm.key, alarm.due_at)
    raise RuntimeError(f"The alarms of {office.code} do not come to an end.")


def _call(people: _People, now: datetime) -> None:
    """Most reporters with a telephone only were called a while after; the newest still wait."""
    caller = people.intake()
    for index, task in enumerate(
        CallTask.objects.filter(opened_at__lt=now - timedelta(days=2)).order_by("id")
    ):
        with past.moment(min(task.opened_at + timedelta(hours=20), now)):
            if index % 4 == 3:
                record_call(task.pk, actor=caller, outcome="no_answer", note="Dicoba dua kali.")
            if index % 8 != 7:
                record_call(task.pk, actor=caller, outcome="reached", note="Pesan disampaikan.")


def _settle(office: Office, now: datetime) -> None:
    """The past's messages count as sent when they were written; only the newest really go out, and one has
    failed.
    """
    pending = Outbox.objects.filter(state=Outbox.State.PENDING)
    newest = list(pending.order_by("-created_at", "-id").values_list("pk", flat=True)[:KEPT_TO_SEND])
    _count_as_sent(list(pending.exclude(pk__in=newest)))
    Outbox.objects.filter(pk__in=newest).update(due_at=now)
    failed = (
        Outbox.objects.filter(channel="email", created_at__lt=now - timedelta(days=3)).order_by("-id").first()
    )
    if failed is not None:
        failed.state, failed.sent_at, failed.attempts = Outbox.State.FAILED, None, 8
        failed.last_error = "550 5.1.1 Mailbox unavailable"
        failed.save(update_fields=["state", "sent_at", "attempts", "last_error"])
    with public():
        desk = CentralMessage.objects.filter(kind="desk_work").values("uid")
        _count_as_sent(
            list(Outbox.objects.filter(office=None, state=Outbox.State.PENDING, message_uid__in=desk))
        )


def _count_as_sent(rows: list[Outbox]) -> None:
    for row in rows:
        row.state, row.sent_at, row.attempts = Outbox.State.SENT, row.created_at, 1
    Outbox.objects.bulk_update(rows, ["state", "sent_at", "attempts"], batch_size=500)
