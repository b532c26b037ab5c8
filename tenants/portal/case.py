"""One complaint as its page in the portal shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from central.offices.models import Office
from tenants.channels.registry import label as channel_label
from tenants.complaints import words
from tenants.complaints.answers import answer_rows
from tenants.complaints.contacts import shown_phone
from tenants.complaints.journey import stops
from tenants.complaints.masking import hide
from tenants.complaints.models import Attachment, Clock, Complaint, Reporter, WorkItem
from tenants.complaints.queries import (
    complaint_for_staff,
    open_work_of,
    reporter_for_staff,
)
from tenants.complaints.services.publication import PICTURES, known_of
from tenants.complaints.snapshot import case_of, pauses_of
from tenants.procedure.queries import Rules, rules_of
from workflows import engine
from workflows.cases import MAIN, WITH_GOVERNMENT, Actor, Case, Visibility
from workflows.decision import Offer, OfferKind
from workflows.foureyes import for_a_colleague
from workflows.index import StepAt
from workflows.own import ACCEPT, HAND_UP

from .door import StaffRequest, note_look
from .rows import TONES, pause_words, role_words

if TYPE_CHECKING:
    from .story import Teller


class Addresses:
    """Where the pages of a complaint stand: in the office's portal. The government's desk has its own."""

    def case(self, complaint: Complaint) -> str:
        return reverse("portal:complaint", args=[complaint.slug])

    def step(self, complaint: Complaint, line: str, action: str) -> str:
        return reverse("portal:action", args=[complaint.slug, line, action])

    def live_preview(self, complaint: Complaint, line: str, action: str) -> str:
        return reverse("portal:live_preview", args=[complaint.slug, line, action])

    def file(self, complaint: Complaint, file: UUID) -> str:
        return reverse("portal:file", args=[complaint.slug, file.hex])

    def published(self, complaint: Complaint) -> str:
        """The page that everybody may read."""
        return f"/aduan/{complaint.slug}/"


PORTAL = Addresses()


@dataclass(frozen=True, slots=True)
class Opened:
    """A complaint that somebody has open, with what governs it and what they may do.

    `host`: the office's, where the reporter follows it.
    """

    complaint: Complaint
    rules: Rules
    case: Case
    clocks: list[Clock]
    offers: list[Offer]
    reporter: Reporter | None
    person: Actor
    office: Office
    host: str
    addresses: Addresses = PORTAL

    def offer(self, line: str, action: str) -> Offer | None:
        """What is offered under these names; None if it is not, or no longer."""
        return next((o for o in self.offers if (o.line, o.action) == (line, action)), None)

    @property
    def primary(self) -> Offer | None:
        """What this person's work is about: to accept what has come from another office, to hand up what
        otherwise could only go back, else the SOP's step of the line whose limit ends first, else of the main
        line.
        """
        accept, hand_up = self.offer(MAIN, ACCEPT), self.offer(MAIN, HAND_UP)
        steps = [offer for offer in self.offers if offer.kind is OfferKind.PROCEDURE]
        if accept is not None:
            return accept
        if hand_up is not None and steps and all(self._leads_back(offer) for offer in steps):
            return hand_up
        return min(steps, key=self._urgency, default=None)

    def _leads_back(self, offer: Offer) -> bool:
        """Whether a step leads to nothing but stages that stand before its own in the SOP."""
        stages = [
            stage for line in self.rules.procedure.lines if line.code == offer.line for stage in line.stages
        ]
        order = {stage.code: place for place, stage in enumerate(stages)}
        here = order.get(offer.stage, 0)
        for stage in stages:
            for action in stage.actions:
                if (stage.code, action.code) == (offer.stage, offer.action):
                    return bool(action.targets()) and all(order[to] < here for to in action.targets())
        return False

    def _urgency(self, offer: Offer) -> tuple[datetime, bool]:
        running = (c.due_at for c in self.case.clocks.values() if c.running and c.line == offer.line)
        return min(running, default=datetime.max.replace(tzinfo=UTC)), offer.line != MAIN

    @property
    def reporter_is_reachable(self) -> bool:
        """A message can reach the reporter, by mail or by a call."""
        reporter: Reporter | None = getattr(self.complaint, "reporter", None)
        return reporter is not None and bool(reporter.email or reporter.phone)

    def told(self, text: str) -> str:
        """What was written, by officers or by the reporter, as this person may read it: it names people."""
        reporter: Reporter | None = getattr(self.complaint, "reporter", None)
        return text if reporter is None or self.reporter is not None else hide(text, known_of(reporter))

    @property
    def confidential(self) -> bool:
        """The reporter asked to be kept confidential."""
        return self.complaint.visibility == Visibility.CONFIDENTIAL.value


def opened(request: StaffRequest, uid: UUID) -> Opened:
    """Opens a complaint for the member who asks; a look at a confidential reporter is noted.

    Raises `ComplaintError("not_found")`.
    """
    found = open_for(request.person, request.office, uid, host=request.get_host())
    if found.confidential and found.reporter is not None:
        note_look(request, found.complaint.number, "reporter")
    return found


def open_for(person: Actor, office: Office, uid: UUID, *, host: str, addresses: Addresses = PORTAL) -> Opened:
    """Opens a complaint of the office we are in for somebody of the staff. Raises
    `ComplaintError("not_found")`.
    """
    complaint = complaint_for_staff(uid, person)
    rules = rules_of(complaint)
    clocks = list(complaint.clocks.order_by("started_at", "id"))
    case = case_of(complaint, office.timezone, clocks)
    offers = engine.offers(rules.procedure, rules.settings, case, person, timezone.now())
    reporter = reporter_for_staff(complaint, person)
    return Opened(complaint, rules, case, clocks, offers, reporter, person, office, host, addresses)


def page_values(case: Opened, teller: Teller) -> dict[str, Any]:
    """What the page of a complaint shows, at whichever host."""
    complaint = case.complaint
    steps, others = acts(case)
    work = list(open_work_of(complaint))
    return {
        "complaint": complaint,
        "head": head_of(case, work),
        "steps": steps,
        "others": others,
        "for_a_colleague": [words.said(step.action.spec.name) for step in colleague_steps(case)],
        "reporter_rows": reporter_rows(case),
        "story": case.told(complaint.description),
        "story_rows": story_rows(case),
        "evidence": file_rows(case, [f for f in teller.files if f.by_reporter]),
        "work_files": teller.files_by_purpose([f for f in teller.files if not f.by_reporter]),
        "clocks": clock_rows(case),
        "work": work_rows(case, work),
        "events": teller.timeline(),
        "publication": getattr(complaint, "publication", None),
        "published_url": case.addresses.published(complaint),
        "gone": complaint.journey[-1].get("went") if complaint.gone_at else None,
    }


def file_rows(case: Opened, files: Iterable[Attachment]) -> list[dict[str, Any]]:
    """Files for the component `file_list`."""
    found = []
    for file in files:
        url = case.addresses.file(case.complaint, file.uid)
        row = {"name": file.name, "url": url, "size": file.size}
        if file.content_type in PICTURES:
            row["thumbnail_url"] = f"{url}?kecil=1"
        found.append(row)
    return found


def reporter_rows(case: Opened) -> list[dict[str, Any]]:
    """Who reported it, as far as this person may know; each row is marked as staff's only."""
    complaint, reporter = case.complaint, case.reporter
    if complaint.visibility == Visibility.ANONYMOUS.value:
        return [{"key": _("Pelapor"), "value": _("Tanpa nama; data pelapor tidak disimpan.")}]
    if reporter is None:
        return [
            {"key": _("Pelapor"), "value": _("Dirahasiakan; hanya petugas yang menangani dapat melihatnya.")}
        ]
    rows = [
        {"key": _("Nama"), "value": reporter.name},
        {"key": _("Alamat"), "value": reporter.address},
        {"key": _("Telepon"), "value": shown_phone(reporter.phone) if reporter.phone else ""},
        {"key": _("Surel"), "value": reporter.email},
    ]
    if case.confidential:
        rows.append({"key": _("Kerahasiaan"), "value": _("Pelapor minta namanya dirahasiakan.")})
    return [{**row, "private": case.confidential} for row in rows]


