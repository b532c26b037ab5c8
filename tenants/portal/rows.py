"""Rows of the portal's lists, ready for the page: numbers, summaries, steps, holders, time left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from central.numbers import Grouped
from tenants.complaints import words
from tenants.complaints.models import Complaint, WorkItem
from tenants.complaints.queries import Reader
from tenants.procedure.queries import Rules, rules_in_force, rules_of
from workflows.cases import MAIN, WITH_GOVERNMENT, Actor, CitizenStatus, Scope
from workflows.labels import label
from workflows.procedure import Procedure

from . import queries

SUMMARY = 110
TONES = {
    CitizenStatus.RECEIVED: "info",
    CitizenStatus.IN_PROCESS: "info",
    CitizenStatus.AWAITING_REPORTER: "warn",
    CitizenStatus.FORWARDED: "quiet",
    CitizenStatus.ANSWERED: "ok",
    CitizenStatus.CLOSED: "quiet",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list. `paused`: why the clock stands still, "" while it runs."""

    url: str
    number: str
    summary: str
    category: str
    place: str
    step: str
    holder: str
    status: str
    tone: str
    due_at: datetime | None
    paused: str
    finished_at: datetime | None
    received_at: datetime
    confidential: bool


class Names:
    """Names of stages and categories for rows of one person's list; each version of the procedure is read
    once. `reader`: what of the reporters may stand there.
    """

    def __init__(self, person: Actor) -> None:
        now = rules_in_force()
        self._rules: dict[int, Rules] = {now.procedure_id: now}
        self.settings = now.settings
        self.procedure = now.procedure
        self.reader = Reader(person, now.procedure)

    def line(self, code: str) -> str:
        """A line's name in the procedure in force."""
        return next((words.said(line.name) for line in self.procedure.lines if line.code == code), code)

    def stage(self, complaint: Complaint, stage: str, line: str = MAIN) -> str:
        """A stage's name in the procedure that the complaint is pinned to."""
        pinned = complaint.procedure_id
        if pinned not in self._rules:
            self._rules[pinned] = rules_of(complaint)
        return words.stage_words(self._rules[pinned].procedure, stage, line)

    def category(self, code: str) -> str:
        """A category's name, or that it has none yet."""
        return words.category_words(self.settings, code) if code else _("belum ditentukan")

    def role(self, complaint: Complaint, code: str) -> str:
        """A role's name in the complaint's procedure."""
        pinned = complaint.procedure_id
        if pinned not in self._rules:
            self._rules[pinned] = rules_of(complaint)
        return role_words(self._rules[pinned].procedure, code)


def role_words(procedure: Procedure, code: str) -> str:
    """A role's name in the SOP, or the platform's own name of it."""
    role = procedure.role(code)
    if role is not None:
        return words.said(role.name)
    try:
        return words.said(label(f"role.{code}"))
    except KeyError:
        return code


def complaint_url(complaint: Complaint) -> str:
    """The complaint's page in the portal."""
    return reverse("portal:complaint", args=[complaint.slug])


def pause_words(complaint: Complaint, item: WorkItem | None = None) -> str:
    """Why a clock of the complaint stands still."""
    if complaint.stage == WITH_GOVERNMENT or (item is not None and item.scope == Scope.GOVERNMENT.value):
        return _("berhenti: di meja pusat")
    if complaint.status == CitizenStatus.AWAITING_REPORTER.value:
        return _("berhenti: menunggu pelapor")
    return _("berhenti sementara")


def holder_words(names: Names, complaint: Complaint, item: WorkItem | None) -> str:
    """Who has the work: the person, the unit, or the roles."""
    if item is None:
        return complaint.member.name if complaint.member else complaint.unit.name if complaint.unit else ""
    if item.member is not None:
        return item.member.name
    roles = ", ".join(names.role(complaint, code) for code in item.roles)
    return f"{item.unit.name} – {roles}" if item.unit is not None and roles else roles or ""


def of_work(ids: Sequence[int], names: Names) -> list[Row]:
    """Rows of work items: the time left is that of the step. Two or three statements."""
    found = queries.work_rows(ids)
    items = [found[pk] for pk in ids]
    names.reader.look_over(item.complaint for item in items)
    paused = queries.paused_lines({item.complaint_id for item in items})
    return [
        _row(
            names,
            item.complaint,
            item,
            due_at=item.due_at,
            paused=pause_words(item.complaint, item) if (item.complaint_id, item.line) in paused else "",
            finished_at=None,
        )
        for item in items
    ]


def of_complaints(ids: Sequence[int], names: Names) -> list[Row]:
    """Rows of complaints: the time left is that of the whole, or of the next promise. Three or four
    statements.
    """
    found = queries.complaint_rows(ids)
    complaints = [found[pk] for pk in ids]
    names.reader.look_over(complaints)
    still_open = [complaint.pk for complaint in complaints if complaint.closed_at is None]
    paused, work = queries.paused_promises(still_open), queries.open_work(still_open)
    rows = []
    for complaint in complaints:
        item = next(iter(work.get(complaint.pk, ())), None)
        still = complaint.pk in paused
        rows.append(
            _row(
                names,
                complaint,
                item,
                due_at=complaint.due_at,
                paused=pause_words(complaint, item) if still else "",
                finished_at=complaint.closed_at,
            )
        )
    return rows


def _row(
    names: Names,
    complaint: Complaint,
    item: WorkItem | None,
    *,
    due_at: datetime | None,
    paused: str,
    finished_at: datetime | None,
) -> Row:
    line, stage = (item.line, item.stage) if item else (MAIN, complaint.stage)
    return Row(
        url=complaint_url(complaint),
        number=complaint.number,
        summary=summary(names.reader.told(complaint, complaint.description)),
        category=names.category(complaint.category),
        place=names.reader.told(complaint, complaint.place),
        step=names.stage(complaint, stage, line),
        holder=holder_words(names, complaint, item),
        status=words.standing_words(complaint) if complaint.gone_at else words.status_words(complaint.status),
        tone=TONES.get(CitizenStatus(complaint.status), "quiet"),
        due_at=due_at,
        paused=paused,
        finished_at=finished_at,
        received_at=complaint.received_at,
        confidential=complaint.visibility == Complaint.Visibility.CONFIDENTIAL,
    )


def summary(text: str) -> str:
    """The first words of a story, on one line."""
    return Truncator(" ".join(text.split())).chars(SUMMARY)


def page_words(shown: int, total: int | None = None) -> str:
    """How many rows a page shows, of how many."""
    if total is None:
        return _("%(shown)s baris di halaman ini") % {"shown": Grouped(shown)}
    return _("%(shown)s dari %(total)s") % {"shown": Grouped(shown), "total": Grouped(total)}