def story_rows(case: Opened) -> list[dict[str, Any]]:
    """The facts of the complaint beside its story."""
    complaint = case.complaint
    rows = [
        {"key": _("Kategori"), "value": category_words(case)},
        *answers_told(case),
        {"key": _("Tempat kejadian"), "value": case.told(complaint.place)},
        {"key": _("Wilayah"), "value": words.area_words(case.rules.settings, complaint.region)},
        {"key": _("Waktu kejadian"), "value": complaint.occurred_at},
        {"key": _("Diterima"), "value": words.moment_words(complaint.received_at, case.case.timezone)},
        *_way(case),
        {"key": _("Kanal"), "value": channel_words(complaint)},
        {"key": _("Sifat aduan"), "value": class_words(case)},
        {"key": _("Unit"), "value": complaint.unit.name if complaint.unit else ""},
        {"key": _("Petugas"), "value": complaint.member.name if complaint.member else ""},
    ]
    return [row for row in rows if row["value"]]


def _way(case: Opened) -> list[dict[str, str]]:
    """The offices that had it before, each with its own time, and since when it is here."""
    complaint, zone = case.complaint, case.case.timezone
    rows = []
    for stop in stops(complaint):
        spell = {"begin": words.moment_words(stop.began, zone), "end": words.moment_words(stop.ended, zone)}
        text = _("%(number)s; %(begin)s sampai %(end)s") % {"number": stop.number, **spell}
        rows.append({"key": _("Pernah di %(office)s") % {"office": stop.name}, "value": text})
    if complaint.arrived_at is not None and complaint.gone_at is None:
        since = words.moment_words(complaint.arrived_at, zone)
        rows.append({"key": _("Di instansi ini sejak"), "value": since})
    return rows


def answers_told(case: Opened) -> list[dict[str, str]]:
    """What the reporter answered to the category's questions, as this person may read it."""
    return [{"key": key, "value": case.told(value)} for key, value in answer_rows(case.complaint)]


def category_words(case: Opened) -> str:
    """The category's full name, or that there is none yet."""
    code = case.complaint.category
    return words.category_words(case.rules.settings, code) if code else _("belum ditentukan")


def channel_words(complaint: Complaint) -> str:
    """By which way it came, and who entered it."""
    channel = channel_label(complaint.channel)
    if complaint.entered_by is None:
        return channel
    return _("%(channel)s, dimasukkan oleh %(name)s") % {
        "channel": channel,
        "name": complaint.entered_by.name,
    }


def class_words(case: Opened) -> str:
    """The names of what the procedure knows of it: class and complexity."""
    procedure, complaint = case.rules.procedure, case.complaint
    values = [
        *((value, complaint.case_class) for value in procedure.case_classes),
        *((value, complaint.complexity) for value in procedure.complexities),
    ]
    return ", ".join(words.said(value.name) for value, code in values if value.code == code)


def clock_rows(case: Opened) -> list[dict[str, Any]]:
    """Every limit with how it stands: running, paused, met or missed."""
    names = {clock.code: clock for clock in case.rules.procedure.clocks}
    rows = []
    for clock in case.clocks:
        known = names.get(clock.code)
        rows.append(
            {
                "name": words.said(known.name) if known else clock.code,
                "round": clock.round,
                "limit": words.limit_words(clock.limit),
                "due_at": clock.due_at,
                "paused": pause_words(case.complaint) if _stands_still(clock) else "",
                "paused_at": None if clock.stopped_at else clock.paused_at,
                "pauses": [
                    {
                        "begin": pause.begin,
                        "end": pause.end,
                        "why": words.pause_reason_words(case.rules.procedure, pause.stage, clock.line),
                    }
                    for pause in pauses_of(clock)
                ],
                "finished_at": clock.stopped_at,
                "cancelled": clock.cancelled,
                "provisional": clock.provisional,
            }
        )
    return rows


def _stands_still(clock: Clock) -> bool:
    """Whether a limit waits. One that was missed before stays missed, whatever is asked of whom since."""
    return clock.stopped_at is None and clock.paused_at is not None and clock.paused_at <= clock.due_at


def _promise_waits(case: Opened) -> bool:
    """Whether the limit that the head shows stands still: the whole process may go on while a step waits."""
    due_at = case.complaint.due_at
    still = [clock for clock in case.clocks if clock.line == MAIN and _stands_still(clock)]
    return any(due_at is None or clock.due_at == due_at for clock in still)


def work_rows(case: Opened, work: Iterable[WorkItem]) -> list[dict[str, Any]]:
    """What waits for whom, line by line."""
    rows = []
    for item in work:
        roles = ", ".join(role_words(case.rules.procedure, code) for code in item.roles)
        holder = item.member.name if item.member else roles
        if item.unit and not item.member:
            holder = f"{item.unit.name} – {holder}" if holder else item.unit.name
        paused = not _by_the_desk(item) and any(
            clock.paused_at and not clock.stopped_at and clock.line == item.line for clock in case.clocks
        )
        rows.append(
            {
                "step": words.stage_words(case.rules.procedure, item.stage, item.line),
                "holder": holder,
                "due_at": item.due_at,
                "paused": pause_words(case.complaint, item) if paused or item.waiting else "",
            }
        )
    return rows


def _by_the_desk(item: WorkItem) -> bool:
    """Whether it lies in the government's queue, where the desk's own limit runs while the office's wait."""
    return item.stage == WITH_GOVERNMENT and item.due_at is not None


def _due_of(case: Opened, work: Iterable[WorkItem] | None) -> datetime | None:
    """By when something is promised: the whole, or the desk's decision where nothing else is."""
    due_at: datetime | None = case.complaint.due_at
    if due_at is None and case.complaint.stage == WITH_GOVERNMENT:
        known = open_work_of(case.complaint) if work is None else work
        return next((item.due_at for item in known if _by_the_desk(item)), None)
    return due_at


def head_of(case: Opened, work: Iterable[WorkItem] | None = None) -> dict[str, Any]:
    """The fixed head: number, status, time left, the one next step. `work`: what is open, if it was read."""
    complaint = case.complaint
    paused = _promise_waits(case)
    primary = case.primary
    return {
        "status_text": words.standing_words(complaint),
        "status_tone": TONES[case.case.status],
        "due_at": _due_of(case, work),
        "promised_due_at": complaint.promised_due_at if case.rules.procedure.promises_whole else None,
        "paused": pause_words(complaint) if paused and complaint.closed_at is None else "",
        "finished_at": complaint.closed_at,
        "stage": words.stage_words(case.rules.procedure, complaint.stage),
        "primary": _act(case, primary) if primary else None,
    }


def colleague_steps(case: Opened) -> list[StepAt]:
    """Steps that would be this person's, but that somebody else must take: theirs was the step before."""
    return for_a_colleague(case.rules.procedure, case.case, case.person)


def acts(case: Opened) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """What is offered: the main way and the SOP's other steps, and the platform's own. Nothing else is
    shown.
    """
    primary = case.primary
    first = [_act(case, primary)] if primary is not None else []
    others = [(offer, _act(case, offer)) for offer in case.offers if offer != primary]
    steps = [row for offer, row in others if offer.kind is OfferKind.PROCEDURE]
    return first + steps, [row for offer, row in others if offer.kind is not OfferKind.PROCEDURE]


def _act(case: Opened, offer: Offer) -> dict[str, str]:
    language = get_language() or "id"
    return {
        "url": case.addresses.step(case.complaint, offer.line, offer.action),
        "label": offer.label.get(language),
        "help": offer.help.get(language) if offer.help else "",
        "code": offer.action,
    }
